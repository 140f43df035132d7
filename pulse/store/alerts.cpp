#include "pulse/store/alerts.hpp"

#include <charconv>
#include <stdexcept>

#include "platform/sql/tx.hpp"

namespace pulse::store {
namespace {

using platform::Columns;
using platform::Statement;
using tenancy::store::TenantTx;

// Row-level security chooses the rows.
#define PULSE_ALERT_COLUMNS                                                                            \
    "a.id, a.type, a.level, a.resource_id, a.resource_name, a.node, a.message, a.value, a.threshold, " \
    "a.started_at, a.last_seen_at, a.acknowledged_at, a.acknowledged_by, a.resolved_at "

// xmax is 0 for a row that was inserted.
constexpr Statement kRecordAlert{
    "pulse_record_alert",
    "INSERT INTO pulse.alerts AS a (org_id, id, type, level, resource_id, resource_name, node, message, value, "
    "threshold) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
    "ON CONFLICT (org_id, type, resource_id) WHERE resolved_at IS NULL DO UPDATE SET level = excluded.level, "
    "resource_name = excluded.resource_name, node = excluded.node, message = excluded.message, value = excluded.value, "
    "threshold = excluded.threshold, last_seen_at = transaction_timestamp() "
    "RETURNING a.xmax = 0, " PULSE_ALERT_COLUMNS};
constexpr Statement kListOpen{"pulse_open_alerts", "SELECT " PULSE_ALERT_COLUMNS
                                                   "FROM pulse.alerts a WHERE a.resolved_at IS NULL "
                                                   "ORDER BY a.level = 'warning', a.started_at DESC, a.id LIMIT 1000"};
constexpr Statement kListHistory{"pulse_alert_history",
                                 "SELECT " PULSE_ALERT_COLUMNS
                                 "FROM pulse.alerts a ORDER BY a.started_at DESC, a.id LIMIT $1"};
constexpr Statement kListResolved{
    "pulse_resolved_alerts",
    "SELECT " PULSE_ALERT_COLUMNS
    "FROM pulse.alerts a WHERE a.resolved_at >= $1 ORDER BY a.resolved_at DESC, a.id LIMIT 100"};
constexpr Statement kAcknowledge{
    "pulse_acknowledge_alert",
    "UPDATE pulse.alerts a SET acknowledged_at = coalesce(a.acknowledged_at, transaction_timestamp()), "
    "acknowledged_by = CASE WHEN a.acknowledged_at IS NULL THEN $2 ELSE a.acknowledged_by END "
    "WHERE a.id = $1 AND a.resolved_at IS NULL RETURNING " PULSE_ALERT_COLUMNS};
constexpr Statement kUnacknowledge{"pulse_unacknowledge_alert",
                                   "UPDATE pulse.alerts a SET acknowledged_at = NULL, acknowledged_by = '' "
                                   "WHERE a.id = $1 AND a.resolved_at IS NULL RETURNING " PULSE_ALERT_COLUMNS};
constexpr Statement kResolve{"pulse_resolve_alert",
                             "UPDATE pulse.alerts a SET resolved_at = transaction_timestamp() "
                             "WHERE a.id = $1 AND a.resolved_at IS NULL RETURNING " PULSE_ALERT_COLUMNS};
constexpr Statement kForgetOld{
    "pulse_forget_old_alerts",
    "DELETE FROM pulse.alerts a WHERE a.resolved_at < transaction_timestamp() - interval '30 days'"};

#undef PULSE_ALERT_COLUMNS

double AlertNumber(const std::string& text) {
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) {
        throw std::runtime_error("the database holds a number that is none");
    }
    return number;
}

std::string AlertNumberText(double number) {
    char text[64];
    const auto written = std::to_chars(text, text + sizeof text, number);
    return std::string(text, written.ptr);
}

Alert ReadAlert(Columns& in) {
    Alert alert;
    alert.id = in.Text();
    alert.report.type = in.Text();
    alert.report.level = in.Enum<AlertLevel>();
    alert.report.resource_id = in.Text();
    alert.report.resource_name = in.Text();
    alert.report.node = in.Text();
    alert.report.message = in.Text();
    alert.report.value = AlertNumber(in.Text());
    alert.report.threshold = AlertNumber(in.Text());
    alert.started_at = in.Instant();
    alert.last_seen_at = in.Instant();
    alert.acknowledged_at = in.OptInstant();
    alert.acknowledged_by = in.Text();
    alert.resolved_at = in.OptInstant();
    return alert;
}

}  // namespace

RecordedAlert RecordAlert(TenantTx& tx, std::string_view id, const AlertReport& report) {
    return tx.Sql().One(
        kRecordAlert,
        [](Columns& in) {
            RecordedAlert recorded;
            recorded.raised = in.Flag();
            recorded.alert = ReadAlert(in);
            return recorded;
        },
        tenancy::store::OrgOf(tx).Text(), id, report.type, report.level, report.resource_id, report.resource_name,
        report.node, report.message, AlertNumberText(report.value), AlertNumberText(report.threshold));
}

std::vector<Alert> ListOpenAlerts(TenantTx& tx) {
    return tx.Sql().All(kListOpen, ReadAlert);
}

std::vector<Alert> ListAlertHistory(TenantTx& tx, int limit) {
    return tx.Sql().All(kListHistory, ReadAlert, limit);
}

std::vector<Alert> ListResolvedAlerts(TenantTx& tx, platform::Time since) {
    return tx.Sql().All(kListResolved, ReadAlert, since);
}

std::optional<Alert> AcknowledgeAlert(TenantTx& tx, std::string_view id, std::string_view actor) {
    return tx.Sql().Find(kAcknowledge, ReadAlert, id, actor);
}

std::optional<Alert> UnacknowledgeAlert(TenantTx& tx, std::string_view id) {
    return tx.Sql().Find(kUnacknowledge, ReadAlert, id);
}

std::optional<Alert> ResolveAlert(TenantTx& tx, std::string_view id) {
    auto resolved = tx.Sql().Find(kResolve, ReadAlert, id);
    tx.Sql().Exec(kForgetOld);
    return resolved;
}

}  // namespace pulse::store
