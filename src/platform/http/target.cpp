#include "platform/http/target.hpp"

#include "platform/core/text.hpp"

namespace enstore::http
{
namespace
{

int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// The part of a list before `separator`; the rest stays in `text`.
std::string_view next_part(std::string_view& text, char separator)
{
    const auto at = text.find(separator);
    const auto part = text.substr(0, at);
    text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
    return part;
}

/// `;q=0.8` in thousandths; 1000 when there is none, 0 when it cannot be read.
int quality(std::string_view parameters)
{
    while (!parameters.empty()) {
        const auto part = trimmed(next_part(parameters, ';'));
        if (part.size() < 3 || (part[0] != 'q' && part[0] != 'Q') || part[1] != '=') continue;
        int value = 0;
        int weight = 1000;
        for (const char c : part.substr(2)) {
            if (c == '.') continue;
            if (c < '0' || c > '9' || weight == 0) break;
            value += (c - '0') * weight;
            weight /= 10;
        }
        return value;
    }
    return 1000;
}

bool read_query(std::string_view text, Request& request)
{
    while (!text.empty()) {
        const auto pair = next_part(text, '&');
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        auto name = percent_decoded(pair.substr(0, equals), true);
        auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                      : percent_decoded(pair.substr(equals + 1), true);
        if (!name || !value) return false;
        const auto blankless = trimmed(*value);
        if (!name->empty() && !blankless.empty()) request.query.emplace(std::move(*name), std::string(blankless));
    }
    return true;
}

} // namespace

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space)
{
    std::string out;
    out.reserve(text.size());
    bool plain = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (static_cast<unsigned char>(c) >= 0x80 || c == 0) plain = false;
        out += c;
    }
    if (!plain && !is_clean_utf8(out)) return std::nullopt;
    return out;
}

std::string percent_encoded(std::string_view text)
{
    static constexpr char hex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        if (plain)
            out += c;
        else
            out.append({'%', hex[byte >> 4U], hex[byte & 15U]});
    }
    return out;
}

bool read_target(Request& request)
{
    std::string_view target = request.target;
    // The absolute form (`GET http://host/path`), which a server must take; the authority is not ours to judge.
    for (const std::string_view scheme : {"http://", "https://"})
        if (target.substr(0, scheme.size()) == scheme) {
            const auto slash = target.find_first_of("/?", scheme.size());
            target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
            break;
        }
    if (request.method == Method::options && target == "*") target = "/";
    if (target.empty() || target.front() != '/') return false;
    const auto question = target.find('?');
    auto path = percent_decoded(target.substr(0, question), false);
    if (!path) return false;
    request.path = std::move(*path);
    return question == std::string_view::npos || read_query(target.substr(question + 1), request);
}

Language language_of(std::string_view accept_language)
{
    int indonesian = 0;
    int english = 0;
    while (!accept_language.empty()) {
        auto part = next_part(accept_language, ',');
        const auto tag = trimmed(next_part(part, ';'));
        const int weight = quality(part);
        const auto primary = tag.substr(0, tag.find('-'));
        if (equal_ignoring_case(primary, "id")) indonesian = std::max(indonesian, weight);
        if (equal_ignoring_case(primary, "en")) english = std::max(english, weight);
    }
    return english > indonesian ? Language::english : Language::indonesian;
}

bool accepts_coding(std::string_view accept_encoding, std::string_view coding)
{
    bool any = false;
    while (!accept_encoding.empty()) {
        auto part = next_part(accept_encoding, ',');
        const auto token = trimmed(next_part(part, ';'));
        const bool wanted = quality(part) > 0;
        if (equal_ignoring_case(token, coding)) return wanted;
        if (token == "*") any = wanted;
    }
    return any;
}

bool matches_etag(std::string_view if_none_match, std::string_view etag)
{
    const auto strong = [](std::string_view tag) { return tag.substr(0, 2) == "W/" ? tag.substr(2) : tag; };
    if (etag.empty()) return false;
    while (!if_none_match.empty()) {
        const auto tag = trimmed(next_part(if_none_match, ','));
        if (tag == "*" || strong(tag) == strong(etag)) return true;
    }
    return false;
}

} // namespace enstore::http
