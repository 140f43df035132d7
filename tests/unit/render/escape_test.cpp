#include "controller/render/escape.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "platform/base/text.hpp"
#include "tests/unit/render/markdown_tree.hpp"

namespace render_test {
namespace {

using render::CleanLine;
using render::CleanParagraphs;
using render::EscapeMarkdown;

TEST(CleanLine, JoinsLinesAndTrims) {
    EXPECT_EQ(CleanLine("  a\r\n b\tc\rd \n\n e "), "a b    c d e");
}

TEST(CleanLine, ShowsWhatHidesOrReorders) {
    EXPECT_EQ(CleanLine("a\xE2\x80\xAE"
                        "b"),
              "a[U+202E]b");
    EXPECT_EQ(CleanLine("\xE2\x80\x8B"), "[U+200B]");
    EXPECT_EQ(CleanLine(std::string_view("a\0b\x1B", 4)), "a[U+0000]b[U+001B]");
    EXPECT_EQ(CleanLine("\xF3\xA0\x81\x81"), "[U+E0041]");
}

TEST(CleanLine, ReplacesBrokenBytesOneByOne) {
    EXPECT_EQ(CleanLine("a\xFF\xC3z"), "a\xEF\xBF\xBD\xEF\xBF\xBDz");
    EXPECT_EQ(CleanLine("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
}

TEST(CleanLine, KeepsScriptsAndJoinedEmoji) {
    const std::string text = "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7";
    EXPECT_EQ(CleanLine(text), text);
}

TEST(CleanParagraphs, SplitsAtBlankLines) {
    const std::vector<std::vector<std::string>> expected{{"a", "  b"}, {"c"}};
    EXPECT_EQ(CleanParagraphs("\n\na  \n  b\r\n \t\n\nc\n"), expected);
    EXPECT_TRUE(CleanParagraphs(" \n\t\n").empty());
}

TEST(EscapeMarkdown, LeavesPlainWordsReadable) {
    for (const char* text : {"2025-01-15-audit-filter-ui", "FLAG_NAME_ENABLED", "version 4.7.0", "4.7.0 is out",
                             "Jane Doe (QA), at 10:30 + 5 min", "50% - no more!", "O'Neil & \"co\""}) {
        const std::string escaped = EscapeMarkdown(text);
        EXPECT_EQ(TextOfMarkdown(escaped), text);
    }
    EXPECT_EQ(EscapeMarkdown("2025-01-15-audit-filter-ui"), "2025-01-15-audit-filter-ui");
    EXPECT_EQ(EscapeMarkdown("FLAG_NAME_ENABLED"), "FLAG_NAME_ENABLED");
    EXPECT_EQ(EscapeMarkdown("4.7.0"), "4.7.0");
}

TEST(EscapeMarkdown, ShowsExactlyTheText) {
    for (const char* text : {"# no heading",
                             "- no item",
                             "+ no item",
                             "1. no item",
                             "12) no item",
                             "> no quote",
                             "===",
                             "---",
                             "***",
                             "*a* _b_ __c__ `d` ~~e~~",
                             "[a](b) ![c](d) <e> <f@g.h>",
                             "https://a.example http://b.example www.c.example",
                             "&amp; &#60; &copy;",
                             "a | b | c",
                             "$x$ $$y$$",
                             "\\",
                             "a\\",
                             "\\*",
                             "[x] done",
                             "[ ]",
                             "```",
                             "~~~",
                             ":---:",
                             "<!-- no comment -->",
                             "<script>",
                             "ftp://x.example",
                             "WWW.d.example"}) {
        EXPECT_EQ(TextOfMarkdown(EscapeMarkdown(text)), text) << EscapeMarkdown(text);
        EXPECT_EQ(TextOfMarkdown("- " + EscapeMarkdown(text)), text) << EscapeMarkdown(text);
        EXPECT_EQ(TextOfMarkdown("> " + EscapeMarkdown(text)), text) << EscapeMarkdown(text);
    }
}

RC_GTEST_PROP(EscapeMarkdown, AnyCleanLineIsShownAsItIs, (const std::string& bytes)) {
    const std::string line = CleanLine(bytes);
    RC_ASSERT(platform::IsValidUtf8(line));
    RC_PRE(!line.empty());
    RC_ASSERT(TextOfMarkdown("- " + EscapeMarkdown(line)) == line);
}

RC_GTEST_PROP(EscapeMarkdown, AnyPunctuationIsShownAsItIs, ()) {
    const auto line = CleanLine(
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("#-+*_`~[]()<>!|\\&;:=$1.w /ah@\"'^{}"))));
    RC_PRE(!line.empty());
    RC_ASSERT(TextOfMarkdown("- " + EscapeMarkdown(line)) == line);
    RC_ASSERT(TextOfMarkdown("> " + EscapeMarkdown(line)) == line);
}

}  // namespace
}  // namespace render_test
