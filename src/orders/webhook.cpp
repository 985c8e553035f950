#include "orders/webhook.hpp"

#include "orders/endings.hpp"
#include "platform/core/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/http/json.hpp"
#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"

namespace enstore::orders
{
namespace
{

constexpr std::int64_t bad_callbacks_a_day = 1'000; // a flood of forgeries fills no disk (domain 4, payment_callbacks)
constexpr std::size_t bad_callback_bytes = 2'048;

http::Response message(int status, std::string_view text)
{
    return http::json_response(status, boost::json::object{{"message", text}});
}

/// A delivery is known by what it says: reference, status, code and serial number (domain 10).
std::string dedupe_key(const digiflazz::Answer& answer)
{
    return crypto::sha256("supplier\n" + answer.ref_id + "\n" + answer.status + "\n" + answer.rc + "\n" + answer.sn);
}

void keep_bad_delivery(const Deps& deps, const http::Request& request, const Error& error, Timestamp now)
{
    metrics::count("enstore_webhook_refused_total", {{"source", "supplier"}, {"reason", error.refusal.code}});
    log::warning("supplier webhook refused",
                 {{"reason", error.refusal.code}, {"ip", request.client_ip}, {"req", request.request_id}});
    deps.database.transact([&](db::Tx& tx) {
        if (store::bad_callbacks_since(tx, deps.zone.start_of(deps.zone.date(now))) >= bad_callbacks_a_day) return;
        store::insert_callback(tx,
                               {.dedupe_key = crypto::sha256("bad\n" + request.request_id),
                                .event = std::string(request.header("x-digiflazz-event")).substr(0, 50),
                                .body = is_clean_utf8(request.body) ? request.body.substr(0, bad_callback_bytes)
                                                                    : std::string("(not text)"),
                                .signature = std::string(request.header("x-hub-signature")).substr(0, 64),
                                .ip = request.client_ip,
                                .valid = false,
                                .error = std::string(error.refusal.code)},
                               now);
    });
}

/// Stores a genuine delivery, once; a repeated one is found. Returns its row, and whether it was processed before.
store::Callback keep_delivery(const Deps& deps, const http::Request& request, const digiflazz::Answer& answer,
                              const std::string& event, Timestamp now)
{
    const std::string key = dedupe_key(answer);
    return deps.database.transact([&](db::Tx& tx) {
        if (auto known = store::callback_by_key(tx, key)) return *std::move(known);
        try {
            const std::int64_t id = store::insert_callback(tx,
                                                           {.dedupe_key = key,
                                                            .event = event,
                                                            .body = request.body,
                                                            .signature = std::string(request.header("x-hub-signature")),
                                                            .ip = request.client_ip,
                                                            .valid = true,
                                                            .error = {}},
                                                           now);
            return store::Callback{.id = id, .body = request.body, .signature = {}, .processed = false};
        } catch (const db::UniqueViolation&) { // its twin came in between
            return store::callback_by_key(tx, key).value();
        }
    });
}

} // namespace

void process_callback(db::Tx& tx, std::int64_t callback, Timestamp now, const BusinessZone& zone)
{
    const auto row = store::lock_callback(tx, callback);
    if (!row || row->processed) return;
    const auto answer = digiflazz::read_answer(row->body, std::nullopt);
    if (!answer) {
        store::finish_callback(tx, callback, std::nullopt, "unreadable", now);
        return;
    }
    const auto attempt = store::attempt_by_ref(tx, answer->ref_id);
    const auto reason = apply_answer(tx, *answer, now, zone);
    store::finish_callback(tx, callback, attempt ? std::optional(attempt->order) : std::nullopt, reason.value_or(""),
                           now);
}

Result<http::Response> supplier_webhook(const Deps& deps, const http::Request& request)
{
    const Timestamp now = deps.clock.now();
    const auto webhook = digiflazz::read_webhook(
        deps.supplier.config(), request.body, request.header("x-hub-signature"), request.header("x-digiflazz-event"));
    if (!webhook) {
        const auto& error = webhook.error();
        if (error.is(digiflazz::bad_signature)) keep_bad_delivery(deps, request, error, now);
        return message(http::status_of(error.refusal.kind), error.refusal.en);
    }
    if (webhook->ping) return message(200, "Success");
    const auto kept = keep_delivery(deps, request, *webhook->answer, webhook->event, now);
    if (!kept.processed) deps.database.transact([&](db::Tx& tx) { process_callback(tx, kept.id, now, deps.zone); });
    return message(200, "Success");
}

} // namespace enstore::orders
