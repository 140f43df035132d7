// Reading: order, nesting, counts, writings and broken input.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/tracker/good_tracker.hpp"

namespace tracker {
namespace {

TEST(TrackerReading, FindsBoardPacketsSectionsAndDates) {
    const Document document = ReadTracker(GoodTracker());
    EXPECT_EQ(document.title, "Parcel Tracking Certification Progress");
    EXPECT_TRUE(document.problems.empty());
    ASSERT_EQ(document.board.size(), 3U);
    EXPECT_EQ(document.board[1].id, "01");
    EXPECT_EQ(document.board[1].title, "Scanner Handover");
    EXPECT_EQ(document.board[1].status, Status::kDone);
    EXPECT_EQ(document.board[1].review, Review::kApproved);
    EXPECT_EQ(document.board[1].implementer, "mira");
    EXPECT_EQ(document.board[1].reviewer, "jonas");
    EXPECT_EQ(document.board[1].evidence, "commit `5e1f00d`");
    EXPECT_EQ(document.board[2].review, Review::kNone);
    ASSERT_EQ(document.packets.size(), 3U);
    const Packet& first = document.packets[0];
    EXPECT_EQ(first.id, "00");
    EXPECT_EQ(first.title, "Map of the Depots");
    EXPECT_EQ(first.line, LineOf(GoodTracker(), "## Packet 00"));
    ASSERT_EQ(first.sections.size(), 4U);
    EXPECT_EQ(first.sections[0].kind, SectionKind::kWork);
    EXPECT_EQ(first.sections[1].kind, SectionKind::kTests);
    EXPECT_EQ(first.sections[2].kind, SectionKind::kEvidence);
    EXPECT_EQ(first.sections[3].kind, SectionKind::kGates);
    ASSERT_EQ(first.sections[0].boxes.size(), 3U);
    EXPECT_EQ(first.sections[0].boxes[1].indent, 2U);
    ASSERT_EQ(document.last_updated.size(), 1U);
    EXPECT_EQ(document.last_updated[0].text, "2025-03-09");
    ASSERT_EQ(document.claims.size(), 2U);
    EXPECT_TRUE(document.claims[0].range);
    EXPECT_EQ(document.claims[0].review, Review::kApproved);
    EXPECT_EQ(document.claims[1].status, Status::kInProgress);
    ASSERT_EQ(document.milestones.size(), 2U);
    EXPECT_EQ(document.milestones[0].label, "M1");
    EXPECT_TRUE(document.milestones[0].ticked);
    EXPECT_FALSE(document.milestones[1].ticked);
}

TEST(TrackerReading, ColumnsMayStandInAnyOrder) {
    const Document document = ReadTracker(
        "| Reviewer | Evidence | Review State | Remarks | STATUS | Title | packet |\n"
        "|:-:|--|---|---|---|---|---|\n"
        "| jo | x \\| y | `Approved` | hm | **Done** | Ünïcode – 箱 | Packet 7 |\n"
        "| jo |\n"
        "\n"
        "| Packet | Colour |\n|---|---|\n| 7 | red |\n");
    ASSERT_EQ(document.board.size(), 2U);
    EXPECT_EQ(document.board[0].id, "7");
    EXPECT_EQ(document.board[0].title, "Ünïcode – 箱");
    EXPECT_EQ(document.board[0].status, Status::kDone);
    EXPECT_EQ(document.board[0].review, Review::kApproved);
    EXPECT_EQ(document.board[0].evidence, "x | y");
    EXPECT_EQ(document.board[1].id, "");
    EXPECT_EQ(document.board_line, 1);
}

TEST(TrackerReading, PacketsMayBeNestedAndWrittenDifferently) {
    const Document document = ReadTracker(
        "# T\n## Packets\n### Packet 3 — Drei\n- [X] a\n#### Evidence\n* [ ] b\n##### Deeper\n1. [x] c\n2) [ ] d\n"
        "### Packet A: Vier\n+ [x] e\n## Packet Rules\n- [ ] not of a packet\n");
    ASSERT_EQ(document.packets.size(), 2U);
    EXPECT_EQ(document.packets[0].id, "3");
    EXPECT_EQ(document.packets[0].title, "Drei");
    ASSERT_EQ(document.packets[0].sections.size(), 2U);
    EXPECT_EQ(document.packets[0].sections[0].boxes.size(), 1U);
    EXPECT_EQ(document.packets[0].sections[1].boxes.size(), 3U) << "what is below a deeper heading belongs to it";
    EXPECT_EQ(document.packets[1].id, "A");
    EXPECT_EQ(document.packets[1].sections[0].boxes.size(), 1U);
}

TEST(TrackerReading, LinesThatGoOnBelongToTheirBox) {
    const Document document = ReadTracker(
        "## Packet 1: x\n- [x] `make a`\n  passed with\n  - exit 0\n- a plain item\n- [ ] next\n\nparagraph\n");
    const Section& section = document.packets.at(0).sections.at(0);
    ASSERT_EQ(section.boxes.size(), 2U);
    EXPECT_EQ(section.boxes[0].text, "`make a` passed with - exit 0");
    EXPECT_EQ(section.boxes[1].text, "next");
    ASSERT_EQ(section.prose.size(), 2U);
    EXPECT_EQ(section.prose[0].text, "- a plain item");
    EXPECT_EQ(section.prose[1].text, "paragraph");
}

TEST(TrackerReading, BoxesOfEveryWriting) {
    const Document document = ReadTracker(
        "## Packet 1: x\n- [x] a\n- [X] b\n- [✓] c\n- ☑ d\n- [ ] e\n- ☐ f\n- [] g\n- [-] h\n- [~] i\n- [link](u)\n"
        "- [a]: ref\n- [longer] text\n");
    const std::vector<Box>& boxes = document.packets.at(0).sections.at(0).boxes;
    ASSERT_EQ(boxes.size(), 9U);
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        EXPECT_EQ(boxes[i].tick, i < 4 ? Tick::kTicked : i < 6 ? Tick::kOpen : Tick::kUnclear) << boxes[i].text;
    }
}

TEST(TrackerReading, CodeBlocksAreNoLayout) {
    const Document document =
        ReadTracker("## Packet 1: x\n```\n## Packet 2: y\n- [ ] no box\n| Packet | Status |\n~~~\n```\n- [x] a box\n");
    ASSERT_EQ(document.packets.size(), 1U);
    EXPECT_EQ(document.packets[0].sections[0].boxes.size(), 1U);
    EXPECT_EQ(document.board_line, 0);
}

TEST(TrackerReading, WindowsLineEndsAndAByteOrderMarkChangeNothing) {
    std::string windows = "\xEF\xBB\xBF";
    for (const char c : GoodTracker()) {
        windows += c == '\n' ? "\r\n" : std::string(1, c);
    }
    EXPECT_EQ(WriteTracker(ReadTracker(windows)), GoodTracker());
    EXPECT_TRUE(BreachesOf(windows).empty());
}

TEST(TrackerReading, WhatIsTooMuchIsSaidAndNotRead) {
    Limits limits;
    limits.max_bytes = 10;
    EXPECT_EQ(ReadTracker(GoodTracker(), limits).problems.at(0).code, "too_long");
    limits = Limits{};
    limits.max_lines = 5;
    EXPECT_EQ(ReadTracker(GoodTracker(), limits).problems.at(0).code, "too_many_lines");
    limits = Limits{};
    limits.max_packets = 1;
    EXPECT_EQ(ReadTracker(GoodTracker(), limits).problems.at(0).code, "too_many_packets");
    EXPECT_EQ(ReadTracker(GoodTracker(), limits).packets.size(), 1U);
    EXPECT_EQ(ReadTracker("a\xFF").problems.at(0).code, "not_text");
    EXPECT_EQ(ReadTracker(std::string("a\0b", 3)).problems.at(0).code, "not_text");
    EXPECT_EQ(ReadTracker("- [x] " + std::string(9'000, 'a')).problems.at(0).code, "line_too_long");
}

RC_GTEST_PROP(TrackerReading, SurvivesAnyMixtureOfItsOwnLines, ()) {
    static const std::vector<std::string> kPieces = {"# t",
                                                     "## Packet 1: a",
                                                     "### Packet 1 Checklist",
                                                     "## Packet Board",
                                                     "### Required Tests",
                                                     "#### x",
                                                     "| Packet | Status | Review State |",
                                                     "|---|---|---|",
                                                     "| 1 | DONE | APPROVED |",
                                                     "| 2 |",
                                                     "|",
                                                     "||",
                                                     "- [x] `a`",
                                                     "  - [ ] b (exit 1)",
                                                     "- [",
                                                     "- []",
                                                     "```",
                                                     "~~~",
                                                     "- Last updated: 2025-02-31",
                                                     "Date:",
                                                     "Packets 1-: DONE",
                                                     "- [x] M1: Packets 0-9, 1 and",
                                                     "M1 complete when Packet",
                                                     "- [x] P0 PASS",
                                                     "- [x] P1 N/A",
                                                     "- [ ] Verdict: ``",
                                                     "`",
                                                     "\t- [x] ünï 箱",
                                                     "",
                                                     "warning >10/5m 403",
                                                     "> quoted",
                                                     "1. [x] n"};
    const auto picks = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, kPieces.size()));
    std::string text;
    for (const std::size_t pick : picks) {
        text += kPieces[pick] + "\n";
    }
    const Document document = ReadTracker(text);
    const int lines = static_cast<int>(picks.size());
    for (const Breach& breach : LintTracker(document).breaches) {
        RC_ASSERT(breach.line >= 1);
        RC_ASSERT(breach.line <= std::max(lines, 1));
    }
    const std::string written = WriteTracker(document);
    RC_ASSERT(WriteTracker(ReadTracker(written)) == written);
    RC_ASSERT(LintTracker(ReadTracker(written)).breaches.size() == LintTracker(document).breaches.size());
}

RC_GTEST_PROP(TrackerReading, SurvivesAnyBytes, (const std::string& bytes)) {
    const Document document = ReadTracker(bytes);
    const Judgement judgement = LintTracker(document);
    RC_ASSERT(judgement.board.size() <= document.board.size() + document.packets.size());
}

}  // namespace
}  // namespace tracker
