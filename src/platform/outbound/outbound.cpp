#include "platform/outbound/outbound.hpp"

#include "platform/db/db.hpp"
#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"

#include <curl/curl.h>

#include <array>
#include <mutex>
#include <new>
#include <stdexcept>

namespace enstore::outbound
{
namespace
{

/// More header than this is no answer but an attack on our memory: libcurl itself sets no bound on their sum.
constexpr std::size_t header_limit = std::size_t{64} * 1024;

struct EasyCloser {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, EasyCloser>;

struct ListFreer {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListFreer>;

/// What curl's callbacks learn during one call.
struct Transfer {
    std::size_t answer_limit = 0;
    std::string body;
    std::size_t header_bytes = 0;
    bool too_long = false;
    bool begun = false; ///< the request was about to be written: from here on, bytes may have left
};

std::size_t take_body(char* data, std::size_t, std::size_t length, void* user)
{
    auto& transfer = *static_cast<Transfer*>(user);
    if (length > transfer.answer_limit - transfer.body.size()) {
        transfer.too_long = true;
        return 0;
    }
    try {
        transfer.body.append(data, length);
    } catch (const std::bad_alloc&) {
        return 0; // An exception must not cross curl's C code; the call ends as `unknown`.
    }
    return length;
}

std::size_t take_header(char*, std::size_t, std::size_t length, void* user)
{
    auto& transfer = *static_cast<Transfer*>(user);
    transfer.header_bytes += length;
    if (transfer.header_bytes > header_limit) {
        transfer.too_long = true;
        return 0;
    }
    return length;
}

/// curl calls this when name, connection and TLS are settled and the request is about to be written.
int before_request(void* user, char*, char*, int, int)
{
    auto& transfer = *static_cast<Transfer*>(user);
    // The second time within one call: a kept connection died without an answer and curl would send the same request
    // again on a new one. For a purchase that is a second ask within a second, which only the caller may decide.
    if (transfer.begun) return CURL_PREREQFUNC_ABORT;
    transfer.begun = true;
    return CURL_PREREQFUNC_OK;
}

template <class T>
void set(CURL* handle, CURLoption option, T value)
{
    if (const CURLcode code = curl_easy_setopt(handle, option, value); code != CURLE_OK)
        throw std::runtime_error(std::string("libcurl refuses an option: ") + curl_easy_strerror(code));
}

HeaderList headers_of(const Call& call)
{
    constexpr std::string_view line_breaks("\r\n\0", 3);
    HeaderList list;
    const auto append = [&list](const std::string& line) {
        curl_slist* longer = curl_slist_append(list.get(), line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        (void)list.release(); // The longer list begins with the same node.
        list.reset(longer);
    };
    // Waiting for "100 Continue" would only add a round trip; our bodies are small.
    append("Expect:");
    for (const auto& [header, value] : call.headers) {
        if (header.find_first_of(line_breaks) != std::string::npos ||
            value.find_first_of(line_breaks) != std::string::npos)
            throw std::invalid_argument("a header of " + call.label + " holds a line break");
        // `Name;` is how curl is told to send a header without a value.
        append(value.empty() ? header + ";" : header + ": " + value);
    }
    return list;
}

void set_method(CURL* handle, const Call& call)
{
    if (call.method == "GET" && call.body.empty()) {
        set(handle, CURLOPT_HTTPGET, 1L);
    } else if (call.method == "HEAD") {
        set(handle, CURLOPT_NOBODY, 1L);
    } else {
        set(handle, CURLOPT_POST, 1L);
        set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
        set(handle, CURLOPT_POSTFIELDS, call.body.data());
        if (call.method != "POST") set(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
    }
}

/// What holds for every call, whoever makes it.
void set_house_rules(CURL* handle, const Trust& trust)
{
    set(handle, CURLOPT_NOSIGNAL, 1L); // Timeouts must not use signals in a threaded program.
    set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    set(handle, CURLOPT_FOLLOWLOCATION, 0L);
    set(handle, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    set(handle, CURLOPT_PROXY, ""); // Not even one of the environment: `not_sent` must speak of the real peer.
    set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    set(handle, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    if (!trust.ca_file.empty()) set(handle, CURLOPT_CAINFO, trust.ca_file.c_str());
    set(handle, CURLOPT_USERAGENT, "enstore/" ENSTORE_VERSION);
    set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    set(handle, CURLOPT_MAXCONNECTS, 4L);
    // Most servers close an idle connection after a minute; a younger one is less likely to die under a request.
    set(handle, CURLOPT_MAXAGE_CONN, 30L);
    set(handle, CURLOPT_WRITEFUNCTION, &take_body);
    set(handle, CURLOPT_HEADERFUNCTION, &take_header);
    set(handle, CURLOPT_PREREQFUNCTION, &before_request);
}

std::string problem_of(CURLcode code, const Transfer& transfer, const char* text)
{
    if (transfer.too_long) return "the answer is longer than its limit";
    if (code == CURLE_ABORTED_BY_CALLBACK) return "the kept connection died without an answer";
    return *text != '\0' ? text : curl_easy_strerror(code);
}

/// A peer may send any number as its status; the label must stay within a bounded set.
std::string status_label(const Outcome& outcome)
{
    if (!outcome.answered()) return "none";
    return outcome.status >= 100 && outcome.status <= 599 ? std::to_string(outcome.status) : "other";
}

void report(const Call& call, const Outcome& outcome, double seconds)
{
    metrics::observe_seconds("enstore_outbound_seconds", {{"label", call.label}}, seconds);
    metrics::count("enstore_outbound_total",
                   {{"label", call.label}, {"kind", name(outcome.kind)}, {"status", status_label(outcome)}});
    if (outcome.answered())
        log::info("outbound call", {{"call", call.label},
                                    {"kind", name(outcome.kind)},
                                    {"code", outcome.status},
                                    {"ms", outcome.took.count()}});
    else
        log::warning("outbound call", {{"call", call.label},
                                       {"kind", name(outcome.kind)},
                                       {"problem", outcome.problem},
                                       {"ms", outcome.took.count()}});
}

} // namespace

std::string_view name(Outcome::Kind kind)
{
    switch (kind) {
    case Outcome::Kind::answered:
        return "answered";
    case Outcome::Kind::not_sent:
        return "not_sent";
    case Outcome::Kind::unknown:
        break;
    }
    return "unknown";
}

class Client::Impl
{
public:
    explicit Impl(Trust trust) : trust_(std::move(trust))
    {
        static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
        if (!started) throw std::runtime_error("libcurl cannot start");
    }

    Outcome send(const Call& call)
    {
        const HeaderList headers = headers_of(call);
        Easy handle = take();
        Transfer transfer{.answer_limit = call.answer_limit, .body = {}};
        std::array<char, CURL_ERROR_SIZE> text{};

        set_house_rules(handle.get(), trust_);
        set_method(handle.get(), call);
        set(handle.get(), CURLOPT_URL, call.url.c_str());
        set(handle.get(), CURLOPT_HTTPHEADER, headers.get());
        set(handle.get(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(call.connect_timeout.count()));
        set(handle.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(call.total_timeout.count()));
        set(handle.get(), CURLOPT_ERRORBUFFER, text.data());
        set(handle.get(), CURLOPT_WRITEDATA, &transfer);
        set(handle.get(), CURLOPT_HEADERDATA, &transfer);
        set(handle.get(), CURLOPT_PREREQDATA, &transfer);

        const CURLcode code = curl_easy_perform(handle.get());

        Outcome outcome;
        if (code == CURLE_OK) {
            long status = 0;
            curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
            outcome.kind = Outcome::Kind::answered;
            outcome.status = static_cast<int>(status);
            outcome.body = std::move(transfer.body);
        } else {
            outcome.kind = transfer.begun ? Outcome::Kind::unknown : Outcome::Kind::not_sent;
            outcome.problem = problem_of(code, transfer, text.data());
        }
        curl_off_t microseconds = 0;
        curl_easy_getinfo(handle.get(), CURLINFO_TOTAL_TIME_T, &microseconds);
        outcome.took = std::chrono::milliseconds{microseconds / 1'000};
        give_back(std::move(handle));
        report(call, outcome, static_cast<double>(microseconds) / 1e6);
        return outcome;
    }

private:
    /// The handle that was used last, for its connection is the least likely to have been closed by the peer.
    Easy take()
    {
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                Easy handle = std::move(idle_.back());
                idle_.pop_back();
                return handle;
            }
        }
        Easy handle(curl_easy_init());
        if (!handle) throw std::bad_alloc();
        return handle;
    }

    void give_back(Easy handle)
    {
        // Forgets options (and with them our pointers), keeps connections and TLS sessions.
        curl_easy_reset(handle.get());
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(handle));
    }

    const Trust trust_;
    std::mutex mutex_;
    std::vector<Easy> idle_;
};

Client::Client(Trust trust) : impl_(std::make_unique<Impl>(std::move(trust))) {}

Client::~Client() = default;

Outcome Client::send(const Call& call)
{
    if (db::Database::inside_transaction())
        throw std::logic_error("a call to the outside inside a database transaction: " + call.label);
    return impl_->send(call);
}

} // namespace enstore::outbound
