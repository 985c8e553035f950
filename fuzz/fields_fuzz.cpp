#include "platform/core/text.hpp"
#include "platform/http/forms.hpp"
#include "platform/http/json.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

/// Bodies of clients: whatever the bytes are, a reader refuses or gives values within its own rule. The first byte
/// picks the content type.
namespace
{

using namespace enstore;

void require(bool held)
{
    if (!held) std::abort();
}

const char* content_type(std::uint8_t choice)
{
    switch (choice % 3) {
    case 0:
        return "application/json";
    case 1:
        return "application/x-www-form-urlencoded";
    default:
        return "multipart/form-data; boundary=b";
    }
}

void read_all(http::Fields fields)
{
    const auto text = fields.maybe_text("a", {.required = false, .min = 2, .max = 10});
    require(!text || (length_in_characters(*text) >= 2 && length_in_characters(*text) <= 10 && is_clean_utf8(*text)));
    const auto amount = fields.rupiah("b");
    require(amount >= Idr{} && amount <= max_amount);
    require(fields.id("c") >= 0);
    (void)fields.flag("d", true);
    const auto email = fields.email("e");
    require(email.empty() || is_email(email));
    const auto map = fields.text_map("f", true);
    require(map.size() <= 20);
    for (const auto& [key, value] : map)
        require(!key.empty() && !value.empty() && is_clean_utf8(key) && is_clean_utf8(value));
    (void)fields.maybe_integer("g");
    if (const auto checked = fields.check(); !checked)
        for (const auto language : {http::Language::indonesian, http::Language::english})
            require(http::parse_json(http::problem(checked.error(), language).body).ok());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    http::Request request;
    request.method = http::Method::post;
    request.headers = {{"content-type", content_type(data[0])}};
    request.body.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
    auto fields = http::Fields::of(request);
    if (fields) read_all(std::move(*fields));
    (void)http::form_field(request, "_method");
    std::size_t of_files = 0;
    for (const auto& file : http::read_files(request))
        of_files += file.bytes.size();
    require(of_files <= size);
    return 0;
}
