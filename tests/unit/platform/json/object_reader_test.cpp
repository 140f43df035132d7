#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/json/json.hpp"

namespace platform {

enum class Channel { kDev, kStable };

template <>
struct EnumNames<Channel> {
    static constexpr std::array<EnumName<Channel>, 2> kNames = {{{Channel::kDev, "dev"}, {Channel::kStable, "stable"}}};
};

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Lines(const FieldErrors& errors) {
    std::vector<std::string> lines;
    for (const FieldError& error : errors) {
        lines.push_back(error.pointer + ": " + error.message);
    }
    return lines;
}

TEST(ReadObject, TakesEveryKindOfField) {
    const Json json = {{"reason", "because it is time"}, {"count", 3},          {"ratio", 0.5},        {"force", true},
                       {"at", "2025-01-29T09:00:00Z"},   {"day", "2025-01-29"}, {"names", {"a", "b"}}, {"to", "stable"},
                       {"plan", {{"owner", "ann"}}},     {"steps", {1, 2}},     {"extra", {1, "x"}}};
    FieldErrors errors;
    ObjectReader in(json, "", errors);
    EXPECT_EQ(in.Text("reason", {.min = 10}), "because it is time");
    EXPECT_EQ(in.Integer("count", 0, 3), 3);
    EXPECT_EQ(in.Number("ratio"), 0.5);
    EXPECT_TRUE(in.Boolean("force"));
    EXPECT_EQ(FormatTime(in.Instant("at")), "2025-01-29T09:00:00Z");
    EXPECT_EQ(FormatDate(*in.OptionalDate("day")), "2025-01-29");
    EXPECT_THAT(in.TextList("names", 2), ElementsAre("a", "b"));
    EXPECT_EQ(in.Enum<Channel>("to"), Channel::kStable);
    ASSERT_NE(in.Object("plan"), nullptr);
    ObjectReader plan(*in.Object("plan"), in.PointerTo("plan"), errors);
    EXPECT_EQ(plan.Text("owner"), "ann");
    plan.Finish();
    ASSERT_NE(in.Array("steps", 2), nullptr);
    EXPECT_EQ(*in.Any("extra"), Json::array({1, "x"}));
    in.Finish();
    EXPECT_THAT(Lines(errors), IsEmpty());
}

TEST(ReadObject, ListsEveryErrorAtOnce) {
    const Json json = {{"count", 4},         {"ratio", "x"},  {"force", 1},         {"at", "2025-01-29"},
                       {"day", "29.1.2025"}, {"names", "a"},  {"to", "production"}, {"plan", {1, 2}},
                       {"steps", {1, 2, 3}}, {"version", 1.1}};
    FieldErrors errors;
    ObjectReader in(json, "/spec", errors);
    EXPECT_EQ(in.Text("reason"), "");
    EXPECT_EQ(in.Text("version"), "");
    EXPECT_EQ(in.Integer("count", 1, 3), 1);
    EXPECT_EQ(in.Number("ratio"), 0);
    EXPECT_FALSE(in.Boolean("force"));
    EXPECT_EQ(in.Instant("at"), Time{});
    EXPECT_EQ(in.OptionalDate("day"), std::nullopt);
    EXPECT_THAT(in.TextList("names", 2), IsEmpty());
    EXPECT_EQ(in.Enum<Channel>("to"), Channel::kDev);
    EXPECT_EQ(in.Object("plan"), nullptr);
    EXPECT_EQ(in.OptionalArray("steps", 2), nullptr);
    in.Finish();
    EXPECT_THAT(
        Lines(errors),
        ElementsAre("/spec/reason: is required",
                    "/spec/version: must be text, not the number 1.1; write it in quotes if it is text",
                    "/spec/count: must be a whole number from 1 to 3, not the number 4",
                    "/spec/ratio: must be a number, not 'x'", "/spec/force: must be true or false, not the number 1",
                    "/spec/at: must be a time with its zone such as 2025-01-29T09:00:00Z, not '2025-01-29'",
                    "/spec/day: must be a date such as 2025-01-29, not '29.1.2025'",
                    "/spec/names: must be a list, not 'a'", "/spec/to: must be one of dev, stable, not 'production'",
                    "/spec/plan: must be an object, not a list", "/spec/steps: must have at most 2 items, has 3"));
}

TEST(ReadObject, LeavesOutWhatIsOptional) {
    const Json json = {{"note", nullptr}};
    FieldErrors errors;
    ObjectReader in(json, "", errors);
    EXPECT_FALSE(in.Has("note"));
    EXPECT_EQ(in.OptionalText("note"), std::nullopt);
    EXPECT_EQ(in.OptionalInteger("count", 0, 9), std::nullopt);
    EXPECT_EQ(in.OptionalNumber("ratio"), std::nullopt);
    EXPECT_EQ(in.OptionalBoolean("force"), std::nullopt);
    EXPECT_EQ(in.OptionalInstant("at"), std::nullopt);
    EXPECT_EQ(in.OptionalDate("day"), std::nullopt);
    EXPECT_THAT(in.OptionalTextList("names", 2), IsEmpty());
    EXPECT_EQ(in.OptionalEnum<Channel>("to"), std::nullopt);
    EXPECT_EQ(in.OptionalObject("plan"), nullptr);
    EXPECT_EQ(in.OptionalArray("steps", 2), nullptr);
    EXPECT_EQ(in.Any("extra"), nullptr);
    in.Finish();
    EXPECT_THAT(Lines(errors), IsEmpty());
}

TEST(ReadObject, SaysThatARequiredFieldIsMissingOnce) {
    const Json json = {{"at", nullptr}};
    FieldErrors errors;
    ObjectReader in(json, "", errors);
    in.Enum<Channel>("to");
    in.Instant("at");
    in.TextList("names", 3);
    in.Object("plan");
    in.Integer("count", 0, 1);
    in.Finish();
    EXPECT_THAT(Lines(errors), ElementsAre("/to: is required", "/at: is required", "/names: is required",
                                           "/plan: is required", "/count: is required"));
}

TEST(ReadObject, CountsCharactersNotBytes) {
    const Json json = {{"a", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\x80"}, {"b", ""}, {"c", "ab"}, {"d", "x"}};
    FieldErrors errors;
    ObjectReader in(json, "", errors);
    EXPECT_EQ(in.Text("a", {.min = 3, .max = 3}), "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\x80");
    in.Text("b");
    in.Text("c", {.max = 1});
    in.Text("d", {.min = 10});
    EXPECT_THAT(Lines(errors), ElementsAre("/b: must not be empty", "/c: must have at most 1 character, has 2",
                                           "/d: must have at least 10 characters, has 1"));
    const Json empty = {{"b", ""}};
    FieldErrors none;
    EXPECT_EQ(ObjectReader(empty, "", none).Text("b", {.min = 0}), "");
    EXPECT_THAT(none, IsEmpty());
}

TEST(ReadObject, RefusesControlCharacters) {
    for (const char* text : {"a\rb", "\x1B[31m", "a\x7F", "\x01"}) {
        const Json json = {{"a", text}, {"list", {"fine", text}}};
        FieldErrors errors;
        ObjectReader in(json, "", errors);
        EXPECT_EQ(in.Text("a"), "");
        EXPECT_THAT(in.TextList("list", 5), ElementsAre("fine"));
        ASSERT_EQ(errors.size(), 2U);
        EXPECT_NE(errors[0].message.find("control characters"), std::string::npos);
        EXPECT_EQ(errors[0].message.find(text), std::string::npos) << "shown raw";
        EXPECT_EQ(errors[1].pointer, "/list/1");
    }
    const Json json = {{"a", "one\n\ttwo"}};
    FieldErrors errors;
    EXPECT_EQ(ObjectReader(json, "", errors).Text("a"), "one\n\ttwo");
}

TEST(ReadObject, PointsAtItemsOfAList) {
    const Json json = {{"names", {"a", 1, "", nullptr}}};
    FieldErrors errors;
    ObjectReader(json, "", errors).TextList("names", 9);
    EXPECT_THAT(Lines(errors), ElementsAre("/names/1: must be text, not the number 1; write it in quotes if it is text",
                                           "/names/2: must not be empty", "/names/3: must be text, not null"));
}

TEST(ReadObject, KeepsIntegersWithinTheirRange) {
    const Json json = {{"huge", std::numeric_limits<std::uint64_t>::max()}, {"half", 1.5}, {"low", -1}};
    FieldErrors errors;
    ObjectReader in(json, "", errors);
    in.Integer("huge", 0, std::numeric_limits<std::int64_t>::max());
    in.OptionalInteger("half", 0, 9);
    in.OptionalInteger("low", 0, 9);
    EXPECT_THAT(Lines(errors),
                ElementsAre("/huge: must be a whole number from 0 to 9223372036854775807, not the number "
                            "18446744073709551615",
                            "/half: must be a whole number from 0 to 9, not the number 1.5",
                            "/low: must be a whole number from 0 to 9, not the number -1"));
}

TEST(ReadObject, NamesUnknownFieldsWithAHint) {
    const Json json = {{"reasn", "x"}, {"zzz", 1}, {"to", "dev"}, {"a/b", 1}};
    FieldErrors errors;
    ObjectReader in(json, "/spec", errors);
    in.OptionalText("reason");
    in.Text("to");
    in.OptionalText("to");
    in.Finish();
    EXPECT_THAT(Lines(errors), ElementsAre("/spec/a~1b: unknown field; known here: reason, to",
                                           "/spec/reasn: unknown field; did you mean 'reason'?; known here: reason, to",
                                           "/spec/zzz: unknown field; known here: reason, to"));
}

TEST(ReadObject, ReportsOneErrorWhenThereIsNoObject) {
    for (const Json& json : {Json::array(), Json("text"), Json(nullptr), Json(1)}) {
        FieldErrors errors;
        ObjectReader in(json, "/x", errors);
        in.Text("a");
        in.Integer("b", 0, 1);
        in.Object("c");
        EXPECT_FALSE(in.Has("a"));
        in.Finish();
        ASSERT_EQ(errors.size(), 1U);
        EXPECT_EQ(errors[0].pointer, "/x");
        EXPECT_EQ(errors[0].message.rfind("must be an object, not ", 0), 0U);
    }
}

TEST(ReadObject, TakesErrorsOfItsOwner) {
    const Json json = Json::object();
    FieldErrors errors;
    ObjectReader in(json, "/a", errors);
    in.Error("b", "must come before 'c'");
    EXPECT_THAT(Lines(errors), ElementsAre("/a/b: must come before 'c'"));
}

}  // namespace
}  // namespace platform
