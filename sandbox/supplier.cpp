#include "sandbox/supplier.hpp"

#include "platform/core/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "sandbox/spoil.hpp"
#include "sandbox/store.hpp"

#include <algorithm>
#include <utility>

namespace enstore::sandbox
{

/// The JSON object of a request and what it lacks. A wrong type is noted once and answered with rc 40.
struct Supplier::Parsed {
    json::object object;
    std::string client_ip;
    bool sound = true;

    std::string text(std::string_view field, std::size_t most, bool required = true)
    {
        const auto* value = object.if_contains(field);
        if (value == nullptr || (value->is_null() && !required)) {
            sound = sound && !required;
            return {};
        }
        if (!value->is_string()) {
            sound = false;
            return {};
        }
        std::string text(value->get_string());
        if ((required && text.empty()) || text.size() > most || !is_clean_utf8(text)) sound = false;
        return text;
    }

    std::optional<std::int64_t> number(std::string_view field)
    {
        const auto* value = object.if_contains(field);
        if (value == nullptr || value->is_null()) return std::nullopt;
        if (!value->is_int64()) sound = false;
        return value->is_int64() ? std::optional(value->get_int64()) : std::nullopt;
    }

    bool flag(std::string_view field)
    {
        const auto* value = object.if_contains(field);
        if (value == nullptr || value->is_null()) return false;
        if (!value->is_bool()) sound = false;
        return value->is_bool() && value->get_bool();
    }
};

namespace
{

constexpr std::size_t longest_ref = 100;
constexpr std::size_t longest_number = 255;

/// A text for matching and echoing only; empty when it is something else.
std::string loose_text(const json::object& object, std::string_view field)
{
    const auto* value = object.if_contains(field);
    if (value == nullptr || !value->is_string() || value->get_string().size() > longest_number) return {};
    std::string text(value->get_string());
    return is_clean_utf8(text) ? text : std::string{};
}

Answer placed(db::Tx& tx, const Ask& ask, const Scene& scene)
{
    if (ask.command == "inq-pasca") return inquire(tx, ask, scene);
    if (ask.command == "pay-pasca") return pay(tx, ask, scene);
    if (ask.command == "status-pasca") return payment_status(tx, ask, scene);
    return buy(tx, ask, scene);
}

bool matches(const json::object& row, const json::object& request, std::string_view field)
{
    const std::string wanted = loose_text(request, field);
    const auto* value = row.if_contains(field);
    return wanted.empty() || (value != nullptr && value->is_string() &&
                              equal_ignoring_case(std::string_view(value->get_string()), wanted));
}

bool chosen(const json::object& row, const json::object& request)
{
    const std::string code = loose_text(request, "code");
    if (!code.empty() && row.at("buyer_sku_code").as_string() != code) return false;
    const bool narrowed = matches(row, request, "brand") && matches(row, request, "category");
    return narrowed && (!row.contains("type") || matches(row, request, "type"));
}

} // namespace

Supplier::Supplier(World& world, const Config& config, std::function<void(std::chrono::milliseconds)> pause)
    : world_(world), username_(config.username), api_key_(config.api_key), pause_(std::move(pause))
{
}

Reply Supplier::reply(json::value data, bool refusal) const
{
    Reply reply;
    if (refusal) reply.status = static_cast<int>(world_.settings().refusal_status);
    reply.body = json::serialize(json::object{{"data", std::move(data)}});
    return reply;
}

Reply Supplier::simple_refusal(std::string_view rc) const
{
    return reply(json::object{{"rc", rc}, {"message", message_of(rc)}}, true);
}

Reply Supplier::post(std::string_view path, std::string_view body, const std::string& client_ip)
{
    Parsed request;
    request.client_ip = client_ip;
    boost::system::error_code problem;
    auto parsed = json::parse(body, problem);
    if (problem || !parsed.is_object())
        request.sound = false;
    else
        request.object = std::move(parsed.get_object());

    const auto faults =
        world_.faults().take(path, loose_text(request.object, "ref_id"), loose_text(request.object, "customer_no"),
                             loose_text(request.object, "buyer_sku_code"));
    if (const auto wait = delay_before(faults); wait.count() > 0) pause_(wait);
    Reply honest;
    honest.body = R"({"data":{}})";
    if (!drops_request(faults)) honest = answer(path, request, faults);
    auto reply = faults.empty() ? std::move(honest) : spoiled(std::move(honest), faults);
    if (const auto wait = delay_after(faults); wait.count() > 0) pause_(wait);
    return reply;
}

Reply Supplier::answer(std::string_view path, const Parsed& request, const std::vector<Fault>& faults)
{
    if (path == "/transaction") return transaction(request, faults);
    if (!request.sound) return simple_refusal("40");
    if (path == "/cek-saldo") return balance(request);
    if (path == "/price-list") return price_list(request);
    if (path == "/deposit") return deposit_ticket(request);
    return pln_lookup(request);
}

std::optional<std::string> Supplier::refused_caller(const Parsed& request, std::string_view signed_text)
{
    const std::string username = loose_text(request.object, "username");
    if (username.empty() || username != username_) return "42";
    const std::string sign = crypto::md5(username_ + api_key_.reveal() + std::string(signed_text));
    if (!crypto::equal(sign, loose_text(request.object, "sign"))) return "41";
    const auto allowed = world_.settings().allowed_ips;
    const bool known = allowed.empty() || std::find(allowed.begin(), allowed.end(), request.client_ip) != allowed.end();
    return known ? std::nullopt : std::optional<std::string>("45");
}

Reply Supplier::transaction(const Parsed& request, const std::vector<Fault>& faults)
{
    Parsed fields = request;
    Ask ask;
    ask.sku = fields.text("buyer_sku_code", longest_ref);
    ask.customer_no = fields.text("customer_no", longest_number);
    ask.ref_id = fields.text("ref_id", longest_ref);
    ask.command = fields.text("commands", longest_ref, false);
    fields.text("sign", longest_number);
    ask.testing = fields.flag("testing");
    fields.flag("allow_dot");
    ask.max_price = fields.number("max_price");
    ask.amount = fields.number("amount");
    ask.year = fields.number("year");
    ask.callback_url = fields.text("cb_url", 2000, false);
    const bool known_command = (ask.command.empty() && !fields.object.contains("commands")) ||
                               ask.command == "inq-pasca" || ask.command == "pay-pasca" ||
                               ask.command == "status-pasca";
    const auto turned_away = [&](std::string_view rc) {
        auto answer = refused(rc, loose_text(request.object, "ref_id"), loose_text(request.object, "customer_no"),
                              loose_text(request.object, "buyer_sku_code"));
        return reply(std::move(answer.data), true);
    };
    if (!fields.sound || !known_command) return turned_away("40");
    if (const auto rc = refused_caller(fields, ask.ref_id)) return turned_away(*rc);

    const Scene scene{
        .now = world_.now(), .settings = world_.settings(), .catalogue = world_.catalogue(), .faults = faults};
    auto answer = world_.database().transact([&](db::Tx& tx) { return placed(tx, ask, scene); });
    world_.announce_due(scene.now);
    return reply(std::move(answer.data), answer.refused);
}

Reply Supplier::balance(const Parsed& request)
{
    if (loose_text(request.object, "cmd") != "deposit") return simple_refusal("40");
    if (const auto rc = refused_caller(request, "depo")) return simple_refusal(*rc);
    const auto deposit = world_.database().read([](db::Tx& tx) { return store::deposit(tx); });
    return reply(json::object{{"deposit", deposit.rupiah()}}, false);
}

Reply Supplier::price_list(const Parsed& request)
{
    const std::string cmd = loose_text(request.object, "cmd");
    if (cmd != "prepaid" && cmd != "pasca") return simple_refusal("40");
    if (const auto rc = refused_caller(request, "pricelist")) return simple_refusal(*rc);
    const std::string code = loose_text(request.object, "code");
    const bool narrowed = !loose_text(request.object, "brand").empty() ||
                          !loose_text(request.object, "category").empty() ||
                          !loose_text(request.object, "type").empty();
    const std::string budget = world_.settings().shared_budget ? "list" : "list " + cmd;
    if (!code.empty() && !world_.within_budget("code " + code, std::chrono::seconds{1})) return simple_refusal("83");
    if (code.empty() && !narrowed && !world_.within_budget(budget, std::chrono::minutes{5}))
        return simple_refusal("83");

    json::array rows;
    const auto catalogue = world_.catalogue();
    if (cmd == "pasca") {
        for (const auto& item : catalogue->all_postpaid())
            if (chosen(item.row, request.object)) rows.push_back(item.row);
        return reply(std::move(rows), false);
    }
    const auto pieces = world_.database().read([](db::Tx& tx) { return store::stock(tx); });
    const std::map<std::string, std::int64_t> stock(pieces.begin(), pieces.end());
    for (const auto& item : catalogue->all_prepaid()) {
        if (!chosen(item.row, request.object)) continue;
        rows.push_back(item.row);
        if (const auto left = stock.find(item.sku); !item.unlimited && left != stock.end())
            rows.back().get_object()["stock"] = left->second;
    }
    return reply(std::move(rows), false);
}

Reply Supplier::deposit_ticket(const Parsed& request)
{
    Parsed fields = request;
    // The table of the supplier says `bank`, its sample body `Bank` (digiflazz.md 4).
    const std::string bank = upper(fields.text(fields.object.contains("Bank") ? "Bank" : "bank", 50));
    const std::string owner = fields.text("owner_name", 100);
    const auto amount = fields.number("amount");
    if (!fields.sound || !amount) return simple_refusal("40");
    if (const auto rc = refused_caller(fields, "deposit")) return simple_refusal(*rc);
    const bool personal = bank == "FLIP" || bank == "SHOPEEPAY";
    const bool business = bank == "BCA" || bank == "MANDIRI" || bank == "BRI" || bank == "BNI";
    if (*amount < 10'000 || *amount > max_amount.rupiah() || (!personal && !business)) return simple_refusal("64");
    const std::int64_t unique_code = 1 + percent_of(owner + bank + std::to_string(*amount));
    return reply(json::object{{"rc", "00"},
                              {"bank", bank},
                              {"payment_method", personal ? "Virtual Account" : "Bank Transfer"},
                              {"account_no", digits_of(bank, 10)},
                              {"amount", *amount + unique_code},
                              {"notes", upper(digits_of(owner + bank, 8))}},
                 false);
}

Reply Supplier::pln_lookup(const Parsed& request)
{
    Parsed fields = request;
    const std::string number = fields.text("customer_no", longest_number);
    const auto refusal = [&](std::string_view rc) {
        json::object data{{"message", message_of(rc)}, {"status", status_of(rc)}, {"rc", rc}, {"customer_no", number}};
        return reply(std::move(data), true);
    };
    if (!fields.sound) return refusal("40");
    if (const auto rc = refused_caller(fields, number)) return refusal(*rc);
    if (!world_.within_rate("pln", world_.settings().pln_lookups_per_minute)) return refusal("86");
    if (number.size() != 11 && number.size() != 12) return refusal("57");
    // 530000000003 is the supplier's number for a failed inquiry; one of zeros only is nobody's.
    const bool nobody = number.find_first_not_of("0123456789") != std::string::npos ||
                        number.find_first_not_of('0') == std::string::npos || number == "530000000003";
    if (nobody) return refusal("54");
    const bool meter = number.size() == 11;
    return reply(json::object{{"message", message_of("00")},
                              {"status", "Sukses"},
                              {"rc", "00"},
                              {"customer_no", number},
                              {"meter_no", meter ? number : digits_of(number, 11)},
                              {"subscriber_id", meter ? digits_of(number, 12) : number},
                              {"name", "PELANGGAN CONTOH " + digits_of(number, 2)},
                              {"segment_power", "R1 /000001300"}},
                 false);
}

} // namespace enstore::sandbox
