// What the rules get to see, loaded from rows; and the numbers that say when a snapshot is old.
#include <functional>

#include <gtest/gtest.h>

#include "controller/policy/catalogue.hpp"
#include "controller/policy/memo.hpp"
#include "controller/store/exposure.hpp"
#include "controller/store/facts.hpp"
#include "controller/store/incidents.hpp"
#include "controller/store/operations.hpp"
#include "controller/store/principals.hpp"
#include "controller/store/tenants.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using policy::PromotionFacts;

PromotionFacts LoadFacts(World& world, const ReleaseId& release, Channel to = Channel::kExperimental) {
    return *world.Db().Read(
        [&](store::Tx& tx) { return store::LoadPromotionFacts(tx, release, to, store::Lock::kNone); });
}

// Everything the policy wants before experimental, in rows.
void RecordEvidence(World& world, const ReleaseId& release) {
    const std::string change_hash = world.Load(release).change_hash;
    for (const policy::CheckFacts& good : support::GoodRelease(Channel::kExperimental).checks) {
        store::NewCheck check;
        check.id = NewId("chk");
        check.release = release;
        check.control = good.control;
        check.key = good.key;
        check.outcome = good.outcome;
        check.tier = good.tier;
        check.change_hash = change_hash;
        check.evidence = R"({"text":"seen"})";
        check.performed_at = world.Now();
        check.recorded_by = Person("quinn");
        world.Db().Write([&](store::Tx& tx) { store::InsertCheck(tx, check); });
    }
}

std::string Rules(const policy::Verdict& verdict) {
    std::string rules;
    for (const policy::Finding& finding : verdict.findings) {
        if (finding.kind != policy::FindingKind::kDoubt) {
            rules += std::string(finding.rule) + " " + finding.message + "\n";
        }
    }
    return rules;
}

TEST(Facts, AGoodReleaseInRowsIsAllowedByThePolicyAndByPostgres) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    RecordEvidence(world, release);
    world.Advance(policy::Days{2});  // the plan starts on the 15th
    const PromotionFacts facts = LoadFacts(world, release);
    EXPECT_EQ(Rules(policy::EvaluatePromotion(facts)), "");
    EXPECT_NO_THROW(world.Promote(release, Channel::kExperimental));
}

TEST(Facts, HoldWhatIsInTheRows) {
    World world;
    const ReleaseId release = world.NewRelease(ReleaseClass::kMechanism);
    world.BringTo(release, Channel::kCandidate);
    const auto failed = world.RecordCheck(release, policy::Control::kDsv1, policy::CheckOutcome::kFailed);
    world.RaiseHardStop(release, policy::HardStop::kHst5);
    const auto incident = world.OpenIncident(release, policy::Severity::kSev1);
    world.ResolveIncident(incident);
    const PromotionFacts facts = LoadFacts(world, release, Channel::kStable);
    EXPECT_EQ(facts.to, Channel::kStable);
    EXPECT_EQ(facts.release.channel, Channel::kCandidate);
    EXPECT_TRUE(facts.release.promotion_begun);
    EXPECT_EQ(facts.release.author.Text(), "ana");
    EXPECT_EQ(facts.release.content_hash, world.Load(release).content_hash);
    EXPECT_EQ(facts.manifest.classification, ReleaseClass::kMechanism);
    EXPECT_EQ(facts.approvals.size(), 5U);  // class, plan, experimental, and two for candidate
    for (const auto& approval : facts.approvals) {
        EXPECT_TRUE(approval.entitled && approval.hash_matches && !approval.revoked) << approval.id.Text();
    }
    ASSERT_EQ(facts.checks.size(), 1U);
    EXPECT_EQ(facts.checks[0].id, failed);
    EXPECT_TRUE(facts.checks[0].change_matches && facts.checks[0].has_evidence && !facts.checks[0].resolved);
    EXPECT_EQ(facts.checks[0].channel, Channel::kCandidate);
    ASSERT_EQ(facts.hard_stops.size(), 1U);
    EXPECT_EQ(facts.hard_stops[0].rule, policy::HardStop::kHst5);
    EXPECT_TRUE(facts.hard_stops[0].open);
    ASSERT_EQ(facts.incidents.size(), 1U);
    EXPECT_EQ(facts.incidents[0].state, policy::IncidentState::kResolved);
    EXPECT_TRUE(facts.incidents[0].resolved_at);
    ASSERT_EQ(facts.evaluations.size(), 1U);
    EXPECT_FALSE(facts.evaluations[0].decided);
    ASSERT_EQ(facts.risk_acceptances.size(), 1U);
    EXPECT_TRUE(facts.risk_acceptances[0].entitled && facts.risk_acceptances[0].hash_matches);
    ASSERT_EQ(facts.memos.size(), 1U);
    EXPECT_EQ(facts.memos[0].target, Channel::kCandidate);
    EXPECT_EQ(facts.memos[0].signatures.size(), 2U);
    EXPECT_TRUE(policy::IsSigned(facts.memos[0]));
    ASSERT_TRUE(facts.plan);
    EXPECT_EQ(facts.plan->minimum_stay, policy::Days{7});
    ASSERT_EQ(facts.plan->tenants.size(), 2U);
    EXPECT_EQ(facts.plan->tenants[1].id.Text(), "tenant-2");
    EXPECT_TRUE(facts.plan->tenants[1].registered && facts.plan->tenants[1].on_plan);
    ASSERT_TRUE(facts.plan->tenants[1].consent);
    EXPECT_EQ(facts.plan->tenants[1].consent->given_by, "Omar Haddad");
    EXPECT_EQ(facts.plan->criteria.size(), 2U);
    EXPECT_FALSE(facts.floor);  // nothing of the good manifest is near auth, schema ...
}

