#include "platform/core/failpoint.hpp"

#ifdef ENSTORE_FAILPOINTS

#include "platform/core/text.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <thread>

namespace enstore
{
namespace
{

struct Point {
    int pause_s = 0;              ///< above 0: sleep instead of dying, once
    std::atomic<int> passages{1}; ///< acts when this many have been counted down
};

/// `a,b=pause:150,c=exit_after:3`, read once at the first passage.
const std::map<std::string, std::unique_ptr<Point>, std::less<>>& points()
{
    static const auto parsed = [] {
        std::map<std::string, std::unique_ptr<Point>, std::less<>> made;
        const char* text = std::getenv("ENSTORE_FAILPOINT"); // NOLINT(concurrency-mt-unsafe): nothing here sets it
        if (text == nullptr) return made;
        for (const auto& part : split(text, ',')) {
            const auto equals = part.find('=');
            auto point = std::make_unique<Point>();
            if (equals != std::string::npos) {
                const auto action = split(std::string_view(part).substr(equals + 1), ':');
                const auto number = action.size() == 2 ? parse_int(action[1]).value_or(0) : 0;
                if (action[0] == "pause") point->pause_s = static_cast<int>(number);
                if (action[0] == "exit_after") point->passages = static_cast<int>(number);
            }
            made.emplace(part.substr(0, equals), std::move(point));
        }
        return made;
    }();
    return parsed;
}

} // namespace

void failpoint(std::string_view name)
{
    const auto found = points().find(name);
    if (found == points().end()) return;
    Point& point = *found->second;
    if (point.passages.fetch_sub(1) != 1) return;
    if (point.pause_s > 0)
        std::this_thread::sleep_for(std::chrono::seconds{point.pause_s});
    else
        std::raise(SIGKILL);
}

} // namespace enstore

#endif
