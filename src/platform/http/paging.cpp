#include "platform/core/text.hpp"
#include "platform/http/json.hpp"
#include "platform/http/target.hpp"

#include <algorithm>

namespace enstore::http
{
namespace
{

constexpr std::int64_t most_per_page = 100;
/// Past this no list of ours has pages, and an offset cannot overflow.
constexpr std::int64_t last_possible_page = 1'000'000'000;

std::optional<std::int64_t> positive(const Request& request, std::string_view name)
{
    const auto text = request.query_value(name);
    const auto number = text ? parse_int(*text) : std::nullopt;
    return number && *number > 0 ? number : std::nullopt;
}

/// Makes the addresses of pages: the other query parameters stay, `page` is replaced.
class PageLinks
{
public:
    PageLinks(const Request& request, std::string_view public_url) : path_(std::string(public_url))
    {
        // The path is decoded by now; each segment is encoded again.
        for (const auto& segment : split(request.path, '/'))
            if (!segment.empty()) path_ += "/" + percent_encoded(segment);
        for (const auto& [name, value] : request.query)
            if (name != "page") others_ += percent_encoded(name) + "=" + percent_encoded(value) + "&";
    }
    const std::string& path() const { return path_; }
    std::string url(std::int64_t page) const { return path_ + "?" + others_ + "page=" + std::to_string(page); }

private:
    std::string path_;
    std::string others_;
};

json::object link(json::value url, std::string_view label, bool active)
{
    return {{"url", std::move(url)}, {"label", label}, {"active", active}};
}

/// Previous, up to two pages at each end and three around the current one (gaps as `...`), next.
json::array links_of(const PageLinks& links, std::int64_t current, std::int64_t last, Language language)
{
    const bool english = language == Language::english;
    const auto url = [&](std::int64_t page) {
        return page >= 1 && page <= last ? json::value(links.url(page)) : json::value(nullptr);
    };
    json::array out;
    out.push_back(link(url(current - 1), english ? "Previous" : "Sebelumnya", false));
    std::int64_t written = 0;
    const auto wanted = [&](std::int64_t page) {
        return page <= 2 || page > last - 2 || (page >= current - 3 && page <= current + 3);
    };
    const auto consider = [&](std::int64_t from, std::int64_t to) {
        for (std::int64_t page = std::max(from, written + 1); page <= std::min(to, last); ++page) {
            if (!wanted(page)) continue;
            if (page > written + 1) out.push_back(link(nullptr, "...", false));
            out.push_back(link(json::value(links.url(page)), std::to_string(page), page == current));
            written = page;
        }
    };
    consider(1, 2);
    consider(current - 3, current + 3);
    consider(last - 1, last);
    out.push_back(link(url(current + 1), english ? "Next" : "Berikutnya", false));
    return out;
}

} // namespace

Paging paging(const Request& request, std::int64_t default_per_page, std::initializer_list<std::string_view> names)
{
    Paging out;
    out.page = std::min(positive(request, "page").value_or(1), last_possible_page);
    out.per_page = default_per_page;
    for (const auto name : names)
        if (request.query_value(name)) {
            out.per_page = positive(request, name).value_or(default_per_page);
            break;
        }
    out.per_page = std::clamp<std::int64_t>(out.per_page, 1, most_per_page);
    return out;
}

json::object page(const Request& request, std::string_view public_url, const Paging& paging, std::int64_t total,
                  json::array rows)
{
    const std::int64_t last = std::max<std::int64_t>(1, (total + paging.per_page - 1) / paging.per_page);
    const PageLinks links(request, public_url);
    const auto count = static_cast<std::int64_t>(rows.size());
    json::object out;
    out["current_page"] = paging.page;
    out["data"] = std::move(rows);
    out["first_page_url"] = links.url(1);
    out["from"] = count > 0 ? json::value(paging.offset() + 1) : json::value(nullptr);
    out["last_page"] = last;
    out["last_page_url"] = links.url(last);
    out["links"] = links_of(links, paging.page, last, request.language);
    out["next_page_url"] = paging.page < last ? json::value(links.url(paging.page + 1)) : json::value(nullptr);
    out["path"] = links.path();
    out["per_page"] = paging.per_page;
    // Past the end, the page before is the last one that has rows.
    out["prev_page_url"] =
        paging.page > 1 ? json::value(links.url(std::min(paging.page - 1, last))) : json::value(nullptr);
    out["to"] = count > 0 ? json::value(paging.offset() + count) : json::value(nullptr);
    out["total"] = total;
    return out;
}

} // namespace enstore::http
