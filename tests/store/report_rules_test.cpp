// What instances say is recorded by one function of the database: the rows it makes are those that the application's
// own would become, which are judged and completed by triggers, and nobody is recorded twice.
#include <gtest/gtest.h>

#include <thread>

#include "controller/store/instances.hpp"
#include "controller/store/operations.hpp"
#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

policy::InstanceId Speaker(const std::string& name) {
    return policy::InstanceId::Trusted(name);
}

void LetSpeakersIn(World& world, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        world.Db().Write([&](store::Tx& tx) {
            store::InsertEnrolment(tx, {NewId("enr"), Speaker(name), platform::Sha256("token-" + name), Person("ana"),
                                        std::chrono::hours(1)});
            const auto enrolment = store::LockEnrolmentByHash(tx, platform::Sha256("token-" + name));
            store::ExchangeEnrolment(tx, *enrolment, NewId("crd"), platform::Sha256Hex("credential-" + name));
        });
    }
}

std::string GiveKill(World& world, const std::string& mode = "hot") {
    store::NewOperation kill;
    kill.id = NewId("op");
    kill.mode = mode;
    kill.whole_fleet = true;
    kill.reason = "isolation in doubt";
    kill.requested_by = Person("ana");
    world.Db().Write([&](store::Tx& tx) { store::InsertOperation(tx, kill); });
    return kill.id.Text();
}

store::InstanceReport Said(const std::string& name, std::int64_t generation, bool enabled,
                           const std::string& boot = "boot_1") {
    store::InstanceReport report;
    report.instance = Speaker(name);
    report.boot_id = boot;
    report.started_at = support::At("2025-01-13T08:00:00Z");
    report.program = "pulsed 1";
    report.generation = generation;
    report.enabled = enabled;
    return report;
}

std::vector<store::RecordedStep> RecordSaid(World& world, const std::vector<store::InstanceReport>& reports) {
    return world.Db().Write([&](store::Tx& tx) { return store::RecordReports(tx, "controller-a", reports); });
}

/// As plain SQL, which the application's role may write.
std::string StepSql(const std::string& operation, const std::string& name, const std::string& step) {
    return "INSERT INTO portcullis.operation_steps (operation_id, instance_id, step, outcome, evidence) VALUES ('" +
           operation + "', '" + name + "', '" + step + "', '" + (step == "contradicted" ? "failed" : "passed") +
           "', '{}')";
}

std::string Rows(World& world, const std::string& operation, const std::string& name) {
    return world.Cell(
        "SELECT concat_ws(' ', s.step, s.outcome, s.detail, s.attempt, s.at BETWEEN portcullis.now() - interval '5 "
        "minutes' AND portcullis.now(), "
        "s.recorded_at <= clock_timestamp(), v.state, v.attempt, v.next_at <= clock_timestamp()) "
        "FROM portcullis.operation_steps s LEFT JOIN portcullis.verifications v USING (operation_id, instance_id) "
        "WHERE s.operation_id = '" +
        operation + "' AND s.instance_id = '" + name + "'");
}

TEST(RecordedReports, LeaveTheSameRowsBehindAsTheApplicationsOwn) {
    World world;
    LetSpeakersIn(world, {"eu-1", "eu-2", "eu-3", "eu-4"});
    const std::string kill = GiveKill(world);
    EXPECT_EQ(RecordSaid(world, {Said("eu-1", 1, false), Said("eu-3", 1, true)}).size(), 2U);
    world.Sql(StepSql(kill, "eu-2", "applied"));
    world.Sql(StepSql(kill, "eu-4", "contradicted"));
    EXPECT_EQ(Rows(world, kill, "eu-1"), "applied passed  1 t t verify 0 t");
    EXPECT_EQ(Rows(world, kill, "eu-1"), Rows(world, kill, "eu-2"));
    EXPECT_EQ(Rows(world, kill, "eu-3"), "contradicted failed  1 t t") << "there is nothing to verify";
    EXPECT_EQ(Rows(world, kill, "eu-3"), Rows(world, kill, "eu-4"));
}

TEST(RecordedReports, AreNoWayAroundTheProofOfARestart) {
    World world;
    LetSpeakersIn(world, {"eu-1"});
    RecordSaid(world, {Said("eu-1", 0, true)});
    const std::string kill = GiveKill(world, "restart");
    EXPECT_TRUE(RecordSaid(world, {Said("eu-1", 1, false)}).empty()) << "the process from before";
    EXPECT_TRUE(RecordSaid(world, {Said("eu-1", 1, false, "boot_2")}).empty()) << "it does not say when it said so";
    ExpectRefused(world, "KSW-3", StepSql(kill, "eu-1", "applied"));
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.verifications"), "0");
}

TEST(RecordedReports, AreTheNewestWordOfEachWhetherItSpokeBeforeOrNot) {
    World world;
    LetSpeakersIn(world, {"eu-1", "eu-2", "eu-3"});
    RecordSaid(world, {Said("eu-2", 0, true, "boot_2a")});
    RecordSaid(world,
               {Said("eu-1", 0, true, "boot_1a"), Said("eu-2", 0, true, "boot_2b"), Said("eu-1", 0, true, "boot_1b")});
    EXPECT_EQ(world.Cell("SELECT string_agg(boot_id || '<' || boot_before, ' ' ORDER BY instance_id) "
                         "FROM portcullis.instance_status"),
              "boot_1b< boot_2b<boot_2a");
}

TEST(RecordedReports, SayThemselvesWhenAnInstanceWasSeenAndNobodyElseDoes) {
    World world;
    LetSpeakersIn(world, {"eu-1"});
    RecordSaid(world, {Said("eu-1", 0, true)});
    const std::string seen = "SELECT last_seen_at FROM portcullis.instance_status";
    const std::string first = world.Cell(seen);
    ExpectNoRight(world, "UPDATE portcullis.instance_status SET last_seen_at = now()");
    world.Sql("UPDATE portcullis.instance_status SET program = 'pulsed 2'");
    const std::string second = world.Cell(seen);
    EXPECT_LT(first, second) << "whoever is written of as connected was seen";
    RecordSaid(world, {Said("eu-1", 0, true)});
    EXPECT_LT(second, world.Cell(seen));
}

// The one behind waits for the other, and then sees what that recorded.
TEST(RecordedReports, OfOneInstanceOverTwoControllersAtOnceAreRecordedOnce) {
    World world;
    LetSpeakersIn(world, {"eu-1"});
    const std::string kill = GiveKill(world);
    std::vector<store::RecordedStep> behind;
    std::string lost;
    std::jthread other;
    world.Db().Write([&](store::Tx& tx) {
        EXPECT_EQ(store::RecordReports(tx, "controller-a", {Said("eu-1", 1, false)}).size(), 1U);
        other = std::jthread([&] {
            try {
                behind = world.Db().Write([](store::Tx& inner) {
                    return store::RecordReports(inner, "controller-b", {Said("eu-1", 1, false)});
                });
            } catch (const std::exception& error) {
                lost = error.what();
            }
        });
        const platform::Deadline deadline(std::chrono::seconds(30));
        while (world.Cell("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                          "wait_event_type = 'Lock'") == "0" &&
               !deadline.Passed()) {
            std::this_thread::yield();
        }
    });
    other.join();
    EXPECT_EQ(lost, "");
    EXPECT_TRUE(behind.empty());
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.operation_steps WHERE operation_id = '" + kill + "'"), "1");
    EXPECT_EQ(world.Cell("SELECT connected_to FROM portcullis.instance_status"), "controller-b");
}

}  // namespace
}  // namespace store_test
