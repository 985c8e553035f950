#include "platform/http/request_reader.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

/// Bytes of a connection: however they are cut into pieces, the same requests come out, and none that is larger than
/// its limits. The first byte says how long a piece is.
namespace
{

using namespace enstore;

constexpr std::size_t body_limit = 1'000;

void require(bool held)
{
    if (!held) std::abort();
}

/// What was read, as text: one line per request, and how it ended.
std::string transcript(std::string_view bytes, std::size_t piece)
{
    http::Limits limits;
    http::RequestReader reader(limits);
    http::Request request;
    std::string out;
    std::string unread;
    reader.begin(request);
    for (;;) {
        const bool had_head = reader.head_done();
        const std::size_t used = reader.feed(unread);
        require(used <= unread.size());
        unread.erase(0, used);
        if (!had_head && reader.head_done()) reader.limit_body(body_limit);
        if (reader.refused() != nullptr) return out + "refused";
        if (reader.done()) {
            require(request.body.size() <= body_limit && request.target.size() <= limits.uri_bytes);
            out += std::string(http::name(request.method)) + " " + request.target + " " + request.body + "\n";
            for (const auto& [name, value] : request.headers)
                require(value.find_first_of("\r\n") == std::string::npos &&
                        name.find_first_of(" :\r\n") == std::string::npos);
            reader.begin(request);
            continue;
        }
        if (used > 0 && !unread.empty()) continue;
        if (bytes.empty()) return out;
        unread += bytes.substr(0, piece);
        bytes.remove_prefix(std::min(piece, bytes.size()));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto whole = transcript(bytes, bytes.size());
    const auto pieces = transcript(bytes, std::size_t{1} + data[0]);
    require(whole == pieces);
    return 0;
}
