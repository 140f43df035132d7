#include <gtest/gtest.h>

#include "tenancy/access.hpp"
#include "tenancy/roles.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using tenancy::Access;
using tenancy::Caller;
using tenancy::OrgId;
using tenancy::OrgRole;

TEST(OrgIds, FollowTheGrammar) {
    for (const char* good : {"a", "A-b_c.9", "..a", "a..b", ".a", "default", "Default"}) {
        EXPECT_TRUE(OrgId::Parse(good)) << good;
    }
    for (const char* bad : {"", ".", "..", "a b", "a/b", "\xc3\xa4", "a\n", "a%", " a"}) {
        EXPECT_FALSE(OrgId::Parse(bad)) << bad;
    }
    EXPECT_TRUE(OrgId::Parse(std::string(64, 'x')));
    EXPECT_FALSE(OrgId::Parse(std::string(65, 'x')));
    EXPECT_FALSE(OrgId::Parse(std::string("a\0b", 3)));
    EXPECT_TRUE(OrgId().IsDefault());
    EXPECT_FALSE(OrgId::Parse("Default")->IsDefault()) << "ids differ by case";
}

TEST(AccessToOrgs, MembersBelongByTheirExactName) {
    const auto acme = Acme();
    EXPECT_EQ(DecideAccess(User("vera"), acme), Access::kAllowed);
    EXPECT_EQ(DecideAccess(User("olga"), acme), Access::kAllowed);
    for (const char* stranger : {"gus", "Vera", "vera ", "ver", "iris"}) {
        EXPECT_EQ(DecideAccess(User(stranger), acme), Access::kNotAMember) << stranger;
    }
}

TEST(AccessToOrgs, AnEmailNamesNobody) {
    auto acme = Acme();
    acme.owner_email = "boss@acme.test";
    acme.members[3].email = "vera@acme.test";
    EXPECT_EQ(DecideAccess(User("boss@acme.test"), acme), Access::kNotAMember);
    EXPECT_EQ(DecideAccess(User("vera@acme.test"), acme), Access::kNotAMember);
}

TEST(AccessToOrgs, TheOwnerBelongsAlsoWhenTheListLacksThem) {
    auto acme = Acme();
    acme.members.clear();
    EXPECT_EQ(DecideAccess(User("olga"), acme), Access::kAllowed);
    EXPECT_EQ(RoleOf(acme, "olga"), OrgRole::kOwner);
    EXPECT_EQ(RoleOf(acme, ""), std::nullopt);
    acme.owner_user_id.clear();
    EXPECT_EQ(RoleOf(acme, ""), std::nullopt) << "nobody is not the owner of an organization without one";
}

TEST(AccessToOrgs, ATokenDecidesAlone) {
    const auto acme = Acme();
    EXPECT_EQ(DecideAccess(TokenFor("acme"), acme), Access::kAllowed);
    EXPECT_EQ(DecideAccess(TokenFor("globex"), acme), Access::kTokenNotAuthorized);
    EXPECT_EQ(DecideAccess(Caller::Token("t", {"globex", "acme"}), acme), Access::kAllowed);
    EXPECT_EQ(DecideAccess(Caller::Token("t", {}), acme), Access::kTokenNotAuthorized);
    EXPECT_EQ(DecideAccess(Caller::Token("t", {"globex"}, "olga"), acme), Access::kTokenNotAuthorized)
        << "whose token it is changes nothing";
}

TEST(AccessToOrgs, DefaultIsOpenToUsersAndToUnboundTokens) {
    const auto org = DefaultOrg();
    EXPECT_EQ(DecideAccess(User("anybody"), org), Access::kAllowed);
    EXPECT_EQ(DecideAccess(Caller::Token("t", {}), org), Access::kAllowed);
    EXPECT_EQ(DecideAccess(TokenFor("default"), org), Access::kAllowed);
    EXPECT_EQ(DecideAccess(TokenFor("acme"), org), Access::kTokenNotAuthorized);
    EXPECT_EQ(DecideAccess(Caller::Nobody(), org), Access::kNoIdentity);
    EXPECT_EQ(DecideAccess(User(""), org), Access::kNoIdentity);
}

