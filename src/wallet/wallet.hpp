#pragma once

#include "platform/db/db.hpp"
#include "platform/http/http.hpp"
#include "wallet/refusals.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The books behind every rupiah (domain 13 and 24): a double-entry ledger, and `balances` with `balance_mutations` as
/// its readable projection, written in the same transaction.
namespace enstore::wallet
{

/// House accounts of the chart. Wallets are separate: one per user.
enum class Account {
    orders_in_progress,
    refunds_payable,
    withdrawals_payable,
    suspense,
    gateway_receivable,
    supplier_deposit,
    bank,
    disputes,
    sales,
    fees_charged,
    cost_of_goods,
    gateway_fees,
    discounts,
    adjustments,
    opening_balances,
    demo_funds,
};
std::string_view name(Account account);

/// One line of an entry: plus is debit, minus is credit. Lines of zero are left out.
struct Posting {
    std::optional<Account> account; ///< a house account …
    std::optional<UserId> wallet;   ///< … or a customer's wallet
    Idr amount;

    static Posting debit(Account account, Idr amount) { return {account, std::nullopt, amount}; }
    static Posting credit(Account account, Idr amount) { return {account, std::nullopt, -amount}; }
    static Posting into_wallet(UserId user, Idr amount) { return {std::nullopt, user, -amount}; }
    static Posting out_of_wallet(UserId user, Idr amount) { return {std::nullopt, user, amount}; }
};

/// A journal entry. `(source, source_ref, kind)` is unique: one outside event has one effect (I4).
struct Entry {
    std::string_view kind;   ///< `purchase`, `delivery`, … (domain 24)
    std::string_view source; ///< `order`, `demo`, `admin`, …
    std::string source_ref;  ///< the order's code, or another name of the event
    std::optional<std::int64_t> order = {};
    std::optional<UserId> acting_admin = {};
    std::string memo = {}; ///< also the mutation's description, for a person
    std::string_view reference_type =
        {}; ///< of the mutation: `purchase`, `refund`, `adjustment`, …; only with a wallet posting
    std::optional<std::int64_t> reference_id = {};
    std::vector<Posting> postings;
};

/// Writes the entry, its postings, and for each wallet posting the new balance and its mutation. Refused with
/// `already_applied` (the same event again; nothing is written), `no_wallet`, or `insufficient_balance` (a debit larger
/// than what is available; decided by the database in one statement). Throws `std::logic_error` when the lines do not
/// sum to zero. The body must be rolled back on a refusal, which `transact` does.
Result<void> post(db::Tx& tx, const Entry& entry, Timestamp now);

/// Makes the empty wallet of a new account. Once per user.
void open_wallet(db::Tx& tx, UserId user, Timestamp now);

struct Balance {
    std::int64_t id = 0;
    Idr balance;
    Idr bonus;
    Idr hold;
    Timestamp created;
    Timestamp updated;
    Idr available() const { return balance - hold; }
};
/// Zeros when the wallet was never opened.
Balance balance_of(db::Tx& tx, UserId user);

/// Gives a demo account money through a proper entry (`demo_credit`); refused with `not_in_live_store` on a live
/// database.
Result<void> demo_credit(db::Tx& tx, UserId user, Idr amount, std::string source_ref, Timestamp now);

struct Deps {
    db::Database& database;
};
/// `GET /api/customer/balance`, `/api/customer/balance/mutations`.
http::Routes routes(Deps deps);

} // namespace enstore::wallet