TEST(Facts, EntitlementAndContentAreOfThisMoment) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    world.Sql("UPDATE portcullis.principals SET active = false WHERE id = 'dora'");
    policy::Manifest manifest = support::GoodManifest();
    manifest.id = release.Text();
    manifest.files_changed = {"migrations/0042_add_table.sql"};
    world.Submit(manifest);
    const PromotionFacts facts = LoadFacts(world, release);
    for (const auto& approval : facts.approvals) {
        EXPECT_EQ(approval.entitled, approval.principal.Text() != "dora");
        EXPECT_EQ(approval.hash_matches, approval.scope == ApprovalScope::kPlan);
    }
    ASSERT_TRUE(facts.floor);
    EXPECT_EQ(facts.floor->floor, ReleaseClass::kMechanism);
}

TEST(Facts, TheLastActOfATenantCounts) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.SetPlan(release);
    world.Consent(release, "tenant-1");
    world.Sql(
        "INSERT INTO portcullis.consents (id, tenant_id, channel, given_by, capacity, evidence, given_at, "
        "recorded_by) VALUES ('con_channel', 'tenant-1', 'experimental', 'Ali', 'a', 'e', portcullis.now(), 'ana')");
    EXPECT_EQ(LoadFacts(world, release).plan->tenants[0].consent->given_by, "Ali");
    world.Sql("UPDATE portcullis.consents SET withdrawn_by = 'Omar', withdrawn_reason = 'x' WHERE id <> 'con_channel'");
    EXPECT_TRUE(LoadFacts(world, release).plan->tenants[0].consent->withdrawn_at);
    EXPECT_FALSE(LoadFacts(world, release).plan->tenants[1].consent);
    const auto all = world.Db().Read([&](store::Tx& tx) { return store::LoadTenantFacts(tx, release); });
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(all[0].id.Text(), "tenant-1");
    EXPECT_TRUE(all[0].on_plan && all[0].consent && !all[2].on_plan);
    EXPECT_EQ(all[3].preference, policy::ChannelPreference::kStableOnly);
}

TEST(Facts, FreezesComeAsInstants) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.SetPlan(release);
    world.Sql(
        "INSERT INTO portcullis.freezes (id, scope, tenant_id, zone, local_start, local_end, recurrence, reason, "
        "created_by) VALUES ('frz_1', 'tenant', 'tenant-1', 'UTC', '2025-01-06T00:00', '2025-01-07T00:00', 'weekly', "
        "'Mondays', 'ana'), ('frz_2', 'global', NULL, 'UTC', '2024-01-01', '2024-02-01', 'none', 'Past', 'ana')");
    const PromotionFacts facts = LoadFacts(world, release);
    ASSERT_EQ(facts.freezes.size(), 6U);  // the running Monday and the next five; nothing of the past
    EXPECT_EQ(platform::FormatTime(facts.freezes[0].starts_at), "2025-01-13T00:00:00Z");
    EXPECT_EQ(platform::FormatTime(facts.freezes[5].ends_at), "2025-02-18T00:00:00Z");
    ASSERT_TRUE(facts.freezes[0].tenant);
    EXPECT_TRUE(facts.freezes[0].tenant->on_plan);
}

