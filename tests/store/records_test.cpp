// Each kind of record written and read back, and lists page by page.
#include <gtest/gtest.h>

#include "controller/store/clock.hpp"
#include "controller/store/consents.hpp"
#include "controller/store/facts.hpp"
#include "controller/store/freezes.hpp"
#include "controller/store/installation.hpp"
#include "controller/store/outbox.hpp"
#include "controller/store/plans.hpp"
#include "controller/store/principals.hpp"
#include "controller/store/risk_acceptances.hpp"
#include "controller/store/tenants.hpp"
#include "controller/store/tokens.hpp"
#include "controller/wire/manifest.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using policy::RecordId;
using policy::TenantId;
using store::Tx;

TEST(Records, Principals) {
    World world;
    const auto made = world.Db().Write([](Tx& tx) {
        return store::InsertPrincipal(
            tx, {Person("Bob.Smith"), policy::PrincipalKind::kUser, "Bob Smith", "bob@example.org", "ada"});
    });
    EXPECT_EQ(made.version, 1);
    EXPECT_TRUE(made.active && made.roles.empty());
    EXPECT_THROW(world.Db().Write([](Tx& tx) {
        store::InsertPrincipal(tx, {Person("bob.smith"), policy::PrincipalKind::kUser, "Another", std::nullopt, "ada"});
    }),
                 store::Conflict);
    const auto changed = world.Db().Write([](Tx& tx) {
        auto principal = *store::LoadPrincipal(tx, Person("Bob.Smith"), store::Lock::kForUpdate);
        principal.display_name = "Robert 100% _Smith_";
        principal.email.reset();
        return store::UpdatePrincipal(tx, principal);
    });
    EXPECT_EQ(changed.version, 2);
    EXPECT_FALSE(changed.email);
    const auto count = [&](store::PrincipalFilter filter) {
        return world.Db().Read([&](Tx& tx) { return store::ListPrincipals(tx, filter, {100, ""}); }).rows.size();
    };
    EXPECT_EQ(count({}), 11U);
    EXPECT_EQ(count({policy::PrincipalKind::kComponent, {}, {}, ""}), 1U);
    EXPECT_EQ(count({{}, Role::kDevLead, {}, ""}), 2U);
    EXPECT_EQ(count({{}, {}, {}, "100% _SM"}), 1U);  // a text, no pattern
    EXPECT_EQ(count({{}, {}, {}, "%"}), 1U);
    EXPECT_EQ(count({{}, {}, false, ""}), 0U);
}

TEST(Records, RoleGrants) {
    World world;
    const auto propose = [&](const std::string& id, Role role) {
        return world.Db().Write([&](Tx& tx) {
            return store::InsertRoleGrant(tx, {RecordId::Trusted(id), Person("ana"), role, Person("ada")});
        });
    };
    EXPECT_EQ(propose("g1", Role::kQa).status, store::GrantStatus::kProposed);
    EXPECT_THROW(propose("g2", Role::kQa), store::Conflict);
    EXPECT_EQ(propose("g3", Role::kOperator).status, store::GrantStatus::kActive);
    world.Db().Write([](Tx& tx) {
        const auto rejected = store::RejectRoleGrant(tx, RecordId::Trusted("g1"), Person("alan"));
        EXPECT_EQ(rejected.status, store::GrantStatus::kRejected);
        EXPECT_EQ(rejected.confirmed_by, "alan");
        EXPECT_TRUE(rejected.confirmed_at);
        const auto revoked = store::RevokeRoleGrant(tx, RecordId::Trusted("g3"), Person("alan"));
        EXPECT_EQ(revoked.revoked_by, "alan");
    });
    EXPECT_EQ(world.Db().Read([](Tx& tx) {
        return store::ListRoleGrants(tx, Person("ana"), std::nullopt, {10, ""}).rows.size();
    }),
              3U);
    EXPECT_EQ(world.Db().Read([](Tx& tx) {
        return store::ListRoleGrants(tx, std::nullopt, store::GrantStatus::kRejected, {10, ""}).rows.size();
    }),
              1U);
    EXPECT_TRUE(world.Db().Read([](Tx& tx) { return store::LoadRoleGrant(tx, RecordId::Trusted("g1")); }));
}

