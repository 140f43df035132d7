// The readings of single sentences.

#include "controller/tracker/words.hpp"

#include <gtest/gtest.h>

namespace tracker {
namespace {

TEST(TrackerWords, ExitCodesAreReadInAllTheirWritings) {
    EXPECT_EQ(ExitCodes("passed (exit 0)"), std::vector<int>{0});
    EXPECT_EQ(ExitCodes("Exit code: 2"), std::vector<int>{2});
    EXPECT_EQ(ExitCodes("it exited with 137, then rc=1"), (std::vector<int>{137, 1}));
    EXPECT_EQ(ExitCodes("exit status was 0"), std::vector<int>{0});
    EXPECT_EQ(ExitCodes("`exit 3` is what the script says"), std::vector<int>{});
    EXPECT_EQ(ExitCodes("exit codes recorded; the exit is on the left, 5 doors"), std::vector<int>{});
    EXPECT_EQ(ExitCodes("exit 99999999999999999999"), std::vector<int>{});
}

TEST(TrackerWords, TroubleIsSeenUnlessItIsDenied) {
    EXPECT_EQ(TroubleIn("BLOCKED: no disk"), "blocked");
    EXPECT_EQ(TroubleIn("3 of 12 suites FAILED"), "failed");
    EXPECT_EQ(TroubleIn("the run timed out"), "timed out");
    EXPECT_EQ(TroubleIn("not run on this machine"), "not run");
    EXPECT_EQ(TroubleIn("empty output"), "empty output");
    EXPECT_EQ(TroubleIn("12 passed, 0 failed"), "");
    EXPECT_EQ(TroubleIn("no truncated or empty output, no timeout"), "");
    EXPECT_EQ(TroubleIn("without failures"), "");
    EXPECT_EQ(TroubleIn("`TestBlockedUser` passed"), "");
    EXPECT_EQ(TroubleIn("no warnings; the last one failed"), "failed");
    EXPECT_EQ(TroubleIn(""), "");
}

TEST(TrackerWords, CommandsStandAtTheBeginning) {
    EXPECT_EQ(LeadingCommand("`make a` passed, like `make b`"), "make a");
    EXPECT_EQ(LeadingCommand("**`make a`** passed"), "make a");
    EXPECT_EQ(LeadingCommand("all of `make a` passed"), "");
    EXPECT_EQ(LeadingCommand("`` echo `id` `` passed"), "echo `id`");
    EXPECT_EQ(LeadingCommand("`never closed"), "");
    EXPECT_EQ(WithoutCode("a `b` c"), "a   c");
    EXPECT_EQ(CodeSpans("``` x ``` and `y`"), (std::vector<std::string>{"x", "y"}));
}

TEST(TrackerWords, ACommitHashIsHexAndAnnouncedOrInCode) {
    EXPECT_EQ(CommitHash("checkpoint 5E1F00D"), "5e1f00d");
    EXPECT_EQ(CommitHash("see `0badcafe12`"), "0badcafe12");
    EXPECT_EQ(CommitHash("see 0badcafe12"), std::nullopt);
    EXPECT_EQ(CommitHash("commit defaced, commit abc12"), std::nullopt);
    EXPECT_EQ(CommitHash("`effaced`"), std::nullopt);
    EXPECT_EQ(CommitHash(std::string("`") + std::string(40, '1') + "`"), std::string(40, '1'));
    EXPECT_EQ(CommitHash(std::string("`") + std::string(41, '1') + "`"), std::nullopt);
}

TEST(TrackerWords, DatesAreFoundAndImpossibleOnesKept) {
    EXPECT_EQ(DateIn("on 2025-02-28, late", 3)->date, platform::Date(std::chrono::year(2025) / 2 / 28));
    EXPECT_EQ(DateIn("2025-02-30", 3)->date, std::nullopt);
    EXPECT_EQ(DateIn("2025-02-30", 3)->text, "2025-02-30");
    EXPECT_FALSE(DateIn("yesterday", 3));
    EXPECT_FALSE(DateIn("build-2025-02-281", 3));
}

TEST(TrackerWords, NumbersOfPacketsAreComparedAsNumbers) {
    EXPECT_TRUE(SameId("03", "3"));
    EXPECT_TRUE(SameId("00", "0"));
    EXPECT_TRUE(SameId("A1", "a1"));
    EXPECT_FALSE(SameId("03", "30"));
    EXPECT_FALSE(SameId("", "0"));
}

TEST(TrackerWords, StatesAreReadWhateverTheirWriting) {
    for (const char* text : {"IN_REVIEW", "In review", "in-review", "**In Review**"}) {
        EXPECT_EQ(ReadStatus(text), Status::kInReview) << text;
        EXPECT_EQ(ReadReview(text), Review::kInReview) << text;
    }
    EXPECT_EQ(ReadReview("—"), Review::kNone);
    EXPECT_EQ(ReadReview(""), Review::kNone);
    EXPECT_EQ(ReadReview("???"), std::nullopt);
    EXPECT_EQ(ReadStatus("nearly"), std::nullopt);
    EXPECT_EQ(ReadStatus(""), std::nullopt);
    for (const auto& name : platform::EnumNames<Status>::kNames) {
        EXPECT_EQ(ReadStatus(name.text), name.value);
        EXPECT_EQ(platform::ParseEnum<Status>(platform::EnumText(name.value)), name.value);
    }
    for (const auto& name : platform::EnumNames<Review>::kNames) {
        EXPECT_EQ(ReadReview(name.text), name.value);
    }
}

}  // namespace
}  // namespace tracker
