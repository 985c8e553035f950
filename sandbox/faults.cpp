#include "sandbox/faults.hpp"

#include "platform/core/text.hpp"
#include "sandbox/store.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace enstore::sandbox
{
namespace
{

/// In the order of their magic numbers: `08990001…` is the first.
const std::vector<std::string_view> names{"delay",
                                          "drop_after_accept",
                                          "drop_before_accept",
                                          "html_502",
                                          "truncated_json",
                                          "empty_data",
                                          "wrong_ref",
                                          "unknown_rc",
                                          "pending_forever",
                                          "no_webhook",
                                          "duplicate_webhook",
                                          "out_of_order_webhooks",
                                          "success_then_74",
                                          "bad_signature_webhook",
                                          "too_slow",
                                          "rc",
                                          "raw"};

constexpr std::array<std::string_view, 7> fate_names{
    "pending_forever",       "no_webhook",           "duplicate_webhook", "rc", "success_then_74",
    "out_of_order_webhooks", "bad_signature_webhook"};

bool hits(const Fault& fault, std::string_view path, const std::string& ref_id, const std::string& customer_no,
          const std::string& sku)
{
    return (fault.path == "*" || fault.path == path) && (!fault.ref_id || *fault.ref_id == ref_id) &&
           (!fault.customer_no || *fault.customer_no == customer_no) && (!fault.sku || *fault.sku == sku);
}

/// Reads one text of `match`; false when it is there and no text.
bool read_text(const json::object& object, std::string_view field, std::optional<std::string>& text)
{
    const auto* value = object.if_contains(field);
    if (value == nullptr) return true;
    if (!value->is_string()) return false;
    text = value->get_string().c_str();
    return true;
}

/// Codes are kept in a list joined by commas, so they must not hold one.
bool codes_are_short(const Fault& fault)
{
    auto codes = fault.list("later", {});
    const auto sequence = fault.list("sequence", {});
    codes.insert(codes.end(), sequence.begin(), sequence.end());
    codes.push_back(fault.text("rc", "02"));
    return std::all_of(codes.begin(), codes.end(), [](const std::string& code) {
        const auto plain = [](unsigned char c) { return std::isalnum(c) != 0; };
        return !code.empty() && code.size() <= 8 && std::all_of(code.begin(), code.end(), plain);
    });
}

json::object shown(const Fault& fault)
{
    json::object match{{"path", fault.path}};
    if (fault.ref_id) match["ref_id"] = *fault.ref_id;
    if (fault.customer_no) match["customer_no"] = *fault.customer_no;
    if (fault.sku) match["sku"] = *fault.sku;
    return {
        {"id", fault.id}, {"fault", fault.name}, {"match", match}, {"times", fault.left}, {"options", fault.options}};
}

} // namespace

std::int64_t Fault::number(std::string_view option, std::int64_t otherwise) const
{
    const auto* value = options.if_contains(option);
    return value != nullptr && value->is_int64() ? value->get_int64() : otherwise;
}

std::string Fault::text(std::string_view option, std::string_view otherwise) const
{
    const auto* value = options.if_contains(option);
    if (value == nullptr) return std::string(otherwise);
    return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

bool Fault::flag(std::string_view option, bool otherwise) const
{
    const auto* value = options.if_contains(option);
    return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}

std::vector<std::string> Fault::list(std::string_view option, std::vector<std::string> otherwise) const
{
    const auto* value = options.if_contains(option);
    if (value == nullptr || !value->is_array()) return otherwise;
    std::vector<std::string> texts;
    for (const auto& entry : value->get_array())
        if (entry.is_string()) texts.emplace_back(entry.get_string());
    return texts;
}

const std::vector<std::string_view>& fault_names()
{
    return names;
}

bool spoils_answer(std::string_view name)
{
    return std::find(fate_names.begin(), fate_names.end(), name) == fate_names.end();
}

std::optional<Fault> read_fault(const json::object& definition, std::string& problem)
{
    Fault fault;
    const auto* name = definition.if_contains("fault");
    if (name != nullptr && name->is_string()) fault.name = name->get_string();
    if (std::find(names.begin(), names.end(), fault.name) == names.end()) {
        problem = "`fault` is one of";
        for (const auto known : names)
            problem += " " + std::string(known);
        return std::nullopt;
    }
    std::optional<std::string> path;
    if (const auto* match = definition.if_contains("match")) {
        if (!match->is_object() || !read_text(match->get_object(), "ref_id", fault.ref_id) ||
            !read_text(match->get_object(), "customer_no", fault.customer_no) ||
            !read_text(match->get_object(), "sku", fault.sku) || !read_text(match->get_object(), "path", path)) {
            problem = "`match` is an object with any of the texts ref_id, customer_no, sku and path";
            return std::nullopt;
        }
    }
    fault.path = path.value_or("/transaction");
    if (const auto* times = definition.if_contains("times")) {
        if (!times->is_int64() || times->get_int64() == 0) {
            problem = "`times` is a number above 0, or -1 for until deleted";
            return std::nullopt;
        }
        fault.left = std::max<std::int64_t>(times->get_int64(), -1);
    }
    if (const auto* options = definition.if_contains("options")) {
        if (!options->is_object()) {
            problem = "`options` is an object";
            return std::nullopt;
        }
        fault.options = options->get_object();
    }
    if (!codes_are_short(fault)) {
        problem = "codes (`rc`, `later`, `sequence`) are 1 to 8 letters or digits";
        return std::nullopt;
    }
    return fault;
}

std::optional<Fault> magic_fault(std::string_view customer_no)
{
    if (customer_no.size() < 9 || customer_no.substr(0, 4) != "0899") return std::nullopt;
    Fault fault;
    fault.path = "/transaction";
    if (customer_no[4] == '1') {
        fault.name = "rc";
        fault.options = {{"rc", customer_no.substr(5, 2)}};
        return fault;
    }
    const auto number = parse_int(customer_no.substr(6, 2));
    if (customer_no.substr(4, 2) != "00" || !number || *number < 1 || *number > 15) return std::nullopt;
    fault.name = names.at(static_cast<std::size_t>(*number - 1));
    return fault;
}

Faults::Faults(db::Database& database) : database_(database)
{
    const auto stored = database_.read([](db::Tx& tx) { return store::faults(tx); });
    for (const auto& row : stored) {
        std::string problem;
        auto fault = read_fault(json::parse(row.definition).as_object(), problem);
        if (!fault) continue; // written by an older program with other names
        fault->id = row.id;
        fault->left = row.left;
        waiting_.push_back(std::move(*fault));
    }
}

Fault Faults::add(Fault fault, const std::string& definition)
{
    const std::lock_guard lock(mutex_);
    fault.id = database_.transact([&](db::Tx& tx) { return store::insert_fault(tx, definition, fault.left); });
    waiting_.push_back(fault);
    return fault;
}

std::int64_t Faults::clear()
{
    const std::lock_guard lock(mutex_);
    database_.transact([](db::Tx& tx) { store::delete_faults(tx); });
    const auto cleared = static_cast<std::int64_t>(waiting_.size());
    waiting_.clear();
    return cleared;
}

json::array Faults::list() const
{
    const std::lock_guard lock(mutex_);
    json::array all;
    for (const auto& fault : waiting_)
        all.push_back(shown(fault));
    return all;
}

std::vector<Fault> Faults::take(std::string_view path, const std::string& ref_id, const std::string& customer_no,
                                const std::string& sku)
{
    std::vector<Fault> taken;
    {
        const std::lock_guard lock(mutex_);
        for (auto& fault : waiting_) {
            if (!hits(fault, path, ref_id, customer_no, sku)) continue;
            taken.push_back(fault);
            if (fault.left < 0) continue;
            database_.transact([&](db::Tx& tx) { store::use_fault(tx, fault.id); });
            --fault.left;
        }
        std::erase_if(waiting_, [](const Fault& fault) { return fault.left == 0; });
    }
    auto magic = path == "/transaction" ? magic_fault(customer_no) : std::nullopt;
    if (!magic) return taken;
    if (!spoils_answer(magic->name) || database_.transact([&](db::Tx& tx) { return store::first_magic(tx, ref_id); }))
        taken.push_back(std::move(*magic));
    return taken;
}

} // namespace enstore::sandbox
