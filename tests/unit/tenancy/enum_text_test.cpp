// Every enumeration of the core has one text for each value, and it reads back.
#include <set>
#include <string_view>

#include <gtest/gtest.h>

#include "tenancy/access.hpp"
#include "tenancy/events.hpp"
#include "tenancy/gate.hpp"
#include "tenancy/kill_switch.hpp"
#include "tenancy/model.hpp"
#include "tenancy/quotas.hpp"
#include "tenancy/scope.hpp"
#include "tenancy/selection.hpp"

namespace tenancy_test {
namespace {

template <typename Enum>
class TenancyEnum : public ::testing::Test {};

using TenancyEnums =
    ::testing::Types<tenancy::OrgStatus, tenancy::OrgRole, tenancy::ShareStatus, tenancy::Plan, tenancy::CallerKind,
                     tenancy::Access, tenancy::SelectionSource, tenancy::Mode, tenancy::GateOutcome,
                     tenancy::Subscription, tenancy::ScopeOrigin, tenancy::Resource, tenancy::QuotaLevel,
                     tenancy::EventType, tenancy::SwitchReason>;
TYPED_TEST_SUITE(TenancyEnum, TenancyEnums);

TYPED_TEST(TenancyEnum, ReadsBackEveryText) {
    std::set<std::string_view> texts;
    int value = 0;
    for (const auto& name : platform::EnumNames<TypeParam>::kNames) {
        EXPECT_EQ(static_cast<int>(name.value), value++) << name.text;
        EXPECT_TRUE(texts.insert(name.text).second) << name.text;
        EXPECT_EQ(platform::ParseEnum<TypeParam>(name.text), name.value);
    }
    EXPECT_EQ(platform::EnumText(static_cast<TypeParam>(value)), "?") << "a value without a text";
}

}  // namespace
}  // namespace tenancy_test
