// Drills of the kill switch: the approval of what they switch back on, the drills themselves, and their schedules.

#include "controller/app/drills.hpp"
#include "controller/app/fleet_watch.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/wire/drill_json.hpp"
#include "controller/wire/release_json.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

constexpr std::chrono::seconds kLongestDrillWait{60};
/// A drill goes on by itself about once a second.
constexpr std::chrono::seconds kDrillLookAgain{1};

const fleet::Patience& DrillPatience(const Exchange& exchange) {
    return exchange.Services().fleet.Patience();
}

policy::RecordId DrillOf(const Exchange& exchange) {
    return exchange.Id<policy::RecordId>("drill", "drill");
}

policy::RecordId DrillScheduleOf(const Exchange& exchange) {
    return exchange.Id<policy::RecordId>("schedule", "drill schedule");
}

HttpResponse PostDrillApproval(Exchange& exchange) {
    const auto command = exchange.Decode(wire::DecodeNewDrillApproval);
    return exchange.Mutate([&](store::Tx& tx) { return app::ApproveDrill(tx, exchange.Caller(), command); },
                           wire::EncodeDrillApproval);
}

HttpResponse PostDrill(Exchange& exchange) {
    const auto command = exchange.Decode(wire::DecodeNewDrill);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::OrderDrill(tx, exchange.Caller(), DrillPatience(exchange), command); },
        wire::EncodeDrill, [](const wire::Drill& drill) { return "/v1/drills/" + drill.id; });
}

HttpResponse PostDrillAbort(Exchange& exchange) {
    const auto id = DrillOf(exchange);
    const auto command = exchange.Decode(wire::DecodeReason);
    return exchange.Mutate(
        [&](store::Tx& tx) {
            return app::AbortDrill(tx, exchange.Caller(), DrillPatience(exchange), id, command.reason);
        },
        wire::EncodeDrill);
}

HttpResponse GetDrills(Exchange& exchange) {
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) { return app::ListDrills(tx, DrillPatience(exchange), page); },
        wire::EncodeDrill);
}

platform::Duration DrillWaitOf(const Exchange& exchange) {
    const auto text = exchange.QueryText("wait", 20);
    const auto span = text ? platform::ParseDuration(*text) : platform::Duration{};
    if (!span || *span > kLongestDrillWait) {
        exchange.RejectQuery("wait", "must be a span of at most 60s, not '" + *text + "'");
    }
    return *span;
}

HttpResponse GetDrill(Exchange& exchange) {
    const auto id = DrillOf(exchange);
    const platform::Deadline deadline(DrillWaitOf(exchange));
    app::FleetWatch& watch = exchange.Services().fleet;
    for (;;) {
        const std::uint64_t seen = watch.News();
        auto drill = exchange.Services().database.Read(
            [&](store::Tx& tx) { return app::ShowDrill(tx, DrillPatience(exchange), id); });
        if (!drill) {
            return exchange.Refuse(std::move(drill.error()));
        }
        const auto until = std::min(deadline.End(), platform::SteadyNow() + kDrillLookAgain);
        if (drill->finished_at || deadline.Passed() || !watch.Await(seen, until)) {
            Answer answer;
            answer.content.text = wire::EncodeDrill(*drill);
            return exchange.Respond(answer);
        }
    }
}

HttpResponse PostDrillSchedule(Exchange& exchange) {
    const auto command = exchange.Decode(wire::DecodeNewDrillSchedule);
    return exchange.Mutate([&](store::Tx& tx) { return app::MakeDrillSchedule(tx, exchange.Caller(), command); },
                           wire::EncodeDrillSchedule,
                           [](const wire::DrillSchedule& schedule) { return "/v1/drill-schedules/" + schedule.id; });
}

HttpResponse GetDrillSchedules(Exchange& exchange) {
    const bool with_cancelled = exchange.QueryFlag("cancelled").value_or(false);
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) { return app::ListDrillSchedules(tx, with_cancelled, page); },
        wire::EncodeDrillSchedule);
}

HttpResponse GetDrillSchedule(Exchange& exchange) {
    const auto id = DrillScheduleOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ShowDrillSchedule(tx, id); }, wire::EncodeDrillSchedule);
}

HttpResponse PostDrillScheduleApproval(Exchange& exchange) {
    const auto id = DrillScheduleOf(exchange);
    const auto command = exchange.Decode(wire::DecodeApproveDrillSchedule);
    return exchange.Mutate([&](store::Tx& tx) { return app::ApproveDrillSchedule(tx, exchange.Caller(), id, command); },
                           wire::EncodeDrillSchedule);
}

