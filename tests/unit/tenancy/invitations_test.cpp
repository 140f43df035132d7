#include <gtest/gtest.h>

#include "tenancy/members.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using tenancy::Caller;
using tenancy::MemberFacts;
using tenancy::OrgRole;

const MemberFacts kNoLimit{Noon(), std::nullopt, std::nullopt};

TEST(ListingInvitations, IsForAdmins) {
    const auto acme = Acme();
    EXPECT_EQ(Said(DecideListInvitations(nullptr, TokenFor("acme"))), "404 not_found");
    EXPECT_EQ(Said(DecideListInvitations(&acme, TokenFor("acme"))), "403 session_required");
    EXPECT_EQ(Said(DecideListInvitations(&acme, User("edda"))), "403 access_denied");
    EXPECT_EQ(Said(DecideListInvitations(&acme, User("adam"))), "allowed");
}

TEST(RevokingAnInvitation, RefusesInOrder) {
    const auto acme = Acme();
    EXPECT_EQ(Said(DecideRevokeInvitation(nullptr, TokenFor("acme"), "")), "400 invalid_user");
    EXPECT_EQ(Said(DecideRevokeInvitation(nullptr, TokenFor("acme"), "iris")), "404 not_found");
    EXPECT_EQ(Said(DecideRevokeInvitation(&acme, TokenFor("acme"), "iris")), "403 session_required");
    EXPECT_EQ(Said(DecideRevokeInvitation(&acme, User("vera"), "iris")), "403 access_denied");
    EXPECT_EQ(Said(DecideRevokeInvitation(&acme, User("adam"), "vera")), "404 invitation_not_found");
    const auto change = DecideRevokeInvitation(&acme, User("adam"), "iris");
    ASSERT_TRUE(change);
    EXPECT_TRUE(Apply(acme, *change).invitations.empty());
}

TEST(TheInbox, IsAPersons) {
    EXPECT_EQ(Said(tenancy::DecideInbox(TokenFor("acme"))), "403 session_required");
    EXPECT_EQ(Said(tenancy::DecideInbox(Caller::Nobody())), "401 authentication_required");
    EXPECT_EQ(Said(tenancy::DecideInbox(User("iris"))), "allowed");
}

TEST(TheInbox, HoldsOnesOwnByOrgAndTime) {
    auto acme = Acme();
    auto globex = Globex();
    globex.invitations.push_back({"iris", OrgRole::kViewer, Noon(), "gus"});
    globex.invitations.push_back({"vera", OrgRole::kViewer, Noon(), "gus"});
    const auto inbox = tenancy::Inbox({globex, acme}, "iris");
    ASSERT_EQ(inbox.size(), 2U);
    EXPECT_EQ(inbox[0].org.Text(), "acme");
    EXPECT_EQ(inbox[0].org_name, "Acme");
    EXPECT_EQ(inbox[1].org.Text(), "globex");
    EXPECT_TRUE(tenancy::Inbox({globex, acme}, "nobody").empty());
}

TEST(AcceptingAnInvitation, RefusesInOrder) {
    const auto acme = Acme();
    EXPECT_EQ(Said(DecideAcceptInvitation(nullptr, TokenFor("acme"), kNoLimit)), "404 not_found");
    EXPECT_EQ(Said(DecideAcceptInvitation(&acme, TokenFor("acme"), kNoLimit)), "403 session_required");
    EXPECT_EQ(Said(DecideAcceptInvitation(&acme, Caller::Nobody(), kNoLimit)), "401 authentication_required");
    EXPECT_EQ(Said(DecideAcceptInvitation(&acme, User("stranger"), kNoLimit)), "404 invitation_not_found");
    const auto full = DecideAcceptInvitation(&acme, User("iris"), {Noon(), {}, 4});
    EXPECT_EQ(Said(full), "402 license_required");
    EXPECT_EQ(full.error().feature, "max_users");
    EXPECT_EQ(full.error().shape, tenancy::BodyShape::kLicenseHandler);
    EXPECT_EQ(Said(DecideAcceptInvitation(&acme, User("iris"), {Noon(), {}, 5})), "allowed");
}

TEST(AcceptingAnInvitation, GivesTheInvitedRole) {
    const auto acme = Acme();
    const auto decision = DecideAcceptInvitation(&acme, User("iris"), kNoLimit);
    ASSERT_TRUE(decision);
    EXPECT_EQ(decision->member.role, OrgRole::kEditor);
    EXPECT_EQ(decision->member.added_by, "adam");
    const auto after = Apply(acme, decision->change);
    EXPECT_EQ(FindMember(after, "iris")->role, OrgRole::kEditor);
    EXPECT_TRUE(after.invitations.empty());
}

TEST(AcceptingAnInvitation, OfAMemberDropsTheLeftOverOnly) {
    auto acme = Acme();
    acme.invitations.push_back({"vera", OrgRole::kAdmin, Noon(), "adam"});
    const auto decision = DecideAcceptInvitation(&acme, User("vera"), {Noon(), {}, 1});
    ASSERT_TRUE(decision);
    const auto after = Apply(acme, decision->change);
    EXPECT_EQ(FindMember(after, "vera")->role, OrgRole::kViewer);
    EXPECT_EQ(FindInvitation(after, "vera"), nullptr);
    EXPECT_EQ(Said(DecideAcceptInvitation(&acme, User("edda"), kNoLimit)), "allowed") << "also without an invitation";
}

TEST(AcceptingAnInvitation, NeverMakesAnOwner) {
    auto acme = Acme();
    acme.invitations[0].role = OrgRole::kOwner;  // as nobody could have stored it
    EXPECT_EQ(DecideAcceptInvitation(&acme, User("iris"), kNoLimit)->member.role, OrgRole::kAdmin);
}

TEST(DecliningAnInvitation, RefusesInOrder) {
    const auto acme = Acme();
    EXPECT_EQ(Said(DecideDeclineInvitation(nullptr, TokenFor("acme"))), "404 not_found");
    EXPECT_EQ(Said(DecideDeclineInvitation(&acme, TokenFor("acme"))), "403 session_required");
    EXPECT_EQ(Said(DecideDeclineInvitation(&acme, Caller::Nobody())), "401 authentication_required");
    EXPECT_EQ(Said(DecideDeclineInvitation(&acme, User("vera"))), "404 invitation_not_found");
    EXPECT_TRUE(Apply(acme, *DecideDeclineInvitation(&acme, User("iris"))).invitations.empty());
}

}  // namespace
}  // namespace tenancy_test
