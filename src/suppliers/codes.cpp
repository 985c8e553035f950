#include "suppliers/codes.hpp"

#include <algorithm>
#include <array>

namespace enstore::digiflazz
{
namespace
{

constexpr Reason not_possible{
    "Pesanan tidak dapat diproses penyedia layanan. Silakan pesan lagi nanti atau pilih produk lain",
    "The provider cannot process this order. Please order again later or choose another product"};
constexpr Reason disturbed{"Layanan produk ini sedang terganggu. Silakan pesan lagi nanti atau pilih produk lain",
                           "This product has a disturbance. Please order again later or choose another product"};
constexpr Reason not_on_sale{"Produk ini sedang tidak tersedia. Silakan pilih produk lain",
                             "This product is not available now. Please choose another product"};
constexpr Reason wrong_number{"Nomor tujuan salah atau tidak terdaftar. Periksa nomornya, lalu pesan lagi",
                              "The number is wrong or not registered. Check the number and order again"};
constexpr Reason blocked_number{"Nomor tujuan diblokir. Gunakan nomor lain, lalu pesan lagi",
                                "The number is blocked. Use another number and order again"};
constexpr Reason other_operator{
    "Nomor tujuan bukan milik operator produk ini. Pilih produk yang sesuai, lalu pesan lagi",
    "The number belongs to another operator. Choose a product of its operator and order again"};
constexpr Reason wrong_length{"Jumlah digit nomor tujuan tidak sesuai. Periksa nomornya, lalu pesan lagi",
                              "The number has too few or too many digits. Check the number and order again"};
constexpr Reason closed_hours{"Produk ini sedang dalam jam tutup. Silakan pesan lagi setelah jam tutup berakhir",
                              "This product is in its closed hours. Please order again when they are over"};
constexpr Reason other_region{"Nomor tujuan berada di luar wilayah produk ini. Silakan pilih produk lain",
                              "The number is outside the region of this product. Please choose another product"};
constexpr Reason no_bill{"Tagihan belum tersedia atau sudah dibayar. Periksa tagihan Anda atau coba lagi nanti",
                         "There is no bill yet, or it is already paid. Check your bill or try again later"};
constexpr Reason once_a_day{
    "Produk ini hanya dapat dibeli sekali sehari untuk nomor yang sama. Coba lagi besok atau pilih produk lain",
    "This product can be bought once a day for the same number. Try tomorrow or choose another product"};
constexpr Reason sold_out{"Stok produk ini habis. Silakan pilih produk lain",
                          "This product is sold out. Please choose another product"};
constexpr Reason price_changed{"Harga produk ini baru saja berubah. Silakan pesan lagi dengan harga terbaru",
                               "The price of this product has just changed. Please order again at the new price"};
constexpr Reason active_package{
    "Nomor tujuan masih memiliki paket aktif. Hentikan paket tersebut dahulu, lalu pesan lagi",
    "The number still has an active package. Stop that package first and order again"};
constexpr Reason too_many_kwh{"Token ini melebihi batas kWh meter tujuan. Pilih nominal yang lebih kecil",
                              "This token exceeds the kWh limit of the meter. Choose a smaller amount"};
constexpr Reason wrong_amount{"Jumlah yang diminta tidak valid. Periksa jumlahnya, lalu pesan lagi",
                              "The amount is not valid. Check the amount and order again"};
constexpr Reason not_a_thousand{"Jumlah harus kelipatan Rp 1.000. Perbaiki jumlahnya, lalu pesan lagi",
                                "The amount must be a multiple of Rp 1,000. Correct the amount and order again"};
constexpr Reason too_busy{"Penyedia layanan sedang sibuk. Tunggu beberapa menit, lalu pesan lagi",
                          "The provider is busy. Wait a few minutes and order again"};

constexpr bool looked_at_twice = true;
constexpr bool stops_sales = true;

// clang-format off
constexpr std::array<Code, 48> table{{
    {"00", Class::ok,         status::success, Formed::yes,     false,           false,       not_possible},
    {"01", Class::fail_route, status::failure, Formed::yes,     looked_at_twice, false,       disturbed},
    {"02", Class::fail_route, status::failure, Formed::yes,     false,           false,       not_possible},
    {"03", Class::wait,       status::pending, Formed::yes,     false,           false,       not_possible},
    {"40", Class::config,     status::failure, Formed::no,      false,           stops_sales, not_possible},
    {"41", Class::config,     status::failure, Formed::no,      false,           stops_sales, not_possible},
    {"42", Class::config,     status::failure, Formed::no,      false,           stops_sales, not_possible},
    {"43", Class::fail_route, status::failure, Formed::no,      false,           false,       not_on_sale},
    {"44", Class::hold,       status::failure, Formed::no,      false,           stops_sales, not_possible},
    {"45", Class::config,     status::failure, Formed::no,      false,           stops_sales, not_possible},
    // 46 is no longer listed by the supplier and meant what 49 means: a status check, never a new purchase.
    {"46", Class::wait,       status::failure, Formed::unclear, false,           false,       not_possible},
    {"47", Class::person,     status::failure, Formed::no,      false,           false,       not_possible},
    // "Already known" says nothing about how it ended; refunding on it would give goods and money.
    {"49", Class::wait,       status::failure, Formed::no,      false,           false,       not_possible},
    {"50", Class::person,     status::failure, Formed::yes,     false,           false,       not_possible},
    {"51", Class::fail_input, status::failure, Formed::yes,     false,           false,       blocked_number},
    {"52", Class::fail_input, status::failure, Formed::yes,     false,           false,       other_operator},
    {"53", Class::fail_route, status::failure, Formed::yes,     false,           false,       not_on_sale},
    {"54", Class::fail_input, status::failure, Formed::yes,     false,           false,       wrong_number},
    {"55", Class::fail_route, status::failure, Formed::yes,     false,           false,       disturbed},
    {"56", Class::fail_route, status::failure, Formed::no,      false,           false,       not_possible},
    {"57", Class::fail_input, status::failure, Formed::yes,     false,           false,       wrong_length},
    {"58", Class::fail_route, status::failure, Formed::yes,     false,           false,       closed_hours},
    {"59", Class::fail_input, status::failure, Formed::yes,     false,           false,       other_region},
    {"60", Class::fail_input, status::failure, Formed::yes,     false,           false,       no_bill},
    {"61", Class::config,     status::failure, Formed::no,      false,           stops_sales, not_possible},
    {"62", Class::hold,       status::failure, Formed::no,      false,           false,       disturbed},
    {"63", Class::fail_route, status::failure, Formed::no,      false,           false,       once_a_day},
    {"64", Class::person,     status::failure, Formed::no,      false,           false,       not_possible},
    {"65", Class::fail_route, status::failure, Formed::no,      false,           false,       not_possible},
    {"66", Class::hold,       status::failure, Formed::no,      false,           false,       closed_hours},
    {"67", Class::fail_route, status::failure, Formed::no,      false,           false,       not_on_sale},
    {"68", Class::fail_route, status::failure, Formed::no,      false,           false,       sold_out},
    {"69", Class::hold,       status::failure, Formed::no,      false,           false,       price_changed},
    {"70", Class::fail_route, status::failure, Formed::yes,     looked_at_twice, false,       disturbed},
    {"71", Class::fail_route, status::failure, Formed::yes,     false,           false,       disturbed},
    {"72", Class::fail_input, status::failure, Formed::yes,     false,           false,       active_package},
    {"73", Class::fail_input, status::failure, Formed::yes,     false,           false,       too_many_kwh},
    {"74", Class::person,     status::failure, Formed::yes,     false,           false,       not_possible},
    {"80", Class::person,     status::failure, Formed::no,      false,           false,       not_possible},
    {"81", Class::person,     status::failure, Formed::no,      false,           false,       not_possible},
    {"82", Class::config,     status::failure, Formed::no,      false,           stops_sales, not_possible},
    {"83", Class::hold,       status::failure, Formed::no,      false,           false,       too_busy},
    {"84", Class::fail_input, status::failure, Formed::yes,     false,           false,       wrong_amount},
    {"85", Class::fail_route, status::failure, Formed::yes,     false,           false,       too_busy},
    {"86", Class::hold,       status::failure, Formed::yes,     false,           false,       too_busy},
    {"87", Class::fail_input, status::failure, Formed::no,      false,           false,       not_a_thousand},
    {"88", Class::config,     status::failure, Formed::no,      false,           stops_sales, not_possible},
    // A fault of the supplier's router: it may have bought, so it is never a failure.
    {"99", Class::wait,       status::pending, Formed::yes,     false,           false,       not_possible},
}};
// clang-format on

} // namespace

std::span<const Code> codes()
{
    return table;
}

const Code* find_code(std::string_view rc)
{
    const auto found = std::find_if(table.begin(), table.end(), [rc](const Code& code) { return code.rc == rc; });
    return found == table.end() ? nullptr : &*found;
}

std::string_view name(Class c)
{
    switch (c) {
    case Class::ok:
        return "ok";
    case Class::wait:
        return "wait";
    case Class::unknown:
        return "unknown";
    case Class::fail_input:
        return "fail_input";
    case Class::fail_route:
        return "fail_route";
    case Class::hold:
        return "hold";
    case Class::config:
        return "config";
    case Class::person:
        return "person";
    }
    return "unknown";
}

Class classify(std::string_view rc, std::string_view word)
{
    const Code* code = find_code(rc);
    const bool known_word = word == status::success || word == status::pending || word == status::failure;
    // A word or code of which we know nothing ("Partial success", say) is for a person (F12, F14).
    if (code == nullptr || !known_word) return Class::unknown;
    // When the two contradict each other neither is believed: asking again costs a minute, a wrong guess costs money.
    return word == code->status ? code->meaning : Class::wait;
}

bool wants_second_look(std::string_view rc)
{
    const Code* code = find_code(rc);
    return code != nullptr && code->second_look;
}

bool pauses_sales(std::string_view rc)
{
    const Code* code = find_code(rc);
    return code != nullptr && code->pauses_sales;
}

Text reason_for_customer(std::string_view rc)
{
    const Code* code = find_code(rc);
    const Reason& reason = code != nullptr ? code->reason : not_possible;
    return Text{.id = std::string(reason.id), .en = std::string(reason.en)};
}

} // namespace enstore::digiflazz
