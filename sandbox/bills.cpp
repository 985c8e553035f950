#include "sandbox/bills.hpp"

#include "sandbox/order.hpp"

namespace enstore::sandbox
{
namespace
{

std::optional<Idr> maybe_rupiah(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_int64()) return std::nullopt;
    return Idr{value->get_int64()};
}

std::string text_of(std::int64_t number)
{
    return std::to_string(number);
}

/// `desc` in the shape of the brand (digiflazz.md 7.2), with made-up values.
json::object described(const std::string& brand, const std::string& period, Idr amount, Idr admin, bool paid)
{
    json::object line{{"periode", period}, {"nilai_tagihan", text_of(amount.rupiah())}};
    json::object desc{{"lembar_tagihan", 1}};
    if (brand == "PLN PASCABAYAR") {
        desc = {{"tarif", "R1"}, {"daya", 1300}, {"lembar_tagihan", 1}};
        line["admin"] = text_of(admin.rupiah());
        line["denda"] = "0";
        if (paid) {
            line["meter_awal"] = "00080000";
            line["meter_akhir"] = "00090000";
        }
    } else if (brand == "PDAM") {
        desc = {{"tarif", "3A"}, {"lembar_tagihan", 1}, {"alamat", "Jalan Contoh 1"}, {"jatuh_tempo", "20"}};
        for (const auto* field : {"denda", "biaya_lain"})
            line[field] = "0";
        line["meter_awal"] = "00080000";
        line["meter_akhir"] = "00090000";
    } else if (brand == "INTERNET PASCABAYAR") {
        line["admin"] = text_of(admin.rupiah());
    } else if (brand == "BPJS KESEHATAN") {
        desc = {{"jumlah_peserta", "2"}, {"lembar_tagihan", 1}, {"alamat", "Jalan Contoh 1"}};
        line = {{"periode", "01"}};
    } else if (brand == "GAS NEGARA") {
        desc["alamat"] = "Jalan Contoh 1";
        line = {{"periode", period}, {"meter_awal", "006538"}, {"meter_akhir", "006573"}, {"usage", "35"}};
    } else if (brand == "TV PASCABAYAR") {
        line["no_ref"] = "205A";
    } else {
        return desc;
    }
    desc["detail"] = json::array{line};
    return desc;
}

} // namespace

std::string bill_text(const Bill& bill)
{
    json::object stored{{"customer_name", bill.customer_name},
                        {"admin", bill.admin.rupiah()},
                        {"price", bill.price.rupiah()},
                        {"selling_price", bill.selling_price.rupiah()},
                        {"period", bill.period},
                        {"serial", bill.serial},
                        {"description", bill.description},
                        {"paid_description", bill.paid_description}};
    if (bill.test_balance) stored["test_balance"] = bill.test_balance->rupiah();
    return json::serialize(stored);
}

Bill read_bill(const std::string& text)
{
    Bill bill;
    if (text.empty()) return bill;
    const auto stored = json::parse(text).as_object();
    bill.customer_name = json::value_to<std::string>(stored.at("customer_name"));
    bill.admin = Idr{stored.at("admin").as_int64()};
    bill.price = Idr{stored.at("price").as_int64()};
    bill.selling_price = Idr{stored.at("selling_price").as_int64()};
    bill.period = json::value_to<std::string>(stored.at("period"));
    bill.serial = json::value_to<std::string>(stored.at("serial"));
    bill.test_balance = maybe_rupiah(stored, "test_balance");
    bill.description = stored.at("description").as_object();
    bill.paid_description = stored.at("paid_description").as_object();
    return bill;
}

Bill made_up_bill(const PostpaidItem& item, std::string_view customer_no, std::optional<std::int64_t> amount,
                  Timestamp now)
{
    const std::string month = BusinessZone{}.date_digits(now).substr(0, 6);
    const std::string seed = std::string(customer_no) + month;
    const Idr owed = amount ? Idr{*amount} : Idr{20'000 + 5'000 * percent_of(seed)};
    Bill bill;
    bill.customer_name = "PELANGGAN CONTOH";
    bill.admin = item.admin;
    bill.selling_price = owed + item.admin;
    bill.price = bill.selling_price - item.commission; // keeps the identity of digiflazz.md 7.1 for one sheet
    bill.period = month;
    bill.serial = "S" + digits_of(seed, 10) + "N";
    bill.description = described(item.brand, month, owed, item.admin, false);
    bill.paid_description = described(item.brand, month, owed, item.admin, true);
    return bill;
}

} // namespace enstore::sandbox
