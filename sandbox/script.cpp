#include "sandbox/faults.hpp"

#include "sandbox/order.hpp"

#include <algorithm>
#include <array>

namespace enstore::sandbox
{
namespace
{

struct TestNumber {
    std::string_view customer_no;
    std::string_view rc;
    std::string_view later;
};

/// digiflazz.md 10.1. `087800001231` is not in the supplier's table.
constexpr std::array<TestNumber, 4> test_numbers{{
    {"087800001230", "00", ""},
    {"087800001232", "02", ""},
    {"087800001233", "03", "00"},
    {"087800001234", "03", "02"},
}};

const TestNumber* test_number(std::string_view customer_no)
{
    for (const auto& number : test_numbers)
        if (number.customer_no == customer_no) return &number;
    return nullptr;
}

std::string first_final(const std::vector<std::string>& codes)
{
    for (const auto& code : codes)
        if (status_of(code) != "Pending") return code;
    return "00";
}

void apply_fault(Script& script, const Fault& fault)
{
    if (fault.name == "pending_forever") {
        script.rc = "03";
        script.later.clear();
    } else if (fault.name == "no_webhook") {
        script.hook_copies = 0;
    } else if (fault.name == "duplicate_webhook") {
        script.hook_copies = static_cast<int>(std::clamp<std::int64_t>(fault.number("copies", 2), 1, 100));
    } else if (fault.name == "bad_signature_webhook") {
        script.forged_hooks = true;
    } else if (fault.name == "success_then_74") {
        script.rc = "03";
        script.later = {"00", "74"};
    } else if (fault.name == "out_of_order_webhooks") {
        // The truth is the first final word of the sequence; the rest is what a confused sender says afterwards.
        script.hook_sequence = fault.list("sequence", {"00", "03", "02"});
        script.rc = "03";
        script.later = {first_final(script.hook_sequence)};
    } else if (fault.name == "rc") {
        script.rc = fault.text("rc", "02");
        script.formed = fault.flag("formed", true);
        const bool pending = status_of(script.rc) == "Pending";
        script.later = fault.list("later", pending ? std::vector<std::string>{"00"} : std::vector<std::string>{});
        if (fault.options.contains("sn")) script.sn = fault.text("sn", "");
    }
    if (fault.options.contains("after_ms")) script.after_ms = fault.number("after_ms", 0);
}

} // namespace

bool is_prepaid_test_number(std::string_view customer_no)
{
    return test_number(customer_no) != nullptr;
}

void apply_faults(Script& script, const std::vector<Fault>& faults)
{
    for (const auto& fault : faults)
        apply_fault(script, fault);
}

Script script_for(const std::string& customer_no, const std::string& ref_id, const Settings& settings,
                  const std::vector<Fault>& faults)
{
    Script script;
    if (const auto* test = test_number(customer_no)) {
        script.rc = test->rc;
        if (!test->later.empty()) script.later = {std::string(test->later)};
        script.sn = "1234567890";
    } else {
        const bool fails = percent_of("failure " + ref_id) < settings.failure_percent;
        const auto& codes = settings.failure_rcs;
        const auto choice = static_cast<std::size_t>(percent_of("code " + ref_id)) % codes.size();
        const std::string end = fails ? codes[choice] : "00";
        if (percent_of("immediate " + ref_id) < settings.immediate_percent)
            script.rc = end;
        else if (percent_of("stuck " + ref_id) >= settings.stuck_percent)
            script.later = {end};
    }
    apply_faults(script, faults);
    return script;
}

} // namespace enstore::sandbox
