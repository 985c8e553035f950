#include "platform/core/text.hpp"
#include "suppliers/codes.hpp"
#include "suppliers/json_reading.hpp"

#include <boost/json/object.hpp>

namespace enstore::digiflazz
{
namespace
{

namespace json = boost::json;

// The widths of the columns that keep an answer; what is longer is cut after it has been judged in full.
constexpr std::size_t longest_rc = 10;
constexpr std::size_t longest_status = 20;
constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_message = 1'000;
constexpr std::size_t longest_sn = 4'000;

/// `rc` and `status` must be strings: as a number, "03" and "3" would be one code.
std::optional<std::string> word_at(const json::object& data, std::string_view name)
{
    const json::value* value = data.if_contains({name.data(), name.size()});
    const json::string* text = value != nullptr ? value->if_string() : nullptr;
    if (text == nullptr || text->empty()) return std::nullopt;
    return std::string(text->data(), text->size());
}

std::string serial_at(const json::object& data)
{
    std::string sn = clean(text_at(data, "sn").value_or(""), longest_sn);
    return equal_ignoring_case(sn, "N/A") ? std::string{} : sn;
}

} // namespace

std::optional<Answer> read_answer(std::string_view body, std::optional<std::string_view> ref_id)
{
    const auto document = parse_object(body);
    if (!document) return std::nullopt;
    const json::value* data_value = document->if_contains("data");
    const json::object* data = data_value != nullptr ? data_value->if_object() : nullptr;
    if (data == nullptr) return std::nullopt;

    const auto rc = word_at(*data, "rc");
    const auto word = word_at(*data, "status");
    if (!rc || !word) return std::nullopt;

    Answer answer;
    answer.meaning = classify(*rc, *word);
    answer.ref_id = text_at(*data, "ref_id").value_or("");
    if (ref_id && answer.ref_id != *ref_id) {
        // A refused set-up may come back without its echo. It ends no order, and it came on our own connection.
        if (answer.meaning != Class::config || !answer.ref_id.empty()) return std::nullopt;
        answer.ref_id = *ref_id;
    }
    // A reference names an order as it is, or not at all.
    if (clean(answer.ref_id, longest_name) != answer.ref_id) return std::nullopt;
    answer.customer_no = clean(text_at(*data, "customer_no").value_or(""), longest_name);
    answer.sku = clean(text_at(*data, "buyer_sku_code").value_or(""), longest_name);
    answer.rc = clean(*rc, longest_rc);
    answer.status = clean(*word, longest_status);
    answer.sn = serial_at(*data);
    answer.message = clean(text_at(*data, "message").value_or(""), longest_message);
    answer.price = amount_at(*data, "price");
    answer.deposit_after = deposit_at(*data, "buyer_last_saldo");
    return answer;
}

} // namespace enstore::digiflazz
