// Communication plans of incidents and rollouts.

#include "controller/app/communication.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

store::PlanSubject IncidentPlan(const Exchange& exchange) {
    return {store::PlanKind::kIncident, exchange.Id<policy::RecordId>("incident", "incident").Text()};
}

store::PlanSubject RolloutPlan(const Exchange& exchange) {
    return {store::PlanKind::kRollout, exchange.Id<policy::RolloutId>("rollout", "rollout").Text()};
}

HttpResponse PlanEntry(Exchange& exchange, const store::PlanSubject& subject, const wire::PlanCommunication& command) {
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::PlanCommunication(tx, exchange.Caller(), subject, command); },
        wire::EncodeCommunication,
        [&](const wire::Communication& entry) {
            return "/v1/" + std::string(platform::EnumText(subject.kind)) + "s/" + subject.id + "/communications/" +
                   std::to_string(entry.n);
        });
}

HttpResponse ListEntries(Exchange& exchange, const store::PlanSubject& subject) {
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) { return app::ListCommunications(tx, subject, page); },
        wire::EncodeCommunication);
}

HttpResponse ShowEntry(Exchange& exchange, const store::PlanSubject& subject) {
    const std::int64_t n = exchange.Number("entry", "entry");
    return exchange.Read([&](store::Tx& tx) { return app::ShowCommunication(tx, subject, n); },
                         wire::EncodeCommunication);
}

HttpResponse RecordEntry(Exchange& exchange, const store::PlanSubject& subject) {
    const std::int64_t n = exchange.Number("entry", "entry");
    const wire::RecordCommunication command = exchange.Decode(wire::DecodeRecordCommunication);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::RecordCommunication(tx, exchange.Caller(), subject, n, command); },
        wire::EncodeCommunication);
}

HttpResponse PostIncidentEntry(Exchange& exchange) {
    return PlanEntry(exchange, IncidentPlan(exchange), exchange.Decode(wire::DecodePlanCommunication));
}
HttpResponse GetIncidentEntries(Exchange& exchange) {
    return ListEntries(exchange, IncidentPlan(exchange));
}
HttpResponse GetIncidentEntry(Exchange& exchange) {
    return ShowEntry(exchange, IncidentPlan(exchange));
}
HttpResponse RecordIncidentEntry(Exchange& exchange) {
    return RecordEntry(exchange, IncidentPlan(exchange));
}

HttpResponse PostRolloutEntry(Exchange& exchange) {
    return PlanEntry(exchange, RolloutPlan(exchange), exchange.Decode(wire::DecodePlanRolloutCommunication));
}
HttpResponse GetRolloutEntries(Exchange& exchange) {
    return ListEntries(exchange, RolloutPlan(exchange));
}
HttpResponse GetRolloutEntry(Exchange& exchange) {
    return ShowEntry(exchange, RolloutPlan(exchange));
}
HttpResponse RecordRolloutEntry(Exchange& exchange) {
    return RecordEntry(exchange, RolloutPlan(exchange));
}

constexpr Route kCommunications[] = {
    {.method = Method::kPost,
     .pattern = "/v1/incidents/{incident}/communications",
     .kind = Kind::kCreate,
     .permission = Permission::kHandleIncident,
     .area = "Communication plans",
     .summary = "Plan whom to tell of an incident, what and by when",
     .answer = {201, "Communication"},
     .body = {BodyKind::kJson, "PlanCommunication"},
     .handler = PostIncidentEntry},
    {.method = Method::kGet,
     .pattern = "/v1/incidents/{incident}/communications",
     .kind = Kind::kList,
     .area = "Communication plans",
     .summary = "List the entries of an incident's plan",
     .answer = {200, "Page:Communication"},
     .handler = GetIncidentEntries},
    {.method = Method::kGet,
     .pattern = "/v1/incidents/{incident}/communications/{entry}",
     .area = "Communication plans",
     .summary = "Show an entry of an incident's plan",
     .answer = {200, "Communication"},
     .handler = GetIncidentEntry},
    {.method = Method::kPost,
     .pattern = "/v1/incidents/{incident}/communications/{entry}:record",
     .kind = Kind::kAct,
     .permission = Permission::kRecordCommunication,
     .area = "Communication plans",
     .summary = "Say that they were told, or that it was not needed",
     .answer = {200, "Communication"},
     .body = {BodyKind::kJson, "RecordCommunication"},
     .handler = RecordIncidentEntry},
    {.method = Method::kPost,
     .pattern = "/v1/rollouts/{rollout}/communications",
     .kind = Kind::kCreate,
     .permission = Permission::kManageRollout,
     .area = "Communication plans",
     .summary = "Plan whom to tell of a rollout or of a stage of it, what and by when",
     .answer = {201, "Communication"},
     .body = {BodyKind::kJson, "PlanRolloutCommunication"},
     .handler = PostRolloutEntry},
    {.method = Method::kGet,
     .pattern = "/v1/rollouts/{rollout}/communications",
     .kind = Kind::kList,
     .area = "Communication plans",
     .summary = "List the entries of a rollout's plan",
     .answer = {200, "Page:Communication"},
     .handler = GetRolloutEntries},
    {.method = Method::kGet,
     .pattern = "/v1/rollouts/{rollout}/communications/{entry}",
     .area = "Communication plans",
     .summary = "Show an entry of a rollout's plan",
     .answer = {200, "Communication"},
     .handler = GetRolloutEntry},
    {.method = Method::kPost,
     .pattern = "/v1/rollouts/{rollout}/communications/{entry}:record",
     .kind = Kind::kAct,
     .permission = Permission::kRecordCommunication,
     .area = "Communication plans",
     .summary = "Say that they were told, or that it was not needed",
     .answer = {200, "Communication"},
     .body = {BodyKind::kJson, "RecordCommunication"},
     .handler = RecordRolloutEntry},
};

}  // namespace

std::span<const Route> CommunicationRoutes() {
    return kCommunications;
}

}  // namespace http
