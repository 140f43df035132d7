// The ledger of consents (section 5; EXP-2, CHN-7, SOD-1), and the clock.
#include "tests/api/harness.hpp"

namespace api_test {
namespace {

std::string AnyTenant() {
    const std::string id = Unique("tenant");
    As("rita.release").Post("/v1/tenants", {{"id", id}, {"name", "T"}, {"kind", "production"}}).Expect(201);
    return id;
}

Json ChannelConsent() {
    return {{"channel", "experimental"},
            {"given_by", "Joan Owner"},
            {"capacity", "head of IT"},
            {"evidence", "signed form, archive no. 41"}};
}

TEST(Consents, RecordedOneIsInForce) {
    const std::string tenant = AnyTenant();
    const std::string path = "/v1/tenants/" + tenant + "/consents";
    const Reply made = As("rita.release").Post(path, ChannelConsent());
    made.Expect(201);
    EXPECT_EQ(made.Body()["state"], "in_force");
    EXPECT_EQ(made.Body()["recorded_by"], "rita.release");
    EXPECT_EQ(made.Header("location"), "/v1/consents/" + made.Id());
    EXPECT_EQ(As("nora.none").Get("/v1/consents/" + made.Id()).Body(), made.Body());
    EXPECT_EQ(As("nora.none").All(path).size(), 1U);
    EXPECT_EQ(Audit("action=consent.record&tenant=" + tenant).size(), 1U);
}

TEST(Consents, EndWhenTheyExpireOrAreWithdrawn) {
    const std::string tenant = AnyTenant();
    const std::string path = "/v1/tenants/" + tenant + "/consents";
    Json body = ChannelConsent();
    body["expires_at"] = platform::FormatTime(ServerNow() + std::chrono::hours(24));
    const Reply expiring = As("rita.release").Post(path, body);
    const Reply lasting = As("rita.release").Post(path, ChannelConsent());
    AdvanceClock("2d");
    EXPECT_EQ(As("nora.none").Get("/v1/consents/" + expiring.Id()).Body()["state"], "expired");

    const std::string withdraw = "/v1/consents/" + lasting.Id() + ":withdraw";
    As("rita.release").Post(withdraw, Json::object()).ExpectProblem(422, "input.invalid").ExpectErrors({"/reason"});
    As("ci").Post(withdraw, {{"reason", "x"}}).ExpectProblem(403, "auth.role_missing");
    const Reply withdrawn = As("otto.operator").Post(withdraw, {{"reason", "asked for in writing"}});
    EXPECT_EQ(withdrawn.Expect(200).Body()["state"], "withdrawn");
    EXPECT_EQ(withdrawn.Body()["withdrawn_by"], "otto.operator");
    As("otto.operator").Post(withdraw, {{"reason", "again"}}).ExpectProblem(409, "conflict.state");
    EXPECT_EQ(Audit("action=consent.withdraw&tenant=" + tenant).size(), 2U);
}

TEST(Consents, AreForOneReleaseOrForTheChannel) {
    const std::string path = "/v1/tenants/" + AnyTenant() + "/consents";
    Json both = ChannelConsent();
    both["release"] = "r-1";
    As("rita.release").Post(path, both).ExpectProblem(422, "input.invalid").ExpectErrors({"/release"});
    Json neither = ChannelConsent();
    neither.erase("channel");
    As("rita.release").Post(path, neither).ExpectProblem(422, "input.invalid").ExpectErrors({"/release"});
    Json stable = ChannelConsent();
    stable["channel"] = "stable";
    As("rita.release").Post(path, stable).ExpectProblem(422, "input.invalid").ExpectErrors({"/channel"});
    Json unknown = ChannelConsent();
    unknown.erase("channel");
    unknown["release"] = "no-such-release";
    As("rita.release").Post(path, unknown).ExpectProblem(422, "input.invalid").ExpectErrors({"/release"});
}

TEST(Consents, CannotBeGivenInTheFutureOrByAComponent) {
    const std::string path = "/v1/tenants/" + AnyTenant() + "/consents";
    Json future = ChannelConsent();
    future["given_at"] = platform::FormatTime(ServerNow() + std::chrono::hours(24 * 30));
    As("rita.release").Post(path, future).ExpectProblem(409, "rules.denied").ExpectRules({"EXP-2"});
    As("ci").Post(path, ChannelConsent()).ExpectProblem(403, "auth.role_missing");
    As("rita.release").Post("/v1/tenants/nobody/consents", ChannelConsent()).ExpectProblem(404, "not_found.resource");
    As("nora.none").Get("/v1/tenants/nobody/consents").ExpectProblem(404, "not_found.resource");
    As("nora.none").Get("/v1/consents/cns_none").ExpectProblem(404, "not_found.resource");
}

TEST(Clock, MovesForwardByHand) {
    const platform::Time before = ServerNow();
    const Reply moved = As("otto.operator").Post("/v1/clock/advance", {{"by", "3d"}});
    EXPECT_EQ(moved.Expect(200).Body()["simulated"], true);
    EXPECT_GE(ServerNow() - before, std::chrono::hours(72));
    const std::string target = platform::FormatTime(ServerNow() + std::chrono::hours(5));
    As("otto.operator").Post("/v1/clock/advance", {{"to", target}}).Expect(200);
    EXPECT_GE(platform::FormatTime(ServerNow()), target);
    EXPECT_GE(Audit("action=clock.advance").size(), 2U);
}

TEST(Clock, NeverMovesBack) {
    const Caller otto = As("otto.operator");
    for (const char* by : {"-3d", "0d", "3", "d", "99999w", "1.5d", ""}) {
        otto.Post("/v1/clock/advance", {{"by", by}}).ExpectProblem(422, "input.invalid").ExpectErrors({"/by"});
    }
    otto.Post("/v1/clock/advance", {{"to", "2024-01-01T00:00:00Z"}})
        .ExpectProblem(422, "input.invalid")
        .ExpectErrors({"/to"});
    otto.Post("/v1/clock/advance", {{"to", "9000-01-01T00:00:00Z"}}).ExpectProblem(422, "input.invalid");
    otto.Post("/v1/clock/advance", {{"by", "1d"}, {"to", "2030-01-01T00:00:00Z"}}).ExpectProblem(422, "input.invalid");
    otto.Post("/v1/clock/advance", Json::object()).ExpectProblem(422, "input.invalid");
    As("dora.lead").Post("/v1/clock/advance", {{"by", "1d"}}).ExpectProblem(403, "auth.role_missing");
}

}  // namespace
}  // namespace api_test
