// Orders one after another without a pause: nobody who obeys each of them is cut off for it, every one is on record,
// and the fleet ends with the last.
#include <algorithm>
#include <mutex>
#include <thread>

#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "tests/fleet/played_instance.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

constexpr int kMoreThanAFlood = 240;  // in ten seconds, of what nobody asked for

Json BurstKill(int number) {
    return {{"enabled", false},
            {"scope", {{"all", true}}},
            {"reason", "order number " + std::to_string(number)},
            {"watch_for", "0s"}};
}

TEST(OrdersOneAfterAnother, CutNobodyOffWhoObeysThemAll) {
    const Controller controller;
    const PlayedInstance one(controller, "eu-1");
    const PlayedInstance two(controller, "eu-2");
    const auto caller = controller.As("otto.operator");
    std::vector<std::string> operations;
    for (int n = 1; n <= kMoreThanAFlood; ++n) {
        const auto reply = caller.Post("/v1/kill-switch/multi-tenant", BurstKill(n));
        reply.Expect(202);
        operations.push_back(reply.Id());
    }
    const Json last = controller.Await(operations.back());
    EXPECT_TRUE(last.value("complete", false)) << last.dump(1);
    for (const auto& [instance, name] : {std::pair{&one, "eu-1"}, std::pair{&two, "eu-2"}}) {
        EXPECT_EQ(OutcomeOf(last, name), "verified");
        const Json shown = controller.Instance(name);
        EXPECT_EQ(shown["order"]["operation"], operations.back());
        EXPECT_TRUE(Eventually([&] { return instance->Generation() == shown["order"]["generation"]; })) << shown;
        EXPECT_TRUE(controller.IsConnected(name)) << "it did what it was told, each time";
    }
    const Json first = controller.Await(operations.front());
    EXPECT_EQ(first["counts"]["total"], 2);
    EXPECT_EQ(first["status"], "done");
    EXPECT_EQ(controller.Audit("kill_switch.off").size(), operations.size());
}

TEST(OrdersOneAfterAnother, ReachAnInstanceInTheirOrderHoweverManyGiveThem) {
    constexpr int kGivers = 4;
    constexpr int kOrdersEach = 25;
    const Controller controller;
    const support::TempDir folder("played");
    const std::string token = support::ReadFile(controller.EnrolInto((folder / "token").string(), "eu-1"));
    std::mutex mutex;
    std::vector<std::int64_t> generations;
    platform::WsClientOptions options;
    options.url = controller.FleetUrl() + std::string(tenancy::wire::kChannelPath);
    options.headers = {{"Authorization", "Bearer " + token.substr(0, token.find('.'))},
                       {std::string(tenancy::wire::kNewCredentialHeader), platform::Sha256Hex("its credential")}};
    options.on_message = [&](std::string_view text) {
        const auto message = tenancy::wire::DecodeControllerMessage(text);
        if (const auto* order = message ? std::get_if<tenancy::wire::Order>(&*message) : nullptr) {
            const std::lock_guard lock(mutex);
            generations.push_back(order->generation);
        }
    };
    auto client = platform::WsClient::Connect(std::move(options));
    ASSERT_TRUE(client);
    tenancy::wire::Report report;
    report.boot_id = "boot_played";
    report.process_started_at = report.sent_at = platform::SystemNow();
    report.program = "played 1";
    report.enabled = true;
    client->Send(tenancy::wire::EncodeReport(report));
    ASSERT_TRUE(Eventually([&] { return controller.IsConnected("eu-1"); }));
    {
        std::vector<std::jthread> givers;
        for (int giver = 0; giver < kGivers; ++giver) {
            givers.emplace_back([&controller, giver] {
                const auto caller = controller.As("otto.operator");
                for (int n = 0; n < kOrdersEach; ++n) {
                    caller.Post("/v1/kill-switch/multi-tenant", BurstKill(giver * kOrdersEach + n)).Expect(202);
                }
            });
        }
    }
    const std::int64_t last = controller.Instance("eu-1")["order"]["generation"];
    EXPECT_TRUE(Eventually([&] {
        const std::lock_guard lock(mutex);
        return std::ranges::find(generations, last) != generations.end();
    }));
    const std::lock_guard lock(mutex);
    // What is not answered is sent again.
    EXPECT_TRUE(std::ranges::is_sorted(generations)) << Json(generations);
}

}  // namespace
}  // namespace fleet_test
