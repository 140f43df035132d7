// The process that an order of mode restart found, and the one that it left: what is kept of both, whenever the order
// was entered.
#include <gtest/gtest.h>

#include "controller/store/instances.hpp"
#include "controller/store/operations.hpp"
#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

policy::InstanceId Restarted() {
    return policy::InstanceId::Trusted("eu-1");
}

void LetIn(World& world) {
    world.Db().Write([&](store::Tx& tx) {
        store::InsertEnrolment(
            tx, {NewId("enr"), Restarted(), platform::Sha256("token"), Person("ana"), std::chrono::hours(1)});
    });
    world.Db().Write([&](store::Tx& tx) {
        const auto enrolment = store::LockEnrolmentByHash(tx, platform::Sha256("token"));
        store::ExchangeEnrolment(tx, *enrolment, NewId("crd"), platform::Sha256Hex("credential"));
    });
}

/// A process says that it began so long ago; its clock is years off.
void Says(World& world, const std::string& boot, std::chrono::seconds age, std::int64_t generation, bool enabled,
          const std::string& over = "controller-a", bool agent = false,
          std::optional<policy::Duration> beside = std::nullopt) {
    store::InstanceReport report;
    report.instance = Restarted();
    report.boot_id = boot;
    report.sent_at = support::At("2030-01-13T08:00:00Z");
    report.started_at = *report.sent_at - age;
    report.program = "pulsed 1";
    report.generation = generation;
    report.enabled = enabled;
    report.agent = agent;
    report.beside = beside;
    world.Db().Write([&](store::Tx& tx) { store::RecordReports(tx, over, {report}); });
}

/// An order that was sent at that time, before it was entered.
store::OperationInstance EnterRestart(World& world, policy::Time ordered_at) {
    store::NewOperation operation;
    operation.id = NewId("op");
    operation.mode = "restart";
    operation.whole_fleet = true;
    operation.reason = "isolation in doubt";
    operation.requested_by = Person("ana");
    operation.ordered_at = ordered_at;
    operation.journal = operation.id.Text();
    operation.pushed = {{Restarted(), 16, 0}};
    world.Db().Write([&](store::Tx& tx) {
        store::RecordJournalled(tx, {operation.id, "controller-a", world.Now(), ordered_at, operation.pushed});
        store::InsertOperation(tx, operation);
    });
    return world.Db().Read([&](store::Tx& tx) { return store::LoadOperationInstances(tx, operation.id).at(0); });
}

TEST(ProcessesOfAnOrder, AreTheOneBeforeAndTheOneThatHasItInForce) {
    World world;
    LetIn(world);
    Says(world, "boot_1", std::chrono::hours(1), 0, true);
    const store::OperationInstance ordered = EnterRestart(world, platform::SystemNow());
    ASSERT_TRUE(ordered.process_before);
    EXPECT_EQ(ordered.process_before->boot_id, "boot_1");
    ASSERT_TRUE(ordered.process_before->began_at);
    EXPECT_LT(*ordered.process_before->began_at, platform::SystemNow() - std::chrono::minutes(50));
    EXPECT_FALSE(ordered.process_applied) << "none has said that the order is in force";
    EXPECT_TRUE(ordered.issued_at);
}

TEST(ProcessesOfAnOrder, AreToldApartWhenTheOrderIsEnteredBehindTheRestart) {
    World world;
    LetIn(world);
    Says(world, "boot_1", std::chrono::hours(1), 0, true);
    // Sent half a minute ago, before the database was asked; the instance has started again since.
    const policy::Time ordered_at = platform::SystemNow() - std::chrono::seconds(30);
    Says(world, "boot_2", std::chrono::seconds(5), 0, false);
    const store::OperationInstance ordered = EnterRestart(world, ordered_at);
    ASSERT_TRUE(ordered.process_before) << "it was another process that the order found";
    EXPECT_EQ(ordered.process_before->boot_id, "boot_1");
    ASSERT_TRUE(ordered.process_before->began_at);
    EXPECT_LT(*ordered.process_before->began_at, ordered_at);
}

TEST(ProcessesOfAnOrder, AreNotGuessed) {
    World world;
    LetIn(world);
    const policy::Time ordered_at = platform::SystemNow() - std::chrono::seconds(30);
    Says(world, "boot_1", std::chrono::seconds(20), 0, true);
    Says(world, "boot_2", std::chrono::seconds(5), 0, false);
    EXPECT_FALSE(EnterRestart(world, ordered_at).process_before) << "both began behind the order";
}

std::optional<policy::Duration> BesideFor(World& world) {
    const auto instance =
        world.Db().Read([&](store::Tx& tx) { return store::LoadInstance(tx, Restarted(), store::Lock::kNone); });
    return instance->status->beside_for;
}

TEST(ProcessesBesideEachOther, AreKnownFromTheFirstWordOverAnotherController) {
    World world;
    LetIn(world);
    Says(world, "boot_1", std::chrono::hours(1), 0, true);
    Says(world, "boot_2", std::chrono::seconds(5), 0, true);
    EXPECT_FALSE(BesideFor(world)) << "over the same controller it took the other's place";
    Says(world, "boot_2", std::chrono::seconds(9), 0, true, "controller-b");
    EXPECT_FALSE(BesideFor(world)) << "the same process dialled another one";
    Says(world, "boot_3", std::chrono::seconds(5), 0, true, "controller-a");
    ASSERT_TRUE(BesideFor(world));
    EXPECT_LT(*BesideFor(world), std::chrono::hours(1));
}

TEST(ProcessesBesideEachOther, AreNoneWhereTheFirstHadGoneOrAnAgentSpeaks) {
    World world;
    LetIn(world);
    Says(world, "boot_1", std::chrono::hours(1), 0, true);
    world.Db().Write([](store::Tx& tx) { store::RecordDisconnected(tx, "controller-a", {Restarted()}); });
    Says(world, "boot_2", std::chrono::seconds(5), 0, true, "controller-b");
    EXPECT_FALSE(BesideFor(world));
    Says(world, "boot_3", std::chrono::seconds(5), 0, true, "controller-a", true);
    EXPECT_FALSE(BesideFor(world)) << "what it speaks for is started anew by others as they like";
}

TEST(ProcessesBesideEachOther, AreKnownToTheControllerWhereOneTookTheOthersPlace) {
    World world;
    LetIn(world);
    Says(world, "boot_1", std::chrono::hours(1), 0, true, "controller-a", false, std::chrono::seconds(30));
    ASSERT_TRUE(BesideFor(world));
    EXPECT_LT(*BesideFor(world), std::chrono::seconds(0)) << "the other may dial again until then";
    Says(world, "boot_1", std::chrono::hours(1), 0, true, "controller-a", false, std::chrono::seconds(10));
    EXPECT_LT(*BesideFor(world), std::chrono::seconds(-10)) << "a later word makes it no shorter";
    Says(world, "boot_2", std::chrono::seconds(5), 0, true, "controller-b");
    EXPECT_LT(*BesideFor(world), std::chrono::seconds(-10)) << "nor does another controller";
    ExpectRefused(world, "KSW-3", "UPDATE portcullis.instance_status SET beside_at = NULL");
    ExpectRefused(world, "KSW-3", "UPDATE portcullis.instance_status SET beside_at = beside_at - interval '1 s'");
    ExpectRefused(world, "KSW-3", "UPDATE portcullis.instance_status SET beside_at = beside_at + interval '1 h'");
}

}  // namespace
}  // namespace store_test
