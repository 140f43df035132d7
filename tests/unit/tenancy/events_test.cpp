#include <gtest/gtest.h>

#include "tenancy/events.hpp"

namespace tenancy_test {
namespace {

using tenancy::Event;
using tenancy::EventScope;
using tenancy::EventType;
using tenancy::OrgId;

const OrgId kAcme = OrgId::Trusted("acme");
const OrgId kGlobex = OrgId::Trusted("globex");

TEST(Events, OfATenantReachItAlone) {
    for (const auto& name : platform::EnumNames<EventType>::kNames) {
        if (ScopeOf(name.value) == EventScope::kGlobal) {
            continue;
        }
        const Event event{name.value, kAcme, nullptr};
        EXPECT_TRUE(DeliverTo(event, kAcme)) << name.text;
        EXPECT_FALSE(DeliverTo(event, kGlobex)) << name.text;
        EXPECT_FALSE(DeliverTo(event, OrgId())) << name.text << " to default";
        EXPECT_FALSE(DeliverTo(event, OrgId::Trusted("ACME"))) << name.text;
    }
}

TEST(Events, WithoutAnOrgBelongToDefault) {
    const Event event{EventType::kAlert, {}, nullptr};
    EXPECT_TRUE(DeliverTo(event, OrgId()));
    EXPECT_FALSE(DeliverTo(event, kAcme));
}

TEST(Events, OfEverybodyAreTheNamedFew) {
    std::string global;
    for (const auto& name : platform::EnumNames<EventType>::kNames) {
        if (ScopeOf(name.value) == EventScope::kGlobal) {
            global += std::string(name.text) + " ";
            EXPECT_TRUE(DeliverTo({name.value, kAcme, nullptr}, kGlobex));
        }
    }
    EXPECT_EQ(global, "ping update:progress node_config_changed discovery_update settings_update ");
}

}  // namespace
}  // namespace tenancy_test
