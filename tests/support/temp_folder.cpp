#include "tests/support/temp_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace enstore::support
{

TempFolder::TempFolder()
{
    std::string name = (std::filesystem::temp_directory_path() / "enstore-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder: " + name);
    path_ = name;
}

TempFolder::~TempFolder()
{
    std::error_code ignored; // nothing more can be done, and a destructor may not throw
    std::filesystem::remove_all(path_, ignored);
}

} // namespace enstore::support
