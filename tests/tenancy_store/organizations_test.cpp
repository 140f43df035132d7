// Organizations and their people: what is written is read back, changes follow each other, and the database refuses
// what the core would never decide.
#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "tenancy/lifecycle.hpp"
#include "tests/tenancy_store/world.hpp"

namespace tenancy_test {
namespace {

using tenancy::Caller;
using tenancy::IdentityScope;
using tenancy::OrgChange;
using tenancy::OrgLifecycle;
using tenancy::store::ApplyChange;
using tenancy::store::IdentityTx;
using tenancy::store::LoadOrganization;
using tenancy::store::Read;
using tenancy::store::Write;

std::optional<Organization> Load(World& world, std::string_view org) {
    return Read(world.Db(), ScopeOf(org), [](TenantTx& tx) { return LoadOrganization(tx); });
}
bool Apply(World& world, std::string_view org, const OrgChange& change) {
    return Write(world.Db(), ScopeOf(org), [&](TenantTx& tx) { return ApplyChange(tx, change); });
}
IdentityScope Person(std::string_view user) {
    return IdentityScope::For(Caller::User(std::string(user))).value();
}

tenancy::Share NewShare(std::string_view id, std::string_view target) {
    tenancy::Share share;
    share.id = std::string(id);
    share.target = Org(target);
    share.resource_type = "vm";
    share.resource_id = "100";
    share.resource_name = "mail";
    share.access_role = OrgRole::kEditor;
    share.created_at = At("2026-02-08T11:00:00Z");
    share.created_by = "ann";
    return share;
}

// Everything a field can hold.
Organization FullOrganization() {
    Organization org = NewOrganization("full", "ann");
    org.owner_email = "ann@example.org";
    org.members.push_back(NewMember("dora", OrgRole::kAdmin));
    org.members.push_back(NewMember("Änne O'Hara", OrgRole::kViewer));
    org.invitations = {{"ivan", OrgRole::kEditor, At("2026-02-09T10:00:00Z"), "ann"}};
    org.shares = {NewShare("shr-1", "b")};
    org.encryption_key_id = "key-1";
    org.plan = tenancy::Plan::kPro;
    org.contact_email = "contact@example.org";
    org.lifecycle.status = OrgStatus::kSuspended;
    org.lifecycle.suspended_at = At("2026-02-10T10:00:00Z");
    org.lifecycle.suspend_reason = "payment";
    return org;
}

TEST(Organizations, WhatIsWrittenIsReadBack) {
    World world;
    const Organization org = FullOrganization();
    Write(world.Db(), ScopeOf("full"), [&](TenantTx& tx) { tenancy::store::InsertOrganization(tx, org); });
    const auto loaded = Load(world, "full");
    ASSERT_TRUE(loaded.has_value());
    auto members = loaded->members;  // by time, then by name
    EXPECT_EQ(members.size(), 3U);
    Organization expected = org;
    expected.members = members;
    EXPECT_EQ(*loaded, expected);
    for (const auto& member : org.members) {
        EXPECT_NE(std::find(members.begin(), members.end(), member), members.end()) << member.user_id;
    }
    EXPECT_EQ(Read(world.Db(), Directory(), [](PlatformTx& tx) { return LoadOrganization(tx, Org("full")); }), loaded);
    EXPECT_EQ(
        Read(world.Db(), Directory(), [](PlatformTx& tx) { return tenancy::store::ListOrganizations(tx); }).size(), 3U);
    EXPECT_EQ(Read(world.Db(), Directory(),
                   [](PlatformTx& tx) {
                       return tenancy::store::LoadOrganizations(tx, {Org("full"), Org("nobody"), Org("a")});
                   })
                  .size(),
              2U);
    EXPECT_THROW(world.AddTenant("full", "x"), platform::Conflict);
}

TEST(Organizations, ADefaultOrganizationNeedsNoOwnerYetAndNeverEnds) {
    World world;
    Organization org;
    org.display_name = "Default Organization";
    Write(world.Db(), ScopeOf("default"), [&](TenantTx& tx) { tenancy::store::InsertOrganization(tx, org); });
    const auto loaded = Load(world, "default");
    EXPECT_EQ(*loaded, org);
    OrgChange change;
    change.lifecycle = OrgLifecycle{OrgStatus::kSuspended, At("2026-02-08T10:00:00Z"), "", {}, {}, {}};
    EXPECT_EQ(RuleRefusing([&] { Apply(world, "default", change); }), "default_org_immutable");
}

TEST(Organizations, ChangesAreWrittenWhole) {
    World world;
    OrgChange change;
    change.display_name = "New name";
    change.put_members = {NewMember("carl", OrgRole::kEditor)};
    change.put_invitations = {{"ivan", OrgRole::kViewer, At("2026-02-09T10:00:00Z"), "ann"}};
    change.put_shares = {NewShare("shr-1", "b")};
    const auto before = Load(world, "a");
    ASSERT_TRUE(Apply(world, "a", change));
    EXPECT_EQ(*Load(world, "a"), tenancy::Apply(*before, change));

    OrgChange undo;
    undo.drop_members = {"carl"};
    undo.drop_invitations = {"ivan"};
    undo.drop_shares = {"shr-1"};
    undo.display_name = before->display_name;
    ASSERT_TRUE(Apply(world, "a", undo));
    EXPECT_EQ(*Load(world, "a"), *before);
    EXPECT_FALSE(Apply(world, "nobody", undo));
    EXPECT_EQ(world.OwnerCell("SELECT version FROM tenancy.orgs WHERE id = 'a'"), "3");
}

TEST(Organizations, OwnershipMovesInOneStep) {
    World world;
    OrgChange join;
    join.put_members = {NewMember("carl", OrgRole::kAdmin)};
    Apply(world, "a", join);
    OrgChange transfer;
    transfer.owner_user_id = "carl";
    transfer.put_members = {NewMember("carl", OrgRole::kOwner), NewMember("ann", OrgRole::kAdmin)};
    ASSERT_TRUE(Apply(world, "a", transfer));
    const auto org = Load(world, "a");
    EXPECT_EQ(org->owner_user_id, "carl");
    EXPECT_EQ(tenancy::FindMember(*org, "ann")->role, OrgRole::kAdmin);
    EXPECT_EQ(org->owner_email, "carl@example.org");
}

TEST(Organizations, ThereIsExactlyOneOwner) {
    World world;
    OrgChange two;
    two.put_members = {NewMember("carl", OrgRole::kOwner)};
    EXPECT_EQ(RuleRefusing([&] { Apply(world, "a", two); }), "org_owner");
    OrgChange none;
    none.put_members = {NewMember("ann", OrgRole::kViewer)};
    EXPECT_EQ(RuleRefusing([&] { Apply(world, "a", none); }), "org_owner");
    OrgChange gone;
    gone.drop_members = {"ann"};
    EXPECT_EQ(RuleRefusing([&] { Apply(world, "a", gone); }), "org_owner");
    OrgChange stranger;
    stranger.owner_user_id = "nobody";
    EXPECT_EQ(RuleRefusing([&] { Apply(world, "a", stranger); }), "org_owner");
    Organization ownerless = NewOrganization("c", "cid");
    ownerless.members.clear();
    EXPECT_EQ(RuleRefusing([&] {
                  Write(world.Db(), ScopeOf("c"),
                        [&](TenantTx& tx) { tenancy::store::InsertOrganization(tx, ownerless); });
              }),
              "org_owner");
    EXPECT_EQ(Load(world, "a")->owner_user_id, "ann");
}

TEST(Organizations, TheDatabaseKnowsTheLegalMoves) {
    constexpr std::array kAll = {OrgStatus::kActive, OrgStatus::kSuspended, OrgStatus::kPendingDeletion};
    const auto lifecycle = [](OrgStatus status) {
        OrgLifecycle life;
        life.status = status;
        life.suspended_at = At("2026-02-08T10:00:00Z");
        life.deletion_requested_at = At("2026-02-08T10:00:00Z");
        life.retention_days = 30;
        return life;
    };
    for (const OrgStatus from : kAll) {
        for (const OrgStatus to : kAll) {
            World world{World::Empty()};
            Organization org = NewOrganization("m", "mo");
            org.lifecycle = lifecycle(from);
            Write(world.Db(), ScopeOf("m"), [&](TenantTx& tx) { tenancy::store::InsertOrganization(tx, org); });
            OrgChange change;
            change.lifecycle = lifecycle(to);
            const std::string rule = RuleRefusing([&] { Apply(world, "m", change); });
            EXPECT_EQ(rule.empty(), from == to || tenancy::IsLegalMove(from, to))
                << platform::EnumText(from) << " to " << platform::EnumText(to) << " " << rule;
        }
    }
}

TEST(Organizations, WhatIsDueForDeletionIsFound) {
    World world;
    OrgChange change;
    change.lifecycle = OrgLifecycle{OrgStatus::kPendingDeletion, {}, "", At("2026-02-08T10:00:00Z"), 30, {}};
    Apply(world, "a", change);
    const auto due = [&](std::string_view now) {
        return Read(world.Db(), Directory(),
                    [&](PlatformTx& tx) { return tenancy::store::ListDueForDeletion(tx, At(now)); });
    };
    EXPECT_TRUE(due("2026-03-10T09:59:59Z").empty());
    EXPECT_EQ(due("2026-03-10T10:00:00Z"), std::vector{Org("a")});
    EXPECT_EQ(tenancy::IsDueForDeletion(*Load(world, "a"), At("2026-03-10T10:00:00Z")), true);
    EXPECT_EQ(tenancy::IsDueForDeletion(*Load(world, "a"), At("2026-03-10T09:59:59Z")), false);
}

TEST(Organizations, APersonSeesTheirOwnMembershipsAndInvitations) {
    World world;
    OrgChange change;
    change.put_members = {NewMember("bob", OrgRole::kViewer)};
    change.put_invitations = {{"carl", OrgRole::kAdmin, At("2026-02-09T10:00:00Z"), "ann"}};
    Apply(world, "a", change);
    const auto memberships =
        Read(world.Db(), Person("bob"), [](IdentityTx& tx) { return tenancy::store::LoadMemberships(tx); });
    ASSERT_EQ(memberships.size(), 2U);
    EXPECT_EQ(memberships[0].org, Org("a"));
    EXPECT_EQ(memberships[0].role, OrgRole::kViewer);
    EXPECT_EQ(memberships[1].org_name, "Organization b");
    const auto inbox = Read(world.Db(), Person("carl"), [](IdentityTx& tx) { return tenancy::store::LoadInbox(tx); });
    ASSERT_EQ(inbox.size(), 1U);
    EXPECT_EQ(inbox[0].org_name, "Organization a");
    EXPECT_EQ(inbox[0].invitation, change.put_invitations[0]);
    EXPECT_TRUE(Read(world.Db(), Person("eve"), [](IdentityTx& tx) { return tenancy::store::LoadInbox(tx); }).empty());
}

TEST(Organizations, SharesAreSeenByTheirTargetOnly) {
    World world;
    world.AddTenant("c", "cid");
    OrgChange change;
    change.put_shares = {NewShare("shr-1", "b")};
    Apply(world, "a", change);
    const auto incoming = [&](std::string_view org) {
        return Read(world.Db(), ScopeOf(org), [](TenantTx& tx) { return tenancy::store::LoadIncomingShares(tx); });
    };
    ASSERT_EQ(incoming("b").size(), 1U);
    EXPECT_EQ(incoming("b")[0].source, Org("a"));
    EXPECT_EQ(incoming("b")[0].source_name, "Organization a");
    EXPECT_EQ(incoming("b")[0].share, change.put_shares[0]);
    EXPECT_TRUE(incoming("c").empty());
    EXPECT_TRUE(incoming("a").empty());
    EXPECT_TRUE(Load(world, "b")->shares.empty());

    AppSession app(world);
    EXPECT_EQ(app.StateOf("b", "UPDATE tenancy.shares SET access_role = 'admin'"), "PC001")
        << "not the target's to say";
    EXPECT_EQ(app.StateOf("a", "UPDATE tenancy.shares SET target_org_id = 'c'"), "PC001");
    EXPECT_EQ(app.Touched("c", "DELETE FROM tenancy.shares"), 0);
    EXPECT_EQ(
        app.Touched("b", "UPDATE tenancy.shares SET status = 'accepted', accepted_at = now(), accepted_by = 'bob'"), 1);
    EXPECT_EQ(app.Touched("b", "DELETE FROM tenancy.shares"), 1);
}

// Each of many writers adds one member by reading the organization and writing what follows from it.
TEST(Organizations, NoChangeIsLost) {
    World world;
    constexpr int kThreads = 4;
    constexpr int kEach = 15;
    std::vector<std::thread> threads;
    std::atomic<int> failed{0};
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < kEach; ++i) {
                try {
                    Write(world.Db(), ScopeOf("a"), [&](TenantTx& tx) {
                        const auto org = LoadOrganization(tx, platform::Lock::kForUpdate);
                        OrgChange change;
                        change.display_name = std::to_string(org->members.size());
                        change.put_members = {
                            NewMember("m-" + std::to_string(t) + "-" + std::to_string(i), OrgRole::kViewer)};
                        ApplyChange(tx, change);
                    });
                } catch (const std::exception&) {
                    ++failed;
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(failed.load(), 0);
    const auto org = Load(world, "a");
    EXPECT_EQ(org->members.size(), 1U + kThreads * kEach);
    EXPECT_EQ(org->display_name, std::to_string(kThreads * kEach)) << "the last writer saw everybody before it";
}

}  // namespace
}  // namespace tenancy_test
