// Every reason why an open socket is closed, each at once and with its code; whoever is not meant stays.
#include <pqxx/pqxx>

#include "tests/pulse/live/socket.hpp"

namespace pulse_test {
namespace {

/// A member's socket and one of a stranger to the change, in the same organization and in `default`.
struct Watchers {
    explicit Watchers(const std::string& org, OwnPulsed& server = Shared())
        : owner(LiveSocket::Open(server.As("alice").In(org))), elsewhere(LiveSocket::Open(server.As("alice"))) {
        owner.AwaitState();
        elsewhere.AwaitState();
    }
    LiveSocket owner;
    LiveSocket elsewhere;
};

std::string MintIn(const std::string& org) {
    return As("alice").In(org).Post("/api/security/tokens", {{"name", "t"}}).Expect(200).Body().dump();
}

TEST(Closing, LostMembership) {
    const std::string org = NewOrg("alice", {{"bob", "viewer"}});
    Watchers watchers(org);
    LiveSocket member = LiveSocket::Open(As("bob").In(org));
    LiveSocket member_elsewhere = LiveSocket::Open(As("bob"));
    member.AwaitState();
    As("alice").Delete("/api/orgs/" + org + "/members/bob").Expect(204);
    // Not even an event that was on its way reaches who has been removed.
    As("alice").In(org).Post("/api/alerts/report", AnAlert("after")).Expect(201);
    member.ExpectClosed("access_denied");
    EXPECT_THROW(member.Await("alert"), std::runtime_error);
    watchers.owner.Await("alert");
    watchers.owner.ExpectAlive();
    watchers.elsewhere.ExpectAlive();
    member_elsewhere.ExpectAlive();
    LiveSocket::Refused(As("bob").In(org)).ExpectCode(403, "access_denied");
}

TEST(Closing, AnotherRoleClosesNothing) {
    const std::string org = NewOrg("alice", {{"bob", "viewer"}});
    LiveSocket member = LiveSocket::Open(As("bob").In(org));
    member.AwaitState();
    As("alice").Post("/api/orgs/" + org + "/members", {{"userId", "bob"}, {"role", "editor"}}).Expect(200);
    As("alice").In(org).Post("/api/alerts/report", AnAlert("x")).Expect(201);
    member.Await("alert");
    member.ExpectAlive();
}

TEST(Closing, Suspension) {
    const std::string org = NewOrg("alice");
    Watchers watchers(org);
    const Caller root = As("root");
    root.Post("/api/admin/tenants/" + org + "/suspend", {{"reason", "not paid"}}).Expect(200);
    watchers.owner.ExpectClosed("org_suspended");
    watchers.elsewhere.ExpectAlive();
    LiveSocket::Refused(As("alice").In(org)).ExpectCode(403, "org_suspended");
    root.Post("/api/admin/tenants/" + org + "/reactivate").Expect(200);
    LiveSocket::Open(As("alice").In(org)).AwaitState();
}

TEST(Closing, Deletion) {
    const std::string softly = NewOrg("alice");
    Watchers soft(softly);
    As("root").Post("/api/admin/tenants/" + softly + "/delete", {{"reason", "gone"}}).Expect(200);
    soft.owner.ExpectClosed("org_suspended");
    const std::string org = NewOrg("alice");
    Watchers watchers(org);
    As("alice").Delete("/api/orgs/" + org).Expect(204);
    watchers.owner.ExpectClosed("invalid_org");
    watchers.elsewhere.ExpectAlive();
    soft.elsewhere.ExpectAlive();
}

TEST(Closing, ARevokedToken) {
    const std::string org = NewOrg("alice");
    Watchers watchers(org);
    const Json made = Json::parse(MintIn(org));
    LiveSocket socket = LiveSocket::Open(Anonymous().With("X-API-Token", made.at("token")));
    EXPECT_EQ(socket.Await("welcome").at("data").at("orgId"), org);
    As("alice").In(org).Delete("/api/security/tokens/" + made.at("record").at("id").get<std::string>()).Expect(204);
    socket.ExpectClosed("token_revoked");
    watchers.owner.ExpectAlive();
}

TEST(Closing, AnEndedSession) {
    const Reply login = Anonymous().Post("/api/login", {{"username", "edith"}, {"password", PasswordOf("edith")}});
    const Caller edith = Anonymous()
                             .With("Cookie", "pulse_session=" + login.Cookie("pulse_session"))
                             .With("X-CSRF-Token", login.Cookie("pulse_csrf"));
    LiveSocket tenant = LiveSocket::Open(edith.In("acme"));
    LiveSocket none = LiveSocket::Open(edith);
    LiveSocket other_session = LiveSocket::Open(As("edith").In("acme"));
    edith.Post("/api/logout").Expect(200);
    tenant.ExpectClosed("session_ended");
    none.ExpectClosed("session_ended");
    other_session.ExpectAlive();
}

TEST(Closing, ChangesThatOthersMakeInTheDatabase) {
    OwnPulsed server;
    LiveSocket session = LiveSocket::Open(server.As("adam").In("acme"));
    LiveSocket basic = LiveSocket::Open(server.Basic("edith").In("acme"));
    LiveSocket member = LiveSocket::Open(server.As("victor").In("acme"));
    LiveSocket owner = LiveSocket::Open(server.As("alice").In("acme"));
    pqxx::connection database(server.OwnerConninfo());
    pqxx::nontransaction sql(database);
    sql.exec("UPDATE pulse.sessions SET expires_at = created_at + interval '1 microsecond' WHERE username = 'adam'");
    session.ExpectClosed("session_ended");
    sql.exec("UPDATE pulse.accounts SET active = false WHERE username = 'edith'");
    basic.ExpectClosed("credentials_changed");
    sql.exec("SELECT set_config('tenancy.org', 'acme', false)");
    sql.exec("DELETE FROM tenancy.members WHERE org_id = 'acme' AND user_id = 'victor'");
    member.ExpectClosed("access_denied");
    owner.ExpectAlive();
}

TEST(Closing, ALostLicence) {
    OwnPulsed server;
    Watchers watchers("acme", server);
    server.WriteLicence(R"({"capabilities":[]})");
    watchers.owner.ExpectClosed("license_required");
    watchers.elsewhere.ExpectAlive();
}

TEST(Closing, AHostedTenantWithoutSubscription) {
    OwnPulsed server({.multi_tenant = "false", .hosted = "true"});
    const Caller root = server.As("root");
    root.Put("/api/admin/orgs/acme/billing-state", {{"subscription_state", "active"}}).Expect(200);
    Watchers watchers("acme", server);
    root.Put("/api/admin/orgs/acme/billing-state", {{"subscription_state", "expired"}}).Expect(200);
    watchers.owner.ExpectClosed("subscription_required");
    watchers.elsewhere.ExpectAlive();
}

TEST(Closing, TheEndOfTheServer) {
    OwnPulsed server;
    Watchers watchers("acme", server);
    EXPECT_EQ(server.Stop(), 0);
    EXPECT_EQ(watchers.owner.AwaitClosed().code, platform::ws_code::kGoingAway);
    EXPECT_EQ(watchers.elsewhere.AwaitClosed().code, platform::ws_code::kGoingAway);
}

}  // namespace
}  // namespace pulse_test
