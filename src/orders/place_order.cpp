#include "accounts/accounts.hpp"
#include "orders/store.hpp"
#include "wallet/wallet.hpp"

#include <boost/json.hpp>

namespace enstore::orders
{
namespace
{

std::string as_json(const catalog::FormValues& values)
{
    boost::json::object out;
    for (const auto& [name, value] : values)
        out[name] = value;
    return boost::json::serialize(out);
}

/// Voucher and other products want the buyer's phone when the form has none (domain 6.2).
std::optional<std::string> phone_of(db::Tx& tx, const catalog::SellableItem& item, UserId buyer)
{
    if (item.type != "voucher") return std::nullopt;
    const auto account = accounts::find(tx, buyer);
    return account ? account->phone : std::nullopt;
}

} // namespace

Result<Order> place_order(db::Tx& tx, const PlaceOrder& wanted, Timestamp now, const BusinessZone& zone)
{
    const auto item = TRY(catalog::sellable_item(tx, wanted.item, now, zone));
    if (item.postpaid) return refuse(catalog::wrong_purchase_kind, item.sku);
    // No voucher can be made yet, so every code is unknown (domain 12, first check).
    if (wanted.voucher) return refuse_field("voucher_code", {"Voucher tidak ditemukan", "No such voucher"});
    if (item.automatic && store::is_paused(tx)) return refuse(supplier_unavailable, item.sku);
    auto customer_no = TRY(catalog::customer_number(item, wanted.customer_data, phone_of(tx, item, wanted.buyer)));

    const OrderId id = store::insert_order(tx,
                                           {.wanted = wanted,
                                            .item = item,
                                            .customer_no = std::move(customer_no),
                                            .customer_data = as_json(wanted.customer_data),
                                            .price = item.price(wanted.reseller)},
                                           now);
    const auto order = store::find(tx, id);
    if (!order) throw std::logic_error("an order vanished inside its own transaction");
    if (!item.multi) {
        try {
            store::guard_repeat(tx, *order, zone.date_digits(now), now);
        } catch (const db::UniqueViolation&) {
            return refuse(repeat_not_allowed, item.sku);
        }
    }
    store::log(
        tx, id,
        {.from = {}, .to = Status::processing, .action = "created", .message = "Pesanan dibuat dan dibayar dari saldo"},
        now);
    TRY(wallet::post(tx,
                     {.kind = "purchase",
                      .source = "order",
                      .source_ref = order->code,
                      .order = id.value,
                      .memo = "Pembelian " + order->product_name,
                      .reference_type = "purchase",
                      .reference_id = id.value,
                      .postings = {wallet::Posting::out_of_wallet(wanted.buyer, order->total),
                                   wallet::Posting::credit(wallet::Account::orders_in_progress, order->total)}},
                     now));
    if (item.automatic)
        queue::enqueue(tx, {.kind = "FulfilOrder", .subject = id.value, .run_at = now, .request_id = wanted.request_id},
                       now);
    else
        store::set_attention(tx, id, true, now);
    return *order;
}

} // namespace enstore::orders
