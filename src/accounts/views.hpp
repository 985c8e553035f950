#pragma once

#include "accounts/use_cases.hpp"

#include <boost/json.hpp>

/// Accounts as the contract shows them. Only the fields named here leave the house.
namespace enstore::accounts
{

boost::json::object session_user_json(const store::User& user, const std::string& public_url); ///< SessionUser
boost::json::object access_token_json(const std::string& token);                               ///< AccessToken
boost::json::object signed_in_json(const SignedIn& signed_in, const std::string& public_url);  ///< LoginResult
/// AuthProfile
boost::json::object auth_profile_json(const store::User& user, const Deps::BalanceView& balance,
                                      const std::string& public_url);
/// User
boost::json::object user_json(const store::User& user, const Deps::BalanceView& balance, const std::string& public_url);

} // namespace enstore::accounts
