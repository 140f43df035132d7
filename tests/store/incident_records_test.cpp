// Incidents and rollbacks written and read back.
#include <gtest/gtest.h>

#include "controller/store/clock.hpp"
#include "controller/store/facts.hpp"
#include "controller/store/incidents.hpp"
#include "controller/store/rollbacks.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using policy::RecordId;
using policy::TenantId;
using store::Tx;

TEST(Records, Incidents) {
    World world;
    const ReleaseId release = world.NewRelease();
    const auto first = world.OpenIncident(release, policy::Severity::kSev3);
    const auto second = world.OpenIncident(release, policy::Severity::kSev1);
    world.Db().Write([&](Tx& tx) {
        store::AddIncidentSubject(tx, first, {store::SubjectKind::kTenant, "tenant-1"});
        store::AddIncidentSubject(tx, first, {store::SubjectKind::kTenant, "tenant-1"});  // harmless
        store::AppendIncidentNote(tx, first, Person("ana"), R"({"text":"Looking"})");
        EXPECT_EQ(store::LoadIncidentEvents(tx, first).at(0).kind, "note");
        EXPECT_EQ(store::LoadIncident(tx, first)->subjects.size(), 2U);
        const auto page = store::ListIncidents(tx, {}, {1, ""});
        EXPECT_EQ(page.rows.at(0).id, second);  // newest first
        EXPECT_EQ(store::ListIncidents(tx, {}, {1, *page.next}).rows.at(0).id, first);
        store::IncidentFilter filter;
        filter.subject = store::IncidentSubject{store::SubjectKind::kTenant, "tenant-1"};
        EXPECT_EQ(store::ListIncidents(tx, filter, {10, ""}).rows.size(), 1U);
        filter = {};
        filter.open = false;
        EXPECT_EQ(store::ListIncidents(tx, filter, {10, ""}).rows.size(), 0U);
        const auto evaluation = store::LoadRollbackEvaluations(tx, release).at(0);
        EXPECT_EQ(evaluation.incident, second);
        const auto decided = store::DecideRollbackEvaluation(tx, evaluation.id, store::EvaluationDecision::kRollBack,
                                                             Person("sam"), "Data of others is shown");
        EXPECT_EQ(decided.decision, store::EvaluationDecision::kRollBack);
        EXPECT_EQ(decided.decided_at, store::Now(tx));
    });
    EXPECT_EQ(RuleRefusing([&] {
                  world.Db().Write([&](Tx& tx) {
                      store::AddIncidentSubject(tx, first, {store::SubjectKind::kTenant, "nobody"});
                  });
              }),
              "ATT-3");
}

TEST(Records, Rollbacks) {
    World world;
    const ReleaseId release = world.NewRelease(ReleaseClass::kCapability);
    EXPECT_EQ(RuleRefusing([&] {
                  world.Db().Write([&](Tx& tx) {
                      store::InsertRollbackApproval(
                          tx, {RecordId::Trusted("rap_x"), release, Person("dora"), "r", std::chrono::hours(1)});
                  });
              }),
              "SOD-4");
    world.Db().Write([&](Tx& tx) {
        store::InsertRollbackApproval(
            tx, {RecordId::Trusted("rap_1"), release, Person("sam"), "Errors", std::chrono::hours(1)});
        EXPECT_EQ(store::FindRollbackApproval(tx, release)->id.Text(), "rap_1");
        store::NewRollback rollback;
        rollback.id = RecordId::Trusted("rbk_1");
        rollback.release = release;
        rollback.reason = "Errors";
        rollback.authority = "RBA-3 system owner sam";
        rollback.approved_by = Person("sam");
        rollback.approval = RecordId::Trusted("rap_1");
        rollback.started_by = Person("dora");
        rollback.steps = {{store::StepKind::kProcedure, "Flag off", std::nullopt},
                          {store::StepKind::kCommunication, "Tell sam", std::chrono::minutes(60)}};
        const auto started = store::InsertRollback(tx, rollback);
        EXPECT_EQ(started.steps.at(1).due_at, store::Now(tx) + std::chrono::hours(1));
        EXPECT_FALSE(store::FindRollbackApproval(tx, release));
        store::SetReleaseStatus(tx, release, policy::ReleaseStatus::kRolledBack);
    });
    world.Db().Write([&](Tx& tx) {
        const auto id = RecordId::Trusted("rbk_1");
        const auto version = store::LoadRollback(tx, id, store::Lock::kForUpdate)->version;
        auto now = store::FinishRollbackStep(tx, id, 1, store::StepState::kDone, "Flag shown as off", Person("dora"));
        EXPECT_EQ(now.steps.at(0).state, store::StepState::kDone);
        EXPECT_GT(now.version, version);
        EXPECT_EQ(store::StartRollbackWatch(tx, id).watch_until, store::Now(tx) + std::chrono::minutes(30));
        now = store::FinishRollback(tx, id, store::RollbackOutcome::kSucceeded, "Quiet", Person("dora"));
        EXPECT_EQ(now.outcome, store::RollbackOutcome::kSucceeded);
        EXPECT_EQ(store::ListRollbacks(tx, release, {10, ""}).rows.at(0).steps.size(), 2U);
    });
    EXPECT_EQ(RuleRefusing([&] {
                  world.Db().Write([](Tx& tx) {
                      store::FinishRollbackStep(tx, RecordId::Trusted("rbk_1"), 1, store::StepState::kFailed, "x",
                                                Person("dora"));
                  });
              }),
              "RBA-1");
    EXPECT_EQ(world.Load(release).status, policy::ReleaseStatus::kRolledBack);
}

}  // namespace
}  // namespace store_test
