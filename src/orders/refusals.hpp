#pragma once

#include "platform/core/result.hpp"

namespace enstore::orders
{

/// Every way this room says no, in order of precedence.
inline constexpr Refusal order_not_found{Kind::not_found, "not_found", "Pesanan tidak ditemukan; periksa kodenya",
                                         "No such order; check the code"};
inline constexpr Refusal supplier_unavailable{Kind::business_rule, "supplier_unavailable",
                                              "Pembelian sedang ditutup sementara; coba lagi beberapa menit lagi",
                                              "Purchases are paused for the moment; try again in a few minutes"};
inline constexpr Refusal repeat_not_allowed{Kind::business_rule, "repeat_not_allowed",
                                            "Produk ini hanya bisa dibeli sekali sehari untuk nomor yang sama",
                                            "This product can be bought once a day for one number"};
inline constexpr Refusal vouchers_not_yet{Kind::invalid, "voucher_not_found", "Voucher tidak ditemukan",
                                          "No such voucher"};
inline constexpr Refusal state_changed{Kind::conflict, "conflict", "Status sudah berubah, muat ulang halaman",
                                       "The status has changed; reload the page"};
inline constexpr Refusal not_refundable{Kind::business_rule, "not_refundable",
                                        "Pesanan ini tidak dapat dikembalikan dananya",
                                        "This order cannot be refunded"};

} // namespace enstore::orders
