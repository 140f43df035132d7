// The switch, moved by the operator on the machine while everything runs: sockets, requests in flight, data, restarts.
#include <atomic>
#include <thread>

#include "platform/base/clock.hpp"
#include "platform/sql/database.hpp"
#include "tenancy/store/records.hpp"
#include "tenancy/store/schema.hpp"
#include "tests/pulse/live/socket.hpp"
#include "tests/support/process.hpp"

namespace pulse_test {
namespace {

/// `pulsed switch off` on the machine of `server`.
void Order(const OwnPulsed& server, const std::string& word) {
    support::ProcessOptions options;
    options.environment["PULSE_MULTI_TENANT_ENABLED"] = "true";
    const auto done = support::RunToEnd(
        {support::BuiltProgram("pulsed"), "--data-dir=" + server.DataDir(), "switch", word, "a test"}, options);
    ASSERT_EQ(done.exit_code, 0) << done.error;
}

tenancy::wire::DataDigest DigestOf(const OwnPulsed& server, const std::string& org) {
    platform::Database database({.conninfo = server.OwnerConninfo()}, tenancy::store::Profile());
    const auto scope = tenancy::TenantScope::PlatformAct(tenancy::OrgId::Trusted(org), "tester", "a test");
    return tenancy::store::Read(database, *scope,
                                [](tenancy::store::TenantTx& tx) { return tenancy::store::DigestRecords(tx); });
}

TEST(LiveSwitch, ClosesTwoHundredSocketsAndLosesNothing) {
    OwnPulsed server;
    constexpr std::size_t kTenantSockets = 200;
    constexpr std::size_t kDefaultSockets = 20;
    for (int i = 0; i < 10; ++i) {
        server.As("alice").In("acme").Post("/api/customers", {{"name", "c" + std::to_string(i)}}).Expect(201);
        server.As("bob").In("globex").Post("/api/alerts/report", AnAlert("h" + std::to_string(i))).Expect(201);
    }
    std::vector<LiveSocket> tenants;
    for (std::size_t i = 0; i < kTenantSockets; ++i) {
        tenants.push_back(i % 2 == 0 ? LiveSocket::Open(server.As("alice").In("acme"))
                                     : LiveSocket::Open(server.Token("globex-all")));
    }
    std::vector<LiveSocket> others;
    for (std::size_t i = 0; i < kDefaultSockets; ++i) {
        others.push_back(LiveSocket::Open(server.As("carol")));
        others.back().AwaitState();
    }
    const auto acme = DigestOf(server, "acme");
    const auto globex = DigestOf(server, "globex");

    Order(server, "off");
    const platform::Stopwatch watch;
    for (LiveSocket& socket : tenants) {
        socket.ExpectClosed("feature_disabled");
    }
    EXPECT_LT(watch.Elapsed(), std::chrono::seconds(5));
    for (LiveSocket& socket : others) {
        EXPECT_TRUE(socket.IsOpen());
        socket.ExpectAlive();
    }
    server.As("alice").In("acme").Get("/api/customers").ExpectFeatureDisabled();
    LiveSocket::Refused(server.As("alice").In("acme")).ExpectCode(501, "feature_disabled");
    server.As("root").Post("/api/alerts/report", AnAlert("default-host")).Expect(201);
    others.front().Await("alert");
    EXPECT_EQ(DigestOf(server, "acme"), acme);
    EXPECT_EQ(DigestOf(server, "globex"), globex);
    EXPECT_NE(server.Metrics().find(R"(pulse_websocket_closed_total{reason="feature_disabled"} 200)"),
              std::string::npos);

    Order(server, "on");
    EXPECT_TRUE(Eventually([&] { return server.As("alice").In("acme").Get("/api/customers").Status() == 200; }));
    EXPECT_EQ(server.As("alice").In("acme").Get("/api/customers").Body().size(), 10U);
    LiveSocket again = LiveSocket::Open(server.Token("globex-all"));
    EXPECT_EQ(again.AwaitState().at("activeAlerts").size(), 10U);
    EXPECT_EQ(DigestOf(server, "acme"), acme);
    EXPECT_EQ(DigestOf(server, "globex"), globex);
}

TEST(LiveSwitch, SurvivesARestartAndNeverSwitchesOnAgainstTheEnvironment) {
    OwnPulsed server;
    Order(server, "off");
    EXPECT_TRUE(Eventually([&] { return server.As("alice").Get("/api/orgs").Status() == 501; }));
    EXPECT_EQ(server.Stop(), 0);
    server.Start();
    server.As("alice").Get("/api/orgs").ExpectFeatureDisabled();
    LiveSocket::Refused(server.As("alice").In("acme")).ExpectCode(501, "feature_disabled");
    LiveSocket::Open(server.As("alice")).AwaitState();
    Order(server, "on");
    EXPECT_TRUE(Eventually([&] { return server.As("alice").Get("/api/orgs").Status() == 200; }));
    EXPECT_EQ(server.Stop(), 0);
    server.SetMultiTenant("false");
    server.Start();
    Order(server, "on");
    server.As("alice").Get("/api/orgs").ExpectFeatureDisabled();
    EXPECT_EQ(server.Stop(), 0);
    server.SetMultiTenant("true");
    server.Start();
    server.As("alice").Get("/api/orgs").Expect(200);
}

TEST(LiveSwitch, SaysNothingWhereTenantsAreHosted) {
    OwnPulsed server({.hosted = "true"});
    server.As("root").Put("/api/admin/orgs/acme/billing-state", {{"subscription_state", "active"}}).Expect(200);
    LiveSocket socket = LiveSocket::Open(server.As("alice").In("acme"));
    socket.AwaitState();
    Order(server, "off");
    EXPECT_TRUE(Eventually([&] { return server.Log().find("tenant_switch.changed") != std::string::npos; }));
    socket.ExpectAlive();
    server.As("alice").In("acme").Get("/api/customers").Expect(200);
}

TEST(LiveSwitch, RequestsInFlightAreAnsweredUnderOneStateOrTheOther) {
    OwnPulsed server;
    std::atomic<bool> over{false};
    std::atomic<int> unexpected{0};
    std::atomic<int> on{0};
    std::atomic<int> off{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&, caller = server.Token("globex-all")] {
            while (!over) {
                const int status = caller.Get("/api/customers").Status();
                (status == 200 ? on : status == 501 ? off : unexpected)++;
            }
        });
        threads.emplace_back([&, caller = server.Token("default-reader")] {
            while (!over) {
                unexpected += caller.Get("/api/state").Status() == 200 ? 0 : 1;
            }
        });
    }
    threads.emplace_back([&, caller = server.Token("globex-all")] {
        for (int i = 0; !over; ++i) {
            const int status = caller.Post("/api/customers", {{"name", std::to_string(i)}}).Status();
            unexpected += status == 201 || status == 501 || status == 403 ? 0 : 1;  // 403: its quota is used up
        }
    });
    for (int flip = 0; flip < 6; ++flip) {
        const bool to_off = flip % 2 == 0;
        std::atomic<int>& seen = to_off ? off : on;
        const int before = seen;
        Order(server, to_off ? "off" : "on");
        EXPECT_TRUE(Eventually([&] { return seen > before + 5; }));
    }
    over = true;
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(unexpected, 0);
}

}  // namespace
}  // namespace pulse_test
