// What PostgreSQL refuses of a promotion by itself, tried with plain SQL as the application's role, each with the
// counterpart that it lets through.
#include <gtest/gtest.h>

#include "controller/store/approvals.hpp"
#include "controller/store/consents.hpp"
#include "controller/store/incidents.hpp"
#include "controller/store/principals.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using policy::CheckOutcome;
using policy::Control;
using policy::HardStop;
using policy::Severity;

std::string Quoted(const ReleaseId& release) {
    return "'" + release.Text() + "'";
}

// Everything is there: the same statement that the tests below see refused.
void ExpectAllowed(World& world, const ReleaseId& release, Channel to) {
    EXPECT_NO_THROW(world.Sql(world.PromotionSql(release, to)));
    EXPECT_EQ(world.Load(release).channel, to);
}

TEST(PromotionRules, AReleaseGoesThroughAllChannelsInOrder) {
    World world;
    for (const ReleaseClass classification :
         {ReleaseClass::kUiOnly, ReleaseClass::kWorkflow, ReleaseClass::kCapability, ReleaseClass::kMechanism}) {
        const ReleaseId release = world.NewRelease(classification);
        for (const Channel to : {Channel::kExperimental, Channel::kCandidate, Channel::kStable}) {
            world.MakeReadyFor(release, to);
            ExpectAllowed(world, release, to);
        }
    }
}

TEST(PromotionRules, Chn1SkippingOrGoingBackIsRefused) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    ExpectRefused(world, "CHN-1", world.PromotionSql(release, Channel::kCandidate));
    ExpectRefused(world, "CHN-1", world.PromotionSql(release, Channel::kStable));
    ExpectAllowed(world, release, Channel::kExperimental);
    world.MakeReadyFor(release, Channel::kCandidate);
    ExpectRefused(world, "CHN-1", world.PromotionSql(release, Channel::kStable));
    ExpectRefused(world, "CHN-1", world.PromotionSql(release, Channel::kExperimental));
    // Claiming to come from elsewhere does not help.
    ExpectRefused(
        world, "CHN-1",
        "INSERT INTO portcullis.promotions (id, release_id, from_channel, to_channel, content_hash, facts_hash, "
        "verdict, promoted_by) SELECT 'prm_x', id, 'candidate', 'stable', content_hash, 'f', '{}', 'ana' "
        "FROM portcullis.releases WHERE id = " +
            Quoted(release));
    ExpectAllowed(world, release, Channel::kCandidate);
}

TEST(PromotionRules, Chn1NothingButAPromotionMovesARelease) {
    World world;
    const ReleaseId release = world.NewRelease();
    for (const std::string column :
         {"channel = 'stable'", "channel_entered_at = '2020-01-01'", "promotion_begun_at = NULL",
          "content_since = '2020-01-01'", "class = 'ui_only'", "content_hash = repeat('0', 64)", "facts_version = 1"}) {
        ExpectNoRight(world, "UPDATE portcullis.releases SET " + column + " WHERE id = " + Quoted(release));
    }
    // The owner is stopped too: a mistake, not a right, would move it.
    pqxx::connection owner(world.OwnerConninfo());
    pqxx::work work(owner);
    EXPECT_THROW(work.exec("UPDATE portcullis.releases SET channel = 'experimental'"), pqxx::sql_error);
}

TEST(PromotionRules, Chx6OnlyAnActiveReleaseIsPromoted) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    const ReleaseId other = world.NewRelease();
    world.MakeReadyFor(other, Channel::kExperimental);
    world.Sql("UPDATE portcullis.releases SET status = 'withdrawn' WHERE id = " + Quoted(release));
    ExpectRefused(world, "CHX-6", world.PromotionSql(release, Channel::kExperimental));
    ExpectRefused(world, "CHX-6", "UPDATE portcullis.releases SET status = 'active' WHERE id = " + Quoted(release));
    ExpectRefused(world, "CHX-6", "UPDATE portcullis.releases SET status = 'rolled_back' WHERE id = " + Quoted(other));
    ExpectAllowed(world, other, Channel::kExperimental);
}

