#include "platform/crypto/crypto.hpp"
#include "suppliers/digiflazz.hpp"
#include "suppliers/json_reading.hpp"

namespace enstore::digiflazz
{
namespace
{

bool is_genuine(const Config& config, std::string_view raw_body, std::string_view signature)
{
    // Anyone can make the HMAC of an empty key.
    if (config.webhook_secret.empty()) return false;
    return crypto::equal("sha1=" + crypto::hmac_sha1(config.webhook_secret.reveal(), raw_body), signature);
}

/// A test delivery has no `data`. The event header alone is not believed: the signature does not cover it.
bool is_ping(std::string_view raw_body, std::string_view event)
{
    const auto document = parse_object(raw_body);
    if (!document || document->contains("data")) return false;
    return event == "ping" || document->contains("hook_id") || document->contains("sed");
}

} // namespace

Result<Webhook> read_webhook(const Config& config, std::string_view raw_body, std::string_view signature,
                             std::string_view event)
{
    if (!is_genuine(config, raw_body, signature))
        return refuse(bad_signature, config.webhook_secret.empty() ? "no webhook secret is set" : "");
    Webhook webhook;
    if (event == "create" || event == "update") webhook.event = event;
    if (is_ping(raw_body, event)) {
        webhook.ping = true;
        return webhook;
    }
    webhook.answer = read_answer(raw_body, std::nullopt);
    if (!webhook.answer) return refuse(bad_payload, "no answer in a signed body");
    if (webhook.answer->ref_id.empty()) return refuse(bad_payload, "no ref_id in a signed body");
    return webhook;
}

} // namespace enstore::digiflazz
