#include <set>

#include <gtest/gtest.h>

#include "tenancy/shares.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using tenancy::Caller;
using tenancy::CreateShareRequest;
using tenancy::IncomingShare;
using tenancy::Organization;
using tenancy::OrgId;
using tenancy::OrgRole;
using tenancy::Share;
using tenancy::ShareStatus;

const tenancy::Time kLater = Noon() + std::chrono::hours(1);

CreateShareRequest Request() {
    return {"globex", "vm", "vm-101", "web", "editor"};
}

auto Create(const Organization& org, const CreateShareRequest& request, std::string_view caller = "adam",
            bool target_exists = true, tenancy::Time now = Noon()) {
    return DecideCreateShare(&org, User(caller), &request, target_exists, now, "shr-1");
}

/// Acme with a share to globex that is accepted.
Organization WithAccepted() {
    auto acme = Acme();
    Share share = Create(acme, Request())->share;
    share.status = ShareStatus::kAccepted;
    share.accepted_at = Noon();
    share.accepted_by = "gus";
    acme.shares.push_back(share);
    return acme;
}

TEST(CreatingAShare, RefusesInOrder) {
    const auto acme = Acme();
    const auto good = Request();
    EXPECT_EQ(Said(DecideCreateShare(nullptr, TokenFor("acme"), nullptr, false, Noon(), "s")), "404 not_found");
    EXPECT_EQ(Said(DecideCreateShare(&acme, TokenFor("acme"), nullptr, false, Noon(), "s")), "403 session_required");
    EXPECT_EQ(Said(DecideCreateShare(&acme, User("edda"), nullptr, false, Noon(), "s")), "403 access_denied");
    EXPECT_EQ(Said(DecideCreateShare(&acme, User("adam"), nullptr, false, Noon(), "s")), "400 invalid_request");
    EXPECT_EQ(Said(Create(acme, {"", "", "", "", "owner"})), "400 invalid_target_org");
    EXPECT_EQ(Said(Create(acme, {"..", "vm", "1", "", ""})), "400 invalid_target_org");
    EXPECT_EQ(Said(Create(acme, {" acme ", "", "", "", "owner"})), "400 invalid_target_org") << "with itself";
    EXPECT_EQ(Said(Create(acme, {"globex", "", "1", "", "owner"})), "400 invalid_resource");
    EXPECT_EQ(Said(Create(acme, {"globex", "vm", " ", "", "owner"})), "400 invalid_resource");
    EXPECT_EQ(Said(Create(acme, {"globex", "host", "1", "", "owner"})), "400 invalid_resource");
    EXPECT_EQ(Said(Create(acme, {"globex", "vm", "1", "", "owner"}, "adam", false)), "400 invalid_access_role");
    EXPECT_EQ(Said(Create(acme, {"globex", "vm", "1", "", "member"}, "adam", false)), "400 invalid_access_role");
    EXPECT_EQ(Said(Create(acme, good, "adam", false)), "404 not_found") << "the target";
    EXPECT_EQ(Said(Create(acme, good)), "allowed");
    EXPECT_EQ(Said(DecideShareTarget(&acme, User("edda"), &good)), "403 access_denied");
    EXPECT_EQ(DecideShareTarget(&acme, User("adam"), &good)->Text(), "globex");
}

TEST(CreatingAShare, IsPendingUntilTheTargetAccepts) {
    const auto decision = Create(Acme(), {" globex ", " VM ", " vm-101 ", " web ", ""});
    ASSERT_TRUE(decision);
    EXPECT_TRUE(decision->created);
    const Share& share = decision->share;
    EXPECT_EQ(share.id, "shr-1");
    EXPECT_EQ(share.target.Text(), "globex");
    EXPECT_EQ(share.resource_type, "vm");
    EXPECT_EQ(share.resource_id, "vm-101");
    EXPECT_EQ(share.resource_name, "web");
    EXPECT_EQ(share.access_role, OrgRole::kViewer);
    EXPECT_EQ(share.status, ShareStatus::kPending);
    EXPECT_EQ(share.created_by, "adam");
    EXPECT_FALSE(share.accepted_at);
}

TEST(CreatingAShare, AgainWithTheSameRoleStaysAccepted) {
    const auto acme = WithAccepted();
    auto request = Request();
    request.resource_name = "renamed";
    const auto decision = Create(acme, request, "olga", true, kLater);
    ASSERT_TRUE(decision);
    EXPECT_FALSE(decision->created);
    EXPECT_EQ(decision->share.status, ShareStatus::kAccepted);
    EXPECT_EQ(decision->share.resource_name, "renamed");
    EXPECT_EQ(decision->share.accepted_by, "gus");
    EXPECT_EQ(decision->share.created_by, "adam");
    EXPECT_EQ(Apply(acme, decision->change).shares.size(), 1U);
}