// What few releases have is asked for only where the release's row says that there is something: each must say so
// alone.
TEST(Facts, EachIsFoundWhereItIsTheOnlyOne) {
    struct Lonely {
        const char* what;
        std::function<void(World&, const ReleaseId&)> act;
        std::function<std::size_t(const PromotionFacts&)> count;
    };
    const auto open_sev1_of = [](World& world, store::SubjectKind kind, const char* id) {
        store::NewIncident incident{NewId("inc"), "Leak", "Seen", policy::Severity::kSev1, Person("ana"), {}};
        incident.subjects = {{kind, id}};
        world.Db().Write([&](store::Tx& tx) { store::InsertIncident(tx, incident); });
    };
    const std::vector<Lonely> all = {
        {"hard stop",
         [](World& world, const ReleaseId& release) { world.RaiseHardStop(release, policy::HardStop::kHst5); },
         [](const PromotionFacts& facts) { return facts.hard_stops.size(); }},
        {"incident",
         [](World& world, const ReleaseId& release) { world.OpenIncident(release, policy::Severity::kSev3); },
         [](const PromotionFacts& facts) { return facts.incidents.size(); }},
        {"incident of a tenant that the release would reach",
         [&](World& world, const ReleaseId& release) {
             world.SetPlan(release);
             world.Consent(release, "tenant-1");
             open_sev1_of(world, store::SubjectKind::kTenant, "tenant-1");
         },
         [](const PromotionFacts& facts) { return facts.incidents.size(); }},
        {"memo",
         [](World& world, const ReleaseId& release) {
             world.BringTo(release, Channel::kExperimental);
             world.Advance(policy::Days{7} + std::chrono::minutes{1});
             world.DecideMemo(release, Channel::kCandidate);
         },
         [](const PromotionFacts& facts) { return facts.memos.size(); }},
        {"risk acceptance",
         [](World& world, const ReleaseId& release) {
             world.Sql(
                 "INSERT INTO portcullis.risk_acceptances (id, release_id, principal_id, content_hash, risk, "
                 "rationale, review_date) SELECT 'rsk_1', id, 'sam', content_hash, 'r', 'w', '2026-01-01' "
                 "FROM portcullis.releases WHERE id = '" +
                 release.Text() + "'");
         },
         [](const PromotionFacts& facts) { return facts.risk_acceptances.size(); }},
        {"freeze",
         [](World& world, const ReleaseId&) {
             world.Sql(
                 "INSERT INTO portcullis.freezes (id, scope, zone, local_start, local_end, recurrence, reason, "
                 "created_by) VALUES ('frz_1', 'global', 'UTC', '2025-01-12', '2025-01-20', 'none', 'Audit', 'ana')");
         },
         [](const PromotionFacts& facts) { return facts.freezes.size(); }},
        {"killed flag",
         [](World& world, const ReleaseId& release) {
             store::NewOperation kill;
             kill.id = NewId("op");
             kill.kind = "flag";
             kill.flag = world.Load(release).flag;
             kill.mode = "hot";
             kill.whole_fleet = true;
             kill.reason = "totals are wrong";
             kill.requested_by = Person("ana");
             world.Db().Write([&](store::Tx& tx) { store::InsertOperation(tx, kill); });
         },
         [](const PromotionFacts& facts) { return std::size_t{facts.flag_killed_by.has_value()}; }},
        {"drift",
         [](World& world, const ReleaseId& release) {
             world.BringTo(release, Channel::kExperimental);
             world.Sql("INSERT INTO portcullis.instances (id, created_by) VALUES ('eu-1', 'ana')");
             store::InstanceInventory inventory;
             inventory.instance = store::InstanceId::Trusted("eu-1");
             inventory.orgs = {"tenant-1"};
             inventory.flags = "{}";
             inventory.sent_at = world.Now();
             world.Db().Write([&](store::Tx& tx) { store::RecordInventories(tx, "controller-a", {inventory}); });
         },
         [](const PromotionFacts& facts) { return facts.drifts.size(); }},
    };
    for (const Lonely& lonely : all) {
        World world;
        const ReleaseId release = world.NewRelease();
        EXPECT_EQ(lonely.count(LoadFacts(world, release)), 0U) << lonely.what;
        lonely.act(world, release);
        EXPECT_EQ(lonely.count(LoadFacts(world, release)), 1U) << lonely.what;
    }
}

TEST(Facts, ThereAreNoneOfAnUnknownRelease) {
    World world;
    for (const store::Lock lock : {store::Lock::kNone, store::Lock::kForUpdate}) {
        EXPECT_FALSE(world.Db().Write([&](store::Tx& tx) {
            return store::LoadPromotionFacts(tx, ReleaseId::Trusted("nowhere"), Channel::kStable, lock);
        }));
    }
}

