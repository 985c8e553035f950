#pragma once

#include "wallet/wallet.hpp"

/// The wallet's SQL, and nowhere else's.
namespace enstore::wallet::store
{

struct WalletRow {
    std::int64_t id = 0;
    std::int64_t account = 0;
    Idr balance;
};

/// Inserts the entry; throws `db::UniqueViolation` when the event has been booked.
std::int64_t insert_entry(db::Tx& tx, const Entry& entry, Timestamp now);
void insert_postings(db::Tx& tx, std::int64_t entry, const std::vector<std::pair<std::int64_t, Idr>>& lines);
/// False when the wallet is missing or holds less than `amount`.
bool take(db::Tx& tx, UserId user, Idr amount, Timestamp now);
/// False when the wallet is missing.
bool give(db::Tx& tx, UserId user, Idr amount, Timestamp now);
std::optional<WalletRow> wallet_of(db::Tx& tx, UserId user);

struct MutationRow {
    std::int64_t balance_id = 0;
    std::int64_t entry = 0;
    bool credit = false;
    Idr amount;
    Idr before;
    Idr after;
};
void insert_mutation(db::Tx& tx, const MutationRow& mutation, const Entry& entry, Timestamp now);

std::int64_t insert_wallet_account(db::Tx& tx, UserId user, Timestamp now);
void insert_wallet(db::Tx& tx, UserId user, std::int64_t account, Timestamp now);
bool is_sandbox(db::Tx& tx);

} // namespace enstore::wallet::store
