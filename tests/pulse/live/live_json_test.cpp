#include "pulse/wire/live_json.hpp"

#include <gtest/gtest.h>

#include "platform/json/json.hpp"

namespace pulse::wire {
namespace {

using platform::Json;

std::optional<Json> Changes(const Json& before, const Json& after) {
    const auto text = EncodeChanges(ReadLiveState(before.dump()), ReadLiveState(after.dump()));
    return text ? std::optional(Json::parse(*text)) : std::nullopt;
}

TEST(LiveMessages, WhatChangedIsToldWhole) {
    const Json before{{"activeAlerts", {1, 2}}, {"stats", {{"users", 1}}}, {"gone", 1}, {"lastUpdate", "a"}};
    const Json after{{"activeAlerts", {1}}, {"stats", {{"users", 1}}}, {"added", true}, {"lastUpdate", "b"}};
    const auto told = Changes(before, after);
    ASSERT_TRUE(told);
    EXPECT_EQ((*told)["type"], "rawData");
    EXPECT_EQ((*told)["data"], (Json{{"activeAlerts", {1}}, {"added", true}, {"gone", nullptr}, {"lastUpdate", "b"}}));
    Json merged = before;
    merged.merge_patch((*told)["data"]);
    EXPECT_EQ(merged, after);
}

TEST(LiveMessages, ToHaveLookedAgainIsNoChange) {
    EXPECT_FALSE(Changes({{"stats", 1}, {"lastUpdate", "a"}}, {{"stats", 1}, {"lastUpdate", "b"}}));
    EXPECT_FALSE(Changes(Json::object(), Json::object()));
}

TEST(LiveMessages, TheStateIsPassedOnAsItIs) {
    EXPECT_EQ(EncodeInitialState(R"({"a":1})"), R"({"type":"initialState","data":{"a":1}})");
    EXPECT_EQ(EncodeRawData("{}"), R"({"type":"rawData","data":{}})");
    EXPECT_EQ(ReadLiveState(R"({"activeAlerts":[1,2,3]})").resources, 3U);
}

TEST(LiveMessages, OnlyTwoThingsCanBeSaid) {
    EXPECT_EQ(ReadClientMessage(R"({"type":"ping","data":{"x":1}})"), ClientMessage::kPing);
    EXPECT_EQ(ReadClientMessage(R"({"type":"requestData"})"), ClientMessage::kRequestData);
    for (const std::string text :
         {"", "x", "7", "[]", R"({"type":["ping"]})", R"({"Type":"ping"})", R"({"type":"PING"})"}) {
        EXPECT_EQ(ReadClientMessage(text), ClientMessage::kOther) << text;
    }
    EXPECT_EQ(ReadClientMessage(std::string(60'000, '[')), ClientMessage::kOther);
}

}  // namespace
}  // namespace pulse::wire
