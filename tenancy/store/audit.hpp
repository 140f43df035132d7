// The audit log of each organization: a chain of entries that only grows (tenancy/audit.hpp).
//
// AppendAudit needs no scope: who is denied has none, and a denial is written down where it happened. It is an
// operation's last statement: it takes the lock on the end of that organization's chain and holds it until the commit.
// PostgreSQL numbers and hashes the entry; the application's role can write the log in no other way. Reading is by
// scope. Entries outlive their organization.
//
// Errors: as platform::Database. Thread safety: as the transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tenancy/audit.hpp"
#include "tenancy/store/session.hpp"

namespace tenancy::store {

struct AuditReceipt {
    std::int64_t seq = 0;
    std::string hash;
};
/// The event as Bounded has it; an empty id gets a ULID, an empty actor is "system".
AuditReceipt AppendAudit(platform::Tx& tx, AuditEvent event);
inline AuditReceipt AppendAudit(TenantTx& tx, AuditEvent event) {
    return AppendAudit(tx.Sql(), std::move(event));
}
/// In a transaction of its own, for what was refused: there is no other transaction to be part of.
AuditReceipt AppendAudit(platform::Database& database, AuditEvent event);

struct AuditRow {
    AuditEvent event;
    std::int64_t seq = 0;
    std::string prev_hash;
    std::string hash;
};

struct AuditFilter {
    std::string event;  // exact; empty: any
    std::string actor;
    std::optional<bool> success;
    std::optional<Time> since;  // inclusive
    std::optional<Time> until;  // inclusive
};
struct AuditWindow {
    int limit = 100;  // 1..1000
    std::int64_t offset = 0;
};
struct AuditPage {
    std::vector<AuditRow> rows;  // newest first
    std::int64_t total = 0;      // that match, in all pages
};
AuditPage ListAudit(TenantTx& tx, const AuditFilter& filter, const AuditWindow& window);
std::optional<AuditRow> FindAudit(TenantTx& tx, const std::string& id);

struct AuditVerdict {
    std::int64_t entries = 0;  // that were found to be whole
    std::string head_hash;
    std::optional<std::int64_t> fault_seq;
    std::string fault;  // for people; empty: the chain is whole

    bool Whole() const {
        return fault.empty();
    }
};
/// Walks the whole chain.
AuditVerdict VerifyAudit(TenantTx& tx);

}  // namespace tenancy::store
