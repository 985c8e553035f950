#include "catalog/order_form.hpp"

#include "platform/core/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace enstore::catalog
{
namespace
{

constexpr std::size_t most_keys = 20;
constexpr std::size_t most_characters = 255;
constexpr std::size_t longest_customer_number = 100; // what `transactions.customer_no` holds

Text required_text(const std::string& label)
{
    return {label + " wajib diisi", label + " is required"};
}

/// The value under `name` without outer blanks; empty when it was not sent.
std::string value_of(const FormValues& values, std::string_view name)
{
    for (const auto& [key, value] : values)
        if (key == name) return std::string(trimmed(value));
    return {};
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// A number as people write one: digits, with blanks, dashes and the signs that some bill numbers carry. User names and
/// Riot IDs are no numbers, and a blank in them is theirs.
bool looks_like_a_number(std::string_view text)
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return is_digit(c) || c == ' ' || c == '-' || c == '+' || c == '.' || c == ','; });
}

std::string without_separators(std::string_view text)
{
    if (!looks_like_a_number(text)) return std::string(text);
    std::string out;
    for (const char c : text)
        if (c != ' ' && c != '-') out += c;
    return out;
}

/// In 08 form when it is a mobile number; else as given without separators (a card of an e-toll account is typed into
/// the same field).
std::string phone_form(std::string_view value)
{
    auto normal = normal_phone(value);
    const bool plain = looks_like_a_number(replaced(replaced(value, "(", " "), ")", " "));
    return plain && is_mobile_phone(normal) ? normal : without_separators(value);
}

bool is_phone_like(std::string_view value)
{
    const auto bare = phone_form(value);
    if (bare.empty()) return false;
    const std::string_view digits = bare.front() == '+' ? std::string_view(bare).substr(1) : std::string_view(bare);
    return digits.size() >= 8 && digits.size() <= 20 && std::all_of(digits.begin(), digits.end(), is_digit);
}

bool wants_mobile_number(const SellableItem& item)
{
    return item.type == "pulsa" || item.type == "data";
}

void check_sizes(const FormValues& values, std::vector<FieldProblem>& problems)
{
    if (values.size() > most_keys)
        problems.push_back({"customer_data", {"Paling banyak 20 isian", "At most 20 fields"}});
    for (const auto& [key, value] : values) {
        if (length_in_characters(key) > most_characters || length_in_characters(value) > most_characters)
            problems.push_back(
                {"customer_data." + key.substr(0, 100), {"Paling panjang 255 karakter", "At most 255 characters"}});
        else if (std::any_of(value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }))
            problems.push_back({"customer_data." + key,
                                {"Tidak boleh berisi karakter kendali", "Must not contain control characters"}});
    }
}

void check_field(const SellableItem& item, const InputField& field, const std::string& value,
                 std::vector<FieldProblem>& problems)
{
    const auto note = [&](Text text) { problems.push_back({"customer_data." + field.name, std::move(text)}); };
    if (value.empty()) {
        if (field.required) note(required_text(field.label));
        return;
    }
    if (field.type == "select") {
        const auto options = option_items(field.options);
        const bool known =
            std::any_of(options.begin(), options.end(), [&](const Option& option) { return option.value == value; });
        if (!known) note({field.label + " tidak ada dalam pilihan", field.label + " is not one of the options"});
    }
    if (field.type == "email" && !is_email(value))
        note({field.label + " bukan alamat email yang benar", field.label + " is not a valid e-mail address"});
    if (field.type == "tel") {
        const bool good = wants_mobile_number(item) ? is_mobile_phone(phone_form(value)) : is_phone_like(value);
        if (!good)
            note({field.label + " bukan nomor yang benar; tulis seperti 081234567890",
                  field.label + " is not a valid number; write it like 081234567890"});
    }
}

struct Chosen {
    std::string key; ///< under which the problem is reported
    std::string number;
};

/// The first of `keys` that was filled in.
Chosen first_of(const FormValues& values, std::initializer_list<const char*> keys, bool phone)
{
    for (const auto* key : keys) {
        const auto value = value_of(values, key);
        if (value.empty()) continue;
        return {key, phone && std::string_view(key) == "phone" ? phone_form(value) : without_separators(value)};
    }
    return {};
}

/// The composition table of domain 6.2.
Chosen compose(const SellableItem& item, const FormValues& values, const std::optional<std::string>& buyer_phone)
{
    if (item.type == "game") {
        const auto user = value_of(values, "user_id");
        auto zone = value_of(values, "zone_id");
        if (zone.empty()) zone = value_of(values, "server");
        if (user.empty()) return {};
        return {"user_id", without_separators(user) + without_separators(zone)};
    }
    if (item.type == "pulsa" || item.type == "data" || item.type == "emoney") {
        auto chosen = first_of(values, {"phone", "customer_no"}, true);
        chosen.number = phone_form(chosen.number);
        return chosen;
    }
    if (item.type == "pln") return first_of(values, {"meter_no", "meter_number", "customer_no"}, false);
    if (item.type == "voucher") {
        auto chosen = first_of(values, {"phone", "customer_no"}, true);
        if (chosen.number.empty() && buyer_phone && !trimmed(*buyer_phone).empty())
            chosen = {"phone", phone_form(trimmed(*buyer_phone))};
        if (chosen.number.empty()) chosen = {"email", value_of(values, "email")};
        return chosen;
    }
    if (item.type == "pascabayar") return first_of(values, {"customer_no", "customer_id"}, false);
    return first_of(values, {"user_id", "phone", "customer_id", "customer_no"}, true);
}

