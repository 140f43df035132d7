// Who may say what: approvals, signatures, consents, resolutions and role grants, as PostgreSQL judges them.
#include <gtest/gtest.h>

#include "controller/store/incidents.hpp"
#include "controller/store/principals.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using policy::HardStop;

std::string ApprovalSql(const ReleaseId& release, const std::string& scope, const std::string& role,
                        const std::string& person) {
    return "INSERT INTO portcullis.approvals (id, release_id, scope, role, principal_id, content_hash) SELECT '" +
           NewId("apr").Text() + "', id, '" + scope + "', '" + role + "', '" + person +
           "', content_hash FROM portcullis.releases WHERE id = '" + release.Text() + "'";
}

TEST(PeopleRules, Sod1OnlyPeopleApproveConsentAndSign) {
    World world;
    const ReleaseId release = world.NewRelease();
    ExpectRefused(world, "SOD-1", ApprovalSql(release, "class", "dev_lead", "ci"));
    ExpectRefused(world, "SOD-1",
                  "INSERT INTO portcullis.consents (id, tenant_id, channel, given_by, capacity, evidence, given_at, "
                  "recorded_by) VALUES ('con_1', 'tenant-1', 'experimental', 'o', 'a', 'e', portcullis.now(), 'ci')");
    ExpectRefused(
        world, "SOD-1",
        "INSERT INTO portcullis.risk_acceptances (id, release_id, principal_id, content_hash, risk, rationale, "
        "review_date) SELECT 'rsk_1', id, 'ci', content_hash, 'r', 'w', '2026-01-01' FROM portcullis.releases");
    ExpectRefused(world, "SOD-1",
                  "INSERT INTO portcullis.memos (release_id, number, target, decision, manifest_content_hash, content, "
                  "content_hash, decided_by) SELECT id, 1, 'stable', 'NO-GO', content_hash, '{}', "
                  "encode(sha256('{}'), 'hex'), 'ci' FROM portcullis.releases");
    world.Sql(ApprovalSql(release, "class", "dev_lead", "dora"));
}

TEST(PeopleRules, Sod2OnePersonFillsOneRoleOfADecision) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.Db().Write([&](store::Tx& tx) {
        store::InsertRoleGrant(tx, {policy::RecordId::Trusted("rgr_both"), Person("dora"), Role::kQa, Person("ada")});
        store::ConfirmRoleGrant(tx, policy::RecordId::Trusted("rgr_both"), Person("alan"));
    });
    world.Sql(ApprovalSql(release, "class", "dev_lead", "dora"));
    ExpectRefused(world, "SOD-2", ApprovalSql(release, "class", "qa", "dora"));
    world.Sql(ApprovalSql(release, "class", "qa", "quinn"));
}

TEST(PeopleRules, Sod3AuthorsApproveTheirOwnOnlyAsDevLeadOfASmallChange) {
    World world;
    world.Db().Write([&](store::Tx& tx) {
        for (const Role role : {Role::kDevLead, Role::kSystemOwner}) {
            const auto id = NewId("rgr");
            store::InsertRoleGrant(tx, {id, Person("ana"), role, Person("ada")});
            store::ConfirmRoleGrant(tx, id, Person("alan"));
        }
    });
    const ReleaseId workflow = world.NewRelease(ReleaseClass::kWorkflow);
    const ReleaseId capability = world.NewRelease(ReleaseClass::kCapability);
    world.Sql(ApprovalSql(workflow, "class", "dev_lead", "ana"));
    EXPECT_EQ(world.Cell("SELECT self_approved FROM portcullis.approvals"), "t");
    ExpectRefused(world, "SOD-3", ApprovalSql(capability, "class", "dev_lead", "ana"));
    ExpectRefused(world, "SOD-3", ApprovalSql(workflow, "stable", "system_owner", "ana"));
}

TEST(PeopleRules, Sod4AndSod5TheRoleIsHeldNowAndTheContentIsCurrent) {
    World world;
    const ReleaseId release = world.NewRelease();
    ExpectRefused(world, "SOD-4", ApprovalSql(release, "class", "qa", "dora"));
    ExpectRefused(world, "SOD-5",
                  "INSERT INTO portcullis.approvals (id, release_id, scope, role, principal_id, content_hash) VALUES "
                  "('apr_1', '" +
                      release.Text() + "', 'class', 'qa', 'quinn', repeat('0', 64))");
    ExpectRefused(world, "SOD-5", ApprovalSql(release, "plan", "dev_lead", "dora"));  // there is no plan yet
    world.Sql("UPDATE portcullis.principals SET active = false WHERE id = 'quinn'");
    ExpectRefused(world, "SOD-1", ApprovalSql(release, "class", "qa", "quinn"));
    world.Sql(ApprovalSql(release, "class", "qa", "quill"));
}

