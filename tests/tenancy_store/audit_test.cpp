// The audit log: chained as tenancy/audit.hpp says, append-only, and every way of tampering is found.
#include <thread>

#include <gtest/gtest.h>

#include "platform/crypto/crypto.hpp"
#include "tenancy/store/audit.hpp"
#include "tenancy/store/records.hpp"
#include "tests/tenancy_store/world.hpp"

namespace tenancy_test {
namespace {

using tenancy::AuditEvent;
using tenancy::store::AppendAudit;
using tenancy::store::AuditVerdict;
using tenancy::store::ListAudit;
using tenancy::store::Read;
using tenancy::store::VerifyAudit;
using tenancy::store::Write;

AuditEvent Event(std::string_view org, std::string_view name, std::string_view details = "{}") {
    AuditEvent event;
    event.at = At("2026-02-08T10:00:00.123456Z");
    event.event = std::string(name);
    event.org = Org(org);
    event.actor = "ann";
    event.ip = "192.0.2.1";
    event.path = "/api/orgs";
    event.details = std::string(details);
    return event;
}

AuditVerdict Verify(World& world, std::string_view org) {
    return Read(world.Db(), ScopeOf(org), [](TenantTx& tx) { return VerifyAudit(tx); });
}

World& Filled(World& world, int entries) {
    for (int i = 1; i <= entries; ++i) {
        AppendAudit(world.Db(), Event("a", "event_" + std::to_string(i)));
    }
    return world;
}

// What nobody may do: with the triggers out of the way.
void Tamper(const World& world, const std::string& sql) {
    world.AsSuperuser("SET session_replication_role = replica; " + sql);
}

TEST(Audit, TheHashIsTakenOverWhatTheCoreSays) {
    World world;
    std::string prev(tenancy::kAuditGenesis);
    for (AuditEvent event : {Event("a", "org_created"), Event("a", "member_removed", "Änne: \"x\"\n{}"),
                             Event("a", "org_access_denied", "")}) {
        event.success = event.event != "org_access_denied";
        event.id = platform::MakeUlid(1'770'544'800'000);
        const auto receipt = AppendAudit(world.Db(), event);
        EXPECT_EQ(receipt.hash, platform::Sha256Hex(tenancy::AuditChainText(prev, event)));
        prev = receipt.hash;
        const auto row =
            Read(world.Db(), ScopeOf("a"), [&](TenantTx& tx) { return tenancy::store::FindAudit(tx, event.id); });
        ASSERT_TRUE(row.has_value());
        EXPECT_EQ(row->event, event);
    }
    const AuditVerdict verdict = Verify(world, "a");
    EXPECT_TRUE(verdict.Whole()) << verdict.fault;
    EXPECT_EQ(verdict.entries, 3);
    EXPECT_EQ(verdict.head_hash, prev);
}

TEST(Audit, ADenialIsWrittenWithoutAScopeAndReadInIts) {
    World world;
    AppendAudit(world.Db(), Event("a", "org_access_denied"));
    AppendAudit(world.Db(), Event("default", "org_selection_refused"));
    const auto names = [&](std::string_view org) {
        std::string text;
        for (const auto& row :
             Read(world.Db(), ScopeOf(org), [](TenantTx& tx) { return ListAudit(tx, {}, {}).rows; })) {
            text += row.event.event;
        }
        return text;
    };
    EXPECT_EQ(names("a"), "org_access_denied");
    EXPECT_EQ(names("b"), "");
    EXPECT_EQ(names("default"), "org_selection_refused");
}

TEST(Audit, AnEntryGoesWithItsTransaction) {
    World world;
    EXPECT_THROW(Write(world.Db(), ScopeOf("a"),
                       [&](TenantTx& tx) {
                           AppendAudit(tx, Event("a", "org_renamed"));
                           throw std::runtime_error("on purpose");
                       }),
                 std::runtime_error);
    EXPECT_EQ(Verify(world, "a").entries, 0);
    // Written for another tenant in the middle of one's transaction: the scope stays what it was.
    Write(world.Db(), ScopeOf("a"), [&](TenantTx& tx) {
        AppendAudit(tx, Event("b", "share_created"));
        EXPECT_EQ(CustomerNames(tx).front(), "a-secret-1");
    });
    EXPECT_EQ(Verify(world, "b").entries, 1);
}

TEST(Audit, WhatACallerSentIsWrittenWhateverItIs) {
    World world;
    AuditEvent event = Event("a", "org_access_denied");
    event.path = std::string("/\0/x", 4);
    event.details = "\xff\xfe";
    event.actor = "";
    AppendAudit(world.Db(), event);
    EXPECT_TRUE(Verify(world, "a").Whole());
    EXPECT_EQ(Verify(world, "a").entries, 1);
}

TEST(Audit, ListsAreFilteredAndCut) {
    World world;
    Filled(world, 12);
    AuditEvent late = Event("a", "late");
    late.at = At("2026-03-01T00:00:00Z");
    late.success = false;
    AppendAudit(world.Db(), late);
    const auto list = [&](const tenancy::store::AuditFilter& filter, const tenancy::store::AuditWindow& window) {
        return Read(world.Db(), ScopeOf("a"), [&](TenantTx& tx) { return ListAudit(tx, filter, window); });
    };
    auto page = list({}, {5, 0});
    EXPECT_EQ(page.total, 13);
    ASSERT_EQ(page.rows.size(), 5U);
    EXPECT_EQ(page.rows[0].event.event, "late");
    EXPECT_EQ(page.rows[1].seq, 12);
    EXPECT_EQ(list({}, {5, 12}).rows.size(), 1U);
    tenancy::store::AuditFilter filter;
    filter.event = "event_3";
    EXPECT_EQ(list(filter, {}).total, 1);
    filter = {};
    filter.success = false;
    EXPECT_EQ(list(filter, {}).total, 1);
    filter = {};
    filter.since = At("2026-02-28T00:00:00Z");
    EXPECT_EQ(list(filter, {}).total, 1);
    filter = {};
    filter.until = At("2026-02-28T00:00:00Z");
    EXPECT_EQ(list(filter, {}).total, 12);
    filter.actor = "nobody";
    EXPECT_EQ(list(filter, {}).total, 0);
}

TEST(Audit, TheOwnerCannotChangeItByMistake) {
    World world;
    Filled(world, 2);
    for (const char* sql : {"UPDATE tenancy.audit_entries SET actor = 'x'", "DELETE FROM tenancy.audit_entries",
                            "TRUNCATE tenancy.audit_entries", "DELETE FROM tenancy.audit_heads"}) {
        EXPECT_THROW(world.AsOwner(sql), pqxx::sql_error) << sql;
    }
    EXPECT_TRUE(Verify(world, "a").Whole());
}

TEST(Audit, TamperingIsFound) {
    struct Case {
        const char* sql;
        std::int64_t fault_seq;
    };
    for (const Case& tampered : {
             Case{"UPDATE tenancy.audit_entries SET actor = 'eve' WHERE seq = 3", 3},
             Case{"UPDATE tenancy.audit_entries SET success = false WHERE seq = 2", 2},
             Case{"UPDATE tenancy.audit_entries SET at = at + interval '1 microsecond' WHERE seq = 5", 5},
             Case{"UPDATE tenancy.audit_entries SET details = details || ' ' WHERE seq = 1", 1},
             Case{"UPDATE tenancy.audit_entries SET org_id = 'b' WHERE seq = 4", 4},
             Case{"DELETE FROM tenancy.audit_entries WHERE seq = 3", 3},
             Case{"DELETE FROM tenancy.audit_entries WHERE seq = 1", 1},
             Case{"DELETE FROM tenancy.audit_entries WHERE seq >= 4", 4},
             Case{"DELETE FROM tenancy.audit_entries", 1},
             Case{"UPDATE tenancy.audit_entries SET seq = CASE seq WHEN 2 THEN 103 ELSE 102 END WHERE seq IN (2, 3); "
                  "UPDATE tenancy.audit_entries SET seq = seq - 100 WHERE seq > 100",
                  2},
             Case{"UPDATE tenancy.audit_entries SET actor = 'eve' WHERE seq = 3; UPDATE tenancy.audit_entries e "
                  "SET hash = tenancy.audit_hash(e) WHERE seq = 3",
                  4},
             Case{"UPDATE tenancy.audit_heads SET seq = 4, hash = (SELECT hash FROM tenancy.audit_entries WHERE seq = "
                  "4)",
                  0},
         }) {
        World world;
        Filled(world, 5);
        Tamper(world, tampered.sql);
        const AuditVerdict verdict = Verify(world, "a");
        if (tampered.fault_seq == 0) {
            // The end was set back: the next entry collides with the one that is still there.
            EXPECT_THROW(AppendAudit(world.Db(), Event("a", "next")), platform::Conflict) << tampered.sql;
            continue;
        }
        EXPECT_FALSE(verdict.Whole()) << tampered.sql;
        EXPECT_EQ(verdict.fault_seq.value_or(0), tampered.fault_seq) << tampered.sql << " " << verdict.fault;
    }
}

TEST(Audit, ManyWritersMakeOneChain) {
    World world;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] { Filled(world, 25); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    const AuditVerdict verdict = Verify(world, "a");
    EXPECT_TRUE(verdict.Whole()) << verdict.fault;
    EXPECT_EQ(verdict.entries, 100);
}

TEST(Audit, ALaterTenantOfTheSameIdDoesNotSeeTheEarlierOnes) {
    World world;
    Filled(world, 3);
    Write(world.Db(), ScopeOf("a"), [&](TenantTx& tx) {
        tenancy::store::HardDelete(tx);
        AppendAudit(tx, Event("a", "tenant_hard_deleted"));
    });
    const auto total = [&] {
        return Read(world.Db(), ScopeOf("a"), [](TenantTx& tx) { return ListAudit(tx, {}, {}).total; });
    };
    EXPECT_EQ(total(), 4) << "an act of the platform on a tenant that is gone";
    EXPECT_EQ(world.OwnerCell("SELECT count(*) FROM audit_logs WHERE tenant_id = 'a'"), "4");
    world.AddTenant("a", "eve");
    EXPECT_EQ(total(), 0);
    AppendAudit(world.Db(), Event("a", "org_created"));
    EXPECT_EQ(total(), 1);
    EXPECT_TRUE(Verify(world, "a").Whole()) << "the chain goes on";
    EXPECT_EQ(Verify(world, "a").entries, 5);
}

}  // namespace
}  // namespace tenancy_test
