#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "platform/json/json.hpp"
#include "tests/unit/platform/json/documents.hpp"

namespace platform {
namespace {

TEST(WriteYaml, LooksAsAPersonWouldWriteIt) {
    const Json document = {{"id", "2025-01-15-audit-filter-ui"},
                           {"title", "Audit: filter"},
                           {"soak_days", 7},
                           {"ratio", 0.25},
                           {"default", false},
                           {"owner", nullptr},
                           {"version", "1.10"},
                           {"answer", "no"},
                           {"files", {"ui/audit.tsx", "ui/filter.css"}},
                           {"steps", {{{"name", "flag off"}, {"minutes", 5}}, Json::array({1, Json::array({2})})}},
                           {"description", "Two lines,\n  the second indented.\n"},
                           {"note", "no line feed\nat the end"},
                           {"none", Json::array()},
                           {"empty", Json::object()}};
    EXPECT_EQ(ToYaml(document), R"(answer: "no"
default: false
description: |
  Two lines,
    the second indented.
empty: {}
files:
  - ui/audit.tsx
  - ui/filter.css
id: "2025-01-15-audit-filter-ui"
none: []
note: |-
  no line feed
  at the end
owner: null
ratio: 0.25
soak_days: 7
steps:
  - minutes: 5
    name: flag off
  - - 1
    - - 2
title: "Audit: filter"
version: "1.10"
)");
    EXPECT_EQ(*ParseYaml(ToYaml(document)), document);
}

TEST(WriteYaml, KeepsTextThatLooksLikeSomethingElse) {
    for (const char* text :
         {"",         " ",       "~",      "null",    "true",      "1",           "1.0",  "0x1F",  ".inf",
          "- a",      "a: b",    "a #b",   "#a",      "'",         "\"",          "|",    ">",     "&a",
          "*a",       "!a",      "%a",     "@a",      "`a",        "?",           "a ",   " a",    "---",
          "...",      "{}",      "[a]",    "\n",      "a\n",       "a\n\n",       "\na",  " a\nb", "a\n b\n",
          "a\n \nb",  "a\t\nb ", "\ta\nb", "--- \nx", "a\n---\nb", "a\n...\nb\n", "\r\n", "a\rb",  "\xEF\xBB\xBF",
          "\xC2\x85", "<<",      "# a\nb", "- a\n- b"}) {
        for (const Json& document : {Json(text), Json{{"k", text}}, Json::array({text}), Json{{text, 1}},
                                     Json{{"k", {{{"l", text}, {"m", 1}}}}}, Json::array({Json::array({text}), 1})}) {
            const auto again = ParseYaml(ToYaml(document));
            ASSERT_TRUE(again.has_value()) << ToYaml(document) << again.error()[0].message;
            EXPECT_EQ(*again, document) << ToYaml(document);
        }
    }
}

RC_GTEST_PROP(WriteYaml, ReadsBackToTheSameDocument, (std::uint64_t seed)) {
    const Json document = RandomDocument(seed);
    const auto again = ParseYaml(ToYaml(document));
    if (!again) {
        RC_FAIL(again.error()[0].message + "\n" + ToYaml(document));
    }
    RC_ASSERT(*again == document);
    RC_ASSERT(CanonicalJson(*again) == CanonicalJson(document));
}

RC_GTEST_PROP(WriteYaml, KeepsEveryText, (std::uint64_t seed)) {
    const Json document = {{"text", RandomDocumentText(seed)}, {"after", 1}};
    const auto again = ParseYaml(ToYaml(document));
    if (!again) {
        RC_FAIL(again.error()[0].message + "\n" + ToYaml(document));
    }
    RC_ASSERT(*again == document);
}

}  // namespace
}  // namespace platform