TEST(CreatingAShare, AgainWithAnotherRoleIsPendingAgain) {
    const auto acme = WithAccepted();
    auto request = Request();
    request.access_role = "admin";
    const auto decision = Create(acme, request, "olga", true, kLater);
    ASSERT_TRUE(decision);
    EXPECT_FALSE(decision->created);
    EXPECT_EQ(decision->share.id, acme.shares[0].id);
    EXPECT_EQ(decision->share.status, ShareStatus::kPending);
    EXPECT_EQ(decision->share.access_role, OrgRole::kAdmin);
    EXPECT_EQ(decision->share.created_by, "olga");
    EXPECT_FALSE(decision->share.accepted_at);
    EXPECT_TRUE(decision->share.accepted_by.empty());
}

TEST(CreatingAShare, OfAnotherResourceIsAnother) {
    auto request = Request();
    request.resource_id = "vm-102";
    EXPECT_TRUE(Create(WithAccepted(), request)->created);
}

TEST(Shares, ToAnEarlierOrganizationOfThatIdAreNotOffered) {
    Organization globex = Globex();
    globex.created_at = kLater;  // taken again after the share was made
    const Organization acme = WithAccepted();
    const Share& old = acme.shares[0];
    ASSERT_LT(old.created_at, kLater);
    const IncomingShare offered{OrgId::Trusted("acme"), "Acme", old};
    EXPECT_TRUE(VisibleIncoming({offered}, globex, User("gus")).empty());
    EXPECT_EQ(Said(DecideAcceptShare(&globex, User("gus"), old.id, &offered, kLater)), "404 share_not_found");
    EXPECT_EQ(Said(DecideDeclineShare(&globex, User("gus"), old.id, &offered)), "404 share_not_found");

    auto request = Request();
    request.access_role = platform::EnumText(old.access_role);
    const auto again = DecideCreateShare(&acme, User("adam"), &request, true, kLater, "shr-2", kLater);
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->created);
    EXPECT_EQ(again->share.status, ShareStatus::kPending) << "who takes the id has accepted nothing";
    EXPECT_EQ(VisibleIncoming({{OrgId::Trusted("acme"), "Acme", again->share}}, globex, User("gus")).size(), 1U);
}

TEST(ShareableResources, AreTheKnownTypes) {
    EXPECT_EQ(tenancy::ShareableTypes().size(), 56U);
    const std::set<std::string_view> distinct(tenancy::ShareableTypes().begin(), tenancy::ShareableTypes().end());
    EXPECT_EQ(distinct.size(), 56U);
    for (const char* type : {"vm", "docker-config", "k8s-event", "physical_disk", "view"}) {
        EXPECT_TRUE(tenancy::IsShareableType(type)) << type;
    }
    for (const char* type : {"host", "container", "docker-container", "", "VM", "k8s-"}) {
        EXPECT_FALSE(tenancy::IsShareableType(type)) << type;
    }
}

TEST(ShareIds, AreBase36OfTheTime) {
    EXPECT_EQ(tenancy::MakeShareId(0), "shr-0");
    EXPECT_EQ(tenancy::MakeShareId(35), "shr-z");
    EXPECT_EQ(tenancy::MakeShareId(36), "shr-10");
}

TEST(DeletingAShare, RefusesInOrder) {
    const auto acme = WithAccepted();
    EXPECT_EQ(Said(DecideDeleteShare(nullptr, TokenFor("acme"), " ")), "400 invalid_share");
    EXPECT_EQ(Said(DecideDeleteShare(nullptr, TokenFor("acme"), "shr-1")), "404 not_found");
    EXPECT_EQ(Said(DecideDeleteShare(&acme, TokenFor("acme"), "shr-1")), "403 session_required");
    EXPECT_EQ(Said(DecideDeleteShare(&acme, User("gus"), "shr-1")), "403 access_denied");
    EXPECT_EQ(Said(DecideDeleteShare(&acme, User("adam"), "shr-2")), "404 share_not_found");
    EXPECT_TRUE(Apply(acme, *DecideDeleteShare(&acme, User("adam"), "shr-1")).shares.empty());
}

TEST(OutgoingShares, LeaveOutTypesThatMayNotBeShared) {
    auto acme = WithAccepted();
    acme.shares.push_back(acme.shares[0]);
    acme.shares[1].resource_type = "host";
    EXPECT_EQ(OutgoingShares(acme).size(), 1U);
}

