// Flags of orders and their grounds, kills of flags, and drift that blocks: the store's functions, and what PostgreSQL
// refuses of plain SQL.
#include <algorithm>

#include <gtest/gtest.h>

#include "controller/store/exposure.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using store::InstanceId;

InstanceId Host(std::string_view name) {
    return InstanceId::Trusted(std::string(name));
}

/// An instance without a credential: what it says is recorded as if it had one.
void AddHost(World& world, const std::string& name, std::vector<std::string> orgs, const std::string& flags = "{}") {
    world.Sql("INSERT INTO portcullis.instances (id, created_by) VALUES ('" + name +
              "', 'ana') ON CONFLICT DO NOTHING");
    store::InstanceInventory inventory;
    inventory.instance = Host(name);
    inventory.orgs = std::move(orgs);
    inventory.flags = flags;
    inventory.sent_at = support::At("2025-01-13T08:00:00Z");
    world.Db().Write([&](store::Tx& tx) { store::RecordInventories(tx, "controller-a", {inventory}); });
}

std::string FlagOf(World& world, const ReleaseId& release) {
    return world.Load(release).flag.value_or("");
}

std::string FlagJson(const std::string& flag, const std::string& tenants, bool killed = false, bool everybody = false) {
    return "{\"" + flag + "\":{\"default\":" + (everybody ? "true" : "false") + ",\"enabled_orgs\":[" + tenants +
           "],\"killed\":" + (killed ? "true" : "false") + "}}";
}

std::string OrderSql(const std::string& instance, const std::string& flags) {
    return "INSERT INTO portcullis.desired_states AS d (instance_id, generation, enabled, mode, reason, flags) VALUES "
           "('" +
           instance + "', 1, true, 'hot', '', '" + flags +
           "') ON CONFLICT (instance_id) DO UPDATE SET generation = " + "d.generation + 1, flags = EXCLUDED.flags";
}

policy::RecordId OrderFlag(World& world, const std::string& flag, bool enabled,
                           std::optional<policy::RecordId> approval = std::nullopt, std::string_view by = "ana") {
    store::NewOperation operation;
    operation.id = NewId("op");
    operation.kind = "flag";
    operation.flag = flag;
    operation.enabled = enabled;
    operation.mode = "hot";
    operation.whole_fleet = true;
    operation.reason = "totals are wrong";
    operation.requested_by = Person(by);
    operation.flag_approval = std::move(approval);
    world.Db().Write([&](store::Tx& tx) { store::InsertOperation(tx, operation); });
    return operation.id;
}

policy::RecordId ApproveLift(World& world, const std::string& flag, std::string_view by) {
    return world.Db().Write([&](store::Tx& tx) {
        return store::InsertFlagApproval(tx, NewId("fla"), flag, Person(by), "fixed", std::chrono::hours(1)).id;
    });
}

TEST(ExposureRules, AFlagIsOnForWhoeverMayHaveItAndForNobodyElse) {
    World world;
    const ReleaseId release = world.NewRelease();
    const std::string flag = FlagOf(world, release);
    AddHost(world, "eu-1", {"default", "tenant-1", "tenant-3", "tenant-dev"});
    ExpectRefused(world, "CHN-6", OrderSql("eu-1", FlagJson(flag, "\"tenant-1\"")));
    world.Sql(OrderSql("eu-1", FlagJson(flag, "\"tenant-dev\"")));
    world.BringTo(release, Channel::kExperimental);
    world.Sql(OrderSql("eu-1", FlagJson(flag, "\"tenant-1\"")));
    ExpectRefused(world, "CHN-6", OrderSql("eu-1", FlagJson(flag, "\"tenant-1\",\"tenant-3\"")));
    ExpectRefused(world, "CHN-6", OrderSql("eu-1", FlagJson(flag, "\"tenant-dev\"")));
    ExpectRefused(world, "CHN-6", OrderSql("eu-1", FlagJson(flag, "", false, true)));
    ExpectRefused(world, "CHN-6", OrderSql("eu-1", FlagJson("OF_NO_RELEASE", "\"tenant-1\"")));
    ExpectRefused(world, "CHN-6", OrderSql("eu-1", "{\"X\":true}"));
    world.Sql(
        "UPDATE portcullis.consents SET withdrawn_by = 'ana', withdrawn_reason = 'enough' WHERE tenant_id = "
        "'tenant-1'");
    ExpectRefused(world, "CHN-6", OrderSql("eu-1", FlagJson(flag, "\"tenant-1\"")));
    world.Sql(OrderSql("eu-1", "{}"));
}

