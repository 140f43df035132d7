// Events under load: twenty tenants, readers and writers mixed, and a checker that knows whose each marker is.
#include <atomic>
#include <mutex>
#include <thread>

#include "tests/pulse/live/socket.hpp"

namespace pulse_test {
namespace {

constexpr int kTenants = 20;
constexpr int kSocketsEach = 3;
constexpr int kWriters = 4;
constexpr int kAlertsEach = 15;  // of one writer in one tenant

/// Everything one socket was told: nothing in it may carry another tenant's marker.
class Checker {
public:
    explicit Checker(std::string marker) : marker_(std::move(marker)) {}

    void Take(std::string_view message) {
        const std::lock_guard lock(mutex_);
        for (auto at = message.find("marker<"); at != std::string_view::npos; at = message.find("marker<", at + 1)) {
            const std::string_view found = message.substr(at, message.find('>', at) + 1 - at);
            foreign_ += found == marker_ ? 0 : 1;
        }
        alerts_ += Json::parse(message).at("type") == "alert" ? 1 : 0;
    }
    int Foreign() const {
        const std::lock_guard lock(mutex_);
        return foreign_;
    }
    int Alerts() const {
        const std::lock_guard lock(mutex_);
        return alerts_;
    }

private:
    const std::string marker_;
    mutable std::mutex mutex_;
    int foreign_ = 0;
    int alerts_ = 0;
};

struct Tenant {
    std::string org;
    std::string marker;
    Caller writer;
    std::vector<std::shared_ptr<Checker>> checkers = {};  // their sockets may outlive the tenant
};

class EventIsolation : public ::testing::Test {
protected:
    Tenant MakeTenant() {
        const std::string org = NewOrg("alice");
        const std::string secret =
            As("alice").In(org).Post("/api/security/tokens", {{"name", "load"}}).Expect(200).Body().at("token");
        return {org, "marker<" + org + ">", Anonymous().With("X-API-Token", secret)};
    }
    void Watch(Tenant& tenant, const Caller& caller) {
        const auto checker = std::make_shared<Checker>(tenant.marker);
        tenant.checkers.push_back(checker);
        platform::WsClientOptions options;
        options.url = "ws" + caller.Url().substr(4) + "/ws";
        options.headers = caller.Headers();
        options.headers.emplace_back("Origin", caller.Url());
        options.thread = thread_;
        options.on_message = [checker](std::string_view message) { checker->Take(message); };
        auto client = platform::WsClient::Connect(std::move(options));
        ASSERT_TRUE(client) << client.error().message;
        clients_.push_back(std::move(*client));
    }

    std::shared_ptr<platform::WsThread> thread_ = std::make_shared<platform::WsThread>();
    std::vector<platform::WsClient> clients_;
};

TEST_F(EventIsolation, EachSocketHearsItsTenantAndNobodyElse) {
    std::vector<Tenant> tenants;
    for (int i = 0; i < kTenants; ++i) {
        tenants.push_back(MakeTenant());
    }
    for (Tenant& tenant : tenants) {
        for (int i = 0; i < kSocketsEach; ++i) {
            // One person is in all of them: who asks says nothing about whose events they are.
            Watch(tenant, i == 0 ? As("alice").In(tenant.org) : tenant.writer);
        }
    }
    Tenant none{"default", "marker<default>", As("alice")};
    Watch(none, none.writer);

    std::atomic<int> failed{0};
    std::atomic<int> leaked{0};
    std::atomic<bool> over{false};
    std::vector<std::thread> threads;
    for (int writer = 0; writer < kWriters; ++writer) {
        threads.emplace_back([&, writer] {
            for (int i = 0; i < kAlertsEach * kTenants; ++i) {
                const Tenant& tenant = tenants[static_cast<std::size_t>(i * 7 + writer * 5) % kTenants];
                const std::string resource = std::to_string(writer) + "-" + std::to_string(i);
                const Reply reply = tenant.writer.Post("/api/alerts/report", AnAlert(resource, tenant.marker));
                failed += reply.Status() == 201 ? 0 : 1;
            }
        });
    }
    threads.emplace_back([&] {  // a reader between them, by requests
        for (int i = 0; !over; ++i) {
            const Tenant& tenant = tenants[static_cast<std::size_t>(i) % kTenants];
            const std::string text = tenant.writer.Get("/api/alerts/active").Text();
            for (auto at = text.find("marker<"); at != std::string::npos; at = text.find("marker<", at + 1)) {
                leaked += text.compare(at, tenant.marker.size(), tenant.marker) == 0 ? 0 : 1;
            }
        }
    });
    for (std::size_t i = 0; i < kWriters; ++i) {
        threads[i].join();
    }
    over = true;
    threads.back().join();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(leaked, 0);
    for (const Tenant& tenant : tenants) {
        for (const auto& checker : tenant.checkers) {
            EXPECT_TRUE(Eventually([&] { return checker->Alerts() >= kWriters * kAlertsEach; }))
                << tenant.org << " heard " << checker->Alerts();
            EXPECT_EQ(checker->Alerts(), kWriters * kAlertsEach) << tenant.org;
            EXPECT_EQ(checker->Foreign(), 0) << tenant.org;
        }
    }
    EXPECT_EQ(none.checkers.front()->Alerts(), 0);
    EXPECT_EQ(none.checkers.front()->Foreign(), 0);
}

}  // namespace
}  // namespace pulse_test