std::vector<IncomingShare> Offered(std::initializer_list<std::pair<ShareStatus, OrgRole>> shares) {
    std::vector<IncomingShare> offered;
    for (const auto& [status, role] : shares) {
        Share share = Create(Acme(), Request())->share;
        share.status = status;
        share.access_role = role;
        share.target = OrgId::Trusted("acme");
        offered.push_back({OrgId::Trusted("globex"), "Globex", share});
    }
    return offered;
}

TEST(IncomingShares, AreSeenByRole) {
    const auto acme = Acme();
    const auto offered = Offered({{ShareStatus::kPending, OrgRole::kViewer},
                                  {ShareStatus::kAccepted, OrgRole::kViewer},
                                  {ShareStatus::kAccepted, OrgRole::kEditor},
                                  {ShareStatus::kAccepted, OrgRole::kAdmin}});
    const auto seen = [&](const Caller& caller) { return VisibleIncoming(offered, acme, caller).size(); };
    EXPECT_EQ(seen(User("vera")), 1U);
    EXPECT_EQ(seen(User("edda")), 2U);
    EXPECT_EQ(seen(User("adam")), 4U);
    EXPECT_EQ(seen(User("olga")), 4U);
    EXPECT_EQ(seen(TokenFor("acme")), 0U) << "a token without an owner";
    EXPECT_EQ(seen(Caller::Token("t", {"acme"}, "edda")), 2U) << "by its owner's role";
    EXPECT_EQ(seen(User("gus")), 0U);
    EXPECT_EQ(VisibleIncoming(offered, Globex(), User("gus")).size(), 0U) << "shares to others";
}

TEST(IncomingShares, ListingRefusesInOrder) {
    const auto acme = Acme();
    EXPECT_EQ(Said(DecideListIncoming(nullptr, User("vera"))), "404 not_found");
    EXPECT_EQ(Said(DecideListIncoming(&acme, User("gus"))), "403 access_denied");
    EXPECT_EQ(Said(DecideListIncoming(&acme, TokenFor("acme"))), "allowed");
}

TEST(AcceptingAShare, RefusesInOrder) {
    const auto globex = Globex();
    const IncomingShare offered{OrgId::Trusted("acme"), "Acme", Create(Acme(), Request())->share};
    EXPECT_EQ(Said(DecideAcceptShare(nullptr, TokenFor("x"), "", nullptr, Noon())), "400 invalid_share");
    EXPECT_EQ(Said(DecideAcceptShare(nullptr, TokenFor("x"), "shr-1", nullptr, Noon())), "404 not_found");
    EXPECT_EQ(Said(DecideAcceptShare(&globex, TokenFor("globex"), "shr-1", nullptr, Noon())), "403 session_required");
    EXPECT_EQ(Said(DecideAcceptShare(&globex, User("adam"), "shr-1", &offered, Noon())), "403 access_denied");
    EXPECT_EQ(Said(DecideAcceptShare(&globex, User("gus"), "shr-1", nullptr, Noon())), "404 share_not_found");
    EXPECT_EQ(Said(DecideAcceptShare(&globex, User("gus"), "shr-2", &offered, Noon())), "404 share_not_found");
    EXPECT_EQ(Said(DecideDeclineShare(&globex, User("gus"), "shr-2", &offered)), "404 share_not_found");
    auto foreign = offered;
    foreign.share.target = OrgId::Trusted("initech");
    EXPECT_EQ(Said(DecideAcceptShare(&globex, User("gus"), "shr-1", &foreign, Noon())), "404 share_not_found");
}

TEST(AcceptingAShare, StampsAndMayBeRepeated) {
    const auto globex = Globex();
    IncomingShare offered{OrgId::Trusted("acme"), "Acme", Create(Acme(), Request())->share};
    const auto first = DecideAcceptShare(&globex, User("gus"), "shr-1", &offered, Noon());
    ASSERT_TRUE(first);
    EXPECT_EQ(first->source.Text(), "acme");
    EXPECT_EQ(first->share.status, ShareStatus::kAccepted);
    EXPECT_EQ(first->share.accepted_by, "gus");
    offered.share = first->share;
    const auto again = DecideAcceptShare(&globex, User("gus"), "shr-1", &offered, kLater);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->share.accepted_at, kLater);
}

TEST(DecliningAShare, LeavesNothing) {
    auto acme = WithAccepted();
    const auto globex = Globex();
    const IncomingShare offered{acme.id, "Acme", acme.shares[0]};
    const auto decision = DecideDeclineShare(&globex, User("gus"), "shr-1", &offered);
    ASSERT_TRUE(decision);
    EXPECT_TRUE(Apply(acme, decision->change).shares.empty());
}

}  // namespace
}  // namespace tenancy_test