TEST(Records, Tokens) {
    World world;
    const auto insert = [&](const std::string& id, std::optional<policy::Time> expires) {
        world.Db().Write([&](Tx& tx) {
            store::InsertToken(tx, {RecordId::Trusted(id),
                                    Person("dora"),
                                    "laptop",
                                    TokenHash(id),
                                    {Role::kDevLead, Role::kQa},
                                    "dora",
                                    expires});
        });
    };
    insert("tok_a", std::nullopt);
    insert("tok_b", world.Now() + std::chrono::hours(1));
    const auto caller = [&](const std::string& token) {
        return world.Db().Once([&](Tx& tx) { return store::FindCallerByToken(tx, TokenHash(token)); });
    };
    ASSERT_TRUE(caller("tok_a"));
    EXPECT_EQ(caller("tok_a")->roles, std::vector<Role>{Role::kDevLead});  // qa is carried, but not held
    EXPECT_EQ(caller("tok_a")->token.Text(), "tok_a");
    EXPECT_TRUE(caller("tok_b"));
    world.Advance(std::chrono::hours(2));
    EXPECT_FALSE(caller("tok_b"));
    world.Db().Write([](Tx& tx) {
        store::RecordTokenUse(tx, RecordId::Trusted("tok_a"));
        EXPECT_EQ(store::LoadToken(tx, RecordId::Trusted("tok_a"), store::Lock::kForUpdate)->last_used_at,
                  store::Now(tx));
    });
    const auto revoke = [&] {
        return world.Db().Write(
            [](Tx& tx) { return store::RevokeToken(tx, RecordId::Trusted("tok_a"), Person("ada")); });
    };
    EXPECT_EQ(revoke().revoked_by, "ada");
    EXPECT_THROW(revoke(), store::Conflict);
    EXPECT_FALSE(caller("tok_a"));
    world.Sql("UPDATE portcullis.principals SET active = false WHERE id = 'ana'");
    EXPECT_FALSE(caller("ana"));
    EXPECT_FALSE(world.Db().Once([](Tx& tx) { return store::FindCallerById(tx, Person("ana")); }));
    EXPECT_TRUE(world.Db().Once([](Tx& tx) { return store::FindCallerById(tx, Person("dora")); }));
    EXPECT_EQ(world.Db().Read([](Tx& tx) { return store::ListTokens(tx, Person("dora"), {10, ""}).rows.size(); }), 3U);
}

TEST(Records, TenantsPageByPage) {
    World world;
    world.Db().Write([](Tx& tx) {
        auto tenant = *store::LoadTenant(tx, TenantId::Trusted("tenant-1"), store::Lock::kForUpdate);
        tenant.preference = policy::ChannelPreference::kStableOnly;
        tenant.active = false;
        EXPECT_EQ(store::UpdateTenant(tx, tenant).version, 2);
    });
    std::string seen;
    std::string after;
    for (;;) {
        const auto page = world.Db().Read([&](Tx& tx) { return store::ListTenants(tx, {}, {2, after}); });
        EXPECT_LE(page.rows.size(), 2U);
        for (const auto& tenant : page.rows) {
            seen += tenant.id.Text() + " ";
        }
        if (!page.next) {
            break;
        }
        after = *page.next;
    }
    EXPECT_EQ(seen, "tenant-1 tenant-2 tenant-3 tenant-4 tenant-dev ");
    const auto count = [&](store::TenantFilter filter) {
        return world.Db().Read([&](Tx& tx) { return store::ListTenants(tx, filter, {100, ""}); }).rows.size();
    };
    EXPECT_EQ(count({policy::TenantKind::kStaging, {}, {}, ""}), 2U);
    EXPECT_EQ(count({{}, policy::ChannelPreference::kStableOnly, {}, ""}), 2U);
    EXPECT_EQ(count({{}, {}, false, ""}), 1U);
    EXPECT_EQ(count({{}, {}, {}, "THREE"}), 1U);
    EXPECT_EQ(world.Db().Read([](Tx& tx) {
        return store::FindUnregistered(
            tx, {TenantId::Trusted("x\"y"), TenantId::Trusted("tenant-2"), TenantId::Trusted("tenant-1")});
    }),
              (std::vector<TenantId>{TenantId::Trusted("x\"y"), TenantId::Trusted("tenant-1")}));
}

