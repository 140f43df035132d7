// Members, invitations and the transfer of ownership.
#include "tests/pulse/harness.hpp"

namespace pulse_test {
namespace {

std::string RoleIn(const std::string& org, const std::string& user) {
    for (const Json& member : As("alice").Get("/api/orgs/" + org + "/members").Expect(200).Body()) {
        if (member["userId"] == user) {
            return member["role"];
        }
    }
    return "none";
}

TEST(Members, AreInvitedFirstAndJoinWhenTheyAccept) {
    const std::string org = NewOrg("alice");
    const Json invited = As("alice")
                             .Post("/api/orgs/" + org + "/members", {{"userId", " carol "}, {"role", " Editor "}})
                             .Expect(202)
                             .Body();
    EXPECT_EQ(invited["kind"], "invitation");
    EXPECT_EQ(invited["invitation"]["userId"], "carol");
    EXPECT_EQ(invited["invitation"]["role"], "editor");
    EXPECT_EQ(RoleIn(org, "carol"), "none");
    As("carol").Get("/api/orgs/" + org).ExpectA(403, "access_denied");
    As("carol").In(org).Get("/api/state").ExpectB(403, "access_denied");

    bool listed = false;
    for (const Json& one : As("carol").Get("/api/org-invitations").Expect(200).Body()) {
        listed = listed || (one["orgId"] == org && one["orgDisplayName"] == "Org " + org && one["role"] == "editor");
    }
    EXPECT_TRUE(listed);
    const Json joined = As("carol").Post("/api/org-invitations/" + org + "/accept").Expect(200).Body();
    EXPECT_EQ(joined["kind"], "member");
    EXPECT_EQ(joined["member"]["userId"], "carol");
    EXPECT_EQ(joined["member"]["addedBy"], "alice");
    EXPECT_EQ(RoleIn(org, "carol"), "editor");
    As("carol").In(org).Get("/api/state").Expect(200);
    As("carol").Post("/api/org-invitations/" + org + "/accept").Expect(200);  // again: nothing changes
    EXPECT_EQ(As("alice").Get("/api/orgs/" + org + "/invitations").Expect(200).Text(), "null");
}

TEST(Members, RefusalsComeInOrder) {
    const std::string org = NewOrg("alice", {{"adam", "admin"}, {"victor", "viewer"}});
    const std::string path = "/api/orgs/" + org + "/members";
    As("carol").Send("POST", "/api/orgs/nope/members", "{").ExpectA(404, "not_found");
    As("carol").Send("POST", path, "{").ExpectA(403, "access_denied");
    As("victor").Send("POST", path, "{").ExpectA(403, "access_denied");
    As("adam").Send("POST", path, "{").ExpectA(400, "invalid_request");
    As("adam").Post(path, {{"role", "nonsense"}}).ExpectA(400, "invalid_user");
    As("adam").Post(path, {{"userId", "carol"}, {"role", "member"}}).ExpectA(400, "invalid_role");
    As("adam").Post(path, {{"userId", "carol"}, {"role", "owner"}}).ExpectA(403, "owner_required");
    As("adam").Post(path, {{"userId", "alice"}, {"role", "viewer"}}).ExpectA(400, "owner_role_immutable");
    As("alice").Post(path, {{"userId", "carol"}, {"role", "owner"}}).ExpectA(400, "owner_transfer_requires_member");
    As("alice").Post(path, {{"userId", "alice"}, {"role", "owner"}}).Expect(200);
    EXPECT_EQ(As("adam").Post(path, {{"userId", "victor"}, {"role", "editor"}}).Expect(200).Body()["kind"], "member");
    EXPECT_EQ(RoleIn(org, "victor"), "editor");
    EXPECT_EQ(As("adam").Post(path, {{"userId", "carol"}}).Expect(202).Body()["invitation"]["role"], "viewer");
}

TEST(Members, AreRemovedByAdminsButNotTheOwner) {
    const std::string org = NewOrg("alice", {{"adam", "admin"}, {"victor", "viewer"}});
    const std::string path = "/api/orgs/" + org + "/members/";
    As("adam").Delete(path + "%20").ExpectA(400, "invalid_user");
    As("adam").Delete("/api/orgs/nope/members/victor").ExpectA(404, "not_found");
    As("victor").Delete(path + "victor").ExpectA(403, "access_denied");
    As("adam").Delete(path + "alice").ExpectA(400, "owner_role_immutable");
    As("adam").Delete(path + "carol").ExpectA(404, "member_not_found");
    As("adam").Delete(path + "victor").Expect(204);
    As("adam").Delete(path + "adam").Expect(204);
    As("adam").Get("/api/orgs/" + org).ExpectA(403, "access_denied");
}

TEST(Members, OwnershipIsHandedOverFromAFreshSession) {
    const std::string org = NewOrg("alice", {{"adam", "admin"}});
    const std::string path = "/api/orgs/" + org + "/members";
    const Json transfer{{"userId", "adam"}, {"role", "owner"}};
    Shared().Basic("alice").Post(path, transfer).ExpectA(401, "fresh_session_required");
    EXPECT_EQ(RoleIn(org, "alice"), "owner");
    As("alice").Post(path, transfer).Expect(200);  // the session of this program is minutes old at most
    EXPECT_EQ(RoleIn(org, "adam"), "owner");
    EXPECT_EQ(RoleIn(org, "alice"), "admin");
    As("alice").Post(path, {{"userId", "alice"}, {"role", "owner"}}).ExpectA(403, "owner_required");
    EXPECT_EQ(As("adam").Get("/api/orgs/" + org).Body()["ownerUserId"], "adam");
}

TEST(Invitations, AreListedAndTakenBackByAdmins) {
    const std::string org = NewOrg("alice", {{"victor", "viewer"}});
    const std::string path = "/api/orgs/" + org + "/invitations";
    EXPECT_EQ(As("alice").Get(path).Expect(200).Text(), "null");
    As("alice").Post("/api/orgs/" + org + "/members", {{"userId", "bob"}, {"role", "admin"}}).Expect(202);
    EXPECT_EQ(As("alice").Get(path).Expect(200).Body().size(), 1U);
    As("victor").Get(path).ExpectA(403, "access_denied");
    As("carol").Get("/api/orgs/nope/invitations").ExpectA(404, "not_found");
    As("alice").Delete(path + "/%20").ExpectA(400, "invalid_user");
    As("victor").Delete(path + "/bob").ExpectA(403, "access_denied");
    As("alice").Delete(path + "/carol").ExpectA(404, "invitation_not_found");
    As("alice").Delete(path + "/bob").Expect(204);
    As("bob").Post("/api/org-invitations/" + org + "/accept").ExpectA(404, "invitation_not_found");
}

TEST(Invitations, AreDeclinedByTheInvitee) {
    const std::string org = NewOrg("alice");
    As("alice").Post("/api/orgs/" + org + "/members", {{"userId", "bob"}, {"role", "editor"}}).Expect(202);
    As("alice").Post("/api/orgs/" + org + "/members", {{"userId", "bob"}, {"role", "admin"}}).Expect(202);
    As("bob").Delete("/api/org-invitations/nope").ExpectA(404, "not_found");
    As("carol").Delete("/api/org-invitations/" + org).ExpectA(404, "invitation_not_found");
    As("bob").Delete("/api/org-invitations/" + org).Expect(204);
    As("bob").Delete("/api/org-invitations/" + org).ExpectA(404, "invitation_not_found");
}

TEST(Members, TheLicenceLimitsHowMany) {
    OwnPulsed server({.licence = R"({"capabilities":["multi_tenant"],"limits":{"max_users":2}})"});
    const std::string path = "/api/orgs/limited/members";
    server.As("alice").Post("/api/orgs", {{"id", "limited"}, {"displayName", "L"}}).Expect(201);
    server.As("alice").Post(path, {{"userId", "bob"}}).Expect(202);
    server.As("alice").Post(path, {{"userId", "carol"}}).Expect(202);
    server.As("bob").Post("/api/org-invitations/limited/accept").Expect(200);
    server.As("carol").Post("/api/org-invitations/limited/accept").ExpectUnlicensed("max_users");
    server.As("alice").Post(path, {{"userId", "victor"}}).ExpectUnlicensed("max_users");
    server.As("alice").Post(path, {{"userId", "bob"}, {"role", "admin"}}).Expect(200);
}

}  // namespace
}  // namespace pulse_test
