#include "controller/store/kill_journal.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr Statement kInsertJournalled{"kill_journal_insert", R"sql(
    INSERT INTO kill_journal (operation_id, controller, given_at) VALUES ($1, $2, $3))sql"};
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
