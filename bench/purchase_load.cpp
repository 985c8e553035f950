// Buys over HTTP as fast as the store answers:  purchase_load PORT TOKENS ITEM SECONDS
// One keep-alive connection and one thread for each buyer of the file TOKENS (a bearer token a line). Prints the
// purchases a second that were answered 201; any other answer is printed once and fails the run.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace
{

using Steady = std::chrono::steady_clock;

std::atomic<std::int64_t> bought{0};
std::atomic<bool> wrong{false};

int connected(int port)
{
    const int peer = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return -1;
    const int on = 1;
    ::setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return peer;
}

/// Reads one answer (head and Content-Length bytes); empty when the connection ended.
std::string answer(int peer, std::string& rest)
{
    std::string all = std::move(rest);
    rest.clear();
    for (;;) {
        const auto end = all.find("\r\n\r\n");
        if (end != std::string::npos) {
            const auto at = all.find("Content-Length: ");
            const std::size_t length = at < end ? std::strtoul(all.c_str() + at + 16, nullptr, 10) : 0;
            if (all.size() >= end + 4 + length) {
                rest = all.substr(end + 4 + length);
                all.resize(end + 4 + length);
                return all;
            }
        }
        char bytes[8192];
        const ssize_t got = ::recv(peer, bytes, sizeof bytes, 0);
        if (got <= 0) return {};
        all.append(bytes, static_cast<std::size_t>(got));
    }
}

void buy(int port, const std::string& token, const std::string& item, Steady::time_point until)
{
    const std::string body = R"({"product_item_id":)" + item + R"(,"customer_data":{"phone":"081234567890"}})";
    const std::string request =
        "POST /api/customer/transactions/purchase-balance HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + token +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    const int peer = connected(port);
    std::string rest;
    while (peer >= 0 && Steady::now() < until) {
        if (::send(peer, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) break;
        const std::string reply = answer(peer, rest);
        if (reply.compare(0, 12, "HTTP/1.1 201") != 0) {
            if (!wrong.exchange(true)) std::cerr << "not bought: " << reply << "\n";
            break;
        }
        ++bought;
    }
    if (peer >= 0) ::close(peer);
}

} // namespace

int main(int count, char** words)
{
    if (count != 5) {
        std::cerr << "usage: purchase_load PORT TOKENS ITEM SECONDS\n";
        return 2;
    }
    std::vector<std::string> tokens;
    std::ifstream file(words[2]);
    for (std::string line; std::getline(file, line);)
        tokens.push_back(line);
    const int port = static_cast<int>(std::strtol(words[1], nullptr, 10));
    const std::chrono::seconds time{std::strtol(words[4], nullptr, 10)};
    const auto began = Steady::now();
    std::vector<std::thread> buyers;
    for (const auto& token : tokens)
        buyers.emplace_back([&] { buy(port, token, words[3], began + time); });
    for (auto& buyer : buyers)
        buyer.join();
    const double took = std::chrono::duration<double>(Steady::now() - began).count();
    std::cout << static_cast<std::int64_t>(static_cast<double>(bought) / took) << "\n";
    return wrong || bought == 0 ? 1 : 0;
}
