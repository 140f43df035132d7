// What the monitored instances do now, against the limits of the triggers: what the charts of a rollout are drawn from.
#include <algorithm>
#include <optional>

#include "controller/app/alerts.hpp"
#include "controller/app/rollouts.hpp"
#include "controller/policy/monitor_triggers.hpp"
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

/// The worst of the instances, and which it is.
struct Worst {
    std::optional<double> value;
    std::string instance;
    void Take(const std::string& of, double measured) {
        if (!value || measured > *value) {
            value = measured;
            instance = of;
        }
    }
};

struct Measured {
    std::int64_t instances = 0;
    Worst denied;
    Worst failed;
    Worst slow;
};

void Take(Measured& measured, const wire::MonitoredInstance& instance, policy::Time now) {
    if (!instance.last || instance.last->seconds <= 0 || now - instance.last->ended_at > kNewestWithin) {
        return;
    }
    ++measured.instances;
    const wire::MonitoredWindow& window = *instance.last;
    measured.denied.Take(instance.instance, window.denied / window.seconds);
    if (window.requests > 0) {
        measured.failed.Take(instance.instance, window.failed / window.requests);
    }
    if (window.p95_seconds) {
        measured.slow.Take(instance.instance, *window.p95_seconds);
    }
}

Json ChartOf(const char* name, const char* unit, const Worst& worst, std::optional<double> warning,
             std::optional<double> critical) {
    Json chart{{"name", name}, {"unit", unit}, {"instance", worst.instance}};
    chart["value"] = worst.value ? Json(*worst.value) : Json();
    chart["warning"] = warning ? Json(*warning) : Json();
    chart["critical"] = critical ? Json(*critical) : Json();
    return chart;
}

/// The limits are those that the triggers are judged by.
double LimitOf(policy::MonitorTrigger trigger) {
    for (const policy::Judgement& judgement : policy::JudgeRates({}, nullptr)) {
        if (judgement.trigger == trigger) {
            return judgement.limit;
        }
    }
    return 0;
}

Reply ShowMeasured(Visit& visit) {
    const auto id = visit.Id<policy::RolloutId>("rollout", "rollout");
    const policy::Time now = platform::SystemNow();
    const Measured measured = visit.Read([&](store::Tx& tx) -> app::Outcome<Measured> {
        if (const auto rollout = app::ShowRollout(tx, id); !rollout) {
            return app::Refused(rollout.error());
        }
        Measured found;
        app::PageQuery query{.limit = kMonitoredAtOnce, .after = {}};
        for (;;) {
            const auto page = app::ListMonitoredInstances(tx, query);
            if (!page) {
                return app::Refused(page.error());
            }
            for (const wire::MonitoredInstance& instance : page->rows) {
                Take(found, instance, now);
            }
            if (!page->next) {
                return found;
            }
            query.after = *page->next;
        }
    });
    using policy::MonitorTrigger;
    const Json json{{"at", std::chrono::duration<double>(now.time_since_epoch()).count()},
                    {"instances", measured.instances},
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
