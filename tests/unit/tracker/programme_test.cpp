// Between a tracker and a programme: the plan of a text, the text of a plan, and the text brought to a state.

#include "controller/tracker/programme.hpp"

#include <gtest/gtest.h>

#include "tests/unit/tracker/good_tracker.hpp"

namespace tracker {
namespace {

/// Everything done, run with exit code 0 and approved.
State Finished(const Plan& plan) {
    State state;
    state.last_updated = platform::Date(std::chrono::year(2025) / 3 / 10);
    for (const PlannedPacket& planned : plan.packets) {
        PacketState packet;
        packet.id = planned.id;
        packet.status = Status::kDone;
        packet.review = Review::kApproved;
        packet.implementer = "mira";
        packet.reviewer = "jonas";
        packet.checkpoint = "0badcafe12";
        for (const PlannedBox& box : planned.boxes) {
            packet.boxes.push_back(
                {box.text, true, box.use == BoxUse::kTest ? std::optional<std::int64_t>(0) : std::nullopt});
        }
        packet.gates = {{{"PASS", ""}, {"N/A", "nothing is exposed"}, {"PASS", ""}}};
        state.packets.push_back(std::move(packet));
    }
    for (const PlannedMilestone& milestone : plan.milestones) {
        state.reached.push_back(milestone.label);
    }
    return state;
}

TEST(TrackerPlan, HoldsBoxesCommandsMilestonesAndTheDefinitionOfDone) {
    const std::string text =
        GoodTracker() + "\n## Definition of Done\n\n1. Every parcel is found.\n- [ ] Nobody waits.\n";
    const Plan plan = PlanOf(ReadTracker(text));
    ASSERT_EQ(plan.packets.size(), 3U);
    const std::vector<PlannedBox>& boxes = plan.packets[0].boxes;
    ASSERT_EQ(boxes.size(), 6U) << "gates, verdict and the box about exit codes are the review's";
    EXPECT_EQ(boxes[0].use, BoxUse::kWork);
    EXPECT_EQ(boxes[0].heading, "Survey");
    EXPECT_EQ(boxes[3].use, BoxUse::kTest);
    EXPECT_EQ(boxes[3].text, "make survey");
    EXPECT_TRUE(boxes[3].ticked);
    EXPECT_EQ(boxes[4].text, "make survey-report | tee report.txt");
    EXPECT_EQ(boxes[5].use, BoxUse::kEvidence);
    ASSERT_EQ(plan.milestones.size(), 2U);
    EXPECT_EQ(plan.milestones[0].packets, (std::vector<std::string>{"00", "01"}));
    EXPECT_EQ(plan.definition_of_done, (std::vector<std::string>{"Every parcel is found.", "Nobody waits."}));
}

TEST(TrackerPlan, ATextOfThePlanIsThePlanAgain) {
    const Plan plan = PlanOf(ReadTracker(GoodTracker()));
    const std::string text = ComposeTracker(plan);
    EXPECT_EQ(WriteTracker(ReadTracker(text)), text);
    const Plan again = PlanOf(ReadTracker(text));
    ASSERT_EQ(again.packets.size(), plan.packets.size());
    for (std::size_t i = 0; i < plan.packets.size(); ++i) {
        EXPECT_EQ(again.packets[i].title, plan.packets[i].title);
        ASSERT_EQ(again.packets[i].boxes.size(), plan.packets[i].boxes.size());
        for (std::size_t j = 0; j < plan.packets[i].boxes.size(); ++j) {
            EXPECT_EQ(again.packets[i].boxes[j].text, plan.packets[i].boxes[j].text);
            EXPECT_EQ(again.packets[i].boxes[j].use, plan.packets[i].boxes[j].use);
            EXPECT_FALSE(again.packets[i].boxes[j].ticked);
        }
    }
    EXPECT_EQ(again.milestones.size(), plan.milestones.size());
}

TEST(TrackerUpdate, AFinishedProgrammeIsATrackerWithoutBreaches) {
    for (const std::string& text : {GoodTracker(), ComposeTracker(PlanOf(ReadTracker(GoodTracker())))}) {
        const Document document = ReadTracker(text);
        const std::string updated = BringUpToDate(document, Finished(PlanOf(document)));
        EXPECT_EQ(BreachesOf(updated), std::vector<std::string>{}) << updated;
        EXPECT_NE(updated.find("Last updated: 2025-03-10"), std::string::npos);
        EXPECT_NE(updated.find("`make night` passed. (exit 0)"), std::string::npos);
        EXPECT_EQ(updated.find("[ ]"), std::string::npos);
        EXPECT_EQ(BringUpToDate(ReadTracker(updated), Finished(PlanOf(document))), updated);
    }
}

TEST(TrackerUpdate, ClaimsAreReplacedByWhatIsSo) {
    const Document document =
        ReadTracker(Replaced(GoodTracker(), "- [x] `make scan` passed: 12 tests, no failures, exit code 0.",
                             "- [x] `make scan` passed.\n  It was BLOCKED at first.\n"));
    State state = Finished(PlanOf(document));
    state.packets[1].status = Status::kChangesRequested;
    state.packets[1].review = Review::kChangesRequested;
    state.packets[1].gates = {{{"FAIL", "exit 2"}, {"PASS", ""}, {"PASS", ""}}};
    state.packets[1].findings = "The scanner forgets.\nTwice.";
    state.packets[1].checkpoint.reset();
    state.packets[1].boxes[1] = {"make scan", false, 2};
    state.reached.clear();
    const std::string updated = BringUpToDate(document, state);
    EXPECT_NE(updated.find("- [ ] `make scan` does not count. (exit 2)\n"), std::string::npos) << updated;
    EXPECT_EQ(updated.find("BLOCKED at first"), std::string::npos) << "it said what was so then";
    EXPECT_NE(updated.find("| 01 | Scanner Handover | CHANGES_REQUESTED | mira | jonas | CHANGES_REQUESTED |"),
              std::string::npos);
    EXPECT_NE(updated.find("- [ ] P0 FAIL (exit 2)"), std::string::npos);
    EXPECT_NE(updated.find("### Findings\n- The scanner forgets.\n- Twice.\n"), std::string::npos);
    EXPECT_NE(updated.find("- [ ] M1: Packets 00-01"), std::string::npos);
    EXPECT_NE(updated.find("- Packets 00-01: see the board"), std::string::npos);
    EXPECT_EQ(BreachesOf(updated), std::vector<std::string>{});
}

}  // namespace
}  // namespace tracker
