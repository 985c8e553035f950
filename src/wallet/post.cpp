#include "wallet/store.hpp"

#include <array>

namespace enstore::wallet
{
namespace
{

/// In the order of `Account`: the ids that migration 0005 gave the house accounts are 1, 2, … in this order.
constexpr std::array<std::string_view, 16> account_names = {"orders_in_progress",
                                                            "refunds_payable",
                                                            "withdrawals_payable",
                                                            "suspense",
                                                            "gateway_receivable",
                                                            "supplier_deposit",
                                                            "bank",
                                                            "disputes",
                                                            "sales",
                                                            "fees_charged",
                                                            "cost_of_goods",
                                                            "gateway_fees",
                                                            "discounts",
                                                            "adjustments",
                                                            "opening_balances",
                                                            "demo_funds"};

std::int64_t house_account_id(Account account)
{
    return static_cast<std::int64_t>(account) + 1;
}

void require_balanced(const Entry& entry)
{
    Idr sum;
    int wallets = 0;
    for (const auto& posting : entry.postings) {
        if (posting.account.has_value() == posting.wallet.has_value())
            throw std::logic_error("a posting names one account");
        if (posting.wallet && posting.amount != 0_idr) ++wallets;
        sum += posting.amount;
    }
    if (sum != 0_idr) throw std::logic_error("entry does not sum to zero: " + std::string(entry.kind));
    if (wallets > 1) throw std::logic_error("an entry moves one wallet at most: " + std::string(entry.kind));
}

/// Moves the stored balance and writes its mutation; returns the wallet's ledger account.
Result<std::int64_t> move_wallet(db::Tx& tx, const Entry& entry, const Posting& posting, std::int64_t entry_id,
                                 Timestamp now)
{
    const UserId user = *posting.wallet;
    const bool credit = posting.amount < 0_idr; // a wallet is a liability: minus makes it grow
    const Idr amount = credit ? -posting.amount : posting.amount;
    const bool moved = credit ? store::give(tx, user, amount, now) : store::take(tx, user, amount, now);
    // The row is locked by the update (or proven unmoved), so this read is of our own state.
    const auto wallet = store::wallet_of(tx, user);
    if (!wallet) return refuse(no_wallet, "user " + std::to_string(user.value));
    if (!moved) return refuse(insufficient_balance, "debit of user " + std::to_string(user.value));
    if (wallet->balance > max_amount) throw std::overflow_error("a wallet above the largest amount");
    store::insert_mutation(tx,
                           {.balance_id = wallet->id,
                            .entry = entry_id,
                            .credit = credit,
                            .amount = amount,
                            .before = credit ? wallet->balance - amount : wallet->balance + amount,
                            .after = wallet->balance},
                           entry, now);
    return wallet->account;
}

} // namespace

std::string_view name(Account account)
{
    return account_names.at(static_cast<std::size_t>(account));
}

Result<void> post(db::Tx& tx, const Entry& entry, Timestamp now)
{
    require_balanced(entry);
    std::vector<Posting> lines;
    for (const auto& posting : entry.postings)
        if (posting.amount != 0_idr) lines.push_back(posting);
    if (lines.empty()) return done();

    std::int64_t entry_id = 0;
    try {
        entry_id = store::insert_entry(tx, entry, now);
    } catch (const db::UniqueViolation&) {
        return refuse(already_applied, std::string(entry.kind) + " of " + entry.source_ref);
    }
    std::vector<std::pair<std::int64_t, Idr>> postings;
    for (const auto& line : lines) {
        const std::int64_t account =
            line.account ? house_account_id(*line.account) : TRY(move_wallet(tx, entry, line, entry_id, now));
        postings.emplace_back(account, line.amount);
    }
    store::insert_postings(tx, entry_id, postings);
    return done();
}

void open_wallet(db::Tx& tx, UserId user, Timestamp now)
{
    store::insert_wallet(tx, user, store::insert_wallet_account(tx, user, now), now);
}

Result<void> demo_credit(db::Tx& tx, UserId user, Idr amount, std::string source_ref, Timestamp now)
{
    if (amount <= 0_idr || amount > max_amount)
        return refuse_field("amount", {"Jumlah harus 1 sampai 1.000.000.000.000 rupiah",
                                       "The amount is 1 to 1,000,000,000,000 rupiah"});
    if (!store::is_sandbox(tx)) return refuse(not_in_live_store);
    return post(tx,
                {.kind = "demo_credit",
                 .source = "demo",
                 .source_ref = std::move(source_ref),
                 .memo = "Saldo percobaan",
                 .reference_type = "adjustment",
                 .postings = {Posting::debit(Account::demo_funds, amount), Posting::into_wallet(user, amount)}},
                now);
}

} // namespace enstore::wallet
