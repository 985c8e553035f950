#pragma once

#include "platform/http/http.hpp"
#include "platform/http/raw_client_for_tests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace enstore::http
{

/// A server on a free port of the loopback, with routes of the test's choice.
class ServerTest : public testing::Test
{
protected:
    static Handler says(std::string text)
    {
        return [text = std::move(text)](const Request&) -> Result<Response> {
            Response response;
            response.content_type = "text/plain";
            response.body = text;
            return response;
        };
    }
    static Route route(Method method, std::string pattern, Handler handler, RateClass rate = RateClass::none,
                       Role role = Role::anyone)
    {
        return {
            .method = method, .pattern = std::move(pattern), .role = role, .rate = rate, .handler = std::move(handler)};
    }
    static Route inline_route(std::string pattern, Handler handler)
    {
        Route made = route(Method::get, std::move(pattern), std::move(handler));
        made.inline_on_io = true;
        return made;
    }
    /// The guard of the tests: `admin`, `customer` and `reseller` are tokens, anything else is not.
    static std::optional<Caller> guard(std::string_view token)
    {
        if (token == "admin") return Caller{.user = UserId{1}, .token = TokenId{1}, .admin = true};
        if (token == "customer") return Caller{.user = UserId{2}, .token = TokenId{2}};
        if (token == "reseller") return Caller{.user = UserId{3}, .token = TokenId{3}, .reseller = true};
        return std::nullopt;
    }

    int serve(Routes routes)
    {
        config.port = 0;
        config.access_log = false;
        server = std::make_unique<Server>(config, std::move(routes), &guard, clock);
        server->start();
        return server->port();
    }
    static std::string get(const std::string& target, const std::string& more = {})
    {
        return "GET " + target + " HTTP/1.1\r\nHost: shop\r\n" + more + "\r\n";
    }
    static std::string post(const std::string& target, const std::string& body, const std::string& more = {})
    {
        return "POST " + target + " HTTP/1.1\r\nHost: shop\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
               more + "\r\n" + body;
    }
    RawAnswer once(const std::string& bytes)
    {
        RawClient client(server->port());
        auto answer = client.ask(bytes);
        if (!answer) {
            ADD_FAILURE() << "no answer to " << bytes.substr(0, 80);
            return {};
        }
        return *answer;
    }

    ServerConfig config;
    ManualClock clock;
    std::unique_ptr<Server> server;
};

} // namespace enstore::http