TEST(Records, Consents) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.SetPlan(release);
    world.Consent(release, "tenant-1");
    const auto of_release = [&] {
        return world.Db().Read([&](Tx& tx) { return store::LoadConsentsForRelease(tx, release); });
    };
    ASSERT_EQ(of_release().size(), 1U);
    const auto id = of_release()[0].id;
    const auto withdrawn = world.Db().Write([&](Tx& tx) {
        EXPECT_TRUE(store::LoadConsent(tx, id, store::Lock::kForUpdate));
        return store::WithdrawConsent(tx, id, Person("ana"), "Asked for it");
    });
    EXPECT_EQ(withdrawn.withdrawn_reason, "Asked for it");
    EXPECT_TRUE(withdrawn.withdrawn_at);
    EXPECT_EQ(withdrawn.release, release);
    EXPECT_FALSE(withdrawn.channel);
    EXPECT_EQ(world.Db().Read([](Tx& tx) {
        return store::ListConsents(tx, TenantId::Trusted("tenant-1"), {10, ""}).rows.size();
    }),
              1U);
}

TEST(Records, ReleasesAndTheirRevisions) {
    World world;
    const ReleaseId release = world.NewRelease(ReleaseClass::kWorkflow, "2025-01-15-filters");
    auto row = world.Load(release);
    EXPECT_EQ(row.version, 1);
    EXPECT_EQ(row.author, "ana");
    EXPECT_EQ(row.flag, "AUDIT_FILTER_UI_ENABLED");
    EXPECT_EQ(row.title, "Filters for a panel");
    EXPECT_EQ(row.content_since, row.created_at);
    world.Advance(std::chrono::hours(1));
    policy::Manifest manifest = support::GoodManifest();
    manifest.id = release.Text();
    manifest.title = "Filters, again";
    world.Submit(manifest);
    row = world.Load(release);
    EXPECT_EQ(row.revision, 2);
    EXPECT_EQ(row.version, 2);
    EXPECT_EQ(row.title, "Filters, again");
    EXPECT_GE(row.content_since - row.created_at, std::chrono::hours(1));
    world.Db().Read([&](Tx& tx) {
        EXPECT_EQ(store::LoadManifestRevision(tx, release)->revision, 2);
        EXPECT_EQ(store::LoadManifestRevision(tx, release, 1)->document.find("again"), std::string::npos);
        EXPECT_FALSE(store::LoadManifestRevision(tx, release, 3));
        const auto page = store::ListManifestRevisions(tx, release, {1, ""});
        ASSERT_EQ(page.next, "1");
        EXPECT_EQ(store::ListManifestRevisions(tx, release, {1, *page.next}).rows[0].revision, 2);
    });
    world.NewRelease(ReleaseClass::kUiOnly);
    const auto count = [&](store::ReleaseFilter filter) {
        return world.Db().Read([&](Tx& tx) { return store::ListReleases(tx, filter, {100, ""}); }).rows.size();
    };
    EXPECT_EQ(count({}), 2U);
    EXPECT_EQ(count({Channel::kDev, {}, {}, ""}), 2U);
    EXPECT_EQ(count({Channel::kStable, {}, {}, ""}), 0U);
    EXPECT_EQ(count({{}, ReleaseClass::kUiOnly, {}, ""}), 1U);
    EXPECT_EQ(count({{}, {}, {}, "AGAIN"}), 1U);
    world.Db().Write([&](Tx& tx) { store::SetReleaseStatus(tx, release, policy::ReleaseStatus::kWithdrawn); });
    EXPECT_EQ(count({{}, {}, policy::ReleaseStatus::kActive, ""}), 1U);
    world.Db().Read([&](Tx& tx) { EXPECT_FALSE(store::LoadRelease(tx, ReleaseId::Trusted("nowhere"))); });
}

TEST(Records, PlanRevisions) {
    World world;
    const ReleaseId release = world.NewRelease();
    EXPECT_FALSE(world.Db().Read([&](Tx& tx) { return store::LoadPlanRevision(tx, release); }));
    world.SetPlan(release, policy::Days{7});
    world.SetPlan(release, policy::Days{9});
    world.Db().Read([&](Tx& tx) {
        EXPECT_EQ(store::LoadPlanRevision(tx, release)->minimum_stay, policy::Days{9});
        EXPECT_EQ(store::LoadPlanRevision(tx, release, 1)->minimum_stay, policy::Days{7});
        EXPECT_EQ(store::ListPlanRevisions(tx, release, {10, ""}).rows.size(), 2U);
    });
    EXPECT_EQ(world.Load(release).plan_revision, 2);
    EXPECT_EQ(world.Load(release).version, 3);
}

