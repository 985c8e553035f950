#include "platform/http/router.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace enstore::http
{
namespace
{

/// No pattern of ours has a third of this; deeper paths are unknown by definition.
constexpr std::size_t most_segments = 24;

struct Segments {
    std::array<std::string_view, most_segments> part;
    std::size_t count = 0;
};

/// False for what no route can match: empty segments, dot segments, too many.
bool cut(std::string_view path, Segments& out)
{
    if (path.empty() || path.front() != '/') return false;
    path.remove_prefix(1);
    if (!path.empty() && path.back() == '/') path.remove_suffix(1);
    while (!path.empty()) {
        const auto slash = path.find('/');
        const auto part = path.substr(0, slash);
        if (part.empty() || part == "." || part == ".." || out.count == most_segments) return false;
        out.part[out.count++] = part;
        if (slash == std::string_view::npos) return true;
        path.remove_prefix(slash + 1);
    }
    return true;
}

bool only_digits(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool names_an_id(std::string_view name)
{
    return name == "id" || (name.size() > 3 && name.substr(name.size() - 3) == "_id");
}

} // namespace

struct Router::Node {
    struct Param {
        std::string name;
        std::unique_ptr<Node> node;
    };
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::vector<Param> digits;
    std::vector<Param> texts;
    std::vector<Param> rests; ///< `{name*}`
    Place place;

    static Node& param(std::vector<Param>& list, std::string_view name)
    {
        for (auto& known : list)
            if (known.name == name) return *known.node;
        list.push_back({std::string(name), std::make_unique<Node>()});
        return *list.back().node;
    }

    const Place* walk(const Segments& segments, std::size_t at,
                      std::map<std::string, std::string, std::less<>>& params) const
    {
        if (at == segments.count) return place.routes_.empty() ? nullptr : &place;
        const std::string_view part = segments.part[at];
        if (const auto literal = literals.find(part); literal != literals.end())
            if (const Place* found = literal->second->walk(segments, at + 1, params)) return found;
        if (only_digits(part))
            for (const auto& param : digits)
                if (const Place* found = param.node->walk(segments, at + 1, params)) {
                    params.emplace(param.name, part);
                    return found;
                }
        for (const auto& param : texts)
            if (const Place* found = param.node->walk(segments, at + 1, params)) {
                params.emplace(param.name, part);
                return found;
            }
        for (const auto& param : rests) {
            std::string rest;
            for (std::size_t i = at; i < segments.count; ++i)
                rest.append(i == at ? "" : "/").append(segments.part[i]);
            params.emplace(param.name, std::move(rest));
            return &param.node->place;
        }
        return nullptr;
    }
};

const Route* Place::of(Method method) const
{
    const auto found = routes_.find(method == Method::head ? Method::get : method);
    return found == routes_.end() ? nullptr : found->second;
}

std::string Place::allowed() const
{
    std::string out;
    for (const auto& [method, route] : routes_) {
        out.append(out.empty() ? "" : ", ").append(name(method));
        if (method == Method::get) out.append(", HEAD");
    }
    return out.append(out.empty() ? "OPTIONS" : ", OPTIONS");
}

std::size_t Place::largest_body() const
{
    std::size_t largest = 0;
    for (const auto& [method, route] : routes_)
        largest = std::max(largest, route->body_limit);
    return largest;
}

Router::Router(Routes routes) : routes_(std::move(routes)), root_(std::make_unique<Node>())
{
    for (const Route& route : routes_)
        add(route);
}

Router::~Router() = default;

void Router::add(const Route& route)
{
    const auto bad = [&](const char* why) {
        return std::logic_error("route " + std::string(name(route.method)) + " " + route.pattern + ": " + why);
    };
    Segments segments;
    if (!cut(route.pattern, segments)) throw bad("the pattern cannot be read");
    Node* node = root_.get();
    for (std::size_t i = 0; i < segments.count; ++i) {
        std::string_view part = segments.part[i];
        if (part.front() != '{') {
            auto& next = node->literals[std::string(part)];
            if (!next) next = std::make_unique<Node>();
            node = next.get();
            continue;
        }
        if (part.back() != '}' || part.size() < 3) throw bad("a parameter is written {name}");
        part = part.substr(1, part.size() - 2);
        if (part.back() == '*') {
            if (i + 1 != segments.count) throw bad("{name*} comes last");
            node = &Node::param(node->rests, part.substr(0, part.size() - 1));
        } else {
            node = &Node::param(names_an_id(part) ? node->digits : node->texts, part);
        }
    }
    if (!node->place.routes_.emplace(route.method, &route).second) throw bad("declared twice");
}

const Place* Router::find(std::string_view path, std::map<std::string, std::string, std::less<>>& params) const
{
    Segments segments;
    if (!cut(path, segments)) return nullptr;
    return root_->walk(segments, 0, params);
}

} // namespace enstore::http
