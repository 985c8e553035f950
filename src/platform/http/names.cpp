#include "platform/http/http.hpp"

#include <charconv>
#include <iterator>
#include <stdexcept>

namespace enstore::http
{

std::string_view name(Method method)
{
    switch (method) {
    case Method::get:
        return "GET";
    case Method::head:
        return "HEAD";
    case Method::post:
        return "POST";
    case Method::put:
        return "PUT";
    case Method::patch:
        return "PATCH";
    case Method::del:
        return "DELETE";
    case Method::options:
        return "OPTIONS";
    case Method::other:
        break;
    }
    return "OTHER";
}

std::string_view name(Role role)
{
    switch (role) {
    case Role::anyone:
        return "public";
    case Role::optional:
        return "optional";
    case Role::auth:
        return "auth";
    case Role::customer:
        return "customer";
    case Role::admin:
        break;
    }
    return "admin";
}

std::string_view name(RateClass rate_class)
{
    switch (rate_class) {
    case RateClass::none:
        return "none";
    case RateClass::auth:
        return "auth";
    case RateClass::password_reset:
        return "password-reset";
    case RateClass::polling:
        return "polling";
    case RateClass::api:
        break;
    }
    return "api";
}

std::string_view Request::header(std::string_view lower_case_name) const
{
    for (const auto& [field, value] : headers)
        if (field == lower_case_name) return value;
    return {};
}

std::optional<std::string> Request::query_value(std::string_view name) const
{
    const auto [first, end] = query.equal_range(name);
    if (first == end) return std::nullopt;
    return std::prev(end)->second;
}

const std::string& Request::param(std::string_view name) const
{
    const auto found = path_params.find(name);
    if (found == path_params.end()) throw std::logic_error("this route has no parameter " + std::string(name));
    return found->second;
}

std::int64_t Request::id_param(std::string_view name) const
{
    const std::string& digits = param(name);
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return problem == std::errc{} && end == digits.data() + digits.size() && value > 0 ? value : 0;
}

} // namespace enstore::http
