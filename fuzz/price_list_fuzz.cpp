#include "suppliers/digiflazz.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// Whatever a supplier sends as its price list: no crash, and every row that is kept makes sense (S47).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    namespace digiflazz = enstore::digiflazz;
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    for (const bool postpaid : {false, true}) {
        const auto list = digiflazz::read_price_list(body, postpaid);
        if (!list) continue;
        for (const auto& item : list->items) {
            if (item.sku.empty() || item.product_name.empty()) std::abort();
            if (item.price < enstore::Idr{} || item.price > enstore::max_amount || item.stock < 0) std::abort();
            if (item.cut_off_start.empty() != item.cut_off_end.empty()) std::abort();
            if (!item.cut_off_start.empty() && (item.cut_off_start.size() != 5 || item.cut_off_end.size() != 5))
                std::abort();
        }
    }
    return 0;
}
