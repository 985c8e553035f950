#include "catalog/grouping.hpp"

#include "platform/core/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

namespace enstore::catalog
{
namespace
{

bool is_letter_or_digit(char c)
{
    // Bytes of letters outside ASCII belong to their word.
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80;
}

/// The words of a text in upper case: runs of letters and digits.
std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    bool inside = false;
    for (const char c : upper(text)) {
        if (!is_letter_or_digit(c)) {
            inside = false;
            continue;
        }
        if (!inside) words.emplace_back();
        inside = true;
        words.back() += c;
    }
    return words;
}

bool holds_words(const std::vector<std::string>& words, const std::vector<std::string>& wanted)
{
    return !wanted.empty() && std::search(words.begin(), words.end(), wanted.begin(), wanted.end()) != words.end();
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 19> brand_names{{
    {"FREE FIRE", "Free Fire"},
    {"MOBILE LEGENDS", "Mobile Legends"},
    {"PUBG", "PUBG Mobile"},
    {"PUBG MOBILE", "PUBG Mobile"},
    {"VALORANT", "Valorant"},
    {"GENSHIN IMPACT", "Genshin Impact"},
    {"AXIS", "Axis"},
    {"TELKOMSEL", "Telkomsel"},
    {"INDOSAT", "Indosat"},
    {"XL", "XL Axiata"},
    {"TRI", "Tri"},
    {"SMARTFREN", "Smartfren"},
    {"DANA", "DANA"},
    {"OVO", "OVO"},
    {"GOPAY", "GoPay"},
    {"GO PAY", "GoPay"},
    {"SHOPEEPAY", "ShopeePay"},
    {"SHOPEE PAY", "ShopeePay"},
    {"PLN PASCABAYAR", "PLN Tagihan"},
}};

constexpr std::array<std::string_view, 22> prepaid_categories{"Pulsa",
                                                              "Data",
                                                              "Games",
                                                              "Voucher",
                                                              "E-Money",
                                                              "PLN",
                                                              "China TOPUP",
                                                              "Malaysia TOPUP",
                                                              "Philippines TOPUP",
                                                              "Singapore TOPUP",
                                                              "Thailand TOPUP",
                                                              "Vietnam Topup",
                                                              "Paket SMS & Telpon",
                                                              "Streaming",
                                                              "TV",
                                                              "Aktivasi Voucher",
                                                              "Masa Aktif",
                                                              "Bundling",
                                                              "Aktivasi Perdana",
                                                              "Gas",
                                                              "eSIM",
                                                              "Media Sosial"};

/// `text` without trailing words of `endings`; the last word left is never taken.
template <std::size_t N>
std::string without_ending(std::string_view text, const std::array<std::string_view, N>& endings)
{
    auto rest = trimmed(text);
    for (;;) {
        const auto blank = rest.find_last_of(' ');
        if (blank == std::string_view::npos) return std::string(rest);
        const auto last = rest.substr(blank + 1);
        const bool ending = std::any_of(endings.begin(), endings.end(),
                                        [&](std::string_view word) { return equal_ignoring_case(word, last); });
        if (!ending) return std::string(rest);
        rest = trimmed(rest.substr(0, blank));
    }
}

bool mixed_case(std::string_view word)
{
    return word != upper(word) && word != lower(word);
}

std::string with_category(const std::string& brand, std::string_view category)
{
    if (holds_words(words_of(brand), words_of(category))) return brand;
    return brand + " " + title_case(category);
}

} // namespace

std::string title_case(std::string_view text)
{
    std::vector<std::string> out;
    for (const auto& word : split(trimmed(text), ' ')) {
        if (word.empty()) continue;
        if (mixed_case(word)) {
            out.push_back(word);
            continue;
        }
        std::string titled = lower(word);
        bool starts = true;
        for (char& c : titled) {
            if (starts && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
            starts = !is_letter_or_digit(c) && c != '\'';
        }
        out.push_back(std::move(titled));
    }
    return joined(out, " ");
}

std::string plain_brand(std::string_view brand)
{
    static constexpr std::array<std::string_view, 6> endings{"GAME", "GAMES", "VOUCHER", "PULSA", "DATA", "PAKET"};
    return title_case(without_ending(brand, endings));
}

std::string publisher_of(std::string_view brand)
{
    static constexpr std::array<std::string_view, 8> endings{"GAME", "GAMES", "VOUCHER", "PULSA",
                                                             "DATA", "PAKET", "TOKEN",   "TAGIHAN"};
    return title_case(without_ending(brand, endings));
}

DisplayBrand display_brand(std::string_view brand)
{
    const auto words = words_of(brand);
    std::ptrdiff_t best_place = 0;
    std::size_t best_length = 0;
    std::string_view best;
    for (const auto& [written, shown] : brand_names) {
        const auto wanted = words_of(written);
        if (wanted == words) return {.text = std::string(shown), .partial = false};
        const auto place = std::search(words.begin(), words.end(), wanted.begin(), wanted.end());
        if (place == words.end()) continue;
        // Of several, the first name in the brand counts, and of those the longest: XL Axis Cuanku is XL's.
        const auto at = place - words.begin();
        if (best.empty() || at < best_place || (at == best_place && wanted.size() > best_length)) {
            best = shown;
            best_place = at;
            best_length = wanted.size();
        }
    }
    if (!best.empty()) return {.text = std::string(best), .partial = true};
    return {.text = plain_brand(brand), .partial = false};
}

Group group_of(std::string_view brand, std::string_view category, bool postpaid)
{
    const auto name = upper(trimmed(brand));
    if (name == "PLN" && !postpaid)
        return {.key = "prepaid|pln", .name = "PLN Token", .plain_name = "PLN Token", .brand = "PLN"};
    if ((name == "PLN" || name == "PLN PASCABAYAR") && postpaid)
        return {.key = "postpaid|pln", .name = "PLN Tagihan", .plain_name = "PLN Tagihan", .brand = "PLN PASCABAYAR"};

    const auto display = display_brand(brand);
    return {.key = std::string(postpaid ? "postpaid|" : "prepaid|") + lower(trimmed(brand)) + "|" + slug_of(category),
            .name = with_category(display.text, category),
            .plain_name = with_category(plain_brand(brand), category),
            .partial = display.partial,
            .brand = std::string(trimmed(brand))};
}

std::string_view product_type(std::string_view category, bool postpaid)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> types{{
        {"GAMES", "game"},
        {"PULSA", "pulsa"},
        {"DATA", "data"},
        {"PAKET", "data"},
        {"PLN", "pln"},
        {"VOUCHER", "voucher"},
        {"E-MONEY", "emoney"},
    }};
    if (postpaid) return "pascabayar";
    const auto words = words_of(category);
    for (const auto& [word, type] : types)
        if (holds_words(words, words_of(word))) return type;
    return "other";
}

bool known_category(std::string_view name)
{
    if (equal_ignoring_case(trimmed(name), "Pascabayar")) return true;
    return std::any_of(prepaid_categories.begin(), prepaid_categories.end(),
                       [&](std::string_view known) { return equal_ignoring_case(known, trimmed(name)); });
}

std::string item_name(std::string_view product_name, std::string_view brand)
{
    const auto whole = trimmed(product_name);
    const auto lead = trimmed(brand);
    if (lead.empty() || !equal_ignoring_case(whole.substr(0, lead.size()), lead)) return std::string(whole);
    auto rest = whole.substr(lead.size());
    if (!rest.empty() && is_letter_or_digit(rest.front()))
        return std::string(whole); // inside a word: TRI is not TRIPLE
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == '-' || rest.front() == ':'))
        rest.remove_prefix(1);
    return std::string(rest.empty() ? whole : rest);
}

} // namespace enstore::catalog
