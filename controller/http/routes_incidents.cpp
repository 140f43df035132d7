// Incidents and freeze windows.

#include "controller/app/incidents.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/wire/record_json.hpp"
#include "controller/wire/release_json.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

policy::RecordId IncidentOf(const Exchange& exchange) {
    return exchange.Id<policy::RecordId>("incident", "incident");
}

HttpResponse PostIncident(Exchange& exchange) {
    const wire::OpenIncident command = exchange.Decode(wire::DecodeOpenIncident);
    return exchange.Mutate([&](store::Tx& tx) { return app::OpenIncident(tx, exchange.Caller(), command); },
                           wire::EncodeIncident,
                           [](const wire::Incident& incident) { return "/v1/incidents/" + incident.id; });
}

HttpResponse GetIncidents(Exchange& exchange) {
    store::IncidentFilter filter;
    filter.state = exchange.QueryEnum<policy::IncidentState>("state");
    filter.open = exchange.QueryFlag("open");
    if (const auto text = exchange.QueryText("severity")) {
        filter.severity = wire::ParseSeverity(*text);
        if (!filter.severity) {
            exchange.RejectQuery("severity",
                                 "must be one of SEV-1, SEV-2, SEV-3, SEV-4 (or P1 to P4), not '" + *text + "'");
        }
    }
    const auto release = exchange.QueryId<policy::ReleaseId>("release");
    const auto tenant = exchange.QueryId<policy::TenantId>("tenant");
    if (release && tenant) {
        exchange.RejectQuery("tenant", "cannot be combined with release");
    }
    const auto instance = exchange.QueryId<policy::InstanceId>("instance");
    if (instance && (release || tenant)) {
        exchange.RejectQuery("instance", "cannot be combined with release or tenant");
    }
    const auto rollout = exchange.QueryId<policy::RolloutId>("rollout");
    if (rollout && (release || tenant || instance)) {
        exchange.RejectQuery("rollout", "cannot be combined with release, tenant or instance");
    }
    filter.breached = exchange.QueryFlag("breached");
    if (rollout) {
        filter.subject = store::IncidentSubject{store::SubjectKind::kRollout, rollout->Text()};
    }
    if (instance) {
        filter.subject = store::IncidentSubject{store::SubjectKind::kInstance, instance->Text()};
    }
    if (release) {
        filter.subject = store::IncidentSubject{store::SubjectKind::kRelease, release->Text()};
    }
    if (tenant) {
        filter.subject = store::IncidentSubject{store::SubjectKind::kTenant, tenant->Text()};
    }
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) { return app::ListIncidents(tx, filter, page); },
        wire::EncodeIncident);
}

HttpResponse GetIncident(Exchange& exchange) {
    const policy::RecordId id = IncidentOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ShowIncident(tx, id); }, wire::EncodeIncident);
}

HttpResponse Advance(Exchange& exchange, policy::IncidentState to) {
    const policy::RecordId id = IncidentOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::NoteCommand command = exchange.Decode(wire::DecodeOptionalNote);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::AdvanceIncident(tx, exchange.Caller(), id, version, to, command.note); },
        wire::EncodeIncident);
}

HttpResponse PostAcknowledge(Exchange& exchange) {
    return Advance(exchange, policy::IncidentState::kAcknowledged);
}

HttpResponse PostContain(Exchange& exchange) {
    return Advance(exchange, policy::IncidentState::kContained);
}

HttpResponse PostResolve(Exchange& exchange) {
    const policy::RecordId id = IncidentOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::ResolveIncident command = exchange.Decode(wire::DecodeResolveIncident);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::ResolveIncident(tx, exchange.Caller(), id, version, command); },
        wire::EncodeIncident);
}

HttpResponse PostSeverity(Exchange& exchange) {
    const policy::RecordId id = IncidentOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::ChangeSeverity command = exchange.Decode(wire::DecodeChangeSeverity);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::ChangeSeverity(tx, exchange.Caller(), id, version, command); },
        wire::EncodeIncident);
}

HttpResponse PostNote(Exchange& exchange) {
    const policy::RecordId id = IncidentOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::NoteCommand command = exchange.Decode(wire::DecodeNote);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::NoteIncident(tx, exchange.Caller(), id, version, command.note); },
        wire::EncodeIncident);
}

policy::RecordId FreezeOf(const Exchange& exchange) {
    return exchange.Id<policy::RecordId>("freeze", "freeze");
}

HttpResponse PostFreeze(Exchange& exchange) {
    const wire::AddFreeze command = exchange.Decode(wire::DecodeAddFreeze);
    return exchange.Mutate([&](store::Tx& tx) { return app::AddFreeze(tx, exchange.Caller(), command); },
                           wire::EncodeFreeze, [](const wire::Freeze& freeze) { return "/v1/freezes/" + freeze.id; });
}

HttpResponse GetFreezes(Exchange& exchange) {
    const bool only_ahead = exchange.QueryFlag("ahead").value_or(false);
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) { return app::ListFreezes(tx, only_ahead, page); },
        wire::EncodeFreeze);
}

HttpResponse GetFreeze(Exchange& exchange) {
    const policy::RecordId id = FreezeOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ShowFreeze(tx, id); }, wire::EncodeFreeze);
}

