#include <gtest/gtest.h>

#include "tenancy/lifecycle.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using tenancy::Force;
using tenancy::Organization;
using tenancy::OrgStatus;

Organization In(OrgStatus status) {
    auto org = Acme();
    org.lifecycle.status = status;
    if (status == OrgStatus::kPendingDeletion) {
        org.lifecycle.deletion_requested_at = Noon();
        org.lifecycle.retention_days = 30;
    }
    return org;
}

TEST(Suspending, RefusesInOrder) {
    const auto fallback = DefaultOrg();
    const auto suspended = In(OrgStatus::kSuspended);
    const auto active = Acme();
    EXPECT_EQ(Said(tenancy::DecideSuspend("default", &fallback, "", Noon())), "400 default_org_immutable");
    EXPECT_EQ(Said(tenancy::DecideSuspend("nope", nullptr, "", Noon())), "404 not_found");
    EXPECT_EQ(Said(tenancy::DecideSuspend("acme", &suspended, std::string(2001, 'x'), Noon())), "400 invalid_request");
    EXPECT_EQ(Said(tenancy::DecideSuspend("acme", &suspended, "", Noon())), "409 already_suspended");
    EXPECT_EQ(Said(tenancy::DecideSuspend("acme", &active, "", Noon())), "allowed");
}

TEST(Suspending, MarksWhenAndWhy) {
    const auto active = Acme();
    const auto decision = tenancy::DecideSuspend("acme", &active, " payment failed ", Noon());
    ASSERT_TRUE(decision);
    EXPECT_EQ(decision->from, OrgStatus::kActive);
    EXPECT_EQ(decision->to, OrgStatus::kSuspended);
    const auto after = Apply(active, decision->change);
    EXPECT_EQ(after.lifecycle.suspended_at, Noon());
    EXPECT_EQ(after.lifecycle.suspend_reason, "payment failed");
}

TEST(Suspending, OfAPendingDeletionKeepsItsTime) {
    const auto pending = In(OrgStatus::kPendingDeletion);
    const auto decision = tenancy::DecideSuspend("acme", &pending, "", Noon());
    ASSERT_TRUE(decision);
    const auto after = Apply(pending, decision->change);
    EXPECT_EQ(after.lifecycle.status, OrgStatus::kSuspended);
    EXPECT_EQ(after.lifecycle.deletion_requested_at, Noon());
    EXPECT_FALSE(IsDueForDeletion(after, Noon() + std::chrono::hours(24 * 365))) << "no longer to be deleted";
}

TEST(Reactivating, IsForSuspendedOnes) {
    const auto active = Acme();
    const auto pending = In(OrgStatus::kPendingDeletion);
    auto suspended = In(OrgStatus::kSuspended);
    suspended.lifecycle.suspend_reason = "x";
    suspended.lifecycle.deletion_requested_at = Noon();
    EXPECT_EQ(Said(tenancy::DecideReactivate(nullptr)), "404 not_found");
    EXPECT_EQ(Said(tenancy::DecideReactivate(&active)), "409 not_suspended");
    EXPECT_EQ(Said(tenancy::DecideReactivate(&pending)), "409 not_suspended");
    const auto decision = tenancy::DecideReactivate(&suspended);
    ASSERT_TRUE(decision);
    EXPECT_EQ(Apply(suspended, decision->change).lifecycle, tenancy::OrgLifecycle{}) << "every mark is cleared";
}

