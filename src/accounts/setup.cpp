#include "accounts/use_cases.hpp"
#include "platform/crypto/crypto.hpp"

#include <chrono>

namespace enstore::accounts
{
namespace
{

constexpr std::size_t setup_token_length = 48;
constexpr std::chrono::hours setup_lifetime{24};

} // namespace

std::string make_setup_token(db::Tx& tx, Timestamp now)
{
    if (any_admin(tx)) return {};
    auto token = crypto::random_text(setup_token_length, crypto::token_alphabet);
    store::delete_open_setup_tokens(tx);
    store::insert_setup_token(tx, crypto::sha256(token), now + setup_lifetime, now);
    return token;
}

bool setup_open(db::Database& database, std::string_view token, Timestamp now)
{
    return database.read(
        [&](db::Tx& tx) { return store::setup_token_open(tx, crypto::sha256(token), now) && !any_admin(tx); });
}

Result<void> claim_setup(db::Tx& tx, std::string_view token, Timestamp now)
{
    // The link is used up first: whoever comes second waits for this row and then finds it used.
    if (!store::use_setup_token(tx, crypto::sha256(token), now)) return refuse(setup_link_invalid, "used or expired");
    if (any_admin(tx)) return refuse(setup_link_invalid, "there is an admin already");
    return done();
}

} // namespace enstore::accounts
