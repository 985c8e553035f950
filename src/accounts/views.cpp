#include "accounts/views.hpp"

#include "platform/http/json.hpp"

namespace enstore::accounts
{
namespace
{

namespace json = boost::json;

/// An upload is stored under its name; outside it is an absolute address.
json::value media_url(const std::optional<std::string>& stored, const std::string& public_url)
{
    if (!stored) return nullptr;
    if (stored->starts_with("http://") || stored->starts_with("https://")) return json::value(*stored);
    return json::value(public_url + "/storage/" + *stored);
}

const char* role_word(const store::User& user)
{
    return user.admin ? "admin" : "customer";
}

const char* tier_word(const store::User& user)
{
    return user.reseller ? "reseller" : "retail";
}

json::object balance_json(const Deps::BalanceView& balance, UserId user)
{
    json::object out{{"user_id", http::wire(user)},
                     {"balance", http::wire(balance.balance)},
                     {"bonus_balance", http::wire(balance.bonus)},
                     {"hold_balance", http::wire(balance.hold)}};
    if (balance.id != 0) out["id"] = balance.id;
    if (balance.created) out["created_at"] = http::wire(*balance.created);
    if (balance.updated) out["updated_at"] = http::wire(*balance.updated);
    return out;
}

} // namespace

json::object session_user_json(const store::User& user, const std::string& public_url)
{
    return {{"id", http::wire(user.id)},
            {"name", user.name},
            {"email", user.email},
            {"phone", http::wire(user.phone)},
            {"role", role_word(user)},
            {"customer_type", tier_word(user)},
            {"avatar", media_url(user.avatar, public_url)}};
}

json::object access_token_json(const std::string& token)
{
    return {{"access_token", token}, {"token_type", "Bearer"}};
}

json::object signed_in_json(const SignedIn& signed_in, const std::string& public_url)
{
    auto out = access_token_json(signed_in.token);
    out["user"] = session_user_json(signed_in.user, public_url);
    return out;
}

json::object auth_profile_json(const store::User& user, const Deps::BalanceView& balance, const std::string& public_url)
{
    auto out = session_user_json(user, public_url);
    out["balance"] =
        json::object{{"balance", http::wire(balance.balance)}, {"bonus_balance", http::wire(balance.bonus)}};
    out["referral_code"] = http::wire(user.referral_code);
    out["status"] = user.status;
    out["email_verified_at"] = http::wire(user.email_verified_at);
    out["phone_verified_at"] = http::wire(user.phone_verified_at);
    return out;
}

json::object user_json(const store::User& user, const Deps::BalanceView& balance, const std::string& public_url)
{
    return {{"id", http::wire(user.id)},
            {"name", user.name},
            {"email", user.email},
            {"phone", http::wire(user.phone)},
            {"phone_number", http::wire(user.phone)},
            {"role", role_word(user)},
            {"customer_type", tier_word(user)},
            {"is_guest", user.guest},
            {"status", user.status},
            {"avatar", media_url(user.avatar, public_url)},
            {"social_avatar", http::wire(user.social_avatar)},
            {"referral_code", http::wire(user.referral_code)},
            {"referred_by", http::wire(user.referred_by)},
            {"email_verified_at", http::wire(user.email_verified_at)},
            {"phone_verified_at", http::wire(user.phone_verified_at)},
            {"last_login_at", http::wire(user.last_login_at)},
            {"created_at", http::wire(user.created_at)},
            {"updated_at", http::wire(user.updated_at)},
            {"balance", balance_json(balance, user.id)}};
}

} // namespace enstore::accounts
