#include "tests/bench/fleet_record.hpp"

#include <poll.h>

#include <algorithm>

#include "tests/bench/fleet_load.hpp"

namespace bench {
namespace {

constexpr std::chrono::seconds kRecordPatience{60};
constexpr int kLater = 25;  // milliseconds

}  // namespace

FleetRecord::FleetRecord(const std::string& conninfo) : connection_(conninfo), news_(connection_) {
    connection_.prepare("newest", "SELECT coalesce(max(number), 0) FROM portcullis.operations");
    connection_.prepare("after", "SELECT id FROM portcullis.operations WHERE number > $1 ORDER BY number LIMIT 1");
    connection_.prepare("applied",
                        "SELECT count(*) FROM portcullis.operation_steps WHERE operation_id = $1 AND step = 'applied'");
    // Each of these operations is the newest while it is followed, so none ends but by its answers.
    connection_.prepare("verified",
                        "SELECT count(*) FROM portcullis.verifications WHERE operation_id = $1 AND state = 'done'");
    connection_.prepare(
        "phases",
        "SELECT extract(epoch FROM min(j.given_at)) * 1000 - $2::bigint / 1000.0, "
        "extract(epoch FROM min(j.entered_at)) * 1000 - $2::bigint / 1000.0, "
        "extract(epoch FROM min(s.recorded_at)) * 1000 - $2::bigint / 1000.0, "
        "extract(epoch FROM max(s.recorded_at)) * 1000 - $2::bigint / 1000.0, count(DISTINCT s.xmin::text) "
        "FROM portcullis.kill_journal j JOIN portcullis.operation_steps s ON s.operation_id = j.operation_id "
        "WHERE j.operation_id = $1 AND s.step = 'applied'");
}

pqxx::row FleetRecord::Look(const std::string& sql) {
    return pqxx::nontransaction(connection_).exec1(sql);
}

bool FleetRecord::AwaitInventories(std::size_t expected) {
    const platform::Deadline deadline(kRecordPatience);
    while (!deadline.Passed()) {
        const auto known = Look("SELECT count(*) FROM portcullis.instance_status WHERE tenants_digest IS NOT NULL")[0];
        if (known.as<std::size_t>() >= expected) {
            return true;
        }
        ::poll(nullptr, 0, kLater);
    }
    return false;
}

std::int64_t FleetRecord::Newest() {
    return pqxx::nontransaction(connection_).exec_prepared1("newest")[0].as<std::int64_t>();
}

RecordedTimes FleetRecord::Follow(std::int64_t number, std::size_t expected, platform::SteadyTime began,
                                  const std::function<void()>& on_entered, const std::function<void()>& on_applied) {
    RecordedTimes seen;
    const platform::Deadline deadline(kRecordPatience);
    const auto count = [&](const char* what, std::vector<double>& times) {
        const auto row = pqxx::nontransaction(connection_).exec_prepared1(what, seen.operation);
        const auto found = row[0].as<std::size_t>();
        times.resize(std::max(found, times.size()), MillisecondsBetween(began, platform::SteadyNow()));
    };
    while (seen.verified.size() < expected && !deadline.Passed()) {
        if (seen.operation.empty()) {
            const auto rows = pqxx::nontransaction(connection_).exec_prepared("after", number);
            seen.operation = rows.empty() ? "" : rows[0][0].as<std::string>();
            seen.entered = MillisecondsBetween(began, platform::SteadyNow());
            if (!seen.operation.empty()) {
                on_entered();
            }
        } else if (seen.applied.size() < expected) {
            count("applied", seen.applied);
            if (seen.applied.size() >= expected) {
                on_applied();
            }
        } else {
            count("verified", seen.verified);
        }
        connection_.await_notification(0, kLater * 1000);
    }
    return seen;
}

FleetRecord::Phases FleetRecord::LookAtPhases(const std::string& operation, platform::Time began) {
    const auto row =
        pqxx::nontransaction(connection_)
            .exec_prepared1("phases", operation,
                            std::chrono::duration_cast<std::chrono::microseconds>(began.time_since_epoch()).count());
    return {row[0].as<double>(), row[1].as<double>(), row[2].as<double>(), row[3].as<double>(), row[4].as<double>()};
}

FleetRecord::Burst FleetRecord::LookAtBurst() {
    Burst burst;
    const auto number = [&](const std::string& sql) { return Look(sql)[0].as<std::size_t>(); };
    burst.operations = number("SELECT count(*) FROM portcullis.operations");
    burst.orders = number("SELECT count(*) FROM portcullis.operation_instances");
    burst.audited = number("SELECT count(*) FROM portcullis.audit WHERE action = 'kill_switch.off'");
    burst.applied = number("SELECT count(*) FROM portcullis.operation_steps WHERE step = 'applied'");
    burst.last = Look("SELECT id FROM portcullis.operations ORDER BY number DESC LIMIT 1")[0].as<std::string>();
    const std::string told =
        "SELECT count(*) FROM portcullis.desired_states d JOIN portcullis.instance_status s "
        "ON s.instance_id = d.instance_id WHERE d.operation_id = " +
        connection_.quote(burst.last);
    burst.told_last = number(told);
    burst.reported_last = number(told + " AND s.generation = d.generation AND s.enabled = d.enabled");
    return burst;
}

}  // namespace bench
