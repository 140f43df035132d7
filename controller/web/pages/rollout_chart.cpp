// What the monitored instances do now and did lately, against the limits of the triggers and what was recorded when all
// was well: what the charts of a rollout are drawn from.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "controller/app/alerts.hpp"
#include "controller/app/rollouts.hpp"
#include "controller/policy/monitor_triggers.hpp"
#include "controller/store/monitoring.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/visit.hpp"
#include "platform/base/clock.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using platform::Json;

constexpr int kMonitoredAtOnce = 500;
/// A window that ended before that says nothing of now.
constexpr std::chrono::seconds kNewestWithin{60};

/// What a page shows when it is opened; one window is kept in five minutes or so.
constexpr std::chrono::hours kHistory{3};
constexpr std::chrono::minutes kHistoryStep{5};

/// The worst of the instances, and which it is; its own band when a baseline was recorded for it, and who is above
/// theirs, which need not be the worst.
struct Worst {
    std::optional<double> value;
    std::string instance;
    std::optional<double> baseline;
    std::vector<std::string> above;

    void Take(const std::string& of, double measured, const policy::Judgement& judged) {
        const bool known = judged.condition != policy::Condition::kInconclusive;
        if (!value || measured > *value) {
            value = measured;
            instance = of;
            baseline = known ? std::optional(judged.limit) : std::nullopt;
        }
        if (judged.condition == policy::Condition::kFiring) {
            above.push_back(of);
        }
    }
};

struct Measured {
    std::int64_t instances = 0;
    Worst denied;
    Worst failed;
    Worst slow;
    std::vector<store::WorstOfSpan> history;
};

policy::MonitorRates RatesOf(const wire::MonitoredWindow& window) {
    policy::MonitorRates rates;
    rates.coverage = policy::Coverage::kMeasured;
    rates.covered = std::chrono::duration_cast<policy::Duration>(std::chrono::duration<double>(window.seconds));
    rates.requests = window.requests;
    rates.denied = window.denied;
    rates.failed = window.failed;
    rates.p95_seconds = window.p95_seconds;
    return rates;
}

policy::Judgement JudgementOf(const std::array<policy::Judgement, policy::kOfRates>& all,
                              policy::MonitorTrigger trigger) {
    for (const policy::Judgement& judgement : all) {
        if (judgement.trigger == trigger) {
            return judgement;
        }
    }
    return {.trigger = trigger};
}

void Take(Measured& measured, const wire::MonitoredInstance& instance, const store::NewestBaseline& baselines,
          policy::Time now) {
    using enum policy::MonitorTrigger;
    if (!instance.last || instance.last->seconds <= 0 || now - instance.last->ended_at > kNewestWithin) {
        return;
    }
    ++measured.instances;
    const wire::MonitoredWindow& window = *instance.last;
    const auto baseline = baselines.of.find(instance.instance);
    const auto judged =
        policy::JudgeRates(RatesOf(window), baseline == baselines.of.end() ? nullptr : &baseline->second);
    measured.denied.Take(instance.instance, window.denied / window.seconds, JudgementOf(judged, kDenialsAboveBaseline));
    if (window.requests > 0) {
        measured.failed.Take(instance.instance, window.failed / window.requests,
                             JudgementOf(judged, kFailuresAboveBaseline));
    }
    if (window.p95_seconds) {
        measured.slow.Take(instance.instance, *window.p95_seconds, JudgementOf(judged, kSlowAboveBaseline));
    }
}

Json OrNull(const std::optional<double>& number) {
    return number ? Json(*number) : Json();
}

Json ChartOf(const char* name, const char* unit, const Worst& worst, std::optional<double> warning,
             std::optional<double> critical) {
    Json chart{{"name", name}, {"unit", unit}, {"instance", worst.instance}};
    chart["value"] = OrNull(worst.value);
    chart["warning"] = OrNull(warning);
    chart["critical"] = OrNull(critical);
    chart["baseline"] = OrNull(worst.baseline);
    chart["above_baseline"] = {{"count", worst.above.size()},
                               {"first", worst.above.empty() ? "" : worst.above.front()}};
    return chart;
}

double SecondsOf(policy::Time at) {
    return std::chrono::duration<double>(at.time_since_epoch()).count();
}

Json HistoryOf(const std::vector<store::WorstOfSpan>& spans) {
    Json history = Json::array();
    for (const store::WorstOfSpan& span : spans) {
        history.push_back(
            {{"at", SecondsOf(span.until)},
             {"values", {OrNull(span.denied_per_second), OrNull(span.failed_share), OrNull(span.p95_seconds)}}});
    }
    return history;
}

/// The limits are those that the triggers are judged by.
double LimitOf(policy::MonitorTrigger trigger) {
    return JudgementOf(policy::JudgeRates({}, nullptr), trigger).limit;
}

Reply ShowMeasured(Visit& visit) {
    const auto id = visit.Id<policy::RolloutId>("rollout", "rollout");
    const policy::Time now = platform::SystemNow();
    const Measured measured = visit.Read([&](store::Tx& tx) -> app::Outcome<Measured> {
        if (const auto rollout = app::ShowRollout(tx, id); !rollout) {
            return app::Refused(rollout.error());
        }
        Measured found;
        const store::NewestBaseline baselines = store::LoadNewestBaseline(tx);
        if (visit.Query("history") == "1") {
            found.history = store::LoadWorstOfSpans(tx, kHistory, kHistoryStep);
        }
        app::PageQuery query{.limit = kMonitoredAtOnce, .after = {}};
        for (;;) {
            const auto page = app::ListMonitoredInstances(tx, query);
            if (!page) {
                return app::Refused(page.error());
            }
            for (const wire::MonitoredInstance& instance : page->rows) {
                Take(found, instance, baselines, now);
            }
            if (!page->next) {
                return found;
            }
            query.after = *page->next;
        }
    });
    using policy::MonitorTrigger;
    const Json json{{"at", SecondsOf(now)},
                    {"instances", measured.instances},
                    {"history", HistoryOf(measured.history)},
                    {"charts",
                     {ChartOf("403 answers", "a second", measured.denied, LimitOf(MonitorTrigger::kDeniedWarning),
                              LimitOf(MonitorTrigger::kDeniedCritical)),
                      ChartOf("5xx answers", "of requests", measured.failed, LimitOf(MonitorTrigger::kFailuresWarning),
                              LimitOf(MonitorTrigger::kFailuresCritical)),
                      ChartOf("95th percentile of answer times", "s", measured.slow, std::nullopt, std::nullopt)}}};
    Reply reply;
    reply.body = json.dump();
    reply.media_type = "application/json";
    return reply;
}

constexpr Route kChartRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/rollouts/{rollout}/measured", .handler = ShowMeasured}};

}  // namespace

std::span<const Route> RolloutChartRoutes() {
    return kChartRoutes;
}

}  // namespace web
