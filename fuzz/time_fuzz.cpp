#include "platform/core/text.hpp"
#include "platform/core/time.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

/// Times, dates and numbers as clients write them: what is read reads back the same.
namespace
{

void require(bool held)
{
    if (!held) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace enstore;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto time = parse_time(text)) {
        require(parse_time(wire_time(*time)) == time);
        require(parse_time(stored_time(*time)) == time);
    }
    if (const auto date = parse_date(text)) {
        const BusinessZone zone;
        require(zone.date(zone.start_of(*date)) == *date);
    }
    if (const auto number = parse_int(text)) require(parse_int(std::to_string(*number)) == number);
    require(length_in_characters(text) <= size);
    (void)slug_of(text);
    (void)like_literal(text);
    const auto phone = normal_phone(text);
    require(normal_phone(phone) == phone);
    if (is_mobile_phone(phone)) require(phone.size() >= 10 && phone.size() <= 13);
    (void)is_email(text);
    return 0;
}