TEST(ExposureRules, AnOrderForFlagsAloneLeavesTheSwitchToItsEnvironment) {
    World world;
    AddHost(world, "eu-1", {"default"});
    ExpectRefused(world, "KSW-3",
                  "INSERT INTO portcullis.desired_states (instance_id, generation, enabled, mode, reason) VALUES "
                  "('eu-1', 1, false, 'hot', '')");
    store::NewOperation kill;
    kill.id = NewId("op");
    kill.mode = "hot";
    kill.whole_fleet = true;
    kill.reason = "isolation in doubt";
    kill.requested_by = Person("ana");
    world.Db().Write([&](store::Tx& tx) { store::InsertOperation(tx, kill); });
    ExpectRefused(world, "KSW-8",
                  "UPDATE portcullis.desired_states SET generation = generation + 1, enabled = true, reason = '', "
                  "operation_id = NULL");
    // Flags change, the switch stays off.
    world.Db().Write([&](store::Tx& tx) { store::OrderFlags(tx, {{Host("eu-1"), {}}}, {Host("eu-1")}); });
    EXPECT_EQ(world.Cell("SELECT enabled FROM portcullis.desired_states"), "f");
}

TEST(ExposureRules, AKilledFlagStaysKilledUntilItIsLiftedAsDecided) {
    World world;
    const ReleaseId release = world.NewRelease();
    const std::string flag = FlagOf(world, release);
    AddHost(world, "eu-1", {"tenant-dev"});
    const policy::RecordId kill = OrderFlag(world, flag, false);
    ExpectRefused(world, "KSW-7", OrderSql("eu-1", FlagJson(flag, "")));
    world.Sql(OrderSql("eu-1", FlagJson(flag, "", true)));
    EXPECT_EQ(RuleRefusing([&] { OrderFlag(world, flag, true); }), "KSW-8");
    const policy::RecordId approval = ApproveLift(world, flag, "sue");
    EXPECT_EQ(RuleRefusing([&] { OrderFlag(world, flag, true, approval); }), "KSW-8") << "the review is open";
    world.Db().Write([&](store::Tx& tx) { store::CompleteKillReview(tx, kill, "found and fixed", Person("sue")); });
    EXPECT_EQ(RuleRefusing([&] { OrderFlag(world, "ANOTHER", true, approval); }), "KSW-8") << "for another flag";
    EXPECT_EQ(RuleRefusing([&] { OrderFlag(world, flag, true, approval, "sue"); }), "KSW-8")
        << "nobody lifts on their own";
    EXPECT_EQ(RuleRefusing([&] { ApproveLift(world, flag, "dora"); }), "SOD-4");
    ExpectNoRight(world, "UPDATE portcullis.flag_kills SET lifted_by = operation_id");
    ExpectNoRight(world, "DELETE FROM portcullis.flag_kills");
    OrderFlag(world, flag, true, approval);
    EXPECT_THROW(OrderFlag(world, flag, true, approval), store::Conflict) << "spent";
    world.Sql(OrderSql("eu-1", FlagJson(flag, "\"tenant-dev\"")));
}

TEST(ExposureRules, DriftAndAKilledFlagStopThePromotion) {
    World world;
    const ReleaseId release = world.NewRelease();
    const std::string flag = FlagOf(world, release);
    world.MakeReadyFor(release, Channel::kExperimental);
    AddHost(world, "eu-1", {"default", "tenant-3"}, FlagJson(flag, "\"tenant-3\""));
    const auto facts = world.Db().Read([&](store::Tx& tx) { return store::LoadDrifts(tx, release); });
    ASSERT_EQ(facts.size(), 1U);
    EXPECT_EQ(facts[0].kind, policy::ExposureDrift::kExposed);
    EXPECT_EQ(facts[0].tenants, std::vector<std::string>{"tenant-3"});
    ExpectRefused(world, "CHX-7", world.PromotionSql(release, Channel::kExperimental));
    AddHost(world, "eu-1", {"default", "tenant-3"});
    OrderFlag(world, flag, false);
    ExpectRefused(world, "KSW-8", world.PromotionSql(release, Channel::kExperimental));
}

