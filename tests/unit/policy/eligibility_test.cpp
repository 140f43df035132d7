// CHN-6 and CHN-7 as one table: every kind of tenant in every channel, with the reason that is given.

#include "controller/policy/eligibility.hpp"

#include <functional>

#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules

struct TenantCase {
    const char* name;
    std::function<void(TenantFacts&)> change;  // of a staging tenant on the plan that has consented
    const char* dev;
    const char* experimental;
    const char* candidate;
    const char* stable;
};

std::ostream& operator<<(std::ostream& out, const TenantCase& one) {
    return out << one.name;
}

const Time kNow = support::At("2025-01-20T10:00:00Z");
constexpr Duration kMoment{1};

const TenantCase kTenantCases[] = {
    {"OnThePlanWithConsent", [](TenantFacts&) {}, "internal_only", "consented_on_plan", "all_but_stable_only",
     "all_tenants"},
    {"Dev", [](TenantFacts& tenant) { tenant.kind = TenantKind::kDev; }, "dev_tenant", "consented_on_plan",
     "all_but_stable_only", "all_tenants"},
    {"Test", [](TenantFacts& tenant) { tenant.kind = TenantKind::kTest; }, "dev_tenant", "consented_on_plan",
     "all_but_stable_only", "all_tenants"},
    {"Production", [](TenantFacts& tenant) { tenant.kind = TenantKind::kProduction; }, "internal_only",
     "consented_on_plan", "all_but_stable_only", "all_tenants"},
    {"NotOnThePlan", [](TenantFacts& tenant) { tenant.on_plan = false; }, "internal_only", "not_on_plan",
     "all_but_stable_only", "all_tenants"},
    {"NeitherOnThePlanNorConsenting",
     [](TenantFacts& tenant) {
         tenant.on_plan = false;
         tenant.consent.reset();
     },
     "internal_only", "not_on_plan", "all_but_stable_only", "all_tenants"},
    {"WithoutConsent", [](TenantFacts& tenant) { tenant.consent.reset(); }, "internal_only", "no_consent",
     "all_but_stable_only", "all_tenants"},
    {"ConsentOfAComponent", [](TenantFacts& tenant) { tenant.consent->recorded_by_kind = PrincipalKind::kComponent; },
     "internal_only", "no_consent", "all_but_stable_only", "all_tenants"},
    {"ConsentWithoutEnd", [](TenantFacts& tenant) { tenant.consent->expires_at.reset(); }, "internal_only",
     "consented_on_plan", "all_but_stable_only", "all_tenants"},
    {"ConsentThatEndsAMomentLater", [](TenantFacts& tenant) { tenant.consent->expires_at = kNow + kMoment; },
     "internal_only", "consented_on_plan", "all_but_stable_only", "all_tenants"},
    {"ConsentThatEndsNow", [](TenantFacts& tenant) { tenant.consent->expires_at = kNow; }, "internal_only",
     "consent_expired", "all_but_stable_only", "all_tenants"},
    {"ConsentWithdrawn", [](TenantFacts& tenant) { tenant.consent->withdrawn_at = kNow - kMoment; }, "internal_only",
     "consent_withdrawn", "all_but_stable_only", "all_tenants"},
    {"ConsentWithdrawnAndExpired",
     [](TenantFacts& tenant) {
         tenant.consent->withdrawn_at = kNow - kMoment;
         tenant.consent->expires_at = kNow - kMoment;
     },
     "internal_only", "consent_withdrawn", "all_but_stable_only", "all_tenants"},
    {"StableOnlyHoweverWillingOtherwise",
     [](TenantFacts& tenant) { tenant.preference = ChannelPreference::kStableOnly; }, "stable_only", "stable_only",
     "stable_only", "all_tenants"},
    {"NotRegistered", [](TenantFacts& tenant) { tenant.registered = false; }, "not_registered", "not_registered",
     "not_registered", "not_registered"},
};

bool IsInclusion(std::string_view code) {
    return code == "dev_tenant" || code == "consented_on_plan" || code == "all_but_stable_only" ||
           code == "all_tenants";
}

class EligibilityTable : public testing::TestWithParam<TenantCase> {
protected:
    static void Expect(const TenantFacts& tenant, Channel channel, std::string_view code) {
        const Eligibility answer = DecideEligibility(tenant, channel, ReleaseStatus::kActive, kNow);
        EXPECT_EQ(answer.code, code) << platform::EnumText(channel);
        EXPECT_EQ(answer.included, IsInclusion(code)) << platform::EnumText(channel);
        EXPECT_EQ(answer.tenant, tenant.id);
        // A sentence about this tenant, never a bare code.
        EXPECT_NE(answer.reason.find(tenant.id.Text()), std::string::npos) << answer.reason;
        EXPECT_EQ(answer.reason.back(), '.') << answer.reason;
    }
};

TEST_P(EligibilityTable, GivesTheReasonInEveryChannel) {
    TenantFacts tenant = support::ConsentingTenant("tenant-9");
    GetParam().change(tenant);
    Expect(tenant, Channel::kDev, GetParam().dev);
    Expect(tenant, Channel::kExperimental, GetParam().experimental);
    Expect(tenant, Channel::kCandidate, GetParam().candidate);
    Expect(tenant, Channel::kStable, GetParam().stable);
}

INSTANTIATE_TEST_SUITE_P(Tenants, EligibilityTable, testing::ValuesIn(kTenantCases),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(Eligibility, OfAReleaseThatIsNotActiveIsNobodys) {
    for (const ReleaseStatus status :
         {ReleaseStatus::kRolledBack, ReleaseStatus::kWithdrawn, ReleaseStatus::kSuperseded}) {
        for (const Channel channel : {Channel::kDev, Channel::kExperimental, Channel::kCandidate, Channel::kStable}) {
            const Eligibility answer = DecideEligibility(support::ConsentingTenant("tenant-9"), channel, status, kNow);
            EXPECT_FALSE(answer.included);
            EXPECT_EQ(answer.code, "not_active");
            EXPECT_NE(answer.reason.find(platform::EnumText(status)), std::string::npos) << answer.reason;
        }
    }
}

TEST(Eligibility, ConsentHoldsUntilItEndsOrIsTakenBack) {
    ConsentFacts consent = *support::ConsentingTenant("tenant-9").consent;
    EXPECT_TRUE(ConsentHolds(consent, *consent.expires_at - kMoment));
    EXPECT_FALSE(ConsentHolds(consent, *consent.expires_at));
    consent.withdrawn_at = kNow + kMoment;  // a withdrawal counts at once, whatever time it bears
    EXPECT_FALSE(ConsentHolds(consent, kNow));
}

}  // namespace
}  // namespace policy_test