TEST(PeopleRules, Sod6RolesAreGrantedByTwoOtherPeople) {
    World world;
    const auto grant = [](const std::string& id, const std::string& person, const std::string& role,
                          const std::string& status, const std::string& by) {
        return "INSERT INTO portcullis.role_grants (id, principal_id, role, status, proposed_by) VALUES ('" + id +
               "', '" + person + "', '" + role + "', '" + status + "', '" + by + "')";
    };
    const auto decide = [](const std::string& id, const std::string& status, const std::string& by) {
        return "UPDATE portcullis.role_grants SET status = '" + status + "', confirmed_by = '" + by + "' WHERE id = '" +
               id + "'";
    };
    ExpectRefused(world, "SOD-6", grant("g1", "ada", "dev_lead", "proposed", "ada"));
    ExpectRefused(world, "SOD-4", grant("g1", "ana", "dev_lead", "proposed", "dora"));  // no admin
    ExpectRefused(world, "SOD-6", grant("g1", "ana", "dev_lead", "active", "ada"));     // nobody has confirmed it
    ExpectRefused(world, "SOD-1", grant("g1", "ci", "dev_lead", "proposed", "ada"));    // a role for people
    ExpectNoRight(world,
                  "INSERT INTO portcullis.role_grants (id, principal_id, role, status, proposed_by, bootstrap) "
                  "VALUES ('g1', 'ana', 'dev_lead', 'active', 'ada', true)");
    world.Sql(grant("g1", "ana", "dev_lead", "proposed", "ada"));
    ExpectRefused(world, "SOD-6", decide("g1", "active", "ada"));
    ExpectRefused(world, "SOD-6", decide("g1", "active", "ana"));
    ExpectRefused(world, "SOD-6", decide("g1", "active", "sam"));  // neither admin nor dev lead
    ExpectRefused(world, "SOD-6", decide("g1", "active", "ci"));
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.role_grants WHERE id = 'g1' AND status = 'active'"), "0");
    world.Sql(decide("g1", "active", "dora"));
    ExpectRefused(world, "SOD-6", decide("g1", "proposed", "alan"));
    world.Sql("UPDATE portcullis.role_grants SET status = 'revoked', revoked_by = 'ada' WHERE id = 'g1'");
    ExpectRefused(world, "SOD-6", decide("g1", "active", "alan"));
    world.Sql(grant("g2", "ci", "operator", "active", "ada"));  // needs no second person
}

TEST(PeopleRules, Sod1AComponentNeverBecomesAPerson) {
    World world;
    ExpectNoRight(world, "UPDATE portcullis.principals SET kind = 'user' WHERE id = 'ci'");
    pqxx::connection owner(world.OwnerConninfo());
    pqxx::work work(owner);
    EXPECT_THROW(work.exec("UPDATE portcullis.principals SET kind = 'user' WHERE id = 'ci'"), pqxx::sql_error);
}

TEST(PeopleRules, Hsx1AHardStopIsClosedByAnotherPersonWithEvidence) {
    World world;
    const ReleaseId release = world.NewRelease();  // written by ana
    const auto stop = world.RaiseHardStop(release, HardStop::kHst4, "dora");
    const auto resolve = [&](const std::string& by, const std::string& evidence) {
        return "UPDATE portcullis.hard_stops SET resolution = 'Fixed', evidence = '" + evidence + "', resolved_by = '" +
               by + "' WHERE id = '" + stop.Text() + "'";
    };
    ExpectRefused(world, "HSX-1", resolve("dora", "Run 12"));
    ExpectRefused(world, "HSX-1", resolve("ana", "Run 12"));
    ExpectRefused(world, "HSX-1", resolve("ci", "Run 12"));
    ExpectRefused(world, "HSX-1", resolve("sam", "  "));
    ExpectNoRight(world, "UPDATE portcullis.hard_stops SET reason = 'never mind'");
    ExpectNoRight(world, "UPDATE portcullis.hard_stops SET resolved_at = NULL");
    world.Sql(resolve("sam", "Run 12"));
    ExpectRefused(world, "HSX-1", resolve("sue", "Run 13"));
    ExpectRefused(world, "HSX-1",
                  "UPDATE portcullis.hard_stops SET resolution = NULL, evidence = NULL, "
                  "resolved_by = NULL");
}

TEST(PeopleRules, Chn7AConsentIsWithdrawnOnceAndNothingElse) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.Consent(release, "tenant-1");
    ExpectNoRight(world, "UPDATE portcullis.consents SET expires_at = NULL");
    ExpectRefused(world, "CHN-7", "UPDATE portcullis.consents SET withdrawn_by = 'Omar'");
    world.Sql("UPDATE portcullis.consents SET withdrawn_by = 'Omar', withdrawn_reason = 'Enough'");
    ExpectRefused(world, "CHN-7", "UPDATE portcullis.consents SET withdrawn_by = 'Ali', withdrawn_reason = 'x'");
    ExpectRefused(world, "CHN-7", "UPDATE portcullis.consents SET withdrawn_by = NULL, withdrawn_reason = NULL");
}

