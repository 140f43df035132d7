// Each breach by itself: the good tracker with one thing spoilt gives exactly that breach, with its line.

#include <gtest/gtest.h>

#include "controller/wire/tracker_json.hpp"
#include "tests/unit/tracker/good_tracker.hpp"

namespace tracker {
namespace {

using testing::PrintToString;

std::string At(std::string_view rule_and_code, std::string_view text, std::string_view part,
               std::string_view packet = {}) {
    std::string form = std::string(rule_and_code) + " " + std::to_string(LineOf(text, part));
    return packet.empty() ? form : form + " " + std::string(packet);
}

bool Has(const std::vector<std::string>& breaches, const std::string& breach) {
    return std::find(breaches.begin(), breaches.end(), breach) != breaches.end();
}

TEST(TrackerLint, FindsNothingInAGoodTracker) {
    EXPECT_EQ(BreachesOf(GoodTracker()), std::vector<std::string>{});
    EXPECT_FALSE(HasContradictions(LintTracker(ReadTracker(GoodTracker()))));
}

TEST(TrackerLint, DoneWithAnOpenBox) {
    const std::string text = Replaced(GoodTracker(), "- [x] A scanner", "- [ ] A scanner");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-1 done_with_open_box", text, "- [ ] A scanner", "01"));
}

TEST(TrackerLint, DoneWithAnOpenBoxBelowATickedOne) {
    const std::string text = Replaced(GoodTracker(), "  - [x] Those in the south", "  - [ ] Those in the south");
    const std::vector<std::string> breaches = BreachesOf(text);
    EXPECT_EQ(breaches, (std::vector<std::string>{At("PKT-1 ticked_over_open_box", text, "- [x] Every depot", "00"),
                                                  At("PKT-1 done_with_open_box", text, "- [ ] Those in", "00")}));
}

TEST(TrackerLint, ABoxThatIsNeitherOpenNorTicked) {
    const std::string text = Replaced(GoodTracker(), "- [x] The drill is planned", "- [~] The drill is planned");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-1 box_unclear", text, "- [~]", "02"));
}

TEST(TrackerLint, DoneWithoutAChecklist) {
    const std::string text = Replaced(GoodTracker(), "| 02 | Night",
                                      "| 03 | Loading | DONE | mira | jonas | APPROVED | "
                                      "commit `5e1f00e` |\n| 02 | Night");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-1 done_without_checklist", text, "| 03 |", "03"));
}

TEST(TrackerLint, AnApprovalWithoutExitCodes) {
    const std::string text = Replaced(GoodTracker(), ", exit code 0.", ".");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-2 exit_code_not_recorded", text, "`make scan`", "01"));
}

TEST(TrackerLint, ExitCodesSaidToBeRecordedThatAreNot) {
    const std::string text = Replaced(GoodTracker(), "passed. (exit 0)", "passed.");
    EXPECT_EQ(BreachesOf(text),
              (std::vector<std::string>{At("PKT-2 exit_code_not_recorded", text, "`make survey` passed", "00"),
                                        At("PKT-2 exit_codes_claimed", text, "Exit codes recorded", "00")}));
}

TEST(TrackerLint, ATestThatIsTickedAndBlocked) {
    const std::string text = Replaced(GoodTracker(), "12 tests, no failures, exit code 0",
                                      "BLOCKED by the build of somebody else, exit code 0");
    EXPECT_EQ(BreachesOf(text),
              (std::vector<std::string>{At("PKT-3 test_claimed_but_not_passed", text, "`make scan`", "01"),
                                        At("PKT-3 gate_passed_over_test", text, "- [x] P0 PASS (no", "01")}));
}

TEST(TrackerLint, ATestThatIsTickedWithAnotherExitCode) {
    const std::string text = Replaced(GoodTracker(), "exit code 0", "exit code 2");
    EXPECT_TRUE(Has(BreachesOf(text), At("PKT-3 test_claimed_but_exit_code", text, "`make scan`", "01")));
}

TEST(TrackerLint, APacketThatIsDoneOverAnOpenTest) {
    const std::string text = Replaced(GoodTracker(), "- [x] `make scan` passed: 12 tests, no failures, exit code 0.",
                                      "- [ ] `make scan` passed. (FAILURE that was there before, exit 1)");
    EXPECT_EQ(BreachesOf(text),
              (std::vector<std::string>{At("PKT-1 done_with_open_box", text, "`make scan`", "01"),
                                        At("PKT-3 closed_over_test", text, "`make scan`", "01"),
                                        At("PKT-3 gate_passed_over_test", text, "- [x] P0 PASS (no", "01")}));
}

TEST(TrackerLint, TheSameRecordElsewhereInThePacketCounts) {
    const std::string text = Replaced(GoodTracker(), "report.txt` -> exit 0", "report.txt` -> exit 3");
    EXPECT_TRUE(Has(BreachesOf(text), At("PKT-3 test_claimed_but_exit_code", text, "`make survey-report", "00")));
}

TEST(TrackerLint, APacketWithoutAnyCommand) {
    const std::string text = Replaced(GoodTracker(), "- [x] `make scan` passed: 12 tests, no failures, exit code 0.",
                                      "- [x] All is tested.");
    EXPECT_EQ(BreachesOf(text),
              (std::vector<std::string>{At("PKT-2 no_command_evidence", text, "## Packet 01", "01"),
                                        At("PKT-2 test_without_command", text, "- [x] All is tested", "01")}));
}

TEST(TrackerLint, GatesAreAllThereWithAResultAndAReason) {
    std::string text = Replaced(GoodTracker(), "- [x] P1 N/A (nothing is exposed)\n", "");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-2 gate_missing", text, "## Packet 00", "00"));
    text = Replaced(GoodTracker(), "P1 N/A (nothing is exposed)", "P1 N/A");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-2 gate_without_reason", text, "P1 N/A", "00"));
    text = Replaced(GoodTracker(), "P1 N/A (nothing is exposed)", "P1");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-2 gate_without_result", text, "- [x] P1\n", "00"));
    text = Replaced(GoodTracker(), "P0 PASS\n", "P0 N/A (nothing ran)\n");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-2 gate_always_applies", text, "P0 N/A", "00"));
    text = Replaced(GoodTracker(), "P2 PASS\n", "P2 FAIL (no documentation)\n");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-4 closed_over_gate", text, "P2 FAIL", "00"));
    text = Replaced(GoodTracker(), "- [x] P2 PASS\n", "- [x] P2 PASS\n- [x] P2 PASS\n");
    EXPECT_EQ(OnlyBreachOf(text), "PKT-2 gate_twice " + std::to_string(LineOf(text, "- [x] P2 PASS") + 1) + " 00");
}

TEST(TrackerLint, VerdictsFitTheirGatesAndTheBoard) {
    std::string text = Replaced(GoodTracker(), "recorded: `APPROVED`", "recorded: `BLOCKED`");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-4 verdict_against_board", text, "`BLOCKED`", "00"));
    text = Replaced(GoodTracker(), "recorded: `APPROVED`", "recorded:");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-2 verdict_without_word", text, "recorded:", "00"));
    text = Replaced(GoodTracker(), "- [x] Verdict recorded: `APPROVED`\n", "");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-2 verdict_not_recorded", text, "| 00 |", "00"));
    text = Replaced(GoodTracker(), "| 01 | Scanner Handover | DONE |", "| 01 | Scanner Handover | BLOCKED |");
    text = Replaced(text, "00-01: DONE", "00: DONE");
    text = Replaced(text, "- [x] P2 PASS\n- [x] Verdict recorded: `APPROVED`\n\n## Packet 02",
                    "- [ ] P2 PASS\n- [x] Verdict recorded: `APPROVED`\n\n## Packet 02");
    const std::vector<std::string> breaches = BreachesOf(text);
    EXPECT_TRUE(Has(breaches, At("PKT-1 approved_not_done", text, "| 01 |", "01"))) << PrintToString(breaches);
    EXPECT_EQ(breaches.size(), 2U) << PrintToString(breaches);
}

TEST(TrackerLint, DoneNeedsAnApproval) {
    std::string text =
        Replaced(GoodTracker(), "| DONE | mira | jonas | APPROVED | See", "| DONE | mira | jonas | IN_REVIEW | See");
    const std::vector<std::string> breaches = BreachesOf(text);
    EXPECT_TRUE(Has(breaches, At("PKT-2 done_not_approved", text, "| 00 |", "00"))) << PrintToString(breaches);
    EXPECT_TRUE(Has(breaches, At("PKT-4 verdict_against_board", text, "`APPROVED`", "00"))) << PrintToString(breaches);
}

TEST(TrackerLint, TheReviewerIsSomebodyElse) {
    std::string text = Replaced(GoodTracker(), "| mira | jonas | APPROVED | See", "| Mira | mira | APPROVED | See");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-2 reviewer_is_implementer", text, "| 00 |", "00"));
    text = Replaced(GoodTracker(), "| mira | jonas | APPROVED | See", "| mira | — | APPROVED | See");
    const std::vector<std::string> breaches = BreachesOf(text);
    EXPECT_TRUE(breaches.empty() || Has(breaches, At("PKT-2 no_reviewer", text, "| 00 |", "00")));
    text = Replaced(GoodTracker(), "| mira | jonas | APPROVED | See", "| mira | - | APPROVED | See");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-2 no_reviewer", text, "| 00 |", "00"));
}

TEST(TrackerLint, AFailedReviewHasFindingsAndAnOpenChecklist) {
    const std::string sent_back = Replaced(Replaced(GoodTracker(), "| IN_PROGRESS | mira | jonas | — |",
                                                    "| CHANGES_REQUESTED | mira | jonas | CHANGES_REQUESTED |"),
                                           "02: IN_PROGRESS", "02: CHANGES_REQUESTED");
    EXPECT_EQ(OnlyBreachOf(sent_back), At("PKT-4 changes_without_findings", sent_back, "| 02 |", "02"));
    const std::string with_findings =
        Replaced(sent_back, "## Milestones", "### Findings\n- The night is too short.\n\n## Milestones");
    EXPECT_EQ(BreachesOf(with_findings), std::vector<std::string>{});
    std::string closed = Replaced(with_findings, "- [ ] The drill", "- [x] The drill");
    closed = Replaced(closed, "- [ ] `make night` passed", "- [x] `make night` passed, exit 0");
    for (const char* box : {"- [ ] P0\n", "- [ ] P1\n", "- [ ] P2\n"}) {
        closed = Replaced(closed, box, "- [x] " + std::string(box).substr(6, 2) + " PASS\n");
    }
    closed = Replaced(closed, "- [ ] Verdict recorded:", "- [x] Verdict recorded: `CHANGES_REQUESTED`");
    EXPECT_EQ(OnlyBreachOf(closed), At("PKT-4 changes_with_closed_checklist", closed, "| 02 |", "02"));
}

TEST(TrackerLint, AnApprovalHasACheckpoint) {
    const std::string text = Replaced(GoodTracker(), "Checkpoint: `0badcafe12`", "Checkpoint: soon");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-6 checkpoint_missing", text, "| 00 |", "00"));
}

TEST(TrackerLint, WhatAnotherPacketRecordsDoesNotCount) {
    std::string text = Replaced(GoodTracker(), "Checkpoint: `0badcafe12`\n", "");
    text = Replaced(text, "- [ ] The drill was held.", "- [ ] The drill was held.\n\nCheckpoint: `0badcafe12`");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-6 checkpoint_missing", text, "| 00 |", "00"));
    text = Replaced(GoodTracker(), ", exit code 0.", ".");
    text = Replaced(text, "- [ ] The drill was held.", "- [ ] The drill was held.\n\n1. `make scan` -> exit 0");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-2 exit_code_not_recorded", text, "`make scan` passed", "01"));
}

TEST(TrackerLint, MilestonesFollowTheirPackets) {
    std::string text = Replaced(GoodTracker(), "- [ ] M2: Packet 02", "- [x] M2: Packets 01 and 02");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-7 milestone_over_packets", text, "M2:"));
    text = Replaced(GoodTracker(), "- [ ] M2: Packet 02", "- [ ] M2: Packet 77");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-5 claim_of_unknown_packet", text, "M2:"));
}

TEST(TrackerLint, TheHandOverSaysWhatTheBoardSays) {
    const std::string text = Replaced(GoodTracker(), "Packets 00-01: DONE/APPROVED", "Packets 00-02: DONE/APPROVED");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-5 claim_against_board", text, "Packets 00-02", "02"));
}

TEST(TrackerLint, DatesArePossibleAndInOrder) {
    std::string text = Replaced(GoodTracker(), "updated: 2025-03-09", "updated: 2025-03-01");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-5 dates_do_not_fit", text, "Last updated"));
    text = Replaced(GoodTracker(), "updated: 2025-03-09", "updated: 2025-03-11");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-5 date_ahead", text, "Last updated"));
    text = Replaced(GoodTracker(), "updated: 2025-03-09", "updated: 2025-03-32");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-5 date_impossible", text, "Last updated"));
    text = Replaced(GoodTracker(), "updated: 2025-03-09", "updated: on Monday");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-5 date_impossible", text, "Last updated"));
    text = Replaced(GoodTracker(), "- Last updated: 2025-03-09\n", "");
    EXPECT_EQ(OnlyBreachOf(text), "PKT-5 last_update_missing 1");
}

TEST(TrackerLint, ThresholdsHaveTheUnitOfWhatTheyLimit) {
    const auto with = [](std::string_view line) {
        return Replaced(GoodTracker(), "- [x] The drill is planned.", "- [x] " + std::string(line));
    };
    for (const char* wrong : {"Alerting on 403: WARNING >10/5m", "Warning when 403s > 10 per minute",
                              "Warning: latency > 500", "Critical: storage quota > 95 GB", "alert: p95 >= 2 MB"}) {
        EXPECT_EQ(OnlyBreachOf(with(wrong)), At("OBS-5 threshold_unit", with(wrong), wrong, "02")) << wrong;
    }
    for (const char* right :
         {"Alerting on 403: WARNING >10/s over 5m", "Warning when 403s > 10 per second", "Warning: latency > 500 ms",
          "Critical: storage quota > 95 %", "alert: 501 > 0", "403 -> the gate, threshold to come"}) {
        EXPECT_EQ(BreachesOf(with(right)), std::vector<std::string>{}) << right;
    }
}

TEST(TrackerLint, BoardAndChecklistsNameTheSamePackets) {
    std::string text = Replaced(GoodTracker(), "## Packet 02 Checklist: Night", "## Packet 03 Checklist: Night");
    EXPECT_EQ(BreachesOf(text),
              (std::vector<std::string>{At("PKT-1 row_without_checklist", text, "| 02 |", "02"),
                                        At("PKT-5 packet_not_on_board", text, "## Packet 03", "03")}));
    text = Replaced(GoodTracker(), "## Packet 02 Checklist: Night Shift Drill", "## Packet 02 Checklist: Day Shift");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-5 titles_differ", text, "## Packet 02", "02"));
    text = Replaced(GoodTracker(), "| IN_PROGRESS |", "| nearly |");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-5 status_unknown", text, "| 02 |", "02"));
    text = Replaced(GoodTracker(), "| jonas | — |", "| jonas | hm |");
    EXPECT_EQ(OnlyBreachOf(text), At("PKT-5 review_unknown", text, "| 02 |", "02"));
    EXPECT_TRUE(Has(
        BreachesOf(Replaced(GoodTracker(), "| 01 | Scanner", "| 00 | Scanner")),
        At("PKT-5 row_twice", Replaced(GoodTracker(), "| 01 | Scanner", "| 00 | Scanner"), "| 00 | Scanner", "00")));
}

TEST(TrackerLint, ATextThatIsNoTracker) {
    EXPECT_EQ(BreachesOf("hello\n"),
              (std::vector<std::string>{"PKT-5 board_missing 1", "PKT-5 last_update_missing 1"}));
    EXPECT_EQ(BreachesOf("\xFF"), std::vector<std::string>{"PKT-5 not_text 1"});
    EXPECT_TRUE(HasContradictions(LintTracker(ReadTracker(""))));
}

TEST(TrackerLint, TheBoardStandsAsItsPacketsDo) {
    std::string text = Replaced(GoodTracker(), "- [x] A scanner", "- [ ] A scanner");
    const Judgement judgement = LintTracker(ReadTracker(text));
    ASSERT_EQ(judgement.board.size(), 3U);
    EXPECT_EQ(judgement.board[0].stands, Status::kDone);
    EXPECT_EQ(judgement.board[0].boxes, 11U);
    EXPECT_EQ(judgement.board[0].ticked, 11U);
    EXPECT_EQ(judgement.board[0].commands, 2U);
    EXPECT_EQ(judgement.board[0].commands_with_exit_zero, 2U);
    EXPECT_EQ(judgement.board[0].checkpoint, "0badcafe12");
    EXPECT_EQ(judgement.board[1].claimed, Status::kDone);
    EXPECT_EQ(judgement.board[1].stands, Status::kChangesRequested);
    EXPECT_EQ(judgement.board[1].contradictions, 1U);
    EXPECT_EQ(judgement.board[2].stands, Status::kInProgress);
    const std::string blocked = Replaced(GoodTracker(), "- [x] `make scan` passed: 12 tests, no failures, exit code 0.",
                                         "- [ ] `make scan` passed. (BLOCKED: no scanner)");
    EXPECT_EQ(LintTracker(ReadTracker(blocked)).board[1].stands, Status::kBlocked);
}

TEST(TrackerLint, IsWrittenAsJson) {
    const std::string json =
        wire::EncodeTrackerJudgement(LintTracker(ReadTracker(Replaced(GoodTracker(), "- [x] A", "- [ ] A"))));
    EXPECT_NE(json.find(R"("code":"done_with_open_box")"), std::string::npos) << json;
    EXPECT_NE(json.find(R"("contradictions":true)"), std::string::npos);
    EXPECT_NE(json.find(R"("stands":"CHANGES_REQUESTED")"), std::string::npos);
}

}  // namespace
}  // namespace tracker