HttpResponse DeleteDrillSchedule(Exchange& exchange) {
    const auto id = DrillScheduleOf(exchange);
    const auto version = exchange.ExpectedVersion();
    return exchange.Mutate([&](store::Tx& tx) { return app::CancelDrillSchedule(tx, exchange.Caller(), id, version); },
                           wire::EncodeDrillSchedule);
}

constexpr QueryParameter kDrillWait[] = {
    {"wait", R"({"type":"string"})",
     "Answer when the drill has ended, or after this span, at most 60s. Answered at once when too many wait."}};
constexpr QueryParameter kDrillScheduleFilters[] = {
    {"cancelled", R"({"type":"boolean"})", "Also those that were ended."}};

constexpr Route kDrillRoutes[] = {
    {.method = Method::kPost,
     .pattern = "/v1/drill-approvals",
     .kind = Kind::kCreate,
     .permission = Permission::kApproveSwitch,
     .area = "Drills",
     .summary = "Approve that one drill by somebody else switches these instances back on",
     .answer = {201, "DrillApproval"},
     .body = {BodyKind::kJson, "NewDrillApproval"},
     .handler = PostDrillApproval},
    {.method = Method::kPost,
     .pattern = "/v1/drills",
     .kind = Kind::kAct,
     .permission = Permission::kKill,
     .area = "Drills",
     .summary = "Order a drill: kill, verify, restore, verify, with measured times",
     .answer = {202, "Drill"},
     .body = {BodyKind::kJson, "NewDrill"},
     .handler = PostDrill},
    {.method = Method::kGet,
     .pattern = "/v1/drills",
     .kind = Kind::kList,
     .area = "Drills",
     .summary = "List drills, newest first",
     .answer = {200, "Page:Drill"},
     .handler = GetDrills},
    {.method = Method::kGet,
     .pattern = "/v1/drills/{drill}",
     .area = "Drills",
     .summary = "Show what a drill has come to on each instance, with times and data",
     .answer = {200, "Drill"},
     .query = kDrillWait,
     .handler = GetDrill},
    {.method = Method::kPost,
     .pattern = "/v1/drills/{drill}:abort",
     .kind = Kind::kAct,
     .permission = Permission::kKill,
     .area = "Drills",
     .summary = "Stop a drill: its instances are switched back on at once",
     .answer = {200, "Drill"},
     .body = {BodyKind::kJson, "Reason"},
     .handler = PostDrillAbort},
    {.method = Method::kPost,
     .pattern = "/v1/drill-schedules",
     .kind = Kind::kCreate,
     .permission = Permission::kKill,
     .area = "Drills",
     .summary = "Schedule drills; none is ordered until a system owner has approved it",
     .answer = {201, "DrillSchedule"},
     .body = {BodyKind::kJson, "NewDrillSchedule"},
     .handler = PostDrillSchedule},
    {.method = Method::kGet,
     .pattern = "/v1/drill-schedules",
     .kind = Kind::kList,
     .area = "Drills",
     .summary = "List drill schedules",
     .answer = {200, "Page:DrillSchedule"},
     .query = kDrillScheduleFilters,
     .handler = GetDrillSchedules},
    {.method = Method::kGet,
     .pattern = "/v1/drill-schedules/{schedule}",
     .area = "Drills",
     .summary = "Show a drill schedule",
     .answer = {200, "DrillSchedule"},
     .handler = GetDrillSchedule},
    {.method = Method::kPost,
     .pattern = "/v1/drill-schedules/{schedule}:approve",
     .kind = Kind::kAct,
     .permission = Permission::kApproveSwitch,
     .area = "Drills",
     .summary = "Approve, for at most 90 days, that the drills of a schedule switch back on",
     .answer = {200, "DrillSchedule"},
     .body = {BodyKind::kJson, "ApproveDrillSchedule"},
     .handler = PostDrillScheduleApproval},
    {.method = Method::kDelete,
     .pattern = "/v1/drill-schedules/{schedule}",
     .kind = Kind::kChange,
     .permission = Permission::kKill,
     .area = "Drills",
     .summary = "End a drill schedule; it stays on record",
     .answer = {200, "DrillSchedule"},
     .handler = DeleteDrillSchedule},
};

}  // namespace

std::span<const Route> DrillRoutes() {
    return kDrillRoutes;
}

}  // namespace http
