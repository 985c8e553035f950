#include "sandbox/order.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace enstore::sandbox
{
namespace
{

constexpr std::array<std::pair<OrderKind, std::string_view>, 4> kinds{{
    {OrderKind::none, "none"},
    {OrderKind::prepaid, "prepaid"},
    {OrderKind::inquiry, "inquiry"},
    {OrderKind::payment, "payment"},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 48> messages{{
    {"00", "Transaksi Sukses"},
    {"01", "Waktu transaksi habis"},
    {"02", "Transaksi Gagal"},
    {"03", "Transaksi Pending"},
    {"40", "Isi permintaan tidak sesuai"},
    {"41", "Tanda tangan tidak cocok"},
    {"42", "API pembeli tidak dapat diproses"},
    {"43", "SKU tidak ditemukan atau nonaktif"},
    {"44", "Saldo tidak cukup"},
    {"45", "IP tidak dikenali"},
    {"46", "Transaksi sudah terjadi"},
    {"47", "Transaksi sudah dilakukan pembeli lain"},
    {"49", "Ref ID tidak unik"},
    {"50", "Transaksi tidak ditemukan"},
    {"51", "Nomor tujuan diblokir"},
    {"52", "Prefix bukan milik operator ini"},
    {"53", "Produk penjual sedang tidak tersedia"},
    {"54", "Nomor tujuan salah"},
    {"55", "Produk sedang gangguan"},
    {"57", "Jumlah digit tidak sesuai"},
    {"58", "Sedang cut off"},
    {"59", "Nomor di luar wilayah"},
    {"60", "Tagihan belum tersedia"},
    {"61", "Belum pernah deposit"},
    {"62", "Penjual sedang gangguan"},
    {"63", "Tidak mendukung transaksi berulang di hari yang sama"},
    {"64", "Tiket deposit gagal dibuat"},
    {"66", "Penjual sedang perbaikan sistem"},
    {"67", "Penjual belum terverifikasi"},
    {"68", "Stok habis"},
    {"69", "Harga penjual lebih besar dari batas harga pembeli"},
    {"70", "Waktu tunggu ke biller habis"},
    {"71", "Produk sedang tidak stabil"},
    {"72", "Pelanggan harus berhenti dari paket lama dahulu"},
    {"73", "kWh melebihi batas"},
    {"74", "Transaksi dikembalikan"},
    {"80", "Penjual memblokir akun ini"},
    {"81", "Akun ini memblokir penjual"},
    {"82", "Akun belum terverifikasi"},
    {"83", "Batas pengecekan daftar harga tercapai, coba beberapa saat lagi"},
    {"84", "Nominal tidak valid"},
    {"85", "Batas transaksi tercapai, coba 1 menit lagi"},
    {"86", "Batas pengecekan nomor PLN tercapai"},
    {"87", "Nominal harus kelipatan Rp 1.000"},
    {"88", "Akun tidak boleh melakukan transaksi ini"},
    {"99", "DF Router Issue"},
    {"56", "Saldo penjual terbatas"},
    {"65", "Batas multi transaksi tercapai"},
}};

/// FNV-1a with a final mix, so that refs which differ in the last digit spread evenly.
std::uint64_t hash_of(std::string_view text)
{
    std::uint64_t hash = 14'695'981'039'346'656'037ULL;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1'099'511'628'211ULL;
    }
    hash ^= hash >> 33U;
    hash *= 0xff51afd7ed558ccdULL;
    hash ^= hash >> 33U;
    return hash;
}

} // namespace

std::string_view name(OrderKind kind)
{
    for (const auto& [value, word] : kinds)
        if (value == kind) return word;
    throw std::logic_error("an order kind without a name");
}

OrderKind order_kind(std::string_view word)
{
    for (const auto& [value, known] : kinds)
        if (known == word) return value;
    throw std::logic_error("unknown order kind in the database");
}

std::string_view status_of(std::string_view rc)
{
    if (rc == "00") return "Sukses";
    if (rc == "03" || rc == "99") return "Pending";
    return "Gagal";
}

std::string_view message_of(std::string_view rc)
{
    for (const auto& [code, text] : messages)
        if (code == rc) return text;
    return "Kode tidak dikenal";
}

int percent_of(std::string_view text)
{
    return static_cast<int>(hash_of(text) % 100);
}

std::string digits_of(std::string_view text, std::size_t count)
{
    std::string digits;
    std::uint64_t hash = hash_of(text);
    while (digits.size() < count) {
        digits += static_cast<char>('0' + hash % 10);
        hash /= 10;
        if (hash == 0) hash = hash_of(digits);
    }
    return digits;
}

} // namespace enstore::sandbox
