#include <gtest/gtest.h>

#include "tenancy/organizations.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using tenancy::Caller;
using tenancy::CreateOrgRequest;
using tenancy::OrgRole;
using tenancy::RenameOrgRequest;

TEST(CreatingAnOrg, RefusesInOrder) {
    const CreateOrgRequest bad{"..", ""};
    EXPECT_EQ(Said(DecideCreateOrg(TokenFor("acme"), nullptr, Noon())), "403 session_required");
    EXPECT_EQ(Said(DecideCreateOrg(User("token:t1"), &bad, Noon())), "403 session_required");
    EXPECT_EQ(Said(DecideCreateOrg(Caller::Nobody(), nullptr, Noon())), "401 authentication_required");
    EXPECT_EQ(Said(DecideCreateOrg(User("vera"), nullptr, Noon())), "400 invalid_request");
    EXPECT_EQ(Said(DecideCreateOrg(User("vera"), &bad, Noon())), "400 invalid_id");
    const CreateOrgRequest nameless{"acme", "  "};
    EXPECT_EQ(Said(DecideCreateOrg(User("vera"), &nameless, Noon())), "400 invalid_display_name");
    const CreateOrgRequest reserved{" default ", "Mine"};
    EXPECT_EQ(Said(DecideCreateOrg(User("vera"), &reserved, Noon())), "409 already_exists");
}

TEST(CreatingAnOrg, TheCreatorIsOwnerAndOnlyMember) {
    const CreateOrgRequest request{" acme ", " Acme Inc. "};
    const auto org = DecideCreateOrg(User("vera"), &request, Noon());
    ASSERT_TRUE(org);
    EXPECT_EQ(org->id.Text(), "acme");
    EXPECT_EQ(org->display_name, "Acme Inc.");
    EXPECT_EQ(org->created_at, Noon());
    EXPECT_EQ(org->owner_user_id, "vera");
    ASSERT_EQ(org->members.size(), 1U);
    EXPECT_EQ(org->members[0].role, OrgRole::kOwner);
    EXPECT_EQ(org->members[0].added_by, "vera");
}

TEST(CreatingAnOrg, NamesAreOneLineOfText) {
    for (const std::string& bad :
         {std::string("a\nb"), std::string("\x01x"), std::string("\xff"), std::string(201, 'x')}) {
        const CreateOrgRequest request{"acme", bad};
        EXPECT_EQ(Said(DecideCreateOrg(User("vera"), &request, Noon())), "400 invalid_display_name");
    }
    const CreateOrgRequest longest{"acme", std::string(200, 'x')};
    EXPECT_EQ(Said(DecideCreateOrg(User("vera"), &longest, Noon())), "allowed");
}

TEST(RenamingAnOrg, RefusesInOrder) {
    const auto acme = Acme();
    const auto fallback = DefaultOrg();
    const RenameOrgRequest nameless{" "};
    const RenameOrgRequest good{" New "};
    EXPECT_EQ(Said(DecideRenameOrg("default", nullptr, TokenFor("x"), nullptr)), "400 default_org_immutable");
    EXPECT_EQ(Said(DecideRenameOrg(" default ", &fallback, User("root"), &good)), "400 default_org_immutable");
    EXPECT_EQ(Said(DecideRenameOrg("nope", nullptr, TokenFor("x"), nullptr)), "404 not_found");
    EXPECT_EQ(Said(DecideRenameOrg("acme", &acme, TokenFor("acme"), nullptr)), "403 session_required");
    EXPECT_EQ(Said(DecideRenameOrg("acme", &acme, User("edda"), nullptr)), "403 access_denied");
    EXPECT_EQ(Said(DecideRenameOrg("acme", &acme, User("adam"), nullptr)), "400 invalid_request");
    EXPECT_EQ(Said(DecideRenameOrg("acme", &acme, User("adam"), &nameless)), "400 invalid_display_name");
    const auto change = DecideRenameOrg("acme", &acme, User("adam"), &good);
    ASSERT_TRUE(change);
    EXPECT_EQ(Apply(acme, *change).display_name, "New");
    EXPECT_EQ(Apply(acme, *change).members, acme.members);
}

TEST(DeletingAnOrg, AnyAdminMayAndNobodyElse) {
    const auto acme = Acme();
    EXPECT_EQ(Said(DecideDeleteOrg("default", nullptr, User("root"))), "400 default_org_immutable");
    EXPECT_EQ(Said(DecideDeleteOrg("acme", nullptr, User("adam"))), "404 not_found");
    EXPECT_EQ(Said(DecideDeleteOrg("acme", &acme, TokenFor("acme"))), "403 session_required");
    EXPECT_EQ(Said(DecideDeleteOrg("acme", &acme, User("gus"))), "403 access_denied");
    EXPECT_EQ(Said(DecideDeleteOrg("acme", &acme, User("edda"))), "403 access_denied");
    EXPECT_EQ(Said(DecideDeleteOrg("acme", &acme, User("adam"))), "allowed");
    EXPECT_EQ(Said(DecideDeleteOrg("acme", &acme, User("olga"))), "allowed");
}

std::string Visible(const Caller& caller) {
    std::string ids;
    for (const auto& org : VisibleOrgs({Globex(), DefaultOrg(), Acme()}, caller)) {
        ids += org.id.Text() + " ";
    }
    return ids;
}

TEST(ListingOrgs, ShowsDefaultAndOwnOrgsToUsersAndBoundOnesToTokens) {
    EXPECT_EQ(Visible(User("vera")), "acme default ");
    EXPECT_EQ(Visible(User("gus")), "default globex ");
    EXPECT_EQ(Visible(User("stranger")), "default ");
    EXPECT_EQ(Visible(TokenFor("acme")), "acme ");
    EXPECT_EQ(Visible(Caller::Token("t", {"globex", "acme"}, "vera")), "acme globex ");
    EXPECT_EQ(Visible(Caller::Token("t", {})), "default ");
    EXPECT_EQ(Visible(Caller::Nobody()), "");
}

TEST(PathsOfOrgs, AreTrimmedAndBadOnesAreUnknown) {
    EXPECT_EQ(tenancy::PathOrg(" acme ")->Text(), "acme");
    EXPECT_FALSE(tenancy::PathOrg(".."));
    EXPECT_FALSE(tenancy::PathOrg("a b"));
    EXPECT_TRUE(tenancy::IsDefaultOrgPath(" default"));
    EXPECT_FALSE(tenancy::IsDefaultOrgPath("Default"));
}

TEST(OwnersOnLoad, AreRepaired) {
    auto org = Acme();
    org.members.erase(org.members.begin());  // olga
    org.members[0].role = OrgRole::kOwner;   // adam, wrongly
    RepairOwner(org);
    EXPECT_EQ(FindMember(org, "olga")->role, OrgRole::kOwner);
    EXPECT_EQ(FindMember(org, "adam")->role, OrgRole::kAdmin);
    auto unowned = DefaultOrg();
    unowned.owner_user_id.clear();
    unowned.members.clear();
    RepairOwner(unowned);
    EXPECT_TRUE(unowned.members.empty()) << "a default organization nobody owns stays as it is";
}

}  // namespace
}  // namespace tenancy_test
