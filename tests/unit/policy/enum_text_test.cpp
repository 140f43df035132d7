// Every enumeration of the vocabulary has one text for each value, and it reads back.

#include <set>

#include "controller/policy/facts.hpp"
#include "controller/policy/finding.hpp"

#include <gtest/gtest.h>

namespace policy_test {
namespace {

template <typename Enum>
class PolicyEnum : public ::testing::Test {};

using PolicyEnums =
    ::testing::Types<policy::PrincipalKind, policy::Role, policy::ReleaseClass, policy::Channel, policy::ReleaseStatus,
                     policy::TenantKind, policy::ChannelPreference, policy::Severity, policy::IncidentState,
                     policy::CheckOutcome, policy::EvidenceTier, policy::ApprovalScope, policy::Decision,
                     policy::HardStop, policy::Comparison, policy::FreezeScope, policy::Control, policy::FindingKind,
                     policy::VerdictState, policy::MeasurementState>;
TYPED_TEST_SUITE(PolicyEnum, PolicyEnums);

TYPED_TEST(PolicyEnum, ReadsBackEveryText) {
    std::set<std::string_view> texts;
    int value = 0;
    for (const auto& name : platform::EnumNames<TypeParam>::kNames) {
        EXPECT_EQ(static_cast<int>(name.value), value++) << name.text;
        EXPECT_TRUE(texts.insert(name.text).second) << name.text;
        EXPECT_FALSE(name.text.empty());
        EXPECT_EQ(platform::EnumText(name.value), name.text);
        EXPECT_EQ(platform::ParseEnum<TypeParam>(name.text), name.value);
    }
    EXPECT_EQ(platform::EnumText(static_cast<TypeParam>(value)), "?") << "a value without a text";
    EXPECT_FALSE(platform::ParseEnum<TypeParam>(""));
    EXPECT_FALSE(platform::ParseEnum<TypeParam>("none of them"));
}

}  // namespace
}  // namespace policy_test
