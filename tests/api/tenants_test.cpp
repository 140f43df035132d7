#include "tests/api/harness.hpp"

namespace api_test {
namespace {

Json NewTenant(const std::string& id) {
    return {{"id", id}, {"name", "Tenant " + id}, {"kind", "production"}};
}

Reply RegisterTenant(const std::string& id) {
    return As("rita.release").Post("/v1/tenants", NewTenant(id));
}

TEST(Tenants, RegisteredOneIsShownAsItWasMade) {
    const std::string id = Unique("tenant");
    const Reply made = RegisterTenant(id);
    made.Expect(201);
    EXPECT_EQ(made.Header("location"), "/v1/tenants/" + id);
    EXPECT_EQ(made.Body()["created_by"], "rita.release");
    EXPECT_EQ(made.Body()["channel_preference"], "any");
    EXPECT_EQ(made.Body()["active"], true);

    const Reply shown = As("nora.none").Get("/v1/tenants/" + id);
    shown.Expect(200);
    EXPECT_EQ(shown.Body(), made.Body());
    EXPECT_EQ(shown.Etag(), made.Etag());

    const auto entries = Audit("tenant=" + id);
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0]["action"], "tenant.register");
    EXPECT_EQ(entries[0]["actor"], "rita.release");
    EXPECT_EQ(entries[0]["outcome"], "done");
}

TEST(Tenants, IdIsTakenInAnyCaseOfItsLetters) {
    const std::string id = Unique("Acme");
    RegisterTenant(id).Expect(201);
    RegisterTenant(id).ExpectProblem(409, "conflict.exists").Mentioning(id);
    std::string shouted = id;
    shouted[1] = 'C';
    RegisterTenant(shouted).ExpectProblem(409, "conflict.state");
    const auto refused = Audit("tenant=" + id + "&outcome=refused");
    EXPECT_EQ(refused.size(), 1U);
}

TEST(Tenants, OnlyReleaseManagersAndOperatorsChangeTheRegistry) {
    const std::string id = Unique("tenant");
    for (const char* person : {"dora.lead", "ada.admin", "anna.auditor", "nora.none", "ci"}) {
        As(person)
            .Post("/v1/tenants", NewTenant(id))
            .ExpectProblem(403, "auth.role_missing")
            .Mentioning("release_manager");
    }
    As("otto.operator").Post("/v1/tenants", NewTenant(id)).Expect(201);
    As("dora.lead")
        .IfMatch("\"1\"")
        .Patch("/v1/tenants/" + id, {{"name", "x"}})
        .ExpectProblem(403, "auth.role_missing");
    EXPECT_EQ(Audit("action=access.refused&tenant=" + id).size(), 1U);
}

TEST(Tenants, ChangeKeepsWhatIsLeftOutAndNeedsTheVersion) {
    const std::string id = Unique("tenant");
    const Reply made = RegisterTenant(id);
    const std::string path = "/v1/tenants/" + id;
    As("rita.release").Patch(path, {{"active", false}}).ExpectProblem(428, "conflict.version_missing");
    As("rita.release").IfMatch("*").Patch(path, {{"active", false}}).ExpectProblem(428, "conflict.version_missing");
    As("rita.release").IfMatch("seven").Patch(path, {{"active", false}}).ExpectProblem(400, "input.malformed");

    const Reply changed = As("otto.operator").IfMatch(made.Etag()).Patch(path, {{"channel_preference", "stable_only"}});
    changed.Expect(200);
    EXPECT_EQ(changed.Body()["channel_preference"], "stable_only");
    EXPECT_EQ(changed.Body()["name"], "Tenant " + id);
    EXPECT_NE(changed.Etag(), made.Etag());

    As("otto.operator").IfMatch(made.Etag()).Patch(path, {{"name", "late"}}).ExpectProblem(412, "conflict.version");
    EXPECT_EQ(As("nora.none").Get(path).Body()["name"], "Tenant " + id);

    const Reply inactive = As("otto.operator").IfMatch(changed.Etag()).Patch(path, {{"active", false}});
    EXPECT_EQ(inactive.Expect(200).Body()["active"], false);
}

