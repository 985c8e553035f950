#include "sandbox/bills.hpp"
#include "sandbox/supplier.hpp"

namespace enstore::sandbox
{
namespace
{

constexpr std::string_view seller_tele = "@contoh";
constexpr std::string_view seller_wa = "081200000000";

json::object who_and_how(const Order& order)
{
    return {{"ref_id", order.ref_id},          {"customer_no", order.customer_no}, {"buyer_sku_code", order.sku},
            {"message", message_of(order.rc)}, {"status", order.status},           {"rc", order.rc}};
}

/// In test mode the samples have a serial number only where there is one.
bool shows_serial(const Order& order)
{
    return !order.testing || order.status == "Sukses";
}

json::object bill_answer(const Order& order, bool paid)
{
    // Failure and pending samples of bills carry nothing more (digiflazz.md 10.2).
    if (order.status != "Sukses") return who_and_how(order);
    const Bill bill = read_bill(order.detail);
    json::object data{{"ref_id", order.ref_id},
                      {"customer_no", order.customer_no},
                      {"customer_name", bill.customer_name},
                      {"buyer_sku_code", order.sku},
                      {"admin", bill.admin.rupiah()},
                      {"message", message_of(order.rc)},
                      {"status", order.status},
                      {"rc", order.rc}};
    if (!bill.period.empty()) data["periode"] = bill.period;
    data["sn"] = paid ? order.sn : "";
    data["buyer_last_saldo"] = order.last_saldo.rupiah();
    data["price"] = order.price.rupiah();
    data["selling_price"] = bill.selling_price.rupiah();
    data["desc"] = paid ? bill.paid_description : bill.description;
    return data;
}

} // namespace

json::object answer_of(const Order& order)
{
    if (order.kind == OrderKind::inquiry) return bill_answer(order, false);
    if (order.kind == OrderKind::payment) return bill_answer(order, true);
    auto data = who_and_how(order);
    if (shows_serial(order)) data["sn"] = order.sn;
    data["buyer_last_saldo"] = order.last_saldo.rupiah();
    data["price"] = order.price.rupiah();
    data["tele"] = seller_tele;
    data["wa"] = seller_wa;
    return data;
}

std::string hook_body(const Order& order)
{
    if (order.kind != OrderKind::prepaid) {
        const auto answer = bill_answer(order, true);
        json::object data{{"rc", order.rc}, {"status", order.status}, {"message", message_of(order.rc)}};
        for (const auto& field : answer)
            if (!data.contains(field.key())) data[field.key()] = field.value();
        return json::serialize(json::object{{"data", data}});
    }
    auto data = who_and_how(order);
    data["buyer_last_saldo"] = order.last_saldo.rupiah();
    if (shows_serial(order)) data["sn"] = order.sn;
    data["price"] = order.price.rupiah();
    data["tele"] = seller_tele;
    data["wa"] = seller_wa;
    return json::serialize(json::object{{"data", data}});
}

Answer refused(std::string_view rc, const std::string& ref_id, const std::string& customer_no, const std::string& sku)
{
    return {.data = {{"ref_id", ref_id},
                     {"customer_no", customer_no},
                     {"buyer_sku_code", sku},
                     {"message", message_of(rc)},
                     {"status", status_of(rc)},
                     {"rc", rc},
                     {"sn", ""}},
            .refused = true};
}

std::string serial_for(const Order& order, const std::string& category)
{
    const std::string digits = digits_of(order.ref_id + " " + std::to_string(order.bought_at.us), 20);
    if (category == "PLN")
        return digits.substr(0, 4) + "-" + digits.substr(4, 4) + "-" + digits.substr(8, 4) + "-" +
               digits.substr(12, 4) + "-" + digits.substr(16, 4) + "/PELANGGAN CONTOH/R1/1300VA/32.1";
    if (category == "Voucher" || category == "Aktivasi Voucher") return "VC" + digits.substr(0, 14);
    return digits.substr(0, 16);
}

} // namespace enstore::sandbox
