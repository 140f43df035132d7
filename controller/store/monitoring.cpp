#include "controller/store/monitoring.hpp"

#include "controller/store/real_numbers.hpp"
#include "controller/store/rollouts.hpp"
#include "controller/store/tx.hpp"
#include "platform/base/text.hpp"

namespace store {
namespace {

constexpr std::size_t kLongestCanaryDetail = 1'900;

constexpr Statement kPutComponentPrincipal{"monitor_principal_put", R"sql(
    INSERT INTO principals (id, kind, display_name, created_by) VALUES ($1, 'component', $2, $1)
    ON CONFLICT DO NOTHING RETURNING true)sql"};
constexpr Statement kHoldMonitorLease{"monitor_lease_hold", R"sql(
    UPDATE monitor_lease SET holder = $1, until = clock_timestamp() + $2::interval
    WHERE holder = $1 OR until < clock_timestamp() RETURNING true)sql"};
constexpr Statement kReleaseMonitorLease{"monitor_lease_release", R"sql(
    UPDATE monitor_lease SET holder = NULL, until = '-infinity' WHERE holder = $1)sql"};
constexpr Statement kAppendWindows{"monitor_windows_append", R"sql(
    INSERT INTO monitor_windows (instance_id, ended_at, seconds, requests, denied, disabled, failed, p95_seconds)
    SELECT w.instance, w.ended_at, w.seconds, w.requests, w.denied, w.disabled, w.failed, nullif(w.p95, 'NaN')
    FROM unnest($1::text[], $2::timestamptz[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[],
                $8::float8[]) w (instance, ended_at, seconds, requests, denied, disabled, failed, p95)
    ON CONFLICT DO NOTHING)sql"};
constexpr Statement kPutPresentWindows{"monitor_now_put", R"sql(
    INSERT INTO monitor_now (instance_id, ended_at, seconds, requests, denied, disabled, failed, p95_seconds)
    SELECT w.instance, w.ended_at, w.seconds, w.requests, w.denied, w.disabled, w.failed, nullif(w.p95, 'NaN')
    FROM unnest($1::text[], $2::timestamptz[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[],
                $8::float8[]) w (instance, ended_at, seconds, requests, denied, disabled, failed, p95)
    ON CONFLICT (instance_id) DO UPDATE SET ended_at = excluded.ended_at, seconds = excluded.seconds,
        requests = excluded.requests, denied = excluded.denied, disabled = excluded.disabled, failed = excluded.failed,
        p95_seconds = excluded.p95_seconds)sql"};
constexpr Statement kDropOldPresent{"monitor_now_drop", R"sql(
    DELETE FROM monitor_now WHERE ended_at < clock_timestamp() - $1::interval)sql"};
constexpr Statement kWorstOfSpans{"monitor_windows_worst", R"sql(
    SELECT date_bin($2::interval, w.ended_at, '2000-01-01Z') + $2::interval AS until,
           max(w.denied / w.seconds)::text, max(w.failed / nullif(w.requests, 0))::text, max(w.p95_seconds)::text
    FROM monitor_windows w WHERE w.ended_at > clock_timestamp() - $1::interval GROUP BY until ORDER BY until)sql"};
constexpr Statement kDropOldWindows{"monitor_windows_drop", R"sql(
    DELETE FROM monitor_windows WHERE (instance_id, ended_at) IN (
        SELECT w.instance_id, w.ended_at FROM monitor_windows w
        WHERE w.ended_at < clock_timestamp() - $1::interval ORDER BY w.ended_at LIMIT $2))sql"};
constexpr Statement kPutCanary{"monitor_canary_put", R"sql(
    INSERT INTO monitor_canaries AS c (instance_id, outcome, confirmed, detail, tried_at, kept_at)
    VALUES ($1, $2, $3, $4, $5, CASE WHEN $2 = 'kept' THEN $5::timestamptz END)
    ON CONFLICT (instance_id) DO UPDATE SET outcome = excluded.outcome, confirmed = excluded.confirmed,
        detail = excluded.detail, tried_at = excluded.tried_at, kept_at = coalesce(excluded.kept_at, c.kept_at))sql"};

// Of an instance's windows, those that overlap count as what they are: shares and rates, weighed by their requests.
constexpr Statement kInsertBaseline{"monitor_baseline_insert", R"sql(
    INSERT INTO monitor_baselines (id, since, until, reason, recorded_by)
    SELECT $1, min(w.ended_at - w.seconds * interval '1 second'), max(w.ended_at), $3, $4 FROM monitor_windows w
    WHERE w.ended_at >= clock_timestamp() - $2::interval HAVING count(*) > 0 RETURNING true)sql"};
constexpr Statement kInsertBaselineInstances{"monitor_baseline_instances_insert", R"sql(
    INSERT INTO monitor_baseline_instances (baseline_id, instance_id, requests, failed_share, denied_per_second,
                                            p95_seconds)
    SELECT $1, w.instance_id, sum(w.requests), CASE WHEN sum(w.requests) > 0 THEN sum(w.failed) / sum(w.requests) ELSE 0 END,
           sum(w.denied) / sum(w.seconds),
           sum(w.p95_seconds * w.requests) / nullif(sum(w.requests) FILTER (WHERE w.p95_seconds IS NOT NULL), 0)
    FROM monitor_windows w WHERE w.ended_at >= clock_timestamp() - $2::interval GROUP BY w.instance_id)sql"};

#define BASELINE_COLUMNS                                                                                         \
    " b.id, b.since, b.until, b.reason, b.recorded_by, b.recorded_at,"                                           \
    " (SELECT count(*) FROM monitor_baseline_instances i WHERE i.baseline_id = b.id),"                           \
    " (SELECT coalesce(sum(i.requests), 0) FROM monitor_baseline_instances i WHERE i.baseline_id = b.id)::text " \
    " FROM monitor_baselines b "
constexpr Statement kLoadBaseline{"monitor_baseline_load", "SELECT" BASELINE_COLUMNS "WHERE b.id = $1"};
constexpr Statement kListBaselines{"monitor_baseline_list", "SELECT" BASELINE_COLUMNS R"sql(
    WHERE ($1::text IS NULL OR b.id < $1) ORDER BY b.id DESC LIMIT $2)sql"};
#undef BASELINE_COLUMNS
constexpr Statement kNewestBaselineId{"monitor_baseline_newest", "SELECT max(id) FROM monitor_baselines"};
constexpr Statement kBaselineInstances{"monitor_baseline_instances_load", R"sql(
    SELECT i.instance_id, i.requests::text, i.failed_share::text, i.denied_per_second::text, i.p95_seconds::text
    FROM monitor_baseline_instances i WHERE i.baseline_id = $1)sql"};

// Of an instance that has not said whom it hosts, all.
constexpr Statement kReachingRollouts{"monitor_rollouts_reaching", R"sql(
    SELECT r.id FROM rollouts r LEFT JOIN instance_inventories v ON v.instance_id = $1
    WHERE r.state = 'active'
      AND (v.orgs IS NULL OR v.orgs && ARRAY(SELECT t FROM rollout_tenants(r.id, r.stage) t))
    ORDER BY r.id)sql"};

constexpr Statement kListMonitored{"monitor_instances_list", R"sql(
    SELECT n.id, w.ended_at, w.seconds::text, w.requests::text, w.denied::text, w.disabled::text, w.failed::text,
           w.p95_seconds::text, c.outcome, c.confirmed, c.detail, c.tried_at, c.kept_at,
           (SELECT count(*) FROM alerts a WHERE a.instance_id = n.id AND a.phase IN ('firing', 'clearing'))
    FROM (SELECT instance_id AS id FROM monitor_now UNION SELECT instance_id FROM monitor_canaries
          UNION SELECT instance_id FROM alerts WHERE phase IN ('firing', 'clearing')) n
    LEFT JOIN monitor_now w ON w.instance_id = n.id
    LEFT JOIN monitor_canaries c ON c.instance_id = n.id
    WHERE ($1::text IS NULL OR n.id > $1) ORDER BY n.id LIMIT $2)sql"};

Baseline ReadBaseline(Columns& in) {
    Baseline baseline;
    baseline.id = in.Id<policy::RecordId>();
    baseline.since = in.Instant();
    baseline.until = in.Instant();
    baseline.reason = in.Text();
    baseline.recorded_by = in.Text();
    baseline.recorded_at = in.Instant();
    baseline.instances = in.Int();
    baseline.requests = ReadReal(in);
    return baseline;
}

MonitoredInstance ReadMonitored(Columns& in) {
    MonitoredInstance row;
    row.instance = in.Text();
    const auto ended_at = in.OptInstant();
    MonitorWindow window;
    window.instance = row.instance;
    window.seconds = ReadOptReal(in).value_or(0);
    window.requests = ReadOptReal(in).value_or(0);
    window.denied = ReadOptReal(in).value_or(0);
    window.disabled = ReadOptReal(in).value_or(0);
    window.failed = ReadOptReal(in).value_or(0);
    window.p95_seconds = ReadOptReal(in);
    if (ended_at) {
        window.ended_at = *ended_at;
        row.last = std::move(window);
    }
    const auto outcome = in.OptText();
    const auto confirmed = in.OptText();
    const auto detail = in.OptText();
    const auto tried_at = in.OptInstant();
    row.kept_at = in.OptInstant();
    if (outcome) {
        row.canary = CanarySighting{row.instance, *outcome, confirmed == "t", *detail, *tried_at};
    }
    row.alerts = in.Int();
    return row;
}

void WriteWindows(Tx& tx, const Statement& statement, const std::vector<MonitorWindow>& windows) {
    std::vector<std::string> instances;
    std::vector<policy::Time> ends;
    std::array<std::vector<std::string>, 6> numbers;
    for (const MonitorWindow& window : windows) {
        instances.push_back(window.instance);
        ends.push_back(window.ended_at);
        const std::array values{window.seconds, window.requests, window.denied, window.disabled, window.failed};
        for (std::size_t at = 0; at < values.size(); ++at) {
            numbers[at].push_back(RealText(values[at]));
        }
        numbers[5].push_back(RealText(window.p95_seconds).value_or("NaN"));
    }
    tx.Exec(statement, instances, ends, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
}

}  // namespace

bool PutComponentPrincipal(Tx& tx, const policy::PrincipalId& id, const std::string& display_name) {
    return tx
        .Find(
            kPutComponentPrincipal, [](Columns& in) { return in.Flag(); }, id, display_name)
        .has_value();
}

bool HoldMonitorLease(Tx& tx, const std::string& holder, policy::Duration span) {
    return tx
        .Find(
            kHoldMonitorLease, [](Columns& in) { return in.Flag(); }, holder, span)
        .value_or(false);
}

void ReleaseMonitorLease(Tx& tx, const std::string& holder) {
    tx.Exec(kReleaseMonitorLease, holder);
}

void PutPresentWindows(Tx& tx, const std::vector<MonitorWindow>& windows) {
    WriteWindows(tx, kPutPresentWindows, windows);
}

void AppendWindows(Tx& tx, const std::vector<MonitorWindow>& windows) {
    WriteWindows(tx, kAppendWindows, windows);
}

void DropOldWindows(Tx& tx, policy::Duration age, int most) {
    tx.Exec(kDropOldWindows, age, most);
    tx.Exec(kDropOldPresent, age);
}

std::vector<WorstOfSpan> LoadWorstOfSpans(Tx& tx, policy::Duration span, policy::Duration bin) {
    std::vector<WorstOfSpan> spans;
    tx.All(
        kWorstOfSpans,
        [&](Columns& in) {
            WorstOfSpan worst;
            worst.until = in.Instant();
            worst.denied_per_second = ReadOptReal(in);
            worst.failed_share = ReadOptReal(in);
            worst.p95_seconds = ReadOptReal(in);
            spans.push_back(worst);
            return true;
        },
        span, bin);
    return spans;
}

void PutCanarySighting(Tx& tx, const CanarySighting& sighting) {
    tx.Exec(kPutCanary, sighting.instance, sighting.outcome, sighting.confirmed,
            platform::TruncateUtf8(sighting.detail, kLongestCanaryDetail), sighting.tried_at);
}

std::optional<Baseline> RecordBaseline(Tx& tx, const policy::RecordId& id, policy::Duration span,
                                       const std::string& reason, const policy::PrincipalId& by) {
    if (!tx.Find(
            kInsertBaseline, [](Columns& in) { return in.Flag(); }, id, span, reason, by)) {
        return std::nullopt;
    }
    tx.Exec(kInsertBaselineInstances, id, span);
    return tx.Find(kLoadBaseline, ReadBaseline, id);
}

Page<Baseline> ListBaselines(Tx& tx, const PageQuery& page) {
    return tx.ListPage(kListBaselines, page, ReadBaseline, [](const Baseline& row) { return row.id.Text(); });
}

std::string NewestBaselineId(Tx& tx) {
    return tx.One(kNewestBaselineId, [](Columns& in) { return in.OptText(); }).value_or("");
}

NewestBaseline LoadNewestBaseline(Tx& tx) {
    NewestBaseline newest;
    newest.id = NewestBaselineId(tx);
    tx.All(
        kBaselineInstances,
        [&](Columns& in) {
            std::string instance = in.Text();
            policy::MonitorBaseline baseline;
            baseline.requests = ReadReal(in);
            baseline.failed_share = ReadReal(in);
            baseline.denied_per_second = ReadReal(in);
            baseline.p95_seconds = ReadOptReal(in);
            newest.of.emplace(std::move(instance), baseline);
            return true;
        },
        newest.id);
    return newest;
}

std::vector<OpenedEvaluation> OpenRolloutEvaluations(Tx& tx, const policy::RecordId& base, const std::string& instance,
                                                     const std::string& trigger, const std::string& evidence,
                                                     const policy::PrincipalId& by) {
    std::vector<OpenedEvaluation> opened;
    const auto read = [](Columns& in) { return in.Id<policy::RolloutId>(); };
    for (const policy::RolloutId& rollout : tx.All(kReachingRollouts, read, instance)) {
        const auto id = policy::RecordId::Trusted(base.Text() + "_" + std::to_string(opened.size() + 1));
        // One that is open for this trigger already is what it gives back then.
        if (OpenEvaluation(tx, id, rollout, trigger, evidence, by) == id) {
            opened.push_back({id.Text(), rollout.Text()});
        }
    }
    return opened;
}

Page<MonitoredInstance> ListMonitoredInstances(Tx& tx, const PageQuery& page) {
    return tx.ListPage(kListMonitored, page, ReadMonitored, [](const MonitoredInstance& row) { return row.instance; });
}

}  // namespace store
