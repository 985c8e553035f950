#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace enstore::config
{

/// A file of `NAME=value` lines: `#` comments, `export`, 'literal' and "escaped" values. Nothing is expanded: a `$` in
/// a password is a `$`.
struct Dotenv {
    std::map<std::string, std::string, std::less<>> values;
    std::vector<std::string> problems; ///< `line 3: …`; never quotes a value
};

Dotenv parse_dotenv(std::string_view text);

} // namespace enstore::config
