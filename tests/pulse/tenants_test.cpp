// The administration of tenants: provisioning, the steps of a tenant's life, who may, and what is refused.
#include <algorithm>

#include "tests/pulse/tenants.hpp"

namespace pulse_test {
namespace {

Json ProvisionBody(const std::string& name) {
    return {{"name", name},
            {"contactEmail", "it@" + name + ".example"},
            {"adminName", "Admin"},
            {"adminEmail", "admin@" + name + ".example"},
            {"adminPassword", "long-enough-password"},
            {"plan", "pro"}};
}

std::string TenantPath(const Tenant& tenant, const std::string& act = {}) {
    return "/api/admin/tenants/" + tenant.id + (act.empty() ? "" : "/" + act);
}

TEST(Tenants, AreProvisionedWithAnAdminWhoCanWork) {
    const Reply made =
        SuperAdmin().Post("/api/admin/tenants/provision", {{"name", Unique("New Company ")},
                                                           {"contactEmail", "contact@new.example"},
                                                           {"adminName", "Admin User"},
                                                           {"adminEmail", "admin@" + Unique("new") + ".example"},
                                                           {"adminPassword", "secure_password"},
                                                           {"plan", "Enterprise"}});
    made.Expect(201);
    const std::string id = made.Body()["id"];
    EXPECT_EQ(id.substr(0, 11), "new-company");
    EXPECT_EQ(made.Header("location"), "/api/admin/tenants/" + id);
    EXPECT_EQ(made.Body()["tenant"]["plan"], "enterprise");
    EXPECT_EQ(made.Body()["tenant"]["status"], "active");
    EXPECT_EQ(made.Body()["tenant"]["contactEmail"], "contact@new.example");
    EXPECT_EQ(made.Body()["admin"]["role"], "owner");
    EXPECT_EQ(made.Text().find("secure_password"), std::string::npos);
    EXPECT_EQ(SuperAdmin().Get("/api/admin/tenants/" + id).Expect(200).Body(), made.Body()["tenant"]);
    const Json all = SuperAdmin().Get("/api/admin/tenants").Expect(200).Body();
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const Json& tenant) { return tenant["id"] == id; }));
    const std::string token = MintToken(Shared(), made.Body()["admin"]["userId"], "secure_password", id);
    Anonymous().With("Authorization", "Bearer " + token).Post("/api/customers", {{"name", "first"}}).Expect(201);
    EXPECT_EQ(CountAudit(id, "tenant_provisioned"), 1U);
}

