// The audit log: an append-only hash chain (domain rules AUD-1..3, ATT-1..4).
//
// An entry is an operation's last statement: it takes the lock on the chain's end, which all writers share, and holds
// it until the commit. Numbering and chaining are done by PostgreSQL (portcullis.append_audit, and triggers that refuse
// what does not fit): the application chooses no number, no time and no hash. The columns to search by are taken from
// the document, so a row cannot say something else than its document.
//
// Errors: platform::InvariantViolation when the entry is unattributed (ATT-1..4 by policy::JudgeAct): an operation that
// cannot say who acted must not commit. Else as store::Database.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/outbox.hpp"
#include "controller/store/page.hpp"
#include "controller/wire/audit_chain.hpp"
#include "controller/wire/audit_entry.hpp"

namespace store {

using wire::AuditCheckpoint;
using wire::AuditEntry;

struct AuditRow {
    std::int64_t seq = 0;
    policy::Time at{};
    std::string actor;
    policy::PrincipalKind actor_kind = policy::PrincipalKind::kUser;
    std::string action;
    bool refused = false;
    std::optional<std::string> release;
    std::optional<std::string> tenant;
    std::optional<std::string> request_id;
    std::string document;  // canonical JSON; what the hash covers
    std::string prev_hash;
    std::string hash;
};

struct AuditHead {
    std::int64_t seq = 0;
    std::string hash;
};

/// The entries that name one record: where they lie, and how many they are. Zeros when there are none.
struct AuditSpan {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int64_t entries = 0;
};

struct AuditFilter {
    std::string actor;   // exact; empty: any
    std::string action;  // exact, or a prefix that ends with "."
    std::string release;
    std::string tenant;
    std::string request_id;
    std::optional<policy::Time> since;  // inclusive
    std::optional<policy::Time> until;  // exclusive
    std::optional<std::int64_t> first_seq;
    std::optional<std::int64_t> last_seq;
};

/// `entry.seq`, `at` and `simulated_clock` are set here, from the chain and the transaction. Returns the new end.
AuditHead AppendAudit(Tx& tx, AuditEntry entry);
/// The same together with the commit, or with the transaction's next statement: nobody waits for the chain's end while
/// this process thinks. What is wrong with it is said then.
void AppendAuditAtCommit(Tx& tx, AuditEntry entry);
/// With an event for subscribers.
void AppendAuditAtCommit(Tx& tx, AuditEntry entry, const NewOutboxEvent& event);
AuditHead LoadAuditHead(Tx& tx);

/// Newest first; `after` is a number.
Page<AuditRow> ListAudit(Tx& tx, const AuditFilter& filter, const PageQuery& page);
/// Oldest first, in batches, without holding all of it in memory; for exports, timelines and archives. Ends early when
/// `take` returns false. In one Read transaction the answer is one consistent snapshot.
void StreamAudit(Tx& tx, const AuditFilter& filter, const std::function<bool(const AuditRow&)>& take);

/// From the first entry of `actor`, who caused it, that names `id`.
AuditSpan FindAuditOf(Tx& tx, const std::string& id, const std::string& actor);

/// Append-only. The hash must be that entry's.
void InsertAuditCheckpoint(Tx& tx, const AuditCheckpoint& checkpoint);
std::optional<AuditCheckpoint> LoadLastCheckpoint(Tx& tx);
/// Those with first <= seq <= last, in order.
std::vector<AuditCheckpoint> LoadCheckpoints(Tx& tx, std::int64_t first_seq, std::int64_t last_seq);

}  // namespace store
