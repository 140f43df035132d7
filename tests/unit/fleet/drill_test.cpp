// What a drill has come to: passed only when every instance was verified both ways and its data stayed.
#include "controller/fleet/plan/drill.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace fleet {
namespace {

DrillPartFacts GoodPart(const std::string& instance) {
    DrillPartFacts part;
    part.instance = instance;
    part.records_before = 7;
    part.kill = {"verified", "", 7};
    part.restore = DrillPhaseFacts{"verified", "", 7};
    return part;
}

DrillVerdict JudgeWith(const std::function<void(DrillPartFacts&)>& spoil, const std::string& abort = {}) {
    std::vector<DrillPartFacts> parts{GoodPart("eu-1"), GoodPart("eu-2")};
    spoil(parts[1]);
    return JudgeDrill(parts, abort);
}

TEST(DrillVerdict, PassesWhenEverybodyWasVerifiedBothWays) {
    const DrillVerdict verdict = JudgeWith([](DrillPartFacts&) {});
    EXPECT_EQ(verdict.outcome, DrillOutcome::kPassed);
    EXPECT_EQ(verdict.summary, "2 instances were switched off and back on, verified both times, and no data was lost.");
}

TEST(DrillVerdict, FailsWithTheNameOfWhoWasNotVerified) {
    for (const char* outcome : {"failed", "unreachable", "applied", "pending", "unkillable", "something new"}) {
        const DrillVerdict kill = JudgeWith([&](DrillPartFacts& part) { part.kill = {outcome, "so it is", 7}; });
        EXPECT_EQ(kill.outcome, DrillOutcome::kFailed) << outcome;
        EXPECT_NE(kill.summary.find("eu-2 (switching off "), std::string::npos) << kill.summary;
        EXPECT_NE(kill.summary.find("so it is"), std::string::npos) << kill.summary;
        EXPECT_EQ(kill.summary.find("eu-1"), std::string::npos) << kill.summary;
        const DrillVerdict restore = JudgeWith([&](DrillPartFacts& part) { part.restore->outcome = outcome; });
        EXPECT_EQ(restore.outcome, DrillOutcome::kFailed) << outcome;
        EXPECT_NE(restore.summary.find("eu-2 (switching back on "), std::string::npos) << restore.summary;
    }
}

TEST(DrillVerdict, FailsWhenDataWasLostOrNotShown) {
    EXPECT_EQ(JudgeWith([](DrillPartFacts& part) { part.kill.records = 6; }).outcome, DrillOutcome::kFailed);
    EXPECT_EQ(JudgeWith([](DrillPartFacts& part) { part.restore->records = 6; }).outcome, DrillOutcome::kFailed);
    EXPECT_EQ(JudgeWith([](DrillPartFacts& part) { part.records_before.reset(); }).outcome, DrillOutcome::kFailed);
    EXPECT_EQ(JudgeWith([](DrillPartFacts& part) { part.kill.records.reset(); }).outcome, DrillOutcome::kFailed);
    EXPECT_EQ(JudgeWith([](DrillPartFacts& part) { part.restore->records.reset(); }).outcome, DrillOutcome::kFailed);
}

TEST(DrillVerdict, TenantsMayWorkAgainAfterTheRestore) {
    EXPECT_EQ(JudgeWith([](DrillPartFacts& part) { part.restore->records = 9; }).outcome, DrillOutcome::kPassed);
}

TEST(DrillVerdict, WhatWasStoppedOrOvertakenShowsNothing) {
    const DrillVerdict stopped = JudgeWith([](DrillPartFacts&) {}, "otto stopped it: customers call.");
    EXPECT_EQ(stopped.outcome, DrillOutcome::kAborted);
    EXPECT_NE(stopped.summary.find("customers call"), std::string::npos);
    for (const char* outcome : {"pending", "applied"}) {
        const auto cut_short = [&](DrillPartFacts& part) { part.kill.outcome = outcome; };
        EXPECT_EQ(JudgeWith(cut_short, "otto stopped it.").outcome, DrillOutcome::kAborted) << "it had not the time";
    }
    const auto overtaken = [](DrillPartFacts& part) { part.kill.outcome = "superseded"; };
    EXPECT_EQ(JudgeWith(overtaken).outcome, DrillOutcome::kAborted);
    const auto off = [](DrillPartFacts& part) { part.restore.reset(); };
    const DrillVerdict kept = JudgeWith(off, "eu-2 stays off: the kill op_2 has touched it since.");
    EXPECT_EQ(kept.outcome, DrillOutcome::kAborted);
    EXPECT_NE(kept.summary.find("Not switched back on by this drill: eu-2."), std::string::npos) << kept.summary;
    EXPECT_EQ(JudgeWith(off).outcome, DrillOutcome::kAborted) << "without a word about why, too";
    EXPECT_EQ(JudgeDrill({}, "").outcome, DrillOutcome::kAborted);
}

TEST(DrillVerdict, AnAbortHidesNoFailure) {
    const auto failed = [](DrillPartFacts& part) { part.kill = {"failed", "it says that the switch is on", {}}; };
    const DrillVerdict verdict = JudgeWith(failed, "otto stopped it.");
    EXPECT_EQ(verdict.outcome, DrillOutcome::kFailed);
    EXPECT_NE(verdict.summary.find("otto stopped it"), std::string::npos) << verdict.summary;
}

}  // namespace
}  // namespace fleet
