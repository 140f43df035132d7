#include "tenancy/store/audit.hpp"

#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/sql/tx.hpp"

namespace tenancy::store {
namespace {

using platform::Columns;
using platform::Statement;

constexpr Statement kAppendAudit{"tenancy_audit_append", R"sql(
    SELECT seq, hash FROM tenancy.append_audit($1, $2, $3, $4, $5, $6, $7, $8, $9))sql"};
#define AUDIT_COLUMNS                                                                             \
    "SELECT seq, id, at, event, org_id, actor, ip, path, success, details, prev_hash, hash FROM " \
    "tenancy.audit_entries "
#define AUDIT_FILTER                                                                               \
    "WHERE org_id = $1 AND ($2::text IS NULL OR event = $2) AND ($3::text IS NULL OR actor = $3) " \
    "AND ($4::boolean IS NULL OR success = $4) AND ($5::timestamptz IS NULL OR at >= $5) "         \
    "AND ($6::timestamptz IS NULL OR at <= $6) "
constexpr Statement kListAudit{"tenancy_audit_list",
                               AUDIT_COLUMNS AUDIT_FILTER "ORDER BY at DESC, seq DESC LIMIT $7 OFFSET $8"};
constexpr Statement kCountAudit{"tenancy_audit_count", "SELECT count(*) FROM tenancy.audit_entries " AUDIT_FILTER};
constexpr Statement kFindAudit{"tenancy_audit_find", AUDIT_COLUMNS "WHERE org_id = $1 AND id = $2"};
constexpr Statement kVerifyAudit{"tenancy_audit_verify", R"sql(
    SELECT entries, head_hash, fault_seq, coalesce(fault, '') FROM tenancy.verify_audit($1))sql"};
#undef AUDIT_COLUMNS
#undef AUDIT_FILTER

AuditRow ReadAuditRow(Columns& in) {
    AuditRow row;
    row.seq = in.Int();
    row.event.id = in.Text();
    row.event.at = in.Instant();
    row.event.event = in.Text();
    row.event.org = in.Id<OrgId>();
    row.event.actor = in.Text();
    row.event.ip = in.Text();
    row.event.path = in.Text();
    row.event.success = in.Flag();
    row.event.details = in.Text();
    row.prev_hash = in.Text();
    row.hash = in.Text();
    return row;
}

// PostgreSQL's texts hold no NUL; what a caller sent must be written down all the same.
std::string WithoutNul(const std::string& text) {
    return text.find('\0') == std::string::npos ? text : platform::EscapeForLog(text);
}

std::optional<std::string> UnlessEmpty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

AuditReceipt AppendAudit(platform::Tx& tx, AuditEvent event) {
    event = Bounded(std::move(event));
    if (event.id.empty()) {
        event.id =
            platform::MakeUlid(std::chrono::floor<std::chrono::milliseconds>(event.at).time_since_epoch().count());
    }
    if (event.actor.empty()) {
        event.actor = "system";
    }
    return tx.One(
        kAppendAudit,
        [](Columns& in) {
            AuditReceipt receipt;
            receipt.seq = in.Int();
            receipt.hash = in.Text();
            return receipt;
        },
        event.org.Text(), event.id, event.at, event.event, WithoutNul(event.actor), WithoutNul(event.ip),
        WithoutNul(event.path), event.success, WithoutNul(event.details));
}

AuditReceipt AppendAudit(platform::Database& database, AuditEvent event) {
    return database.Write([&](platform::Tx& tx) { return AppendAudit(tx, event); });
}

AuditPage ListAudit(TenantTx& tx, const AuditFilter& filter, const AuditWindow& window) {
    platform::Tx& sql = tx.Sql();
    const std::string& org = OrgOf(tx).Text();
    AuditPage page;
    page.rows = sql.All(kListAudit, ReadAuditRow, org, UnlessEmpty(filter.event), UnlessEmpty(filter.actor),
                        filter.success, filter.since, filter.until, window.limit, window.offset);
    page.total = sql.One(
        kCountAudit, [](Columns& in) { return in.Int(); }, org, UnlessEmpty(filter.event), UnlessEmpty(filter.actor),
        filter.success, filter.since, filter.until);
    return page;
}

std::optional<AuditRow> FindAudit(TenantTx& tx, const std::string& id) {
    return tx.Sql().Find(kFindAudit, ReadAuditRow, OrgOf(tx).Text(), id);
}

AuditVerdict VerifyAudit(TenantTx& tx) {
    tx.Sql().SetLocal({{"statement_timeout", "600000"}});  // a long log takes longer than a request's statement may
    return tx.Sql().One(
        kVerifyAudit,
        [](Columns& in) {
            AuditVerdict verdict;
            verdict.entries = in.Int();
            verdict.head_hash = in.Text();
            verdict.fault_seq = in.OptInt();
            verdict.fault = in.Text();
            return verdict;
        },
        OrgOf(tx).Text());
}

}  // namespace tenancy::store
