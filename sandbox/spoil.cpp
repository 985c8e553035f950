#include "sandbox/spoil.hpp"

#include <algorithm>

namespace enstore::sandbox
{
namespace
{

constexpr std::string_view gateway_page =
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

std::chrono::milliseconds delay(const std::vector<Fault>& faults, bool before)
{
    std::int64_t longest = 0;
    for (const auto& fault : faults) {
        if (fault.flag("before", false) != before) continue;
        if (fault.name == "delay") longest = std::max(longest, fault.number("ms", 5'000));
        if (fault.name == "too_slow") longest = std::max(longest, fault.number("ms", 65'000));
    }
    return std::chrono::milliseconds{longest};
}

/// Lets `change` loose on the answer's `data`, when it is an object.
template <class Change>
void change_data(Reply& reply, const Change& change)
{
    auto answer = json::parse(reply.body);
    if (auto* data = answer.as_object().if_contains("data"); data != nullptr && data->is_object())
        change(data->get_object());
    reply.body = json::serialize(answer);
}

void force_code(Reply& reply, const Fault& fault, std::string_view otherwise)
{
    const std::string rc = fault.text("rc", otherwise);
    const std::string status = fault.text("status", status_of(rc));
    const std::string message = fault.text("message", message_of(rc));
    change_data(reply, [&](json::object& data) {
        data["rc"] = rc;
        data["message"] = message;
        if (data.contains("status")) data["status"] = status;
    });
}

void spoil(Reply& reply, const Fault& fault)
{
    if (fault.name == "drop_after_accept") {
        reply.dropped = true;
    } else if (fault.name == "html_502") {
        reply = {.status = 502, .content_type = "text/html", .body = std::string(gateway_page)};
    } else if (fault.name == "truncated_json") {
        reply.body.resize(reply.body.size() / 2);
    } else if (fault.name == "empty_data") {
        reply.body = fault.text("body", R"({"data":{}})");
    } else if (fault.name == "raw") {
        reply.status = static_cast<int>(std::clamp<std::int64_t>(fault.number("status", 200), 200, 599));
        reply.content_type = fault.text("content_type", "application/json");
        reply.body = fault.text("body", "");
    } else if (fault.name == "wrong_ref") {
        const std::string ref = fault.text("ref_id", "");
        change_data(reply, [&](json::object& data) {
            const std::string own = json::value_to<std::string>(data["ref_id"].is_string() ? data["ref_id"] : "");
            data["ref_id"] = ref.empty() ? own + "X" : ref;
        });
    } else if (fault.name == "unknown_rc") {
        force_code(reply, fault, "97");
    } else if (fault.name == "rc") {
        force_code(reply, fault, "02");
    }
}

/// What tears the text apart comes last, so that the others still find JSON to change.
bool keeps_json(const Fault& fault)
{
    return fault.name == "wrong_ref" || fault.name == "unknown_rc" || fault.name == "rc";
}

} // namespace

bool drops_request(const std::vector<Fault>& faults)
{
    return std::any_of(faults.begin(), faults.end(), [](const Fault& fault) {
        return fault.name == "drop_before_accept" || (spoils_answer(fault.name) && !fault.flag("accept", true));
    });
}

std::chrono::milliseconds delay_before(const std::vector<Fault>& faults)
{
    return delay(faults, true);
}

std::chrono::milliseconds delay_after(const std::vector<Fault>& faults)
{
    return delay(faults, false);
}

Reply spoiled(Reply honest, const std::vector<Fault>& faults)
{
    Reply reply = std::move(honest);
    for (const bool gently : {true, false})
        for (const auto& fault : faults)
            if (keeps_json(fault) == gently) spoil(reply, fault);
    if (std::any_of(faults.begin(), faults.end(),
                    [](const Fault& fault) { return fault.name == "drop_before_accept"; }))
        reply.dropped = true;
    return reply;
}

} // namespace enstore::sandbox
