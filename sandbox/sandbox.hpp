#pragma once

#include "platform/core/money.hpp"
#include "platform/core/secret.hpp"
#include "platform/core/time.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

/// A simulator of the supplier Digiflazz: its own HTTP server with its own small database, so that the store can buy,
/// wait, be called back and be lied to on a laptop, and a test can prove how often goods were delivered. See README.md.
namespace enstore::sandbox
{

struct Config {
    std::string address = "127.0.0.1"; ///< loopback only: the control endpoints ask for no password
    int port = 8010;                   ///< 0: any free port; see `Sandbox::port()`
    std::string data_folder;           ///< `sandbox.db` is kept here; made when missing
    std::string username;              ///< what requests must say; another one is refused with rc 42
    Secret api_key;                    ///< part of every `sign`; a wrong one is refused with rc 41
    Secret webhook_secret;             ///< empty: webhooks go out unsigned, as from the real supplier
    std::string webhook_url;           ///< empty: only orders with a `cb_url` are called back
    std::chrono::milliseconds callback_delay{3000};
    Idr deposit{100'000'000};    ///< on the first start; afterwards the database knows
    bool cut_off = true;         ///< off: no closed windows, so that tests around midnight do not change colour
    bool limits = true;          ///< the price list's budget of one call in 5 minutes
    std::string price_list_file; ///< empty: the list compiled into the program
};

/// The price list compiled into the program: `{"prepaid":[…],"pasca":[…]}`.
extern const std::string_view price_list_json;

/// The supplier, running. Everything it has promised (orders, deposit, due webhooks, faults, moved clock) is on disk
/// before it answers, so that a killed sandbox carries on where it was.
class Sandbox
{
public:
    /// Throws `std::invalid_argument` when the address is not loopback.
    Sandbox(Config config, const Clock& clock);
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    void start(); ///< throws when the port or the data folder cannot be used
    int port() const;
    void stop(); ///< idempotent; cuts running delays short

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace enstore::sandbox