TEST(FactsVersion, MovesWithEveryFactAndOnlyThen) {
    World world;
    const ReleaseId release = world.NewRelease();
    const ReleaseId other = world.NewRelease();
    const auto version = [&] {
        return world.Db().Once([&](store::Tx& tx) { return store::LoadGateState(tx, release); }).version;
    };
    auto before = version();
    ASSERT_TRUE(before);
    const auto expect_moved = [&](const char* what) {
        const auto after = version();
        EXPECT_NE(before, after) << what;
        before = after;
    };
    world.SetPlan(release);
    expect_moved("plan");
    world.Approve(release, ApprovalScope::kPlan, Role::kDevLead, "dora");
    expect_moved("approval");
    world.Sql(
        "INSERT INTO portcullis.approval_revocations (approval_id, revoked_by, reason) "
        "SELECT id, 'dora', 'x' FROM portcullis.approvals");
    expect_moved("revocation");
    world.Consent(release, "tenant-1");
    expect_moved("consent");
    const auto check = world.RecordCheck(release, policy::Control::kDsv1, policy::CheckOutcome::kFailed);
    expect_moved("check");
    world.Db().Write([&](store::Tx& tx) { store::ResolveCheck(tx, check, Person("dora"), "r", "e"); });
    expect_moved("check resolution");
    const auto stop = world.RaiseHardStop(release, policy::HardStop::kHst1);
    expect_moved("hard stop");
    world.Db().Write([&](store::Tx& tx) { store::ResolveHardStop(tx, stop, Person("dora"), "r", "e"); });
    expect_moved("hard stop resolution");
    const auto incident = world.OpenIncident(release, policy::Severity::kSev1);
    expect_moved("incident");
    world.DecideEvaluations(release);
    expect_moved("evaluation");
    world.ResolveIncident(incident);
    expect_moved("incident resolution");
    policy::Manifest manifest = support::GoodManifest();
    manifest.id = release.Text();
    manifest.title = "Other";
    world.Submit(manifest);
    expect_moved("manifest");
    world.Sql("UPDATE portcullis.tenants SET active = false WHERE id = 'tenant-3'");
    expect_moved("tenant");
    world.Sql("UPDATE portcullis.role_grants SET status = 'revoked', revoked_by = 'ada' WHERE principal_id = 'quill'");
    expect_moved("role");
    world.Advance(std::chrono::seconds{1});
    expect_moved("clock");
    world.Sql("UPDATE portcullis.tokens SET revoked_by = 'ada' WHERE principal_id = 'dora'");
    expect_moved("revoked token");

    world.RaiseHardStop(other, policy::HardStop::kHst1);
    world.AppendAudit();
    world.Sql("UPDATE portcullis.tokens SET last_used_at = portcullis.now()");
    EXPECT_EQ(before, version());
}

TEST(GateProbe, TellsWhoCallsAndHowOldTheFactsAre) {
    World world;
    const ReleaseId release = world.NewRelease();
    const auto probe = [&](const ReleaseId& id, std::string_view person) {
        return world.Db().Once([&](store::Tx& tx) { return store::ProbeGate(tx, id, TokenHash(person)); });
    };
    auto answer = probe(release, "dora");
    EXPECT_TRUE(answer.state.simulated_clock);
    ASSERT_TRUE(answer.caller && answer.state.version);
    EXPECT_EQ(answer.caller->principal.Text(), "dora");
    EXPECT_EQ(answer.caller->roles, std::vector<Role>{Role::kDevLead});
    const auto loaded = world.Db().Read([&](store::Tx& tx) {
        return store::LoadVersionedFacts(tx, release, Channel::kExperimental, store::Lock::kNone);
    });
    EXPECT_EQ(loaded->version, *answer.state.version);
    EXPECT_FALSE(probe(ReleaseId::Trusted("nowhere"), "dora").state.version);
    EXPECT_TRUE(probe(ReleaseId::Trusted("nowhere"), "dora").caller);
    EXPECT_FALSE(probe(release, "nobody").caller);
    EXPECT_TRUE(probe(release, "nobody").state.version);
    world.Sql("UPDATE portcullis.tokens SET revoked_by = 'ada' WHERE principal_id = 'dora'");
    EXPECT_FALSE(probe(release, "dora").caller);
    const auto by_id = world.Db().Once([&](store::Tx& tx) { return store::ProbeGate(tx, release, Person("dora")); });
    ASSERT_TRUE(by_id.caller);
    EXPECT_EQ(by_id.caller->token.Text(), "");
}

}  // namespace
}  // namespace store_test
