// Hosted mode: the switch says nothing, the subscription decides; lifecycle and billing by super admins and owners.
#include "tests/pulse/harness.hpp"

namespace pulse_test {
namespace {

class Hosted : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        server_ = new OwnPulsed({.multi_tenant = "false", .hosted = "true"});
    }
    static void TearDownTestSuite() {
        EXPECT_EQ(server_->Stop(), 0);
        delete server_;
    }
    static Caller As(const std::string& person) {
        return server_->As(person);
    }
    static Reply Bill(const std::string& org, const Json& state) {
        return As("root").Put("/api/admin/orgs/" + org + "/billing-state", state);
    }
    /// An organization of alice's with a subscription.
    static std::string Subscribed() {
        const std::string id = Unique("hosted");
        As("alice").Post("/api/orgs", {{"id", id}, {"displayName", id}}).Expect(201);
        Bill(id, {{"subscription_state", "active"}}).Expect(200);
        return id;
    }

    static OwnPulsed* server_;
};
OwnPulsed* Hosted::server_ = nullptr;

TEST_F(Hosted, TheSubscriptionDecides) {
    const std::string id = Unique("sub");
    As("alice").Post("/api/orgs", {{"id", id}, {"displayName", id}}).Expect(201);
    As("alice").In(id).Get("/api/state").ExpectSubscriptionRequired();
    for (const auto& [state, status] :
         std::vector<std::pair<Json, int>>{{{{"subscription_state", "active"}}, 200},
                                           {{{"subscription_state", "grace"}}, 200},
                                           {{{"subscription_state", "trial"}}, 402},
                                           {{{"subscription_state", "trial"}, {"trial_ends_at", 4'000'000'000}}, 200},
                                           {{{"subscription_state", "trial"}, {"trial_ends_at", 1'000'000'000}}, 402},
                                           {{{"subscription_state", "expired"}}, 402},
                                           {{{"subscription_state", ""}}, 402}}) {
        Bill(id, state).Expect(200);
        As("alice").In(id).Get("/api/state").Expect(status);
    }
    Bill(id, {{"subscription_state", "nonsense"}}).ExpectA(400, "invalid_billing_state");
    Bill("nope", {{"subscription_state", "active"}}).ExpectA(404, "not_found");
    As("bob").In(id).Get("/api/state").ExpectSubscriptionRequired();
}

TEST_F(Hosted, SuspendAndReactivate) {
    const std::string id = Subscribed();
    const std::string path = "/api/admin/orgs/" + id;
    As("root").Post("/api/admin/orgs/default/suspend").ExpectA(400, "default_org_immutable");
    As("root").Post("/api/admin/orgs/nope/suspend").ExpectA(404, "not_found");
    As("root").Send("POST", path + "/suspend", "{").ExpectA(400, "invalid_request");
    As("root").Post(path + "/unsuspend").ExpectA(409, "not_suspended");
    const Json suspended = As("root").Post(path + "/suspend", {{"reason", " not paid "}}).Expect(200).Body();
    EXPECT_EQ(suspended["status"], "suspended");
    EXPECT_EQ(suspended["suspendReason"], "not paid");
    EXPECT_TRUE(suspended.contains("suspendedAt"));
    As("root").Send("POST", path + "/suspend").ExpectA(409, "already_suspended");
    As("alice").In(id).Get("/api/state").ExpectB(403, "org_suspended");
    As("bob").In(id).Get("/api/state").ExpectB(403, "org_suspended");
    As("alice").Get("/api/orgs/" + id).Expect(200);  // by its path, from outside
    const Json active = As("root").Send("POST", path + "/unsuspend").Expect(200).Body();
    EXPECT_FALSE(active.contains("suspendedAt"));
    EXPECT_FALSE(active.contains("suspendReason"));
    As("alice").In(id).Get("/api/state").Expect(200);
}

TEST_F(Hosted, SoftDelete) {
    const std::string id = Subscribed();
    const std::string path = "/api/admin/orgs/" + id + "/soft-delete";
    As("root").Post("/api/admin/orgs/default/soft-delete").ExpectA(400, "default_org_immutable");
    As("root").Post(path, {{"retention_days", 0}}).ExpectA(400, "invalid_retention_days");
    As("root").Post(path, {{"retention_days", "x"}}).ExpectA(400, "invalid_request");
    const Json pending = As("root").Send("POST", path).Expect(200).Body();
    EXPECT_EQ(pending["status"], "pending_deletion");
    EXPECT_EQ(pending["retentionDays"], 30);
    As("root").Send("POST", path).ExpectA(409, "already_pending_deletion");
    As("alice").In(id).Get("/api/state").ExpectB(403, "org_suspended");
    As("root").Post("/api/admin/orgs/" + id + "/unsuspend").ExpectA(409, "not_suspended");
    As("root").Post("/api/admin/orgs/" + id + "/suspend").Expect(200);
    As("root").Post("/api/admin/orgs/" + id + "/unsuspend").Expect(200);
    As("alice").In(id).Get("/api/state").Expect(200);
}

TEST_F(Hosted, OnlyOwnersAndSuperAdminsAdministrate) {
    const std::string id = Subscribed();
    const std::string path = "/api/admin/orgs/" + id;
    server_->Anonymous().Post(path + "/suspend").ExpectUnauthenticated();
    As("bob").Post("/api/admin/orgs/a%20b/suspend").ExpectA(400, "invalid_org_id");
    As("bob").Post("/api/admin/orgs/nope/suspend").ExpectA(404, "org_not_found");
    As("bob").Post(path + "/suspend").ExpectA(403, "access_denied");
    server_->Token("globex-all").Post(path + "/suspend").ExpectSubscriptionRequired();  // its own organization's
    Bill("globex", {{"subscription_state", "active"}}).Expect(200);
    server_->Token("globex-all").Post(path + "/suspend").ExpectA(403, "access_denied");
    As("alice").Get(path + "/billing-state").Expect(200);
    server_->Token("globex-all").Get("/api/admin/orgs/globex/billing-state").Expect(200);
    Bill("acme", {{"subscription_state", "active"}}).Expect(200);
    server_->Token("acme-reader").Post("/api/admin/orgs/acme/suspend").ExpectMissingScope("settings:write");
    As("alice").Get("/api/hosted/organizations").ExpectA(403, "forbidden");
    EXPECT_GE(As("root").Get("/api/hosted/organizations").Expect(200).Body().size(), 3U);
}

TEST_F(Hosted, AnInstallCommandCarriesATokenForItsTenantAlone) {
    const std::string id = Subscribed();
    const Json made = As("root").Post("/api/admin/orgs/" + id + "/agent-install-command").Expect(200).Body();
    EXPECT_EQ(made["orgId"], id);
    const Caller agent = server_->Anonymous().With("X-API-Token", made["token"]);
    agent.Get("/api/orgs").ExpectMissingScope("settings:read");
    agent.In("acme").Get("/api/version").Expect(403);
}

TEST(NotHosted, LifecycleRoutesDoNotExist) {
    for (const char* route : {"suspend", "unsuspend", "soft-delete", "agent-install-command"}) {
        As("root").Post("/api/admin/orgs/acme/" + std::string(route)).ExpectText(404, "404 page not found");
        As("alice").Post("/api/admin/orgs/acme/" + std::string(route)).ExpectText(404, "404 page not found");
        As("bob").Post("/api/admin/orgs/acme/" + std::string(route)).ExpectA(403, "access_denied");
    }
    As("root").Get("/api/admin/orgs/acme/billing-state").ExpectText(404, "404 page not found");
    As("root").Get("/api/hosted/organizations").ExpectText(404, "404 page not found");
}

}  // namespace
}  // namespace pulse_test
