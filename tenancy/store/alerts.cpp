#include "tenancy/store/alerts.hpp"

#include <charconv>
#include <stdexcept>

#include "platform/crypto/crypto.hpp"
#include "platform/sql/tx.hpp"

namespace tenancy::store {
namespace {

using platform::Columns;
using platform::Statement;

constexpr double kErrorPercentWarning = 1;
constexpr double kErrorPercentCritical = 5;
constexpr double kMillisecondsWarning = 500;
constexpr double kMillisecondsCritical = 2'000;

#define ALERT_COLUMNS "org_id, id, kind, severity, message, value, threshold, raised_at, changed_at, resolved_at"
constexpr Statement kLockOpen{"tenancy_alert_open", "SELECT " ALERT_COLUMNS R"sql(
    FROM tenancy.alerts WHERE org_id = $1 AND kind = $2 AND resolved_at IS NULL FOR UPDATE)sql"};
// Two programs may find the same at the same time: the second one changes what the first one raised.
constexpr Statement kRaise{"tenancy_alert_raise", R"sql(
    INSERT INTO tenancy.alerts (org_id, id, kind, severity, message, value, threshold)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (org_id, kind) WHERE resolved_at IS NULL DO UPDATE SET severity = excluded.severity,
        message = excluded.message, value = excluded.value, threshold = excluded.threshold,
        changed_at = transaction_timestamp()
    RETURNING )sql" ALERT_COLUMNS};
constexpr Statement kResolve{"tenancy_alert_resolve", R"sql(
    UPDATE tenancy.alerts SET resolved_at = transaction_timestamp(), changed_at = transaction_timestamp()
    WHERE org_id = $1 AND id = $2 RETURNING )sql" ALERT_COLUMNS};
constexpr Statement kListAlerts{"tenancy_alerts", "SELECT " ALERT_COLUMNS R"sql(
    FROM tenancy.alerts WHERE org_id = $1 AND ($2::boolean OR resolved_at IS NULL)
    ORDER BY resolved_at IS NOT NULL, severity = 'warning', raised_at DESC, id LIMIT 1000)sql"};
#undef ALERT_COLUMNS

double NumberOf(const std::string& text) {
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) {
        throw std::runtime_error("the database holds a number that is none");
    }
    return number;
}

std::string TextOf(double number) {
    char text[64];
    const auto written = std::to_chars(text, text + sizeof text, number);
    return std::string(text, written.ptr);
}

// For people: one digit after the point.
std::string Rounded(double number) {
    char text[64];
    const auto written = std::to_chars(text, text + sizeof text, number, std::chars_format::fixed, 1);
    return std::string(text, written.ptr);
}

TenantAlert ReadAlert(Columns& in) {
    TenantAlert alert;
    alert.org = in.Id<OrgId>();
    alert.id = in.Text();
    alert.kind = in.Enum<AlertKind>();
    alert.severity = in.Enum<AlertSeverity>();
    alert.message = in.Text();
    alert.value = NumberOf(in.Text());
    alert.threshold = NumberOf(in.Text());
    alert.raised_at = in.Instant();
    alert.changed_at = in.Instant();
    alert.resolved_at = in.OptInstant();
    return alert;
}

AlertKind KindOf(Resource resource) {
    switch (resource) {
        case Resource::kUsers:
            return AlertKind::kQuotaUsers;
        case Resource::kCustomers:
            return AlertKind::kQuotaCustomers;
        case Resource::kStorageBytes:
            return AlertKind::kQuotaStorage;
        case Resource::kApiCalls:
            break;
    }
    return AlertKind::kQuotaApiCalls;
}

std::string_view NameOf(Resource resource) {
    switch (resource) {
        case Resource::kUsers:
            return "users";
        case Resource::kCustomers:
            return "customers";
        case Resource::kStorageBytes:
            return "bytes of storage";
        case Resource::kApiCalls:
            break;
    }
    return "API calls this month";
}

// Above `critical`, above `warning`, or well.
AlertReading Compare(AlertKind kind, double value, double warning, double critical) {
    AlertReading reading;
    reading.kind = kind;
    reading.value = value;
    if (value > critical) {
        reading.severity = AlertSeverity::kCritical;
        reading.threshold = critical;
    } else if (value > warning) {
        reading.severity = AlertSeverity::kWarning;
        reading.threshold = warning;
    }
    return reading;
}

}  // namespace

