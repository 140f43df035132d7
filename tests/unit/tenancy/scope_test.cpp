#include <type_traits>

#include <gtest/gtest.h>

#include "tenancy/scope.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using tenancy::Access;
using tenancy::Caller;
using tenancy::Fact;
using tenancy::GateOutcome;
using tenancy::Mode;
using tenancy::OrgId;
using tenancy::TenantScope;

static_assert(!std::is_default_constructible_v<TenantScope>);
static_assert(!std::is_default_constructible_v<tenancy::IdentityScope>);
static_assert(!std::is_default_constructible_v<tenancy::PlatformScope>);
static_assert(!std::is_constructible_v<TenantScope, OrgId>);

const OrgId kAdmitted = OrgId::Trusted("acme");

TEST(TenantScopes, AnAllowedRequestGetsOne) {
    const auto scope = TenantScope::AdmitRequest(kAdmitted, User("vera"), GoodFacts());
    ASSERT_TRUE(scope);
    EXPECT_EQ(scope->Org(), kAdmitted);
    EXPECT_EQ(scope->Origin(), tenancy::ScopeOrigin::kRequest);
    EXPECT_EQ(scope->Actor(), "vera");
}

TEST(TenantScopes, ARefusedRequestGetsTheDecision) {
    auto facts = GoodFacts();
    facts.access = Access::kNotAMember;
    const auto scope = TenantScope::AdmitRequest(kAdmitted, User("gus"), facts);
    ASSERT_FALSE(scope);
    EXPECT_EQ(scope.error().outcome, GateOutcome::kAccessDenied);
    EXPECT_EQ(scope.error().access, Access::kNotAMember);
}

TEST(TenantScopes, FactsAboutDefaultAdmitToNoOtherOrg) {
    auto facts = GoodFacts();
    facts.selected = tenancy::Selected::kDefault;
    facts.switch_on = Fact::kNo;
    EXPECT_FALSE(TenantScope::AdmitRequest(kAdmitted, User("vera"), facts));
    EXPECT_TRUE(TenantScope::AdmitRequest(OrgId(), User("vera"), facts));
    EXPECT_FALSE(TenantScope::AdmitRequest(OrgId(), User("vera"), GoodFacts()));
}

TEST(TenantScopes, AnOrgRouteNeedsMembershipInTheOrgOfItsPath) {
    const auto acme = Acme();
    EXPECT_TRUE(TenantScope::AdmitOrgRoute(acme, User("vera"), GoodFacts()));
    const auto foreign = TenantScope::AdmitOrgRoute(acme, User("gus"), GoodFacts());
    ASSERT_FALSE(foreign);
    EXPECT_EQ(foreign.error().outcome, GateOutcome::kAccessDenied) << "whatever the context's facts say";
    EXPECT_EQ(TenantScope::AdmitOrgRoute(acme, Caller::Nobody(), GoodFacts()).error().outcome,
              GateOutcome::kNeedsIdentity);
    auto off = GoodFacts();
    off.switch_on = Fact::kNo;
    EXPECT_EQ(TenantScope::AdmitOrgRoute(acme, User("vera"), off).error().outcome, GateOutcome::kFeatureDisabled);
}

TEST(TenantScopes, APlatformActIsAccountedFor) {
    EXPECT_FALSE(TenantScope::PlatformAct(kAdmitted, "", "payment failed"));
    EXPECT_FALSE(TenantScope::PlatformAct(kAdmitted, "root", ""));
    const auto scope = TenantScope::PlatformAct(kAdmitted, "root", "payment failed");
    ASSERT_TRUE(scope);
    EXPECT_EQ(scope->Reason(), "payment failed");
}

TEST(TenantScopes, JobsOfTenantsStopWithTheSwitch) {
    EXPECT_TRUE(TenantScope::Job(kAdmitted, "alerts", Mode::kSelfHosted, Fact::kYes));
    EXPECT_FALSE(TenantScope::Job(kAdmitted, "alerts", Mode::kSelfHosted, Fact::kNo));
    EXPECT_FALSE(TenantScope::Job(kAdmitted, "alerts", Mode::kSelfHosted, Fact::kUnknown));
    EXPECT_FALSE(TenantScope::Job(kAdmitted, "alerts", Mode::kUnknown, Fact::kYes));
    EXPECT_TRUE(TenantScope::Job(kAdmitted, "alerts", Mode::kHosted, Fact::kNo)) << "hosted mode has no switch";
    EXPECT_FALSE(TenantScope::Job(kAdmitted, "", Mode::kHosted, Fact::kYes));
    EXPECT_TRUE(TenantScope::Job(OrgId(), "alerts", Mode::kSelfHosted, Fact::kNo)) << "default goes on";
}

TEST(IdentityScopes, AreForPeople) {
    EXPECT_EQ(tenancy::IdentityScope::For(User("vera"))->User(), "vera");
    EXPECT_EQ(tenancy::IdentityScope::For(Caller::Token("t", {"acme"}, "vera"))->User(), "vera");
    EXPECT_FALSE(tenancy::IdentityScope::For(Caller::Token("t", {"acme"})));
    EXPECT_FALSE(tenancy::IdentityScope::For(Caller::Nobody()));
}

TEST(PlatformScopes, AreAccountedFor) {
    EXPECT_TRUE(tenancy::PlatformScope::For("reaper", "retention"));
    EXPECT_FALSE(tenancy::PlatformScope::For("reaper", ""));
    EXPECT_FALSE(tenancy::PlatformScope::For("", "retention"));
}

}  // namespace
}  // namespace tenancy_test
