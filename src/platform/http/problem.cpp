#include "platform/http/json.hpp"
#include "platform/http/refusals.hpp"

namespace enstore::http
{

int status_of(Kind kind)
{
    switch (kind) {
    case Kind::malformed:
    case Kind::business_rule:
        return 400;
    case Kind::unauthenticated:
        return 401;
    case Kind::forbidden:
        return 403;
    case Kind::not_found:
        return 404;
    case Kind::no_such_method:
        return 405;
    case Kind::timed_out:
        return 408;
    case Kind::conflict:
        return 409;
    case Kind::too_large:
        return 413;
    case Kind::uri_too_long:
        return 414;
    case Kind::invalid:
        return 422;
    case Kind::rate_limited:
        return 429;
    case Kind::header_too_large:
        return 431;
    case Kind::server_error:
        return 500;
    case Kind::upstream_failed:
        return 502;
    case Kind::unavailable:
        return 503;
    }
    return 500;
}

namespace
{

/// `Retry-After`: what the refusal says, or a moment for those that a retry is sure to help.
int retry_after_of(const Error& error)
{
    if (error.retry_after_s > 0) return error.retry_after_s;
    return error.refusal.kind == Kind::unavailable || error.refusal.kind == Kind::rate_limited ? 2 : 0;
}

json::object errors_of(const Error& error, Language language)
{
    json::object errors;
    for (const auto& problem : error.fields) {
        json::value& list = errors[problem.field];
        if (!list.is_array()) list.emplace_array();
        list.as_array().emplace_back(in(language, problem.text));
    }
    return errors;
}

} // namespace

Response problem(const Error& error, Language language)
{
    const std::string_view sentence = language == Language::english ? error.refusal.en : error.refusal.id;
    json::object body{{"success", false}, {"message", sentence}, {"code", error.refusal.code}};
    if (error.text) body["message"] = in(language, *error.text);
    if (error.refusal.kind == Kind::invalid) body["errors"] = errors_of(error, language);
    Response response;
    response.status = status_of(error.refusal.kind);
    response.body = json::serialize(body);
    if (const int wait = retry_after_of(error); wait > 0) response.with("Retry-After", std::to_string(wait));
    if (error.refusal.kind == Kind::unauthenticated) response.with("WWW-Authenticate", "Bearer");
    return response;
}

} // namespace enstore::http
