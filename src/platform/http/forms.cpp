#include "platform/http/forms.hpp"

#include "platform/core/text.hpp"
#include "platform/http/target.hpp"

namespace enstore::http
{
namespace
{

constexpr std::size_t most_fields = 1'000;
constexpr std::size_t longest_part_head = 4'096;

/// `name="value"` (or bare) among the parameters of a header value; nothing when absent.
std::optional<std::string> parameter(std::string_view value, std::string_view wanted)
{
    std::size_t at = value.find(';');
    while (at != std::string_view::npos) {
        std::string_view rest = value.substr(at + 1);
        const auto equals = rest.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const auto name = trimmed(rest.substr(0, equals));
        rest = rest.substr(equals + 1);
        std::string text;
        std::size_t used = 0;
        if (!rest.empty() && rest.front() == '"') {
            used = 1;
            while (used < rest.size() && rest[used] != '"') {
                if (rest[used] == '\\' && used + 1 < rest.size() && (rest[used + 1] == '"' || rest[used + 1] == '\\'))
                    ++used;
                text += rest[used++];
            }
            if (used >= rest.size()) return std::nullopt; // the quote never closes
        } else {
            used = std::min(rest.find(';'), rest.size());
            text = trimmed(rest.substr(0, used));
        }
        if (equal_ignoring_case(name, wanted)) return text;
        at = rest.find(';', used);
        value = rest;
    }
    return std::nullopt;
}

struct Part {
    std::optional<std::string> name;
    std::optional<std::string> file_name;
    std::string_view bytes;
};

/// The head of a part: only `Content-Disposition` matters.
Part part_of(std::string_view head, std::string_view bytes)
{
    Part part;
    part.bytes = bytes;
    while (!head.empty()) {
        const auto end = head.find("\r\n");
        const auto line = head.substr(0, end);
        head = end == std::string_view::npos ? std::string_view{} : head.substr(end + 2);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos ||
            !equal_ignoring_case(trimmed(line.substr(0, colon)), "content-disposition"))
            continue;
        part.name = parameter(line.substr(colon + 1), "name");
        part.file_name = parameter(line.substr(colon + 1), "filename");
        if (!part.file_name) part.file_name = parameter(line.substr(colon + 1), "filename*");
    }
    return part;
}

/// Calls `take(part)` for each part. False when the body is not the multipart it says it is.
template <class Take>
bool each_part(const Request& request, const Take& take)
{
    const auto boundary = parameter(request.header("content-type"), "boundary");
    if (!boundary || boundary->empty() || boundary->size() > 70) return false;
    const std::string delimiter = "\r\n--" + *boundary;
    std::string_view rest = request.body;
    // The first delimiter may stand at the very start, without its line break.
    if (rest.substr(0, delimiter.size() - 2) == std::string_view(delimiter).substr(2)) {
        rest.remove_prefix(delimiter.size() - 2);
    } else {
        const auto first = rest.find(delimiter);
        if (first == std::string_view::npos) return false;
        rest.remove_prefix(first + delimiter.size());
    }
    for (std::size_t count = 0; count <= most_fields; ++count) {
        if (rest.substr(0, 2) == "--") return true;
        if (rest.substr(0, 2) != "\r\n") return false;
        const auto head_end = rest.find("\r\n\r\n");
        const auto end = head_end == std::string_view::npos ? head_end : rest.find(delimiter, head_end + 2);
        if (end == std::string_view::npos || head_end > longest_part_head) return false;
        // An empty part's delimiter begins with the line break that ends its head.
        const auto body_at = std::min(head_end + 4, end);
        take(part_of(rest.substr(2, head_end - 2 > rest.size() ? 0 : head_end - 2),
                     rest.substr(body_at, end - body_at)));
        rest.remove_prefix(end + delimiter.size());
    }
    return false;
}

std::optional<FormPairs> read_urlencoded(std::string_view text)
{
    FormPairs pairs;
    while (!text.empty()) {
        const auto ampersand = text.find('&');
        const auto pair = text.substr(0, ampersand);
        text = ampersand == std::string_view::npos ? std::string_view{} : text.substr(ampersand + 1);
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        auto name = percent_decoded(pair.substr(0, equals), true);
        auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                      : percent_decoded(pair.substr(equals + 1), true);
        if (!name || !value || pairs.size() == most_fields) return std::nullopt;
        if (!name->empty()) pairs.emplace_back(std::move(*name), std::move(*value));
    }
    return pairs;
}

} // namespace

BodyKind body_kind(std::string_view content_type)
{
    const auto type = trimmed(content_type.substr(0, content_type.find(';')));
    if (equal_ignoring_case(type, "application/x-www-form-urlencoded")) return BodyKind::urlencoded;
    if (equal_ignoring_case(type, "multipart/form-data")) return BodyKind::multipart;
    return BodyKind::json;
}

std::optional<FormPairs> read_form(const Request& request)
{
    const BodyKind kind = body_kind(request.header("content-type"));
    if (kind == BodyKind::json) return std::nullopt;
    if (kind == BodyKind::urlencoded) return read_urlencoded(request.body);
    FormPairs pairs;
    bool clean = true;
    const bool sound = each_part(request, [&](const Part& part) {
        if (!part.name || part.name->empty() || part.file_name) return;
        clean = clean && is_clean_utf8(*part.name) && is_clean_utf8(part.bytes);
        pairs.emplace_back(*part.name, std::string(part.bytes));
    });
    if (!sound || !clean) return std::nullopt;
    return pairs;
}

std::string form_field(const Request& request, std::string_view name)
{
    const auto pairs = read_form(request);
    if (!pairs) return {};
    for (const auto& [key, value] : *pairs)
        if (key == name) return value;
    return {};
}

std::vector<FilePart> read_files(const Request& request)
{
    std::vector<FilePart> files;
    if (body_kind(request.header("content-type")) != BodyKind::multipart) return files;
    const bool sound = each_part(request, [&](const Part& part) {
        if (part.name && part.file_name) files.push_back({*part.name, *part.file_name, std::string(part.bytes)});
    });
    if (!sound) files.clear();
    return files;
}

} // namespace enstore::http
