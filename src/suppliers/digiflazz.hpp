#pragma once

#include "platform/core/money.hpp"
#include "platform/core/result.hpp"
#include "platform/core/secret.hpp"
#include "platform/core/time.hpp"
#include "platform/outbound/outbound.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The Digiflazz buyer API: requests, signatures, answers. Knows no order and no table.
namespace enstore::digiflazz
{

inline constexpr Refusal bad_signature{Kind::forbidden, "invalid_signature", "Invalid signature", "Invalid signature"};
inline constexpr Refusal bad_payload{Kind::malformed, "invalid_payload", "Invalid payload", "Invalid payload"};
inline constexpr Refusal price_list_unavailable{Kind::upstream_failed, "upstream_failed",
                                                "Penyedia layanan sedang bermasalah",
                                                "The supplier answers badly; try again in a few minutes"};
inline constexpr Refusal deposit_unavailable{Kind::upstream_failed, "upstream_failed",
                                             "Penyedia layanan sedang bermasalah",
                                             "The supplier answers badly; try again in a few minutes"};
inline constexpr Refusal price_list_too_often{Kind::unavailable, "price_list_limit",
                                              "Daftar harga hanya boleh diambil sekali per 5 menit; coba lagi nanti",
                                              "The price list may be read once in 5 minutes; try again later"};

struct Config {
    std::string base_url; ///< without a trailing slash
    std::string username;
    Secret api_key;
    Secret webhook_secret; ///< empty: every webhook is refused
    bool testing = false;
    std::string callback_url; ///< sent as `cb_url` when not empty
};

/// What an answer means for the order that waits for it (digiflazz.md 9).
enum class Class {
    ok,         ///< deliver
    wait,       ///< pending: keep asking; never refund, never buy again
    unknown,    ///< an answer that is not in the table: as wait, and a person looks at once
    fail_input, ///< final: the customer's number or amount is wrong
    fail_route, ///< final for this attempt
    hold,       ///< nothing was bought; try the same ref again later
    config,     ///< our set-up is wrong: nothing was bought, stop selling
    person,     ///< class OPERATOR: a person decides
};
std::string_view name(Class c);

/// The class of a response code and a status; `rc` first, then `status`, the more cautious of the two; never the text.
Class classify(std::string_view rc, std::string_view status);
/// Codes whose failure counts only after a second look at least 60 s later (01 and 70: a timeout behind the supplier).
bool wants_second_look(std::string_view rc);
/// Codes after which new orders for the supplier's items are refused until a call goes well (44 and class CONFIG).
bool pauses_sales(std::string_view rc);
/// What the customer is told to correct, for class FAIL-INPUT and the usual failures; never the supplier's own text.
Text reason_for_customer(std::string_view rc);

/// One well-formed answer about one transaction.
struct Answer {
    Class meaning = Class::unknown;
    std::string ref_id;
    std::string customer_no;
    std::string sku;
    std::string rc;
    std::string status;
    std::string sn;      ///< empty when absent or `N/A`
    std::string message; ///< the supplier's own text: for the store's eyes only
    std::optional<Idr> price;
    std::optional<Idr> deposit_after; ///< `buyer_last_saldo`
};

/// Reads an answer or a webhook's `data`. Nothing when it is not one: not JSON, no `data` object, no `rc` or `status`,
/// or (when `ref_id` is given) about another transaction. What cannot be read is *unknown*, never a failure.
std::optional<Answer> read_answer(std::string_view body, std::optional<std::string_view> ref_id);

/// A purchase, fixed before its first attempt and re-sent unchanged. Re-sending is the status check.
struct Purchase {
    std::string sku;
    std::string customer_no;
    std::string ref_id;
    Idr max_price;
};

/// What came of asking.
struct Asked {
    bool sent = true;             ///< false: proven that no byte left us
    std::optional<Answer> answer; ///< none with `sent`: the outcome is unknown
    std::string problem;          ///< for the log
};

/// One row of a price list. Postpaid rows have `admin` and `commission` and no price.
struct Item {
    std::string product_name;
    std::string category;
    std::string brand;
    std::string type;
    std::string seller_name;
    std::string sku;
    std::string description; ///< empty for `-`
    bool postpaid = false;
    Idr price;
    Idr admin;
    Idr commission;
    bool buyer_active = false;
    bool seller_active = false;
    bool unlimited_stock = true;
    std::int64_t stock = 0;
    bool multi = true;
    std::string cut_off_start; ///< `hh:mm`, or empty when there is no window
    std::string cut_off_end;
};

/// Reads a price list's body; refused with `price_list_unavailable` or `price_list_too_often`. A row that makes no
/// sense is left out and counted in `skipped`.
struct PriceList {
    std::vector<Item> items;
    std::int64_t skipped = 0;
};
Result<PriceList> read_price_list(std::string_view body, bool postpaid);

/// A verified webhook.
struct Webhook {
    bool ping = false;
    std::string event;            ///< `create`, `update` or empty
    std::optional<Answer> answer; ///< present unless it is a ping
};
/// Verifies `X-Hub-Signature` over the raw bytes in constant time, then decodes. Refused with `bad_signature` (also
/// when no secret is configured) or `bad_payload`.
Result<Webhook> read_webhook(const Config& config, std::string_view raw_body, std::string_view signature,
                             std::string_view event);

/// `md5(username ‖ apiKey ‖ x)` in lower-case hex.
std::string sign(const Config& config, std::string_view x);

/// Speaks to the supplier over real HTTP. Thread-safe. The caller keeps calls for one ref_id apart (60 s, one at a
/// time).
class Client
{
public:
    Client(Config config, outbound::Client& outbound);

    /// Asks for a purchase, or how it stands: the same purchase is always the same bytes. An HTTP status other than 2xx
    /// and 4xx ends no order, whatever its body says. Throws `std::invalid_argument` for a ref_id that is not 1 to 40
    /// of
    /// `[A-Za-z0-9_-]`.
    Asked buy(const Purchase& purchase);
    /// The deposit at the supplier now. Refused with `deposit_unavailable`, whose detail holds the `rc` when there is
    /// one.
    Result<Idr> deposit();
    /// The whole list, at most once per 5 minutes for each kind. Refused as `read_price_list` does.
    Result<PriceList> price_list(bool postpaid);
    const Config& config() const { return config_; }

private:
    Config config_;
    outbound::Client& outbound_;
};

} // namespace enstore::digiflazz
