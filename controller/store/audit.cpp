#include "controller/store/audit.hpp"

#include "controller/policy/catalogue.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr int kStreamBatch = 1'000;

#define AUDIT_COLUMNS                                                                                         \
    " seq, at, actor, actor_kind, action, outcome = 'refused', release_id, tenant_id, request_id, document, " \
    "prev_hash,"                                                                                              \
    " hash FROM audit "
// $1..$9; an action that ends with "." stands for all that begin with it.
#define AUDIT_FILTER                                                                       \
    " WHERE ($1::text IS NULL OR actor = $1)"                                              \
    " AND ($2::text IS NULL OR action = $2 OR ($2 LIKE '%.' AND starts_with(action, $2)))" \
    " AND ($3::text IS NULL OR release_id = $3) AND ($4::text IS NULL OR tenant_id = $4)"  \
    " AND ($5::text IS NULL OR request_id = $5)"                                           \
    " AND ($6::timestamptz IS NULL OR at >= $6) AND ($7::timestamptz IS NULL OR at < $7)"  \
    " AND ($8::bigint IS NULL OR seq >= $8) AND ($9::bigint IS NULL OR seq <= $9)"

constexpr Statement kLoadHead{"audit_load_head", "SELECT seq, hash FROM audit_head"};
constexpr Statement kAppendAudit{"audit_append", "SELECT seq, hash FROM append_audit($1, $2)"};
constexpr Statement kTellAndAppendAudit{"audit_tell_and_append", R"sql(
    WITH told AS (INSERT INTO outbox (kind, subject, data) VALUES ($3, $4, $5::jsonb))
    SELECT seq, hash FROM append_audit($1, $2))sql"};
constexpr Statement kListAudit{"audit_list", "SELECT" AUDIT_COLUMNS AUDIT_FILTER R"sql(
    AND ($10::bigint IS NULL OR seq < $10) ORDER BY seq DESC LIMIT $11)sql"};
constexpr Statement kStreamAudit{"audit_stream", "SELECT" AUDIT_COLUMNS AUDIT_FILTER R"sql(
    AND seq > $10 ORDER BY seq LIMIT $11)sql"};
constexpr Statement kFindAuditOf{"audit_find_of", R"sql(
    WITH begun AS (SELECT min(seq) AS seq FROM audit WHERE actor = $2 AND strpos(document, $1) > 0)
    SELECT coalesce(min(a.seq), 0), coalesce(max(a.seq), 0), count(*)
    FROM audit a WHERE a.seq >= (SELECT seq FROM begun) AND strpos(a.document, $1) > 0)sql"};

constexpr Statement kInsertCheckpoint{"audit_checkpoint_insert", R"sql(
    INSERT INTO audit_checkpoints (seq, hash, at, key_id, signature) VALUES ($1, $2, $3, $4, $5))sql"};
constexpr Statement kLastCheckpoint{"audit_checkpoint_last", R"sql(
    SELECT seq, hash, at, key_id, signature FROM audit_checkpoints ORDER BY seq DESC LIMIT 1)sql"};
constexpr Statement kListCheckpoints{"audit_checkpoint_list", R"sql(
    SELECT seq, hash, at, key_id, signature FROM audit_checkpoints WHERE seq BETWEEN $1 AND $2 ORDER BY seq)sql"};

#undef AUDIT_COLUMNS
#undef AUDIT_FILTER

AuditHead ReadAuditHead(Columns& in) {
    AuditHead head;
    head.seq = in.Int();
    head.hash = in.Text();
    return head;
}

AuditRow ReadAuditRow(Columns& in) {
    AuditRow row;
    row.seq = in.Int();
    row.at = in.Instant();
    row.actor = in.Text();
    row.actor_kind = in.Enum<policy::PrincipalKind>();
    row.action = in.Text();
    row.refused = in.Flag();
    row.release = in.OptText();
    row.tenant = in.OptText();
    row.request_id = in.OptText();
    row.document = in.Text();
    row.prev_hash = in.Text();
    row.hash = in.Text();
    return row;
}

AuditCheckpoint ReadCheckpoint(Columns& in) {
    AuditCheckpoint checkpoint;
    checkpoint.seq = in.Int();
    checkpoint.hash = in.Text();
    checkpoint.at = in.Instant();
    checkpoint.key_id = in.Text();
    checkpoint.signature = in.Text();
    return checkpoint;
}

std::optional<std::string> UnlessEmpty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

