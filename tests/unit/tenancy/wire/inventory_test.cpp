#include "tenancy/wire/inventory.hpp"

#include <gtest/gtest.h>

#include "platform/json/json.hpp"

namespace tenancy::wire {
namespace {

using platform::Json;

Inventory SomeInventory() {
    Inventory inventory;
    inventory.orgs = {"acme", "default"};
    inventory.tenants = {12, std::string(64, 'a')};
    inventory.flags = {{"AUDIT_FILTER_UI_ENABLED", {false, {"acme"}, false}}, {"OLD_FLAG", {false, {}, true}}};
    inventory.sent_at = *platform::ParseTime("2025-01-15T09:00:00Z");
    return inventory;
}

TEST(InventoryMessage, ComesBackAsItWasSent) {
    const Inventory sent = SomeInventory();
    const auto read = DecodeInventory(EncodeInventory(sent));
    ASSERT_TRUE(read) << read.error().front().message;
    EXPECT_TRUE(SameInventory(*read, sent));
    EXPECT_EQ(read->sent_at, sent.sent_at);
    EXPECT_EQ(Json::parse(EncodeInventory(sent)).dump(),
              R"({"flags":{"AUDIT_FILTER_UI_ENABLED":{"default":false,"enabled_orgs":["acme"],"killed":false},)"
              R"("OLD_FLAG":{"default":false,"enabled_orgs":[],"killed":true}},"orgs":["acme","default"],)"
              R"("sent_at":"2025-01-15T09:00:00Z","tenants":{"count":12,"digest":")" +
                  std::string(64, 'a') + R"("},"type":"inventory"})");
}

TEST(InventoryMessage, IsNewsWhenAnythingButTheTimeChanged) {
    const Inventory before = SomeInventory();
    Inventory after = before;
    after.sent_at += std::chrono::seconds(1);
    EXPECT_TRUE(SameInventory(before, after));
    after.orgs.emplace_back("globex");
    EXPECT_FALSE(SameInventory(before, after));
    after = before;
    after.tenants.count = 13;
    EXPECT_FALSE(SameInventory(before, after));
    after = before;
    after.flags["OLD_FLAG"].killed = false;
    EXPECT_FALSE(SameInventory(before, after));
}

TEST(InventoryMessage, WhatIsNotWholeIsNone) {
    const Json whole = Json::parse(EncodeInventory(SomeInventory()));
    for (const auto& [field, unused] : whole.items()) {
        Json without = whole;
        without.erase(field);
        EXPECT_FALSE(DecodeInventory(without.dump())) << field;
        Json wrong = whole;
        wrong[field] = 7;
        EXPECT_FALSE(DecodeInventory(wrong.dump())) << field;
    }
    Json more = whole;
    more["more"] = true;
    EXPECT_FALSE(DecodeInventory(more.dump()));
    Json flag = whole;
    flag["flags"]["OLD_FLAG"].erase("killed");
    const auto refused = DecodeInventory(flag.dump());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().pointer, "/flags/OLD_FLAG/killed");
    Json negative = whole;
    negative["tenants"]["count"] = -1;
    EXPECT_FALSE(DecodeInventory(negative.dump()));
    Json spaced = whole;
    spaced["orgs"][0] = "acme globex";
    EXPECT_FALSE(DecodeInventory(spaced.dump()));
    spaced = whole;
    spaced["flags"]["OLD_FLAG"]["enabled_orgs"] = {"acme globex"};
    EXPECT_FALSE(DecodeInventory(spaced.dump()));
    for (const std::string& name : {std::string(), std::string(1, '\0'), std::string("A\nB")}) {
        Json unnamed = whole;
        unnamed["flags"][name] = unnamed["flags"]["OLD_FLAG"];
        EXPECT_FALSE(DecodeInventory(unnamed.dump())) << name;
    }
    EXPECT_FALSE(DecodeInventory("[]"));
    EXPECT_FALSE(DecodeInventory(std::string(kMaxInventoryBytes + 1, ' ')));
}

TEST(StoredFlags, AreTheFlagsOfTheMessage) {
    const auto flags = SomeInventory().flags;
    const auto read = DecodeFlags(EncodeFlags(flags));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, flags);
    EXPECT_EQ(EncodeFlags({}), "{}");
    EXPECT_FALSE(DecodeFlags("[]"));
    EXPECT_FALSE(DecodeFlags(R"({"A":{"default":false}})"));
}

}  // namespace
}  // namespace tenancy::wire
