// What was found inside, against what was ordered.
#include <gtest/gtest.h>

#include "tenancy/probe/visit.hpp"

namespace tenancy_test {
namespace {

namespace probe = tenancy::probe;
namespace wire = tenancy::wire;
using std::chrono::milliseconds;
using wire::ProbeOutcome;

wire::TenantDigest Records(std::int64_t count, char digit) {
    return {count, std::string(64, digit)};
}

probe::Expectation Off() {
    probe::Expectation expectation;
    expectation.generation = 42;
    expectation.ordered_ago = milliseconds(5'000);
    expectation.baseline = Records(9, 'a');
    return expectation;
}

probe::ProcessState Obedient() {
    probe::ProcessState process;
    process.enabled = false;
    process.source = "the process";
    process.generation = 42;
    process.boot_id = "boot_2";
    process.age = milliseconds(1'000);
    return process;
}

TEST(ValueSteps, PassWhenTheOrderIsInForce) {
    const auto step = probe::ValueStep({}, Off(), Obedient());
    EXPECT_EQ(step.outcome, ProbeOutcome::kPassed) << step.detail;
    EXPECT_EQ(step.detail, "the process has the switch off");
}

TEST(ValueSteps, NameWhatIsNotAsOrdered) {
    auto on = Obedient();
    on.enabled = true;
    EXPECT_EQ(probe::ValueStep({}, Off(), on).outcome, ProbeOutcome::kFailed);
    EXPECT_EQ(probe::ValueStep({}, Off(), on).detail, "value in force: expected off, got on");
    auto old = Obedient();
    old.generation = 41;
    EXPECT_EQ(probe::ValueStep({}, Off(), old).detail, "order in force: expected 42, got 41");
}

TEST(ValueSteps, AreInconclusiveWhenNothingCanBeSaid) {
    auto blind = Obedient();
    blind.enabled.reset();
    blind.problem = "/proc/4711/environ: permission denied";
    const auto step = probe::ValueStep({}, Off(), blind);
    EXPECT_EQ(step.outcome, ProbeOutcome::kInconclusive);
    EXPECT_NE(step.detail.find("permission denied"), std::string::npos) << step.detail;
    auto newer = Obedient();
    newer.generation = 43;
    EXPECT_EQ(probe::ValueStep({}, Off(), newer).outcome, ProbeOutcome::kInconclusive);
    auto hosted = Obedient();
    hosted.hosted = true;
    EXPECT_EQ(probe::ValueStep({}, Off(), hosted).outcome, ProbeOutcome::kInconclusive);
}

TEST(RestartSteps, NeedAProcessThatBeganAfterTheOrder) {
    auto expectation = Off();
    expectation.previous_boot_id = "boot_1";
    EXPECT_EQ(probe::RestartStep({}, expectation, Obedient()).outcome, ProbeOutcome::kPassed);
    auto older = Obedient();
    older.age = milliseconds(5'900);
    EXPECT_EQ(probe::RestartStep({}, expectation, older).outcome, ProbeOutcome::kPassed)
        << "the question was on its way for a while";
    older.age = milliseconds(6'000);
    EXPECT_EQ(probe::RestartStep({}, expectation, older).outcome, ProbeOutcome::kFailed);
    auto same = Obedient();
    same.boot_id = "boot_1";
    EXPECT_EQ(probe::RestartStep({}, expectation, same).outcome, ProbeOutcome::kFailed);
    auto unknown = Obedient();
    unknown.age.reset();
    EXPECT_EQ(probe::RestartStep({}, expectation, unknown).outcome, ProbeOutcome::kInconclusive);
}

TEST(DataSteps, CompareWithTheBaseline) {
    probe::TenantData data;
    data.now = Records(9, 'a');
    EXPECT_EQ(probe::DataStep({}, Off(), data).outcome, ProbeOutcome::kPassed);
    data.now = Records(9, 'b');
    EXPECT_EQ(probe::DataStep({}, Off(), data).outcome, ProbeOutcome::kFailed) << "same number, other content";
    data.now = Records(8, 'b');
    EXPECT_EQ(probe::DataStep({}, Off(), data).outcome, ProbeOutcome::kFailed);
}

TEST(DataSteps, KnowWorkDoneBeforeTheSwitchFromLossBehindIt) {
    probe::TenantData data;
    data.now = Records(10, 'b');
    data.since_off = Records(10, 'b');
    EXPECT_EQ(probe::DataStep({}, Off(), data).outcome, ProbeOutcome::kPassed);
    data.since_off = Records(10, 'c');
    EXPECT_EQ(probe::DataStep({}, Off(), data).outcome, ProbeOutcome::kFailed) << "changed while off";
    data.now = Records(8, 'd');
    data.since_off = Records(8, 'd');
    EXPECT_EQ(probe::DataStep({}, Off(), data).outcome, ProbeOutcome::kFailed) << "fewer than before the order";
}

TEST(DataSteps, LetTenantsWorkWhenTheyAreOn) {
    auto on = Off();
    on.enabled = true;
    probe::TenantData data;
    data.now = Records(12, 'b');
    EXPECT_EQ(probe::DataStep({}, on, data).outcome, ProbeOutcome::kPassed);
    data.now = Records(3, 'b');
    EXPECT_EQ(probe::DataStep({}, on, data).outcome, ProbeOutcome::kFailed);
}

TEST(DataSteps, AreInconclusiveWithoutOneOfTheTwo) {
    EXPECT_EQ(probe::DataStep({}, Off(), {}).outcome, ProbeOutcome::kInconclusive);
    auto first = Off();
    first.baseline.reset();
    probe::TenantData data;
    data.now = Records(9, 'a');
    EXPECT_EQ(probe::DataStep({}, first, data).outcome, ProbeOutcome::kInconclusive);
}

}  // namespace
}  // namespace tenancy_test
