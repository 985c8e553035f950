#pragma once

#include "platform/http/http.hpp"

#include <string>
#include <vector>

/// The pages of the one-time link: plain forms without scripts, so that a strict content policy holds.
namespace enstore::accounts
{

struct SetupPage {
    std::string token = {};
    std::string name = {};
    std::string email = {};
    std::vector<FieldProblem> problems = {};
};
http::Response setup_form_page(http::Language language, const SetupPage& page); ///< 200, or 422 with problems
http::Response setup_done_page(http::Language language, const std::string& email);
/// Says why the link does not work, with the status of the refusal.
http::Response setup_closed_page(http::Language language, const Error& why);
http::Response setup_style();

} // namespace enstore::accounts
