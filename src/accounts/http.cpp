#include "accounts/password_rules.hpp"
#include "accounts/setup_page.hpp"
#include "accounts/use_cases.hpp"
#include "accounts/views.hpp"
#include "platform/http/json.hpp"

namespace enstore::accounts
{
namespace
{

namespace json = boost::json;

/// A profile may come with a picture of 2048 KB. Pictures are not kept yet; the fields beside one are.
constexpr std::size_t profile_body_limit = 2'200 * 1024;

constexpr http::Fields::TextRule password_rule{.required = true, .min = 0, .max = longest_password, .trim = false};

Visitor visitor_of(const http::Request& request)
{
    return {.ip_address = request.client_ip, .user_agent = std::string(request.header("user-agent"))};
}

std::vector<FieldProblem> problems_of(const http::Fields& fields)
{
    const auto checked = fields.check();
    return checked ? std::vector<FieldProblem>{} : checked.error().fields;
}

/// A new password and its repetition, which must be equal.
Secret new_password(http::Fields& fields, const std::string& name)
{
    auto password = fields.text(name, password_rule);
    const auto again = fields.text(name + "_confirmation", password_rule);
    if (!password.empty() && !again.empty() && password != again)
        fields.note(name + "_confirmation", {"Konfirmasi password tidak sama", "The two passwords differ"});
    return Secret{std::move(password)};
}

Result<http::Response> handle_register(const Deps& deps, const http::Request& request)
{
    auto fields = TRY(http::Fields::of(request));
    // Role, tier and balance are not read: whoever sends them gets a plain customer (S22).
    const NewAccount wanted{.name = fields.text("name", {}),
                            .email = fields.email("email"),
                            .phone = fields.text("phone", {.max = 20}),
                            .password = new_password(fields, "password"),
                            .admin = false,
                            .reseller = false,
                            .referral_code = fields.maybe_text("referral_code", {.required = false, .max = 20})};
    const auto signed_in =
        TRY(register_customer(deps, wanted, problems_of(fields), visitor_of(request), deps.clock.now()));

    auto data = signed_in_json(signed_in, deps.public_url);
    data["user"].as_object()["referral_code"] = http::wire(signed_in.user.referral_code);
    return http::created(std::move(data), http::in(request.language, {"Registrasi berhasil", "Welcome"}));
}

Result<http::Response> handle_login(const Deps& deps, const http::Request& request)
{
    auto fields = TRY(http::Fields::of(request));
    const Credentials credentials{.identifier = fields.text("identifier", {}),
                                  .password = Secret{fields.text("password", password_rule)}};
    TRY(fields.check());
    const auto signed_in = TRY(sign_in(deps, credentials, visitor_of(request), deps.clock.now()));
    return http::ok(signed_in_json(signed_in, deps.public_url),
                    http::in(request.language, {"Login berhasil", "Signed in"}));
}

Result<http::Response> handle_logout(const Deps& deps, const http::Request& request)
{
    const auto now = deps.clock.now();
    deps.database.transact([&](db::Tx& tx) { sign_out(tx, *request.caller, visitor_of(request), now); });
    return http::ok_message(http::in(request.language, {"Logout berhasil", "Signed out"}));
}

Result<http::Response> handle_refresh(const Deps& deps, const http::Request& request)
{
    const auto now = deps.clock.now();
    const auto token =
        TRY(deps.database.transact([&](db::Tx& tx) { return refresh_session(tx, *request.caller, now); }));
    return http::ok(access_token_json(token), http::in(request.language, {"Token diperbarui", "Token renewed"}));
}

struct UserWithBalance {
    store::User user;
    Deps::BalanceView balance;
};
Result<UserWithBalance> with_balance(const Deps& deps, const http::Request& request)
{
    return deps.database.read([&](db::Tx& tx) -> Result<UserWithBalance> {
        auto user = store::user(tx, request.caller->user);
        if (!user) return refuse(signed_out);
        return UserWithBalance{.user = std::move(*user), .balance = deps.balance_of(tx, request.caller->user)};
    });
}

Result<http::Response> show_auth_profile(const Deps& deps, const http::Request& request)
{
    const auto shown = TRY(with_balance(deps, request));
    return http::ok(auth_profile_json(shown.user, shown.balance, deps.public_url));
}

Result<http::Response> show_profile(const Deps& deps, const http::Request& request)
{
    const auto shown = TRY(with_balance(deps, request));
    return http::ok(user_json(shown.user, shown.balance, deps.public_url));
}

Result<http::Response> handle_profile_change(const Deps& deps, const http::Request& request)
{
    auto fields = TRY(http::Fields::of(request));
    const ProfileChange change{.name = fields.maybe_text("name", {.required = false}),
                               .phone = fields.maybe_text("phone", {.required = false, .max = 20})};
    TRY(change_profile(deps, request.caller->user, change, problems_of(fields), deps.clock.now()));
    const auto shown = TRY(with_balance(deps, request));
    return http::ok(user_json(shown.user, shown.balance, deps.public_url),
                    http::in(request.language, {"Profil diperbarui", "Profile updated"}));
}

Result<http::Response> handle_password_change(const Deps& deps, const http::Request& request)
{
    auto fields = TRY(http::Fields::of(request));
    const PasswordChange change{.current = Secret{fields.text("current_password", password_rule)},
                                .wanted = new_password(fields, "new_password")};
    TRY(fields.check());
    TRY(change_password(deps, *request.caller, change, visitor_of(request), deps.clock.now()));
    return http::ok_message(http::in(request.language, {"Password diganti", "Password changed"}));
}

struct SetupForm {
    std::string token;
    FirstAdmin admin;
    std::vector<FieldProblem> noted;
};
Result<SetupForm> read_setup(const http::Request& request)
{
    auto fields = TRY(http::Fields::of(request));
    SetupForm form{.token = fields.text("token", {}),
                   .admin = {.name = fields.text("name", {}),
                             .email = fields.email("email"),
                             .password = Secret{fields.text("password", password_rule)}},
                   .noted = {}};
    form.noted = problems_of(fields);
    return form;
}

Result<http::Response> handle_setup(const Deps& deps, const http::Request& request)
{
    const auto form = TRY(read_setup(request));
    const auto signed_in =
        TRY(make_first_admin(deps, form.token, form.admin, form.noted, visitor_of(request), deps.clock.now()));
    return http::created(signed_in_json(signed_in, deps.public_url),
                         http::in(request.language, {"Akun admin dibuat", "The admin account is made"}));
}

Result<http::Response> show_setup_page(const Deps& deps, const http::Request& request)
{
    const auto token = request.query_value("token").value_or("");
    if (!setup_open(deps.database, token, deps.clock.now()))
        return setup_closed_page(request.language, refuse(setup_link_invalid));
    return setup_form_page(request.language, {.token = token});
}

Result<http::Response> handle_setup_page(const Deps& deps, const http::Request& request)
{
    const auto form = TRY(read_setup(request));
    const auto made = make_first_admin(deps, form.token, form.admin, form.noted, visitor_of(request), deps.clock.now());
    if (made) return setup_done_page(request.language, made->user.email);
    if (!made.error().is(validation_failed)) return setup_closed_page(request.language, made.error());
    return setup_form_page(
        request.language,
        {.token = form.token, .name = form.admin.name, .email = form.admin.email, .problems = made.error().fields});
}

} // namespace

http::Routes routes(Deps deps)
{
    using http::Method;
    using http::RateClass;
    using http::Role;
    using Use = Result<http::Response> (*)(const Deps&, const http::Request&);
    const auto route = [&deps](Method method, std::string pattern, Role role, RateClass rate, Use use) {
        return http::Route{.method = method,
                           .pattern = std::move(pattern),
                           .role = role,
                           .rate = rate,
                           .handler = [deps, use](const http::Request& request) { return use(deps, request); }};
    };
    http::Routes all{
        route(Method::post, "/api/auth/register", Role::anyone, RateClass::auth, handle_register),
        route(Method::post, "/api/auth/login", Role::anyone, RateClass::auth, handle_login),
        route(Method::post, "/api/auth/logout", Role::auth, RateClass::api, handle_logout),
        route(Method::post, "/api/auth/refresh-token", Role::auth, RateClass::api, handle_refresh),
        route(Method::get, "/api/auth/profile", Role::auth, RateClass::api, show_auth_profile),
        route(Method::get, "/api/customer/profile", Role::customer, RateClass::api, show_profile),
        route(Method::put, "/api/customer/profile", Role::customer, RateClass::api, handle_profile_change),
        route(Method::post, "/api/customer/profile", Role::customer, RateClass::api, handle_profile_change),
        route(Method::post, "/api/customer/profile/change-password", Role::customer, RateClass::api,
              handle_password_change),
        route(Method::post, "/api/setup/admin", Role::anyone, RateClass::auth, handle_setup),
        route(Method::get, "/setup", Role::anyone, RateClass::auth, show_setup_page),
        route(Method::post, "/setup", Role::anyone, RateClass::auth, handle_setup_page),
        {Method::get, "/setup/style.css", Role::anyone, RateClass::api,
         [](const http::Request&) -> Result<http::Response> { return setup_style(); }, true}};
    for (auto& each : all)
        if (each.pattern == "/api/customer/profile" && each.method != Method::get) each.body_limit = profile_body_limit;
    return all;
}

} // namespace enstore::accounts
