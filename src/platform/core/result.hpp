#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// Refusals are values, breakage is thrown. A refusal is an answer the trade allows ("saldo tidak cukup"); it travels
/// in a `Result`. What is broken (database gone, overflow, a bug) is an exception and is caught in four places only:
/// the HTTP dispatcher, the worker, the scheduler and `main`.
namespace enstore
{

/// What sort of "no" this is. It picks the HTTP status and whether a retry can help, in one table
/// (`platform/http/problem.cpp`). A feature adds refusals, never kinds.
enum class Kind {
    malformed,        ///< 400: the request cannot be read
    business_rule,    ///< 400: understood, and a rule of the store forbids it
    unauthenticated,  ///< 401
    forbidden,        ///< 403
    not_found,        ///< 404
    no_such_method,   ///< 405
    timed_out,        ///< 408: the client was too slow
    conflict,         ///< 409: the current state forbids it, or another request is doing the same
    too_large,        ///< 413
    uri_too_long,     ///< 414
    invalid,          ///< 422: one or more fields are not valid
    rate_limited,     ///< 429
    header_too_large, ///< 431
    server_error,     ///< 500
    upstream_failed,  ///< 502: a partner answered badly
    unavailable,      ///< 503: overloaded, in maintenance, or a partner is down; a retry can help
};

/// A sentence for a person, in the two languages the store speaks.
struct Text {
    std::string id; ///< Indonesian, the default
    std::string en; ///< English, when `Accept-Language` prefers it
};

/// One way a room says no. Declared `inline constexpr` in the room's `refusals.hpp`; the texts say what happened and
/// what to do next.
struct Refusal {
    Kind kind;
    std::string_view code; ///< stable, machine-readable, e.g. `insufficient_balance`
    std::string_view id;
    std::string_view en;
};

/// One bad field of a request: its dot path and what is wrong with it.
struct FieldProblem {
    std::string field;
    Text text;
};

inline constexpr Refusal validation_failed{Kind::invalid, "validation_failed", "Data yang dikirim tidak valid",
                                           "The data sent is not valid"};

/// A refusal on its way up. `detail` is for the log only and never leaves the process.
struct Error {
    Refusal refusal;
    std::string detail;
    std::vector<FieldProblem> fields; ///< only with `validation_failed`
    std::optional<Text> text;         ///< replaces the refusal's sentence when it must name a figure
    int retry_after_s = 0;            ///< sent as `Retry-After` when above 0

    bool is(const Refusal& other) const { return refusal.code == other.code; }
};

template <class T>
class [[nodiscard]] Result
{
public:
    using value_type = T;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    /// The value. Asking a refused result for its value is a bug and throws.
    T& value() & { return require(*this); }
    const T& value() const& { return require(*this); }
    T&& value() && { return std::move(require(*this)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const Error& error() const& { return std::get<1>(state_); }
    Error&& error() && { return std::get<1>(std::move(state_)); }

private:
    template <class Self>
    static auto& require(Self& self)
    {
        if (!self.ok()) throw std::logic_error("value of a refused result: " + std::string(self.error().refusal.code));
        return std::get<0>(self.state_);
    }

    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void>
{
public:
    using value_type = void;

    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    bool ok() const { return !error_; }
    explicit operator bool() const { return ok(); }
    void value() const
    {
        if (error_) throw std::logic_error("value of a refused result: " + std::string(error_->refusal.code));
    }
    const Error& error() const& { return *error_; }
    Error&& error() && { return *std::move(error_); }

private:
    std::optional<Error> error_;
};

inline Result<void> done()
{
    return {};
}

/// Says no. The detail is for the log: `return refuse(insufficient_balance, "debit of user 7")`.
inline Error refuse(const Refusal& refusal, std::string detail = {})
{
    return Error{.refusal = refusal, .detail = std::move(detail), .fields = {}, .text = {}, .retry_after_s = 0};
}

/// Says no to named fields (422).
inline Error refuse_fields(std::vector<FieldProblem> fields)
{
    return Error{
        .refusal = validation_failed, .detail = {}, .fields = std::move(fields), .text = {}, .retry_after_s = 0};
}

/// Says no to one field (422).
inline Error refuse_field(std::string field, Text text)
{
    return refuse_fields({FieldProblem{.field = std::move(field), .text = std::move(text)}});
}

} // namespace enstore

/// The value of a `Result`, or return its error from the enclosing function. Never around a `co_await` (g++ 12
/// crashes).
#define TRY(expression)                                                                                                \
    __extension__({                                                                                                    \
        auto try_result_ = (expression);                                                                               \
        if (!try_result_) return std::move(try_result_).error();                                                       \
        std::move(try_result_).value();                                                                                \
    })
