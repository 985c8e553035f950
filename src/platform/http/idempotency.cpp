#include "platform/http/idempotency.hpp"

#include "platform/crypto/crypto.hpp"
#include "platform/http/refusals.hpp"

#include <algorithm>

namespace enstore::http
{
namespace
{

constexpr std::chrono::hours kept{24};
constexpr std::size_t longest_key = 128;
constexpr int retry_after_s = 2;

constexpr db::Query claim_key{"idempotency.claim",
                              "INSERT INTO idempotency_keys (key_hash, body_hash, status, answer, created_at) VALUES "
                              "(?, ?, 0, '', ?)"};
constexpr db::Query claim_expired_key{
    "idempotency.claim_expired", "UPDATE idempotency_keys SET body_hash = ?, status = 0, answer = '', created_at = "
                                 "? WHERE key_hash = ? AND created_at < ?"};
constexpr db::Query find_key{"idempotency.find",
                             "SELECT body_hash, status, answer FROM idempotency_keys WHERE key_hash = ?"};
constexpr db::Query store_answer{"idempotency.store",
                                 "UPDATE idempotency_keys SET status = ?, answer = ? WHERE key_hash = ?"};
constexpr db::Query prune{"idempotency.prune", "DELETE FROM idempotency_keys WHERE created_at < ?"};

struct Key {
    std::string hash; ///< who, where, and the client's key: never stored as sent
    std::string body_hash;
};

Result<std::optional<Key>> key_of(const Request& request, std::string_view route)
{
    const auto given = request.header("idempotency-key");
    if (given.empty()) return std::optional<Key>{};
    const bool printable = std::all_of(given.begin(), given.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (given.size() > longest_key || !printable)
        return refuse_field("Idempotency-Key", {"Paling banyak 128 karakter ASCII tanpa spasi",
                                                "At most 128 characters of ASCII, without spaces"});
    const std::string who =
        request.caller ? "user:" + std::to_string(request.caller->user.value) : "ip:" + request.client_ip;
    Key key;
    key.hash = crypto::sha256(who + "\n" + std::string(route) + "\n" + std::string(given));
    key.body_hash = crypto::sha256(std::string(name(request.method)) + " " + request.path + "\n" + request.body);
    return std::optional<Key>(std::move(key));
}

/// The stored answer of a key, or why it does not fit this request. Nothing when the key is unknown.
std::optional<Result<Response>> replay(db::Tx& tx, const Key& key)
{
    const auto row = tx.one(find_key, key.hash);
    if (!row) return std::nullopt;
    if (row->text(0) != key.body_hash) return Result<Response>(refuse(idempotency_key_reused));
    Response response;
    response.status = static_cast<int>(row->integer(1));
    response.body = row->text(2);
    response.with("Idempotency-Replayed", "true");
    return Result<Response>(std::move(response));
}

class KeyedRun
{
public:
    KeyedRun(const Key& key, Timestamp now, const std::function<Result<Response>(db::Tx&)>& body)
        : key_(key), now_(now), body_(body)
    {
    }

    Result<Response> operator()(db::Tx& tx)
    {
        claiming_ = true;
        const bool mine = claim(tx);
        claiming_ = false;
        if (!mine)
            if (auto stored = replay(tx, key_)) return std::move(*stored);
        auto answer = body_(tx);
        if (!answer) return answer;
        const std::string text = answer->shared_body ? *answer->shared_body : answer->body;
        tx.execute(store_answer, answer->status, text, key_.hash);
        return answer;
    }

    /// Whether the run ended while it waited for another one with the same key.
    bool claiming() const { return claiming_; }

private:
    /// The unique key decides who runs: a second request waits here until the first has committed or rolled back.
    bool claim(db::Tx& tx)
    {
        try {
            tx.execute(claim_key, key_.hash, key_.body_hash, now_);
            return true;
        } catch (const db::UniqueViolation&) {
            return tx.execute(claim_expired_key, key_.body_hash, now_, key_.hash, now_ - kept) > 0;
        }
    }

    const Key& key_;
    Timestamp now_;
    const std::function<Result<Response>(db::Tx&)>& body_;
    bool claiming_ = false;
};

} // namespace

Result<Response> idempotent(db::Database& database, const Request& request, std::string_view route, Timestamp now,
                            const std::function<Result<Response>(db::Tx&)>& body)
{
    const auto key = TRY(key_of(request, route));
    if (!key) return database.transact(body);
    for (bool again = true;; again = false) {
        KeyedRun run(*key, now, body);
        try {
            return database.transact([&](db::Tx& tx) { return run(tx); });
        } catch (const db::CommitUnknown&) {
            auto happened = database.transact([&](db::Tx& tx) -> Result<std::optional<Response>> {
                auto stored = replay(tx, *key);
                if (!stored) return std::optional<Response>{};
                return std::optional<Response>(TRY(std::move(*stored)));
            });
            if (!happened) return std::move(happened).error();
            if (*happened) return std::move(**happened);
            // It did not happen. Running once more is safe: should the lost commit still arrive, the unique key stops
            // us.
            if (!again) throw;
        } catch (const db::Failure& failure) {
            if (failure.fault() != db::Fault::retryable || !run.claiming()) throw;
            Error error = refuse(still_running, "another request holds the key");
            error.retry_after_s = retry_after_s;
            return error;
        }
    }
}

std::int64_t prune_idempotency(db::Tx& tx, Timestamp before)
{
    return tx.execute(prune, before);
}

} // namespace enstore::http
