// The next batch, or a halt.
#include "controller/fleet/plan/batches.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace fleet_test {
namespace {

using fleet::BatchedInstance;
using fleet::DecideNext;
using fleet::InstanceOutcome;
using What = fleet::NextStep::What;

BatchedInstance In(int batch, InstanceOutcome outcome, bool settled = true) {
    const bool issued = outcome != InstanceOutcome::kWaiting;
    return {"eu-" + std::to_string(batch), batch, issued, {outcome, "so it is.", settled && issued, false}};
}

TEST(Rollout, OrdersTheNextBatchWhenTheOneBeforeIsDone) {
    const struct {
        InstanceOutcome outcome;
        bool settled;
        bool verify;
        bool stop;
        What what;
    } cases[] = {
        {InstanceOutcome::kVerified, true, true, true, What::kIssue},
        {InstanceOutcome::kVerified, true, true, false, What::kIssue},
        {InstanceOutcome::kPending, false, true, true, What::kWait},
        {InstanceOutcome::kApplied, false, true, true, What::kWait},
        {InstanceOutcome::kApplied, true, false, true, What::kIssue},
        {InstanceOutcome::kApplied, true, true, true, What::kHalt},  // was not heard again
        {InstanceOutcome::kApplied, true, true, false, What::kIssue},
        {InstanceOutcome::kFailed, true, true, true, What::kHalt},
        {InstanceOutcome::kFailed, true, true, false, What::kIssue},
        {InstanceOutcome::kUnreachable, true, true, true, What::kHalt},
        {InstanceOutcome::kUnreachable, true, true, false, What::kIssue},
        {InstanceOutcome::kUnkillable, true, true, true, What::kIssue},
        {InstanceOutcome::kSuperseded, true, true, true, What::kIssue},
        {InstanceOutcome::kNotManaged, true, true, true, What::kIssue},
    };
    for (const auto& row : cases) {
        const auto next = DecideNext(
            {In(1, row.outcome, row.settled), In(2, InstanceOutcome::kWaiting), In(3, InstanceOutcome::kWaiting)},
            row.verify, row.stop);
        EXPECT_EQ(next.what, row.what) << platform::EnumText(row.outcome) << row.settled << row.verify << row.stop;
        EXPECT_EQ(next.batch, row.what == What::kHalt ? 1 : 2);
        if (row.what == What::kHalt) {
            EXPECT_EQ(next.instances, std::vector<std::string>{"eu-1"});
            EXPECT_NE(next.why.find("eu-1 is " + std::string(platform::EnumText(row.outcome)) + ": so it is."),
                      std::string::npos);
        }
    }
}

TEST(Rollout, HasNothingToDoWithoutABatchThatWaits) {
    EXPECT_EQ(DecideNext({}, true, true).what, What::kNothing);
    EXPECT_EQ(DecideNext({In(1, InstanceOutcome::kFailed), In(2, InstanceOutcome::kSuperseded)}, true, true).what,
              What::kNothing);
}

TEST(Rollout, StopsForABatchBeforeTheLastOneToo) {
    const auto next = DecideNext(
        {In(1, InstanceOutcome::kFailed), In(2, InstanceOutcome::kPending, false), In(3, InstanceOutcome::kWaiting)},
        true, true);
    EXPECT_EQ(next.what, What::kHalt) << "one that was verified may fail its watch";
    EXPECT_EQ(next.batch, 2);
}

TEST(Rollout, NamesSomeAndCountsTheRest) {
    std::vector<BatchedInstance> instances = {In(2, InstanceOutcome::kWaiting)};
    for (int i = 0; i < 8; ++i) {
        instances.push_back(In(1, InstanceOutcome::kUnreachable));
    }
    const auto next = DecideNext(instances, true, true);
    EXPECT_EQ(next.instances.size(), 8U);
    EXPECT_NE(next.why.find("And 3 more."), std::string::npos);
}

RC_GTEST_PROP(RolloutProperty, NoBatchComesBeforeTheOneBeforeItIsOver, ()) {
    std::vector<BatchedInstance> instances;
    const auto count = *rc::gen::inRange(1, 12);
    for (int i = 0; i < count; ++i) {
        instances.push_back(In(*rc::gen::inRange(1, 4), static_cast<InstanceOutcome>(*rc::gen::inRange(0, 8)),
                               *rc::gen::arbitrary<bool>()));
    }
    const bool verify = *rc::gen::arbitrary<bool>();
    const bool stop = *rc::gen::arbitrary<bool>();
    const auto next = DecideNext(instances, verify, stop);
    if (next.what == What::kIssue) {
        for (const BatchedInstance& instance : instances) {
            const bool over = instance.issued ? instance.judgement.settled
                                              : instance.judgement.outcome != InstanceOutcome::kWaiting ||
                                                    instance.batch >= next.batch;
            RC_ASSERT(over);
            const bool bad = instance.judgement.outcome == InstanceOutcome::kFailed ||
                             instance.judgement.outcome == InstanceOutcome::kUnreachable;
            const bool may = !stop || !instance.issued || !bad;
            RC_ASSERT(may);
        }
    }
    const bool waits = std::any_of(instances.begin(), instances.end(), [](const BatchedInstance& instance) {
        return instance.judgement.outcome == InstanceOutcome::kWaiting;
    });
    RC_ASSERT((next.what == What::kNothing) == !waits);
    RC_ASSERT(next.what != What::kHalt || (stop && !next.instances.empty() && !next.why.empty()));
}

}  // namespace
}  // namespace fleet_test
