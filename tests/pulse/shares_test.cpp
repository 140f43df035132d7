// Shares: given by the source, accepted or declined by the target.
#include "tests/pulse/harness.hpp"

namespace pulse_test {
namespace {

Json NewShare(const std::string& target, const std::string& resource) {
    return {{"targetOrgId", target}, {"resourceType", " VM "}, {"resourceId", resource}, {"resourceName", "Web"}};
}

TEST(Shares, ArePendingUntilTheTargetAccepts) {
    const std::string source = NewOrg("alice", {{"victor", "viewer"}});
    const std::string target = NewOrg("bob", {{"carol", "viewer"}});
    const Json share = As("alice").Post("/api/orgs/" + source + "/shares", NewShare(target, "vm-1")).Expect(201).Body();
    EXPECT_EQ(share["status"], "pending");
    EXPECT_EQ(share["resourceType"], "vm");
    EXPECT_EQ(share["accessRole"], "viewer");
    EXPECT_EQ(share["acceptedAt"], "0001-01-01T00:00:00Z");
    const std::string incoming = "/api/orgs/" + target + "/shares/incoming";
    EXPECT_EQ(As("carol").Get(incoming).Expect(200).Body().size(), 0U) << "pending ones are the admins'";
    const Json offered = As("bob").Get(incoming).Expect(200).Body();
    ASSERT_EQ(offered.size(), 1U);
    EXPECT_EQ(offered[0]["sourceOrgId"], source);
    EXPECT_EQ(offered[0]["sourceOrgName"], "Org " + source);
    const std::string one = incoming + "/" + std::string(share["id"]);
    As("carol").Post(one + "/accept").ExpectA(403, "access_denied");
    As("alice").Post(one + "/accept").ExpectA(403, "access_denied");
    const Json accepted = As("bob").Post(one + "/accept").Expect(200).Body();
    EXPECT_EQ(accepted["status"], "accepted");
    EXPECT_EQ(accepted["acceptedBy"], "bob");
    EXPECT_NE(accepted["acceptedAt"], "0001-01-01T00:00:00Z");
    EXPECT_EQ(As("carol").Get(incoming).Expect(200).Body().size(), 1U);
    EXPECT_EQ(As("victor").Get("/api/orgs/" + source + "/shares").Expect(200).Body()[0]["status"], "accepted");
    // The target never sees what the source gives to others, nor its records.
    As("bob").Get("/api/orgs/" + source + "/shares").ExpectA(403, "access_denied");
    As("bob").In(source).Get("/api/state").ExpectB(403, "access_denied");
    As("bob").Delete(one).Expect(204);
    EXPECT_EQ(As("alice").Get("/api/orgs/" + source + "/shares").Expect(200).Body().size(), 0U);
}

TEST(Shares, PostedAgainAreTheSame) {
    const std::string source = NewOrg("alice");
    const std::string target = NewOrg("bob");
    const std::string path = "/api/orgs/" + source + "/shares";
    const Json first = As("alice").Post(path, NewShare(target, "vm-1")).Expect(201).Body();
    As("bob").Post("/api/orgs/" + target + "/shares/incoming/" + std::string(first["id"]) + "/accept").Expect(200);
    Json same = NewShare(target, "vm-1");
    same["resourceName"] = "Other name";
    const Json kept = As("alice").Post(path, same).Expect(200).Body();
    EXPECT_EQ(kept["id"], first["id"]);
    EXPECT_EQ(kept["status"], "accepted");
    same["accessRole"] = "editor";
    EXPECT_EQ(As("alice").Post(path, same).Expect(200).Body()["status"], "pending");
}

TEST(Shares, RefusalsComeInOrder) {
    const std::string source = NewOrg("alice", {{"edith", "editor"}});
    const std::string path = "/api/orgs/" + source + "/shares";
    As("alice").Post("/api/orgs/nope/shares", {}).ExpectA(404, "not_found");
    As("edith").Send("POST", path, "{").ExpectA(403, "access_denied");
    As("alice").Send("POST", path, "{").ExpectA(400, "invalid_request");
    As("alice").Post(path, {}).ExpectA(400, "invalid_target_org");
    As("alice").Post(path, NewShare("a/b", "x")).ExpectA(400, "invalid_target_org");
    As("alice").Post(path, NewShare(source, "x")).ExpectA(400, "invalid_target_org");
    As("alice").Post(path, {{"targetOrgId", "nope"}}).ExpectA(400, "invalid_resource");
    Json host = NewShare("nope", "x");
    host["resourceType"] = "host";
    As("alice").Post(path, host).ExpectA(400, "invalid_resource");
    Json owner = NewShare("nope", "x");
    owner["accessRole"] = "owner";
    As("alice").Post(path, owner).ExpectA(400, "invalid_access_role");
    As("alice").Post(path, NewShare("nope", "x")).ExpectA(404, "not_found");
    As("alice").Post(path, NewShare("default", "x")).Expect(201);
    As("alice").Delete(path + "/%20").ExpectA(400, "invalid_share");
    As("edith").Delete(path + "/shr-x").ExpectA(403, "access_denied");
    As("alice").Delete(path + "/shr-x").ExpectA(404, "share_not_found");
    As("alice").Delete(path + "/incoming").ExpectA(404, "share_not_found");
    As("alice").Post(path + "/incoming/shr-x/accept").ExpectA(404, "share_not_found");
    As("alice").Delete(path + "/incoming/shr-x").ExpectA(404, "share_not_found");
    As("carol").Post(path + "/incoming/shr-x/accept").ExpectA(403, "access_denied");
}

TEST(Shares, OfAnotherTargetCannotBeAcceptedOrDeclined) {
    const std::string source = NewOrg("alice");
    const std::string target = NewOrg("bob");
    const std::string other = NewOrg("carol");
    const Json share = As("alice").Post("/api/orgs/" + source + "/shares", NewShare(target, "vm-1")).Expect(201).Body();
    const std::string one = "/api/orgs/" + other + "/shares/incoming/" + std::string(share["id"]);
    As("carol").Post(one + "/accept").ExpectA(404, "share_not_found");
    As("carol").Delete(one).ExpectA(404, "share_not_found");
    As("bob").Delete("/api/orgs/" + target + "/shares/" + std::string(share["id"])).ExpectA(404, "share_not_found");
    EXPECT_EQ(As("alice").Get("/api/orgs/" + source + "/shares").Body().size(), 1U);
}

}  // namespace
}  // namespace pulse_test
