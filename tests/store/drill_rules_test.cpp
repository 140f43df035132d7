// Drills: the approval that covers the restore, whom the two operations of a drill may reach, and that none ends
// without a word about who stays off. The store's functions, and what PostgreSQL refuses of plain SQL.
#include <gtest/gtest.h>

#include "controller/store/drill_schedules.hpp"
#include "controller/store/drills.hpp"
#include "controller/store/operations.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using store::InstanceId;

std::vector<InstanceId> DrilledNames(std::initializer_list<const char*> names) {
    std::vector<InstanceId> ids;
    for (const char* name : names) {
        ids.push_back(InstanceId::Trusted(name));
    }
    return ids;
}

/// Instances that say that they are switched on.
class DrillWorld : public World {
public:
    explicit DrillWorld(std::initializer_list<const char*> names = {"eu-1", "eu-2"}) {
        for (const std::string name : names) {
            Db().Write([&](store::Tx& tx) {
                store::InsertEnrolment(tx, {NewId("enr"), InstanceId::Trusted(name), platform::Sha256("token-" + name),
                                            Person("ana"), std::chrono::hours(1)});
            });
            Db().Write([&](store::Tx& tx) {
                const auto enrolment = store::LockEnrolmentByHash(tx, platform::Sha256("token-" + name));
                store::ExchangeEnrolment(tx, *enrolment, NewId("crd"), platform::Sha256Hex("credential-" + name));
            });
            Say(name, 0, true);
        }
    }

    void Say(const std::string& name, std::int64_t generation, bool enabled) {
        store::InstanceReport report;
        report.instance = InstanceId::Trusted(name);
        report.boot_id = "boot_1";
        report.started_at = support::At("2025-01-13T08:00:00Z");
        report.program = "pulsed 1";
        report.generation = generation;
        report.enabled = enabled;
        Db().Write([&](store::Tx& tx) { store::RecordReports(tx, "controller-a", {report}); });
    }

    policy::RecordId Approve(const std::vector<InstanceId>& instances, std::string_view by = "sam",
                             std::optional<policy::RecordId> schedule = std::nullopt) {
        return Db().Write([&](store::Tx& tx) {
            return store::InsertDrillApproval(tx, {NewId("dra"), std::move(schedule), instances, "monthly", Person(by),
                                                   std::chrono::hours(24)})
                .id;
        });
    }

    store::NewDrill DrillOf(const std::vector<InstanceId>& instances, policy::RecordId approval,
                            std::string_view by = "ana") {
        store::NewDrill drill;
        drill.id = NewId("drl");
        drill.mode = "hot";
        drill.reason = "the drill of this month";
        drill.ordered_by = Person(by);
        drill.approval = std::move(approval);
        drill.instances = instances;
        return drill;
    }

    policy::RecordId Insert(const store::NewDrill& drill) {
        Db().Write([&](store::Tx& tx) { store::InsertDrill(tx, drill); });
        return drill.id;
    }

    policy::RecordId Order(bool enabled, const std::vector<InstanceId>& instances,
                           std::optional<std::string> drill = std::nullopt, const std::string& mode = "hot",
                           std::string_view by = "ana") {
        store::NewOperation operation;
        operation.id = NewId("op");
        operation.enabled = enabled;
        operation.mode = mode;
        operation.instances = instances;
        operation.reason = "of a test";
        operation.requested_by = Person(by);
        operation.drill = std::move(drill);
        Db().Write([&](store::Tx& tx) { store::InsertOperation(tx, operation); });
        return operation.id;
    }

    /// A drill whose kill is ordered.
    policy::RecordId Begin(const std::vector<InstanceId>& instances) {
        const auto id = Insert(DrillOf(instances, Approve(instances)));
        Order(false, instances, id.Text());
        return id;
    }

    void CompleteReviews() {
        Db().Write([](store::Tx& tx) {
            for (const auto& review : store::ListKillReviews(tx, true, {.limit = 100, .after = {}}).rows) {
                store::CompleteKillReview(tx, review.operation, "a mistake in a query; fixed", Person("sue"));
            }
        });
    }

    std::int64_t OpenReviews() {
        return static_cast<std::int64_t>(
            Db().Read([](store::Tx& tx) { return store::ListKillReviews(tx, true, {.limit = 100, .after = {}}); })
                .rows.size());
    }
};

