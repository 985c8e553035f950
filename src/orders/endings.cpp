#include "orders/endings.hpp"

#include "notifications/notifications.hpp"
#include "platform/core/failpoint.hpp"
#include "wallet/wallet.hpp"

namespace enstore::orders
{
namespace
{

using wallet::Account;
using wallet::Posting;

/// Books an event of the order; false when it has been booked before (I4). Any other refusal here would be a hole in
/// the books, so it breaks the transaction.
bool book_once(db::Tx& tx, const Order& order, std::string_view kind, std::vector<Posting> postings, Timestamp now,
               std::string memo = {}, std::string_view reference_type = {}, std::optional<UserId> admin = {})
{
    const auto posted = wallet::post(tx,
                                     {.kind = kind,
                                      .source = "order",
                                      .source_ref = order.code,
                                      .order = order.id.value,
                                      .acting_admin = admin,
                                      .memo = std::move(memo),
                                      .reference_type = reference_type,
                                      .reference_id = order.id.value,
                                      .postings = std::move(postings)},
                                     now);
    if (!posted && !posted.error().is(wallet::already_applied))
        throw std::logic_error("booking " + std::string(kind) +
                               " was refused: " + std::string(posted.error().refusal.code));
    return posted.ok();
}

/// Books what the state machine lets happen once. Its second time means that the order and the books disagree: nothing
/// of the transaction may stay.
void book(db::Tx& tx, const Order& order, std::string_view kind, std::vector<Posting> postings, Timestamp now,
          std::string memo = {}, std::string_view reference_type = {}, std::optional<UserId> admin = {})
{
    if (!book_once(tx, order, kind, std::move(postings), now, std::move(memo), reference_type, admin))
        throw std::logic_error("booked twice: " + std::string(kind));
}

void require_moved(bool moved, std::string_view edge)
{
    // The caller holds the row's lock and has read its status, so this cannot happen; if it does, nothing may be
    // booked.
    if (!moved) throw std::logic_error("an order moved under its lock: " + std::string(edge));
}

void tell_refund(db::Tx& tx, const Order& order, Timestamp now)
{
    notifications::notify(tx, *order.user,
                          {.title = "Refund Berhasil",
                           .message = "Dana untuk " + order.product_name + " sudah kembali ke saldo Anda.",
                           .type = notifications::Type::success,
                           .data = {{"transaction_code", order.code},
                                    {"refund_amount", order.total.rupiah()},
                                    {"icon", std::string("success")}}},
                          now);
}

void refund_to_owner(db::Tx& tx, const Order& order, std::vector<Posting> postings, Timestamp now,
                     std::optional<UserId> admin)
{
    postings.push_back(Posting::into_wallet(*order.user, order.total));
    book(tx, order, "refund", std::move(postings), now, "Refund " + order.product_name, "refund", admin);
    store::set_refunded(tx, order.id, "balance", now);
    tell_refund(tx, order, now);
}

} // namespace

void deliver(db::Tx& tx, const Order& order, const digiflazz::Answer& answer, Timestamp now)
{
    const Idr cost = answer.price.value_or(order.base_price);
    require_moved(store::move(tx, order, Status::processing, Status::success, now), "processing to success");
    store::set_delivered(tx, order.id, answer, cost, now);
    book(tx, order, "delivery",
         {Posting::debit(Account::orders_in_progress, order.total), Posting::debit(Account::discounts, order.discount),
          Posting::credit(Account::sales, order.product_price),
          Posting::credit(Account::fees_charged, order.admin_fee)},
         now);
    book(tx, order, "cost",
         {Posting::debit(Account::cost_of_goods, cost), Posting::credit(Account::supplier_deposit, cost)}, now);
    store::log(
        tx, order.id,
        {.from = Status::processing, .to = Status::success, .action = "success", .message = "Pesanan berhasil dikirim"},
        now);
    if (order.item) catalog::count_sale(tx, *order.item);
    if (order.user)
        notifications::notify(tx, *order.user,
                              {.title = "Transaksi Berhasil",
                               .message = order.product_name + " sudah dikirim.",
                               .type = notifications::Type::success,
                               .data = {{"transaction_code", order.code},
                                        {"product_name", order.product_name},
                                        {"icon", std::string("order")}}},
                              now);
}

void fail_and_refund(db::Tx& tx, const Order& order, const Text& reason, Timestamp now, std::optional<UserId> admin)
{
    require_moved(store::move(tx, order, Status::processing, Status::failed, now), "processing to failed");
    store::set_failed(tx, order.id, reason.id, now);
    store::release_repeat(tx, order.id);
    store::log(
        tx, order.id,
        {.from = Status::processing, .to = Status::failed, .action = "failed", .message = reason.id, .admin = admin},
        now);
    if (!order.user) {
        book(tx, order, "refund_due",
             {Posting::debit(Account::orders_in_progress, order.total),
              Posting::credit(Account::refunds_payable, order.total)},
             now);
        call_a_person(tx, order, "Dana tamu harus dikembalikan", now);
        return;
    }
    notifications::notify(
        tx, *order.user,
        {.title = "Transaksi Gagal",
         .message = order.product_name + " gagal. " + reason.id,
         .type = notifications::Type::error,
         .data = {{"transaction_code", order.code}, {"reason", reason.id}, {"icon", std::string("warning")}}},
        now);
    require_moved(store::move(tx, order, Status::failed, Status::refunded, now), "failed to refunded");
    store::log(tx, order.id,
               {.from = Status::failed,
                .to = Status::refunded,
                .action = "refunded",
                .message = "Dana dikembalikan ke saldo",
                .admin = admin},
               now);
    failpoint("during_refund");
    refund_to_owner(tx, order, {Posting::debit(Account::orders_in_progress, order.total)}, now, admin);
}

void call_a_person(db::Tx& tx, const Order& order, std::string reason, Timestamp now)
{
    if (order.needs_attention) return; // one flag, one reason: the first
    store::set_attention(tx, order.id, true, now);
    store::log(tx, order.id, {.from = {}, .to = {}, .action = "attention", .message = std::move(reason)}, now);
}

void book_late_success(db::Tx& tx, const Order& order, Idr cost, Timestamp now)
{
    (void)book_once(tx, order, "late_success",
                    {Posting::debit(Account::disputes, cost), Posting::credit(Account::supplier_deposit, cost)}, now);
    call_a_person(tx, order, "Pemasok melaporkan sukses setelah pesanan dikembalikan", now);
}

void book_reversal(db::Tx& tx, const Order& order, Idr cost, Timestamp now)
{
    (void)book_once(tx, order, "supplier_reversal",
                    {Posting::debit(Account::supplier_deposit, cost), Posting::credit(Account::disputes, cost)}, now);
    call_a_person(tx, order, "Pemasok membatalkan pesanan yang sudah berhasil", now);
}

Result<void> refund_order(db::Tx& tx, OrderId id, UserId admin, std::string_view reason, Timestamp now)
{
    const auto order = store::lock(tx, id);
    if (!order) return refuse(order_not_found);
    const bool refundable =
        order->transaction_type == "purchase" && order->payment_status == "paid" && order->user.has_value() &&
        (order->status == Status::processing || order->status == Status::success || order->status == Status::failed);
    if (!refundable) return refuse(not_refundable, order->code);
    if (order->status == Status::processing) {
        fail_and_refund(tx, *order, {std::string(reason), std::string(reason)}, now, admin);
        return done();
    }
    const Status from = order->status;
    require_moved(store::move(tx, *order, from, Status::refunded, now), "to refunded");
    store::log(
        tx, id,
        {.from = from, .to = Status::refunded, .action = "refunded", .message = std::string(reason), .admin = admin},
        now);
    std::vector<Posting> postings;
    if (from == Status::success)
        postings = {Posting::debit(Account::sales, order->product_price),
                    Posting::debit(Account::fees_charged, order->admin_fee),
                    Posting::credit(Account::discounts, order->discount)};
    else
        postings = {Posting::debit(Account::orders_in_progress, order->total)};
    refund_to_owner(tx, *order, std::move(postings), now, admin);
    return done();
}

} // namespace enstore::orders
