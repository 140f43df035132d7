// What happens to a request before an operation sees it: credentials, sizes, types, keys, rates; and input that means
// harm. Whatever comes, the answer is a problem of the right kind and nothing has changed.
#include "tests/api/harness.hpp"

#include <algorithm>
#include <thread>

namespace api_test {
namespace {

Json DevTenant(const std::string& id) {
    return {{"id", id}, {"name", "T"}, {"kind", "dev"}};
}

// --- Credentials --------------------------------------------------------------------------------------------------

TEST(Credentials, OnlyAGoodBearerTokenNamesACaller) {
    const std::string good = TokenOf("dora.lead");
    for (const std::string& header :
         {std::string("Bearer"), std::string("Bearer "), "Basic " + good, good, std::string("Bearer pcl_"),
          "Bearer " + good + "x", "Bearer " + good.substr(0, good.size() - 1), "Bearer  " + good,
          "Bearer pcl_" + std::string(43, 'A'), "Bearer " + std::string(20'000, 'a'),
          std::string("Bearer eyJhbGciOiJub25lIn0.e30.")}) {
        const Reply reply = Anonymous().With("Authorization", header).Get("/v1/whoami");
        reply.ExpectProblem(401, "auth.unauthenticated");
        EXPECT_EQ(reply.Header("www-authenticate"), "Bearer realm=\"portcullis\"");
    }
    Anonymous().With("Authorization", "bearer " + good).Get("/v1/whoami").Expect(200);
}

TEST(Credentials, RefusedRoleIsNamedAndAudited) {
    const std::string id = Unique("tenant");
    As("anna.auditor")
        .With("X-Request-Id", "refused-" + id)
        .Post("/v1/tenants", DevTenant(id))
        .ExpectProblem(403, "auth.role_missing")
        .Mentioning("release_manager, operator");
    const auto entries = Audit("request_id=refused-" + id);
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0]["actor"], "anna.auditor");
    EXPECT_EQ(entries[0]["outcome"], "refused");
}

// --- Bodies -------------------------------------------------------------------------------------------------------

struct BadBody {
    const char* name;
    std::string body;
    int status;
    const char* code;
    const char* content_type = "application/json";
};

std::string Deep(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

class BadBodies : public ::testing::TestWithParam<BadBody> {};

TEST_P(BadBodies, AreRefusedAndChangeNothing) {
    const BadBody& bad = GetParam();
    As("rita.release").Send("POST", "/v1/tenants", bad.body, bad.content_type).ExpectProblem(bad.status, bad.code);
    for (const char* id : {"x1", "x2"}) {
        As("nora.none").Get("/v1/tenants/" + std::string(id)).Expect(404);
    }
    Anonymous().Get("/healthz").Expect(200);
}

INSTANTIATE_TEST_SUITE_P(
    Hostile, BadBodies,
    ::testing::Values(
        BadBody{"Empty", "", 400, "input.malformed"}, BadBody{"Spaces", "  \n ", 400, "input.malformed"},
        BadBody{"HalfAnObject", R"({"id":"x")", 400, "input.malformed"},
        BadBody{"TwoDocuments", R"({} {})", 400, "input.malformed"},
        BadBody{"Deep", Deep(10'000), 400, "input.malformed"},
        BadBody{"DeepObjects", R"({"a":{"a":{"a":)" + Deep(100) + "}}}", 400, "input.malformed"},
        BadBody{"List", "[]", 422, "input.invalid"}, BadBody{"Text", "\"tenant\"", 422, "input.invalid"},
        BadBody{"Null", "null", 422, "input.invalid"},
        BadBody{"WrongTypes", R"({"id":7,"name":{},"kind":[]})", 422, "input.invalid"},
        BadBody{"UnknownField", R"({"id":"x1","name":"x","kind":"dev","admin":true})", 422, "input.invalid"},
        BadBody{"DuplicateKeys", R"({"id":"x1","id":"x2","name":"x","kind":"dev"})", 400, "input.malformed"},
        BadBody{"BadUtf8", "{\"id\":\"x1\",\"name\":\"\xFF\xFE\",\"kind\":\"dev\"}", 400, "input.malformed"},
        BadBody{"OverlongUtf8", "{\"id\":\"x1\",\"name\":\"\xC0\xAF\",\"kind\":\"dev\"}", 400, "input.malformed"},
        BadBody{"NulEscaped", R"({"id":"x1","name":"a\u0000b","kind":"dev"})", 400, "input.malformed"},
        BadBody{"NulRaw", std::string("{\"id\":\"x1\",\"name\":\"a\0b\",\"kind\":\"dev\"}", 37), 400,
                "input.malformed"},
        BadBody{"LoneSurrogate", R"({"id":"x1","name":"\ud800","kind":"dev"})", 400, "input.malformed"},
        BadBody{"NotANumber", R"({"id":NaN})", 400, "input.malformed"},
        BadBody{"HugeNumber", R"({"id":1e999,"name":"x","kind":"dev"})", 400, "input.malformed"},
        BadBody{"Comment", "{/* x */}", 400, "input.malformed"},
        BadBody{"PathTrick", R"({"id":"../../etc/passwd","name":"x","kind":"dev"})", 422, "input.invalid"},
        BadBody{"SqlTrick", R"({"id":"x'; DROP TABLE tenants; --","name":"x","kind":"dev"})", 422, "input.invalid"},
        BadBody{"DirectionTrick",
                "{\"id\":\"x1\",\"name\":\"a\xE2\x80\xAE"
                "b\",\"kind\":\"dev\"}",
                422, "input.invalid"},
        BadBody{"LongName", R"({"id":"x1","name":")" + std::string(201, 'n') + R"(","kind":"dev"})", 422,
                "input.invalid"},
        BadBody{"TooLarge", R"({"id":"x1","name":")" + std::string(70'000, 'n') + R"("})", 413, "input.too_large"},
        BadBody{"Xml", "<tenant/>", 415, "input.media_type", "application/xml"},
        BadBody{"Form", "id=x1", 415, "input.media_type", "application/x-www-form-urlencoded"},
        BadBody{"YamlWhereJsonIsTaken", "id: x1", 415, "input.media_type", "application/yaml"},
        BadBody{"OtherCharset", "{}", 415, "input.media_type", "application/json; charset=utf-16"}),
    [](const auto& row) { return row.param.name; });

std::string AliasBomb() {
    std::string yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string last = "*a" + std::to_string(i - 1);
        yaml += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 9; ++j) {
            yaml += (j == 0 ? "" : ", ") + last;
        }
        yaml += "]\n";
    }
    return yaml;
}

class BadManifests : public ::testing::TestWithParam<BadBody> {};

TEST_P(BadManifests, AreRefusedAndChangeNothing) {
    const BadBody& bad = GetParam();
    const std::size_t before = As("nora.none").All("/v1/releases?limit=500").size();
    As("rita.release").Send("POST", "/v1/releases", bad.body, bad.content_type).ExpectProblem(bad.status, bad.code);
    EXPECT_EQ(As("nora.none").All("/v1/releases?limit=500").size(), before);
}

INSTANTIATE_TEST_SUITE_P(
    HostileYaml, BadManifests,
    ::testing::Values(BadBody{"Broken", "id: [", 400, "input.malformed", "application/yaml"},
                      BadBody{"AliasBomb", AliasBomb(), 400, "input.malformed", "application/yaml"},
                      BadBody{"SelfReference", "a: &a [*a]", 400, "input.malformed", "application/yaml"},
                      BadBody{"DuplicateKeys", "id: a\nid: b\n", 400, "input.malformed", "application/yaml"},
                      BadBody{"CustomTag", "id: !!python/object:os.system x\n", 400, "input.malformed",
                              "application/yaml"},
                      BadBody{"TwoDocuments", "id: a\n---\nid: b\n", 400, "input.malformed", "application/yaml"},
                      BadBody{"Deep", "a: " + Deep(5'000), 400, "input.malformed", "application/yaml"},
                      BadBody{"BadUtf8", "id: \xFF\n", 400, "input.malformed", "application/yaml"},
                      BadBody{"Nothing", "# nothing\n", 400, "input.malformed", "application/yaml"}),
    [](const auto& row) { return row.param.name; });

TEST(Bodies, HundredMegabytesAreTurnedAwayUnread) {
    const std::string huge(100 * 1024 * 1024, 'x');
    const Reply reply = As("rita.release").Send("POST", "/v1/tenants", huge, "application/json");
    reply.ExpectProblem(413, "input.too_large");
    EXPECT_EQ(reply.Body()["instance"], "/v1/tenants");
    Anonymous().Get("/healthz").Expect(200);
}

TEST(Bodies, WhatIsNoRequestGetsTheSameProblemAsEverythingElse) {
    const Caller rita = As("rita.release").With("X-Request-Id", "walk-1");
    for (const char* path : {"/v1/tenants/%00", "/v1/tenants/%2e%2e", "/v1/tenants/a%2Fb", "/v1/tenants/%ff"}) {
        const Reply reply = As("rita.release").Get(path).ExpectProblem(400, "input.malformed");
        EXPECT_TRUE(reply.Header("x-request-id").starts_with("req_"));
        EXPECT_EQ(reply.Header("x-content-type-options"), "nosniff");
    }
    rita.Send("BREW", "/v1/tenants").ExpectProblem(501, "input.method_unknown");
    rita.Get("/v1/tenants?q=" + std::string(9'000, 'a')).ExpectProblem(414, "input.target_too_long");
    // What was read of the request until then is used.
    const Reply headers = rita.With("X-Long", std::string(40'000, 'a')).Get("/v1/tenants");
    headers.ExpectProblem(431, "input.headers_too_large");
    EXPECT_EQ(headers.Body()["instance"], "/v1/tenants");
    EXPECT_EQ(headers.Header("x-request-id"), "walk-1");
    EXPECT_NE(Anonymous()
                  .Get("/metrics")
                  .Text()
                  .find(R"(portcullis_http_requests_total{route="none",method="none",status="4xx"})"),
              std::string::npos);
}

TEST(Bodies, CompressedAndUnexpectedOnesAreRefused) {
    As("rita.release")
        .With("Content-Encoding", "gzip")
        .Send("POST", "/v1/tenants", "\x1F\x8B", "application/json")
        .ExpectProblem(415, "input.media_type");
    As("rita.release").Send("GET", "/v1/tenants", "{}", "application/json").ExpectProblem(400, "input.malformed");
    As("rita.release").Send("POST", "/v1/tenants", "{}").ExpectProblem(415, "input.media_type");
}

TEST(Bodies, OptionalOnesMayBeLeftOut) {
    As("rita.release").Post("/v1/role-grants/rgr_none:revoke").ExpectProblem(404, "not_found.resource");
    As("rita.release").Post("/v1/role-grants/rgr_none:revoke", {{"raison", "x"}}).ExpectProblem(422, "input.invalid");
}

// --- Idempotency --------------------------------------------------------------------------------------------------

TEST(Idempotency, SameKeySameRequestSameAnswer) {
    const std::string id = Unique("tenant");
    const std::string key = Unique("key");
    const Reply first = As("rita.release").Key(key).Post("/v1/tenants", DevTenant(id));
    first.Expect(201);
    EXPECT_TRUE(first.Header("idempotency-replayed").empty());
    const Reply second = As("rita.release").Key(key).Post("/v1/tenants", DevTenant(id));
    second.Expect(201);
    EXPECT_EQ(second.Header("idempotency-replayed"), "true");
    EXPECT_EQ(second.Text(), first.Text());
    EXPECT_EQ(second.Etag(), first.Etag());
    EXPECT_EQ(second.Header("location"), first.Header("location"));
    EXPECT_EQ(Audit("tenant=" + id).size(), 1U);
}

TEST(Idempotency, SameKeyOtherRequestIsAConflict) {
    const std::string key = Unique("key");
    const std::string id = Unique("tenant");
    As("rita.release").Key(key).Post("/v1/tenants", DevTenant(id)).Expect(201);
    As("rita.release").Key(key).Post("/v1/tenants", DevTenant(id + "x")).ExpectProblem(409, "conflict.idempotency");
    As("nora.none").Get("/v1/tenants/" + id + "x").Expect(404);
    // Keys belong to their callers.
    As("otto.operator").Key(key).Post("/v1/tenants", DevTenant(id + "y")).Expect(201);
}

TEST(Idempotency, RefusalsAreReplayedToo) {
    const std::string id = Unique("tenant");
    const std::string key = Unique("key");
    As("rita.release").Post("/v1/tenants", DevTenant(id)).Expect(201);
    As("rita.release").Key(key).Post("/v1/tenants", DevTenant(id)).ExpectProblem(409, "conflict.exists");
    const Reply again = As("rita.release").Key(key).Post("/v1/tenants", DevTenant(id));
    EXPECT_EQ(again.Status(), 409);
    EXPECT_EQ(again.Header("idempotency-replayed"), "true");
    EXPECT_EQ(again.Header("content-type"), "application/problem+json");
    EXPECT_EQ(Audit("tenant=" + id + "&outcome=refused").size(), 1U);
}

TEST(Idempotency, KeysLiveForADay) {
    const std::string key = Unique("key");
    As("rita.release").Key(key).Post("/v1/tenants", DevTenant(Unique("tenant"))).Expect(201);
    AdvanceClock("25h");
    const Reply fresh = As("rita.release").Key(key).Post("/v1/tenants", DevTenant(Unique("tenant")));
    fresh.Expect(201);
    EXPECT_TRUE(fresh.Header("idempotency-replayed").empty());
}

TEST(Idempotency, MalformedKeysAreRefused) {
    for (const std::string& key : {std::string(201, 'k'), std::string("two words"), std::string("t\xC3\xA4st")}) {
        As("rita.release")
            .Key(key)
            .Post("/v1/tenants", DevTenant(Unique("tenant")))
            .ExpectProblem(400, "input.malformed");
    }
}

TEST(Idempotency, TwoAtOnceAreOne) {
    for (int round = 0; round < 10; ++round) {
        const std::string id = Unique("tenant");
        const std::string key = Unique("key");
        std::vector<int> statuses(4);
        std::vector<std::string> replayed(4);
        std::vector<std::thread> callers;
        for (std::size_t i = 0; i < statuses.size(); ++i) {
            callers.emplace_back([&, i] {
                const Reply reply = As("rita.release").Key(key).Post("/v1/tenants", DevTenant(id));
                statuses[i] = reply.Status();
                replayed[i] = reply.Header("idempotency-replayed");
            });
        }
        for (std::thread& caller : callers) {
            caller.join();
        }
        EXPECT_EQ(statuses, std::vector<int>(4, 201));
        EXPECT_EQ(std::count(replayed.begin(), replayed.end(), "true"), 3);
        EXPECT_EQ(Audit("tenant=" + id).size(), 1U);
    }
}

TEST(Versions, TwoChangesAtOnceOneWins) {
    for (int round = 0; round < 10; ++round) {
        const std::string id = Unique("tenant");
        const std::string etag = As("rita.release").Post("/v1/tenants", DevTenant(id)).Etag();
        std::vector<int> statuses(2);
        std::vector<std::thread> callers;
        for (std::size_t i = 0; i < statuses.size(); ++i) {
            callers.emplace_back([&, i] {
                statuses[i] = As("rita.release")
                                  .IfMatch(etag)
                                  .Patch("/v1/tenants/" + id, {{"name", "by " + std::to_string(i)}})
                                  .Status();
            });
        }
        for (std::thread& caller : callers) {
            caller.join();
        }
        std::sort(statuses.begin(), statuses.end());
        EXPECT_EQ(statuses, (std::vector<int>{200, 412}));
    }
}

// --- Rates --------------------------------------------------------------------------------------------------------

TEST(Rates, EachPrincipalHasItsOwn) {
    const OwnServer server({"--rate-limit=1", "--rate-burst=3"});
    const Caller dora = server.As("dora.lead");
    const Reply first = dora.Get("/v1/whoami");
    first.Expect(200);
    EXPECT_EQ(first.Header("ratelimit-limit"), "3");
    EXPECT_EQ(first.Header("ratelimit-remaining"), "2");
    dora.Get("/v1/whoami").Expect(200);
    dora.Get("/v1/whoami").Expect(200);
    Reply refused = dora.Get("/v1/whoami");
    for (int i = 0; i < 3 && refused.Status() == 200; ++i) {
        refused = dora.Get("/v1/whoami");
    }
    refused.ExpectProblem(429, "unavailable.rate_limited");
    EXPECT_GE(std::stoi(refused.Header("retry-after")), 1);
    server.As("quinn.qa").Get("/v1/whoami").Expect(200);
    Caller(server.Url(), "").Get("/healthz").Expect(200);
}

TEST(Rates, GuessersAreSlowedDownAndNobodyElse) {
    const OwnServer server({"--rate-limit=1000", "--rate-burst=1000"});
    const Caller guesser(server.Url(), "pcl_" + std::string(43, 'A'));
    int last = 0;
    for (int i = 0; i < 200 && last != 429; ++i) {
        last = guesser.Get("/v1/whoami").Status();
    }
    EXPECT_EQ(last, 429);
    server.As("dora.lead").Get("/v1/whoami").Expect(200);
}

}  // namespace
}  // namespace api_test
