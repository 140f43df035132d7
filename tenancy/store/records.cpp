#include "tenancy/store/records.hpp"

#include <algorithm>
#include <map>

#include "platform/base/text.hpp"
#include "platform/sql/tx.hpp"
#include "tenancy/store/organizations.hpp"

namespace tenancy::store {
namespace {

using platform::Columns;
using platform::Statement;

// Rows go to PostgreSQL in pieces of about this size: one statement each, and a bounded message.
constexpr std::size_t kPieceBytes = 4 * 1024 * 1024;

constexpr Statement kDigest{"tenancy_digest", "SELECT records, sha256 FROM tenancy.digest_records($1)"};
constexpr Statement kDigestTenants{"tenancy_digest_tenants", "SELECT records, sha256 FROM tenancy.digest_tenants()"};
constexpr Statement kExport{"tenancy_export", "SELECT relation, record FROM tenancy.export_records($1)"};
constexpr Statement kRecordTables{"tenancy_record_tables", R"sql(
    SELECT relation FROM tenancy.protected_tables WHERE kind = 'record' AND NOT directory ORDER BY position)sql"};
constexpr Statement kDeleteRecords{"tenancy_records_delete", "SELECT tenancy.delete_records($1)"};
constexpr Statement kSetOwnerEmail{"tenancy_owner_email", "UPDATE tenancy.orgs SET owner_email = $2 WHERE id = $1"};
constexpr Statement kImport{"tenancy_records_import", "SELECT tenancy.import_records($1, $2, $3::jsonb)"};
constexpr Statement kDeleteOrg{"tenancy_org_delete", "SELECT relation, rows FROM tenancy.delete_org($1)"};

// A large tenant takes longer than a request's statement may.
void TakeTime(TenantTx& tx) {
    tx.Sql().SetLocal({{"statement_timeout", "600000"}, {"idle_in_transaction_session_timeout", "600000"}});
}

struct ExportedRow {
    std::string relation;
    std::string record;
};

std::vector<wire::ExportSection> LoadSections(TenantTx& tx) {
    std::vector<wire::ExportSection> sections;
    for (ExportedRow& row : tx.Sql().All(
             kExport,
             [](Columns& in) {
                 ExportedRow exported;
                 exported.relation = in.Text();
                 exported.record = in.Text();
                 return exported;
             },
             OrgOf(tx).Text())) {
        if (sections.empty() || sections.back().name != row.relation) {
            sections.push_back({std::move(row.relation), {}});
        }
        sections.back().rows.push_back(std::move(row.record));
    }
    return sections;
}

void ImportRows(TenantTx& tx, const std::string& relation, const std::vector<std::string>& rows) {
    std::string piece = "[";
    const auto send = [&] {
        tx.Sql().Exec(kImport, OrgOf(tx).Text(), relation, piece + "]");
        piece = "[";
    };
    for (const std::string& row : rows) {
        piece += piece.size() > 1 ? "," : "";
        piece += row;
        if (piece.size() >= kPieceBytes) {
            send();
        }
    }
    if (piece.size() > 1) {
        send();
    }
}

void ImportSections(TenantTx& tx, const std::vector<wire::ExportSection>& sections) {
    std::map<std::string, const wire::ExportSection*> by_name;
    for (const wire::ExportSection& section : sections) {
        by_name.emplace(section.name, &section);
    }
    const auto known = tx.Sql().All(kRecordTables, [](Columns& in) { return in.Text(); });
    for (const auto& [name, section] : by_name) {
        if (!section->rows.empty() && std::find(known.begin(), known.end(), name) == known.end()) {
            throw RestoreRefused("restore_foreign", "The file has records called " + platform::QuoteForMessage(name) +
                                                        ", which this installation does not know.");
        }
    }
    // In the order in which the tables may refer to each other, not that of the file.
    for (const std::string& relation : known) {
        if (const auto section = by_name.find(relation); section != by_name.end()) {
            ImportRows(tx, relation, section->second->rows);
        }
    }
}

// What the directory has to become: everybody who is there now goes unless the document names them.
OrgChange ReplaceDirectory(const Organization& now, const Organization& then) {
    OrgChange change;
    change.display_name = then.display_name;
    if (!then.owner_user_id.empty()) {
        change.owner_user_id = then.owner_user_id;
    }
    for (const Member& member : now.members) {
        change.drop_members.push_back(member.user_id);
    }
    for (const Invitation& invitation : now.invitations) {
        change.drop_invitations.push_back(invitation.user_id);
    }
    for (const Share& share : now.shares) {
        change.drop_shares.push_back(share.id);
    }
    change.put_members = then.members;
    change.put_invitations = then.invitations;
    change.put_shares = then.shares;
    return change;
}

void RestoreInto(TenantTx& tx, const wire::ExportDocument& document, Restored& restored) {
    const OrgId& org = OrgOf(tx);
    if (const auto present = LoadOrganization(tx, platform::Lock::kForUpdate)) {
        if (document.org.id != org) {
            throw RestoreRefused("restore_foreign", "The file is an export of " + document.org.id.Text() +
                                                        " and cannot replace what belongs to " + org.Text() + ".");
        }
        restored.removed = tx.Sql().One(
            kDeleteRecords, [](Columns& in) { return in.Int(); }, org.Text());
        ApplyChange(tx, ReplaceDirectory(*present, document.org));
        tx.Sql().Exec(kSetOwnerEmail, org.Text(), document.org.owner_email);
    } else {
        Organization made = document.org;
        made.id = org;
        made.lifecycle = OrgLifecycle();
        InsertOrganization(tx, made);
        restored.created = true;
    }
    ImportSections(tx, document.sections);
    // What would be looked at when the transaction ends is looked at here, where it can be told what for.
    tx.Sql().ExecRaw("SET CONSTRAINTS ALL IMMEDIATE");
}

}  // namespace

wire::DataDigest DigestRecords(TenantTx& tx) {
    TakeTime(tx);
    return tx.Sql().One(
        kDigest,
        [](Columns& in) {
            wire::DataDigest digest;
            digest.rows = in.Int();
            digest.sha256 = in.Text();
            return digest;
        },
        OrgOf(tx).Text());
}

wire::TenantDigest DigestTenants(PlatformTx& tx) {
    tx.Sql().SetLocal({{"statement_timeout", "30000"}, {"idle_in_transaction_session_timeout", "30000"}});
    return tx.Sql().One(kDigestTenants, [](Columns& in) {
        wire::TenantDigest digest;
        digest.count = in.Int();
        digest.digest = in.Text();
        return digest;
    });
}

std::optional<wire::ExportDocument> Export(TenantTx& tx, Time now) {
    TakeTime(tx);
    auto org = LoadOrganization(tx);
    if (!org) {
        return std::nullopt;
    }
    wire::ExportDocument document;
    document.exported_at = now;
    document.org = std::move(*org);
    document.sections = LoadSections(tx);
    return document;
}

Restored Restore(TenantTx& tx, const wire::ExportDocument& document) {
    TakeTime(tx);
    Restored restored;
    try {
        RestoreInto(tx, document, restored);
    } catch (const platform::RuleViolation& refused) {
        throw RestoreRefused(refused.Rule(), refused.what());
    } catch (const platform::Conflict&) {
        throw RestoreRefused("restore_damaged", "The file names somebody or something twice.");
    }
    restored.data = wire::DigestOf(LoadSections(tx));
    if (restored.data != wire::DigestOf(document.sections)) {
        throw RestoreRefused("restore_damaged",
                             "What was written is not what the file holds; nothing was restored. Export again with "
                             "this version of the program.");
    }
    return restored;
}

std::vector<DeletedRows> HardDelete(TenantTx& tx) {
    TakeTime(tx);
    return tx.Sql().All(
        kDeleteOrg,
        [](Columns& in) {
            DeletedRows deleted;
            deleted.relation = in.Text();
            deleted.rows = in.Int();
            return deleted;
        },
        OrgOf(tx).Text());
}

}  // namespace tenancy::store
