#pragma once

#include "sandbox/order.hpp"
#include "sandbox/world.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace enstore::sandbox
{

/// What goes back to the buyer; without HTTP, so that the rules can be tested alone.
struct Reply {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    bool dropped = false; ///< close the connection instead of answering
};

/// A request to `/transaction`, decoded.
struct Ask {
    std::string command; ///< empty: prepaid
    std::string sku;
    std::string customer_no;
    std::string ref_id;
    bool testing = false;
    std::optional<std::int64_t> max_price;
    std::optional<std::int64_t> amount;
    std::optional<std::int64_t> year;
    std::string callback_url;
};

/// What the rules look at besides the database, fixed for one request.
struct Scene {
    Timestamp now;
    Settings settings;
    std::shared_ptr<const Catalogue> catalogue;
    std::vector<Fault> faults;
};

/// The answer to a transaction request. `refused`: nothing was formed.
struct Answer {
    json::object data;
    bool refused = false;
};

/// Refusals carry the reduced shape: no price, no balance, no contacts.
Answer refused(std::string_view rc, const std::string& ref_id, const std::string& customer_no, const std::string& sku);
inline Answer refused(std::string_view rc, const Ask& ask)
{
    return refused(rc, ask.ref_id, ask.customer_no, ask.sku);
}

/// Buys, or tells the state of the order that this ref_id already is (prepaid).
Answer buy(db::Tx& tx, const Ask& ask, const Scene& scene);
/// Looks a bill up, pays it, tells how the payment stands (postpaid).
Answer inquire(db::Tx& tx, const Ask& ask, const Scene& scene);
Answer pay(db::Tx& tx, const Ask& ask, const Scene& scene);
Answer payment_status(db::Tx& tx, const Ask& ask, const Scene& scene);

/// Takes the order's next planned step: goods delivered, money put back, webhooks written.
void take_step(db::Tx& tx, Order& order, const Settings& settings, Timestamp now);
/// Takes all steps that are due.
void catch_up(db::Tx& tx, Order& order, const Settings& settings, Timestamp now);
/// Counts one more request for the ref_id; the order comes back as stored, or new with kind `none`.
Order noted_order(db::Tx& tx, const Ask& ask, Timestamp now);
/// Writes the webhooks that tell of the order's present state.
void write_hooks(db::Tx& tx, const Order& order, std::string_view event, const Settings& settings, Timestamp now);
/// Sets the end, the plan and the webhooks of a newly formed order, from its script.
void form(Order& order, const Script& script, const Settings& settings, Timestamp now);

/// The order as its answer shows it, and as its webhook does (in another field order, as the real one).
json::object answer_of(const Order& order);
std::string hook_body(const Order& order);

/// A made-up serial for a prepaid order, in the shape its category has.
std::string serial_for(const Order& order, const std::string& category);

class Supplier
{
public:
    /// `pause` waits for a fault that delays; the server cuts it short when it stops.
    Supplier(World& world, const Config& config, std::function<void(std::chrono::milliseconds)> pause);

    /// Answers one POST to `path` (`/transaction` …).
    Reply post(std::string_view path, std::string_view body, const std::string& client_ip);

private:
    struct Parsed;

    Reply answer(std::string_view path, const Parsed& request, const std::vector<Fault>& faults);
    Reply transaction(const Parsed& request, const std::vector<Fault>& faults);
    Reply balance(const Parsed& request);
    Reply price_list(const Parsed& request);
    Reply deposit_ticket(const Parsed& request);
    Reply pln_lookup(const Parsed& request);
    std::optional<std::string> refused_caller(const Parsed& request, std::string_view signed_text);
    Reply simple_refusal(std::string_view rc) const;
    Reply reply(json::value data, bool refusal) const;

    World& world_;
    std::string username_;
    Secret api_key_;
    std::function<void(std::chrono::milliseconds)> pause_;
};

} // namespace enstore::sandbox
