#include "accounts/use_cases.hpp"
#include "platform/core/text.hpp"

namespace enstore::accounts
{

Result<void> change_profile(const Deps& deps, UserId user, const ProfileChange& change, std::vector<FieldProblem> noted,
                            Timestamp now)
{
    const auto taken = [] {
        return FieldProblem{
            .field = "phone",
            .text = {"Nomor telepon sudah dipakai akun lain", "This phone number is another account's"}};
    };
    if (change.phone) {
        if (auto problem = phone_problem(*change.phone))
            noted.push_back({.field = "phone", .text = std::move(*problem)});
        else if (deps.database.read(
                     [&](db::Tx& tx) { return store::phone_taken(tx, normal_phone(*change.phone), user); }))
            noted.push_back(taken());
    }
    if (!noted.empty()) return refuse_fields(std::move(noted));

    return deps.database.transact([&](db::Tx& tx) -> Result<void> {
        try {
            store::update_profile(tx, user, change.name, change.phone, now);
            return done();
        } catch (const db::UniqueViolation&) {
            return refuse_fields({taken()}); // Somebody took it between our look and our write.
        }
    });
}

} // namespace enstore::accounts
