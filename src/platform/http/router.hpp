#pragma once

#include "platform/http/http.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace enstore::http
{

/// What the routes know about one address.
class Place
{
public:
    /// The route of that method; HEAD is served by GET. Null when there is none.
    const Route* of(Method method) const;
    /// `GET, HEAD, POST`: what `Allow` says.
    std::string allowed() const;
    /// The largest body any route of this address takes.
    std::size_t largest_body() const;

private:
    friend class Router;
    std::map<Method, const Route*> routes_;
};

/// Finds the route of a path. A literal segment wins over a parameter, digits over free text; `{id}` (and names ending
/// in `_id`) match digits only; a last `{name*}` takes the rest of the path, slashes included.
class Router
{
public:
    /// Throws `std::logic_error` when two routes have the same method and pattern, or a pattern cannot be read.
    explicit Router(Routes routes);
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    /// The place of a decoded path, with its parameters, or null. One slash at the end is overlooked.
    const Place* find(std::string_view path, std::map<std::string, std::string, std::less<>>& params) const;
    const Routes& routes() const { return routes_; }

private:
    struct Node;
    void add(const Route& route);

    Routes routes_;
    std::unique_ptr<Node> root_;
};

} // namespace enstore::http
