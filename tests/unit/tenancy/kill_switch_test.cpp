#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tenancy/kill_switch.hpp"

namespace tenancy_test {
namespace {

using tenancy::EffectiveSwitch;
using tenancy::SwitchInputs;
using tenancy::SwitchReason;
using tenancy::TenantSwitch;

TEST(TheEnvironment, SaysOnOnlyByTrueInAnyCase) {
    for (const char* on : {"true", "TRUE", "True", "tRuE"}) {
        EXPECT_TRUE(tenancy::EnvironmentSaysOn(on)) << on;
    }
    for (const char* off : {"", " true", "true ", "true\n", "1", "yes", "on", "t", "truee", "tru", "false"}) {
        EXPECT_FALSE(tenancy::EnvironmentSaysOn(off)) << off;
    }
    EXPECT_FALSE(tenancy::EnvironmentSaysOn(std::nullopt));
}

TEST(TheEnvironment, SaysHostedOnlyByExactlyTrue) {
    EXPECT_TRUE(tenancy::EnvironmentSaysHosted("true"));
    for (const char* not_hosted : {"TRUE", "True", " true", "1", ""}) {
        EXPECT_FALSE(tenancy::EnvironmentSaysHosted(not_hosted)) << not_hosted;
    }
    EXPECT_FALSE(tenancy::EnvironmentSaysHosted(std::nullopt));
}

TEST(TheEffectiveSwitch, IsTheMostRestrictive) {
    for (const bool environment : {false, true}) {
        for (const auto& order : {std::optional<bool>(), std::optional(false), std::optional(true)}) {
            for (const bool local_off : {false, true}) {
                for (const bool damaged : {false, true}) {
                    const SwitchInputs inputs{environment, order, local_off, damaged};
                    const bool expected = environment && order != false && !local_off && !damaged;
                    EXPECT_EQ(EffectiveSwitch(inputs), expected);
                    EXPECT_EQ(tenancy::ReasonOf(inputs) == SwitchReason::kOn, expected);
                }
            }
        }
    }
}

TEST(TheEffectiveSwitch, WithoutAnOrderTheEnvironmentDecidesAlone) {
    EXPECT_TRUE(EffectiveSwitch({true, std::nullopt, false, false}));
    EXPECT_FALSE(EffectiveSwitch({false, true, false, false})) << "no order overrules the environment";
}

TEST(TheEffectiveSwitch, NamesWhatKeepsItOff) {
    EXPECT_EQ(tenancy::ReasonOf({false, false, true, true}), SwitchReason::kEnvironment);
    EXPECT_EQ(tenancy::ReasonOf({true, false, true, true}), SwitchReason::kStateDamaged);
    EXPECT_EQ(tenancy::ReasonOf({true, false, true, false}), SwitchReason::kLocalOrder);
    EXPECT_EQ(tenancy::ReasonOf({true, false, false, false}), SwitchReason::kControllerOrder);
}

TEST(TheTenantSwitch, IsOffUnlessToldOtherwise) {
    EXPECT_FALSE(TenantSwitch().Enabled());
    EXPECT_TRUE(TenantSwitch({true, {}, false, false}).Enabled());
}

TEST(TheTenantSwitch, TellsObserversAfterTheSwap) {
    TenantSwitch tenant_switch({true, {}, false, false});
    std::vector<std::string> told;
    const auto first = tenant_switch.Observe([&](bool enabled) {
        EXPECT_EQ(tenant_switch.Enabled(), enabled) << "the new value is in force";
        told.emplace_back(enabled ? "first on" : "first off");
    });
    const auto second = tenant_switch.Observe([&](bool enabled) {
        EXPECT_FALSE(tenant_switch.Inputs().order.value_or(true) != enabled);
        told.emplace_back(enabled ? "second on" : "second off");
    });
    EXPECT_TRUE(tenant_switch.Set({true, false, false, false}));
    EXPECT_FALSE(tenant_switch.Set({true, false, true, false})) << "still off";
    EXPECT_TRUE(tenant_switch.Set({true, true, false, false}));
    EXPECT_EQ(told, (std::vector<std::string>{"first off", "second off", "first on", "second on"}));
}

TEST(TheTenantSwitch, ForgetsObserversThatAreGone) {
    TenantSwitch tenant_switch({true, {}, false, false});
    int told = 0;
    {
        auto observation = tenant_switch.Observe([&](bool) { ++told; });
        auto moved = std::move(observation);
        tenant_switch.Set({false, {}, false, false});
        EXPECT_EQ(told, 1);
        moved = tenant_switch.Observe([&](bool) { told += 100; });
    }
    tenant_switch.Set({true, {}, false, false});
    EXPECT_EQ(told, 1);
}

TEST(TheTenantSwitch, ObserversSeeTheLastValueLastUnderConcurrency) {
    TenantSwitch tenant_switch({true, {}, false, false});
    std::atomic<int> running{0};
    bool last = true;
    const auto observation = tenant_switch.Observe([&](bool enabled) {
        EXPECT_EQ(running.fetch_add(1), 0) << "one change at a time";
        last = enabled;
        running.fetch_sub(1);
    });
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            for (int round = 0; round < 500; ++round) {
                tenant_switch.Set({true, (round + i) % 2 == 0, false, false});
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(last, tenant_switch.Enabled());
    EXPECT_EQ(tenant_switch.Enabled(), EffectiveSwitch(tenant_switch.Inputs()));
}

}  // namespace
}  // namespace tenancy_test
