#include "audit/audit.hpp"

#include "audit/edges.hpp"

#include <map>

/// Each check is one reading query (or two) over the whole store. Accounts are named by the ids of migration 0005.
namespace enstore::audit
{
namespace
{

constexpr std::size_t most_findings = 100;

constexpr db::Query entry_count{"audit.entries", "SELECT COUNT(*) FROM ledger_entries"};
constexpr db::Query unbalanced{"audit.unbalanced",
                               "SELECT e.id, e.kind, e.source_ref, COALESCE(SUM(p.amount), 0) FROM ledger_entries e "
                               "LEFT JOIN ledger_postings p ON p.entry_id = e.id GROUP BY e.id, e.kind, e.source_ref "
                               "HAVING COALESCE(SUM(p.amount), 0) <> 0 OR COUNT(p.id) < 2 LIMIT 100"};
constexpr db::Query book_sum{"audit.book", "SELECT COALESCE(SUM(amount), 0) FROM ledger_postings"};

constexpr db::Query wallet_count{"audit.wallets", "SELECT COUNT(*) FROM balances"};
constexpr db::Query wallet_sums{"audit.wallet_sums",
                                "SELECT b.user_id, b.balance, COALESCE((SELECT SUM(p.amount) FROM ledger_postings p "
                                "WHERE p.account_id = b.account_id), 0), "
                                "COALESCE((SELECT SUM(CASE WHEN m.type = 'credit' THEN m.amount ELSE -m.amount END) "
                                "FROM balance_mutations m WHERE m.balance_id = b.id), 0) "
                                "FROM balances b"};
constexpr db::Query orphan_postings{"audit.orphan_postings",
                                    "SELECT a.code FROM ledger_accounts a WHERE a.user_id IS NOT NULL AND NOT EXISTS "
                                    "(SELECT 1 FROM balances b WHERE b.account_id = a.id)"};
constexpr db::Query mutation_chain{"audit.chain", "SELECT balance_id, id, type, amount, balance_before, balance_after "
                                                  "FROM balance_mutations ORDER BY balance_id, id"};
constexpr db::Query posting_without_mutation{"audit.posting_mutation",
                                             "SELECT p.entry_id, COUNT(*) FROM ledger_postings p JOIN ledger_accounts "
                                             "a ON a.id = p.account_id WHERE a.user_id IS NOT NULL "
                                             "AND NOT EXISTS (SELECT 1 FROM balance_mutations m WHERE "
                                             "m.posting_entry_id = p.entry_id) GROUP BY p.entry_id LIMIT 100"};

constexpr db::Query below_zero{"audit.below_zero", "SELECT user_id, balance, hold_balance FROM balances WHERE balance "
                                                   "< 0 OR hold_balance < 0 OR hold_balance > balance LIMIT 100"};
constexpr db::Query bad_holds{
    "audit.holds",
    "SELECT t.transaction_code, t.total_price, SUM(-p.amount) FROM ledger_postings p JOIN ledger_entries e ON e.id = "
    "p.entry_id "
    "JOIN transactions t ON t.id = e.transaction_id WHERE p.account_id = 1 GROUP BY t.transaction_code, t.total_price "
    "HAVING SUM(-p.amount) <> 0 AND SUM(-p.amount) <> t.total_price LIMIT 100"};

constexpr db::Query twice_booked{"audit.twice", "SELECT source, source_ref, kind, COUNT(*) FROM ledger_entries GROUP "
                                                "BY source, source_ref, kind HAVING COUNT(*) > 1 LIMIT 100"};
constexpr db::Query twice_moved{
    "audit.twice_moved",
    "SELECT reference_type, reference_id, type, COUNT(*) FROM balance_mutations WHERE reference_type IN ('topup', "
    "'purchase', 'refund', 'withdrawal') "
    "AND reference_id IS NOT NULL GROUP BY reference_type, reference_id, type HAVING COUNT(*) > 1 LIMIT 100"};

constexpr db::Query order_count{"audit.orders", "SELECT COUNT(*) FROM transactions"};
constexpr db::Query status_changes{"audit.changes", "SELECT l.transaction_id, t.transaction_code, l.status_from, "
                                                    "l.status_to, t.status FROM transaction_logs l JOIN transactions t "
                                                    "ON t.id = l.transaction_id WHERE l.status_to IS NOT NULL AND "
                                                    "(l.status_from IS NULL OR l.status_from <> l.status_to) "
                                                    "ORDER BY l.transaction_id, l.id"};
constexpr db::Query without_log{
    "audit.without_log",
    "SELECT t.transaction_code FROM transactions t WHERE NOT EXISTS (SELECT 1 FROM transaction_logs l "
    "WHERE l.transaction_id = t.id AND l.status_to IS NOT NULL) LIMIT 100"};

constexpr db::Query attempt_count{"audit.attempts", "SELECT COUNT(*) FROM supplier_attempts"};
constexpr db::Query open_attempts{
    "audit.open_attempts",
    "SELECT t.transaction_code, COUNT(*) FROM supplier_attempts a JOIN transactions t ON t.id = a.transaction_id "
    "WHERE a.state <> 'failed' GROUP BY t.transaction_code HAVING COUNT(*) > 1 LIMIT 100"};
constexpr db::Query early_attempts{
    "audit.early_attempts",
    "SELECT b.ref_id, a.ref_id FROM supplier_attempts b JOIN supplier_attempts a ON a.transaction_id = "
    "b.transaction_id AND a.number < b.number "
    "WHERE a.state <> 'failed' OR a.answered_at IS NULL OR a.answered_at > b.created_at LIMIT 100"};
constexpr db::Query odd_refs{"audit.refs", "SELECT a.ref_id, t.transaction_code FROM supplier_attempts a JOIN "
                                           "transactions t ON t.id = a.transaction_id WHERE a.kind = 'order' "
                                           "AND (a.sku <> t.product_code OR a.customer_no <> t.customer_no OR "
                                           "a.created_at > COALESCE(a.sent_at, a.created_at)) LIMIT 100"};
constexpr db::Query asked_ages{
    "audit.asked_ages",
    "SELECT ref_id, sent_at, asked_at FROM supplier_attempts WHERE sent_at IS NOT NULL AND asked_at IS NOT NULL"};
constexpr db::Query unpaid_attempts{
    "audit.unpaid", "SELECT t.transaction_code FROM supplier_attempts a JOIN transactions t ON t.id = a.transaction_id "
                    "WHERE t.payment_status <> 'paid' LIMIT 100"};

// One row per paid order: what lies on the accounts that its end decides (orders_in_progress 1, refunds_payable 2,
// sales 9).
constexpr db::Query order_sums{
    "audit.order_sums", "SELECT t.transaction_code, t.status, t.user_id, t.product_price, t.total_price, "
                        "t.transaction_type, t.refunded_at, "
                        "COALESCE(SUM(CASE WHEN p.account_id = 1 THEN -p.amount END), 0), COALESCE(SUM(CASE WHEN "
                        "p.account_id = 2 THEN -p.amount END), 0), "
                        "COALESCE(SUM(CASE WHEN p.account_id = 9 THEN -p.amount END), 0), "
                        "COALESCE(SUM(CASE WHEN e.kind = 'refund' AND a.user_id IS NOT NULL THEN -p.amount END), 0) "
                        "FROM transactions t LEFT JOIN ledger_entries e ON e.transaction_id = t.id LEFT JOIN "
                        "ledger_postings p ON p.entry_id = e.id "
                        "LEFT JOIN ledger_accounts a ON a.id = p.account_id WHERE t.payment_status = 'paid' "
                        "GROUP BY t.transaction_code, t.status, t.user_id, t.product_price, t.total_price, "
                        "t.transaction_type, t.refunded_at"};
constexpr db::Query unpaid_working{"audit.unpaid_working",
                                   "SELECT transaction_code, status FROM transactions WHERE status IN ('processing', "
                                   "'success') AND payment_status <> 'paid' LIMIT 100"};

constexpr db::Query job_count{"audit.jobs", "SELECT COUNT(*) FROM jobs"};
constexpr db::Query overdue_jobs{"audit.overdue", "SELECT id, kind, subject_id FROM jobs WHERE (status = 'ready' AND "
                                                  "run_at < ?) OR (status = 'leased' AND leased_until < ?) LIMIT 100"};
constexpr db::Query overdue_callbacks{
    "audit.callbacks",
    "SELECT id FROM payment_callbacks WHERE is_valid = 1 AND processed = 0 AND created_at < ? LIMIT 100"};
constexpr db::Query jobless_orders{"audit.jobless", "SELECT t.transaction_code FROM transactions t WHERE t.status = "
                                                    "'processing' AND t.needs_attention = 0 AND t.updated_at < ? "
                                                    "AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.subject_id = t.id "
                                                    "AND j.kind IN ('FulfilOrder', 'CheckOrder', 'PayBill') "
                                                    "AND j.status IN ('ready', 'leased')) LIMIT 100"};

/// Collects what one invariant's queries find.
class Invariant
{
public:
    Invariant(Report& report, std::string id, std::string claim, std::int64_t looked_at) : report_(report)
    {
        check_ = {.invariant = std::move(id), .claim = std::move(claim), .looked_at = looked_at, .broken = 0};
    }
    ~Invariant() { report_.checks.push_back(check_); }
    Invariant(const Invariant&) = delete;
    Invariant& operator=(const Invariant&) = delete;