TEST(AccessToOrgs, TheThreeReasonsDiffer) {
    EXPECT_NE(AccessReason(Access::kNotAMember), AccessReason(Access::kTokenNotAuthorized));
    EXPECT_NE(AccessReason(Access::kNotAMember), AccessReason(Access::kNoIdentity));
    EXPECT_EQ(AccessReason(Access::kAllowed), "");
}

TEST(Callers, HaveANameForTheLog) {
    EXPECT_EQ(User("vera").Name(), "vera");
    EXPECT_EQ(TokenFor("acme").Name(), "token:t1");
    EXPECT_EQ(Caller::Token("t1", {}, "vera").Name(), "vera");
    EXPECT_EQ(Caller::Nobody().Name(), "anonymous");
}

TEST(Callers, ATokenIsNoPersonUnderWhateverName) {
    EXPECT_TRUE(User("vera").IsPerson());
    EXPECT_FALSE(User("token:t1").IsPerson());
    EXPECT_FALSE(Caller::Token("t1", {"acme"}, "vera").IsPerson());
    EXPECT_TRUE(User("tokenise").IsPerson());
}

TEST(DecidingToView, RefusesInOrder) {
    const auto acme = Acme();
    EXPECT_EQ(Said(DecideView(nullptr, User("vera"))), "404 not_found");
    EXPECT_EQ(Said(DecideView(&acme, User("gus"))), "403 access_denied");
    EXPECT_EQ(Said(DecideView(&acme, User("vera"))), "allowed");
    EXPECT_EQ(Said(DecideView(&acme, TokenFor("acme"))), "allowed");
}

TEST(DecidingToManage, RefusesInOrder) {
    const auto acme = Acme();
    EXPECT_EQ(Said(DecideManage(nullptr, TokenFor("acme"))), "404 not_found");
    EXPECT_EQ(Said(DecideManage(&acme, TokenFor("globex"))), "403 session_required");
    EXPECT_EQ(Said(DecideManage(&acme, User("token:t1"))), "403 session_required");
    EXPECT_EQ(Said(DecideManage(&acme, Caller::Nobody())), "403 access_denied");
    for (const char* user : {"gus", "vera", "edda"}) {
        EXPECT_EQ(Said(DecideManage(&acme, User(user))), "403 access_denied") << user;
    }
    EXPECT_EQ(Said(DecideManage(&acme, User("adam"))), "allowed");
    EXPECT_EQ(Said(DecideManage(&acme, User("olga"))), "allowed");
}

TEST(DecidingToManage, DefaultLetsEverybodyInButOnlyItsAdminsChangeIt) {
    const auto org = DefaultOrg();
    EXPECT_EQ(Said(DecideManage(&org, User("vera"))), "403 access_denied");
    EXPECT_EQ(Said(DecideManage(&org, User("root"))), "allowed");
}

TEST(Roles, AreReadAsClientsWriteThem) {
    EXPECT_EQ(tenancy::ParseRequestedRole(""), OrgRole::kViewer);
    EXPECT_EQ(tenancy::ParseRequestedRole(" Admin "), OrgRole::kAdmin);
    EXPECT_EQ(tenancy::ParseRequestedRole("OWNER"), OrgRole::kOwner);
    EXPECT_EQ(tenancy::ParseRequestedRole("member"), std::nullopt) << "the former role is no role";
    EXPECT_EQ(tenancy::ParseStoredRole("member"), OrgRole::kViewer);
    EXPECT_EQ(tenancy::ParseStoredRole("editor"), OrgRole::kEditor);
}

TEST(Roles, OnlyAdminsAndOwnersManage) {
    EXPECT_FALSE(tenancy::MayManage(OrgRole::kViewer));
    EXPECT_FALSE(tenancy::MayManage(OrgRole::kEditor));
    EXPECT_TRUE(tenancy::MayManage(OrgRole::kAdmin));
    EXPECT_TRUE(tenancy::MayManage(OrgRole::kOwner));
    EXPECT_FALSE(tenancy::MayGiveOwner(OrgRole::kAdmin));
    EXPECT_TRUE(tenancy::MayGiveOwner(OrgRole::kOwner));
}

}  // namespace
}  // namespace tenancy_test