TEST(DrillRules, TheRestoreIsApprovedBeforehandByAnotherSystemOwner) {
    DrillWorld world;
    const auto both = DrilledNames({"eu-1", "eu-2"});
    const auto one = DrilledNames({"eu-1"});
    EXPECT_EQ(RuleRefusing([&] { world.Approve(both, "dora"); }), "SOD-4");
    const auto for_one = world.Approve(one);
    EXPECT_EQ(RuleRefusing([&] { world.Insert(world.DrillOf(one, for_one, "sam")); }), "KSW-8") << "their own approval";
    EXPECT_EQ(RuleRefusing([&] { world.Insert(world.DrillOf(both, for_one)); }), "KSW-8") << "it is for eu-1 only";
    world.Db().Read([&](store::Tx& tx) {
        EXPECT_FALSE(store::FindDrillApproval(tx, Person("ana"), both));
        EXPECT_FALSE(store::FindDrillApproval(tx, Person("sam"), one));
        EXPECT_EQ(store::FindDrillApproval(tx, Person("ana"), one)->id, for_one);
    });
    const auto drill = world.Insert(world.DrillOf(one, for_one));
    EXPECT_FALSE(world.Db().Read([&](store::Tx& tx) { return store::FindDrillApproval(tx, Person("ana"), one); }));
    EXPECT_THROW(world.Insert(world.DrillOf(DrilledNames({"eu-1"}), for_one)), store::Conflict) << "it is spent";
    EXPECT_EQ(RuleRefusing([&] { world.Begin(one); }), "KSW-8") << "the instance is in a drill";
    const auto late = world.Approve(DrilledNames({"eu-2"}));
    world.Advance(std::chrono::hours(25));
    EXPECT_EQ(RuleRefusing([&] { world.Insert(world.DrillOf(DrilledNames({"eu-2"}), late)); }), "KSW-8") << "expired";
    EXPECT_THROW(world.Sql("INSERT INTO portcullis.drill_approvals (id, instances, reason, approved_by, expires_at) "
                           "VALUES ('dra_x', '{eu-1}', 'x', 'sam', portcullis.now() + interval '2 days')"),
                 pqxx::check_violation);
    ExpectNoRight(world, "UPDATE portcullis.drill_approvals SET expires_at = expires_at + interval '1 day'");
    ExpectNoRight(world, "DELETE FROM portcullis.drill_instances");
    ExpectNoRight(world, "DELETE FROM portcullis.drills");
    ExpectNoRight(world, "UPDATE portcullis.drills SET approval_id = 'x'");
    ExpectRefused(
        world, "AUD-3",
        "UPDATE portcullis.drills SET aborted_by = 'ana', abort_reason = ' ' WHERE id = '" + drill.Text() + "'");
}

TEST(DrillRules, ADrillsKillOpensNoReviewAndARealOneDoes) {
    DrillWorld world;
    const auto drill = world.Begin(DrilledNames({"eu-1"}));
    EXPECT_EQ(world.OpenReviews(), 0);
    world.Order(false, DrilledNames({"eu-2"}));
    EXPECT_EQ(world.OpenReviews(), 1);
    EXPECT_EQ(RuleRefusing([&] { world.Order(true, DrilledNames({"eu-1"}), drill.Text()); }), "KSW-8")
        << "nothing goes back on while the review of a kill is open";
    world.CompleteReviews();
    world.Order(true, DrilledNames({"eu-1"}), drill.Text());
    EXPECT_THROW(world.Order(true, DrilledNames({"eu-1"}), drill.Text()), store::Conflict) << "once";
}

TEST(DrillRules, TheRestoreReachesWhatThisDrillsKillSwitchedOff) {
    DrillWorld world({"eu-1", "eu-2", "eu-3"});
    const auto drill = world.Begin(DrilledNames({"eu-1", "eu-2"}));
    EXPECT_EQ(RuleRefusing([&] { world.Order(true, DrilledNames({"eu-1", "eu-3"}), drill.Text()); }), "KSW-8");
    // A real kill touches one of them, and its review is through: that instance stays off all the same.
    world.Order(false, DrilledNames({"eu-2"}));
    world.CompleteReviews();
    EXPECT_EQ(RuleRefusing([&] { world.Order(true, DrilledNames({"eu-1", "eu-2"}), drill.Text()); }), "KSW-8");
    const auto held = world.Db().Write([&](store::Tx& tx) { return store::LockHeldInstances(tx, drill); });
    ASSERT_EQ(held.size(), 1U);
    EXPECT_EQ(held[0].instance.Text(), "eu-2");
    EXPECT_NE(held[0].why.find("has touched it since"), std::string::npos) << held[0].why;
    world.Order(true, DrilledNames({"eu-1"}), drill.Text());
    const auto states = world.Db().Read([](store::Tx& tx) {
        return store::LoadDesiredStates(tx, DrilledNames({"eu-1", "eu-2"}));
    });
    for (const auto& state : states) {
        EXPECT_EQ(state.enabled, state.instance.Text() == "eu-1") << state.instance.Text();
    }
}

