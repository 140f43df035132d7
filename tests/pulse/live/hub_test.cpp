// The hub with orders of a controller: signed documents move the switch under open sockets, of the real server parts.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/crypto/crypto.hpp"
#include "platform/httpd/server.hpp"
#include "pulse/app/numbers.hpp"
#include "pulse/auth/password.hpp"
#include "pulse/http/pipeline.hpp"
#include "pulse/http/routes.hpp"
#include "pulse/store/migrations.hpp"
#include "pulse/ws/hub.hpp"
#include "tenancy/store/organizations.hpp"
#include "tenancy/store/schema.hpp"
#include "tests/pulse/live/socket.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/temp_dir.hpp"

namespace pulse_test {
namespace {

using tenancy::OrgId;

support::Schema LiveSchema() {
    return {PORTCULLIS_SOURCE_DIR "/migrations/pulse",
            [](const std::string& owner) {
                platform::MigrateUp(owner, tenancy::store::History());
                platform::MigrateUp(owner, pulse::store::History());
            },
            "tenancy and pulse"};
}

/// pulsed in this process: an organization `acme` of `alice`'s, and a controller's key.
class Ordered : public ::testing::Test {
protected:
    Ordered() {
        support::WriteFile(folder_.Path() / "billing.json", R"({"capabilities":["multi_tenant"]})");
        EXPECT_TRUE(link_.PinKey(key_.PublicPem()));
        services_.sockets = &hub_;
        database_.Write([](platform::Tx& tx) {
            pulse::store::InsertAccount(tx, {.username = "alice",
                                             .display_name = {},
                                             .email = {},
                                             .password_hash = pulse::auth::HashPassword("alice-password")});
        });
        tenancy::Organization org;
        org.id = OrgId::Trusted("acme");
        org.display_name = "Acme";
        org.created_at = platform::SystemNow();
        org.owner_user_id = "alice";
        org.members.push_back({"alice", {}, tenancy::OrgRole::kOwner, *org.created_at, "alice"});
        const auto scope = tenancy::TenantScope::PlatformAct(org.id, "tester", "a test");
        tenancy::store::WriteDirectory(database_, directory_, *scope, [&](tenancy::store::TenantTx& tx) {
            tenancy::store::InsertOrganization(tx, org);
        });
        hub_.Start();
        server_.Start();
    }
    ~Ordered() override {
        server_.Drain(std::chrono::seconds(2));
        hub_.Drain(std::chrono::seconds(2));
    }

    Caller Alice() {
        const auto session = identities_.OpenSession("alice", pulse::app::SessionLength::kDay, "127.0.0.1");
        return Caller("http://127.0.0.1:" + std::to_string(server_.Port()))
            .With("Cookie", "pulse_session=" + session.secret);
    }
    tenancy::link::AcceptOutcome Order(std::int64_t generation, bool enabled, const platform::SigningKey& key) {
        tenancy::wire::ControlDocument document;
        document.instance = "test";
        document.generation = generation;
        document.issued_at = platform::SystemNow();
        document.enabled = enabled;
        document.reason = "a test";
        const std::string text = tenancy::wire::EncodeControlDocument(document);
        return link_.Accept(text, key.Sign(text)).outcome;
    }