struct Operator {
    std::string_view code;
    std::array<std::string_view, 2> brands; ///< as the supplier spells the operator
    std::array<std::string_view, 10> prefixes;
};

constexpr std::array<Operator, 6> operators{{
    {"telkomsel", {"TELKOMSEL"}, {"0811", "0812", "0813", "0821", "0822", "0823", "0851", "0852", "0853"}},
    {"indosat", {"INDOSAT"}, {"0814", "0815", "0816", "0855", "0856", "0857", "0858"}},
    {"xl", {"XL", "XL AXIATA"}, {"0817", "0818", "0819", "0859", "0877", "0878"}},
    {"axis", {"AXIS"}, {"0831", "0832", "0833", "0838"}},
    {"smartfren", {"SMARTFREN"}, {"0881", "0882", "0883", "0884", "0885", "0886", "0887", "0888", "0889"}},
    {"three", {"TRI", "THREE"}, {"0895", "0896", "0897", "0898", "0899"}},
}};

std::optional<std::string_view> operator_of_brand(std::string_view brand)
{
    for (const auto& entry : operators)
        for (const auto name : entry.brands)
            if (!name.empty() && equal_ignoring_case(trimmed(brand), name)) return entry.code;
    return std::nullopt;
}

} // namespace

std::vector<Option> option_items(std::string_view options)
{
    std::vector<Option> items;
    for (const auto& entry : split(options, ',')) {
        const auto text = trimmed(entry);
        if (text.empty()) continue;
        const auto at = text.find_first_of(":|");
        if (at == std::string_view::npos)
            items.push_back({std::string(text), std::string(text)});
        else
            items.push_back({std::string(trimmed(text.substr(0, at))), std::string(trimmed(text.substr(at + 1)))});
    }
    return items;
}

std::vector<InputField> default_fields(std::string_view type)
{
    if (type == "game")
        return {{.name = "user_id", .label = "User ID", .type = "text", .required = true},
                {.name = "zone_id", .label = "Zone ID", .type = "text", .required = true}};
    if (type == "pulsa" || type == "data" || type == "emoney")
        return {{.name = "phone", .label = "Nomor HP", .type = "tel", .required = true}};
    if (type == "pln") return {{.name = "meter_no", .label = "Nomor Meter", .type = "text", .required = true}};
    if (type == "voucher") return {{.name = "email", .label = "Email", .type = "email", .required = false}};
    return {{.name = "customer_no", .label = "Nomor Pelanggan", .type = "text", .required = true}};
}

std::optional<std::string_view> operator_of(std::string_view phone)
{
    const auto normal = normal_phone(phone);
    if (!is_mobile_phone(normal)) return std::nullopt;
    const auto start = std::string_view(normal).substr(0, 4);
    for (const auto& entry : operators)
        for (const auto prefix : entry.prefixes)
            if (prefix == start) return entry.code;
    return std::nullopt;
}

Result<std::string> customer_number(const SellableItem& item, const FormValues& values,
                                    const std::optional<std::string>& buyer_phone)
{
    std::vector<FieldProblem> problems;
    check_sizes(values, problems);
    for (const auto& field : item.fields)
        check_field(item, field, value_of(values, field.name), problems);
    if (!problems.empty()) return refuse_fields(std::move(problems));

    auto chosen = compose(item, values, buyer_phone);
    const auto& first_field = item.fields.empty() ? std::string("customer_no") : item.fields.front().name;
    const auto field = "customer_data." + (chosen.key.empty() ? first_field : chosen.key);
    if (chosen.number.empty())
        return refuse_field("customer_data." + first_field,
                            {"Nomor tujuan wajib diisi", "The number to deliver to is required"});
    if (length_in_characters(chosen.number) > longest_customer_number)
        return refuse_field(field, {"Paling panjang 100 karakter", "At most 100 characters"});
    if (!wants_mobile_number(item)) return std::move(chosen.number);

    if (!is_mobile_phone(chosen.number))
        return refuse_field(field, {"Nomor HP tidak benar; tulis seperti 081234567890",
                                    "Not a valid mobile number; write it like 081234567890"});
    const auto wanted = operator_of_brand(item.brand);
    const auto actual = operator_of(chosen.number);
    if (wanted && actual && *wanted != *actual)
        return refuse(operator_mismatch, "number of " + std::string(*actual) + ", product of " + std::string(*wanted));
    return std::move(chosen.number);
}

} // namespace enstore::catalog