TEST(DrillRules, AnInstanceUnderAnOrderThatIsNotOnRecordIsHeld) {
    DrillWorld world;
    const auto drill = world.Begin(DrilledNames({"eu-1", "eu-2"}));
    world.Say("eu-2", 40, false);
    const auto held = world.Db().Write([&](store::Tx& tx) { return store::LockHeldInstances(tx, drill); });
    ASSERT_EQ(held.size(), 1U);
    EXPECT_NE(held[0].why.find("not on record"), std::string::npos) << held[0].why;
}

TEST(DrillRules, TheOperationsAreThoseOfTheDrill) {
    DrillWorld world;
    const auto one = DrilledNames({"eu-1"});
    const auto drill = world.Insert(world.DrillOf(one, world.Approve(one)));
    EXPECT_EQ(RuleRefusing([&] { world.Order(true, one, drill.Text()); }), "KSW-8") << "nothing was switched off";
    EXPECT_EQ(RuleRefusing([&] { world.Order(false, one, drill.Text(), "restart"); }), "KSW-8");
    EXPECT_EQ(RuleRefusing([&] { world.Order(false, one, drill.Text(), "hot", "dora"); }), "KSW-8");
    EXPECT_EQ(RuleRefusing([&] { world.Order(false, DrilledNames({"eu-2"}), drill.Text()); }), "KSW-8");
    EXPECT_EQ(RuleRefusing([&] { world.Order(true, DrilledNames({"eu-2"})); }), "KSW-8") << "no drill, no way around";
    world.Order(false, one);
    EXPECT_EQ(RuleRefusing([&] { world.Order(false, one, drill.Text()); }), "KSW-8") << "it is off already";
    EXPECT_EQ(RuleRefusing(
                  [&] { world.Insert(world.DrillOf(DrilledNames({"eu-2"}), world.Approve(DrilledNames({"eu-2"})))); }),
              "KSW-8")
        << "with a review open a drill could not switch back on";
}

TEST(DrillRules, EndsWithARestoreOrAWordAboutWhoStaysOff) {
    DrillWorld world;
    const auto one = DrilledNames({"eu-1"});
    const auto drill = world.Begin(one);
    const auto finish = [&](const std::string& outcome) {
        return RuleRefusing(
            [&] { world.Db().Write([&](store::Tx& tx) { store::FinishDrill(tx, drill, "{}", outcome, "so"); }); });
    };
    const auto killed = [&](const std::optional<std::string>& not_restored) {
        return RuleRefusing(
            [&] { world.Db().Write([&](store::Tx& tx) { store::RecordDrillKilled(tx, drill, "{}", not_restored); }); });
    };
    EXPECT_EQ(finish("aborted"), "KSW-8");
    EXPECT_EQ(killed(std::nullopt), "");
    EXPECT_EQ(killed("eu-1 stays off"), "AUD-3") << "it is written once";
    EXPECT_EQ(finish("failed"), "KSW-8");
    world.Order(true, one, drill.Text());
    EXPECT_EQ(finish("passed"), "KSW-2") << "the instance has said nothing";
    world.Say("eu-1", 1, false);
    EXPECT_EQ(finish("passed"), "KSW-2") << "it has not said that it is back on";
    EXPECT_EQ(finish("failed"), "");
    EXPECT_EQ(finish("failed"), "AUD-3");
    EXPECT_EQ(RuleRefusing([&] {
                  world.Db().Write([&](store::Tx& tx) { store::AbortDrill(tx, drill, Person("ana"), "late"); });
              }),
              "AUD-3");
    EXPECT_EQ(world.Db().Read([&](store::Tx& tx) { return store::LoadDrill(tx, drill); })->outcome, "failed");
    EXPECT_TRUE(world.Db().Read([](store::Tx& tx) { return store::LoadRunningDrills(tx); }).empty());
}

