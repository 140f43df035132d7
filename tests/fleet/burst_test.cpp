// Orders one after another without a pause: nobody who obeys each of them is cut off for it, every one is on record,
// and the fleet ends with the last.
#include "tests/fleet/played_instance.hpp"

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

}  // namespace
}  // namespace fleet_test