TEST(DeletingSoftly, RefusesInOrder) {
    const auto fallback = DefaultOrg();
    const auto pending = In(OrgStatus::kPendingDeletion);
    EXPECT_EQ(Said(tenancy::DecideSoftDelete("default", &fallback, 0, Noon())), "400 default_org_immutable");
    EXPECT_EQ(Said(tenancy::DecideSoftDelete("nope", nullptr, 0, Noon())), "404 not_found");
    for (const std::int64_t days : {0L, -1L, 36'501L}) {
        EXPECT_EQ(Said(tenancy::DecideSoftDelete("acme", &pending, days, Noon())), "400 invalid_retention_days");
    }
    EXPECT_EQ(Said(tenancy::DecideSoftDelete("acme", &pending, 1, Noon())), "409 already_pending_deletion");
}

TEST(DeletingSoftly, KeepsTheDataForTheRetention) {
    const auto active = Acme();
    const auto after = Apply(active, tenancy::DecideSoftDelete("acme", &active, std::nullopt, Noon())->change);
    EXPECT_EQ(after.lifecycle.status, OrgStatus::kPendingDeletion);
    EXPECT_EQ(after.lifecycle.retention_days, tenancy::kDefaultRetentionDays);
    EXPECT_EQ(RetentionEnds(after.lifecycle), Noon() + std::chrono::hours(24 * 30));
    EXPECT_FALSE(IsDueForDeletion(after, Noon() + std::chrono::hours(24 * 30) - std::chrono::microseconds(1)));
    EXPECT_TRUE(IsDueForDeletion(after, Noon() + std::chrono::hours(24 * 30)));
    const auto shorter = Apply(active, tenancy::DecideSoftDelete("acme", &active, 7, Noon())->change);
    EXPECT_EQ(shorter.lifecycle.retention_days, 7);
}

TEST(DeletingSoftly, WithoutDaysOnRecordIsDueAtOnce) {
    auto pending = In(OrgStatus::kPendingDeletion);
    pending.lifecycle.retention_days.reset();
    EXPECT_TRUE(IsDueForDeletion(pending, Noon()));
    pending.id = tenancy::OrgId();
    EXPECT_FALSE(IsDueForDeletion(pending, Noon())) << "default is never reaped";
}

TEST(Canceling, BeginsTheRetention) {
    const auto suspended = In(OrgStatus::kSuspended);
    const auto decision = tenancy::DecideCancel("acme", &suspended, Noon());
    ASSERT_TRUE(decision);
    const auto after = Apply(suspended, decision->change);
    EXPECT_EQ(after.lifecycle.status, OrgStatus::kPendingDeletion);
    EXPECT_EQ(after.lifecycle.canceled_at, Noon());
    EXPECT_EQ(after.lifecycle.retention_days, tenancy::kDefaultRetentionDays);
    EXPECT_EQ(Said(tenancy::DecideCancel("acme", &after, Noon())), "409 already_pending_deletion");
    const auto fallback = DefaultOrg();
    EXPECT_EQ(Said(tenancy::DecideCancel("default", &fallback, Noon())), "400 default_org_immutable");
}

TEST(DeletingForGood, WaitsForTheRetentionUnlessForced) {
    const auto fallback = DefaultOrg();
    const auto active = Acme();
    const auto pending = In(OrgStatus::kPendingDeletion);
    const auto end = Noon() + std::chrono::hours(24 * 30);
    EXPECT_EQ(Said(tenancy::DecideHardDelete("default", &fallback, Force::kYes, Noon())), "400 default_org_immutable");
    EXPECT_EQ(Said(tenancy::DecideHardDelete("nope", nullptr, Force::kYes, Noon())), "404 not_found");
    EXPECT_EQ(Said(tenancy::DecideHardDelete("acme", &active, Force::kNo, Noon())), "409 not_pending_deletion");
    EXPECT_EQ(Said(tenancy::DecideHardDelete("acme", &pending, Force::kNo, end - std::chrono::seconds(1))),
              "409 retention_not_over");
    EXPECT_EQ(Said(tenancy::DecideHardDelete("acme", &pending, Force::kNo, end)), "allowed");
    EXPECT_EQ(Said(tenancy::DecideHardDelete("acme", &pending, Force::kYes, Noon())), "allowed");
    EXPECT_EQ(Said(tenancy::DecideHardDelete("acme", &active, Force::kYes, Noon())), "allowed");
}

}  // namespace
}  // namespace tenancy_test