TEST(DrillRules, PassedRestsOnWhatTheInstanceSaid) {
    DrillWorld world;
    const auto one = DrilledNames({"eu-1"});
    const auto drill = world.Begin(one);
    world.Say("eu-1", 1, false);
    world.Db().Write([&](store::Tx& tx) { store::RecordDrillKilled(tx, drill, "{}", std::nullopt); });
    world.Order(true, one, drill.Text());
    world.Say("eu-1", 2, true);
    world.Db().Write([&](store::Tx& tx) { store::FinishDrill(tx, drill, "{}", "passed", "so"); });
    EXPECT_EQ(world.Db().Once([](store::Tx& tx) { return store::CountDrills(tx); }).running, 0);
}

TEST(DrillSchedules, AskForWhatWasApproved) {
    DrillWorld world;
    store::NewDrillSchedule schedule;
    schedule.id = NewId("drs");
    schedule.instances = DrilledNames({"eu-1"});
    schedule.mode = "hot";
    schedule.every = std::chrono::hours(24 * 7);
    schedule.reason = "weekly drill";
    schedule.created_by = Person("sue");
    schedule.next_at = world.Now() + std::chrono::hours(1);
    world.Db().Write([&](store::Tx& tx) { store::InsertDrillSchedule(tx, schedule); });
    EXPECT_EQ(RuleRefusing([&] { world.Approve({InstanceId::Trusted("eu-1")}, "sue", schedule.id); }), "KSW-8")
        << "nobody approves their own schedule";
    const auto approval = world.Approve(DrilledNames({"eu-2"}), "sam", schedule.id);
    EXPECT_EQ(world.Db().Read([&](store::Tx& tx) { return store::LoadStandingApproval(tx, schedule.id); })->instances,
              std::vector<std::string>{"eu-1"})
        << "the instances are the schedule's";
    EXPECT_EQ(RuleRefusing([&] { world.Insert(world.DrillOf(DrilledNames({"eu-1"}), approval)); }), "KSW-8")
        << "a standing approval is for its schedule";
    EXPECT_EQ(world.Db().Once([](store::Tx& tx) { return store::CountDrills(tx); }).unapproved_schedules, 0);
    const auto due = [&] {
        return world.Db().Write([](store::Tx& tx) { return store::TakeDueDrillSchedule(tx).has_value(); });
    };
    EXPECT_FALSE(due());
    world.Advance(std::chrono::hours(24 * 15));
    EXPECT_TRUE(due());
    world.Db().Write([&](store::Tx& tx) { store::MoveDrillSchedule(tx, schedule.id, "not approved any more"); });
    EXPECT_FALSE(due());
    const auto moved = world.Db().Read([&](store::Tx& tx) { return store::LoadDrillSchedule(tx, schedule.id); });
    EXPECT_EQ(moved->next_at, schedule.next_at + std::chrono::hours(24 * 21)) << "missed ones are not made up for";
    EXPECT_EQ(moved->problem, "not approved any more");
    EXPECT_EQ(world.Db().Once([](store::Tx& tx) { return store::CountDrills(tx); }).unapproved_schedules, 1)
        << "the approval has expired";
    ExpectNoRight(world, "UPDATE portcullis.drill_schedules SET instances = '{eu-2}'");
    ExpectRefused(world, "AUD-3", "UPDATE portcullis.drill_schedules SET next_at = next_at - interval '1 day'");
    world.Db().Write([&](store::Tx& tx) { store::CancelDrillSchedule(tx, schedule.id, Person("ana")); });
    EXPECT_EQ(RuleRefusing([&] { world.Approve(DrilledNames({"eu-1"}), "sam", schedule.id); }), "KSW-8");
    ExpectRefused(world, "AUD-3", "UPDATE portcullis.drill_schedules SET cancelled_by = 'dora'");
    EXPECT_THROW(world.Sql("INSERT INTO portcullis.drill_schedules (id, instances, mode, every, reason, created_by, "
                           "next_at) VALUES ('drs_x', '{eu-1}', 'hot', '10 seconds', 'x', 'ana', portcullis.now())"),
                 pqxx::check_violation);
}

}  // namespace
}  // namespace store_test