TEST(Tenants, OrdersThatCannotBeChangeNothing) {
    const std::size_t before = SuperAdmin().Get("/api/admin/tenants").Expect(200).Body().size();
    const auto refused = [&](const char* field, const Json& value, std::string_view code) {
        Json body = ProvisionBody("never-made");
        body[field] = value;
        SuperAdmin().Post("/api/admin/tenants/provision", body).ExpectA(400, code);
    };
    refused("name", "", "invalid_name");
    refused("name", "   ", "invalid_name");
    refused("name", std::string(201, 'x'), "invalid_name");
    refused("name", 7, "invalid_request");
    refused("name", "bell\a", "invalid_name");
    refused("contactEmail", "nobody", "invalid_contact_email");
    refused("contactEmail", std::string("a\0b@example.com", 15), "invalid_request");
    refused("contactEmail", "a\nb@example.com", "invalid_contact_email");
    refused("adminName", std::string(201, 'x'), "invalid_admin_name");
    refused("adminEmail", "", "invalid_admin_email");
    refused("adminEmail", "not an address", "invalid_admin_email");
    refused("adminEmail", "token:x", "invalid_admin_email");
    refused("adminEmail", "token:x@example.com", "invalid_admin_email");
    refused("adminPassword", "short", "invalid_admin_password");
    refused("adminPassword", std::string(2'000, 'x'), "invalid_admin_password");
    refused("plan", "platinum", "invalid_plan");
    refused("plan", Json::array(), "invalid_request");
    refused("id", "a/b", "invalid_id");
    refused("id", "..", "invalid_id");
    refused("id", "a..b", "invalid_id");
    refused("id", std::string(65, 'x'), "invalid_id");
    for (const char* body : {"", "{", "[]", "7"}) {
        SuperAdmin().Send("POST", "/api/admin/tenants/provision", body).ExpectA(400, "invalid_request");
    }
    Json taken = ProvisionBody("never-made");
    for (const char* id : {"acme", "default"}) {
        taken["id"] = id;
        SuperAdmin().Post("/api/admin/tenants/provision", taken).ExpectA(409, "already_exists");
    }
    EXPECT_EQ(SuperAdmin().Get("/api/admin/tenants").Expect(200).Body().size(), before);
    Anonymous()
        .Post("/api/login", {{"username", "admin@never-made.example"}, {"password", "long-enough-password"}})
        .Expect(401);
}

TEST(Tenants, AnAccountIsNeverTakenOver) {
    const std::string name = Unique("takeover");
    Json body = ProvisionBody(name);
    SuperAdmin().Post("/api/admin/tenants/provision", body).Expect(201);
    SuperAdmin().Post("/api/admin/tenants/provision", body).ExpectA(409, "already_exists");
    body["name"] = Unique("another");
    body["adminPassword"] = "another-password";
    SuperAdmin().Post("/api/admin/tenants/provision", body).ExpectA(409, "admin_exists");
    Anonymous().Post("/api/login", {{"username", body["adminEmail"]}, {"password", "another-password"}}).Expect(401);
    body["adminPassword"] = "long-enough-password";
    const Json second = SuperAdmin().Post("/api/admin/tenants/provision", body).Expect(201).Body();
    EXPECT_EQ(second["admin"]["created"], false) << "who proves to be that person owns both";
}

TEST(Tenants, SameNamesGetIdsOfTheirOwn) {
    const std::string name = Unique("Twin Öl");
    Json body = ProvisionBody("twin-one");
    body["name"] = name;
    const std::string first = SuperAdmin().Post("/api/admin/tenants/provision", body).Expect(201).Body()["id"];
    body["adminEmail"] = "admin@twin-two.example";
    const std::string second = SuperAdmin().Post("/api/admin/tenants/provision", body).Expect(201).Body()["id"];
    EXPECT_EQ(second, first + "-2");
}

TEST(Tenants, AreSuspendedAndReactivated) {
    const Tenant tenant = Provision();
    tenant.admin.Post("/api/customers", {{"name", "stays"}}).Expect(201);
    const Json suspended = SuperAdmin().Post(TenantPath(tenant, "suspend"), {{"reason", "payment"}}).Expect(200).Body();
    EXPECT_EQ(suspended["status"], "suspended");
    EXPECT_EQ(suspended["suspendReason"], "payment");
    tenant.admin.Get("/api/customers").ExpectB(403, "org_suspended");
    tenant.admin.Get("/api/tenants/quotas").ExpectB(403, "org_suspended");
    SuperAdmin().Get("/api/tenants/export?tenantId=" + tenant.id).Expect(200);
    SuperAdmin().Post(TenantPath(tenant, "suspend")).ExpectA(409, "already_suspended");
    EXPECT_EQ(SuperAdmin().Send("POST", TenantPath(tenant, "reactivate")).Expect(200).Body()["status"], "active");
    EXPECT_EQ(tenant.admin.Get("/api/customers").Expect(200).Body().size(), 1U);
    SuperAdmin().Post(TenantPath(tenant, "reactivate")).ExpectA(409, "not_suspended");
    EXPECT_EQ(CountAudit(tenant.id, "tenant_suspended"), 1U);
    EXPECT_EQ(CountAudit(tenant.id, "tenant_reactivated"), 1U);
}

TEST(Tenants, AreDeletedSoftlyThenForGood) {
    const Tenant tenant = Provision();
    tenant.admin.Post("/api/customers", {{"name", "goes"}}).Expect(201);
    SuperAdmin().Post(TenantPath(tenant, "delete"), {{"hardDelete", true}}).ExpectA(409, "not_pending_deletion");
    const Json canceled = SuperAdmin().Send("POST", TenantPath(tenant, "cancel")).Expect(200).Body();
    EXPECT_EQ(canceled["status"], "pending_deletion");
    EXPECT_TRUE(canceled.contains("canceledAt"));
    EXPECT_EQ(canceled["retentionDays"], 30);
    EXPECT_EQ(SuperAdmin().Post(TenantPath(tenant, "delete"), {{"hardDelete", false}}).Expect(200).Body(), canceled)
        << "a canceled tenant is on its way";
    SuperAdmin().Post(TenantPath(tenant, "cancel")).ExpectA(409, "already_pending_deletion");
    tenant.admin.Get("/api/customers").ExpectB(403, "org_suspended");
    SuperAdmin().Post(TenantPath(tenant, "delete"), {{"hardDelete", true}}).ExpectA(409, "retention_not_over");
    SuperAdmin().Post(TenantPath(tenant, "delete"), {{"force", true}}).Expect(200);
    SuperAdmin().Get(TenantPath(tenant)).Expect(200);

    const Json gone =
        SuperAdmin().Post(TenantPath(tenant, "delete"), {{"hardDelete", true}, {"force", true}}).Expect(200).Body();
    EXPECT_EQ(gone["deleted"], true);
    EXPECT_EQ(gone["rows"]["pulse.customers"], 1);
    SuperAdmin().Get(TenantPath(tenant)).ExpectA(404, "not_found");
    SuperAdmin().Post(TenantPath(tenant, "suspend")).ExpectA(404, "not_found");
    tenant.admin.Get("/api/customers").ExpectText(401, "Invalid API token");
}

TEST(Tenants, RetentionIsAWholeNumberOfDays) {
    const Tenant tenant = Provision();
    const auto with = [&](const Json& days) {
        return SuperAdmin().Post(TenantPath(tenant, "delete"), {{"hardDelete", false}, {"retention_days", days}});
    };
    with(0).ExpectA(400, "invalid_retention_days");
    with(-1).ExpectA(400, "invalid_retention_days");
    with(1'000'000).ExpectA(400, "invalid_retention_days");
    with("7").ExpectA(400, "invalid_request");
    EXPECT_EQ(SuperAdmin().Get(TenantPath(tenant)).Expect(200).Body()["status"], "active");
    EXPECT_EQ(with(7).Expect(200).Body()["retentionDays"], 7);
    with(7).ExpectA(409, "already_pending_deletion");
    // The way back.
    SuperAdmin().Post(TenantPath(tenant, "reactivate")).ExpectA(409, "not_suspended");
    SuperAdmin().Post(TenantPath(tenant, "suspend")).Expect(200);
    const Json back = SuperAdmin().Post(TenantPath(tenant, "reactivate")).Expect(200).Body();
    EXPECT_FALSE(back.contains("deletionRequestedAt"));
    tenant.admin.Get("/api/customers").Expect(200);
}

TEST(Tenants, TheDefaultOrganizationHasNoLife) {
    for (const char* act : {"suspend", "cancel", "delete"}) {
        SuperAdmin().Post(std::string("/api/admin/tenants/default/") + act).ExpectA(400, "default_org_immutable");
    }
    SuperAdmin()
        .Post("/api/admin/tenants/default/delete", {{"hardDelete", true}, {"force", true}})
        .ExpectA(400, "default_org_immutable");
    SuperAdmin().Put("/api/admin/tenants/default/plan", {{"plan", "free"}}).ExpectA(400, "default_org_immutable");
    SuperAdmin().Put("/api/admin/tenants/default/quotas", {{"users", 1}}).ExpectA(400, "default_org_immutable");
    SuperAdmin().Get("/api/admin/tenants/default").Expect(200);
}

TEST(Tenants, UnreadableOrdersChangeNothing) {
    const Tenant tenant = Provision();
    for (const char* body : {"{", "[]", "7", R"({"reason":7})", R"({"reason":"a\u0000b"})"}) {
        SuperAdmin().Send("POST", TenantPath(tenant, "suspend"), body).ExpectA(400, "invalid_request");
    }
    for (const char* body : {"{", "[]", R"({"hardDelete":"yes"})", R"({"force":1})"}) {
        SuperAdmin().Send("POST", TenantPath(tenant, "delete"), body).ExpectA(400, "invalid_request");
    }
    SuperAdmin().Send("POST", "/api/admin/tenants/nobody/suspend", "{").ExpectA(404, "not_found");
    SuperAdmin().Send("POST", "/api/admin/tenants/a%20b/suspend").ExpectA(404, "not_found");
    EXPECT_EQ(SuperAdmin().Get(TenantPath(tenant)).Expect(200).Body()["status"], "active");
}

TEST(Tenants, AreAdministratedBySuperAdminsOnly) {
    const Tenant tenant = Provision();
    for (const Caller& caller : {tenant.admin, As("alice"), As("admin").Without("X-CSRF-Token").Without("Cookie")}) {
        const int expected = caller.Get("/api/customers").Status() == 401 ? 401 : 403;
        caller.Get("/api/admin/tenants").Expect(expected);
        caller.Get(TenantPath(tenant)).Expect(expected);
        caller.Get("/api/admin/alerts").Expect(expected);
        for (const char* act : {"suspend", "reactivate", "cancel", "delete"}) {
            caller.Post(TenantPath(tenant, act)).Expect(expected);
        }
        caller.Post("/api/admin/tenants/provision", ProvisionBody("never")).Expect(expected);
        caller.Post("/api/admin/tenants/restore").Expect(expected);
    }
    EXPECT_EQ(SuperAdmin().Get(TenantPath(tenant)).Expect(200).Body()["status"], "active");
    // A super admin's token needs the scope, and has to be for the installation.
    Token("default-monitor").Get("/api/admin/tenants").ExpectMissingScope("settings:read");
    Token("default-reader").Post(TenantPath(tenant, "suspend")).ExpectMissingScope("settings:write");
}

TEST(Tenants, AUnlicensedInstallationHasNone) {
    OwnPulsed pulsed({.licence = ""});
    SuperAdmin(pulsed).Get("/api/admin/tenants").ExpectUnlicensed("multi_tenant");
    SuperAdmin(pulsed).Post("/api/admin/tenants/provision", ProvisionBody("never")).ExpectUnlicensed("multi_tenant");
    SuperAdmin(pulsed).Get("/api/tenants/export?tenantId=acme").ExpectUnlicensed("multi_tenant");
    SuperAdmin(pulsed).Get("/api/audit-logs?tenantId=acme").ExpectUnlicensed("multi_tenant");
    pulsed.As("admin").Get("/api/customers").Expect(200);
}

TEST(Tenants, OfHostedInstallationsHaveASubscription) {
    OwnPulsed pulsed({.multi_tenant = "false", .hosted = "true"});
    const Tenant tenant = Provision("hosted", "pro", pulsed);
    tenant.admin.Post("/api/customers", {{"name", "x"}}).Expect(201);
    const std::string billing = "/api/admin/orgs/" + tenant.id + "/billing-state";
    EXPECT_EQ(pulsed.As("root").Get(billing).Expect(200).Body()["subscription_state"], "active");
    const std::string file = SuperAdmin(pulsed).Get("/api/tenants/export?tenantId=" + tenant.id).Expect(200).Text();
    SuperAdmin(pulsed)
        .Post("/api/admin/tenants/" + tenant.id + "/delete", {{"hardDelete", true}, {"force", true}})
        .Expect(200);
    SuperAdmin(pulsed).Send("POST", "/api/admin/tenants/restore", file).Expect(200);
    EXPECT_EQ(pulsed.As("root").Get(billing).Expect(200).Body()["subscription_state"], "active");
    const std::string token = MintToken(pulsed, tenant.admin_email, tenant.id + "-password", tenant.id);
    const Caller admin = pulsed.Anonymous().With("X-API-Token", token);
    admin.Get("/api/customers").Expect(200);
    pulsed.As("root").Put(billing, {{"subscription_state", "expired"}}).Expect(200);
    admin.Get("/api/customers").ExpectSubscriptionRequired();
    EXPECT_NE(pulsed.Metrics().find("pulse_hosted_provisions_total{status=\"success\"} 1"), std::string::npos);
}

TEST(AuditLogs, AreReadByAdminsInPagesAndFilters) {
    const Tenant tenant = Provision();
    for (int i = 0; i < 5; ++i) {
        const Json written = tenant.admin.Post("/api/test/audit").Expect(200).Body();
        EXPECT_EQ(written["success"], true);
        EXPECT_FALSE(written["id"].get<std::string>().empty());
    }
    const std::string path = "/api/audit-logs?tenantId=" + tenant.id;
    const Reply page = tenant.admin.Get(path + "&action=audit_test&limit=2");
    ASSERT_EQ(page.Expect(200).Body().size(), 2U);
    EXPECT_EQ(page.Header("x-total-count"), "5");
    EXPECT_EQ(page.Body()[0]["tenantId"], tenant.id);
    EXPECT_EQ(page.Body()[0]["userId"], tenant.admin_email);
    EXPECT_EQ(page.Body()[0]["prevHash"], page.Body()[1]["hash"]);
    EXPECT_EQ(tenant.admin.Get(path + "&user=nobody").Expect(200).Body().size(), 0U);
    EXPECT_EQ(tenant.admin.Get(path + "&endTime=2020-01-01T00:00:00Z").Expect(200).Body().size(), 0U);
    tenant.admin.Get(path + "&limit=1001").ExpectA(400, "invalid_limit");
    tenant.admin.Get(path + "&offset=x").ExpectA(400, "invalid_offset");
    tenant.admin.Get(path + "&success=maybe").ExpectA(400, "invalid_success");
    tenant.admin.Get(path + "&startTime=yesterday").ExpectA(400, "invalid_start_time");
    tenant.admin.Get(path + "&endTime=tomorrow").ExpectA(400, "invalid_end_time");
    tenant.admin.Get(path + "&startTime=2021-01-01T00:00:00Z&endTime=2020-01-01T00:00:00Z")
        .ExpectA(400, "invalid_time_range");
    EXPECT_EQ(tenant.admin.Get("/api/audit-logs/verify").Expect(200).Body()["whole"], true);
    As("victor").In("acme").Get("/api/audit-logs").ExpectA(403, "access_denied");
    As("adam").In("acme").Get("/api/audit-logs").Expect(200);
    SuperAdmin().Get("/api/audit-logs?tenantId=nobody").ExpectA(404, "not_found");
    SuperAdmin().Get("/api/audit-logs?tenantId=a/b").ExpectA(404, "not_found");
}

TEST(AuditLogs, AsMonitoringClientsReadThemAreALicensedFeature) {
    OwnPulsed pulsed({.licence = R"({"capabilities":["multi_tenant"],"subscription_state":"active"})"});
    const Caller admin = pulsed.As("admin");
    admin.Get("/api/audit").ExpectUnlicensed("audit_logging");
    pulsed.WriteLicence(R"({"capabilities":["multi_tenant","audit_logging"],"subscription_state":"active"})");
    ASSERT_TRUE(Eventually([&] { return admin.Get("/api/audit").Status() == 200; }));
    admin.Post("/api/test/audit").Expect(200);
    const Json log = admin.Get("/api/audit?event=audit_test").Expect(200).Body();
    ASSERT_EQ(log["events"].size(), 1U);
    EXPECT_EQ(log["total"], 1);
    EXPECT_EQ(log["persistentLogging"], true);
    EXPECT_EQ(log["events"][0]["user"], "admin");
    EXPECT_EQ(log["events"][0]["event"], "audit_test");
    const std::string id = log["events"][0]["id"];
    EXPECT_EQ(admin.Get("/api/audit/" + id + "/verify").Expect(200).Body()["verified"], true);
    admin.Get("/api/audit/nobody/verify").ExpectA(404, "not_found");
    admin.Get("/api/audit?limit=0").ExpectA(400, "invalid_limit");
    pulsed.As("carol").Get("/api/audit").ExpectA(403, "access_denied");
    EXPECT_EQ(pulsed.As("alice").In("acme").Get("/api/audit?event=audit_test").Expect(200).Body()["total"], 0)
        << "each organization has its own";
}

}  // namespace
}  // namespace pulse_test
