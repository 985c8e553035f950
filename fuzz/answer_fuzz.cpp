#include "suppliers/codes.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// Whatever a supplier sends: no crash, and no order ends unless code and status agree on it (F12, S47).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    namespace digiflazz = enstore::digiflazz;
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    constexpr std::string_view ref = "INV-20260101-0001";

    const auto answer = digiflazz::read_answer(body, ref);
    if (answer) {
        if (answer->ref_id != ref) std::abort();
        if (answer->meaning != digiflazz::classify(answer->rc, answer->status) &&
            digiflazz::ends_the_order(answer->meaning))
            std::abort();
        if (answer->meaning == digiflazz::Class::ok && (answer->rc != "00" || answer->status != "Sukses")) std::abort();
        if (answer->price && (*answer->price < enstore::Idr{} || *answer->price > enstore::max_amount)) std::abort();
    }
    (void)digiflazz::read_answer(body, std::nullopt);
    return 0;
}
