// Quotas: what would go beyond is refused and changes nothing, at any concurrency; alerts from 80 % and 95 %.
#include <algorithm>
#include <atomic>
#include <thread>

#include "tests/pulse/tenants.hpp"

namespace pulse_test {
namespace {

const Json* FindAlert(const Json& alerts, const std::string& type) {
    for (const Json& alert : alerts) {
        if (alert.at("type") == type) {
            return &alert;
        }
    }
    return nullptr;
}

TEST(Quotas, ArePlansUntilATenantHasItsOwn) {
    const Tenant tenant = Provision("quota", "free");
    EXPECT_EQ(Quota(tenant, "users"), Json({{"used", 1}, {"limit", 5}, {"percent", 20}, {"level", "ok"}}));
    EXPECT_EQ(Quota(tenant, "customers")["limit"], 100);
    EXPECT_EQ(Quota(tenant, "apiCalls")["limit"], 10'000);
    const std::string path = "/api/admin/tenants/" + tenant.id;
    EXPECT_EQ(SuperAdmin().Put(path + "/plan", {{"plan", "pro"}}).Expect(200).Body()["plan"], "pro");
    EXPECT_EQ(Quota(tenant, "customers")["limit"], 10'000);
    const Json own =
        SuperAdmin().Put(path + "/quotas", {{"customers", 7}, {"users", -1}, {"reason", "trial"}}).Expect(200).Body();
    EXPECT_EQ(own["quotas"]["customers"]["limit"], 7);
    EXPECT_EQ(own["quotas"]["users"]["limit"], nullptr);
    EXPECT_EQ(own["quotas"]["users"]["level"], "ok");
    EXPECT_EQ(SuperAdmin().Get(path + "/quotas").Expect(200).Body()["quotas"]["customers"]["limit"], 7);
    SuperAdmin().Put(path + "/quotas", Json::object()).Expect(200);
    EXPECT_EQ(Quota(tenant, "customers")["limit"], 10'000) << "back to the plan";
    EXPECT_EQ(CountAudit(tenant.id, "quota_changed"), 3U);

    SuperAdmin().Put(path + "/plan", {{"plan", "gold"}}).ExpectA(400, "invalid_plan");
    SuperAdmin().Put(path + "/plan", {{"plan", 7}}).ExpectA(400, "invalid_request");
    SuperAdmin().Put(path + "/quotas", {{"customers", -2}}).ExpectA(400, "invalid_quota");
    SuperAdmin().Put(path + "/quotas", {{"customers", "many"}}).ExpectA(400, "invalid_quota");
    SuperAdmin().Put(path + "/quotas", {{"customer", 1}}).ExpectA(400, "invalid_request");
    SuperAdmin().Put("/api/admin/tenants/nobody/quotas", {{"users", 1}}).ExpectA(404, "not_found");
    tenant.admin.Put(path + "/quotas", {{"users", 100}}).ExpectA(403, "forbidden");
    EXPECT_EQ(CountAudit(tenant.id, "quota_changed"), 3U);
}

TEST(Quotas, OfCustomersAreExactUnderConcurrency) {
    const Tenant tenant = Provision();
    SetQuotas(tenant.id, {{"customers", 10}});
    std::atomic<int> made = 0;
    std::atomic<int> refused = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 4; ++round) {
                const Reply reply = tenant.admin.Post("/api/customers", {{"name", "x"}});
                (reply.Status() == 201 ? made : refused) += 1;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(made, 10);
    EXPECT_EQ(refused, 14);
    tenant.admin.Post("/api/customers", {{"name", "x"}}).ExpectA(403, "quota_exceeded");
    EXPECT_EQ(Quota(tenant, "customers"), Json({{"used", 10}, {"limit", 10}, {"percent", 100}, {"level", "exceeded"}}));
    EXPECT_EQ(CountAudit(tenant.id, "customer_created"), 10U);
    EXPECT_EQ(CountAudit(tenant.id, "quota_exceeded"), 15U);
    // What is there can still be changed, and what is deleted makes room.
    const std::string path = "/api/customers/" + tenant.admin.Get("/api/customers").Body()[0]["id"].get<std::string>();
    tenant.admin.Put(path, {{"name", "y"}}).Expect(200);
    tenant.admin.Delete(path).Expect(204);
    tenant.admin.Post("/api/customers", {{"name", "x"}}).Expect(201);
}

TEST(Quotas, OfStorageCountBytes) {
    const Tenant tenant = Provision();
    SetQuotas(tenant.id, {{"storageBytes", 3'000}});
    const std::string path = tenant.admin.Post("/api/customers", {{"name", "small"}}).Expect(201).Header("location");
    tenant.admin.Post("/api/customers", {{"name", "big"}, {"notes", std::string(4'000, 'n')}})
        .ExpectA(403, "quota_exceeded");
    tenant.admin.Put(path, {{"notes", std::string(4'000, 'n')}}).ExpectA(403, "quota_exceeded");
    EXPECT_EQ(tenant.admin.Get(path).Expect(200).Body()["notes"], "") << "a refusal changes nothing";
    tenant.admin
        .Post("/api/alerts/report",
              {{"type", "cpu"}, {"level", "critical"}, {"resourceId", "vm-1"}, {"message", std::string(2'000, 'm')}})
        .Expect(201);
    tenant.admin
        .Post("/api/alerts/report",
              {{"type", "disk"}, {"level", "critical"}, {"resourceId", "vm-1"}, {"message", std::string(2'000, 'm')}})
        .ExpectA(403, "quota_exceeded");
}

TEST(Quotas, OfUsersHoldForInvitationsAndMembers) {
    const std::string org = NewOrg("alice", {{"bob", "viewer"}});
    SetQuotas(org, {{"users", 2}});
    const std::string members = "/api/orgs/" + org + "/members";
    As("alice").Post(members, {{"userId", "carol"}}).ExpectA(403, "quota_exceeded");
    SetQuotas(org, {{"users", 3}});
    As("alice").Post(members, {{"userId", "carol"}}).Expect(202);
    SetQuotas(org, {{"users", 2}});
    As("carol").Post("/api/org-invitations/" + org + "/accept").ExpectA(403, "quota_exceeded");
    As("alice").Post(members, {{"userId", "bob"}, {"role", "editor"}}).Expect(200);
    SetQuotas(org, Json::object());
    As("carol").Post("/api/org-invitations/" + org + "/accept").Expect(200);
}

TEST(Quotas, OfCallsAreExactUnderConcurrency) {
    const Tenant tenant = Provision();
    const int used = Quota(tenant, "apiCalls")["used"];
    SetQuotas(tenant.id, {{"apiCalls", used + 50}});
    std::atomic<int> answered = 0;
    std::atomic<int> refused = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 15; ++round) {
                const int status = tenant.admin.Get("/api/customers").Status();
                answered += status == 200 ? 1 : 0;
                refused += status == 403 ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    // The look at the quota above was a call of its own.
    EXPECT_EQ(answered, 49);
    EXPECT_EQ(refused, 71);
    tenant.admin.Get("/api/customers").ExpectA(403, "quota_exceeded");
    EXPECT_EQ(Quota(tenant, "apiCalls")["level"], "exceeded") << "looking at the quotas still works";
    EXPECT_NE(FindAlert(tenant.admin.Get("/api/tenants/alerts").Expect(200).Body(), "quota_api_calls"), nullptr);
    SetQuotas(tenant.id, Json::object());
    tenant.admin.Get("/api/customers").Expect(200);
}

TEST(Quotas, CountedCallsSurviveTheEnd) {
    OwnPulsed pulsed;
    const Tenant tenant = Provision("counted", "pro", pulsed);
    for (int i = 0; i < 30; ++i) {
        tenant.admin.Get("/api/customers").Expect(200);
    }
    const Json before = tenant.admin.Get("/api/tenants/quotas").Expect(200).Body();
    ASSERT_EQ(pulsed.Stop(), 0) << pulsed.Log();
    pulsed.Start();
    const Json after = pulsed.Anonymous()
                           .With("Authorization", "Bearer " + tenant.token)
                           .Get("/api/tenants/quotas")
                           .Expect(200)
                           .Body();
    // The look before is counted when it is answered.
    EXPECT_EQ(after["quotas"]["apiCalls"]["used"], before["quotas"]["apiCalls"]["used"].get<int>() + 1);
}

TEST(Quotas, AlertAt80And95Percent) {
    const Tenant tenant = Provision();
    SetQuotas(tenant.id, {{"customers", 20}});
    const auto fill = [&](int to) {
        while (Quota(tenant, "customers")["used"] < to) {
            tenant.admin.Post("/api/customers", {{"name", "x"}}).Expect(201);
        }
        return tenant.admin.Get("/api/tenants/alerts").Expect(200).Body();
    };
    EXPECT_EQ(fill(15), Json::array()) << "75 %";
    const Json warned = fill(16);
    const Json* warning = FindAlert(warned, "quota_customers");
    ASSERT_NE(warning, nullptr) << "80 %";
    EXPECT_EQ((*warning)["severity"], "warning");
    EXPECT_EQ((*warning)["tenantId"], tenant.id);
    EXPECT_EQ((*warning)["value"], 80);
    const Json critical = fill(19);
    ASSERT_NE(FindAlert(critical, "quota_customers"), nullptr) << "95 %";
    EXPECT_EQ((*FindAlert(critical, "quota_customers"))["severity"], "critical");
    EXPECT_EQ((*FindAlert(critical, "quota_customers"))["id"], (*warning)["id"]) << "one alert that changes";

    const Json all = SuperAdmin().Get("/api/admin/alerts").Expect(200).Body();
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const Json& alert) {
        return alert["tenantId"] == tenant.id && alert["type"] == "quota_customers";
    }));
    // Over when there is room again; shown to nobody else.
    SetQuotas(tenant.id, {{"customers", 100}});
    EXPECT_EQ(tenant.admin.Get("/api/tenants/alerts").Expect(200).Body(), Json::array());
    const Json history = tenant.admin.Get("/api/tenants/alerts?all=true").Expect(200).Body();
    ASSERT_EQ(history.size(), 1U);
    EXPECT_TRUE(history[0].contains("resolvedTime"));
    EXPECT_EQ(Provision().admin.Get("/api/tenants/alerts?all=true").Expect(200).Body(), Json::array());
}

TEST(Quotas, TheDefaultOrganizationHasNone) {
    const Json quotas = SuperAdmin().Get("/api/tenants/quotas").Expect(200).Body();
    EXPECT_EQ(quotas["tenantId"], "default");
    for (const auto& [name, quota] : quotas["quotas"].items()) {
        EXPECT_EQ(quota["limit"], nullptr) << name;
    }
}

TEST(Alerts, OfMonitoringAreRaisedChangedAndCleared) {
    const Tenant tenant = Provision();
    const Tenant other = Provision();
    const Json report = {{"type", "cpu"},   {"level", "warning"}, {"resourceId", "vm-1"}, {"resourceName", "web"},
                         {"node", "pve-1"}, {"value", 91.5},      {"threshold", 90},      {"message", "CPU is busy"}};
    const Json raised = tenant.admin.Post("/api/alerts/report", report).Expect(201).Body();
    EXPECT_EQ(raised["acknowledged"], false);
    Json again = report;
    again["level"] = "critical";
    const Json changed = tenant.admin.Post("/api/alerts/report", again).Expect(200).Body();
    EXPECT_EQ(changed["id"], raised["id"]);
    EXPECT_EQ(changed["startTime"], raised["startTime"]);
    EXPECT_EQ(tenant.admin.Get("/api/alerts/active").Expect(200).Body(), Json::array({changed}));
    EXPECT_EQ(tenant.admin.Get("/api/state").Expect(200).Body()["activeAlerts"], Json::array({changed}));
    EXPECT_EQ(other.admin.Get("/api/alerts/active").Expect(200).Text(), "[]");
    EXPECT_EQ(other.admin.Get("/api/state").Expect(200).Body()["activeAlerts"], Json::array());
    EXPECT_EQ(As("admin").Get("/api/alerts/active").Expect(200).Text(), "[]");

    const std::string path = "/api/alerts/" + raised["id"].get<std::string>();
    other.admin.Post(path + "/acknowledge").ExpectA(404, "not_found");
    other.admin.Post(path + "/clear").ExpectA(404, "not_found");
    EXPECT_EQ(tenant.admin.Post(path + "/acknowledge").Expect(200).Body()["ackUser"], tenant.admin_email);
    EXPECT_EQ(tenant.admin.Post(path + "/unacknowledge").Expect(200).Body()["acknowledged"], false);
    tenant.admin.Post(path + "/clear").Expect(200);
    tenant.admin.Post(path + "/clear").ExpectA(404, "not_found");
    EXPECT_EQ(tenant.admin.Get("/api/alerts/active").Expect(200).Text(), "[]");
    EXPECT_EQ(tenant.admin.Get("/api/alerts/history").Expect(200).Body().size(), 1U);
    EXPECT_EQ(tenant.admin.Get("/api/state").Expect(200).Body()["recentlyResolved"].size(), 1U);

    const auto refused = [&](const char* field, const Json& value, std::string_view code) {
        Json body = report;
        body[field] = value;
        tenant.admin.Post("/api/alerts/report", body).ExpectA(400, code);
    };
    refused("type", "", "invalid_type");
    refused("level", "bad", "invalid_level");
    refused("resourceId", nullptr, "invalid_resource");
    refused("value", "high", "invalid_value");
    refused("message", std::string(2'001, 'm'), "invalid_message");
    tenant.admin.Send("POST", "/api/alerts/report", "{").ExpectA(400, "invalid_request");
}

}  // namespace
}  // namespace pulse_test
