#include "apps/store_program.hpp"

namespace enstore::apps
{
namespace
{

constexpr db::Query born_as{"identity.mode", "SELECT mode FROM store_identity ORDER BY id LIMIT 1"};
constexpr db::Query be_born{"identity.insert", "INSERT INTO store_identity (id, mode, created_at) VALUES (1, ?, ?)"};

} // namespace

void StoreProgram::require_ready_database()
{
    const int wanted = db::migrations().back().number;
    const int found = db::schema_version(*database_);
    if (found < wanted)
        throw std::runtime_error("the database is at migration " + std::to_string(found) + " and this program needs " +
                                 std::to_string(wanted) + ". Run `enstore migrate` first.");
    if (found > wanted)
        throw std::runtime_error("the database is at migration " + std::to_string(found) +
                                 ", newer than this program (" + std::to_string(wanted) +
                                 "). Start the newer program.");
    const std::string mode = config_.sandbox() ? "sandbox" : "live";
    const std::string born = database_->transact([&](db::Tx& tx) -> std::string {
        if (const auto row = tx.one(born_as)) return row->text(0);
        try {
            tx.execute(be_born, mode, clock_->now());
        } catch (const db::UniqueViolation&) { // another process of the store was first; it has the same configuration
        }
        return std::string(mode);
    });
    if (born != mode)
        throw std::runtime_error(
            "this database was born " + born + " and the configuration is " + mode +
            ": demo money must never buy real goods. Use another database, or " +
            (mode == "live" ? "remove the Digiflazz credentials." : "set the Digiflazz credentials."));
}

} // namespace enstore::apps
