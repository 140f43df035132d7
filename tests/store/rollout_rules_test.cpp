// Staged rollouts: what PostgreSQL refuses of plain SQL (STG-1 to STG-6), whoever has the application's password.
#include <gtest/gtest.h>

#include "tests/store/rollout_world.hpp"

namespace store_test {
namespace {

using std::chrono::hours;

TEST(RolloutRules, AStageHasAtMostAsManyOrganizationsAsItsCap) {
    const RolloutWorld world;
    ExpectRefused(world, "STG-1", RolloutWorld::PlanSql(1, "tenant-2"));
    ExpectRefused(world, "STG-1", RolloutWorld::PlanSql(0, "tenant-1"));
    for (const char* tenant : {"tenant-1", "tenant-4", "tenant-dev"}) {
        world.Plan(2, tenant);
    }
    world.Sql(
        "INSERT INTO portcullis.tenants (id, name, kind, created_by) VALUES ('tenant-6', 'Six', 'production', 'ana')");
    ExpectRefused(world, "STG-1", RolloutWorld::PlanSql(2, "tenant-6"));
    world.Sql("DELETE FROM portcullis.rollout_organizations WHERE stage = 2 AND tenant_id = 'tenant-4'");
    world.Plan(2, "tenant-6");
    world.Sql("DELETE FROM portcullis.rollout_organizations WHERE stage = 1");
    world.Plan(1, "tenant-4");
    ExpectNoRight(world, "UPDATE portcullis.rollout_stages SET cap = 100");
    ExpectNoRight(world, "UPDATE portcullis.rollout_organizations SET stage = 1");
}

TEST(RolloutRules, AStageWithNobodyOrWithSomebodyWhoIsGoneIsNotEntered) {
    RolloutWorld world;
    world.Enter(0);
    world.FinishStage0();
    world.Sql("UPDATE portcullis.tenants SET active = false WHERE id = 'tenant-1'");
    ExpectRefused(world, "STG-1", RolloutWorld::MoveSql(1));
    world.Sql("DELETE FROM portcullis.rollout_organizations WHERE stage = 1");
    ExpectRefused(world, "STG-1", RolloutWorld::MoveSql(1));
    world.Plan(1, "tenant-4");
    world.Enter(1);
    EXPECT_EQ(world.Exposed(1), "tenant-4");
}

TEST(RolloutRules, StagesAreTakenInOrderByMovesOfPeople) {
    const RolloutWorld world;
    EXPECT_EQ(world.Stage(), "planned -");
    ExpectRefused(world, "STG-5", RolloutWorld::MoveSql(1));
    ExpectRefused(world, "STG-5", RolloutWorld::MoveSql(0, "ci"));
    ExpectNoRight(world, "UPDATE portcullis.rollouts SET stage = 2, state = 'active', stage_entered_at = now()");
    world.Enter(0);
    EXPECT_EQ(world.Stage(), "active 0");
    ExpectRefused(world, "STG-5", RolloutWorld::MoveSql(0));
    ExpectRefused(world, "STG-5", RolloutWorld::MoveSql(2));
    world.FinishStage0();
    world.Enter(1);
    EXPECT_EQ(world.Stage(), "active 1");
    ExpectNoRight(world, "DELETE FROM portcullis.rollout_moves");
}

TEST(RolloutRules, AStageLastsAsLongAsItsSoak) {
    RolloutWorld world;
    world.Enter(0);
    world.FinishStage0();
    world.Enter(1);
    world.Advance(hours{47});
    ExpectRefused(world, "STG-5", RolloutWorld::MoveSql(2));
    ExpectNoRight(world, "UPDATE portcullis.rollout_stages SET soak = '1 hour'");
    ExpectNoRight(world, "UPDATE portcullis.rollout_stages SET entered_at = entered_at - interval '2 days'");
}

TEST(RolloutRules, AllOfItsMetricsAreMetNow) {
    RolloutWorld world;
    world.Enter(0);
    world.Complete(0, 1, "dora");
    world.Complete(0, 2, "dora");
    ExpectRefused(world, "STG-2", RolloutWorld::MoveSql(1));
    world.Measure(0, "1.5");
    ExpectNoRight(world, "INSERT INTO portcullis.rollout_measurements (state) VALUES ('met')");
    ExpectRefused(world, "STG-2", RolloutWorld::MoveSql(1));
    world.Measure(0, "NULL");
    ExpectRefused(world, "STG-2", RolloutWorld::MoveSql(1));
    world.Measure(0, "'NaN'");
    ExpectRefused(world, "STG-2", RolloutWorld::MoveSql(1));
    world.Measure(0);
    world.Advance(hours{25});
    ExpectRefused(world, "STG-2", RolloutWorld::MoveSql(1));
    world.Measure(0);
    world.Enter(1);
}

TEST(RolloutRules, AMetricOfAnEarlierStageThatFailsTakesThatBack) {
    RolloutWorld world;
    world.LiveThroughStage1();
    world.Measure(0, "3");
    ExpectRefused(world, "STG-2", RolloutWorld::MoveSql(2));
    world.Measure(0);
    world.Enter(2);
}

TEST(RolloutRules, WhatCountsIsSaidBeforeAStageIsEntered) {
    const RolloutWorld world;
    world.Enter(0);
    ExpectRefused(world, "STG-2", "DELETE FROM portcullis.rollout_metrics WHERE stage = 0");
    ExpectRefused(world, "STG-2",
                  "INSERT INTO portcullis.rollout_metrics (rollout_id, stage, key, text, comparison, threshold) VALUES "
                  "('tenants', 0, "
                  "'x', 'x', '<', 1)");
    ExpectNoRight(world, "UPDATE portcullis.rollout_metrics SET threshold = 1e9");
    ExpectRefused(world, "STG-2", RolloutWorld::PlanSql(0, "tenant-dev"));
    world.Sql("DELETE FROM portcullis.rollout_metrics WHERE stage = 1");
    world.FinishStage0();
    ExpectRefused(world, "STG-2", RolloutWorld::MoveSql(1));
}

TEST(RolloutRules, AnUnresolvedHighRiskBlocksAndALowOneDoesNot) {
    const RolloutWorld world;
    world.Enter(0);
    world.FinishStage0();
    world.Sql(
        "INSERT INTO portcullis.rollout_risks (id, rollout_id, title, severity, owner, raised_by) VALUES "
        "('rrk_1', 'tenants', 'leaks', 'high', 'dora', 'ana'), ('rrk_2', 'tenants', 'slow', 'low', 'dora', 'ana')");
    ExpectRefused(world, "STG-2", RolloutWorld::MoveSql(1));
    ExpectNoRight(world, "UPDATE portcullis.rollout_risks SET severity = 'low'");
    ExpectNoRight(world, "DELETE FROM portcullis.rollout_risks");
    ExpectRefused(world, "STG-2",
                  "UPDATE portcullis.rollout_risks SET resolved_by = 'ci', resolution = 'gone' WHERE id = 'rrk_1'");
    ExpectRefused(world, "STG-2",
                  "UPDATE portcullis.rollout_risks SET resolved_by = 'dora', resolution = ' ' WHERE id = 'rrk_1'");
    world.Sql("UPDATE portcullis.rollout_risks SET resolved_by = 'dora', resolution = 'fixed' WHERE id = 'rrk_1'");
    ExpectRefused(world, "STG-2", "UPDATE portcullis.rollout_risks SET resolution = 'never was' WHERE id = 'rrk_1'");
    world.Enter(1);
}

TEST(RolloutRules, CheckpointsAreDueByTheClockAndBlockWhileTheyAreOpen) {
    RolloutWorld world;
    world.Enter(0);
    world.Measure(0);
    ExpectRefused(world, "STG-3", RolloutWorld::MoveSql(1));
    ExpectRefused(world, "STG-3", RolloutWorld::CompleteSql(0, 1, "quinn"));
    ExpectRefused(world, "STG-3", RolloutWorld::CompleteSql(0, 1, "ci"));
    world.Complete(0, 1, "dora");
    ExpectRefused(world, "STG-3", RolloutWorld::CompleteSql(0, 1, "dora"));
    world.Complete(0, 2, "sam");  // a system owner
    world.Enter(1);
    EXPECT_EQ(
        world.Cell("SELECT string_agg(extract(epoch FROM c.due_at - r.stage_entered_at)::int / 3600 || ' ' || c.owner, "
                   "', ' ORDER BY c.n) FROM portcullis.rollout_checkpoints c, portcullis.rollouts r WHERE c.stage = 1"),
        "24 quinn, 24 dora, 48 quinn, 48 dora");
    ExpectRefused(world, "STG-3", RolloutWorld::CompleteSql(1, 3, "quinn"));  // a day too early
    ExpectNoRight(world, "UPDATE portcullis.rollout_checkpoints SET due_at = due_at + interval '1 year'");
    ExpectNoRight(world, "DELETE FROM portcullis.rollout_checkpoints");
    world.Advance(hours{48});
    world.Measure(1);
    for (const int n : {2, 3, 4}) {
        world.Complete(1, n, n == 3 ? "quinn" : "dora");
    }
    ExpectRefused(world, "STG-3", RolloutWorld::MoveSql(2));  // that of the first day was missed
    world.Complete(1, 1, "quinn");
    world.Enter(2);
    EXPECT_EQ(
        world.Cell(
            "SELECT count(*) || ' ' || max(due_at - opens_at) FROM portcullis.rollout_checkpoints WHERE stage = 2"),
        "8 7 days");
}

TEST(RolloutRules, WeeklyReviewsFollowEachOther) {
    RolloutWorld world;
    world.LiveThroughStage1();
    world.Enter(2);
    for (int day = 1; day <= 7; ++day) {
        world.Advance(hours{24});
        world.Complete(2, day, "ana");
    }
    world.Complete(2, 8, "dave");
    world.Measure(2);
    world.Enter(3);
    EXPECT_EQ(world.Exposed(3), "tenant-1 tenant-2 tenant-3 tenant-4 tenant-dev");
    world.Advance(hours{24 * 20});
    world.Complete(3, 1, "ana");
    EXPECT_EQ(
        world.Cell("SELECT string_agg(n::text, ' ' ORDER BY n) FROM portcullis.rollout_checkpoints WHERE stage = 3"),
        "1 3");
    ExpectRefused(world, "STG-5", RolloutWorld::MoveSql(3));
}

TEST(RolloutRules, AnEvaluationThatIsNotDecidedBlocksAndOneOnHoldDoesToo) {
    const RolloutWorld world;
    ExpectRefused(world, "STG-4", RolloutWorld::EvaluationSql(0));
    world.Enter(0);
    world.FinishStage0();
    ExpectRefused(world, "STG-4", RolloutWorld::EvaluationSql(1));
    world.Sql(RolloutWorld::EvaluationSql(0));
    ExpectRefused(world, "STG-4", RolloutWorld::MoveSql(1));
    const std::string decide = "UPDATE portcullis.rollout_evaluations SET decision = '";
    ExpectRefused(world, "STG-4", decide + "continue', decided_by = 'ci', reason = 'fine'");
    ExpectRefused(world, "STG-4", decide + "continue', decided_by = 'sam', reason = ''");
    world.Sql(decide + "hold', decided_by = 'sam', reason = 'looking'");
    ExpectRefused(world, "STG-4", RolloutWorld::MoveSql(1));
    world.Sql(decide + "continue', decided_by = 'sam', reason = 'a broken probe'");
    ExpectRefused(world, "STG-4", decide + "hold', decided_by = 'sam', reason = 'after all'");
    ExpectNoRight(world, "DELETE FROM portcullis.rollout_evaluations");
    world.Enter(1);
}

TEST(RolloutRules, ADecisionToReverseReverses) {
    const RolloutWorld world;
    world.Enter(0);
    world.Sql(RolloutWorld::EvaluationSql(0));
    world.Sql(
        "UPDATE portcullis.rollout_evaluations SET decision = 'reverse', decided_by = 'sam', reason = 'it leaks'");
    EXPECT_EQ(world.Stage(), "reversed 0");
    EXPECT_EQ(world.Cell("SELECT closed_by || ': ' || close_reason FROM portcullis.rollouts"), "sam: it leaks");
    EXPECT_EQ(world.Cell("SELECT evaluation_id FROM portcullis.rollout_moves WHERE kind = 'reverse'"), "rev_1");
    ExpectRefused(world, "STG-5", RolloutWorld::MoveSql(1));
    ExpectRefused(world, "STG-5", RolloutWorld::CloseSql("end"));
}

TEST(RolloutRules, AnybodyReversesAndAPersonEnds) {
    const RolloutWorld world;
    world.Enter(0);
    ExpectRefused(world, "STG-5", RolloutWorld::CloseSql("end", "ci"));
    world.Sql(RolloutWorld::CloseSql("reverse", "ci"));
    EXPECT_EQ(world.Stage(), "reversed 0");
}

TEST(RolloutRules, ASev1OfTheRolloutOrOfItsOrganizationsBlocks) {
    const RolloutWorld world;
    world.Enter(0);
    world.FinishStage0();
    const auto open = [&](const std::string& id, const std::string& kind, const std::string& subject) {
        world.Sql("INSERT INTO portcullis.incidents (id, title, severity, opened_by) VALUES ('" + id +
                  "', 'x', 'SEV-1', 'ana'); "
                  "INSERT INTO portcullis.incident_subjects VALUES ('" +
                  id + "', '" + kind + "', '" + subject + "')");
    };
    const auto resolve = [&](const std::string& id) {
        world.Sql(
            "UPDATE portcullis.incidents SET state = 'resolved', resolved_by = 'ana', resolution = 'fixed' WHERE id = "
            "'" +
            id + "'");
    };
    open("inc_1", "rollout", "tenants");
    ExpectRefused(world, "CHN-5", RolloutWorld::MoveSql(1));
    resolve("inc_1");
    open("inc_2", "tenant", "tenant-1");
    ExpectRefused(world, "CHN-5", RolloutWorld::MoveSql(1));
    resolve("inc_2");
    open("inc_3", "tenant", "tenant-4");  // not in it
    ExpectRefused(world, "STG-4", "INSERT INTO portcullis.incident_subjects VALUES ('inc_3', 'rollout', 'nobody')");
    world.Enter(1);
}

TEST(RolloutRules, AStageWaitsForTheReleaseAndTheProgrammeItNeeds) {
    RolloutWorld world;
    const ReleaseId release = world.NewRelease();
    world.Sql(
        "INSERT INTO portcullis.programmes (id, title, capability, created_by) VALUES ('parcels', 'Parcels', 'x', "
        "'ana')");
    world.Sql("UPDATE portcullis.rollout_stages SET required_release = '" + release.Text() +
              "', required_channel = 'experimental' WHERE stage = 0");
    ExpectRefused(world, "STG-6", RolloutWorld::MoveSql(0));
    world.BringTo(release, Channel::kExperimental);
    const policy::RecordId stop = world.RaiseHardStop(release, policy::HardStop::kHst4);
    ExpectRefused(world, "STG-6", RolloutWorld::MoveSql(0));
    world.Sql(
        "UPDATE portcullis.hard_stops SET resolved_by = 'dora', resolution = 'no leak', evidence = 'run 7' "
        "WHERE id = "
        "'" +
        stop.Text() + "'");
    world.Sql("UPDATE portcullis.rollout_stages SET required_programme = 'parcels' WHERE stage = 1");
    world.Enter(0);
    ExpectRefused(
        world, "STG-2",
        "UPDATE portcullis.rollout_stages SET required_release = NULL, required_channel = NULL WHERE stage = 0");
    world.FinishStage0();
    ExpectRefused(world, "STG-6", RolloutWorld::MoveSql(1));
}

TEST(RolloutRules, AFlagIsThatOfOneRolloutOrOfReleases) {
    RolloutWorld world;
    policy::Manifest manifest = support::GoodManifest();
    manifest.kill_switch->flag = "PULSE_MULTI_TENANT_ENABLED";
    EXPECT_EQ(RuleRefusing([&] { world.Submit(manifest); }), "STG-1");
    world.NewRelease();
    const std::string flag = world.Cell("SELECT flag FROM portcullis.releases LIMIT 1");
    ExpectRefused(world, "STG-1",
                  "INSERT INTO portcullis.rollouts (id, title, capability, flag, owner, engineering, product, support, "
                  "created_by) "
                  "VALUES ('second', 'x', 'x', '" +
                      flag + "', 'ana', 'dora', 'quinn', 'dave', 'ana')");
    ExpectRefused(world, "STG-3",
                  "INSERT INTO portcullis.rollouts (id, title, capability, flag, owner, engineering, product, support, "
                  "created_by) "
                  "VALUES ('second', 'x', 'x', 'OTHER', 'ana', 'dora', 'quinn', 'ci', 'ana')");
}

TEST(RolloutRules, AnOrganizationIsTakenOffTheStageItIsIn) {
    const RolloutWorld world;
    world.Enter(0);
    EXPECT_EQ(world.Exposed(0), "tenant-dev");
    world.Sql("DELETE FROM portcullis.rollout_organizations WHERE stage = 0");
    EXPECT_EQ(world.Exposed(0), "");
}

TEST(RolloutRules, AnOrderNamesTheStagesOrganizationsAndGoesOnNamingThem) {
    const RolloutWorld world;
    world.Sql("INSERT INTO portcullis.instances (id, created_by) VALUES ('eu-1', 'ana')");
    const auto order = [](const std::string& flags) {
        return "INSERT INTO portcullis.desired_states AS d (instance_id, generation, enabled, mode, reason, flags) "
               "VALUES "
               "('eu-1', 1, true, 'hot', '', '" +
               flags +
               "') ON CONFLICT (instance_id) DO UPDATE SET generation = d.generation + 1, flags = EXCLUDED.flags";
    };
    const auto tenancy = [&](const std::string& organizations) {
        return order(R"({"PULSE_MULTI_TENANT_ENABLED":{"default":false,"enabled_orgs":[)" + organizations +
                     R"(],"killed":false}})");
    };
    ExpectRefused(world, "CHN-6", tenancy(R"("tenant-dev")"));
    world.Enter(0);
    world.Sql(tenancy(R"("tenant-dev")"));
    ExpectRefused(world, "CHN-6", tenancy(R"("tenant-1")"));
    ExpectRefused(world, "STG-1", order("{}"));
    world.Sql(RolloutWorld::CloseSql("reverse", "ci"));
    ExpectRefused(world, "STG-1", order("{}"));
    ExpectRefused(
        world, "CHN-6",
        order(R"({"PULSE_MULTI_TENANT_ENABLED":{"default":false,"enabled_orgs":["tenant-dev"],"killed":false},)"
              R"("X":{"default":false,"enabled_orgs":[],"killed":false}})"));
    world.Sql(tenancy(""));
}

}  // namespace
}  // namespace store_test
