// The audit log: its chain, what it refuses, how it is read (AUD-1..3, ATT-1..4).
#include <thread>

#include <gtest/gtest.h>

#include "controller/store/clock.hpp"
#include "platform/base/invariant.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using store::AuditEntry;
using store::AuditFilter;
using store::AuditRow;

AuditEntry EntryOf(const std::string& action, const std::string& release = {}) {
    AuditEntry entry;
    entry.actor = "ana";
    entry.action = action;
    entry.release = release;
    entry.request_id = "req-" + action;
    entry.summary = "done in a test";
    return entry;
}

std::vector<AuditRow> Stream(World& world, const AuditFilter& filter = {}) {
    std::vector<AuditRow> rows;
    world.Db().Read([&](store::Tx& tx) {
        rows.clear();
        store::StreamAudit(tx, filter, [&](const AuditRow& row) {
            rows.push_back(row);
            return true;
        });
    });
    return rows;
}

void ExpectChain(const std::vector<AuditRow>& rows) {
    std::string prev(wire::kGenesisHash);
    std::int64_t seq = 0;
    for (const AuditRow& row : rows) {
        ASSERT_EQ(row.seq, ++seq);
        ASSERT_EQ(row.prev_hash, prev);
        ASSERT_EQ(row.hash, wire::AuditHash(prev, row.document));
        const auto entry = wire::DecodeAuditDocument(row.document);
        ASSERT_TRUE(entry);
        ASSERT_EQ(entry->seq, row.seq);
        ASSERT_EQ(entry->at, row.at);
        ASSERT_EQ(entry->action, row.action);
        prev = row.hash;
    }
}

std::string AuditSql(const std::string& document) {
    return "INSERT INTO portcullis.audit (document) VALUES ('" + document + "')";
}

TEST(Audit, EntriesAreChained) {
    World world;
    world.AppendAudit("test.first");
    const auto last = world.Db().Write([](store::Tx& tx) {
        AuditEntry entry = EntryOf("test.second", "rel-x");
        entry.outcome = wire::AuditOutcome::kRefused;
        entry.details = R"({"why":"rule"})";
        return store::AppendAudit(tx, entry);
    });
    const auto rows = Stream(world);
    ASSERT_EQ(rows.size(), 2U);
    ExpectChain(rows);
    EXPECT_EQ(rows[1].hash, last.hash);
    EXPECT_TRUE(rows[1].refused);
    EXPECT_EQ(rows[1].release, "rel-x");
    EXPECT_TRUE(wire::DecodeAuditDocument(rows[1].document)->simulated_clock);
    const auto head = world.Db().Read([](store::Tx& tx) { return store::LoadAuditHead(tx); });
    EXPECT_EQ(head.seq, 2);
    EXPECT_EQ(head.hash, last.hash);
}

TEST(Audit, ConcurrentWritersKeepOneChain) {
    World world;
    std::vector<std::thread> writers;
    for (int i = 0; i < 4; ++i) {
        writers.emplace_back([&] {
            for (int n = 0; n < 25; ++n) {
                world.AppendAudit();
            }
        });
    }
    for (auto& writer : writers) {
        writer.join();
    }
    const auto rows = Stream(world);
    EXPECT_EQ(rows.size(), 100U);
    ExpectChain(rows);
}

TEST(Audit, WhatIsRolledBackLeavesNoGap) {
    World world;
    world.AppendAudit();
    EXPECT_THROW(world.Db().Write([](store::Tx& tx) {
        store::AppendAudit(tx, EntryOf("test.lost"));
        throw std::runtime_error("after the entry");
    }),
                 std::runtime_error);
    world.AppendAudit();
    ExpectChain(Stream(world));
}

TEST(Audit, AnUnattributedEntryEndsTheOperation) {
    World world;
    const auto append = [&](auto change) {
        world.Db().Write([&](store::Tx& tx) {
            AuditEntry entry = EntryOf("release.promote", "rel-x");
            change(entry);
            store::AppendAudit(tx, entry);
        });
    };
    EXPECT_THROW(append([](AuditEntry& entry) { entry.actor.clear(); }), platform::InvariantViolation);
    EXPECT_THROW(append([](AuditEntry& entry) { entry.release.clear(); }), platform::InvariantViolation);
    EXPECT_THROW(append([](AuditEntry& entry) { entry.action = "tenant.change"; }), platform::InvariantViolation);
    EXPECT_EQ(RuleRefusing([&] { append([](AuditEntry& entry) { entry.actor = "nobody"; }); }), "ATT-1");
    EXPECT_EQ(RuleRefusing([&] { append([](AuditEntry& entry) { entry.actor = "ci"; }); }), "ATT-1");  // no user
    EXPECT_EQ(RuleRefusing([&] {
                  append([](AuditEntry& entry) {
                      entry.actor = "robot";
                      entry.actor_kind = policy::PrincipalKind::kComponent;
                  });
              }),
              "ATT-2");
    EXPECT_NO_THROW(append([](AuditEntry& entry) {
        entry.actor = "portcullisd";
        entry.actor_kind = policy::PrincipalKind::kComponent;
    }));
    EXPECT_EQ(Stream(world).size(), 1U);
}

