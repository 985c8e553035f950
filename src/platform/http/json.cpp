#include "platform/http/json.hpp"

#include "platform/http/refusals.hpp"

namespace enstore::http
{

Response json_response(int status, const json::value& body)
{
    Response response;
    response.status = status;
    response.body = json::serialize(body);
    return response;
}

Response ok(json::value data, std::string_view message)
{
    return json_response(200, json::object{{"success", true}, {"message", message}, {"data", std::move(data)}});
}

Response created(json::value data, std::string_view message)
{
    return json_response(201, json::object{{"success", true}, {"message", message}, {"data", std::move(data)}});
}

Response ok_message(std::string_view message)
{
    return json_response(200, json::object{{"success", true}, {"message", message}});
}

json::value wire(std::optional<Timestamp> t)
{
    return t ? json::value(wire_time(*t)) : json::value(nullptr);
}

Result<json::value> parse_json(std::string_view text)
{
    json::parse_options options;
    options.max_depth = 32;
    json::error_code problem;
    auto value = json::parse(json::string_view(text.data(), text.size()), problem, {}, options);
    if (problem) return refuse(body_malformed, problem.message());
    return value;
}

} // namespace enstore::http
