// Customers: each tenant's own, whoever asks and however they ask; who may change them; what is no customer.
#include <algorithm>
#include <set>
#include <thread>

#include "tests/pulse/tenants.hpp"

namespace pulse_test {
namespace {

std::string AddCustomer(const Caller& caller, const std::string& name) {
    return caller.Post("/api/customers", {{"name", name}}).Expect(201).Body().at("id");
}

std::set<std::string> NamesSeenBy(const Caller& caller) {
    std::set<std::string> names;
    for (const Json& customer : caller.Get("/api/customers?limit=500").Expect(200).Body()) {
        names.insert(customer.at("name").get<std::string>());
    }
    return names;
}

TEST(Customers, AreKeptAsTheyWereWritten) {
    const Tenant tenant = Provision();
    const Reply made = tenant.admin.Post("/api/customers", {{"name", "  Zoë & Sons "},
                                                            {"email", "zoe@example.com"},
                                                            {"phone", "+44 20 7946 0000"},
                                                            {"company", "Sons"},
                                                            {"status", "lead"},
                                                            {"notes", "line one\nline two"}});
    made.Expect(201);
    EXPECT_EQ(made.Body()["name"], "Zoë & Sons");
    EXPECT_EQ(made.Body()["status"], "lead");
    EXPECT_EQ(made.Body()["createdBy"], tenant.admin_email);
    const std::string path = made.Header("location");
    EXPECT_EQ(path, "/api/customers/" + made.Body()["id"].get<std::string>());
    EXPECT_EQ(tenant.admin.Get(path).Expect(200).Body(), made.Body());

    const Json changed = tenant.admin.Put(path, {{"status", "active"}, {"phone", ""}}).Expect(200).Body();
    EXPECT_EQ(changed["name"], "Zoë & Sons") << "what is not named stays";
    EXPECT_EQ(changed["status"], "active");
    EXPECT_EQ(changed["phone"], "");
    EXPECT_EQ(changed["createdAt"], made.Body()["createdAt"]);

    tenant.admin.Delete(path).Expect(204);
    tenant.admin.Get(path).ExpectA(404, "not_found");
    tenant.admin.Delete(path).ExpectA(404, "not_found");
    tenant.admin.Put(path, {{"name", "x"}}).ExpectA(404, "not_found");
    EXPECT_EQ(CountAudit(tenant.id, "customer_created"), 1U);
    EXPECT_EQ(CountAudit(tenant.id, "customer_updated"), 1U);
    EXPECT_EQ(CountAudit(tenant.id, "customer_deleted"), 1U);
}

TEST(Customers, AreListedPageByPage) {
    const Tenant tenant = Provision();
    for (int i = 1; i <= 7; ++i) {
        AddCustomer(tenant.admin, "customer " + std::to_string(i));
    }
    const Reply first = tenant.admin.Get("/api/customers?limit=3");
    ASSERT_EQ(first.Expect(200).Body().size(), 3U);
    EXPECT_EQ(first.Header("x-total-count"), "7");
    EXPECT_EQ(first.Body()[0]["name"], "customer 7") << "newest first";
    const Reply last = tenant.admin.Get("/api/customers?limit=3&offset=6");
    ASSERT_EQ(last.Expect(200).Body().size(), 1U);
    EXPECT_EQ(last.Body()[0]["name"], "customer 1");
    const Reply beyond = tenant.admin.Get("/api/customers?offset=100");
    EXPECT_EQ(beyond.Expect(200).Text(), "[]");
    EXPECT_EQ(beyond.Header("x-total-count"), "7");

    tenant.admin.Post("/api/customers", {{"name", "Odd"}, {"company", "100% _wool"}}).Expect(201);
    const Reply found = tenant.admin.Get("/api/customers?q=100%25%20_WOOL");
    ASSERT_EQ(found.Expect(200).Body().size(), 1U) << "what means something in a pattern is taken as it is";
    EXPECT_EQ(found.Header("x-total-count"), "1");
    EXPECT_EQ(tenant.admin.Get("/api/customers?q=nobody").Expect(200).Header("x-total-count"), "0");
    for (const char* bad : {"limit=0", "limit=501", "limit=x", "limit=-1", "limit=1e3", "limit=99999999999999999999"}) {
        tenant.admin.Get(std::string("/api/customers?") + bad).ExpectA(400, "invalid_limit");
    }
    tenant.admin.Get("/api/customers?offset=-1").ExpectA(400, "invalid_offset");
    tenant.admin.Get("/api/customers?q=" + std::string(201, 'x')).ExpectA(400, "invalid_search");
}

TEST(Customers, BadOnesChangeNothing) {
    const Tenant tenant = Provision();
    const std::string id = AddCustomer(tenant.admin, "Ann");
    const auto refused = [&](const std::string& body, std::string_view code) {
        tenant.admin.Send("POST", "/api/customers", body).ExpectA(400, code);
        tenant.admin.Send("PUT", "/api/customers/" + id, body).ExpectA(400, code);
    };
    refused("", "invalid_request");
    refused("{", "invalid_request");
    refused("[]", "invalid_request");
    refused("\"text\"", "invalid_request");
    refused(R"({"name":"a","name":"b"})", "invalid_request");
    refused(R"({"name":")" + std::string(70'000, 'x') + R"("})", "invalid_request");
    refused("{\"name\":\"\xff\"}", "invalid_request");
    refused(R"({"name":7})", "invalid_name");
    refused(R"({"name":"   "})", "invalid_name");
    refused(R"({"name":")" + std::string(201, 'x') + R"("})", "invalid_name");
    refused("{\"name\":\"a\\u0007b\"}", "invalid_name");
    refused(R"({"name":"a","email":"nowhere"})", "invalid_email");
    refused(R"({"name":"a","email":"a@b@c"})", "invalid_email");
    refused(R"({"name":"a","email":["a@b.c"]})", "invalid_email");
    refused(R"({"name":"a","phone":")" + std::string(51, '1') + R"("})", "invalid_phone");
    refused(R"({"name":"a","status":"gone"})", "invalid_status");
    refused(R"({"name":"a","notes":")" + std::string(10'001, 'n') + R"("})", "invalid_notes");
    tenant.admin.Send("POST", "/api/customers", "{}").ExpectA(400, "invalid_name");

    EXPECT_EQ(NamesSeenBy(tenant.admin), std::set<std::string>({"Ann"}));
    EXPECT_EQ(CountAudit(tenant.id, "customer_created"), 1U);
    EXPECT_EQ(CountAudit(tenant.id, "customer_updated"), 0U);
    for (const std::string odd : {"nobody", "%00", "'; DROP TABLE pulse.customers; --", "a%2Fb"}) {
        std::string path = "/api/customers/";
        for (const char c : odd) {
            path += c == ' ' ? "%20" : std::string(1, c);
        }
        EXPECT_TRUE(tenant.admin.Get(path).Status() == 404 || tenant.admin.Get(path).Status() == 400) << path;
    }
}

TEST(Customers, OfOneTenantAreNobodyElses) {
    const Tenant a = Provision("isolated-a");
    const Tenant b = Provision("isolated-b");
    const std::string of_a = AddCustomer(a.admin, "a-secret");
    const std::string of_b = AddCustomer(b.admin, "b-secret");
    const std::string path = "/api/customers/" + of_a;

    EXPECT_EQ(NamesSeenBy(a.admin), std::set<std::string>({"a-secret"}));
    EXPECT_EQ(NamesSeenBy(b.admin), std::set<std::string>({"b-secret"}));
    EXPECT_FALSE(NamesSeenBy(As("admin")).contains("a-secret")) << "nor the default organization's";

    // By id: as if it did not exist.
    b.admin.Get(path).ExpectA(404, "not_found");
    b.admin.Put(path, {{"name", "stolen"}}).ExpectA(404, "not_found");
    b.admin.Delete(path).ExpectA(404, "not_found");
    As("admin").Get(path).ExpectA(404, "not_found");
    EXPECT_EQ(b.admin.Get("/api/customers?q=a-secret").Expect(200).Text(), "[]");

    // By header, cookie and alias: the server looks at who asks.
    b.admin.In(a.id).Get("/api/customers").ExpectB(403, "access_denied");
    b.admin.With("X-Org-ID", a.id).Get("/api/customers").ExpectB(403, "access_denied");
    b.admin.WithCookie("pulse_org_id=" + a.id).Get("/api/customers").ExpectB(403, "access_denied");
    As("carol").In(a.id).Get("/api/customers").ExpectB(403, "access_denied");
    As("root").In(a.id).Get("/api/customers").ExpectB(403, "access_denied");
    Shared().Basic("carol").In(a.id).Get("/api/customers").ExpectB(403, "access_denied");
    Anonymous().In(a.id).Get("/api/customers").ExpectUnauthenticated();
    Anonymous().Get("/api/customers").ExpectUnauthenticated();

    // By query and body: they select nothing and name nothing.
    EXPECT_EQ(NamesSeenBy(b.admin.With("X-Ignored", a.id)), std::set<std::string>({"b-secret"}));
    EXPECT_EQ(b.admin.Get("/api/customers?tenantId=" + a.id + "&org_id=" + a.id).Expect(200).Body().size(), 1U);
    b.admin
        .Post("/api/customers", {{"name", "mine"}, {"org_id", a.id}, {"orgId", a.id}, {"tenantId", a.id}, {"id", of_a}})
        .Expect(201);
    EXPECT_EQ(NamesSeenBy(a.admin), std::set<std::string>({"a-secret"}));
    EXPECT_EQ(a.admin.Get(path).Expect(200).Body()["name"], "a-secret");
    EXPECT_EQ(NamesSeenBy(b.admin), std::set<std::string>({"b-secret", "mine"}));

    // What only admins of the tenant get.
    for (const char* route : {"/api/tenants/export", "/api/tenants/quotas", "/api/tenants/alerts", "/api/audit-logs",
                              "/api/audit-logs/verify"}) {
        b.admin.Get(std::string(route) + "?tenantId=" + a.id).ExpectA(403, "access_denied");
        As("carol").Get(std::string(route) + "?tenantId=" + a.id).ExpectA(403, "access_denied");
    }
    EXPECT_GE(CountAudit(a.id, "org_access_denied"), 16U) << "every attempt is in the log of the tenant it was about";
}

TEST(Customers, ViewersReadAndEditorsWrite) {
    const std::string id = AddCustomer(As("edith").In("acme"), "by an editor");
    const std::string path = "/api/customers/" + id;
    As("victor").In("acme").Get(path).Expect(200);
    const Caller viewer = As("victor").In("acme");
    viewer.Post("/api/customers", {{"name", "x"}}).ExpectA(403, "access_denied");
    viewer.Put(path, {{"name", "x"}}).ExpectA(403, "access_denied");
    viewer.Delete(path).ExpectA(403, "access_denied");
    viewer.Post("/api/alerts/report", {{"type", "cpu"}, {"level", "warning"}, {"resourceId", "vm-1"}})
        .ExpectA(403, "access_denied");
    As("adam").In("acme").Put(path, {{"name", "by an admin"}}).Expect(200);
    As("alice").In("acme").Delete(path).Expect(204);
    // Tokens: their scope, and the role of whom they were made for.
    Token("acme-monitor").Get("/api/customers").Expect(200);
    Token("acme-monitor").Post("/api/customers", {{"name", "x"}}).ExpectMissingScope("monitoring:write");
    Token("acme-writer").Get("/api/customers").ExpectMissingScope("monitoring:read");
    // The default organization: everybody who may come in reads, its members change.
    As("carol").Get("/api/customers").Expect(200);
    As("carol").Post("/api/customers", {{"name", "x"}}).ExpectA(403, "access_denied");
    As("root").Delete("/api/customers/" + AddCustomer(As("admin"), "default's")).Expect(204);
}

TEST(Customers, WithTheSwitchOffOnlyTheDefaultOrganizationHasThem) {
    OwnPulsed pulsed({.multi_tenant = "false"});
    const Caller admin = pulsed.As("admin");
    const std::string id = AddCustomer(admin, "the only product there is");
    admin.Get("/api/customers/" + id).Expect(200);
    admin.Get("/api/state").Expect(200);
    EXPECT_EQ(admin.Get("/api/alerts/active").Expect(200).Text(), "[]");
    admin.Get("/api/audit-logs").Expect(200);
    admin.Post("/api/test/audit").Expect(200);
    pulsed.Token("globex-all").Get("/api/customers").ExpectFeatureDisabled();
    pulsed.As("alice").In("acme").Get("/api/customers").ExpectFeatureDisabled();
    for (const char* route : {"/api/admin/tenants", "/api/admin/tenants/acme", "/api/admin/alerts"}) {
        pulsed.As("root").Get(route).ExpectFeatureDisabled();
    }
    for (const char* route : {"/api/tenants/export?tenantId=acme", "/api/tenants/quotas", "/api/tenants/alerts",
                              "/api/audit-logs?tenantId=acme"}) {
        pulsed.As("root").Get(route).ExpectFeatureDisabled();
    }
    pulsed.As("root").Post("/api/admin/tenants/provision").ExpectFeatureDisabled();
    pulsed.As("root").Post("/api/admin/tenants/restore").ExpectFeatureDisabled();
    for (const char* act : {"suspend", "reactivate", "cancel", "delete"}) {
        pulsed.As("root").Post(std::string("/api/admin/tenants/acme/") + act).ExpectFeatureDisabled();
    }
}

/// Twelve tenants write and read at the same time; every row carries the mark of whose it is.
TEST(Customers, StayApartUnderLoad) {
    constexpr int kTenants = 12;
    constexpr int kRounds = 15;
    std::vector<Tenant> tenants;
    for (int i = 0; i < kTenants; ++i) {
        tenants.push_back(Provision("crowd"));
    }
    std::vector<std::thread> threads;
    std::vector<std::string> strangers(kTenants);
    for (int i = 0; i < kTenants; ++i) {
        threads.emplace_back([&, i] {
            const Tenant& tenant = tenants[i];
            for (int round = 0; round < kRounds; ++round) {
                const Json made = tenant.admin.Post("/api/customers", {{"name", "of " + tenant.id}}).Body();
                for (const Json& seen : tenant.admin.Get("/api/customers").Body()) {
                    if (seen.value("name", "") != "of " + tenant.id) {
                        strangers[i] = seen.dump();
                    }
                }
                const Tenant& other = tenants[(i + round + 1) % kTenants];
                if (&other != &tenant &&
                    other.admin.Get("/api/customers/" + made.value("id", "none")).Status() != 404) {
                    strangers[i] = other.id + " found " + made.dump();
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (int i = 0; i < kTenants; ++i) {
        EXPECT_EQ(strangers[i], "") << tenants[i].id;
        EXPECT_EQ(tenants[i].admin.Get("/api/customers").Expect(200).Header("x-total-count"), std::to_string(kRounds));
    }
}

}  // namespace
}  // namespace pulse_test
