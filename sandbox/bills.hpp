#pragma once

#include "platform/core/money.hpp"
#include "platform/core/time.hpp"
#include "sandbox/catalogue.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace enstore::sandbox
{

/// A postpaid bill as an inquiry found it; kept with the order, so that the payment answers with the same one.
struct Bill {
    std::string customer_name = "Nama Pelanggan";
    Idr admin;
    Idr price;          ///< what the deposit loses
    Idr selling_price;  ///< what the customer sees, admin included
    std::string period; ///< empty: the answer has no `periode`, as in the test cases
    std::string serial;
    std::optional<Idr> test_balance; ///< the deposit after paying in test mode
    json::object description;        ///< `desc` of the inquiry
    json::object paid_description;   ///< `desc` of the payment
};

std::string bill_text(const Bill& bill);
Bill read_bill(const std::string& text);

/// What a test number of digiflazz.md 10.2 does. It decides on any SKU.
struct TestBill {
    bool inquiry_fails = false;
    std::string_view rc = "00"; ///< of the payment
    std::string_view later;     ///< the code that follows a pending payment
    Bill bill;
};
std::optional<TestBill> test_bill(std::string_view customer_no);

/// The balance before a payment in test mode.
inline constexpr Idr test_bill_opening{100'000};

/// A bill for any other number: always the same one for a number and a month. `amount` is the sum asked for (E-MONEY).
Bill made_up_bill(const PostpaidItem& item, std::string_view customer_no, std::optional<std::int64_t> amount,
                  Timestamp now);

} // namespace enstore::sandbox
