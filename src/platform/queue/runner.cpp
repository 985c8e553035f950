#include "platform/queue/runner.hpp"

#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"
#include "platform/queue/policy.hpp"

#include <exception>

namespace enstore::queue
{
namespace
{

using Steady = std::chrono::steady_clock;

struct Ran {
    Outcome outcome;
    Steady::duration took{0};
    bool threw = false;
};

Ran run_handler(const Kind& kind, const Job& job, Timestamp now)
{
    const auto started = Steady::now();
    Ran ran;
    try {
        ran.outcome = kind.run(job, now);
    } catch (const std::exception& error) {
        ran.threw = true;
        ran.outcome = retry(error.what());
    } catch (...) {
        ran.threw = true;
        ran.outcome = retry("threw something that is no exception");
    }
    ran.took = Steady::now() - started;
    return ran;
}

void call_gave_up(const Kind& kind, const Job& job, Timestamp now)
{
    if (!kind.gave_up) return;
    try {
        kind.gave_up(job, now);
    } catch (const std::exception& error) {
        log::error(
            "what follows a failed job has failed too",
            {{"kind", job.kind}, {"job", job.lease.job.value}, {"error", error.what()}, {"req", job.request_id}});
    }
}

void report(const Kind& kind, const Job& job, const Ran& ran, std::string_view outcome, const std::string& why)
{
    const double seconds = std::chrono::duration<double>(ran.took).count();
    metrics::count("enstore_jobs_total", {{"kind", kind.name}, {"outcome", outcome}});
    metrics::observe_seconds("enstore_job_seconds", {{"kind", kind.name}}, seconds);
    if (ran.took > kind.time_limit) {
        metrics::count("enstore_jobs_overtime_total", {{"kind", kind.name}});
        log::warning("job took longer than its limit", {{"kind", kind.name},
                                                        {"job", job.lease.job.value},
                                                        {"ms", seconds * 1e3},
                                                        {"limit_s", static_cast<long>(kind.time_limit.count())}});
    }
    const auto tell = outcome == "failed" ? &log::error : ran.threw ? &log::warning : &log::info;
    tell("job ran", {{"kind", kind.name},
                     {"job", job.lease.job.value},
                     {"subject", job.subject},
                     {"attempt", job.attempt},
                     {"outcome", outcome},
                     {"why", why},
                     {"ms", seconds * 1e3},
                     {"req", job.request_id}});
}

void run_known(Driver& driver, const Kind& kind, const Job& job, Timestamp now, const std::function<Timestamp()>& ended)
{
    if (job.exhausted) {
        report(kind, job, {}, "failed", "its worker died or overran its lease in the last try");
        call_gave_up(kind, job, now);
        return;
    }
    const Ran ran = run_handler(kind, job, now);
    const Timestamp at = ended();
    const Settlement end = settlement(&kind, job, ran.outcome, at);
    const bool held = driver.finish(job, ran.outcome, at);
    const std::string_view outcome = !held ? "stale" : end.failed() ? "failed" : word(ran.outcome.what);
    report(kind, job, ran, outcome, end.why);
    if (held && end.failed()) call_gave_up(kind, job, at);
}

} // namespace

void run_job(Driver& driver, const Kinds& kinds, const Job& job, Timestamp now,
             const std::function<Timestamp()>& ended) noexcept
{
    try {
        const Kind* kind = find_kind(kinds, job.kind);
        if (kind != nullptr)
            run_known(driver, *kind, job, now, ended);
        else
            driver.finish(job, later("this worker does not know the kind", now + std::chrono::seconds{60}), now);
    } catch (const std::exception& error) {
        // The job keeps its lease and comes again when that has run out: a job may run twice, never not at all.
        log::error(
            "the end of a job could not be stored",
            {{"kind", job.kind}, {"job", job.lease.job.value}, {"error", error.what()}, {"req", job.request_id}});
    } catch (...) {
        log::error("the end of a job could not be stored", {{"kind", job.kind}, {"job", job.lease.job.value}});
    }
}

} // namespace enstore::queue