TEST(PromotionRules, Chn2TheMinimumStayIsWaitedFor) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.BringTo(release, Channel::kExperimental);
    world.Approve(release, ApprovalScope::kCandidate, Role::kDevLead, "dora");
    world.Approve(release, ApprovalScope::kCandidate, Role::kQa, "quinn");
    ExpectRefused(world, "CHN-2", world.PromotionSql(release, Channel::kCandidate));
    world.Advance(policy::Days{7} - std::chrono::minutes{1});
    ExpectRefused(world, "CHN-2", world.PromotionSql(release, Channel::kCandidate));
    world.Advance(std::chrono::minutes{1});
    ExpectAllowed(world, release, Channel::kCandidate);
}

TEST(PromotionRules, Chn3ThePlanLengthensTheStay) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    world.SetPlan(release, policy::Days{14});
    world.Approve(release, ApprovalScope::kPlan, Role::kDevLead, "dora");
    world.Promote(release, Channel::kExperimental);
    world.MakeReadyFor(release, Channel::kCandidate);
    ExpectRefused(world, "CHN-3", world.PromotionSql(release, Channel::kCandidate));
    world.Advance(policy::Days{7});
    ExpectAllowed(world, release, Channel::kCandidate);
}

TEST(PromotionRules, Chn2NewContentStartsTheStayAgain) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.BringTo(release, Channel::kExperimental);
    world.Advance(policy::Days{6});
    policy::Manifest manifest = support::GoodManifest();
    manifest.id = release.Text();
    manifest.description = "Says more, changes nothing.";
    world.Submit(manifest);
    world.Advance(policy::Days{2});
    world.ApproveClass(release);
    world.Approve(release, ApprovalScope::kCandidate, Role::kDevLead, "dora");
    world.Approve(release, ApprovalScope::kCandidate, Role::kQa, "quinn");
    ExpectRefused(world, "CHN-2", world.PromotionSql(release, Channel::kCandidate));
    world.Advance(policy::Days{5});
    ExpectAllowed(world, release, Channel::kCandidate);
}

TEST(PromotionRules, Chx3AnIncidentStopsAndItsResolutionStartsTheStayAgain) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.BringTo(release, Channel::kExperimental);
    const auto harmless = world.OpenIncident(release, Severity::kSev3);
    const auto incident = world.OpenIncident(release, Severity::kSev2);
    world.MakeReadyFor(release, Channel::kCandidate);
    ExpectRefused(world, "CHX-3", world.PromotionSql(release, Channel::kCandidate));
    world.ResolveIncident(incident);
    ExpectRefused(world, "CHN-2", world.PromotionSql(release, Channel::kCandidate));
    world.Advance(policy::Days{7});
    ExpectAllowed(world, release, Channel::kCandidate);  // a SEV-3 does not disqualify experimental

    world.Advance(policy::Days{7});
    EXPECT_EQ(RuleRefusing([&] { world.DecideMemo(release, Channel::kStable); }), "MEM-2");  // in candidate any does
    world.ResolveIncident(harmless);
    EXPECT_EQ(RuleRefusing([&] { world.DecideMemo(release, Channel::kStable); }), "MEM-2");
    world.MakeReadyFor(release, Channel::kStable);
    const auto late = world.OpenIncident(release, Severity::kSev4);
    ExpectRefused(world, "CHX-3", world.PromotionSql(release, Channel::kStable));
    world.ResolveIncident(late);
    ExpectRefused(world, "CHN-2", world.PromotionSql(release, Channel::kStable));
    world.Advance(policy::Days{7});
    ExpectAllowed(world, release, Channel::kStable);
}

TEST(PromotionRules, Chn5ASev1StopsEveryPromotionAndItsEvaluationIsDecidedByAPerson) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    const auto incident = world.OpenIncident(release, Severity::kSev1);
    ExpectRefused(world, "CHN-5", world.PromotionSql(release, Channel::kExperimental));
    world.ResolveIncident(incident);
    ExpectRefused(world, "CHN-5", world.PromotionSql(release, Channel::kExperimental));
    ExpectRefused(world, "CHN-5",
                  "UPDATE portcullis.rollback_evaluations SET decision = 'continue', reason = 'x', decided_by = 'ci'");
    world.DecideEvaluations(release);
    ExpectRefused(world, "CHN-5", "UPDATE portcullis.rollback_evaluations SET decision = 'roll_back'");
    ExpectAllowed(world, release, Channel::kExperimental);
}

