#include "controller/store/status_audits.hpp"

#include "controller/store/tx.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace store {
namespace {

#define STATUS_AUDIT_COLUMNS                                                                                \
    " id, programme_id, commit, document_sha256, repo_ready, rc_ready, release_ready, errors, gates::text," \
    " array_to_string(blockers, E'\\n'), array_to_string(failing_gates, E'\\n'), green, recorded_by, recorded_at "

constexpr Statement kInsertStatusAudit{"status_audit_insert", R"sql(
    INSERT INTO status_audits (id, programme_id, commit, document_sha256, repo_ready, rc_ready, release_ready, errors,
        gates, blockers, failing_gates, recorded_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12) RETURNING)sql" STATUS_AUDIT_COLUMNS};
constexpr Statement kListStatusAudits{"status_audit_list", "SELECT" STATUS_AUDIT_COLUMNS R"sql(
    FROM status_audits WHERE programme_id = $1 AND ($2::text IS NULL OR id > $2) ORDER BY id LIMIT $3)sql"};
constexpr Statement kAllStatusAudits{"status_audit_all", "SELECT" STATUS_AUDIT_COLUMNS R"sql(
    FROM status_audits WHERE programme_id = $1 ORDER BY n)sql"};
constexpr Statement kLastStatusAudit{"status_audit_last", "SELECT" STATUS_AUDIT_COLUMNS R"sql(
    FROM status_audits WHERE programme_id = $1 ORDER BY n DESC LIMIT 1)sql"};

#undef STATUS_AUDIT_COLUMNS

std::vector<std::string> ReadAuditLines(Columns& in) {
    std::vector<std::string> lines;
    const std::string joined = in.Text();
    if (!joined.empty()) {
        for (const std::string_view line : platform::Split(joined, '\n')) {
            lines.emplace_back(line);
        }
    }
    return lines;
}

wire::StatusAudit ReadStatusAudit(Columns& in) {
    wire::StatusAudit audit;
    audit.id = in.Text();
    audit.programme = in.Text();
    audit.commit = in.Text();
    audit.document_sha256 = in.Text();
    audit.repo_ready = in.Flag();
    audit.rc_ready = in.Flag();
    audit.release_ready = in.Flag();
    audit.errors = in.Int();
    audit.gates = in.Text();
    audit.blockers = ReadAuditLines(in);
    audit.failing_gates = ReadAuditLines(in);
    audit.green = in.Flag();
    audit.recorded_by = in.Text();
    audit.recorded_at = in.Instant();
    return audit;
}

}  // namespace

wire::StatusAudit InsertStatusAudit(Tx& tx, const policy::RecordId& id, const policy::ProgrammeId& programme,
                                    const wire::ImportStatusAudit& audit, const policy::PrincipalId& by) {
    return tx.One(kInsertStatusAudit, ReadStatusAudit, id, programme, audit.commit, platform::Sha256Hex(audit.document),
                  audit.repo_ready, audit.rc_ready, audit.release_ready, audit.errors,
                  wire::EncodeAuditedGates(audit.gates), audit.blockers, audit.failing_gates, by);
}

Page<wire::StatusAudit> ListStatusAudits(Tx& tx, const policy::ProgrammeId& programme, const PageQuery& page) {
    return tx.ListPage(
        kListStatusAudits, page, ReadStatusAudit, [](const wire::StatusAudit& row) { return row.id; }, programme);
}

std::vector<wire::StatusAudit> AllStatusAudits(Tx& tx, const policy::ProgrammeId& programme) {
    return tx.All(kAllStatusAudits, ReadStatusAudit, programme);
}

std::optional<wire::StatusAudit> LastStatusAudit(Tx& tx, const policy::ProgrammeId& programme) {
    return tx.Find(kLastStatusAudit, ReadStatusAudit, programme);
}

}  // namespace store