TEST(Records, ApprovalsAndAcceptances) {
    World world;
    const ReleaseId release = world.NewRelease(ReleaseClass::kMechanism);
    world.ApproveClass(release);
    world.Db().Write([&](Tx& tx) {
        auto approval = store::ListApprovals(tx, release, {10, ""}).rows.at(0);
        EXPECT_TRUE(approval.entitled && approval.hash_matches && !approval.revocation);
        approval = store::RevokeApproval(tx, approval.id, Person("sam"), "Read again");
        EXPECT_EQ(approval.revocation->reason, "Read again");
        EXPECT_EQ(approval.revocation->at, store::Now(tx));
        EXPECT_TRUE(store::LoadApprovalFacts(tx, release).at(0).revoked);
    });
    const auto id = world.Db().Read([&](Tx& tx) { return store::ListApprovals(tx, release, {10, ""}).rows.at(0).id; });
    EXPECT_THROW(world.Db().Write([&](Tx& tx) { store::RevokeApproval(tx, id, Person("sam"), "Twice"); }),
                 store::Conflict);
    world.Db().Write([&](Tx& tx) {
        const auto made = store::InsertRiskAcceptance(
            tx, {RecordId::Trusted("rsk_1"), release, Person("sue"), world.Load(release).content_hash, "Slow", "Online",
                 support::On("2025-06-01")});
        EXPECT_EQ(made.review_date, support::On("2025-06-01"));
        EXPECT_TRUE(made.entitled && made.hash_matches);
        EXPECT_TRUE(store::RevokeRiskAcceptance(tx, made.id, Person("sue"), "Too slow").revocation);
        EXPECT_EQ(store::ListRiskAcceptances(tx, release, {10, ""}).rows.size(), 2U);
    });
}

TEST(Records, ChecksAndHardStops) {
    World world;
    const ReleaseId release = world.NewRelease();
    const auto failed = world.RecordCheck(release, policy::Control::kDsv1, policy::CheckOutcome::kFailed);
    world.RecordCheck(release, policy::Control::kTests, policy::CheckOutcome::kPassed);
    world.Db().Write([&](Tx& tx) {
        const auto resolved = store::ResolveCheck(tx, failed, Person("dora"), "The test was wrong", "Commit 4e07408");
        EXPECT_EQ(resolved.resolution->resolved_by, "dora");
        EXPECT_TRUE(resolved.change_matches);
        EXPECT_EQ(resolved.evidence, R"({"text": "seen"})");
        EXPECT_EQ(store::ListChecks(tx, release, {policy::Control::kDsv1, {}}, {10, ""}).rows.size(), 1U);
        EXPECT_EQ(store::ListChecks(tx, release, {{}, policy::CheckOutcome::kPassed}, {10, ""}).rows.size(), 1U);
    });
    EXPECT_THROW(world.Db().Write([&](Tx& tx) { store::ResolveCheck(tx, failed, Person("dora"), "r", "e"); }),
                 store::Conflict);
    const auto stop = world.RaiseHardStop(release, policy::HardStop::kHst4);
    world.RaiseHardStop(release, policy::HardStop::kHst5);
    world.Db().Write([&](Tx& tx) {
        EXPECT_FALSE(store::LoadHardStop(tx, stop, store::Lock::kForUpdate)->resolved_at);
        store::ResolveHardStop(tx, stop, Person("sam"), "Not so", "Run 12");
        EXPECT_EQ(store::ListHardStops(tx, release, true, {10, ""}).rows.size(), 1U);
        EXPECT_EQ(store::ListHardStops(tx, release, false, {10, ""}).rows.size(), 1U);
        EXPECT_EQ(store::ListHardStops(tx, release, std::nullopt, {10, ""}).rows.size(), 2U);
    });
}

