// Twenty tenants at once, readers and writers mixed, one person who belongs to all of them among the callers: whatever
// is answered carries the marks of the tenant that was asked and of no other, and afterwards each has exactly what was
// written to it.
#include <array>
#include <atomic>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "tests/pulse/harness.hpp"

namespace isolation {
namespace {

using pulse_test::Caller;
using pulse_test::Json;
using pulse_test::OwnPulsed;
using pulse_test::Reply;

constexpr int kTenants = 20;
constexpr int kThreads = 6;
constexpr int kActsPerThread = 150;
constexpr int kMadeOrChanged = 0;  // 201 or 200
constexpr std::string_view kMark = "mark-";

/// "mark-07-": in every text of tenant 7.
std::string MarkOf(int tenant) {
    return std::string(kMark) + (tenant < 10 ? "0" : "") + std::to_string(tenant) + "-";
}

/// The first mark in the text that is not `own`; empty: none.
std::string ForeignMark(const std::string& text, const std::string& own) {
    for (auto at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at + 1)) {
        if (const std::string mark = text.substr(at, own.size()); mark != own) {
            return mark;
        }
    }
    return {};
}

struct Peer {
    std::string id;
    std::vector<Caller> callers;  // inside the tenant: its owner, an editor who is in all of them, a token
    std::mutex mutex;
    std::set<std::string> customers;  // names, as written
    std::vector<std::string> ids;
};

class Crowd : public ::testing::Test {
protected:
    void SetUp() override {
        const Caller root = server_.As("root");
        for (int i = 0; i < kTenants; ++i) {
            Peer& peer = peers_[static_cast<std::size_t>(i)];
            peer.id = "peer-" + std::to_string(i);
            const std::string owner = "owner@" + MarkOf(i) + ".example";
            root.Post("/api/admin/tenants/provision", {{"id", peer.id},
                                                       {"name", MarkOf(i) + "company"},
                                                       {"adminEmail", owner},
                                                       {"adminPassword", pulse_test::PasswordOf(owner)},
                                                       {"plan", "enterprise"}})
                .Expect(201);
            const Caller boss = server_.As(owner);
            boss.Post("/api/orgs/" + peer.id + "/members", {{"userId", "carol"}, {"role", "editor"}}).Expect(202);
            server_.As("carol").Post("/api/org-invitations/" + peer.id + "/accept").Expect(200);
            const std::string token = boss.In(peer.id)
                                          .Post("/api/security/tokens", {{"name", MarkOf(i) + "token"}})
                                          .Expect(200)
                                          .Body()
                                          .value("token", "");
            peer.callers = {boss.In(peer.id), server_.As("carol").In(peer.id),
                            server_.Anonymous().With("X-API-Token", token)};
        }
    }

    void Check(const Reply& reply, int tenant, int status) {
        if (status == kMadeOrChanged) {
            EXPECT_TRUE(reply.Status() == 200 || reply.Status() == 201) << reply.Describe();
        } else {
            EXPECT_EQ(reply.Status(), status) << reply.Describe();
        }
        EXPECT_EQ(ForeignMark(reply.Text(), MarkOf(tenant)), "") << reply.Describe();
        ++checked_;
    }

    void Act(int thread, int round, std::mt19937& dice) {
        const int number = static_cast<int>(dice() % kTenants);
        const int other = (number + 1 + static_cast<int>(dice() % (kTenants - 1))) % kTenants;
        Peer& peer = peers_[static_cast<std::size_t>(number)];
        const Caller& caller = peer.callers[dice() % peer.callers.size()];
        std::string known;
        {
            const std::lock_guard lock(peer.mutex);
            known = peer.ids.empty() ? "" : peer.ids[dice() % peer.ids.size()];
        }
        switch (dice() % 10) {
            case 0:
            case 1:
            case 2: {
                const std::string name = MarkOf(number) + std::to_string(thread) + "-" + std::to_string(round);
                const Reply made = caller.Post("/api/customers", {{"name", name}, {"notes", name}});
                Check(made, number, 201);
                const std::lock_guard lock(peer.mutex);
                peer.customers.insert(name);
                peer.ids.push_back(made.Body().value("id", ""));
                return;
            }
            case 3:
                return Check(caller.Get("/api/customers?limit=500"), number, 200);
            case 4:
                return Check(caller.Get("/api/state"), number, 200);
            case 5:
                return Check(caller.Post("/api/alerts/report", {{"type", "cpu"},
                                                                {"level", "warning"},
                                                                {"resourceId", MarkOf(number) + "vm"},
                                                                {"message", MarkOf(number) + std::to_string(round)}}),
                             number, kMadeOrChanged);
            case 6:
                return Check(caller.Get("/api/security/tokens"), number, &caller == &peer.callers[1] ? 403 : 200);
            case 7:
                return known.empty() ? void() : Check(caller.Get("/api/customers/" + known), number, 200);
            case 8:  // a record of this one asked for in another
                return known.empty()
                           ? void()
                           : Check(peers_[static_cast<std::size_t>(other)].callers[0].Get("/api/customers/" + known),
                                   other, 404);
            default: {  // the owner of another one asks inside this one
                const Caller stranger = peers_[static_cast<std::size_t>(other)].callers[0].Without("X-Pulse-Org-ID");
                return Check(stranger.In(peer.id).Get("/api/customers"), other, 403);
            }
        }
    }

    OwnPulsed server_{{.arguments = {"--log-level=warning"}}};
    std::array<Peer, kTenants> peers_;
    std::atomic<int> checked_{0};
};

TEST_F(Crowd, KeepsApart) {
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([this, thread] {
            std::mt19937 dice(static_cast<std::uint32_t>(thread) * 7919U + 1U);
            for (int round = 0; round < kActsPerThread; ++round) {
                Act(thread, round, dice);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_GT(checked_, kThreads * kActsPerThread / 2);
    for (int i = 0; i < kTenants; ++i) {
        const Peer& peer = peers_[static_cast<std::size_t>(i)];
        std::set<std::string> names;
        for (const Json& customer : peer.callers[0].Get("/api/customers?limit=500").Expect(200).Body()) {
            names.insert(customer.value("name", ""));
        }
        EXPECT_EQ(names, peer.customers) << peer.id;
        const Json quotas = peer.callers[0].Get("/api/tenants/quotas").Expect(200).Body();
        EXPECT_EQ(quotas["quotas"]["customers"]["used"], peer.customers.size()) << peer.id;
        EXPECT_EQ(peer.callers[0].Get("/api/audit-logs/verify").Expect(200).Body()["whole"], true) << peer.id;
        const std::string log = peer.callers[0].Get("/api/audit-logs?limit=1000&success=true").Expect(200).Text();
        EXPECT_EQ(ForeignMark(log, MarkOf(i)), "") << peer.id;
    }
    EXPECT_EQ(server_.Stop(), 0) << server_.Log();
}

}  // namespace
}  // namespace isolation
