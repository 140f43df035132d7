#include "controller/store/kill_journal.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr Statement kInsertJournalled{"kill_journal_insert", R"sql(
    INSERT INTO kill_journal (operation_id, controller, given_at) VALUES ($1, $2, $3))sql"};
constexpr Statement kInsertPushes{"kill_pushes_insert", R"sql(
    INSERT INTO kill_pushes (operation_id, instance_id, generation, base)
    SELECT $1, p.instance_id, p.generation, p.base
    FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS p(instance_id, generation, base)
    JOIN instances i ON i.id = p.instance_id)sql"};
constexpr Statement kLoadMachineTime{"machine_time", "SELECT clock_timestamp()"};
constexpr Statement kLoadJournalled{"kill_journal_load", R"sql(
    SELECT j.operation_id, j.controller, j.given_at, o.ordered_at FROM kill_journal j
    JOIN operations o ON o.id = j.operation_id WHERE j.operation_id = $1)sql"};

}  // namespace

policy::Time LoadMachineTime(Tx& tx) {
    return tx.One(kLoadMachineTime, [](Columns& in) { return in.Instant(); });
}

void RecordJournalled(Tx& tx, const JournalledKill& kill) {
    tx.Exec(kInsertJournalled, kill.operation, kill.controller, kill.given_at);
    if (kill.pushed.empty()) {
        return;
    }
    std::vector<policy::InstanceId> instances;
    std::vector<std::int64_t> generations;
    std::vector<std::int64_t> bases;
    for (const KillPush& order : kill.pushed) {
        instances.push_back(order.instance);
        generations.push_back(order.generation);
        bases.push_back(order.base);
    }
    tx.Exec(kInsertPushes, kill.operation, instances, generations, bases);
}

std::optional<JournalledKill> LoadJournalled(Tx& tx, const policy::RecordId& operation) {
    return tx.Find(
        kLoadJournalled,
        [](Columns& in) {
            JournalledKill kill;
            kill.operation = in.Id<policy::RecordId>();
            kill.controller = in.Text();
            kill.given_at = in.Instant();
            kill.machine_time = in.Instant();
            return kill;
        },
        operation);
}

}  // namespace store