TEST(PeopleRules, Mem2AGoIsRefusedWhileAHardStopIsOpenOrTheStayIsUnmet) {
    World world;
    const ReleaseId release = world.NewRelease();
    EXPECT_EQ(RuleRefusing([&] { world.DecideMemo(release, Channel::kStable); }), "MEM-2");  // still in dev
    world.BringTo(release, Channel::kCandidate);
    EXPECT_EQ(RuleRefusing([&] { world.DecideMemo(release, Channel::kStable); }), "MEM-2");  // just arrived
    world.Advance(policy::Days{8});
    const auto stop = world.RaiseHardStop(release, HardStop::kHst5);
    EXPECT_EQ(RuleRefusing([&] { world.DecideMemo(release, Channel::kStable); }), "MEM-2");
    world.Db().Write([&](store::Tx& tx) { store::ResolveHardStop(tx, stop, Person("sam"), "Fixed", "Run 12"); });
    EXPECT_EQ(world.DecideMemo(release, Channel::kStable), 1);
}

TEST(PeopleRules, Mem5MemosAreSignedByTwoEntitledPeopleOverTheirContent) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.BringTo(release, Channel::kCandidate);
    world.Advance(policy::Days{8});
    world.DecideMemo(release, Channel::kStable);
    const auto sign = [&](const std::string& role, const std::string& person, const std::string& hash) {
        return "INSERT INTO portcullis.memo_signatures (release_id, number, role, principal_id, content_hash) VALUES "
               "('" +
               release.Text() + "', 1, '" + role + "', '" + person + "', " + hash + ")";
    };
    const std::string hash = "(SELECT content_hash FROM portcullis.memos WHERE release_id = '" + release.Text() + "')";
    ExpectRefused(world, "SOD-5", sign("system_owner", "sam", "repeat('0', 64)"));
    ExpectRefused(world, "SOD-4", sign("system_owner", "dora", hash));
    ExpectRefused(world, "SOD-1", sign("dev_lead", "ci", hash));
    world.Db().Write([&](store::Tx& tx) {
        store::InsertRoleGrant(tx,
                               {policy::RecordId::Trusted("rgr_both"), Person("sam"), Role::kDevLead, Person("ada")});
        store::ConfirmRoleGrant(tx, policy::RecordId::Trusted("rgr_both"), Person("alan"));
    });
    world.Sql(sign("system_owner", "sam", hash));
    EXPECT_EQ(RuleRefusing([&] { world.SignMemo(release, 1, Role::kDevLead, "sam"); }), "SOD-2");
    EXPECT_THROW(world.SignMemo(release, 1, Role::kSystemOwner, "sue"), store::Conflict);
    world.Sql(sign("dev_lead", "dora", hash));
    const auto memo = world.Db().Read([&](store::Tx& tx) { return store::LoadMemo(tx, release, 1); });
    ASSERT_EQ(memo->signatures.size(), 2U);
    EXPECT_EQ(memo->signatures[0].principal.Text(), "sam");
    EXPECT_TRUE(memo->newest && memo->manifest_matches && memo->signatures[1].entitled);
}

TEST(PeopleRules, Inc2SeverityIsLoweredOnlyWithEvidence) {
    World world;
    const ReleaseId release = world.NewRelease();
    const auto incident = world.OpenIncident(release, policy::Severity::kSev2);
    const auto change = [&](policy::Severity to, const std::string& evidence) {
        return RuleRefusing([&] {
            world.Db().Write([&](store::Tx& tx) {
                store::ChangeSeverity(tx, incident, to, Person("ana"), "Looked again", evidence);
            });
        });
    };
    ExpectNoRight(world, "UPDATE portcullis.incidents SET severity = 'SEV-4'");
    ExpectNoRight(world, "INSERT INTO portcullis.incident_events (incident_id, actor, kind) VALUES ('" +
                             incident.Text() + "', 'ana', 'severity')");
    EXPECT_EQ(change(policy::Severity::kSev3, ""), "INC-2");
    EXPECT_EQ(change(policy::Severity::kSev3, "Graph of the last hour"), "");
    EXPECT_EQ(change(policy::Severity::kSev1, ""), "");
    const auto events = world.Db().Read([&](store::Tx& tx) { return store::LoadIncidentEvents(tx, incident); });
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].kind, "severity");
    EXPECT_NE(events[0].detail.find("Graph of the last hour"), std::string::npos);
}

TEST(PeopleRules, IncidentsOnlyMoveOn) {
    World world;
    const ReleaseId release = world.NewRelease();
    const auto incident = world.OpenIncident(release, policy::Severity::kSev3);
    const auto moved = world.Db().Write([&](store::Tx& tx) {
        return store::MoveIncident(tx, incident, policy::IncidentState::kContained, Person("dora"));
    });
    EXPECT_EQ(moved.acknowledged_by, "dora");
    EXPECT_EQ(moved.contained_by, "dora");
    ExpectRefused(world, "INC-1", "UPDATE portcullis.incidents SET state = 'open'");
    ExpectRefused(world, "INC-1", "UPDATE portcullis.incidents SET state = 'resolved', resolved_by = 'ana'");
    world.ResolveIncident(incident);
    const auto events = world.Db().Read([&](store::Tx& tx) { return store::LoadIncidentEvents(tx, incident); });
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[1].kind, "resolved");
    EXPECT_EQ(events[1].actor, "ana");
}

}  // namespace
}  // namespace store_test
