#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

namespace enstore::support
{

/// A relay to a port of this machine that loses answers: it drops the connection at the first packet that holds a given
/// text, before or after the server has dealt with it.
class DroppingProxy
{
public:
    explicit DroppingProxy(int target_port);
    ~DroppingProxy();
    DroppingProxy(const DroppingProxy&) = delete;
    DroppingProxy& operator=(const DroppingProxy&) = delete;

    int port() const;
    /// Drops once. `delivered`: the server gets the text and answers; the client hears nothing of it. Otherwise the
    /// text never arrives.
    void drop_at(const std::string& text, bool delivered);

private:
    class Relay;
    std::unique_ptr<Relay> relay_;
};

} // namespace enstore::support