HttpResponse CancelFreeze(Exchange& exchange) {
    const policy::RecordId id = FreezeOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::ReasonCommand command = exchange.Decode(wire::DecodeReason);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::CancelFreeze(tx, exchange.Caller(), id, version, command.reason); },
        wire::EncodeFreeze);
}

constexpr QueryParameter kIncidentFilters[] = {
    {"state", R"({"type":"string","enum":["open","acknowledged","contained","resolved"]})", "Only in this state."},
    {"open", R"({"type":"boolean"})", "Only those that are not resolved, or only those that are."},
    {"severity", R"({"type":"string"})", "Only of this severity: SEV-1 to SEV-4, or P1 to P4."},
    {"release", R"({"$ref":"Id"})", "Only those that concern this release."},
    {"tenant", R"({"$ref":"Id"})", "Only those that concern this tenant."},
    {"instance", R"({"$ref":"Id"})", "Only those that concern this instance."},
    {"rollout", R"({"$ref":"Id"})", "Only those that concern this rollout."},
    {"breached", R"({"type":"boolean"})", "Only those with a breach of a response clock on record, or without."}};
constexpr QueryParameter kFreezeFilters[] = {
    {"ahead", R"({"type":"boolean"})", "Only windows that are not cancelled and not over."}};

constexpr Route kIncidents[] = {
    {Method::kPost,
     "/v1/incidents",
     Kind::kCreate,
     Permission::kOpenIncident,
     "Incidents",
     "Open an incident",
     {201, "Incident"},
     {BodyKind::kJson, "OpenIncident"},
     {},
     Access::kToken,
     PostIncident},
    {Method::kGet,
     "/v1/incidents",
     Kind::kList,
     Permission::kRead,
     "Incidents",
     "List incidents",
     {200, "Page:Incident"},
     {},
     kIncidentFilters,
     Access::kToken,
     GetIncidents},
    {Method::kGet,
     "/v1/incidents/{incident}",
     Kind::kRead,
     Permission::kRead,
     "Incidents",
     "Show an incident",
     {200, "Incident"},
     {},
     {},
     Access::kToken,
     GetIncident},
    {Method::kPost,
     "/v1/incidents/{incident}/acknowledge",
     Kind::kChange,
     Permission::kHandleIncident,
     "Incidents",
     "Acknowledge an incident",
     {200, "Incident"},
     {BodyKind::kOptionalJson, "Note"},
     {},
     Access::kToken,
     PostAcknowledge},
    {Method::kPost,
     "/v1/incidents/{incident}/contain",
     Kind::kChange,
     Permission::kHandleIncident,
     "Incidents",
     "Say that an incident is contained",
     {200, "Incident"},
     {BodyKind::kOptionalJson, "Note"},
     {},
     Access::kToken,
     PostContain},
    {Method::kPost,
     "/v1/incidents/{incident}/resolve",
     Kind::kChange,
     Permission::kHandleIncident,
     "Incidents",
     "Resolve an incident, with evidence",
     {200, "Incident"},
     {BodyKind::kJson, "ResolveIncident"},
     {},
     Access::kToken,
     PostResolve},
    {Method::kPost,
     "/v1/incidents/{incident}/severity",
     Kind::kChange,
     Permission::kOpenIncident,
     "Incidents",
     "Change the severity; lowering it needs evidence",
     {200, "Incident"},
     {BodyKind::kJson, "ChangeSeverity"},
     {},
     Access::kToken,
     PostSeverity},
    {Method::kPost,
     "/v1/incidents/{incident}/notes",
     Kind::kChange,
     Permission::kOpenIncident,
     "Incidents",
     "Add a note",
     {201, "Incident"},
     {BodyKind::kJson, "Note"},
     {},
     Access::kToken,
     PostNote},
};

constexpr Route kFreezes[] = {
    {Method::kPost,
     "/v1/freezes",
     Kind::kCreate,
     Permission::kManageFreezes,
     "Freezes",
     "Add a freeze window",
     {201, "Freeze"},
     {BodyKind::kJson, "AddFreeze"},
     {},
     Access::kToken,
     PostFreeze},
    {Method::kGet,
     "/v1/freezes",
     Kind::kList,
     Permission::kRead,
     "Freezes",
     "List freeze windows",
     {200, "Page:Freeze"},
     {},
     kFreezeFilters,
     Access::kToken,
     GetFreezes},
    {Method::kGet,
     "/v1/freezes/{freeze}",
     Kind::kRead,
     Permission::kRead,
     "Freezes",
     "Show a freeze window",
     {200, "Freeze"},
     {},
     {},
     Access::kToken,
     GetFreeze},
    {Method::kPost,
     "/v1/freezes/{freeze}:cancel",
     Kind::kChange,
     Permission::kManageFreezes,
     "Freezes",
     "Cancel a freeze window",
     {200, "Freeze"},
     {BodyKind::kJson, "Reason"},
     {},
     Access::kToken,
     CancelFreeze},
};

}  // namespace

std::span<const Route> IncidentRoutes() {
    return kIncidents;
}

std::span<const Route> FreezeRoutes() {
    return kFreezes;
}

}  // namespace http
