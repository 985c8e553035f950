#include "wallet/store.hpp"

namespace enstore::wallet::store
{
namespace
{

constexpr db::Query new_entry{
    "wallet.entry",
    "INSERT INTO ledger_entries (kind, source, source_ref, transaction_id, created_by, memo, created_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Query one_posting{"wallet.posting",
                                "INSERT INTO ledger_postings (entry_id, account_id, amount) VALUES (?, ?, ?)"};
constexpr db::Query two_postings{
    "wallet.postings", "INSERT INTO ledger_postings (entry_id, account_id, amount) VALUES (?, ?, ?), (?, ?, ?)"};
constexpr db::Query many_postings{"wallet.many_postings",
                                  "INSERT INTO ledger_postings (entry_id, account_id, amount) VALUES {rows}"};

// The database decides, in one statement: reading first and writing after would let two buyers spend one balance.
constexpr db::Query take_from_balance{"wallet.take", "UPDATE balances SET balance = balance - ?, updated_at = ? "
                                                     "WHERE user_id = ? AND balance - hold_balance >= ?"};
constexpr db::Query give_to_balance{"wallet.give",
                                    "UPDATE balances SET balance = balance + ?, updated_at = ? WHERE user_id = ?"};
constexpr db::Query wallet_by_user{"wallet.of", "SELECT id, account_id, balance FROM balances WHERE user_id = ?"};
constexpr db::Query new_mutation{"wallet.mutation", "INSERT INTO balance_mutations (balance_id, posting_entry_id, "
                                                    "transaction_id, type, amount, balance_before, balance_after, "
                                                    "description, reference_type, reference_id, once_key, created_at, "
                                                    "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Query new_account{"wallet.account",
                                "INSERT INTO ledger_accounts (code, kind, user_id, created_at, updated_at) "
                                "VALUES (?, 'liability', ?, ?, ?)"};
constexpr db::Query new_wallet{
    "wallet.open", "INSERT INTO balances (user_id, account_id, created_at, updated_at) VALUES (?, ?, ?, ?)"};
constexpr db::Query full_wallet{
    "wallet.balance",
    "SELECT id, balance, bonus_balance, hold_balance, created_at, updated_at FROM balances WHERE user_id = ?"};
constexpr db::Query sandbox_store{"wallet.is_sandbox", "SELECT COUNT(*) FROM store_identity WHERE mode = 'sandbox'"};

/// What happens once per event has a unique key (domain 4, balance_mutations): an adjustment may repeat, a refund not.
std::optional<std::string> once_key(const Entry& entry, bool credit)
{
    const bool once = entry.reference_type == "topup" || entry.reference_type == "purchase" ||
                      entry.reference_type == "refund" || entry.reference_type == "withdrawal";
    if (!once || !entry.reference_id) return std::nullopt;
    return std::string(entry.reference_type) + ":" + std::to_string(*entry.reference_id) +
           (credit ? ":credit" : ":debit");
}

} // namespace

std::int64_t insert_entry(db::Tx& tx, const Entry& entry, Timestamp now)
{
    return tx.insert(new_entry, entry.kind, entry.source, entry.source_ref, entry.order, entry.acting_admin, entry.memo,
                     now);
}

void insert_postings(db::Tx& tx, std::int64_t entry, const std::vector<std::pair<std::int64_t, Idr>>& lines)
{
    if (lines.size() == 1) {
        tx.execute(one_posting, entry, lines[0].first, lines[0].second);
    } else if (lines.size() == 2) {
        tx.execute(two_postings, entry, lines[0].first, lines[0].second, entry, lines[1].first, lines[1].second);
    } else {
        std::vector<std::vector<db::Param>> rows;
        for (const auto& [account, amount] : lines)
            rows.push_back({entry, account, amount});
        tx.insert_rows(many_postings, rows);
    }
}

bool take(db::Tx& tx, UserId user, Idr amount, Timestamp now)
{
    return tx.execute(take_from_balance, amount, now, user, amount) == 1;
}

bool give(db::Tx& tx, UserId user, Idr amount, Timestamp now)
{
    return tx.execute(give_to_balance, amount, now, user) == 1;
}

std::optional<WalletRow> wallet_of(db::Tx& tx, UserId user)
{
    const auto row = tx.one(wallet_by_user, user);
    if (!row) return std::nullopt;
    return WalletRow{.id = row->integer(0), .account = row->integer(1), .balance = row->idr(2)};
}

void insert_mutation(db::Tx& tx, const MutationRow& mutation, const Entry& entry, Timestamp now)
{
    tx.execute(new_mutation, mutation.balance_id, mutation.entry, entry.order, mutation.credit ? "credit" : "debit",
               mutation.amount, mutation.before, mutation.after, entry.memo, entry.reference_type, entry.reference_id,
               once_key(entry, mutation.credit), now, now);
}

std::int64_t insert_wallet_account(db::Tx& tx, UserId user, Timestamp now)
{
    return tx.insert(new_account, "wallet:" + std::to_string(user.value), user, now, now);
}

void insert_wallet(db::Tx& tx, UserId user, std::int64_t account, Timestamp now)
{
    tx.execute(new_wallet, user, account, now, now);
}

bool is_sandbox(db::Tx& tx)
{
    return tx.number(sandbox_store) == 1;
}

} // namespace enstore::wallet::store

namespace enstore::wallet
{

Balance balance_of(db::Tx& tx, UserId user)
{
    const auto row = tx.one(store::full_wallet, user);
    if (!row) return {};
    return Balance{.id = row->integer(0),
                   .balance = row->idr(1),
                   .bonus = row->idr(2),
                   .hold = row->idr(3),
                   .created = row->time(4),
                   .updated = row->time(5)};
}

} // namespace enstore::wallet
