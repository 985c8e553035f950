#pragma once

#include "platform/db/db.hpp"
#include "platform/http/http.hpp"

#include <functional>
#include <string_view>

/// A repeat of a request does not repeat its effect (domain 20, `Idempotency-Key`).
namespace enstore::http
{

/// Runs `body` in one transaction and answers with what it answers. With an `Idempotency-Key` header the key (of the
/// account, or a guest's address, and `route`) is stored in the same transaction with the answer, so a repeat within 24
/// hours gets that answer again, marked `Idempotency-Replayed: true`, and changes nothing.
///
/// Refused: a key longer than 128 characters or with odd ones (422), a key used with another body or path
/// (`idempotency_key_reused`), the same request still running (409 with Retry-After). What `body` refuses is rolled
/// back and not stored. When the commit's answer is lost and there is a key, the key tells whether it happened; without
/// one `db::CommitUnknown` is thrown, as by `transact`.
Result<Response> idempotent(db::Database& database, const Request& request, std::string_view route, Timestamp now,
                            const std::function<Result<Response>(db::Tx&)>& body);

/// Forgets keys from before `before`; returns how many. Run daily with `now - 24 h`.
std::int64_t prune_idempotency(db::Tx& tx, Timestamp before);

} // namespace enstore::http
