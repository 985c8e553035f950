#include "platform/core/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"
#include "suppliers/codes.hpp"
#include "suppliers/json_reading.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace enstore::digiflazz
{
namespace
{

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr milliseconds connect_timeout{10'000};
constexpr milliseconds purchase_timeout{60'000};
constexpr milliseconds deposit_timeout{30'000};
constexpr milliseconds price_list_timeout{60'000};

/// A row takes about 400 bytes: room for 20,000 of them.
constexpr std::size_t price_list_limit = std::size_t{8} * 1024 * 1024;

json::value text(std::string_view value)
{
    return json::value(json::string_view(value.data(), value.size()));
}

outbound::Call call_to(const Config& config, std::string label, std::string_view path, const json::object& body,
                       milliseconds timeout)
{
    return outbound::Call{.label = std::move(label),
                          .method = "POST",
                          .url = config.base_url + std::string(path),
                          .headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
                          .body = json::serialize(body),
                          .connect_timeout = connect_timeout,
                          .total_timeout = timeout};
}

/// 1 to 40 of `[A-Za-z0-9_-]`: the supplier documents no alphabet, and a ref_id is signed and echoed.
bool is_ref_id(std::string_view ref_id)
{
    constexpr std::string_view symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    return !ref_id.empty() && ref_id.size() <= 40 && ref_id.find_first_not_of(symbols) == std::string_view::npos;
}

/// The request of a purchase. Its members keep their order and depend on nothing but the purchase and our set-up: the
/// supplier takes the same bytes as a status check and others as a new wish.
json::object body_of(const Config& config, const Purchase& purchase)
{
    json::object body;
    body["username"] = text(config.username);
    body["buyer_sku_code"] = text(purchase.sku);
    body["customer_no"] = text(purchase.customer_no);
    body["ref_id"] = text(purchase.ref_id);
    body["max_price"] = purchase.max_price.rupiah();
    if (!config.callback_url.empty()) body["cb_url"] = text(config.callback_url);
    if (purchase.customer_no.find('.') != std::string::npos) body["allow_dot"] = true;
    if (config.testing) body["testing"] = true;
    body["sign"] = text(sign(config, purchase.ref_id));
    return body;
}

void count_answer(std::string_view call, const std::optional<Answer>& answer)
{
    // Only codes of the table become labels: a peer must not choose how many there are.
    const Code* code = answer ? find_code(answer->rc) : nullptr;
    const std::string_view rc = code != nullptr ? code->rc : answer ? "other" : "none";
    metrics::count("enstore_supplier_answers_total", {{"supplier", "digiflazz"},
                                                      {"call", call},
                                                      {"rc", rc},
                                                      {"class", answer ? name(answer->meaning) : "unreadable"}});
}

/// What an HTTP answer says about a purchase. Business answers come with 200 and with 400; behind any other status
/// stands a proxy or a broken server, whose word must neither deliver nor refund.
std::optional<Answer> answer_of(const outbound::Outcome& outcome, const Purchase& purchase)
{
    auto answer = read_answer(outcome.body, purchase.ref_id);
    if (!answer) return std::nullopt;
    const bool trusted =
        (outcome.status >= 200 && outcome.status < 300) || (outcome.status >= 400 && outcome.status < 500);
    if (!trusted && answer->meaning != Class::wait && answer->meaning != Class::unknown) return std::nullopt;
    // A refused set-up may be echoed with empty fields; it is about what we asked all the same.
    if (answer->meaning == Class::config) {
        if (answer->sku.empty()) answer->sku = purchase.sku;
        if (answer->customer_no.empty()) answer->customer_no = purchase.customer_no;
    }
    return answer;
}

} // namespace

std::string sign(const Config& config, std::string_view x)
{
    return crypto::md5(config.username + config.api_key.reveal() + std::string(x));
}

Client::Client(Config config, outbound::Client& outbound) : config_(std::move(config)), outbound_(outbound)
{
    while (config_.base_url.ends_with('/'))
        config_.base_url.pop_back();
}

Asked Client::buy(const Purchase& purchase)
{
    if (!is_ref_id(purchase.ref_id)) throw std::invalid_argument("a ref_id the supplier may not take");
    const auto outcome =
        outbound_.send(call_to(config_, "digiflazz.buy", "/transaction", body_of(config_, purchase), purchase_timeout));
    Asked asked;
    asked.sent = outcome.kind != outbound::Outcome::Kind::not_sent;
    asked.problem = outcome.problem;
    if (outcome.answered()) {
        asked.answer = answer_of(outcome, purchase);
        if (!asked.answer) asked.problem = "unreadable answer with HTTP status " + std::to_string(outcome.status);
    }
    if (asked.sent) count_answer("buy", asked.answer);
    if (asked.sent && (!asked.answer || asked.answer->meaning == Class::unknown))
        log::warning("supplier gave no usable answer", {{"supplier", "digiflazz"},
                                                        {"order", log::masked_code(purchase.ref_id)},
                                                        {"code", asked.answer ? asked.answer->rc : std::string()},
                                                        {"problem", asked.problem}});
    return asked;
}

Result<Idr> Client::deposit()
{
    json::object body;
    body["cmd"] = "deposit";
    body["username"] = text(config_.username);
    body["sign"] = text(sign(config_, "depo")); // Not `deposit`: the command and the signed word differ.
    const auto outcome = outbound_.send(call_to(config_, "digiflazz.deposit", "/cek-saldo", body, deposit_timeout));
    if (!outcome.answered()) return refuse(deposit_unavailable, outcome.problem);
    const auto document = parse_object(outcome.body);
    const json::value* data_value = document ? document->if_contains("data") : nullptr;
    const json::object* data = data_value != nullptr ? data_value->if_object() : nullptr;
    if (data == nullptr)
        return refuse(deposit_unavailable, "unreadable answer with HTTP status " + std::to_string(outcome.status));
    const auto deposit = outcome.status < 300 ? deposit_at(*data, "deposit") : std::nullopt;
    if (!deposit) return refuse(deposit_unavailable, "rc " + clean(text_at(*data, "rc").value_or(""), 10));
    return *deposit;
}

Result<PriceList> Client::price_list(bool postpaid)
{
    json::object body;
    body["cmd"] = postpaid ? "pasca" : "prepaid";
    body["username"] = text(config_.username);
    body["sign"] = text(sign(config_, "pricelist"));
    auto call = call_to(config_, "digiflazz.price_list", "/price-list", body, price_list_timeout);
    call.answer_limit = price_list_limit;
    const auto outcome = outbound_.send(call);
    if (!outcome.answered()) return refuse(price_list_unavailable, outcome.problem);
    auto list = read_price_list(outcome.body, postpaid);
    // Only a good answer may change what the store sells; a refusal is read whatever its status.
    if (list && outcome.status >= 300)
        return refuse(price_list_unavailable, "HTTP status " + std::to_string(outcome.status));
    return list;
}

} // namespace enstore::digiflazz
