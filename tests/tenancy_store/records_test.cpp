// A whole tenant: its digest, the export that restores to the same, what is refused, and a deletion that takes every
// row of one tenant and no other's.
#include <functional>

#include <gtest/gtest.h>

#include "tenancy/store/audit.hpp"
#include "tenancy/store/records.hpp"
#include "tenancy/store/usage.hpp"
#include "tests/tenancy_store/world.hpp"

namespace tenancy_test {
namespace {

using tenancy::store::DigestRecords;
using tenancy::store::Export;
using tenancy::store::HardDelete;
using tenancy::store::Read;
using tenancy::store::Restore;
using tenancy::store::Restored;
using tenancy::store::RestoreRefused;
using tenancy::store::Write;
using tenancy::wire::DataDigest;
using tenancy::wire::ExportDocument;

const tenancy::Time kExportedAt = At("2026-02-08T10:00:00Z");

DataDigest Digest(World& world, std::string_view org) {
    return Read(world.Db(), ScopeOf(org), [](TenantTx& tx) { return DigestRecords(tx); });
}
ExportDocument Exported(World& world, std::string_view org) {
    return Read(world.Db(), ScopeOf(org), [](TenantTx& tx) { return Export(tx, kExportedAt); }).value();
}
Restored RestoreTo(World& world, std::string_view org, const ExportDocument& document) {
    return Write(world.Db(), ScopeOf(org), [&](TenantTx& tx) { return Restore(tx, document); });
}

// Values of every type that a table of a service may have.
void MakeRich(World& world) {
    world.AsOwner(R"sql(
        UPDATE shop.customers SET balance = 9999999999.99, tags = ARRAY['x', 'with "quotes", and commas', ''],
            extra = '{"b": [1, 2.50, 12345678901234567890.5, null], "a": {"deep": "Änne"}}', since = '2020-02-29', photo = '\x00ff10',
            created_at = '2024-01-01 12:34:56.789012+00'
        WHERE org_id = 'a' AND id = '1';
        INSERT INTO tenancy.members VALUES ('a', 'carl', '', 'viewer', '2026-01-01 00:00:00.000001+00', 'ann');
        INSERT INTO tenancy.invitations VALUES ('a', 'ivan', 'admin', '2026-01-02 00:00:00+00', 'ann');
        INSERT INTO tenancy.shares (org_id, id, target_org_id, resource_type, resource_id, access_role, created_by)
            VALUES ('a', 'shr-1', 'b', 'vm', '100', 'viewer', 'ann'))sql");
}

TEST(Records, TheDigestTellsEveryChangeAndNothingElse) {
    World world;
    MakeRich(world);
    const DataDigest before = Digest(world, "a");
    const DataDigest other = Digest(world, "b");
    EXPECT_EQ(before.rows, 3 + 3 + 2 + 1 + 1);
    EXPECT_EQ(Digest(world, "a"), before);
    AppSession app(world);
    for (const char* change :
         {"UPDATE shop.customers SET name = 'x' WHERE id = '2'", "DELETE FROM shop.notes WHERE id = 'n3'",
          "INSERT INTO shop.customers (org_id, id, name) VALUES ('a', '4', '')",
          "UPDATE shop.customers SET extra = '{}' WHERE id = '1'",
          "UPDATE tenancy.members SET role = 'editor' "
          "WHERE user_id = 'carl'",
          "DELETE FROM tenancy.invitations",
          "UPDATE shop.customers SET since = NULL "
          "WHERE id = '1'"}) {
        const DataDigest last = Digest(world, "a");
        EXPECT_EQ(app.Touched("a", change), 1) << change;
        EXPECT_NE(Digest(world, "a").sha256, last.sha256) << change;
    }
    EXPECT_EQ(Digest(world, "b"), other);
    // Usage, alerts and the log are about the tenant; they do not make its records others.
    const DataDigest records = Digest(world, "a");
    tenancy::store::AddUsage(world.Db(), {{Org("a"), 5, 1, 1'000}}, kExportedAt);
    tenancy::AuditEvent event;
    event.org = Org("a");
    event.event = "looked_at";
    tenancy::store::AppendAudit(world.Db(), event);
    EXPECT_EQ(Digest(world, "a"), records);
    // A column that comes later and is empty changes nothing.
    world.AsOwner("ALTER TABLE shop.customers ADD COLUMN later text");
    EXPECT_EQ(Digest(world, "a"), records);
}

tenancy::wire::TenantDigest DigestOfAll(World& world) {
    return Read(world.Db(), Directory(), [](PlatformTx& tx) { return tenancy::store::DigestTenants(tx); });
}

TEST(Records, OfAllTenantsHaveADigestThatTellsEveryChange) {
    World world;
    MakeRich(world);
    const auto before = DigestOfAll(world);
    // Each tenant counts, and what belongs to it.
    EXPECT_EQ(before.count, 2 + Digest(world, "a").rows + Digest(world, "b").rows);
    EXPECT_EQ(before.digest.size(), 64U);
    EXPECT_EQ(DigestOfAll(world), before);
    AppSession app(world);
    auto last = before;
    for (const auto& [org, change] :
         {std::pair("b", "UPDATE shop.customers SET name = 'x' WHERE id = '2'"),
          std::pair("a", "DELETE FROM shop.notes WHERE id = 'n3'"),
          std::pair("b", "UPDATE tenancy.orgs SET display_name = 'other' WHERE id = 'b'")}) {
        EXPECT_EQ(app.Touched(org, change), 1) << change;
        EXPECT_NE(DigestOfAll(world).digest, last.digest) << change;
        last = DigestOfAll(world);
    }
    // What is about a tenant and not its own changes nothing.
    tenancy::store::AddUsage(world.Db(), {{Org("a"), 5, 1, 1'000}}, kExportedAt);
    EXPECT_EQ(app.Touched("b", "UPDATE tenancy.orgs SET status = 'suspended', suspended_at = now() WHERE id = 'b'"), 1);
    EXPECT_EQ(DigestOfAll(world), last);
    world.AddTenant("c", "carl");
    EXPECT_GT(DigestOfAll(world).count, last.count);
}

TEST(Records, OfAllTenantsAreForWhoReadsTheDirectoryAndLeaveNoScopeBehind) {
    World world;
    AppSession app(world);
    EXPECT_EQ(app.StateOf("", "SELECT * FROM tenancy.digest_tenants()"), "PC001");
    EXPECT_EQ(app.StateOf("a", "SELECT * FROM tenancy.digest_tenants()"), "PC001");
    const auto rows_behind = Read(world.Db(), Directory(), [](PlatformTx& tx) {
        tenancy::store::DigestTenants(tx);
        return tx.Sql().One(platform::Statement{"test_rows_behind", "SELECT count(*) FROM shop.customers"},
                            [](platform::Columns& in) { return in.Int(); });
    });
    EXPECT_EQ(rows_behind, 0);
}

TEST(Records, AnExportRestoresToTheSameDigest) {
    World world;
    MakeRich(world);
    const DataDigest digest = Digest(world, "a");
    const std::string usage = world.OwnerCell("SELECT storage_bytes FROM tenancy.usage_levels WHERE org_id = 'a'");
    // Through the file, as an operator does it.
    const auto decoded = tenancy::wire::DecodeExport(tenancy::wire::EncodeExport(Exported(world, "a")));
    ASSERT_TRUE(decoded.has_value());
    AppSession app(world);
    app.Touched("a", "DELETE FROM shop.customers WHERE id <> '3'");
    app.Touched("a", "UPDATE shop.customers SET name = 'damaged'");
    app.Touched("a", "DELETE FROM tenancy.members WHERE user_id = 'carl'");
    ASSERT_NE(Digest(world, "a"), digest);

    const Restored restored = RestoreTo(world, "a", *decoded);
    EXPECT_FALSE(restored.created);
    EXPECT_EQ(restored.data, tenancy::wire::DigestOf(decoded->sections));
    EXPECT_EQ(Digest(world, "a"), digest);
    EXPECT_EQ(world.OwnerCell("SELECT storage_bytes FROM tenancy.usage_levels WHERE org_id = 'a'"), usage);
    EXPECT_EQ(world.OwnerCell("SELECT customers FROM tenancy.usage_levels WHERE org_id = 'a'"), "3");
    EXPECT_EQ(tenancy::wire::EncodeExport(Exported(world, "a")), tenancy::wire::EncodeExport(*decoded));

    // After a deletion for good, and under a new id.
    Write(world.Db(), ScopeOf("a"), [](TenantTx& tx) { HardDelete(tx); });
    EXPECT_TRUE(RestoreTo(world, "a", *decoded).created);
    EXPECT_EQ(Digest(world, "a"), digest);
    EXPECT_TRUE(RestoreTo(world, "a-copy", *decoded).created);
    EXPECT_EQ(Digest(world, "a-copy"), digest);
    EXPECT_EQ(world.RowsOf("shop.customers", "a"), 3);
    EXPECT_EQ(world.RowsOf("shop.customers", "b"), 3);
}

TEST(Records, ManyRowsGoInPieces) {
    World world;
    world.AsOwner(
        "INSERT INTO shop.customers (org_id, id, name) SELECT 'a', 'many-' || i, repeat('x', 2000) "
        "FROM generate_series(1, 2500) i");
    const ExportDocument document = Exported(world, "a");
    const DataDigest digest = Digest(world, "a");
    Write(world.Db(), ScopeOf("a"), [](TenantTx& tx) { HardDelete(tx); });
    RestoreTo(world, "a", document);
    EXPECT_EQ(Digest(world, "a"), digest);
}

TEST(Records, WhatIsDamagedOrForeignIsRefusedAndChangesNothing) {
    World world;
    MakeRich(world);
    const ExportDocument good = Exported(world, "a");
    struct Case {
        const char* what;
        std::string code;
        std::function<void(ExportDocument&)> damage;
    };
    const auto row = [](ExportDocument& document, std::size_t section) -> std::string& {
        return document.sections.at(section).rows.at(0);
    };
    const std::vector<Case> cases = {
        {"another tenant's", "restore_foreign", [](ExportDocument& d) { d.org.id = Org("b"); }},
        {"an unknown table", "restore_foreign", [](ExportDocument& d) { d.sections[0].name = "shop.other"; }},
        {"the directory as data", "restore_foreign", [](ExportDocument& d) { d.sections[0].name = "tenancy.members"; }},
        {"the log as data", "restore_foreign", [](ExportDocument& d) { d.sections[0].name = "tenancy.audit_entries"; }},
        {"an unknown column", "restore_foreign", [&](ExportDocument& d) { row(d, 0) = R"({"id":"1","what":1})"; }},
        {"a generated column", "restore_foreign",
         [&](ExportDocument& d) { row(d, 0) = R"({"id":"1","name":"x","shouted":"Y"})"; }},
        {"a missing column", "restore_damaged", [&](ExportDocument& d) { row(d, 0) = R"({"id":"1"})"; }},
        {"a wrong type", "restore_damaged",
         [&](ExportDocument& d) { row(d, 0) = R"({"id":"1","name":"x","since":"yesterdayish"})"; }},
        {"a row twice", "restore_damaged", [&](ExportDocument& d) { d.sections[0].rows.push_back(row(d, 0)); }},
        {"a note without its customer", "restore_damaged", [](ExportDocument& d) { d.sections[0].rows.pop_back(); }},
        {"a value that is kept otherwise", "restore_damaged",
         [&](ExportDocument& d) { row(d, 1) = R"({"id":"n9","customer_id":"1","text":5})"; }},
        {"an owner who is no member", "org_owner", [](ExportDocument& d) { d.org.owner_user_id = "nobody"; }},
    };
    const DataDigest a = Digest(world, "a");
    const DataDigest b = Digest(world, "b");
    for (const Case& refused : cases) {
        ExportDocument document = good;
        refused.damage(document);
        for (const char* target : {"a", "fresh"}) {
            if (refused.what == cases[0].what && target == std::string("fresh")) {
                continue;  // an export may be restored under a new id
            }
            try {
                RestoreTo(world, target, document);
                ADD_FAILURE() << refused.what << " into " << target;
            } catch (const RestoreRefused& error) {
                EXPECT_EQ(error.Code(), refused.code) << refused.what << ": " << error.what();
            }
            EXPECT_EQ(Digest(world, "a"), a) << refused.what;
            EXPECT_EQ(Digest(world, "b"), b) << refused.what;
            EXPECT_EQ(world.RowsOf("tenancy.orgs", "fresh"), 0) << refused.what;
        }
    }
}

TEST(Records, HardDeletionTakesEveryRowOfOneTenant) {
    World world;
    MakeRich(world);
    world.AsOwner(
        "INSERT INTO tenancy.shares (org_id, id, target_org_id, resource_type, resource_id, access_role, "
        "created_by) VALUES ('b', 'shr-2', 'a', 'vm', '1', 'viewer', 'bob')");
    tenancy::store::AddUsage(world.Db(), {{Org("a"), 5, 1, 1'000}, {Org("b"), 5, 1, 1'000}}, kExportedAt);
    tenancy::AuditEvent event;
    event.org = Org("a");
    event.event = "looked_at";
    tenancy::store::AppendAudit(world.Db(), event);
    const DataDigest b = Digest(world, "b");
    const auto deleted = Write(world.Db(), ScopeOf("a"), [](TenantTx& tx) { return HardDelete(tx); });
    EXPECT_EQ(deleted.back().relation, "tenancy.orgs");
    std::int64_t total = 0;
    for (const auto& table : deleted) {
        total += table.rows;
        EXPECT_EQ(world.RowsOf(table.relation, "a"), 0) << table.relation;
    }
    EXPECT_EQ(total, 3 + 3 + 2 + 1 + 1 + 1 + 1 + 1);
    EXPECT_EQ(world.RowsOf("tenancy.audit_entries", "a"), 1) << "evidence stays";
    EXPECT_EQ(Digest(world, "b"), b) << "the other tenant's share to it, too";
    EXPECT_EQ(world.RowsOf("tenancy.usage_months", "b"), 1);
    EXPECT_TRUE(Write(world.Db(), ScopeOf("a"), [](TenantTx& tx) { return HardDelete(tx); }).empty());
    EXPECT_THROW(Write(world.Db(), ScopeOf("a"), [](TenantTx& tx) { AddCustomer(tx, "late"); }), std::runtime_error)
        << "nothing is written for a tenant that is gone";
    EXPECT_EQ(RuleRefusing([&] { Write(world.Db(), ScopeOf("default"), [](TenantTx& tx) { HardDelete(tx); }); }),
              "default_org_immutable");
}

}  // namespace
}  // namespace tenancy_test
