// What instances report of a rollout's flag (STG-7), and releases that need a stage of it (CHX-8): what PostgreSQL
// refuses of plain SQL.
#include <gtest/gtest.h>

#include "controller/policy/requirements.hpp"
#include "controller/store/facts.hpp"
#include "controller/store/incidents.hpp"
#include "tests/store/rollout_world.hpp"

namespace store_test {
namespace {

TEST(RolloutDrifts, NoStageIsEnteredWhileAnInstanceReportsAnotherThanTheStage) {
    const RolloutWorld world;
    world.Enter(0);
    world.FinishStage0();
    world.Sql("INSERT INTO portcullis.instances (id, created_by) VALUES ('eu-1', 'ana')");
    const auto report = [&](const std::string& flags) {
        world.Sql(
            "INSERT INTO portcullis.instance_inventories (instance_id, orgs, tenants, tenants_digest, flags, sent_at, "
            "received_by) VALUES ('eu-1', '{default,tenant-1}', 2, '', '" +
            flags + "', now(), 'controller-a') ON CONFLICT (instance_id) DO UPDATE SET flags = EXCLUDED.flags");
    };
    const auto drifts = [&] {
        return world.Cell(
            "SELECT coalesce(string_agg(kind || ':' || array_to_string(orgs, '+'), ' '), '') "
            "FROM portcullis.rollout_drifts('tenants')");
    };
    const auto tenancy_for = [](const std::string& organizations) {
        return R"({"PULSE_MULTI_TENANT_ENABLED":{"default":false,"enabled_orgs":[)" + organizations +
               R"(],"killed":false}})";
    };
    EXPECT_EQ(drifts(), "") << "one that never connected";
    report("{}");
    EXPECT_EQ(drifts(), "unrestricted:tenant-1") << "one that has just joined and was not told of the rollout";
    ExpectRefused(world, "STG-7", RolloutWorld::MoveSql(1));
    report(tenancy_for(R"("tenant-1")"));
    EXPECT_EQ(drifts(), "exposed:tenant-1");
    ExpectRefused(world, "STG-7", RolloutWorld::MoveSql(1));
    report(tenancy_for(""));
    EXPECT_EQ(drifts(), "");
    world.Enter(1);
    EXPECT_EQ(drifts(), "not_ordered:tenant-1");
    world.Sql(RolloutWorld::CloseSql("reverse", "ci"));
    EXPECT_EQ(drifts(), "") << "what is over asks nothing";
}

TEST(RequiredStages, APromotionWaitsForTheStageAndForWhatIsAskedOfIt) {
    RolloutWorld world;
    policy::Manifest manifest = support::GoodManifest();
    manifest.id = "rel-needs";
    policy::Requirement needed;
    needed.rollout = policy::RolloutId::Trusted("tenants");
    manifest.requirements = {needed};
    const ReleaseId release = world.Submit(manifest);
    world.MakeReadyFor(release, Channel::kExperimental);
    const std::string promote = world.PromotionSql(release, Channel::kExperimental);
    const auto version = [&] {
        return world.Db().Once([&](store::Tx& tx) { return store::LoadGateState(tx, release); }).version;
    };
    const auto standing = [&] {
        return policy::DecideRequirement(world.Db()
                                             .Read([&](store::Tx& tx) {
                                                 return store::LoadPromotionFacts(tx, release, Channel::kExperimental,
                                                                                  store::Lock::kNone);
                                             })
                                             ->requirements.at(0));
    };
    auto before = version();
    const auto expect_moved = [&](const char* what) {
        EXPECT_NE(before, version()) << what;
        before = version();
    };
    EXPECT_EQ(standing(), policy::RequirementState::kUnmet);
    ExpectRefused(world, "CHX-8", promote);
    world.Enter(0);
    expect_moved("a stage that is entered");
    EXPECT_EQ(standing(), policy::RequirementState::kMet);
    world.Sql(RolloutWorld::EvaluationSql(0));
    expect_moved("an evaluation");
    EXPECT_EQ(standing(), policy::RequirementState::kUnknown);
    ExpectRefused(world, "CHX-8", promote);
    world.Sql(
        "UPDATE portcullis.rollout_evaluations SET decision = 'continue', reason = 'a spike', decided_by = 'ana'");
    expect_moved("its decision");
    world.FinishStage0();
    EXPECT_EQ(before, version()) << "what is done within the stage changes nothing of this";
    world.Promote(release, Channel::kExperimental);
    ExpectNoRight(world, "DELETE FROM portcullis.release_requirements");
    ExpectNoRight(world, "UPDATE portcullis.release_requirements SET stage = 0");
}

TEST(RequiredStages, ARolloutThatIsOverOrThatThereIsNotMeetsNothing) {
    RolloutWorld world;
    for (const char* rollout : {"tenants", "nowhere"}) {
        policy::Manifest manifest = support::GoodManifest();
        manifest.id = std::string("rel-") + rollout;
        policy::Requirement needed;
        needed.rollout = policy::RolloutId::Trusted(rollout);
        manifest.requirements = {needed};
        world.Submit(manifest);
        world.MakeReadyFor(ReleaseId::Trusted(manifest.id), Channel::kExperimental);
    }
    ExpectRefused(world, "CHX-8", world.PromotionSql(ReleaseId::Trusted("rel-nowhere"), Channel::kExperimental));
    world.Enter(0);
    world.Sql(RolloutWorld::CloseSql("reverse", "ci"));
    ExpectRefused(world, "CHX-8", world.PromotionSql(ReleaseId::Trusted("rel-tenants"), Channel::kExperimental));
}

TEST(RolloutSev1, OfAnInstanceThatHostsOneOrOfAReleaseItNeedsBlocks) {
    RolloutWorld world;
    const ReleaseId release = world.NewRelease();
    world.Sql("UPDATE portcullis.rollout_stages SET required_release = '" + release.Text() +
              "', required_channel = 'experimental' WHERE stage = 1");
    world.BringTo(release, Channel::kExperimental);
    world.Enter(0);
    world.FinishStage0();
    world.Sql("INSERT INTO portcullis.instances (id, created_by) VALUES ('eu-1', 'ana')");
    world.Sql(
        "INSERT INTO portcullis.instance_inventories (instance_id, orgs, tenants, tenants_digest, flags, sent_at, "
        "received_by) VALUES ('eu-1', '{default,tenant-1}', 2, '', "
        R"('{"PULSE_MULTI_TENANT_ENABLED":{"default":false,"enabled_orgs":[],"killed":false}}', now(), 'controller-a'))");
    const auto open = [&](store::SubjectKind kind, const std::string& subject) {
        store::NewIncident incident;
        incident.id = NewId("inc");
        incident.title = "Others see it";
        incident.severity = policy::Severity::kSev1;
        incident.opened_by = Person("ana");
        incident.subjects = {{kind, subject}};
        world.Db().Write([&](store::Tx& tx) { store::InsertIncident(tx, incident); });
        return incident.id;
    };
    const policy::RecordId of_instance = open(store::SubjectKind::kInstance, "eu-1");
    ExpectRefused(world, "CHN-5", RolloutWorld::MoveSql(1));
    world.ResolveIncident(of_instance);
    const policy::RecordId of_release = open(store::SubjectKind::kRelease, release.Text());
    ExpectRefused(world, "CHN-5", RolloutWorld::MoveSql(1));
    world.ResolveIncident(of_release);
    world.Enter(1);
}

}  // namespace
}  // namespace store_test
