#include "sandbox/bills.hpp"

#include <array>

/// The supplier's postpaid test cases with their fixed values (digiflazz.md 10.2 and 10.3). Addresses and vehicle data
/// are decorative and our own.
namespace enstore::sandbox
{
namespace
{

struct Family {
    std::string_view key;
    std::string_view success;
    std::string_view success_2; ///< two sheets; empty: none
    std::string_view inquiry_fails;
    std::string_view payment_fails;
    std::string_view pending;
    std::string_view pending_2;
    std::string_view pending_fails;
};

constexpr std::array<Family, 15> families{{
    {"pln", "530000000001", "530000000002", "530000000003", "530000000006", "630000000001", "630000000002",
     "630000000006"},
    {"pdam", "1013226", "", "1013227", "1013230", "2013226", "", "2013230"},
    {"internet", "6391601001", "", "6391601002", "6391601005", "7391601001", "", "7391601005"},
    {"bpjs", "8801234560001", "", "8801234560002", "8801234560005", "9801234560001", "", "9801234560005"},
    {"multifinance", "6391601201", "", "6391601202", "6391601205", "7391601201", "", "7391601205"},
    {"cimahi", "329801092375999991", "", "329801092375999992", "329801092375999995", "429801092375999991", "",
     "429801092375999995"},
    {"pdl", "3298010921", "", "3298010922", "3298010923", "4298010921", "", "4298010923"},
    {"pgas", "0110014601", "0110014602", "0110014603", "0110014605", "1110014601", "1110014602", "1110014605"},
    {"tv", "127246500101", "", "127246500102", "127246500105", "227246500101", "", "227246500105"},
    {"bpjstk", "8102051011270001", "", "8102051011270002", "8102051011270003", "9102051011270001", "",
     "9102051011270003"},
    {"bpjstkpu", "400000100001", "", "400000100002", "400000100003", "500000100001", "", "500000100003"},
    {"plnnontaglist", "3225030005921", "", "3225030005922", "3225030005923", "4225030005921", "", "4225030005923"},
    {"emoney", "082100000001", "", "082100000002", "082100000003", "082110000001", "", "082110000003"},
    {"samsat", "9658548523568701,0212502110170100", "", "9658548523568702,0212502110170100",
     "9658548523568705,0212502110170100", "0658548523568701,0212502110170100", "", "0658548523568705,0212502110170100"},
    {"hp", "081234554320", "", "081234554321", "081234554324", "081244554320", "", "081244554324"},
}};

Bill bill_of(std::string_view name, Idr admin, Idr price, Idr selling_price, Idr balance, std::string_view serial)
{
    Bill bill;
    bill.customer_name = name;
    bill.admin = admin;
    bill.price = price;
    bill.selling_price = selling_price;
    bill.test_balance = balance;
    bill.serial = serial;
    return bill;
}

constexpr std::string_view first_customer = "Nama Pelanggan Pertama";
constexpr std::string_view second_customer = "Nama Pelanggan Kedua";
constexpr std::string_view a_customer = "Nama Pelanggan";
constexpr std::string_view address = "Jalan Contoh 1";

json::object pln_line(std::string_view period, std::string_view amount, std::string_view penalty)
{
    return {{"periode", period}, {"nilai_tagihan", amount}, {"admin", "2500"}, {"denda", penalty}};
}

json::object metered(json::object line, std::string_view from, std::string_view to)
{
    line["meter_awal"] = from;
    line["meter_akhir"] = to;
    return line;
}

Bill pln_bill(bool two_sheets)
{
    const auto first = pln_line("201901", "8000", "500");
    const auto second = pln_line("201902", "11500", "0");
    Bill bill = two_sheets ? bill_of(second_customer, 5000_idr, 23000_idr, 25000_idr, 77000_idr, "S1234554321N")
                           : bill_of(first_customer, 2500_idr, 10000_idr, 11000_idr, 90000_idr, "S1234554321N");
    bill.description = {{"tarif", "R1"}, {"daya", 1300}, {"lembar_tagihan", two_sheets ? 2 : 1}};
    bill.paid_description = bill.description;
    json::array asked{first};
    json::array paid{metered(first, "00080000", "00090000")};
    if (two_sheets) {
        asked.push_back(second);
        paid.push_back(metered(second, "00090000", "00095000"));
    }
    bill.description["detail"] = asked;
    bill.paid_description["detail"] = paid;
    return bill;
}

Bill gas_bill(bool two_sheets)
{
    const auto line = [](std::string_view from, std::string_view to, std::string_view usage) {
        return json::object{{"periode", "0320"}, {"meter_awal", from}, {"meter_akhir", to}, {"usage", usage}};
    };
    Bill bill = bill_of(a_customer, 2500_idr, 99500_idr, 100000_idr, 500_idr, "G1234567890S");
    bill.description = {{"lembar_tagihan", 1}, {"alamat", address}}; // 1 even for two sheets, as in the sample
    bill.description["detail"] = two_sheets
                                     ? json::array{line("006400", "006500", "100"), line("006500", "006700", "200")}
                                     : json::array{line("006538", "006573", "35")};
    return bill;
}

json::object land_tax(bool with_province)
{
    json::object desc{{"lembar_tagihan", 1},   {"alamat", address},      {"tahun_pajak", "2019"},
                      {"kelurahan", "CONTOH"}, {"kecamatan", "CONTOH"},  {"kode_kab_kota", "0023"},
                      {"kab_kota", "CIMAHI"},  {"luas_tanah", "113 M2"}, {"luas_gedung", "47 M2"}};
    if (with_province) desc["provinsi"] = "JAWA BARAT";
    return desc;
}

json::object vehicle_tax()
{
    json::object desc{{"lembar_tagihan", 1},
                      {"alamat", address},
                      {"nomor_identitas", "0212502110170100"},
                      {"nomor_rangka", "RANGKA0001"},
                      {"nomor_mesin", "MESIN001"},
                      {"nomor_polisi", "D 1234 XX"},
                      {"milik_kenama", "1"},
                      {"merek_kb", "CONTOH"},
                      {"model_kb", "MINIBUS"},
                      {"tahun_buatan", "2019"},
                      {"tgl_akhir_pajak_baru", "2027-01-31"}};
    for (const auto* cost : {"biaya_pokok_bbn", "biaya_denda_swd", "biaya_denda_bbn", "biaya_denda_pkb",
                             "biaya_admin_stnk", "biaya_admin_tnkb", "biaya_parkir_pokok", "biaya_pajak_progresif"})
        desc[cost] = "0";
    desc["biaya_pokok_swd"] = "143000";
    desc["biaya_pokok_pkb"] = "2131500";
    return desc;
}

Bill home_bill(std::string_view key)
{
    if (key == "pdam") {
        Bill bill = bill_of(first_customer, 2500_idr, 11500_idr, 12500_idr, 88500_idr, "S1234554321N");
        bill.description = {
            {"tarif", "3A"}, {"lembar_tagihan", 1}, {"alamat", address}, {"jatuh_tempo", "1-15 DES 2014"}};
        auto line =
            metered({{"periode", "201901"}, {"nilai_tagihan", "8000"}, {"denda", "500"}}, "00080000", "00090000");
        line["biaya_lain"] = "1500";
        bill.description["detail"] = json::array{line};
        return bill;
    }
    if (key == "internet") {
        Bill bill = bill_of(a_customer, 5000_idr, 22500_idr, 24500_idr, 77500_idr, "I1234554321N");
        bill.description = {{"lembar_tagihan", 2}};
        bill.description["detail"] =
            json::array{json::object{{"periode", "MEI 2019"}, {"nilai_tagihan", "8000"}, {"admin", "2500"}},
                        json::object{{"periode", "JUN 2019"}, {"nilai_tagihan", "11500"}, {"admin", "2500"}}};
        return bill;
    }
    if (key == "tv") {
        Bill bill = bill_of(a_customer, 2500_idr, 100500_idr, 101500_idr, 899500_idr, "18141775");
        bill.description = {{"lembar_tagihan", 1}};
        bill.description["detail"] =
            json::array{json::object{{"periode", "MEI 22"}, {"nilai_tagihan", "99000"}, {"no_ref", "205A"}}};
        return bill;
    }
    Bill bill = bill_of(first_customer, 2500_idr, 11000_idr, 12500_idr, 89000_idr, "H1234554321P");
    bill.description = {{"lembar_tagihan", 1}}; // hp and the rest
    return bill;
}

Bill insurance_bill(std::string_view key)
{
    if (key == "bpjs") {
        Bill bill = bill_of(a_customer, 2500_idr, 24700_idr, 25000_idr, 75300_idr, "BP1234554321JS");
        bill.description = {{"jumlah_peserta", "2"}, {"lembar_tagihan", 1}, {"alamat", address}};
        bill.description["detail"] = json::array{json::object{{"periode", "01"}}};
        return bill;
    }
    if (key == "bpjstk") {
        Bill bill = bill_of(a_customer, 2500_idr, 16500_idr, 17500_idr, 83500_idr, "");
        bill.description = {{"lembar_tagihan", 1},
                            {"kode_iuran", "910205"},
                            {"kode_program", "JKK,JKM,JHT"},
                            {"jkk", 10000},
                            {"jkm", 2500},
                            {"jht", 2500},
                            {"kantor_cabang", "CONTOH"},
                            {"tgl_efektif", "2026-01-01"},
                            {"tgl_expired", "2026-01-31"}};
        return bill;
    }
    Bill bill = bill_of(a_customer, 2500_idr, 101500_idr, 102500_idr, 98500_idr, ""); // 98500 as printed
    bill.description = {{"lembar_tagihan", 1}, {"kode_iuran", "400000"}, {"jht", 1617477},
                        {"jkk", 67104},        {"jkm", 84130},           {"jpk", 1000},
                        {"jpn", 1000},         {"npp", "AA000"},         {"kode_divisi", "000"}};
    return bill;
}

Bill other_bill(std::string_view key)
{
    if (key == "cimahi" || key == "pdl") {
        Bill bill = bill_of(first_customer, 2500_idr, 99500_idr, 100000_idr, 500_idr,
                            key == "pdl" ? "P1234554321D" : "P1234554321B");
        bill.description = land_tax(key == "pdl");
        return bill;
    }
    if (key == "samsat") {
        Bill bill = bill_of(first_customer, 2500_idr, 99500_idr, 100000_idr, 100000_idr, "s1234567890s");
        bill.description = vehicle_tax();
        return bill;
    }
    if (key == "multifinance") {
        Bill bill = bill_of(first_customer, 2500_idr, 24700_idr, 25000_idr, 75300_idr, "FP1234554321I");
        bill.description = {{"lembar_tagihan", 1},
                            {"item_name", "MOTOR CONTOH"},
                            {"no_rangka", "RANGKA0001"},
                            {"no_pol", "D 1234 XX"},
                            {"tenor", "030"}};
        bill.description["detail"] = json::array{json::object{{"periode", "002"}, {"denda", "0"}, {"biaya_lain", "0"}}};
        return bill;
    }
    if (key == "plnnontaglist") {
        Bill bill = bill_of(a_customer, 2500_idr, 24700_idr, 25000_idr, 75300_idr, "P1234554321NH");
        bill.description = {{"lembar_tagihan", 1},
                            {"transaksi", "PENYAMBUNGAN BARU"},
                            {"no_registrasi", "3225030005921"},
                            {"tanggal_registrasi", "20190101"}};
        return bill;
    }
    Bill bill = bill_of(first_customer, 2500_idr, 24700_idr, 25000_idr, 75300_idr, "E1234554321M"); // emoney
    bill.description = {{"lembar_tagihan", 1}};
    return bill;
}

Bill fixed_bill(std::string_view key, bool two_sheets)
{
    if (key == "pln") return pln_bill(two_sheets);
    Bill bill;
    if (key == "pgas")
        bill = gas_bill(two_sheets);
    else if (key == "pdam" || key == "internet" || key == "tv" || key == "hp")
        bill = home_bill(key);
    else if (key.substr(0, 4) == "bpjs")
        bill = insurance_bill(key);
    else
        bill = other_bill(key);
    bill.paid_description = bill.description;
    return bill;
}

} // namespace

std::optional<TestBill> test_bill(std::string_view customer_no)
{
    if (customer_no.empty()) return std::nullopt;
    for (const auto& family : families) {
        const bool two_sheets = customer_no == family.success_2 || customer_no == family.pending_2;
        TestBill test;
        if (customer_no == family.inquiry_fails)
            test.inquiry_fails = true;
        else if (customer_no == family.payment_fails)
            test.rc = "02";
        else if (customer_no == family.pending || customer_no == family.pending_2)
            test = {.inquiry_fails = false, .rc = "03", .later = "00", .bill = {}};
        else if (customer_no == family.pending_fails)
            test = {.inquiry_fails = false, .rc = "03", .later = "02", .bill = {}};
        else if (customer_no != family.success && !two_sheets)
            continue;
        if (!test.inquiry_fails) test.bill = fixed_bill(family.key, two_sheets);
        return test;
    }
    return std::nullopt;
}

} // namespace enstore::sandbox
