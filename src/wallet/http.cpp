#include "platform/core/text.hpp"
#include "platform/http/json.hpp"
#include "wallet/wallet.hpp"

#include <algorithm>

namespace enstore::wallet
{
namespace
{

namespace json = boost::json;

constexpr db::Query recent_mutations{
    "wallet.mutations",
    "SELECT m.id, m.balance_id, m.transaction_id, m.type, m.amount, m.balance_before, m.balance_after, m.description, "
    "m.reference_type, "
    "m.reference_id, m.created_at, m.updated_at, t.transaction_code, t.product_name, t.status FROM balance_mutations m "
    "JOIN balances b ON b.id = m.balance_id LEFT JOIN transactions t ON t.id = m.transaction_id WHERE b.user_id = ? "
    "ORDER BY m.id DESC LIMIT ?"};

json::object mutation_json(const db::Row& row)
{
    json::object out{{"id", row.integer(0)},
                     {"balance_id", row.integer(1)},
                     {"transaction_id", nullptr},
                     {"type", row.text(3)},
                     {"amount", row.integer(4)},
                     {"balance_before", row.integer(5)},
                     {"balance_after", row.integer(6)},
                     {"description", row.text(7)},
                     {"reference_type", http::wire(row.maybe_text(8))},
                     {"reference_id", nullptr},
                     {"created_at", http::wire(row.time(10))},
                     {"updated_at", http::wire(row.time(11))},
                     {"transaction", nullptr}};
    if (const auto id = row.maybe_integer(9)) out["reference_id"] = *id;
    if (const auto order = row.maybe_integer(2)) {
        out["transaction_id"] = *order;
        out["transaction"] = json::object{{"id", *order},
                                          {"transaction_code", row.text(12)},
                                          {"product_name", row.text(13)},
                                          {"status", row.text(14)}};
    }
    return out;
}

Result<http::Response> show_balance(const Deps& deps, const http::Request& request)
{
    const auto balance = deps.database.read([&](db::Tx& tx) { return balance_of(tx, request.caller->user); });
    return http::ok(json::object{{"balance", http::wire(balance.balance)},
                                 {"bonus_balance", http::wire(balance.bonus)},
                                 {"hold_balance", http::wire(balance.hold)},
                                 {"available_balance", http::wire(balance.available())}});
}

Result<http::Response> list_mutations(const Deps& deps, const http::Request& request)
{
    const auto asked = parse_int(request.query_value("limit").value_or("50"));
    const std::int64_t limit = asked && *asked > 0 ? std::min<std::int64_t>(*asked, 500) : 50;
    const auto rows =
        deps.database.read([&](db::Tx& tx) { return tx.all(recent_mutations, request.caller->user, limit); });
    json::array out;
    for (const auto& row : rows)
        out.push_back(mutation_json(row));
    return http::ok(std::move(out));
}

} // namespace

http::Routes routes(Deps deps)
{
    return {{http::Method::get, "/api/customer/balance", http::Role::customer, http::RateClass::api,
             [deps](const http::Request& request) { return show_balance(deps, request); }},
            {http::Method::get, "/api/customer/balance/mutations", http::Role::customer, http::RateClass::api,
             [deps](const http::Request& request) { return list_mutations(deps, request); }}};
}

} // namespace enstore::wallet
