// Organizations themselves: bodies, ids, roles, and the refusals of each route in their order.
#include <algorithm>
#include <thread>

#include "tests/pulse/harness.hpp"

namespace pulse_test {
namespace {

TEST(Orgs, AreMadeByWhoOwnsThem) {
    const std::string id = Unique("org");
    const Json made =
        As("carol").Post("/api/orgs", {{"id", " " + id + " "}, {"displayName", "  Carol's "}}).Expect(201).Body();
    EXPECT_EQ(made["id"], id);
    EXPECT_EQ(made["displayName"], "Carol's");
    EXPECT_EQ(made["ownerUserId"], "carol");
    ASSERT_EQ(made["members"].size(), 1U);
    EXPECT_EQ(made["members"][0]["role"], "owner");
    EXPECT_FALSE(made.contains("pendingInvitations"));
    EXPECT_FALSE(made.contains("sharedResources"));
    EXPECT_EQ(As("carol").Get("/api/orgs/" + id).Expect(200).Body(), made);
}

TEST(Orgs, BodiesAreJudgedInOrder) {
    const auto post = [](const std::string& body) { return As("carol").Send("POST", "/api/orgs", body); };
    post("").ExpectA(400, "invalid_request");
    post("{").ExpectA(400, "invalid_request");
    post("[]").ExpectA(400, "invalid_request");
    post(R"({"id":7})").ExpectA(400, "invalid_request");
    post(R"({"id":")" + std::string(70'000, 'x') + R"("})").ExpectA(400, "invalid_request");
    post("{}").ExpectA(400, "invalid_id");
    post(R"({"id":"a/b","displayName":"x"})").ExpectA(400, "invalid_id");
    post(R"({"id":"..","displayName":"x"})").ExpectA(400, "invalid_id");
    post(R"({"id":"fine","displayName":"  "})").ExpectA(400, "invalid_display_name");
    post(R"({"id":"default","displayName":"x"})").ExpectA(409, "already_exists");
    post(R"({"id":"acme","displayName":"x"})").ExpectA(409, "already_exists");
    const std::string id = Unique("org");
    post(R"({"ID":")" + id + R"(","DISPLAYNAME":"Any case","unknown":[1,{"a":2}]} trailing)").Expect(201);
}

TEST(Orgs, AreListedToTheirMembers) {
    const Json mine = As("victor").Get("/api/orgs").Expect(200).Body();
    std::vector<std::string> ids;
    for (const Json& org : mine) {
        ids.push_back(org["id"]);
    }
    EXPECT_TRUE(std::ranges::is_sorted(ids));
    EXPECT_EQ(std::ranges::count(ids, "acme"), 1);
    EXPECT_EQ(std::ranges::count(ids, "default"), 1);
    EXPECT_EQ(std::ranges::count(ids, "globex"), 0);
    const Json root = As("root").Get("/api/orgs").Expect(200).Body();
    ASSERT_EQ(root.size(), 1U) << root;
    const Json token = Token("default-reader").Get("/api/orgs").Expect(200).Body();
    ASSERT_EQ(token.size(), 1U);
    EXPECT_EQ(token[0]["id"], "default");
}

TEST(Orgs, AreShownToTheirMembersOnly) {
    for (const char* member : {"alice", "adam", "edith", "victor"}) {
        As(member).Get("/api/orgs/acme").Expect(200);
        As(member).Get("/api/orgs/acme/members").Expect(200);
    }
    As("carol").Get("/api/orgs/acme").ExpectA(403, "access_denied");
    As("root").Get("/api/orgs/acme").ExpectA(403, "access_denied");
    Token("globex-all").Get("/api/orgs/acme").ExpectA(403, "access_denied");
    for (const char* path : {"/api/orgs/nope", "/api/orgs/a%20b", "/api/orgs/a%2Fb", "/api/orgs/ACME"}) {
        As("alice").Get(path).ExpectA(404, "not_found");
    }
    As("carol").Get("/api/orgs/default").Expect(200);
    As("alice").Get("/api/orgs/%20acme%20").Expect(200);
}

TEST(Orgs, AreRenamedByAdmins) {
    const std::string org = NewOrg("alice", {{"adam", "admin"}, {"edith", "editor"}});
    const std::string path = "/api/orgs/" + org;
    As("carol").Put("/api/orgs/default", {}).ExpectA(400, "default_org_immutable");
    As("carol").Put("/api/orgs/nope", {}).ExpectA(404, "not_found");
    As("carol").Put(path, {{"displayName", "x"}}).ExpectA(403, "access_denied");
    As("edith").Send("PUT", path, "{").ExpectA(403, "access_denied");
    As("adam").Send("PUT", path, "{").ExpectA(400, "invalid_request");
    As("adam").Put(path, {{"displayName", " "}}).ExpectA(400, "invalid_display_name");
    EXPECT_EQ(As("adam").Put(path, {{"displayName", "Renamed"}}).Expect(200).Body()["displayName"], "Renamed");
    EXPECT_EQ(As("alice").Get(path).Body()["displayName"], "Renamed");
}

TEST(Orgs, AreDeletedByAdminsAtOnce) {
    const std::string org = NewOrg("alice", {{"adam", "admin"}, {"victor", "viewer"}});
    const std::string path = "/api/orgs/" + org;
    As("alice").Delete("/api/orgs/default").ExpectA(400, "default_org_immutable");
    As("alice").Delete("/api/orgs/nope").ExpectA(404, "not_found");
    As("victor").Delete(path).ExpectA(403, "access_denied");
    const Reply gone = As("adam").Delete(path).Expect(204);
    EXPECT_EQ(gone.Text(), "");
    As("adam").Delete(path).ExpectA(404, "not_found");
    As("alice").Get(path).ExpectA(404, "not_found");
}

TEST(Orgs, TheDefaultOneCannotBeManaged) {
    As("root").Post("/api/orgs/default/members", {{"userId", "x"}}).ExpectA(400, "default_org_immutable");
    As("root").Delete("/api/orgs/default/members/x").ExpectA(400, "default_org_immutable");
}

TEST(Orgs, NamesAreKeptAsTheyWereGiven) {
    const std::string name = "Ünïcode <script>alert(1)</script> \"quoted\" \\ 東京";
    const std::string id = Unique("org");
    As("carol").Post("/api/orgs", {{"id", id}, {"displayName", name}}).Expect(201);
    EXPECT_EQ(As("carol").Get("/api/orgs/" + id).Body()["displayName"], name);
}

TEST(Orgs, PathsThatLookLikeOtherPathsAreNone) {
    As("alice").Get("/api/orgs/").ExpectText(404, "404 page not found");
    As("alice").Get("/api/orgs/acme/").ExpectText(404, "404 page not found");
    As("alice").Get("/api/orgs//members").ExpectText(404, "404 page not found");
    As("alice").Get("/api/orgs/a..b").ExpectText(401, "Unauthorized");
    As("alice").Get("/api/orgs/..%2Fdefault").ExpectText(401, "Unauthorized");
}

TEST(Orgs, TwoWhoMakeTheSameOneAtTheSameTimeMakeOne) {
    const std::string id = Unique("org");
    std::vector<int> statuses(4);
    std::vector<std::thread> threads;
    const std::vector<std::string> people{"alice", "bob", "carol", "adam"};
    for (const std::string& person : people) {
        As(person);  // the session first
    }
    for (std::size_t i = 0; i < people.size(); ++i) {
        threads.emplace_back([&, i, caller = As(people[i])] {
            statuses[i] = caller.Post("/api/orgs", {{"id", id}, {"displayName", people[i]}}).Status();
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(std::ranges::count(statuses, 201), 1);
    EXPECT_EQ(std::ranges::count(statuses, 409), 3);
}

}  // namespace
}  // namespace pulse_test
