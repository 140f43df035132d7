#include <gtest/gtest.h>

#include "tenancy/members.hpp"
#include "tenancy/roles.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using tenancy::Caller;
using tenancy::MemberFacts;
using tenancy::MemberOutcome;
using tenancy::Organization;
using tenancy::OrgRole;
using tenancy::SetMemberRequest;

MemberFacts Fresh() {
    return {Noon(), Noon() - std::chrono::minutes(1), std::nullopt};
}

auto Set(const Organization& org, std::string_view caller, const SetMemberRequest& request,
         const MemberFacts& facts = Fresh()) {
    return DecideSetMember(org.id.Text(), &org, User(caller), &request, facts);
}

TEST(SettingAMember, RefusesInOrder) {
    const auto acme = Acme();
    const SetMemberRequest empty{"", "nonsense"};
    EXPECT_EQ(Said(DecideSetMember("default", nullptr, TokenFor("x"), nullptr, Fresh())), "400 default_org_immutable");
    EXPECT_EQ(Said(DecideSetMember("nope", nullptr, TokenFor("x"), nullptr, Fresh())), "404 not_found");
    EXPECT_EQ(Said(DecideSetMember("acme", &acme, TokenFor("acme"), nullptr, Fresh())), "403 session_required");
    EXPECT_EQ(Said(DecideSetMember("acme", &acme, User("edda"), nullptr, Fresh())), "403 access_denied");
    EXPECT_EQ(Said(DecideSetMember("acme", &acme, User("adam"), nullptr, Fresh())), "400 invalid_request");
    EXPECT_EQ(Said(Set(acme, "adam", empty)), "400 invalid_user");
    EXPECT_EQ(Said(Set(acme, "adam", {"new", "nonsense"})), "400 invalid_role");
    EXPECT_EQ(Said(Set(acme, "adam", {"new", "member"})), "400 invalid_role") << "the former role";
    EXPECT_EQ(Said(Set(acme, "adam", {"olga", "owner"})), "403 owner_required");
    EXPECT_EQ(Said(Set(acme, "adam", {"olga", "viewer"})), "400 owner_role_immutable");
    EXPECT_EQ(Said(Set(acme, "olga", {"olga", "admin"})), "400 owner_role_immutable");
    EXPECT_EQ(Said(Set(acme, "olga", {"stranger", "owner"}, {Noon(), {}, 0})), "400 owner_transfer_requires_member");
    EXPECT_EQ(Said(Set(acme, "olga", {"iris", "owner"}, {Noon(), {}, 0})), "400 owner_transfer_requires_member")
        << "who is invited is no member yet";
    EXPECT_EQ(Said(Set(acme, "olga", {"vera", "owner"}, {Noon(), {}, 0})), "401 fresh_session_required");
    EXPECT_EQ(Said(Set(acme, "olga", {"new", "viewer"}, {Noon(), {}, 4})), "402 license_required");
}

TEST(SettingAMember, UserIdsAreOneLine) {
    const auto acme = Acme();
    for (const std::string& bad :
         {std::string("  "), std::string("a\nb"), std::string("\xff"), std::string(257, 'x')}) {
        EXPECT_EQ(Said(Set(acme, "adam", {bad, "viewer"})), "400 invalid_user");
    }
}

TEST(SettingAMember, SomebodyNewIsInvited) {
    const auto acme = Acme();
    const auto decision = Set(acme, "adam", {" nina ", " Editor "});
    ASSERT_TRUE(decision);
    EXPECT_EQ(decision->outcome, MemberOutcome::kInvitation);
    EXPECT_EQ(decision->invitation, (tenancy::Invitation{"nina", OrgRole::kEditor, Noon(), "adam"}));
    const auto after = Apply(acme, decision->change);
    EXPECT_EQ(after.members, acme.members) << "membership begins when they accept";
    EXPECT_NE(FindInvitation(after, "nina"), nullptr);
    EXPECT_EQ(Set(acme, "adam", {"nina", ""})->invitation.role, OrgRole::kViewer);
}

TEST(SettingAMember, InvitingAgainChangesTheRole) {
    const auto acme = Acme();
    const auto decision = Set(acme, "olga", {"iris", "admin"});
    ASSERT_TRUE(decision);
    EXPECT_EQ(decision->outcome, MemberOutcome::kInvitation);
    const auto after = Apply(acme, decision->change);
    ASSERT_EQ(after.invitations.size(), 1U);
    EXPECT_EQ(after.invitations[0].role, OrgRole::kAdmin);
}

TEST(SettingAMember, AMemberGetsTheRoleAtOnce) {
    auto acme = Acme();
    acme.invitations.push_back({"vera", OrgRole::kAdmin, Noon(), "adam"});
    const auto decision = Set(acme, "adam", {"vera", "editor"}, {Noon(), {}, 1});
    ASSERT_TRUE(decision) << "the limit on members is not about roles";
    EXPECT_EQ(decision->outcome, MemberOutcome::kMember);
    EXPECT_EQ(decision->member.role, OrgRole::kEditor);
    const auto after = Apply(acme, decision->change);
    EXPECT_EQ(FindMember(after, "vera")->role, OrgRole::kEditor);
    EXPECT_EQ(FindInvitation(after, "vera"), nullptr) << "the left-over invitation goes";
}

