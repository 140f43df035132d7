#include "tests/pulse/tenants.hpp"

namespace pulse_test {

Caller SuperAdmin(const OwnPulsed& pulsed) {
    return pulsed.Token("default-writer");
}

std::string MintToken(OwnPulsed& pulsed, const std::string& user, const std::string& password, const std::string& org,
                      const Json& scopes) {
    const Reply login = pulsed.Anonymous().Post("/api/login", {{"username", user}, {"password", password}});
    login.Expect(200);
    return pulsed.Anonymous()
        .With("Cookie", "pulse_session=" + login.Cookie("pulse_session"))
        .With("X-CSRF-Token", login.Cookie("pulse_csrf"))
        .In(org)
        .Post("/api/security/tokens", {{"name", "test"}, {"scopes", scopes}})
        .Expect(200)
        .Body()
        .at("token")
        .get<std::string>();
}

Tenant Provision(const std::string& name, const std::string& plan, OwnPulsed& pulsed) {
    const std::string unique = Unique(name);
    const std::string email = "admin@" + unique + ".example";
    const std::string password = unique + "-password";
    const Json made = SuperAdmin(pulsed)
                          .Post("/api/admin/tenants/provision", {{"name", unique},
                                                                 {"contactEmail", "it@" + unique + ".example"},
                                                                 {"adminName", "Admin of " + unique},
                                                                 {"adminEmail", email},
                                                                 {"adminPassword", password},
                                                                 {"plan", plan}})
                          .Expect(201)
                          .Body();
    const std::string id = made.at("id");
    const std::string token = MintToken(pulsed, email, password, id);
    return {id, email, token, pulsed.Anonymous().With("Authorization", "Bearer " + token)};
}

void SetQuotas(const std::string& tenant, const Json& quotas, const OwnPulsed& pulsed) {
    SuperAdmin(pulsed).Put("/api/admin/tenants/" + tenant + "/quotas", quotas).Expect(200);
}

Json Quota(const Tenant& tenant, const std::string& resource) {
    return tenant.admin.Get("/api/tenants/quotas").Expect(200).Body().at("quotas").at(resource);
}

std::size_t CountAudit(const std::string& tenant, const std::string& action, const OwnPulsed& pulsed) {
    return SuperAdmin(pulsed)
        .Get("/api/audit-logs?limit=1000&tenantId=" + tenant + "&action=" + action)
        .Expect(200)
        .Body()
        .size();
}

}  // namespace pulse_test
