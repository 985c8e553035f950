#pragma once

#include "platform/core/result.hpp"

namespace enstore::http
{

/// Every way the HTTP edge itself says no, before or around a feature's own answer.
inline constexpr Refusal malformed{Kind::malformed, "malformed", "Permintaan tidak dapat dibaca; periksa formatnya",
                                   "The request cannot be read; check its format"};
inline constexpr Refusal body_malformed{Kind::malformed, "malformed", "Isi permintaan tidak dapat dibaca",
                                        "The body of the request cannot be read"};
inline constexpr Refusal unauthenticated{Kind::unauthenticated, "unauthenticated", "Unauthenticated",
                                         "Unauthenticated"};
inline constexpr Refusal forbidden{Kind::forbidden, "forbidden", "Anda tidak memiliki akses", "You do not have access"};
inline constexpr Refusal not_found{Kind::not_found, "not_found", "Data tidak ditemukan", "Not found"};
inline constexpr Refusal no_such_method{Kind::no_such_method, "method_not_allowed",
                                        "Metode ini tidak didukung untuk alamat tersebut",
                                        "This address does not support that method"};
inline constexpr Refusal timed_out{Kind::timed_out, "timed_out", "Permintaan terlalu lama dikirim; coba lagi",
                                   "The request took too long to arrive; try again"};
inline constexpr Refusal too_large{Kind::too_large, "too_large", "Ukuran berkas melebihi batas",
                                   "The file or body is too large"};
inline constexpr Refusal uri_too_long{Kind::uri_too_long, "uri_too_long", "Alamat yang diminta terlalu panjang",
                                      "The requested address is too long"};
inline constexpr Refusal header_too_large{Kind::header_too_large, "header_too_large", "Header permintaan terlalu besar",
                                          "The request's headers are too large"};
inline constexpr Refusal rate_limited{Kind::rate_limited, "rate_limited", "Terlalu banyak permintaan. Coba lagi nanti.",
                                      "Too many requests. Try again later."};
inline constexpr Refusal server_error{Kind::server_error, "server_error", "Terjadi kesalahan pada server",
                                      "Something went wrong on our side"};
inline constexpr Refusal overloaded{Kind::unavailable, "unavailable", "Layanan sedang sibuk. Coba lagi sebentar.",
                                    "The service is busy. Try again in a moment."};
inline constexpr Refusal idempotency_key_reused{
    Kind::conflict, "idempotency_key_reused",
    "Idempotency-Key ini sudah dipakai untuk permintaan lain; pakai yang baru",
    "This Idempotency-Key was used for another request; use a new one"};
inline constexpr Refusal still_running{Kind::conflict, "request_running",
                                       "Permintaan yang sama sedang diproses; coba lagi sebentar",
                                       "The same request is being processed; try again in a moment"};

} // namespace enstore::http