TEST(SettingAMember, AdminsMayDemoteAdminsAndThemselves) {
    const auto acme = Acme();
    EXPECT_EQ(Said(Set(acme, "adam", {"adam", "viewer"})), "allowed");
    EXPECT_EQ(Said(Set(acme, "adam", {"edda", "admin"})), "allowed");
}

TEST(SettingAMember, TheSameRoleWritesNothing) {
    const auto acme = Acme();
    const auto decision = Set(acme, "adam", {"vera", "viewer"});
    ASSERT_TRUE(decision);
    EXPECT_TRUE(decision->change.Empty());
}

TEST(TransferringOwnership, MovesItToAMember) {
    const auto acme = Acme();
    const auto decision = Set(acme, "olga", {"vera", "owner"});
    ASSERT_TRUE(decision);
    EXPECT_TRUE(decision->ownership_moved);
    const auto after = Apply(acme, decision->change);
    EXPECT_EQ(after.owner_user_id, "vera");
    EXPECT_EQ(FindMember(after, "vera")->role, OrgRole::kOwner);
    EXPECT_EQ(FindMember(after, "olga")->role, OrgRole::kAdmin);
}

TEST(TransferringOwnership, NeedsASessionOfTheLastFiveMinutes) {
    const auto acme = Acme();
    MemberFacts facts = Fresh();
    facts.session_began = Noon() - tenancy::kFreshSession;
    EXPECT_EQ(Said(Set(acme, "olga", {"vera", "owner"}, facts)), "allowed") << "exactly five minutes";
    facts.session_began = Noon() - tenancy::kFreshSession - std::chrono::microseconds(1);
    EXPECT_EQ(Said(Set(acme, "olga", {"vera", "owner"}, facts)), "401 fresh_session_required");
    facts.session_began = Noon() + std::chrono::seconds(1);
    EXPECT_EQ(Said(Set(acme, "olga", {"vera", "owner"}, facts)), "401 fresh_session_required") << "from the future";
    facts.session_began.reset();
    EXPECT_EQ(Said(Set(acme, "olga", {"vera", "owner"}, facts)), "401 fresh_session_required");
}

TEST(TransferringOwnership, ToOneselfChangesNothing) {
    const auto acme = Acme();
    const auto decision = Set(acme, "olga", {"olga", "owner"}, {Noon(), {}, {}});
    ASSERT_TRUE(decision);
    EXPECT_FALSE(decision->ownership_moved);
    EXPECT_TRUE(decision->change.Empty());
    EXPECT_EQ(decision->member.role, OrgRole::kOwner);
}

TEST(TransferringOwnership, ToOneselfWorksWhenTheListLacksTheOwner) {
    auto acme = Acme();
    acme.members.clear();
    const auto decision = Set(acme, "olga", {"olga", "owner"});
    ASSERT_TRUE(decision);
    EXPECT_EQ(decision->member.user_id, "olga");
}

TEST(TransferringOwnership, WorksWhenTheListLacksTheOwner) {
    auto acme = Acme();
    acme.members.erase(acme.members.begin());
    const auto decision = Set(acme, "olga", {"vera", "owner"});
    ASSERT_TRUE(decision);
    EXPECT_EQ(FindMember(Apply(acme, decision->change), "olga")->role, OrgRole::kAdmin);
}

TEST(RemovingAMember, RefusesInOrder) {
    const auto acme = Acme();
    EXPECT_EQ(Said(DecideRemoveMember("default", nullptr, TokenFor("x"), " ")), "400 invalid_user");
    EXPECT_EQ(Said(DecideRemoveMember("default", nullptr, TokenFor("x"), "vera")), "400 default_org_immutable");
    EXPECT_EQ(Said(DecideRemoveMember("nope", nullptr, TokenFor("x"), "vera")), "404 not_found");
    EXPECT_EQ(Said(DecideRemoveMember("acme", &acme, TokenFor("acme"), "vera")), "403 session_required");
    EXPECT_EQ(Said(DecideRemoveMember("acme", &acme, User("vera"), "vera")), "403 access_denied")
        << "viewers and editors cannot leave by themselves";
    EXPECT_EQ(Said(DecideRemoveMember("acme", &acme, User("adam"), "olga")), "400 owner_role_immutable");
    EXPECT_EQ(Said(DecideRemoveMember("acme", &acme, User("adam"), "stranger")), "404 member_not_found");
    EXPECT_EQ(Said(DecideRemoveMember("acme", &acme, User("adam"), "iris")), "404 member_not_found");
    const auto change = DecideRemoveMember("acme", &acme, User("adam"), " adam ");
    ASSERT_TRUE(change) << "admins may remove themselves";
    EXPECT_EQ(FindMember(Apply(acme, *change), "adam"), nullptr);
}

}  // namespace
}  // namespace tenancy_test
