#pragma once

#include "platform/core/result.hpp"

namespace enstore::wallet
{

/// Every way the wallet says no, in order of precedence.
inline constexpr Refusal no_wallet{Kind::not_found, "wallet_not_found", "Dompet tidak ditemukan", "No such wallet"};
inline constexpr Refusal already_applied{Kind::conflict, "already_applied", "Mutasi ini sudah tercatat",
                                         "This movement has been booked already"};
inline constexpr Refusal insufficient_balance{Kind::business_rule, "insufficient_balance",
                                              "Saldo tidak mencukupi; isi saldo dahulu",
                                              "Balance too low; top up first"};
inline constexpr Refusal not_in_live_store{Kind::forbidden, "sandbox_only", "Hanya untuk toko percobaan",
                                           "Only for a sandbox store: demo money never enters a live database"};

} // namespace enstore::wallet
