// Kills that were sent before they were entered: which generations their orders get, and what PostgreSQL refuses.
#include <gtest/gtest.h>

#include <pqxx/pqxx>

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
            operation.pushed = pushed;
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

/// An operation that nobody was ordered anything for yet, by plain SQL.
std::string Noted(const World& world, const std::string& columns = "", const std::string& values = "") {
    const std::string id = NewId("op").Text();
    world.Sql("INSERT INTO portcullis.operations (id, kind, enabled, mode, whole_fleet, reason, requested_by" +
              columns + ") VALUES ('" + id + "', 'multi_tenant', false, 'hot', true, 'isolation in doubt', 'ana'" +
              values + ")");
    return id;
}

std::string OrderKillSql(const std::string& operation, const std::string& pushes = "'{}', '{}', '{}'") {
    return "SELECT portcullis.order_kill('" + operation + "', '{}', " + pushes + ")";
}

TEST(OrdersOfAKill, AreGivenForAKillOfAllAtOnceAndForNothingElse) {
    World world;
    LetInNamed(world, "eu-1");
    ExpectRefused(world, "KSW-3", OrderKillSql("op_none"));
    ExpectRefused(world, "KSW-3", OrderKillSql(Noted(world, ", batch_size", ", 2")));
    const std::string kill = Noted(world);
    ExpectRefused(world, "KSW-3", OrderKillSql(kill, "'{eu-1}', '{16}', '{0}'"));  // no journal has it
    world.Sql("INSERT INTO portcullis.kill_journal (operation_id, controller, given_at) VALUES ('" + kill +
              "', 'controller-a', portcullis.now())");
    EXPECT_THROW(world.Sql(OrderKillSql(kill, "'{eu-1}', '{15}', '{0}'")), pqxx::check_violation);
    EXPECT_THROW(world.Sql(OrderKillSql(kill, "'{eu-1}', '{16}', '{16}'")), pqxx::check_violation);
    EXPECT_EQ(world.Cell(OrderKillSql(kill, "'{eu-1}', '{16}', '{0}'")), "eu-1");
    EXPECT_EQ(Ordered(world, "eu-1").generation, 16);
    EXPECT_THROW(world.Sql(OrderKillSql(kill)), pqxx::unique_violation) << "once";
}

TEST(OrdersOfAKill, AreNotGivenToWhomANewerOperationChose) {
    World world;
    LetInNamed(world, "eu-1");
    const std::string late = Noted(world);
    const auto newer = Kill(world);
    LetInNamed(world, "eu-2");  // with the order that stands, the newer one
    EXPECT_EQ(world.Cell("SELECT string_agg(x, ' ') FROM (" + OrderKillSql(late) + ") AS k (x)"), "eu-1 eu-2");
    EXPECT_EQ(Ordered(world, "eu-1").operation, newer);
    EXPECT_EQ(Ordered(world, "eu-2").operation, newer);
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.operation_instances WHERE operation_id = '" + late + "'"),
              "0");
    EXPECT_EQ(world.Cell("SELECT string_agg(operation_id, ' ') FROM portcullis.instance_orders"),
              newer.Text() + " " + newer.Text());
}

/// The rows that an order leaves behind, without what names the operation or tells the time.
std::string LeftBehind(const World& world, const std::string& operation) {
    return world.Cell(
        "SELECT string_agg(concat_ws(' ', t.instance_id, t.batch, i.generation, i.issued_at >= o.ordered_at, "
        "i.boot_before, i.started_before, i.began_before, i.tenants_before, i.tenants_digest_before, d.generation, "
        "d.enabled, d.mode, d.reason, d.operation_id = o.id, d.issued_at <= portcullis.now(), w.chosen = o.number, "
        "w.issued = o.number, w.operation_id = o.id, w.generation), E'\n' ORDER BY t.instance_id) "
        "FROM portcullis.operations o JOIN portcullis.operation_targets t ON t.operation_id = o.id "
        "JOIN portcullis.operation_instances i ON i.operation_id = o.id AND i.instance_id = t.instance_id "
        "JOIN portcullis.desired_states d ON d.instance_id = t.instance_id "
        "JOIN portcullis.instance_orders w ON w.instance_id = t.instance_id AND w.subject = 'switch' "
        "WHERE o.id = '" +
        operation + "'");
}

std::string LeftBehindBy(std::optional<std::int64_t> batch_size) {
    World world;
    std::string ordered;
    for (const std::string name : {"eu-1", "eu-2", "eu-3"}) {
        LetInNamed(world, name);
    }
    store::InstanceReport said;
    said.instance = Instance("eu-2");
    said.boot_id = "boot_2";
    said.started_at = support::At("2025-01-13T00:00:00Z");
    said.program = "pulsed 1.0";
    said.generation = 31;  // the next one is kept
    world.Db().Write([&](store::Tx& tx) { store::RecordReports(tx, "controller-a", {said}); });
    world.Sql(
        "INSERT INTO portcullis.desired_states (instance_id, generation, enabled, mode, reason) VALUES "
        "('eu-3', 7, true, 'hot', '')");  // for its flags: nobody moved its switch
    store::NewOperation operation;
    operation.mode = "restart";
    operation.whole_fleet = true;
    operation.reason = "isolation in doubt";
    operation.requested_by = Person("ana");
    operation.batch_size = batch_size;
    for (int n = 0; n < 2; ++n) {
        operation.id = NewId("op");
        world.Db().Write([&](store::Tx& tx) { store::InsertOperation(tx, operation); });
        ordered += LeftBehind(world, operation.id.Text()) + "\n";
    }
    return ordered;
}

TEST(OrdersOfAKill, LeaveTheSameRowsBehindAsThoseOfOneBatch) {
    const std::string at_once = LeftBehindBy(std::nullopt);
    EXPECT_EQ(at_once, LeftBehindBy(10)) << "what triggers made of each row";
    EXPECT_NE(at_once.find("eu-2 1 33 t boot_2"), std::string::npos) << at_once;
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