TEST(PromotionRules, Chn5AnIncidentRaisedToSev1OpensAnEvaluationForEveryRelease) {
    World world;
    const ReleaseId one = world.NewRelease();
    const ReleaseId two = world.NewRelease();
    const auto incident = world.OpenIncident(one, Severity::kSev3);
    world.Db().Write([&](store::Tx& tx) {
        store::AddIncidentSubject(tx, incident, {store::SubjectKind::kRelease, two.Text()});
    });
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.rollback_evaluations"), "0");
    world.Db().Write([&](store::Tx& tx) {
        store::ChangeSeverity(tx, incident, Severity::kSev1, Person("ana"), "Data of others is shown", "");
    });
    EXPECT_EQ(world.Cell("SELECT string_agg(release_id, ',' ORDER BY release_id) FROM portcullis.rollback_evaluations"),
              one.Text() < two.Text() ? one.Text() + "," + two.Text() : two.Text() + "," + one.Text());
}

TEST(PromotionRules, HstARaisedStopBlocksUntilItIsResolved) {
    World world;
    for (const HardStop rule : {HardStop::kHst1, HardStop::kHst4, HardStop::kHst7}) {
        const ReleaseId release = world.NewRelease();
        world.MakeReadyFor(release, Channel::kExperimental);
        const auto stop = world.RaiseHardStop(release, rule);
        ExpectRefused(world, platform::EnumText(rule), world.PromotionSql(release, Channel::kExperimental));
        world.Db().Write(
            [&](store::Tx& tx) { store::ResolveHardStop(tx, stop, Person("dora"), "Not so", "Test run 12"); });
        ExpectAllowed(world, release, Channel::kExperimental);
    }
}

// The good manifest with one thing missing: what follows from it is a hard stop.
struct SpoiledManifest {
    std::string_view rule;
    void (*spoil)(policy::Manifest&);
};

TEST(PromotionRules, HstStopsFollowFromTheManifest) {
    World world;
    const std::vector<SpoiledManifest> cases = {
        {"HST-1", [](policy::Manifest& manifest) { manifest.classification.reset(); }},
        {"HST-2", [](policy::Manifest& manifest) { manifest.rollback.reset(); }},
        {"HST-2", [](policy::Manifest& manifest) { manifest.rollback->procedure.clear(); }},
        {"HST-3",
         [](policy::Manifest& manifest) { manifest.data_changes = {true, "A new column", false, false, false, ""}; }},
        {"HST-6", [](policy::Manifest& manifest) { manifest.kill_switch.reset(); }},
        {"HST-7",
         [](policy::Manifest& manifest) {
             manifest.data_changes = {true, "A new column", true, true, false, "Restore runbook"};
         }},
    };
    for (const auto& [rule, spoil] : cases) {
        const ReleaseId release = world.NewRelease();
        world.MakeReadyFor(release, Channel::kExperimental);
        policy::Manifest manifest = support::GoodManifest();
        manifest.id = release.Text();
        spoil(manifest);
        world.Submit(manifest);
        ExpectRefused(world, rule, world.PromotionSql(release, Channel::kExperimental));
    }
}

TEST(PromotionRules, HstAFailedSafetyCheckBlocksUntilItIsResolved) {
    World world;
    const std::vector<std::pair<Control, std::string_view>> cases = {{Control::kDsv1, "HST-4"},
                                                                     {Control::kDsv2, "HST-4"},
                                                                     {Control::kDsv3, "HST-4"},
                                                                     {Control::kDsv4, "HST-5"},
                                                                     {Control::kDsv6, "HST-7"}};
    for (const auto& [control, rule] : cases) {
        const ReleaseId release = world.NewRelease();
        world.MakeReadyFor(release, Channel::kExperimental);
        const auto check = world.RecordCheck(release, control, CheckOutcome::kFailed);
        world.RecordCheck(release, control, CheckOutcome::kPassed);  // a retry does not turn a fail into a pass
        ExpectRefused(world, rule, world.PromotionSql(release, Channel::kExperimental));
        world.Db().Write([&](store::Tx& tx) {
            store::ResolveCheck(tx, check, Person("dora"), "The test was wrong", "Commit 4e07408");
        });
        ExpectAllowed(world, release, Channel::kExperimental);
    }
}

