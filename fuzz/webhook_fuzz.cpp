#include "platform/crypto/crypto.hpp"
#include "suppliers/digiflazz.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// A webhook's first line is its signature, the rest its body. Unsigned bytes never get past the signature; the same
/// bytes, signed, never crash the decoder (S39, S47).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    namespace digiflazz = enstore::digiflazz;
    static const digiflazz::Config config = [] {
        digiflazz::Config made;
        made.webhook_secret = enstore::Secret{"rahasia-webhook"};
        return made;
    }();
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto line_end = input.find('\n');
    const auto signature = input.substr(0, line_end);
    const auto body = line_end == std::string_view::npos ? std::string_view{} : input.substr(line_end + 1);

    const auto right = "sha1=" + enstore::crypto::hmac_sha1("rahasia-webhook", body);
    if (digiflazz::read_webhook(config, body, signature, "update") && signature != right) std::abort();
    const auto webhook = digiflazz::read_webhook(config, body, right, signature);
    if (webhook && !webhook->ping && (!webhook->answer || webhook->answer->ref_id.empty())) std::abort();
    return 0;
}