    support::TempDir folder_{"live"};
    support::TestDatabase database_server_{LiveSchema()};
    platform::Database database_{{.conninfo = database_server_.AppConninfo()}, tenancy::store::Profile()};
    platform::Metrics metrics_{pulse::app::MetricDefinitions()};
    tenancy::TenantSwitch tenant_switch_;
    tenancy::link::ControlLink link_{{.folder = folder_.Path().string(), .instance = "test", .environment = true},
                                     tenant_switch_};
    platform::SigningKey key_ = platform::SigningKey::Generate();
    tenancy::store::DirectoryCache directory_{database_};
    pulse::app::LoginGuard guard_;
    pulse::app::Identities identities_{database_, guard_};
    pulse::app::Licences licences_{folder_.Path() / "billing.json", database_};
    pulse::app::EventBus events_;
    pulse::app::TenantUsage usage_{database_};
    pulse::app::Services services_{.database = database_,
                                   .metrics = metrics_,
                                   .tenant_switch = tenant_switch_,
                                   .control_link = link_,
                                   .directory = directory_,
                                   .identities = identities_,
                                   .licences = licences_,
                                   .login_guard = guard_,
                                   .events = events_,
                                   .usage = usage_,
                                   .instance = {}};
    pulse::ws::Hub hub_{services_, {}};
    pulse::http::Pipeline pipeline_{services_, pulse::http::AllRoutes(), {}};
    platform::HttpServer server_{{.threads = 2},
                                 [this](const platform::HttpRequest& request) { return pipeline_.Handle(request); }};
};

TEST_F(Ordered, AnAcceptedOrderClosesTenantsAtOnce) {
    const Caller alice = Alice();
    LiveSocket tenant = LiveSocket::Open(alice.In("acme"));
    LiveSocket none = LiveSocket::Open(alice);
    tenant.AwaitState();
    none.AwaitState();
    EXPECT_EQ(Order(1, false, platform::SigningKey::Generate()), tenancy::link::AcceptOutcome::kForged);
    tenant.ExpectAlive();
    ASSERT_EQ(Order(1, false, key_), tenancy::link::AcceptOutcome::kApplied);
    // Behind Accept nothing of the tenant is sent any more.
    events_.Publish(tenancy::EventType::kAlert, OrgId::Trusted("acme"), R"({"type":"alert","data":{}})");
    tenant.ExpectClosed("feature_disabled");
    EXPECT_THROW(tenant.Await("alert"), std::runtime_error);
    none.ExpectAlive();
    LiveSocket::Refused(alice.In("acme")).ExpectCode(501, "feature_disabled");
    EXPECT_EQ(Order(1, true, key_), tenancy::link::AcceptOutcome::kStale);
    LiveSocket::Refused(alice.In("acme")).ExpectCode(501, "feature_disabled");
    ASSERT_EQ(Order(2, true, key_), tenancy::link::AcceptOutcome::kApplied);
    LiveSocket again = LiveSocket::Open(alice.In("acme"));
    again.AwaitState();
    events_.Publish(tenancy::EventType::kAlert, OrgId::Trusted("acme"), R"({"type":"alert","data":{}})");
    again.Await("alert");
}

TEST_F(Ordered, GlobalEventsReachEverybodyAndOthersOnlyTheirs) {
    const Caller alice = Alice();
    LiveSocket tenant = LiveSocket::Open(alice.In("acme"));
    LiveSocket none = LiveSocket::Open(alice);
    tenant.AwaitState();
    none.AwaitState();
    events_.Publish(tenancy::EventType::kCustom, OrgId::Trusted("nobody-watches"), R"({"type":"custom","data":0})");
    events_.Publish(tenancy::EventType::kCustom, OrgId::Trusted("acme"), R"({"type":"custom","data":1})");
    events_.Publish(tenancy::EventType::kCustom, OrgId(), R"({"type":"custom","data":2})");
    events_.Publish(tenancy::EventType::kUpdateProgress, OrgId(), R"({"type":"update:progress","data":3})");
    tenant.Await("update:progress");
    none.Await("update:progress");
    EXPECT_EQ(tenant.Seen().at(2).at("data"), 1);
    EXPECT_EQ(tenant.Seen().size(), 4U);
    EXPECT_EQ(none.Seen().at(2).at("data"), 2);
    EXPECT_EQ(none.Seen().size(), 4U);
}

TEST_F(Ordered, ASwitchBetweenTheDecisionAndTheOpenSocketIsNotMissed) {
    const Caller alice = Alice();
    for (std::int64_t generation = 1; generation < 40; generation += 2) {
        // Both at the same time, again and again: whatever comes first, no tenant's socket is open in the end.
        std::thread order([&] { Order(generation, false, key_); });
        try {
            LiveSocket socket = LiveSocket::Open(alice.In("acme"));
            order.join();
            // Cut off before it was open there is no goodbye.
            EXPECT_THAT(socket.AwaitClosed().code,
                        ::testing::AnyOf(platform::ws_code::kPolicy, platform::ws_code::kNoGoodbye));
        } catch (const std::runtime_error&) {  // the order came first: refused
            order.join();
        }
        EXPECT_TRUE(Eventually([&] { return hub_.Count() == 0; }));
        ASSERT_EQ(Order(generation + 1, true, key_), tenancy::link::AcceptOutcome::kApplied);
    }
}

}  // namespace
}  // namespace pulse_test
