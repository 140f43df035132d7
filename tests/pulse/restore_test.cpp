// Exports and restores: the same digest comes back; what is damaged or foreign is refused and changes nothing.
#include "tests/pulse/tenants.hpp"

namespace pulse_test {
namespace {

std::string Export(const Tenant& tenant) {
    return SuperAdmin().Get("/api/tenants/export?tenantId=" + tenant.id).Expect(200).Text();
}

Reply Restore(const std::string& document, const std::string& query = {}) {
    return SuperAdmin().Send("POST", "/api/admin/tenants/restore" + query, document);
}

void DeleteForGood(const std::string& tenant) {
    SuperAdmin().Post("/api/admin/tenants/" + tenant + "/delete", {{"hardDelete", true}, {"force", true}}).Expect(200);
}

Tenant TenantWithRecords() {
    Tenant tenant = Provision("kept");
    for (const char* name : {"Ann", "Björn", "O'Neil; DROP TABLE", "\"quoted\" \\ back"}) {
        tenant.admin.Post("/api/customers", {{"name", name}, {"notes", "first\nsecond\t\xE2\x82\xAC"}}).Expect(201);
    }
    tenant.admin
        .Post("/api/alerts/report", {{"type", "cpu"},
                                     {"level", "critical"},
                                     {"resourceId", "vm-1"},
                                     {"value", 0.1},
                                     {"threshold", 0.30000000000000004}})
        .Expect(201);
    return tenant;
}

TEST(Restore, BringsBackTheSameDigestAfterAHardDeletion) {
    const Tenant tenant = TenantWithRecords();
    const std::string file = Export(tenant);
    const Json data = Json::parse(file)["data"];
    EXPECT_EQ(data["rows"], 5);
    const Json customers = tenant.admin.Get("/api/customers").Expect(200).Body();
    DeleteForGood(tenant.id);

    const Json restored = Restore(file).Expect(200).Body();
    EXPECT_EQ(restored["created"], true);
    EXPECT_EQ(restored["rows"], data["rows"]);
    EXPECT_EQ(restored["sha256"], data["sha256"]);
    EXPECT_EQ(restored["tenant"]["status"], "active");
    EXPECT_EQ(Json::parse(Export(tenant))["data"], data);
    // Its people are there, its old tokens are not.
    tenant.admin.Get("/api/customers").ExpectText(401, "Invalid API token");
    const std::string token = MintToken(Shared(), tenant.admin_email, tenant.id + "-password", tenant.id);
    EXPECT_EQ(Anonymous().With("Authorization", "Bearer " + token).Get("/api/customers").Expect(200).Body(), customers);
    EXPECT_EQ(CountAudit(tenant.id, "tenant_restored"), 1U);
}

TEST(Restore, IntoATenantThatWaitsForItsDeletionBringsItToLife) {
    const Tenant tenant = TenantWithRecords();
    const std::string file = Export(tenant);
    tenant.admin.Delete("/api/customers/" + tenant.admin.Get("/api/customers").Body()[0]["id"].get<std::string>())
        .Expect(204);
    SuperAdmin().Post("/api/admin/tenants/" + tenant.id + "/delete", {{"hardDelete", false}}).Expect(200);
    const Json restored = Restore(file).Expect(200).Body();
    EXPECT_EQ(restored["created"], false);
    EXPECT_EQ(restored["removed"], 4);
    EXPECT_EQ(restored["tenant"]["status"], "active");
    EXPECT_FALSE(restored["tenant"].contains("deletionRequestedAt"));
    EXPECT_EQ(tenant.admin.Get("/api/customers").Expect(200).Body().size(), 4U);
}

TEST(Restore, OfATenantAtWorkNeedsToBeMeant) {
    const Tenant tenant = TenantWithRecords();
    const std::string file = Export(tenant);
    const Json same = Restore(file).Expect(200).Body();
    EXPECT_EQ(same["removed"], 0) << "nothing has changed since";
    tenant.admin.Post("/api/customers", {{"name", "later"}}).Expect(201);
    Restore(file).ExpectA(409, "tenant_active");
    EXPECT_EQ(tenant.admin.Get("/api/customers").Expect(200).Body().size(), 5U);
    EXPECT_EQ(Restore(file, "?replace=true").Expect(200).Body()["removed"], 6);
    EXPECT_EQ(tenant.admin.Get("/api/customers").Expect(200).Body().size(), 4U);
}

TEST(Restore, UnderAnotherIdMakesACopy) {
    const Tenant tenant = TenantWithRecords();
    const std::string file = Export(tenant);
    const std::string copy = Unique("copy");
    const Json restored = Restore(file, "?tenantId=" + copy).Expect(200).Body();
    EXPECT_EQ(restored["id"], copy);
    EXPECT_EQ(restored["sha256"], Json::parse(file)["data"]["sha256"]);
    Restore(file, "?tenantId=a/b").ExpectA(400, "invalid_id");
    Restore(file, "?tenantId=default").ExpectA(400, "default_org_immutable");
}

TEST(Restore, RefusesWhatIsDamagedOrForeignAndChangesNothing) {
    const Tenant tenant = TenantWithRecords();
    const Tenant other = TenantWithRecords();
    const std::string file = Export(tenant);
    SuperAdmin().Post("/api/admin/tenants/" + tenant.id + "/delete", {{"hardDelete", false}}).Expect(200);
    const std::string tenant_path = "/api/admin/tenants/" + tenant.id;
    const Json before = Json::parse(Export(tenant))["data"];
    const Json other_before = Json::parse(Export(other))["data"];
    const Json tenants_before = SuperAdmin().Get("/api/admin/tenants").Expect(200).Body();

    const auto changed = [&](const std::string& from, const std::string& to) {
        std::string text = file;
        const auto at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        return text.replace(at, from.size(), to);
    };
    Restore("").ExpectA(400, "restore_damaged");
    Restore("{").ExpectA(400, "restore_damaged");
    Restore("{}").Expect(400);
    Restore("[]").Expect(400);
    Restore(file.substr(0, file.size() / 2)).ExpectA(400, "restore_damaged");
    Restore(changed("\"Ann\"", "\"Eve\"")).ExpectA(400, "restore_damaged");
    Restore(changed("\"owner\"", "\"viewer\"")).ExpectA(400, "restore_damaged");
    Restore(changed(tenant.id, other.id)).ExpectA(400, "restore_damaged");
    Restore(changed("portcullis-tenant-export", "somebody-elses-export")).ExpectA(400, "restore_foreign");
    Restore(changed("\"version\":1", "\"version\":99")).ExpectA(400, "restore_foreign");
    Restore(file, "?tenantId=" + other.id + "&replace=true").ExpectA(400, "restore_foreign");
    for (std::size_t at = 0; at < file.size(); at += file.size() / 40) {
        std::string flipped = file;
        flipped[at] = flipped[at] == '0' ? '1' : '0';
        const int status = Restore(flipped).Status();
        EXPECT_EQ(status, 400) << "byte " << at;
    }

    EXPECT_EQ(Json::parse(Export(tenant))["data"], before);
    EXPECT_EQ(Json::parse(Export(other))["data"], other_before);
    EXPECT_EQ(SuperAdmin().Get("/api/admin/tenants").Expect(200).Body(), tenants_before);
    EXPECT_EQ(SuperAdmin().Get(tenant_path).Expect(200).Body()["status"], "pending_deletion");
    EXPECT_GE(CountAudit("default", "tenant_restore_refused") + CountAudit(other.id, "tenant_restore_refused"), 40U);
}

TEST(Export, IsForItsAdminsAndSuperAdmins) {
    const Tenant tenant = TenantWithRecords();
    const Reply own = tenant.admin.Get("/api/tenants/export");
    EXPECT_EQ(own.Expect(200).Body()["org"]["id"], tenant.id);
    EXPECT_EQ(own.Header("content-disposition"), "attachment; filename=\"tenant-" + tenant.id + "-export.json\"");
    EXPECT_EQ(own.Text().find("password"), std::string::npos);
    EXPECT_EQ(own.Text().find(tenant.token), std::string::npos);
    As("victor").In("acme").Get("/api/tenants/export").ExpectA(403, "access_denied");
    As("edith").In("acme").Get("/api/tenants/export?tenantId=acme").ExpectA(403, "access_denied");
    As("adam").In("acme").Get("/api/tenants/export").Expect(200);
    As("adam").Get("/api/tenants/export?tenantId=acme").Expect(200);
    Token("default-reader").Get("/api/tenants/export?tenantId=nobody").ExpectA(404, "not_found");
    Token("default-monitor").Get("/api/tenants/export?tenantId=acme").ExpectMissingScope("settings:read");
    EXPECT_EQ(CountAudit(tenant.id, "tenant_exported"), 1U);
}

}  // namespace
}  // namespace pulse_test
