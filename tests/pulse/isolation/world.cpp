#include "tests/pulse/isolation/world.hpp"

#include <algorithm>
#include <pqxx/pqxx>
#include <utility>

namespace isolation {
namespace {

using pulse_test::OwnPulsed;

Json Subscription(const std::string& marker) {
    return {{"capabilities", {"multi_tenant", "audit_logging"}},
            {"subscription_state", "active"},
            {"plan_version", "plan-" + marker}};
}

void Replace(std::string& text, std::string_view what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

constexpr std::string_view kFingerprint =
    "SELECT count(*) || ':' || coalesce(md5(string_agg(r, E'\\n' ORDER BY r COLLATE \"C\")), '-') FROM (";

}  // namespace

std::string Tenant::Fill(std::string_view pattern) const {
    std::string text(pattern);
    for (const auto& [name, value] :
         std::initializer_list<std::pair<std::string_view, const std::string&>>{{"{org}", id},
                                                                                {"{owner}", owner},
                                                                                {"{member}", member},
                                                                                {"{guest}", guest},
                                                                                {"{customer}", customer},
                                                                                {"{alert}", alert},
                                                                                {"{token}", token},
                                                                                {"{share}", share},
                                                                                {"{incoming}", incoming},
                                                                                {"{audit}", audit},
                                                                                {"{marker}", marker}}) {
        Replace(text, name, value);
    }
    if (text == "{export}") {
        return export_file;
    }
    return text;
}

std::vector<std::string> Tenant::Secrets() const {
    std::vector<std::string> secrets{marker, customer, alert, token, token_secret, share, incoming, audit};
    std::erase(secrets, "");
    return secrets;
}

World::World(pulse_test::PulsedOptions options) : hosted_(options.hosted == "true") {
    options.arguments.emplace_back("--tenant-rate-limit=0");
    options.licence = Subscription("installation").dump();
    server_ = std::make_unique<OwnPulsed>(std::move(options));
    third_ = Provision("third", "quokka61c");
    ours_ = Provision("ours", "heron48a");
    theirs_ = Provision("theirs", "zebra7f3");
    Furnish(ours_, third_);
    Furnish(theirs_, third_);
}

World::~World() {
    EXPECT_EQ(server_->Stop(), 0) << server_->Log();
}

Tenant World::Provision(const std::string& id, const std::string& marker) {
    Tenant tenant;
    tenant.id = id;
    tenant.marker = marker;
    tenant.owner = "owner-" + marker + "@example.com";
    tenant.member = "member-" + marker + "@example.com";
    tenant.guest = "guest-" + marker + "@example.com";
    const Caller root = server_->As("root");
    const auto provision = [&](const std::string& as, const std::string& admin) {
        root.Post("/api/admin/tenants/provision", {{"id", as},
                                                   {"name", "Company " + marker},
                                                   {"contactEmail", "mail-" + marker + "@example.com"},
                                                   {"adminName", "Person " + marker},
                                                   {"adminEmail", admin},
                                                   {"adminPassword", pulse_test::PasswordOf(admin)},
                                                   {"plan", "enterprise"}})
            .Expect(201);
        if (hosted_) {
            root.Put("/api/admin/orgs/" + as + "/billing-state", Subscription(marker)).Expect(200);
        }
    };
    provision(id, tenant.owner);
    provision(id + "-home-of-member", tenant.member);  // gives the member an account
    return tenant;
}

void World::Furnish(Tenant& tenant, const Tenant& third) {
    const Caller outside = server_->As(tenant.owner);
    const Caller inside = outside.In(tenant.id);
    const std::string members = "/api/orgs/" + tenant.id + "/members";
    outside.Post(members, {{"userId", tenant.member}, {"role", "viewer"}}).Expect(202);
    server_->As(tenant.member).Post("/api/org-invitations/" + tenant.id + "/accept").Expect(200);
    outside.Post(members, {{"userId", tenant.guest}, {"role", "editor"}}).Expect(202);

    const auto customer = [&](const std::string& name) {
        return inside
            .Post("/api/customers", {{"name", name + " " + tenant.marker},
                                     {"email", name + "@" + tenant.marker + ".example"},
                                     {"company", tenant.marker},
                                     {"notes", "notes of " + tenant.marker}})
            .Expect(201)
            .Body()
            .value("id", "");
    };
    tenant.customer = customer("first");
    customer("second");
    const auto alert = [&](const std::string& resource) {
        return inside
            .Post("/api/alerts/report", {{"type", "cpu"},
                                         {"level", "critical"},
                                         {"resourceId", resource},
                                         {"resourceName", "vm of " + tenant.marker},
                                         {"message", "hot: " + tenant.marker}})
            .Expect(201)
            .Body()
            .value("id", "");
    };
    tenant.alert = alert("vm-1");
    inside.Post("/api/alerts/" + alert("vm-2") + "/clear").Expect(200);
    const Json minted = inside.Post("/api/security/tokens", {{"name", "token of " + tenant.marker}}).Expect(200).Body();
    tenant.token = minted["record"]["id"];
    tenant.token_secret = minted["token"];
    const auto share = [&](const Caller& by, const std::string& from, const std::string& to) {
        return by
            .Post("/api/orgs/" + from + "/shares", {{"targetOrgId", to},
                                                    {"resourceType", "vm"},
                                                    {"resourceId", "vm-" + to},
                                                    {"resourceName", "shared by " + tenant.marker},
                                                    {"accessRole", "viewer"}})
            .Expect(201)
            .Body()
            .value("id", "");
    };
    tenant.share = share(outside, tenant.id, third.id);
    tenant.incoming = share(server_->As(third.owner), third.id, tenant.id);
    server_->As("root")
        .Put("/api/admin/tenants/" + tenant.id + "/quotas", {{"customers", 5'000}, {"reason", tenant.marker}})
        .Expect(200);
    tenant.audit =
        outside.Get("/api/audit-logs?success=true&limit=1&tenantId=" + tenant.id).Expect(200).Body()[0]["id"];
    tenant.export_file = outside.Get("/api/tenants/export?tenantId=" + tenant.id).Expect(200).Text();
}

std::string World::Digest() {
    return DigestOf(server_->OwnerConninfo(), {theirs_.id, third_.id});
}

std::string DigestOf(const std::string& owner_conninfo, const std::vector<std::string>& tenants) {
    pqxx::connection connection(owner_conninfo);
    pqxx::read_transaction tx(connection);
    std::string digest;
    for (const std::string& tenant : tenants) {
        const std::string id = tx.quote(tenant);
        std::vector<std::string> sources;
        for (const auto& row :
             tx.exec("SELECT relation FROM tenancy.protected_tables WHERE kind = 'record' ORDER BY 1")) {
            sources.push_back("SELECT t::text AS r FROM " + row[0].as<std::string>() + " t WHERE org_id = " + id);
        }
        sources.insert(
            sources.end(),
            {"SELECT t::text AS r FROM tenancy.orgs t WHERE id = " + id,
             "SELECT t::text AS r FROM tenancy.quotas t WHERE org_id = " + id,
             "SELECT t::text AS r FROM pulse.billing_states t WHERE org_id = " + id,
             "SELECT (t.id, t.name, t.secret_hash, t.scopes, t.org_ids, t.owner_user, t.expires_at)::text AS r "
             "FROM pulse.tokens t WHERE " +
                 id + " = ANY (t.org_ids)",
             "SELECT t::text AS r FROM pulse.accounts t JOIN tenancy.members m ON m.user_id = t.username "
             "WHERE m.org_id = " +
                 id,
             "SELECT t::text AS r FROM tenancy.audit_entries t WHERE t.success AND t.org_id = " + id});
        for (const std::string& source : sources) {
            digest += tenant + " " + tx.exec1(std::string(kFingerprint) + source + ") s")[0].as<std::string>() +
                      " <- " + source + "\n";
        }
    }
    return digest;
}

void Sql(pulse_test::OwnPulsed& server, const std::string& text) {
    pqxx::connection connection(server.OwnerConninfo());
    pqxx::work tx(connection);
    tx.exec0(text);
    tx.commit();
}

std::string Leak(const Reply& reply, const Tenant& tenant) {
    const std::string all = reply.Text() + reply.HeaderText();
    for (const std::string& secret : tenant.Secrets()) {
        if (all.find(secret) != std::string::npos) {
            return secret;
        }
    }
    return {};
}

}  // namespace isolation
