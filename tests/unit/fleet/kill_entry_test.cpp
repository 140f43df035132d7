#include "controller/wire/kill_entry.hpp"

#include <gtest/gtest.h>

#include "platform/base/time.hpp"

namespace fleet_test {
namespace {

wire::KillEntry Entry() {
    wire::KillEntry entry;
    entry.operation = policy::RecordId::Trusted("op_01J0000000000000000000000A");
    entry.controller = "host/1234";
    entry.given_at = *platform::ParseTime("2025-01-14T09:00:00.123456Z");
    entry.machine_time = *platform::ParseTime("2026-01-14T09:00:00Z");
    entry.actor = policy::PrincipalId::Trusted("otto.operator");
    entry.actor_kind = policy::PrincipalKind::kComponent;
    entry.display_name = "Otto \"the\" operator\n";
    entry.roles = {policy::Role::kOperator, policy::Role::kAdmin};
    entry.token_id = "tok_1";
    entry.request_id = "req_1";
    entry.order = R"({"enabled":false,"reason":"zwei\nZeilen, \u00e4","scope":{"all":true}})";
    entry.targets = {{policy::InstanceId::Trusted("eu-1"), 32, 16}, {policy::InstanceId::Trusted("eu-2"), 16, 0}};
    return entry;
}

TEST(KillEntries, ReadBackAsTheyWereAndAreOneLine) {
    const std::string text = EncodeKillEntry(Entry());
    EXPECT_EQ(text.find('\n'), std::string::npos);
    const auto read = wire::DecodeKillEntry(text);
    ASSERT_TRUE(read) << read.error().front().pointer << read.error().front().message;
    EXPECT_EQ(EncodeKillEntry(*read), text);
    EXPECT_EQ(read->given_at, Entry().given_at);
    EXPECT_EQ(read->order, Entry().order);
    EXPECT_EQ(read->roles, Entry().roles);
    ASSERT_EQ(read->targets.size(), 2U);
    EXPECT_EQ(read->targets[0].base, 16);
    EXPECT_EQ(read->machine_start, "") << "as an older program wrote it";
    wire::KillEntry newer = Entry();
    newer.machine_start = "0a1b";
    newer.machine_age = std::chrono::milliseconds(987'654'321);
    const auto again = wire::DecodeKillEntry(EncodeKillEntry(newer));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->machine_start, "0a1b");
    EXPECT_EQ(again->machine_age, newer.machine_age);
}

TEST(KillEntries, HaveRoomForALargeFleet) {
    wire::KillEntry entry = Entry();
    for (int i = 0; i < 20'000; ++i) {
        entry.targets.push_back({policy::InstanceId::Trusted("pulse-" + std::to_string(i)), 160'000, 159'999});
    }
    const auto read = wire::DecodeKillEntry(EncodeKillEntry(entry));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->targets.size(), entry.targets.size());
}

TEST(KillEntries, OfAnotherShapeAreNone) {
    EXPECT_FALSE(wire::DecodeKillEntry("{}"));
    EXPECT_FALSE(wire::DecodeKillEntry(EncodeKillEntry(Entry()).substr(1)));
}

}  // namespace
}  // namespace fleet_test
