#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "tests/unit/platform/json/documents.hpp"

namespace platform {
namespace {

FieldError YamlError(std::string_view text) {
    const auto document = ParseYaml(text);
    if (document || document.error().size() != 1) {
        ADD_FAILURE() << "one error was expected for " << text.substr(0, 100);
        return {};
    }
    EXPECT_TRUE(IsValidUtf8(document.error()[0].message));
    return document.error()[0];
}

Json Yaml(std::string_view text) {
    auto document = ParseYaml(text);
    if (!document) {
        ADD_FAILURE() << text << "\n" << document.error()[0].pointer << ": " << document.error()[0].message;
        return {};
    }
    return *std::move(document);
}

TEST(ReadYaml, TakesWhatPeopleWrite) {
    EXPECT_EQ(Yaml(R"(# a release
id: 2025-01-15-audit-filter-ui
title: "Audit: filter"
classification: workflow
files_changed:
  - ui/audit.tsx
  - 'ui/it''s.css'
kill_switch: {flag: audit-filter, default: false, enabled_for: []}
soak_days: 7
ratio: 0.25
nothing:
description: |
  Two lines,
    the second indented.
summary: >-
  folded
  text
)"),
              (Json{{"id", "2025-01-15-audit-filter-ui"},
                    {"title", "Audit: filter"},
                    {"classification", "workflow"},
                    {"files_changed", {"ui/audit.tsx", "ui/it's.css"}},
                    {"kill_switch", {{"flag", "audit-filter"}, {"default", false}, {"enabled_for", Json::array()}}},
                    {"soak_days", 7},
                    {"ratio", 0.25},
                    {"nothing", nullptr},
                    {"description", "Two lines,\n  the second indented.\n"},
                    {"summary", "folded text"}}));
}

TEST(ReadYaml, ResolvesPlainScalarsByTheCoreSchema) {
    const std::pair<const char*, Json> samples[] = {
        {"true", true},    {"True", true},    {"TRUE", true}, {"false", false}, {"~", nullptr},
        {"null", nullptr}, {"Null", nullptr}, {"0", 0},       {"-12", -12},     {"+12", 12},
        {"007", 7},        {"0o17", 15},      {"0x1F", 31},   {"1.5", 1.5},     {"-1.5e-3", -0.0015},
        {"1.", 1},         {".5", 0.5},       {"1e3", 1000},  {"+.5", 0.5},
    };
    for (const auto& [text, value] : samples) {
        EXPECT_EQ(Yaml("[" + std::string(text) + "]"), Json::array({value})) << text;
        EXPECT_EQ(Yaml("[" + std::string(text) + "]")[0].type() == Json::value_t::number_float,
                  value.type() == Json::value_t::number_float && value != 1 && value != 1000)
            << text;
        EXPECT_EQ(Yaml("['" + std::string(text) + "']"), Json::array({text}));
        EXPECT_EQ(Yaml("[\"" + std::string(text) + "\"]"), Json::array({text}));
    }
}

TEST(ReadYaml, LeavesEverythingElseText) {
    for (const char* text :
         {"yes",   "no",    "on",   "off", "y",         "n",     "Yes",   "tRUE", "nULL", "2025-01-29", "12:30",
          "1_000", "1.2.3", "0b11", "0o8", "0xG",       "0x",    "-0x1F", "1e",   "e5",   ".",          "-",
          "+",     "1.5e",  "-.",   "=",   "0.1.0-rc1", "12e3x", "NaN",   "inf",  "..5"}) {
        if (std::string_view(text) == "-") {
            continue;  // an empty list item
        }
        EXPECT_EQ(Yaml("[" + std::string(text) + "]"), Json::array({text})) << text;
    }
}

TEST(ReadYaml, RefusesNumbersItCannotKeep) {
    for (const char* text :
         {"9007199254740992", "-9007199254740992", "0xFFFFFFFFFFFFFFFF", "1e300", "1e999", "0x20000000000000",
          "99999999999999999999999999", ".inf", "-.INF", "+.Inf", ".nan", ".NaN", "0x1FFFFFFFFFFFFFFFFFFFFFFF"}) {
        const FieldError error = YamlError("a:\n  - x\n  - " + std::string(text) + "\n");
        EXPECT_EQ(error.pointer, "/a/1") << text;
        EXPECT_NE(error.message.find("quotes"), std::string::npos) << error.message;
        EXPECT_NE(error.message.find("(line 3, column 5)"), std::string::npos) << error.message;
    }
    EXPECT_EQ(Yaml("a: 0x1FFFFFFFFFFFFF")["a"], 9007199254740991);
}

TEST(ReadYaml, PointsAtADuplicateKey) {
    const FieldError error = YamlError("a:\n  b:\n    - c: 1\n      'c': 2\n");
    EXPECT_EQ(error.pointer, "/a/b/0/c");
    EXPECT_EQ(error.message, "is there twice; each field may appear once (line 4, column 7)");
    EXPECT_EQ(YamlError("{a: 1, a: 2}").pointer, "/a");
    EXPECT_TRUE(ParseYaml("- a: 1\n- a: 1\n"));
}

TEST(ReadYaml, RefusesNamesThatAreNoText) {
    for (const char* text : {"1: x", "true: x", "~: x", "1.5: x", ": x", "{: x}", "[a]: x", "{a: b}: x", "? [a]\n: x",
                             "? {a: b}\n: x", "0x1F: x", ".inf: x", "99999999999999999999: x"}) {
        EXPECT_NE(YamlError(text).message.find("a field's name must be text"), std::string::npos) << text;
    }
    EXPECT_EQ(Yaml("'1': x\n\"true\": y\n2025-01-29: z\nno: w\n"),
              (Json{{"1", "x"}, {"true", "y"}, {"2025-01-29", "z"}, {"no", "w"}}));
}

TEST(ReadYaml, RefusesTags) {
    for (const char* text : {"!!str 1", "!x a", "a: !!binary aGk=", "!!map {a: b}", "!!python/object:os.system {}",
                             "[!<tag:yaml.org,2002:int> 1]", "%TAG ! tag:x,2000:\n---\n!y a", "!!null ''"}) {
        EXPECT_NE(YamlError(text).message.find("are not allowed"), std::string::npos) << text;
    }
    EXPECT_EQ(YamlError("a: [b, !x c]").pointer, "/a/1");
}

TEST(ReadYaml, RefusesMergeKeys) {
    EXPECT_NE(YamlError("a: &a {b: 1}\nc:\n  <<: *a\n").message.find("merge keys"), std::string::npos);
    EXPECT_EQ(Yaml("'<<': 1"), (Json{{"<<", 1}}));
}

TEST(ReadYaml, TakesOneDocumentOnly) {
    EXPECT_NE(YamlError("a: 1\n---\nb: 2\n").message.find("only one document is allowed"), std::string::npos);
    EXPECT_FALSE(ParseYaml("a: 1\n---\n"));
    EXPECT_FALSE(ParseYaml("[1] [2]"));
    EXPECT_EQ(Yaml("%YAML 1.2\n---\na: 1\n...\n"), (Json{{"a", 1}}));
    EXPECT_EQ(Yaml("---\na: 1\n"), (Json{{"a", 1}}));
}

TEST(ReadYaml, RefusesAnEmptyDocument) {
    for (const char* text : {"", " \n", "# only a comment\n"}) {
        EXPECT_EQ(YamlError(text).message, "the document is empty") << text;
    }
    EXPECT_EQ(Yaml("---\n"), Json(nullptr));
}

TEST(ReadYaml, FollowsAliasesToWhatIsComplete) {
    EXPECT_EQ(Yaml("a: &x [1, {b: &y t}]\nc: *x\nd: *y\n"),
              (Json{{"a", {1, {{"b", "t"}}}}, {"c", {1, {{"b", "t"}}}}, {"d", "t"}}));
    EXPECT_EQ(Yaml("&k a: 1\nb: *k\n"), (Json{{"a", 1}, {"b", "a"}}));
    EXPECT_EQ(Yaml("[&x 1, &x 2, *x]"), Json::array({1, 2, 2}));
    EXPECT_NE(YamlError("a: &a [1, *a]").message.find("a part of"), std::string::npos);
    EXPECT_EQ(YamlError("a: &a {b: {c: *a}}").pointer, "/a/b/c");
    EXPECT_NE(YamlError("a: *b").message.find("line 1, column 4"), std::string::npos);
    EXPECT_NE(YamlError("a: &a x\n*a : 1\n").message.find("must be written out"), std::string::npos);
}

TEST(ReadYaml, NamesThePlaceOfASyntaxError) {
    const FieldError error = YamlError("a:\n  b: [1, 2\n  c: 3\n");
    EXPECT_EQ(error.pointer.rfind("/a", 0), 0U) << error.pointer;
    EXPECT_EQ(error.message.rfind("is no valid YAML at line ", 0), 0U) << error.message;
    for (const char* text :
         {"a: b: c", "a: [", "a: \"b", "- a\nb: c", "a: 'b", "a\n b: c\nd", "@a", "`a", "a: %b\n\t- c", "\"\\q\"",
          "\"\\ud800\"", "a: |x\n b", "&a &b c", "]", "%YAML 1 2 3\n---\na"}) {
        EXPECT_NE(YamlError(text).message.find(" at line "), std::string::npos) << text;
    }
}

TEST(ReadYaml, NeverAnswersWithHalfACharacter) {
    EXPECT_NE(YamlError("\"\\\xC3\xA9\"").message.find("\\xc3"), std::string::npos);
}

TEST(ReadYaml, AsksForTheMissingBracket) {
    EXPECT_EQ(YamlError("{a: b").message,
              "a field's name must be text, not an object; or is a bracket not closed? (line 1, column 1)");
}

TEST(ReadYaml, RefusesNulAndForeignEncodings) {
    EXPECT_EQ(YamlError(std::string_view("a: \0b", 5)).message, "the document contains a NUL byte");
    EXPECT_EQ(YamlError("a: [x, \"\\0\"]").pointer, "/a/1");
    EXPECT_EQ(YamlError("\"a\\x00b\": 1").pointer, "");
    EXPECT_EQ(YamlError("a: \xFF").message, "the document is not valid UTF-8");
    EXPECT_FALSE(ParseYaml(std::string("\xFF\xFE\x61\0\x3A\0", 6)));
    EXPECT_EQ(Yaml("\xEF\xBB\xBF"
                   "a: \xC3\xA9"),
              (Json{{"a", "\xC3\xA9"}}));
}

TEST(ReadYaml, RefusesTheEscapesThatWouldNotBeUtf8) {
    EXPECT_EQ(YamlError("a: \"\\_\"").message,
              "the escapes \\_ and \\N are not supported; write \\u00a0 or \\u0085 (line 1, column 4)");
    EXPECT_EQ(YamlError("a: \"x\\N\"").pointer, "/a");
    EXPECT_FALSE(ParseYaml("\"\\_\": 1"));
    EXPECT_EQ(Yaml("\"\\u00a0\\xe9\\L\""), "\xC2\xA0\xC3\xA9\xE2\x80\xA8");
}

TEST(ReadYaml, TakesWindowsLineEndings) {
    EXPECT_EQ(Yaml("a: 1\r\nb:\r\n  - x\r\nc: |\r\n  one\r\n  two\r\n"),
              (Json{{"a", 1}, {"b", {"x"}}, {"c", "one\ntwo\n"}}));
}

TEST(ReadYaml, TakesJson) {
    EXPECT_EQ(Yaml("{\"a\": [1, 2.5, true, null, \"x\\n\\u00e9\"], \"b\": {}}"),
              (Json{{"a", {1, 2.5, true, nullptr, "x\n\xC3\xA9"}}, {"b", Json::object()}}));
}

RC_GTEST_PROP(ReadYaml, NeverFailsOnGarbage, (std::uint64_t seed)) {
    const auto document = ParseYaml(OneByteChanged(ToYaml(RandomDocument(seed)), seed));
    if (document) {
        RC_ASSERT(*ParseYaml(ToYaml(*document)) == *document);
    } else {
        RC_ASSERT(document.error().size() == 1U);
        RC_ASSERT(IsValidUtf8(document.error()[0].message));
    }
}

}  // namespace
}  // namespace platform