    void broken(std::string what)
    {
        if (static_cast<std::size_t>(++check_.broken) <= most_findings)
            report_.findings.push_back({check_.invariant, std::move(what)});
    }
    template <class Tell>
    void each(const std::vector<db::Row>& rows, Tell tell)
    {
        for (const auto& row : rows)
            broken(tell(row));
    }

private:
    Report& report_;
    Report::Check check_;
};

std::string n(std::int64_t number)
{
    return std::to_string(number);
}

void entries_sum_to_zero(db::Tx& tx, Report& report)
{
    Invariant i1(report, "I1", "every entry sums to zero, and so does the book", tx.number(entry_count));
    i1.each(tx.all(unbalanced), [](const db::Row& row) {
        return "entry " + n(row.integer(0)) + " (" + row.text(1) + " of " + row.text(2) + ") sums to " +
               n(row.integer(3));
    });
    if (const auto sum = tx.number(book_sum); sum != 0) i1.broken("the book sums to " + n(sum));
}

void wallets_match(db::Tx& tx, Report& report)
{
    Invariant i2(report, "I2", "each balance equals its postings and its mutations", tx.number(wallet_count));
    for (const auto& row : tx.all(wallet_sums))
        if (row.integer(1) != -row.integer(2) || row.integer(1) != row.integer(3))
            i2.broken("wallet of user " + n(row.integer(0)) + ": stored " + n(row.integer(1)) + ", postings " +
                      n(-row.integer(2)) + ", mutations " + n(row.integer(3)));
    i2.each(tx.all(orphan_postings), [](const db::Row& row) { return row.text(0) + " has no balance row"; });
    i2.each(tx.all(posting_without_mutation),
            [](const db::Row& row) { return "entry " + n(row.integer(0)) + " moved a wallet without a mutation"; });
    std::map<std::int64_t, std::int64_t> last;
    for (const auto& row : tx.all(mutation_chain)) {
        const auto [at, first] = last.try_emplace(row.integer(0), 0);
        const std::int64_t change = row.text(2) == "credit" ? row.integer(3) : -row.integer(3);
        if (row.integer(4) != at->second || row.integer(5) != row.integer(4) + change)
            i2.broken("mutation " + n(row.integer(1)) + " breaks the chain of balances");
        at->second = row.integer(5);
    }
}

void nothing_below_zero(db::Tx& tx, Report& report)
{
    Invariant i3(report, "I3", "no wallet and no order's hold is below zero", tx.number(wallet_count));
    i3.each(tx.all(below_zero),
            [](const db::Row& row) { return "wallet of user " + n(row.integer(0)) + " holds " + n(row.integer(1)); });
    i3.each(tx.all(bad_holds), [](const db::Row& row) {
        return "order " + row.text(0) + " of " + n(row.integer(1)) + " has " + n(row.integer(2)) + " in progress";
    });
}

void events_count_once(db::Tx& tx, Report& report)
{
    Invariant i4(report, "I4", "one outside event has at most one effect", tx.number(entry_count));
    i4.each(tx.all(twice_booked), [](const db::Row& row) {
        return row.text(2) + " of " + row.text(1) + " is booked " + n(row.integer(3)) + " times";
    });
    i4.each(tx.all(twice_moved), [](const db::Row& row) {
        return row.text(0) + " " + n(row.integer(1)) + " moved a wallet " + n(row.integer(3)) + " times";
    });
}

void orders_keep_to_the_edges(db::Tx& tx, Report& report)
{
    Invariant i5(report, "I5", "orders move only along the edges of their state machine", tx.number(order_count));
    std::int64_t order = 0;
    std::string at;
    std::string stored;
    std::string code;
    const auto finish = [&] {
        if (order != 0 && at != stored) i5.broken("order " + code + " is " + stored + " and its log ends with " + at);
    };
    for (const auto& row : tx.all(status_changes)) {
        if (row.integer(0) != order) {
            finish();
            order = row.integer(0);
            at.clear();
        }
        code = row.text(1);
        stored = row.text(4);
        const std::string from = row.maybe_text(2).value_or("");
        if (from != at || !is_order_edge(from, row.text(3)))
            i5.broken("order " + code + " went from '" + at + "' by a line '" + from + "' to '" + row.text(3) + "'");
        at = row.text(3);
    }
    finish();
    i5.each(tx.all(without_log), [](const db::Row& row) { return "order " + row.text(0) + " has no log"; });
}

void attempts_follow_the_rules(db::Tx& tx, Report& report)
{
    const std::int64_t looked_at = tx.number(attempt_count);
    Invariant i6(report, "I6", "one open or successful attempt per order; the next only after a proven failure",
                 looked_at);
    i6.each(tx.all(open_attempts), [](const db::Row& row) {
        return "order " + row.text(0) + " has " + n(row.integer(1)) + " attempts that are not failed";
    });
    i6.each(tx.all(early_attempts), [](const db::Row& row) {
        return "attempt " + row.text(0) + " began before " + row.text(1) + " was proven failed";
    });
    i6.each(tx.all(unpaid_attempts),
            [](const db::Row& row) { return "unpaid order " + row.text(0) + " reached the supplier"; });
    Invariant i7(report, "I7", "a ref_id is stored first, keeps its SKU and number, and is not sent after 80 days",
                 looked_at);
    i7.each(tx.all(odd_refs),
            [](const db::Row& row) { return "attempt " + row.text(0) + " differs from order " + row.text(1); });
    for (const auto& row : tx.all(asked_ages))
        if (row.time(2) - row.time(1) > std::chrono::hours{24 * 80})
            i7.broken("attempt " + row.text(0) + " was asked about after 80 days");
}

/// What an order's accounts must hold for its status (domain 24, last rule); empty when they do.
std::string wrong_sums(const db::Row& row)
{
    const std::string& status = row.text(1);
    const bool guest = row.null(2);
    const std::int64_t price = row.integer(3);
    const std::int64_t total = row.integer(4);
    const std::int64_t in_progress = row.integer(7);
    const std::int64_t owed = row.integer(8);
    const std::int64_t sales = row.integer(9);
    const std::int64_t refund = row.integer(10);
    if (row.text(5) == "topup") return {};
    const auto holds = [&](std::int64_t p, std::int64_t o, std::int64_t s) {
        return in_progress == p && owed == o && sales == s;
    };
    const bool marked = !row.null(6);
    if (marked != (status == "refunded")) return "refunded_at and the status disagree";
    if (status == "processing") return holds(total, 0, 0) ? "" : "its money is not held";
    if (status == "success")
        return holds(0, 0, price) && refund == 0 ? "" : "delivered, and its sale is not what its accounts say";
    if (status == "failed")
        return guest ? (holds(0, total, 0) ? "" : "a failed guest order that nobody owes")
                     : "failed, paid and not refunded";
    if (status == "refunded")
        return holds(0, 0, 0) && (guest || refund == total) ? "" : "refunded with another amount than was paid";
    return "paid and " + status;
}

void paid_orders_end_once(db::Tx& tx, Report& report)
{
    const auto rows = tx.all(order_sums);
    Invariant i8(report, "I8", "a paid order is held, delivered, refunded or owed: exactly one of these",
                 static_cast<std::int64_t>(rows.size()));
    for (const auto& row : rows)
        if (const auto problem = wrong_sums(row); !problem.empty())
            i8.broken("order " + row.text(0) + " (" + row.text(1) + "): " + problem);
    i8.each(tx.all(unpaid_working),
            [](const db::Row& row) { return "order " + row.text(0) + " is " + row.text(1) + " and unpaid"; });
}

void no_work_is_lost(db::Tx& tx, Report& report, Timestamp overdue)
{
    Invariant i10(report, "I10",
                  "every job and callback is done, scheduled or leased; every open order has one or a flag",
                  tx.number(job_count));
    i10.each(tx.all(overdue_jobs, overdue, overdue), [](const db::Row& row) {
        return "job " + n(row.integer(0)) + " (" + row.text(1) + " of " + n(row.integer(2)) + ") is overdue";
    });
    i10.each(tx.all(overdue_callbacks, overdue),
             [](const db::Row& row) { return "callback " + n(row.integer(0)) + " is not processed"; });
    i10.each(tx.all(jobless_orders, overdue),
             [](const db::Row& row) { return "order " + row.text(0) + " waits without a job"; });
}

} // namespace

Report run(db::Database& database, Timestamp now, std::chrono::seconds overdue_after)
{
    return database.read([&](db::Tx& tx) {
        Report report;
        entries_sum_to_zero(tx, report);
        wallets_match(tx, report);
        nothing_below_zero(tx, report);
        events_count_once(tx, report);
        orders_keep_to_the_edges(tx, report);
        attempts_follow_the_rules(tx, report);
        paid_orders_end_once(tx, report);
        no_work_is_lost(tx, report, now - overdue_after);
        return report;
    });
}

} // namespace enstore::audit