TEST(Records, MemosAndPromotions) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.BringTo(release, Channel::kStable);
    world.Db().Read([&](Tx& tx) {
        const auto memos = store::ListMemos(tx, release, {10, ""});
        ASSERT_EQ(memos.rows.size(), 1U);
        EXPECT_EQ(memos.rows[0].signatures.size(), 2U);
        EXPECT_FALSE(store::LoadMemo(tx, release, 2));
        EXPECT_EQ(store::NextMemoNumber(tx, release), 2);
        const auto promotions = store::ListPromotions(tx, release, {10, ""});
        ASSERT_EQ(promotions.rows.size(), 3U);
        EXPECT_EQ(promotions.rows[2].memo_number, 1);
        EXPECT_EQ(store::LoadPromotion(tx, promotions.rows[0].id)->to, Channel::kExperimental);
        EXPECT_EQ(promotions.rows[2].promoted_at, store::LoadRelease(tx, release)->channel_entered_at);
    });
}

TEST(Records, FreezesAreListedAheadOrAll) {
    World world;
    const auto declare = [&](const std::string& id, const std::string& start, const std::string& end) {
        world.Db().Write([&](Tx& tx) {
            store::NewFreeze freeze;
            freeze.id = RecordId::Trusted(id);
            freeze.scope = policy::FreezeScope::kChannel;
            freeze.channel = Channel::kStable;
            freeze.zone = "UTC";
            freeze.local_start = start;
            freeze.local_end = end;
            freeze.reason = "Inventory";
            freeze.created_by = Person("ana");
            store::InsertFreeze(tx, freeze);
        });
    };
    declare("frz_1", "2024-01-01T00:00:00", "2024-02-01T00:00:00");
    declare("frz_2", "2025-02-01T00:00:00", "2025-03-01T00:00:00");
    declare("frz_3", "2025-02-01T00:00:00", "2025-03-01T00:00:00");
    world.Db().Write([](Tx& tx) {
        EXPECT_TRUE(store::LoadFreeze(tx, RecordId::Trusted("frz_3"), store::Lock::kForUpdate)->starts_at);
        const auto cancelled = store::CancelFreeze(tx, RecordId::Trusted("frz_3"), Person("ana"));
        EXPECT_EQ(cancelled.cancelled_by, "ana");
        EXPECT_EQ(cancelled.version, 2);
        EXPECT_FALSE(cancelled.starts_at);
        EXPECT_EQ(store::ListFreezes(tx, false, {10, ""}).rows.size(), 3U);
        const auto ahead = store::ListFreezes(tx, true, {10, ""});
        ASSERT_EQ(ahead.rows.size(), 1U);
        EXPECT_EQ(ahead.rows[0].local_start, "2025-02-01T00:00:00");
        EXPECT_TRUE(store::IsTimeZoneKnown(tx, "America/New_York"));
        EXPECT_FALSE(store::IsTimeZoneKnown(tx, "EST"));  // no place, and so no calendar
        EXPECT_FALSE(store::IsTimeZoneKnown(tx, "../etc"));
    });
}

TEST(Records, OutboxAndInstallation) {
    World world;
    world.Db().Write([](Tx& tx) {
        store::AppendOutbox(tx, "release.promoted", "rel-1", R"({"to":"stable"})");
        store::AppendOutbox(tx, "release.promoted", "rel-2", "{}");
        const auto events = store::LoadOutbox(tx, 0, 1);
        ASSERT_EQ(events.size(), 1U);
        EXPECT_EQ(store::LoadOutbox(tx, events[0].seq, 10).at(0).subject, "rel-2");
        store::SetInstallationValue(tx, "signing_key", "abc");
        store::SetInstallationValue(tx, "signing_key", "abc");
        EXPECT_EQ(store::LoadInstallationValue(tx, "signing_key"), "abc");
        const auto all = store::LoadInstallation(tx);
        EXPECT_EQ(all.size(), 2U) << "and who it is in events, from its beginning";
        EXPECT_TRUE(all.contains("installation_id"));
        EXPECT_FALSE(store::LoadInstallationValue(tx, "other"));
        EXPECT_GT(store::LoadPathRules(tx).size(), 10U);
    });
    EXPECT_THROW(world.Db().Write([](Tx& tx) { store::SetInstallationValue(tx, "signing_key", "xyz"); }),
                 store::Conflict);
}

}  // namespace
}  // namespace store_test
