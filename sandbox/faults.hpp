#pragma once

#include "platform/db/db.hpp"
#include "sandbox/settings.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace enstore::sandbox
{

/// One trouble on demand: what it hits, and what it does.
struct Fault {
    std::int64_t id = 0; ///< 0: from a magic number
    std::string name;
    std::string path; ///< `/transaction` unless said otherwise; `*`: any
    std::optional<std::string> ref_id;
    std::optional<std::string> customer_no;
    std::optional<std::string> sku;
    json::object options;
    std::int64_t left = 1; ///< below 0: until deleted

    std::int64_t number(std::string_view option, std::int64_t otherwise) const;
    std::string text(std::string_view option, std::string_view otherwise) const;
    bool flag(std::string_view option, bool otherwise) const;
    std::vector<std::string> list(std::string_view option, std::vector<std::string> otherwise) const;
};

/// The names that `POST /_sandbox/faults` takes.
const std::vector<std::string_view>& fault_names();
/// Whether a fault spoils one answer; the others shape the order's fate when it is made.
bool spoils_answer(std::string_view name);

/// Reads `{"match":{…},"fault":"…","times":n,"options":{…}}`; `problem` says what is wrong when it returns nothing.
std::optional<Fault> read_fault(const json::object& definition, std::string& problem);

/// The fault a customer number asks for by itself: `089900NN…` by number, `08991RC…` a final answer with that code.
std::optional<Fault> magic_fault(std::string_view customer_no);

/// The faults that wait for their requests. Thread-safe; each use is on disk before it takes effect.
class Faults
{
public:
    explicit Faults(db::Database& database);

    Fault add(Fault fault, const std::string& definition);
    std::int64_t clear();
    json::array list() const;
    /// Those that hit this request, each used once; magic numbers spoil only the first answer of a ref_id, so that
    /// asking again tells the truth.
    std::vector<Fault> take(std::string_view path, const std::string& ref_id, const std::string& customer_no,
                            const std::string& sku);

private:
    db::Database& database_;
    mutable std::mutex mutex_;
    std::vector<Fault> waiting_;
};

/// What is going to happen to a new order, and what its webhooks say about it.
struct Script {
    std::string rc = "03";
    bool formed = true;             ///< false: refused, nothing is stored
    std::vector<std::string> later; ///< the codes that follow
    std::optional<std::int64_t> after_ms;
    int hook_copies = 1;
    bool forged_hooks = false;
    std::vector<std::string> hook_sequence;
    std::optional<std::string> sn;
};

/// Test numbers of digiflazz.md 10.1 first (unless a fault decides), then the settings' percentages.
Script script_for(const std::string& customer_no, const std::string& ref_id, const Settings& settings,
                  const std::vector<Fault>& faults);
/// Whether the number is one of the test numbers for prepaid orders.
bool is_prepaid_test_number(std::string_view customer_no);
/// Lets faults change what would have happened.
void apply_faults(Script& script, const std::vector<Fault>& faults);

} // namespace enstore::sandbox
