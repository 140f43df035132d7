#include "controller/store/alerts.hpp"

#include "controller/store/real_numbers.hpp"
#include "controller/store/tx.hpp"
#include "platform/base/text.hpp"

namespace store {
namespace {

constexpr std::size_t kLongestAlertDetail = 1'900;

#define ALERT_COLUMNS                                                                                            \
    " a.id, a.trigger, a.severity, a.instance_id, a.tenant, a.phase, a.phase_since, a.opened_at, a.resolved_at," \
    " a.value::text, a.limit_value::text, a.detail, a.evidence::text, a.operation_id, a.incident_id FROM alerts a "

constexpr Statement kInsertAlert{"alert_insert", R"sql(
    INSERT INTO alerts (id, trigger, severity, instance_id, tenant, phase, phase_since, value, limit_value, detail,
                        evidence, operation_id, incident_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12, $13))sql"};
constexpr Statement kUpdateAlert{"alert_update", R"sql(
    UPDATE alerts SET phase = $2, phase_since = $3, value = $4, limit_value = $5, detail = $6, evidence = $7::jsonb,
        operation_id = $8, incident_id = $9
    WHERE id = $1)sql"};
constexpr Statement kDeletePendingAlert{"alert_delete_pending",
                                        "DELETE FROM alerts WHERE id = $1 AND phase = 'pending'"};
constexpr Statement kLoadStandingAlerts{"alert_load_standing", "SELECT" ALERT_COLUMNS "WHERE a.phase <> 'resolved'"};
constexpr Statement kLoadAlert{"alert_load", "SELECT" ALERT_COLUMNS "WHERE a.id = $1 AND a.phase <> 'pending'"};
constexpr Statement kListAlerts{"alert_list", "SELECT" ALERT_COLUMNS R"sql(
    WHERE a.phase <> 'pending' AND (NOT $1 OR a.phase <> 'resolved') AND ($2::text IS NULL OR a.severity = $2)
      AND ($3 = '' OR a.instance_id = $3) AND ($4::text IS NULL OR a.id < $4)
    ORDER BY a.id DESC LIMIT $5)sql"};
constexpr Statement kCountAlerts{"alert_count", R"sql(
    SELECT s.severity, count(a.id) FROM (VALUES ('info'), ('warning'), ('critical')) s (severity)
    LEFT JOIN alerts a ON a.severity = s.severity AND a.phase IN ('firing', 'clearing') GROUP BY s.severity)sql"};
constexpr Statement kDropOldAlerts{"alert_drop_old", R"sql(
    DELETE FROM alerts WHERE id IN (
        SELECT a.id FROM alerts a WHERE a.phase = 'resolved' AND a.operation_id IS NULL
          AND a.resolved_at < portcullis.now() - $1::interval ORDER BY a.resolved_at LIMIT $2))sql"};

#undef ALERT_COLUMNS

Alert ReadAlert(Columns& in) {
    Alert alert;
    alert.id = in.Id<policy::RecordId>();
    alert.trigger = in.Text();
    alert.severity = in.Enum<policy::AlertSeverity>();
    alert.instance = in.Text();
    alert.tenant = in.Text();
    alert.phase = in.Enum<AlertRowPhase>();
    alert.phase_since = in.Instant();
    alert.opened_at = in.OptInstant();
    alert.resolved_at = in.OptInstant();
    alert.value = ReadReal(in);
    alert.limit = ReadReal(in);
    alert.detail = in.Text();
    alert.evidence = in.Text();
    alert.operation = in.OptText();
    alert.incident = in.OptText();
    return alert;
}

std::string KeptDetail(const Alert& alert) {
    return std::string(platform::TruncateUtf8(alert.detail, kLongestAlertDetail));
}

}  // namespace

void InsertAlert(Tx& tx, const Alert& alert) {
    tx.Exec(kInsertAlert, alert.id, alert.trigger, alert.severity, alert.instance, alert.tenant, alert.phase,
            alert.phase_since, RealText(alert.value), RealText(alert.limit), KeptDetail(alert), alert.evidence,
            alert.operation, alert.incident);
}

void UpdateAlert(Tx& tx, const Alert& alert) {
    tx.Exec(kUpdateAlert, alert.id, alert.phase, alert.phase_since, RealText(alert.value), RealText(alert.limit),
            KeptDetail(alert), alert.evidence, alert.operation, alert.incident);
}

void DeletePendingAlert(Tx& tx, const policy::RecordId& id) {
    tx.Exec(kDeletePendingAlert, id);
}

std::vector<Alert> LoadStandingAlerts(Tx& tx) {
    return tx.All(kLoadStandingAlerts, ReadAlert);
}

std::optional<Alert> LoadAlert(Tx& tx, const policy::RecordId& id) {
    return tx.Find(kLoadAlert, ReadAlert, id);
}

Page<Alert> ListAlerts(Tx& tx, const AlertFilter& filter, const PageQuery& page) {
    return tx.ListPage(
        kListAlerts, page, ReadAlert, [](const Alert& row) { return row.id.Text(); }, filter.standing_only,
        filter.severity, filter.instance);
}

std::vector<AlertCounts> CountAlerts(Tx& tx) {
    return tx.All(kCountAlerts, [](Columns& in) {
        AlertCounts counts;
        counts.severity = in.Enum<policy::AlertSeverity>();
        counts.standing = in.Int();
        return counts;
    });
}

void DropOldAlerts(Tx& tx, policy::Duration age, int most) {
    tx.Exec(kDropOldAlerts, age, most);
}

}  // namespace store
