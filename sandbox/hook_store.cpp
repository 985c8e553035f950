#include "sandbox/store.hpp"

namespace enstore::sandbox::store
{
namespace
{

constexpr db::Query new_fault{"sandbox.fault.insert", "INSERT INTO faults (definition, times_left) VALUES (?, ?)"};
constexpr db::Query fault_used{"sandbox.fault.use",
                               "UPDATE faults SET times_left = times_left - 1 WHERE id = ? AND times_left > 0"};
constexpr db::Query live_faults{"sandbox.faults",
                                "SELECT id, definition, times_left FROM faults WHERE times_left <> 0 ORDER BY id"};
constexpr db::Query no_faults{"sandbox.faults.delete", "DELETE FROM faults"};
constexpr db::Query known_magic{"sandbox.magic", "SELECT COUNT(*) FROM magic_refs WHERE ref_id = ?"};
constexpr db::Query new_magic{"sandbox.magic.insert", "INSERT INTO magic_refs (ref_id) VALUES (?)"};

constexpr db::Query new_hook{
    "sandbox.hook.insert", "INSERT INTO hooks (ref_id, event, url, agent, body, forged, due_at, state, tries, answer) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Query due_hooks{
    "sandbox.hooks.due", "SELECT id, ref_id, event, url, agent, body, forged, due_at, state, tries, answer FROM hooks "
                         "WHERE state = 'due' AND due_at <= ? ORDER BY due_at, id LIMIT ?"};
constexpr db::Query newest_hooks{
    "sandbox.hooks", "SELECT id, ref_id, event, url, agent, body, forged, due_at, state, tries, answer FROM hooks "
                     "ORDER BY id DESC LIMIT ?"};
constexpr db::Query hooks_by_ref{
    "sandbox.hooks.ref", "SELECT id, ref_id, event, url, agent, body, forged, due_at, state, tries, answer FROM hooks "
                         "WHERE ref_id = ? ORDER BY id DESC LIMIT ?"};
constexpr db::Query first_hook{"sandbox.hooks.next", "SELECT MIN(due_at) FROM hooks WHERE state = 'due'"};
constexpr db::Query changed_hook{"sandbox.hook.update",
                                 "UPDATE hooks SET state = ?, tries = ?, answer = ?, due_at = ? WHERE id = ?"};

Hook hook_in(const db::Row& row)
{
    Hook hook;
    hook.id = row.integer(0);
    hook.ref_id = row.text(1);
    hook.event = row.text(2);
    hook.url = row.text(3);
    hook.agent = row.text(4);
    hook.body = row.text(5);
    hook.forged = row.boolean(6);
    hook.due_at = Timestamp{row.integer(7)};
    hook.state = row.text(8);
    hook.tries = row.integer(9);
    hook.answer = row.integer(10);
    return hook;
}

std::vector<Hook> hooks_in(const std::vector<db::Row>& rows)
{
    std::vector<Hook> found;
    found.reserve(rows.size());
    for (const auto& row : rows)
        found.push_back(hook_in(row));
    return found;
}

} // namespace

std::int64_t insert_fault(db::Tx& tx, const std::string& definition, std::int64_t left)
{
    return tx.insert(new_fault, definition, left);
}

bool use_fault(db::Tx& tx, std::int64_t id)
{
    return tx.execute(fault_used, id) == 1;
}

std::vector<StoredFault> faults(db::Tx& tx)
{
    std::vector<StoredFault> found;
    for (const auto& row : tx.all(live_faults))
        found.push_back({.id = row.integer(0), .definition = row.text(1), .left = row.integer(2)});
    return found;
}

std::int64_t delete_faults(db::Tx& tx)
{
    return tx.execute(no_faults);
}

bool first_magic(db::Tx& tx, const std::string& ref_id)
{
    if (tx.number(known_magic, ref_id) > 0) return false;
    tx.execute(new_magic, ref_id);
    return true;
}

void insert_hook(db::Tx& tx, const Hook& hook)
{
    tx.insert(new_hook, hook.ref_id, hook.event, hook.url, hook.agent, hook.body, hook.forged, hook.due_at.us,
              hook.state, hook.tries, hook.answer);
}

std::vector<Hook> hooks_due(db::Tx& tx, std::optional<Timestamp> now, std::int64_t at_most)
{
    const std::int64_t until = now ? now->us : INT64_MAX;
    return hooks_in(tx.all(due_hooks, until, at_most));
}

std::vector<Hook> hooks(db::Tx& tx, const std::optional<std::string>& ref_id, std::int64_t at_most)
{
    if (ref_id) return hooks_in(tx.all(hooks_by_ref, *ref_id, at_most));
    return hooks_in(tx.all(newest_hooks, at_most));
}

std::optional<Timestamp> next_hook(db::Tx& tx)
{
    const auto row = tx.one(first_hook);
    if (!row || row->null(0)) return std::nullopt;
    return Timestamp{row->integer(0)};
}

void update_hook(db::Tx& tx, const Hook& hook)
{
    tx.execute(changed_hook, hook.state, hook.tries, hook.answer, hook.due_at.us, hook.id);
}

} // namespace enstore::sandbox::store