TEST(Tenants, EveryErrorOfABodyIsListedAtOnce) {
    As("rita.release")
        .Post("/v1/tenants", {{"id", "../etc"}, {"kind", "prod"}, {"colour", "red"}, {"channel_preference", 7}})
        .ExpectProblem(422, "input.invalid")
        .ExpectErrors({"/id", "/name", "/kind", "/colour", "/channel_preference"});
    As("rita.release")
        .Post("/v1/tenants", {{"id", Unique("t")}, {"name", "two\nlines"}, {"kind", "dev"}})
        .ExpectProblem(422, "input.invalid")
        .ExpectErrors({"/name"});
}

TEST(Tenants, UnknownOnesAreNotFound) {
    As("nora.none").Get("/v1/tenants/nobody").ExpectProblem(404, "not_found.resource").Mentioning("nobody");
    As("nora.none").Get("/v1/tenants/a%20b").ExpectProblem(404, "not_found.resource");
    As("rita.release")
        .IfMatch("\"1\"")
        .Patch("/v1/tenants/nobody", {{"name", "x"}})
        .ExpectProblem(404, "not_found.resource");
}

TEST(Tenants, ListIsFilteredAndPaged) {
    const std::string family = Unique("family");
    for (const char* name : {"a", "b", "c", "d", "e"}) {
        As("rita.release")
            .Post("/v1/tenants",
                  {{"id", family + "." + name}, {"name", "T"}, {"kind", name < std::string("c") ? "dev" : "test"}})
            .Expect(201);
    }
    const Caller reader = As("nora.none");
    const Reply first = reader.Get("/v1/tenants?limit=2&q=" + family);
    ASSERT_EQ(first.Expect(200).Body()["items"].size(), 2U);
    EXPECT_EQ(first.Body()["items"][0]["id"], family + ".a");
    ASSERT_TRUE(first.Body().contains("next"));
    const std::string link = first.Header("link");
    ASSERT_NE(link.find("rel=\"next\""), std::string::npos) << link;
    const Reply second = reader.Get(link.substr(1, link.find('>') - 1));
    EXPECT_EQ(second.Body()["items"][0]["id"], family + ".c");

    EXPECT_EQ(reader.All("/v1/tenants?limit=2&q=" + family).size(), 5U);
    EXPECT_EQ(reader.All("/v1/tenants?kind=test&q=" + family).size(), 3U);
    EXPECT_EQ(reader.Get("/v1/tenants?limit=5&q=" + family).Body().contains("next"), false);

    reader.Get("/v1/tenants?kind=prod").ExpectProblem(400, "input.malformed").Mentioning("production");
    reader.Get("/v1/tenants?limit=0").ExpectProblem(400, "input.malformed");
    reader.Get("/v1/tenants?limit=501").ExpectProblem(400, "input.malformed");
    reader.Get("/v1/tenants?cursor=!!").ExpectProblem(400, "input.malformed");
    reader.Get("/v1/tenants?cursor=AAAA").ExpectProblem(400, "input.malformed");
    reader.Get("/v1/tenants?colour=red").ExpectProblem(400, "input.malformed").Mentioning("kind");
    reader.Get("/v1/tenants?kind=dev&kind=test").ExpectProblem(400, "input.malformed");
}

TEST(Tenants, KnownVersionIsNotSentAgain) {
    const std::string id = Unique("tenant");
    const Reply made = RegisterTenant(id);
    const Reply again = As("nora.none").With("If-None-Match", made.Etag()).Get("/v1/tenants/" + id);
    again.Expect(304);
    EXPECT_TRUE(again.Text().empty());
    As("nora.none").With("If-None-Match", "\"1-0000000000000000\"").Get("/v1/tenants/" + id).Expect(200);
}

}  // namespace
}  // namespace api_test