TEST(PromotionRules, Cls4TheClassNeedsItsApprovals) {
    World world;
    const ReleaseId release = world.NewRelease(ReleaseClass::kCapability);
    world.MakeReadyFor(release, Channel::kExperimental);
    const std::string approval = world.Cell(
        "SELECT id FROM portcullis.approvals WHERE scope = 'class' AND role = 'system_owner' AND release_id = " +
        Quoted(release));
    world.Db().Write([&](store::Tx& tx) {
        store::RevokeApproval(tx, policy::RecordId::Trusted(approval), Person("sam"), "Read again");
    });
    ExpectRefused(world, "CLS-4", world.PromotionSql(release, Channel::kExperimental));
    world.Approve(release, ApprovalScope::kClass, Role::kSystemOwner, "sue");
    ExpectAllowed(world, release, Channel::kExperimental);
}

TEST(PromotionRules, Cls4AMechanismNeedsARiskAcceptanceInForce) {
    World world;
    const ReleaseId release = world.NewRelease(ReleaseClass::kMechanism);
    world.MakeReadyFor(release, Channel::kExperimental);
    world.Advance(policy::Days{400});  // past the review date
    ExpectRefused(world, "CLS-4", world.PromotionSql(release, Channel::kExperimental));
    world.Sql(
        "INSERT INTO portcullis.risk_acceptances (id, release_id, principal_id, content_hash, risk, rationale, "
        "review_date) SELECT 'rsk_again', id, 'sue', content_hash, 'r', 'w', '2027-01-01' FROM portcullis.releases "
        "WHERE id = " +
        Quoted(release));
    ExpectAllowed(world, release, Channel::kExperimental);
}

TEST(PromotionRules, Sod4AnApprovalCountsOnlyWhileItsGiverHoldsTheRole) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    world.Sql(
        "UPDATE portcullis.role_grants SET status = 'revoked', revoked_by = 'ada' "
        "WHERE principal_id = 'quinn' AND role = 'qa'");
    ExpectRefused(world, "CLS-4", world.PromotionSql(release, Channel::kExperimental));
    world.Approve(release, ApprovalScope::kClass, Role::kQa, "quill");
    ExpectAllowed(world, release, Channel::kExperimental);
}

TEST(PromotionRules, Apr1TheTransitionNeedsItsOwnApprovals) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.BringTo(release, Channel::kExperimental);
    world.Advance(policy::Days{8});
    world.Approve(release, ApprovalScope::kCandidate, Role::kDevLead, "dora");
    ExpectRefused(world, "APR-1", world.PromotionSql(release, Channel::kCandidate));
    world.Approve(release, ApprovalScope::kCandidate, Role::kQa, "quinn");
    ExpectAllowed(world, release, Channel::kCandidate);
}

TEST(PromotionRules, Exp1Exp6ExperimentalNeedsAnApprovedPlan) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.ApproveClass(release);
    world.Approve(release, ApprovalScope::kExperimental, Role::kDevLead, "dora");
    ExpectRefused(world, "EXP-1", world.PromotionSql(release, Channel::kExperimental));
    world.SetPlan(release);
    world.Consent(release, "tenant-1");
    world.Consent(release, "tenant-2");
    ExpectRefused(world, "EXP-6", world.PromotionSql(release, Channel::kExperimental));
    world.Approve(release, ApprovalScope::kPlan, Role::kDevLead, "dora");
    world.SetPlan(release, policy::Days{10});  // a new revision voids the approval
    ExpectRefused(world, "EXP-6", world.PromotionSql(release, Channel::kExperimental));
    world.Approve(release, ApprovalScope::kPlan, Role::kDevLead, "dora");
    ExpectAllowed(world, release, Channel::kExperimental);
}

TEST(PromotionRules, Exp2EveryTenantOfThePlanConsents) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    world.Sql(
        "UPDATE portcullis.consents SET withdrawn_by = 'Omar Haddad', withdrawn_reason = 'Busy season' "
        "WHERE tenant_id = 'tenant-2'");
    ExpectRefused(world, "EXP-2", world.PromotionSql(release, Channel::kExperimental));
    world.Consent(release, "tenant-2");
    ExpectAllowed(world, release, Channel::kExperimental);
}

