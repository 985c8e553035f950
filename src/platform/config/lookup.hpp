#pragma once

#include <string>

namespace enstore::config
{

/// A file's content, or what is wrong with it. At most 1 MiB: what is longer holds no setting.
struct FileText {
    std::string text;
    std::string problem; ///< empty: read
};
FileText read_small_file(const std::string& path);

} // namespace enstore::config
