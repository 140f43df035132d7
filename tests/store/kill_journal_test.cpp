// Kills that were sent before they were entered: which generations their orders get, and what PostgreSQL refuses.
#include <gtest/gtest.h>

#include "controller/store/kill_journal.hpp"
#include "controller/store/operations.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using store::InstanceId;

const policy::Time kGivenAt = support::At("2025-01-14T08:59:59.123456Z");

InstanceId Instance(std::string_view name) {
    return InstanceId::Trusted(std::string(name));
}

void LetInNamed(World& world, const std::string& name) {
    store::NewEnrolment enrolment{NewId("enr"), Instance(name), platform::Sha256("t" + name), Person("ana"),
                                  std::chrono::hours(1)};
    world.Db().Write([&](store::Tx& tx) { store::InsertEnrolment(tx, enrolment); });
    world.Db().Write([&](store::Tx& tx) {
        store::ExchangeEnrolment(tx, *store::LockEnrolmentByHash(tx, enrolment.hash), NewId("crd"),
                                 platform::Sha256Hex("c" + name));
    });
}

/// For the whole fleet; from the journal when something was pushed.
policy::RecordId Kill(World& world, std::vector<store::KillPush> pushed = {}) {
    store::NewOperation operation;
    operation.id = NewId("op");
    operation.mode = "hot";
    operation.whole_fleet = true;
    operation.reason = "isolation in doubt";
    operation.requested_by = Person("ana");
    world.Db().Write([&](store::Tx& tx) {
        if (!pushed.empty()) {
            operation.journal = operation.id.Text();
            operation.ordered_at = kGivenAt;
            for (const store::KillPush& push : pushed) {
                operation.pushed.push_back({push.instance, push.generation});
            }
            store::RecordJournalled(tx, {operation.id, "controller-a", kGivenAt, kGivenAt, pushed});
        }
        store::InsertOperation(tx, operation);
    });
    return operation.id;
}

store::DesiredState Ordered(World& world, std::string_view name) {
    return world.Db().Read([&](store::Tx& tx) { return store::LoadDesiredStates(tx, {Instance(name)}).at(0); });
}

TEST(KillJournal, WhatWasSentIsTheOrderOnRecord) {
    World world;
    LetInNamed(world, "eu-1");
    LetInNamed(world, "eu-2");
    const auto first = Kill(world, {{Instance("eu-1"), 16, 0}});
    EXPECT_EQ(Ordered(world, "eu-1").generation, 16);
    EXPECT_EQ(Ordered(world, "eu-1").issued_at, kGivenAt) << "the document is made from the row, and must be the same";
    EXPECT_EQ(Ordered(world, "eu-1").operation, first);
    EXPECT_EQ(Ordered(world, "eu-2").generation, 1);
    EXPECT_NE(Ordered(world, "eu-2").issued_at, kGivenAt);
    const auto second = Kill(world, {{Instance("eu-1"), 32, 16}, {Instance("eu-2"), 16, 1}});
    EXPECT_EQ(Ordered(world, "eu-1").generation, 32);
    EXPECT_EQ(Ordered(world, "eu-2").generation, 16);
    world.Db().Read([&](store::Tx& tx) {
        EXPECT_EQ(store::LoadJournalled(tx, second)->given_at, kGivenAt);
        EXPECT_EQ(store::LoadOperation(tx, second)->requested_at, kGivenAt) << "not when it was entered";
        EXPECT_FALSE(store::LoadJournalled(tx, NewId("op")));
        for (const auto& part : store::LoadOperationInstances(tx, second)) {
            EXPECT_EQ(part.generation, part.instance.desired->generation);
        }
        EXPECT_EQ(store::LoadOperationInstances(tx, second).size(), 2U);
    });
}

TEST(KillJournal, AnOrderThatCameBetweenIsOverruledFromAboveBoth) {
    World world;
    LetInNamed(world, "eu-1");
    Kill(world);  // generation 1, which the sender did not know of
    Kill(world, {{Instance("eu-1"), 48, 0}});
    EXPECT_EQ(Ordered(world, "eu-1").generation, 49) << "another text than the one that was sent as 48";
    EXPECT_NE(Ordered(world, "eu-1").issued_at, kGivenAt);
    Kill(world, {{Instance("eu-1"), 16, 0}});
    EXPECT_EQ(Ordered(world, "eu-1").generation, 50);
}

TEST(KillJournal, NoOtherOrderGetsAGenerationThatIsKept) {
    World world;
    LetInNamed(world, "eu-1");
    for (int i = 0; i < 40; ++i) {
        Kill(world);
        EXPECT_NE(Ordered(world, "eu-1").generation % 16, 0);
    }
    EXPECT_EQ(Ordered(world, "eu-1").generation, 42) << "two were left out";
}

TEST(KillJournal, IsForKillsOfKnownInstancesAndIsNeverChanged) {
    World world;
    LetInNamed(world, "eu-1");
    Kill(world, {{Instance("eu-1"), 16, 0}, {Instance("stranger"), 16, 0}});
    for (const char* table : {"kill_journal", "kill_pushes"}) {
        ExpectNoRight(world, std::string("DELETE FROM portcullis.") + table);
        ExpectNoRight(world, std::string("UPDATE portcullis.") + table + " SET operation_id = 'op_x'");
    }
    store::NewOperation on;
    on.id = NewId("op");
    on.enabled = true;
    on.mode = "hot";
    on.whole_fleet = true;
    on.reason = "all is well";
    on.requested_by = Person("ana");
    EXPECT_EQ(RuleRefusing([&] {
                  world.Db().Write([&](store::Tx& tx) {
                      store::RecordJournalled(tx, {on.id, "controller-a", kGivenAt, kGivenAt, {}});
                      store::InsertOperation(tx, on);
                  });
              }),
              "KSW-8");
}

}  // namespace
}  // namespace store_test
