// Several transactions at once: whatever the schedule, no promotion is committed past something that forbids it.
#include <functional>
#include <latch>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "controller/store/facts.hpp"
#include "controller/store/incidents.hpp"
#include "controller/store/principals.hpp"
#include "platform/base/clock.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

// What an operation does: hold the facts, act, and append the audit entry last. The number of the entry tells the order
// of commits, since the end of the chain is locked until then. None when the act was refused.
using Act = std::function<void(store::Tx&)>;

std::optional<std::int64_t> Commit(World& world, const Act& act) {
    try {
        return world.Db().Write([&](store::Tx& tx) {
            act(tx);
            store::AuditEntry entry;
            entry.actor = "ana";
            entry.action = "test.act";
            entry.summary = "done in a test";
            return store::AppendAudit(tx, entry).seq;
        });
    } catch (const store::RuleViolation&) {
        return std::nullopt;
    } catch (const store::Conflict&) {
        return std::nullopt;
    }
}

Act Promoting(const ReleaseId& release, Channel to) {
    return [=](store::Tx& tx) {
        const auto facts = store::LoadPromotionFacts(tx, release, to, store::Lock::kForUpdate);
        store::NewPromotion promotion;
        promotion.id = NewId("prm");
        promotion.release = release;
        promotion.from = facts->release.channel;
        promotion.to = to;
        promotion.content_hash = facts->release.content_hash;
        promotion.facts_hash = "f";
        promotion.verdict = "{}";
        promotion.promoted_by = Person("ana");
        store::InsertPromotion(tx, promotion);
    };
}

// Both start together, one of them some microseconds later.
std::pair<std::optional<std::int64_t>, std::optional<std::int64_t>> Race(World& world, const Act& one, const Act& two,
                                                                         int head_start) {
    std::latch start(2);
    std::optional<std::int64_t> first;
    std::optional<std::int64_t> second;
    const auto run = [&](const Act& act, int later, std::optional<std::int64_t>& result) {
        start.arrive_and_wait();
        const platform::Deadline deadline{policy::Duration(later)};
        while (!deadline.Passed()) {
        }
        result = Commit(world, act);
    };
    std::thread other([&] { run(two, std::max(head_start, 0), second); });
    run(one, std::max(-head_start, 0), first);
    other.join();
    return {first, second};
}

TEST(Concurrency, OfTwoPromotionsAtOnceOneWins) {
    World world;
    for (int round = 0; round < 10; ++round) {
        const ReleaseId release = world.NewRelease();
        world.MakeReadyFor(release, Channel::kExperimental);
        const auto [one, two] = Race(world, Promoting(release, Channel::kExperimental),
                                     Promoting(release, Channel::kExperimental), round * 100);
        EXPECT_NE(one.has_value(), two.has_value());
        EXPECT_EQ(world.Load(release).channel, Channel::kExperimental);
    }
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.promotions"), "10");
}

// Things that forbid a promotion into experimental, each as an act of its own.
std::vector<std::pair<std::string, std::function<Act(World&, const ReleaseId&)>>> Obstacles() {
    return {
        {"hard stop",
         [](World&, const ReleaseId& release) -> Act {
             return [=](store::Tx& tx) {
                 store::InsertHardStop(tx, {NewId("hst"), release, policy::HardStop::kHst4, "Seen", Person("ci")});
             };
         }},
        {"failed check",
         [](World& world, const ReleaseId& release) -> Act {
             store::NewCheck check;
             check.id = NewId("chk");
             check.release = release;
             check.control = policy::Control::kDsv1;
             check.outcome = policy::CheckOutcome::kFailed;
             check.change_hash = world.Load(release).change_hash;
             check.performed_at = world.Now();
             check.recorded_by = Person("quinn");
             return [=](store::Tx& tx) { store::InsertCheck(tx, check); };
         }},
        {"incident",
         [](World&, const ReleaseId& release) -> Act {
             return [=](store::Tx& tx) {
                 store::NewIncident incident{NewId("inc"), "Leak", "", policy::Severity::kSev1, Person("ana"), {}};
                 incident.subjects = {{store::SubjectKind::kRelease, release.Text()}};
                 store::InsertIncident(tx, incident);
             };
         }},
        {"consent withdrawn",
         [](World&, const ReleaseId& release) -> Act {
             return [=](store::Tx& tx) {
                 tx.ExecRaw("UPDATE consents SET withdrawn_by = 'Omar', withdrawn_reason = 'x' WHERE release_id = '" +
                            release.Text() + "' AND tenant_id = 'tenant-1'");
             };
         }},
        {"approval revoked",
         [](World& world, const ReleaseId& release) -> Act {
             const std::string approval = world.Cell(
                 "SELECT id FROM portcullis.approvals WHERE scope = 'class' AND "
                 "release_id = '" +
                 release.Text() + "' LIMIT 1");
             return [=](store::Tx& tx) {
                 store::RevokeApproval(tx, policy::RecordId::Trusted(approval), Person("dora"), "Read again");
             };
         }},
        {"new manifest",
         [](World&, const ReleaseId& release) -> Act {
             return [=](store::Tx& tx) {
                 const auto current = *store::LoadManifestRevision(tx, release);
                 std::string document = current.document;
                 document.replace(document.find("Narrows"), 7, "Cuts");
                 store::AppendManifestRevision(
                     tx, {release, platform::Sha256Hex(document), current.change_hash, document, Person("ana")});
             };
         }},
        {"freeze",
         [](World&, const ReleaseId&) -> Act {
             return [](store::Tx& tx) {
                 tx.ExecRaw(
                     "INSERT INTO freezes (id, scope, zone, local_start, local_end, reason, created_by) VALUES ('" +
                     NewId("frz").Text() + "', 'global', 'UTC', '2025-01-01', '2026-01-01', 'x', 'ana')");
             };
         }},
        {"role revoked",
         [](World&, const ReleaseId&) -> Act {
             return [](store::Tx& tx) {
                 tx.ExecRaw(
                     "UPDATE role_grants SET status = 'revoked', revoked_by = 'ada' WHERE role = 'qa' AND "
                     "status = 'active'");
             };
         }},
    };
}

TEST(Concurrency, NoPromotionIsCommittedAfterWhatForbidsIt) {
    std::mt19937 random(20250115);  // the same schedules in every run, as far as the machine allows
    int promotions = 0;
    int refusals = 0;
    for (const auto& [name, make] : Obstacles()) {
        for (int round = 0; round < 5; ++round) {
            World world;
            const ReleaseId release = world.NewRelease();
            world.MakeReadyFor(release, Channel::kExperimental);
            const Act obstacle = make(world, release);
            const int head_start = std::uniform_int_distribution<int>(-4'000, 4'000)(random);
            const auto [promoted, obstructed] =
                Race(world, Promoting(release, Channel::kExperimental), obstacle, head_start);
            // What was first is first for everybody: a promotion committed with a later number would have passed it.
            EXPECT_TRUE(!promoted || !obstructed || *promoted < *obstructed) << name << ", round " << round;
            EXPECT_TRUE(promoted || obstructed) << name << ", round " << round;
            promotions += promoted ? 1 : 0;
            refusals += promoted ? 0 : 1;
        }
    }
    // Both orders were tried; else the test says nothing.
    EXPECT_GT(promotions, 0);
    EXPECT_GT(refusals, 0);
}

}  // namespace
}  // namespace store_test