// What an action is about follows from its name: an entry about a release that does not name it is a bug (ATT-4). A
// refusal may lack the name: what was refused may be exactly that it could not be read.
bool ActionIsAbout(const std::string& action, std::string_view what) {
    return action.size() > what.size() && action.compare(0, what.size(), what) == 0 && action[what.size()] == '.';
}

void RequireAttribution(const AuditEntry& entry) {
    policy::AuditAct act;
    act.action = entry.action;
    act.actor = entry.actor;
    act.actor_kind = entry.actor_kind;
    const bool done = entry.outcome == wire::AuditOutcome::kDone;
    act.concerns_tenant = !entry.tenant.empty() || (done && ActionIsAbout(entry.action, "tenant"));
    act.tenant = entry.tenant;
    act.concerns_release = !entry.release.empty() || (done && ActionIsAbout(entry.action, "release"));
    act.release = entry.release;
    PORTCULLIS_INVARIANT(policy::JudgeAct(act).empty(), "an audit entry names who acted and what it concerns");
}

wire::UnnumberedAudit DocumentOf(const Tx& tx, AuditEntry entry) {
    RequireAttribution(entry);
    entry.at = tx.Now();
    entry.simulated_clock = IsClockSimulated(tx);
    return wire::EncodeUnnumberedAudit(std::move(entry));
}

}  // namespace

AuditHead AppendAudit(Tx& tx, AuditEntry entry) {
    const wire::UnnumberedAudit document = DocumentOf(tx, std::move(entry));
    return tx.One(kAppendAudit, ReadAuditHead, document.before, document.after);
}

void AppendAuditAtCommit(Tx& tx, AuditEntry entry) {
    const wire::UnnumberedAudit document = DocumentOf(tx, std::move(entry));
    tx.Defer(kAppendAudit, document.before, document.after);
}

void AppendAuditAtCommit(Tx& tx, AuditEntry entry, const NewOutboxEvent& event) {
    const wire::UnnumberedAudit document = DocumentOf(tx, std::move(entry));
    tx.Defer(kTellAndAppendAudit, document.before, document.after, event.kind, event.subject, event.data);
}

AuditHead LoadAuditHead(Tx& tx) {
    return tx.One(kLoadHead, ReadAuditHead);
}

Page<AuditRow> ListAudit(Tx& tx, const AuditFilter& filter, const PageQuery& page) {
    return tx.ListPage(
        kListAudit, page, ReadAuditRow, [](const AuditRow& row) { return std::to_string(row.seq); },
        UnlessEmpty(filter.actor), UnlessEmpty(filter.action), UnlessEmpty(filter.release), UnlessEmpty(filter.tenant),
        UnlessEmpty(filter.request_id), filter.since, filter.until, filter.first_seq, filter.last_seq);
}

void StreamAudit(Tx& tx, const AuditFilter& filter, const std::function<bool(const AuditRow&)>& take) {
    std::int64_t after = 0;
    for (;;) {
        const auto rows =
            tx.All(kStreamAudit, ReadAuditRow, UnlessEmpty(filter.actor), UnlessEmpty(filter.action),
                   UnlessEmpty(filter.release), UnlessEmpty(filter.tenant), UnlessEmpty(filter.request_id),
                   filter.since, filter.until, filter.first_seq, filter.last_seq, after, kStreamBatch);
        for (const AuditRow& row : rows) {
            if (!take(row)) {
                return;
            }
            after = row.seq;
        }
        if (rows.size() < static_cast<std::size_t>(kStreamBatch)) {
            return;
        }
    }
}

AuditSpan FindAuditOf(Tx& tx, const std::string& id, const std::string& actor) {
    return tx.One(
        kFindAuditOf,
        [](Columns& in) {
            AuditSpan span;
            span.first = in.Int();
            span.last = in.Int();
            span.entries = in.Int();
            return span;
        },
        id, actor);
}

void InsertAuditCheckpoint(Tx& tx, const AuditCheckpoint& checkpoint) {
    tx.Exec(kInsertCheckpoint, checkpoint.seq, checkpoint.hash, checkpoint.at, checkpoint.key_id, checkpoint.signature);
}

std::optional<AuditCheckpoint> LoadLastCheckpoint(Tx& tx) {
    return tx.Find(kLastCheckpoint, ReadCheckpoint);
}

std::vector<AuditCheckpoint> LoadCheckpoints(Tx& tx, std::int64_t first_seq, std::int64_t last_seq) {
    return tx.All(kListCheckpoints, ReadCheckpoint, first_seq, last_seq);
}

}  // namespace store