TEST(ExposureRules, ThePatienceOfDriftIsSetWithinBoundsAndKeepsNobodyFromKnowing) {
    World world;
    const auto set = [&](std::chrono::seconds patience) {
        world.Db().Write([&](store::Tx& tx) { store::SetDriftPatience(tx, patience); });
    };
    const std::string epoch = world.Cell("SELECT epoch FROM portcullis.facts_epoch");
    set(std::chrono::seconds(20));
    EXPECT_EQ(world.Cell("SELECT drift_patience FROM portcullis.fleet_settings"), "00:00:20");
    EXPECT_NE(world.Cell("SELECT epoch FROM portcullis.facts_epoch"), epoch) << "gates remember what it was before";
    EXPECT_ANY_THROW(set(std::chrono::hours(1)));
    EXPECT_ANY_THROW(set(std::chrono::seconds(0)));
    ExpectNoRight(world, "DELETE FROM portcullis.fleet_settings");
    ExpectNoRight(world, "INSERT INTO portcullis.fleet_settings DEFAULT VALUES");
}

TEST(ExposureRules, AControllerSaysWhatItSawAndNotWhen) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    AddHost(world, "eu-1", {"default", "tenant-1"});
    const auto look = [&](const std::string& seen, const std::string& problem) {
        world.Db().Write([&](store::Tx& tx) {
            store::RecordSightings(tx, "controller-a", {{Host("eu-1"), seen, problem, {}}}, std::chrono::seconds(5));
        });
    };
    const auto kinds = [&] {
        std::vector<policy::ExposureDrift> found;
        for (const auto& drift : world.Db().Read([&](store::Tx& tx) { return store::LoadDrifts(tx, release); })) {
            found.push_back(drift.kind);
        }
        return found;
    };
    const auto due = world.Db().Write([&](store::Tx& tx) {
        return store::ClaimSightings(tx, "controller-a", {Host("eu-1")}, std::chrono::seconds(5),
                                     std::chrono::seconds(60));
    });
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due[0].hosts, (std::vector<std::string>{"default", "tenant-1"}));
    EXPECT_TRUE(world.Db()
                    .Write([&](store::Tx& tx) {
                        return store::ClaimSightings(tx, "controller-b", {Host("eu-1")}, std::chrono::seconds(5),
                                                     std::chrono::seconds(60));
                    })
                    .empty())
        << "one controller at a time";
    look(R"({"default":[],"tenant-1":[]})", "");
    EXPECT_TRUE(kinds().empty());
    look(R"({"default":[],"tenant-1":null,"tenant-3":true})", "");
    EXPECT_EQ(kinds(), std::vector{policy::ExposureDrift::kContradicted});
    look(R"({"default":[],"tenant-1":[")" + FlagOf(world, release) + R"("]})", "");
    EXPECT_EQ(kinds(), (std::vector{policy::ExposureDrift::kContradicted, policy::ExposureDrift::kExposed}));
    ExpectRefused(world, "CHX-7", world.PromotionSql(release, Channel::kExperimental));
    // Who could not look has seen nothing else.
    look("{}", "nobody answers");
    EXPECT_EQ(kinds(), (std::vector{policy::ExposureDrift::kContradicted, policy::ExposureDrift::kExposed}));
    const auto rows = world.Db().Read([&](store::Tx& tx) { return store::ListSightings(tx); });
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].problem, "nobody answers");
    ExpectNoRight(world, "UPDATE portcullis.instance_sightings SET seen_at = now()");
    ExpectNoRight(world, "DELETE FROM portcullis.instance_departures");
}

}  // namespace
}  // namespace store_test
