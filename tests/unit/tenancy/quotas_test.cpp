#include <limits>

#include <gtest/gtest.h>

#include "tenancy/quotas.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using tenancy::kUnlimited;
using tenancy::QuotaLevel;
using tenancy::Resource;

constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();

TEST(JudgingAQuota, WarnsAt80AndIsCriticalAt95) {
    EXPECT_EQ(tenancy::Judge(0, 100), QuotaLevel::kOk);
    EXPECT_EQ(tenancy::Judge(79, 100), QuotaLevel::kOk);
    EXPECT_EQ(tenancy::Judge(80, 100), QuotaLevel::kWarning);
    EXPECT_EQ(tenancy::Judge(94, 100), QuotaLevel::kWarning);
    EXPECT_EQ(tenancy::Judge(95, 100), QuotaLevel::kCritical);
    EXPECT_EQ(tenancy::Judge(99, 100), QuotaLevel::kCritical);
    EXPECT_EQ(tenancy::Judge(100, 100), QuotaLevel::kExceeded);
    EXPECT_EQ(tenancy::Judge(101, 100), QuotaLevel::kExceeded);
    EXPECT_EQ(tenancy::Judge(3, 4), QuotaLevel::kOk) << "75 %";
    EXPECT_EQ(tenancy::Judge(0, 0), QuotaLevel::kExceeded) << "nothing is included";
    EXPECT_EQ(tenancy::Judge(kHuge, kUnlimited), QuotaLevel::kOk);
}

TEST(JudgingAQuota, DoesNotOverflow) {
    EXPECT_EQ(tenancy::Judge(kHuge - 1, kHuge), QuotaLevel::kCritical);
    EXPECT_EQ(tenancy::Judge(1, kHuge), QuotaLevel::kOk);
    EXPECT_EQ(tenancy::PercentUsed(kHuge, 1), kHuge);
    EXPECT_EQ(tenancy::PercentUsed(1, 3), 33);
    EXPECT_EQ(tenancy::PercentUsed(5, 0), 100);
    EXPECT_EQ(tenancy::PercentUsed(5, kUnlimited), 0);
}

TEST(UsingAQuota, RefusesWhatDoesNotFitWhole) {
    EXPECT_EQ(Said(tenancy::DecideUse(Resource::kCustomers, 99, 1, 100)), "allowed");
    EXPECT_EQ(Said(tenancy::DecideUse(Resource::kCustomers, 100, 1, 100)), "403 quota_exceeded");
    EXPECT_EQ(Said(tenancy::DecideUse(Resource::kCustomers, 99, 2, 100)), "403 quota_exceeded");
    EXPECT_EQ(Said(tenancy::DecideUse(Resource::kCustomers, 200, 1, 100)), "403 quota_exceeded")
        << "a plan that became smaller";
    EXPECT_EQ(Said(tenancy::DecideUse(Resource::kCustomers, 200, 0, 100)), "allowed") << "nothing more is used";
    EXPECT_EQ(Said(tenancy::DecideUse(Resource::kStorageBytes, kHuge - 1, kHuge, kHuge)), "403 quota_exceeded");
    EXPECT_EQ(Said(tenancy::DecideUse(Resource::kApiCalls, kHuge, kHuge, kUnlimited)), "allowed");
    EXPECT_EQ(tenancy::DecideUse(Resource::kCustomers, 100, 1, 100)->shape, tenancy::BodyShape::kPlatform);
}

TEST(Plans, IncludeMoreTheHigherTheyAre) {
    const auto free = tenancy::PlanQuotas(tenancy::Plan::kFree);
    const auto pro = tenancy::PlanQuotas(tenancy::Plan::kPro);
    const auto enterprise = tenancy::PlanQuotas(tenancy::Plan::kEnterprise);
    for (const Resource resource :
         {Resource::kUsers, Resource::kCustomers, Resource::kStorageBytes, Resource::kApiCalls}) {
        EXPECT_GT(free.Limit(resource), 0);
        EXPECT_LT(free.Limit(resource), pro.Limit(resource));
        const auto most = enterprise.Limit(resource);
        EXPECT_TRUE(most == kUnlimited || most > pro.Limit(resource));
    }
}

TEST(Plans, NumbersMayBeATenantsOwn) {
    auto quotas = tenancy::PlanQuotas(tenancy::Plan::kFree);
    for (const Resource resource :
         {Resource::kUsers, Resource::kCustomers, Resource::kStorageBytes, Resource::kApiCalls}) {
        quotas.SetLimit(resource, 7);
        EXPECT_EQ(quotas.Limit(resource), 7);
    }
}

TEST(QuotaMonths, AreCalendarMonthsInUtc) {
    EXPECT_EQ(tenancy::QuotaMonth(Noon()), "2025-01");
    EXPECT_EQ(tenancy::QuotaMonth(*platform::ParseTime("2025-02-01T00:00:00Z")), "2025-02");
    EXPECT_EQ(tenancy::QuotaMonth(*platform::ParseTime("2025-01-31T23:59:59Z")), "2025-01");
}

}  // namespace
}  // namespace tenancy_test