TEST(PromotionRules, Exp2AConsentThatHasExpiredIsNone) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    // The last act counts: this one ends first.
    world.Sql(
        "INSERT INTO portcullis.consents (id, tenant_id, channel, given_by, capacity, evidence, given_at, "
        "expires_at, recorded_by) SELECT 'zzz', 'tenant-1', 'experimental', 'Omar', 'admin', 'mail', "
        "portcullis.now(), portcullis.now() + interval '1 day', 'ana'");
    world.Advance(policy::Days{2});
    ExpectRefused(world, "EXP-2", world.PromotionSql(release, Channel::kExperimental));
    world.Consent(release, "tenant-1");
    ExpectAllowed(world, release, Channel::kExperimental);
}

TEST(PromotionRules, Mem1StableNeedsASignedGoMemo) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.BringTo(release, Channel::kCandidate);
    world.Advance(policy::Days{8});
    world.Approve(release, ApprovalScope::kStable, Role::kSystemOwner, "sam");
    ExpectRefused(world, "MEM-1", world.PromotionSql(release, Channel::kStable));
    const auto memo = world.DecideMemo(release, Channel::kStable);
    ExpectRefused(world, "MEM-1", world.PromotionSql(release, Channel::kStable));
    world.SignMemo(release, memo, Role::kSystemOwner, "sam");
    ExpectRefused(world, "MEM-1", world.PromotionSql(release, Channel::kStable));
    world.SignMemo(release, memo, Role::kDevLead, "dora");
    world.Sql("UPDATE portcullis.principals SET active = false WHERE id = 'dora'");
    ExpectRefused(world, "MEM-1", world.PromotionSql(release, Channel::kStable));
    world.Sql("UPDATE portcullis.principals SET active = true WHERE id = 'dora'");
    ExpectAllowed(world, release, Channel::kStable);
    EXPECT_EQ(world.Cell("SELECT memo_number FROM portcullis.promotions WHERE to_channel = 'stable'"), "1");
}

TEST(PromotionRules, Mem1ALaterNoGoEndsAGo) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.BringTo(release, Channel::kCandidate);
    world.MakeReadyFor(release, Channel::kStable);
    world.Sql(
        "INSERT INTO portcullis.memos (release_id, number, target, decision, manifest_content_hash, content, "
        "content_hash, decided_by) SELECT id, 2, 'stable', 'NO-GO', content_hash, '{}', "
        "encode(sha256('{}'), 'hex'), 'sue' FROM portcullis.releases WHERE id = " +
        Quoted(release));
    ExpectRefused(world, "MEM-1", world.PromotionSql(release, Channel::kStable));
}

TEST(PromotionRules, Cls3AMechanismNeedsItsOwnMemoBeforeCandidate) {
    World world;
    const ReleaseId release = world.NewRelease(ReleaseClass::kMechanism);
    world.BringTo(release, Channel::kExperimental);
    world.Advance(policy::Days{8});
    world.Approve(release, ApprovalScope::kCandidate, Role::kDevLead, "dora");
    world.Approve(release, ApprovalScope::kCandidate, Role::kQa, "quinn");
    ExpectRefused(world, "CLS-3", world.PromotionSql(release, Channel::kCandidate));
    const auto memo = world.DecideMemo(release, Channel::kCandidate);
    world.SignMemo(release, memo, Role::kSystemOwner, "sam");
    world.SignMemo(release, memo, Role::kDevLead, "dora");
    ExpectAllowed(world, release, Channel::kCandidate);
}

TEST(PromotionRules, Sod5APromotionIsOfTheCurrentContent) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    ExpectRefused(
        world, "SOD-5",
        "INSERT INTO portcullis.promotions (id, release_id, from_channel, to_channel, content_hash, facts_hash, "
        "verdict, promoted_by) VALUES ('prm_x', " +
            Quoted(release) + ", 'dev', 'experimental', repeat('0', 64), 'f', '{}', 'ana')");
    ExpectAllowed(world, release, Channel::kExperimental);
}

}  // namespace
}  // namespace store_test