TEST(Audit, TheChainCannotBeForged) {
    World world;
    world.AppendAudit();
    const std::string now =
        world.Cell("SELECT to_char(portcullis.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SSZ')");
    const auto document = [](const std::string& seq, const std::string& at, const std::string& actor) {
        return R"({"seq":)" + seq + R"(,"at":")" + at + R"(","actor":")" + actor +
               R"(","actor_kind":"user","action":"x","outcome":"done","simulated_clock":true})";
    };
    ExpectNoRight(world,
                  "INSERT INTO portcullis.audit (seq, at, actor, actor_kind, action, outcome, document, prev_hash, "
                  "hash) VALUES (2, now(), 'ana', 'user', 'x', 'done', '{}', 'x', 'x')");
    ExpectNoRight(world, "UPDATE portcullis.audit_head SET seq = 0");
    ExpectRefused(world, "AUD-2", AuditSql(document("1", now, "ana")));
    ExpectRefused(world, "AUD-2", AuditSql(document("7", now, "ana")));
    ExpectRefused(world, "ATT-1", AuditSql(document("2", now, "")));
    ExpectRefused(
        world, "AUD-1",
        AuditSql(R"({"seq":2,"at":")" + now + R"(","actor":"ana","actor_kind":"user","action":"x","outcome":"done"})"));
    EXPECT_THROW(world.Sql(AuditSql(document("2", "2020-01-01T00:00:00Z", "ana"))), pqxx::transaction_rollback);
    pqxx::connection owner(world.OwnerConninfo());
    pqxx::work work(owner);
    EXPECT_THROW(work.exec("UPDATE portcullis.audit_head SET seq = 0"), pqxx::sql_error);
    ExpectChain(Stream(world));
}

TEST(Audit, AnEntryHasTheTimeThatTheClockWasAdvancedTo) {
    World world;
    world.Db().Write([](store::Tx& tx) {
        const auto advanced = store::AdvanceClock(tx, policy::Days{30});
        EXPECT_EQ(advanced.now, store::Now(tx));
        store::AppendAudit(tx, EntryOf("clock.advance"));
    });
    EXPECT_GT(Stream(world)[0].at, support::At("2025-02-12T09:00:00Z"));
}

TEST(Audit, IsFoundByWhatItIsAbout) {
    World world;
    world.Db().Write([](store::Tx& tx) {
        for (const std::string action : {"release.submit", "release.promote", "releases.other", "approval.give"}) {
            store::AppendAudit(tx, EntryOf(action, "rel-1"));
        }
        AuditEntry entry = EntryOf("tenant.change");
        entry.tenant = "tenant-1";
        store::AppendAudit(tx, entry);
    });
    world.Advance(policy::Days{1});
    world.AppendAudit("test.late");
    const auto count = [&](auto change) {
        AuditFilter filter;
        change(filter);
        return Stream(world, filter).size();
    };
    EXPECT_EQ(count([](AuditFilter& f) { f.action = "release.submit"; }), 1U);
    EXPECT_EQ(count([](AuditFilter& f) { f.action = "release."; }), 2U);
    EXPECT_EQ(count([](AuditFilter& f) { f.action = "release"; }), 0U);
    EXPECT_EQ(count([](AuditFilter& f) { f.release = "rel-1"; }), 4U);
    EXPECT_EQ(count([](AuditFilter& f) { f.tenant = "tenant-1"; }), 1U);
    EXPECT_EQ(count([](AuditFilter& f) { f.actor = "nobody"; }), 0U);
    EXPECT_EQ(count([](AuditFilter& f) { f.request_id = "req-approval.give"; }), 1U);
    EXPECT_EQ(count([](AuditFilter& f) { f.first_seq = 2, f.last_seq = 4; }), 3U);
    const policy::Time noon = support::At("2025-01-13T21:00:00Z");
    EXPECT_EQ(count([&](AuditFilter& f) { f.since = noon; }), 1U);
    EXPECT_EQ(count([&](AuditFilter& f) { f.until = noon; }), 5U);

    const auto page = [&](const std::string& after) {
        return world.Db().Read([&](store::Tx& tx) { return store::ListAudit(tx, {}, {4, after}); });
    };
    const auto first = page("");
    ASSERT_EQ(first.rows.size(), 4U);
    EXPECT_EQ(first.rows[0].seq, 6);
    ASSERT_EQ(first.next, "3");
    const auto second = page(*first.next);
    EXPECT_EQ(second.rows.size(), 2U);
    EXPECT_FALSE(second.next);
}

TEST(Audit, CheckpointsAreOfTheChain) {
    World world;
    const auto head = world.AppendAudit();
    const auto insert = [&](std::int64_t seq, const std::string& hash) {
        world.Db().Write([&](store::Tx& tx) {
            store::InsertAuditCheckpoint(tx, {seq, hash, store::Now(tx), "key-1", "signature"});
        });
    };
    EXPECT_EQ(RuleRefusing([&] { insert(1, std::string(64, '0')); }), "AUD-2");
    EXPECT_EQ(RuleRefusing([&] { insert(2, head.hash); }), "AUD-2");
    EXPECT_FALSE(world.Db().Read([](store::Tx& tx) { return store::LoadLastCheckpoint(tx); }));
    insert(1, head.hash);
    const auto last = world.Db().Read([](store::Tx& tx) { return store::LoadLastCheckpoint(tx); });
    EXPECT_EQ(last->hash, head.hash);
    EXPECT_THROW(insert(1, head.hash), store::Conflict);
    EXPECT_EQ(world.Db().Read([](store::Tx& tx) { return store::LoadCheckpoints(tx, 1, 5); }).size(), 1U);
    EXPECT_EQ(world.Db().Read([](store::Tx& tx) { return store::LoadCheckpoints(tx, 2, 5); }).size(), 0U);
}

}  // namespace
}  // namespace store_test
