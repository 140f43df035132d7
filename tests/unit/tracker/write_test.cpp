// Export gives back the layout that was read.

#include <gtest/gtest.h>

#include "tests/unit/tracker/good_tracker.hpp"

namespace tracker {
namespace {

TEST(TrackerWriting, GivesBackATrackerByteForByte) {
    EXPECT_EQ(WriteTracker(ReadTracker(GoodTracker())), GoodTracker());
}

TEST(TrackerWriting, KeepsWhatItDoesNotUnderstand) {
    const std::string text =
        "# T\n\nfree text  \n<!-- a remark -->\n\n| other | table |\n|:--|--:|\n| 1 | 2 |\n\n## Packet 9: z\n"
        "```sh\n- [X] in code\n```\n> - [ ] quoted\n- [?] odd\n3. [x] third\n";
    EXPECT_EQ(WriteTracker(ReadTracker(text)), text);
}

TEST(TrackerWriting, MakesWritingsOfBoxesAndRowsOne) {
    EXPECT_EQ(
        WriteTracker(ReadTracker("##  Packet 1: a ##\n*   [X]  a\n\t+ [ ] b\n|Packet|Status|\n|-|-|\n|1 |a\\|b |")),
        "## Packet 1: a\n- [x] a\n    - [ ] b\n| Packet | Status |\n|-|-|\n| 1 | a\\|b |\n");
}

TEST(TrackerWriting, ATickedBoxIsTheOnlyChange) {
    Document document = ReadTracker(GoodTracker());
    const Box& box = document.packets[2].sections[0].boxes[1];
    document.entries[box.entry].tick = Tick::kTicked;
    EXPECT_EQ(WriteTracker(document), Replaced(GoodTracker(), "- [ ] The drill was", "- [x] The drill was"));
}

}  // namespace
}  // namespace tracker