AlertReading ReadQuota(Resource resource, std::int64_t used, std::int64_t limit) {
    AlertReading reading;
    reading.kind = KindOf(resource);
    reading.value = static_cast<double>(PercentUsed(used, limit));
    switch (Judge(used, limit)) {
        case QuotaLevel::kOk:
            return reading;
        case QuotaLevel::kWarning:
            reading.severity = AlertSeverity::kWarning;
            reading.threshold = kWarningPercent;
            break;
        case QuotaLevel::kCritical:
        case QuotaLevel::kExceeded:
            reading.severity = AlertSeverity::kCritical;
            reading.threshold = kCriticalPercent;
            break;
    }
    reading.message =
        std::to_string(used) + " of " + std::to_string(limit) + " " + std::string(NameOf(resource)) + " are used";
    return reading;
}

std::vector<AlertReading> ReadQuotas(const TenantQuotas& quotas) {
    std::vector<AlertReading> readings;
    for (const auto& name : platform::EnumNames<Resource>::kNames) {
        readings.push_back(ReadQuota(name.value, quotas.usage.Of(name.value), quotas.limits.Limit(name.value)));
    }
    return readings;
}

std::vector<AlertReading> ReadTraffic(std::int64_t calls, std::int64_t errors, std::int64_t micros) {
    if (calls < kFewestCallsToJudge) {
        return {};
    }
    const double percent = 100.0 * static_cast<double>(errors) / static_cast<double>(calls);
    const double milliseconds = static_cast<double>(micros) / 1'000 / static_cast<double>(calls);
    std::vector<AlertReading> readings = {
        Compare(AlertKind::kErrorRate, percent, kErrorPercentWarning, kErrorPercentCritical),
        Compare(AlertKind::kResponseTime, milliseconds, kMillisecondsWarning, kMillisecondsCritical)};
    readings[0].message = Rounded(percent) + " % of the calls failed";
    readings[1].message = "Answers take " + Rounded(milliseconds) + " ms on average";
    return readings;
}

AlertTransition RecordReading(TenantTx& tx, const AlertReading& reading) {
    platform::Tx& sql = tx.Sql();
    const std::string& org = OrgOf(tx).Text();
    const auto open = sql.Find(kLockOpen, ReadAlert, org, reading.kind);
    AlertTransition transition;
    if (!reading.severity) {
        if (open) {
            transition.outcome = AlertOutcome::kResolved;
            transition.alert = sql.One(kResolve, ReadAlert, org, open->id);
        }
        return transition;
    }
    if (open && open->severity == *reading.severity && open->message == reading.message) {
        return transition;
    }
    const std::string id = "tal_" + platform::MakeUlid(sql.Now().time_since_epoch().count() / 1'000);
    transition.alert = sql.One(kRaise, ReadAlert, org, open ? open->id : id, reading.kind, *reading.severity,
                               reading.message, TextOf(reading.value), TextOf(reading.threshold));
    if (!open) {
        transition.outcome = AlertOutcome::kRaised;
    } else if (open->severity != *reading.severity) {
        transition.outcome = AlertOutcome::kChanged;
    }
    return transition;
}

std::vector<AlertTransition> RecordReadings(TenantTx& tx, const std::vector<AlertReading>& readings) {
    std::vector<AlertTransition> transitions;
    for (const AlertReading& reading : readings) {
        AlertTransition transition = RecordReading(tx, reading);
        if (transition.outcome != AlertOutcome::kUnchanged) {
            transitions.push_back(std::move(transition));
        }
    }
    return transitions;
}

std::vector<TenantAlert> ListAlerts(TenantTx& tx, AlertsShown shown) {
    return tx.Sql().All(kListAlerts, ReadAlert, OrgOf(tx).Text(), shown == AlertsShown::kAll);
}

}  // namespace tenancy::store
