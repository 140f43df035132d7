// The fleet: letting instances in, looking at them, and the kill switch with what became of it.

#include "controller/app/fleet_watch.hpp"
#include "controller/app/instances.hpp"
#include "controller/app/kill_first.hpp"
#include "controller/app/kill_switch.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/wire/fleet_json.hpp"
#include "controller/wire/principal_json.hpp"
#include "controller/wire/release_json.hpp"
#include "platform/crypto/crypto.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

constexpr std::chrono::seconds kLongestWait{60};
/// What only time brings about (an instance that does not answer) is looked at this often.
constexpr std::chrono::seconds kLookAgain{1};

const fleet::Patience& PatienceOf(const Exchange& exchange) {
    return exchange.Services().fleet.Patience();
}

policy::InstanceId InstanceOf(const Exchange& exchange) {
    return exchange.Id<policy::InstanceId>("instance", "instance");
}

/// The one answer whose replay differs from it: the token is shown once.
HttpResponse PostEnrolment(Exchange& exchange) {
    const auto command = exchange.Decode(wire::DecodeNewEnrolment);
    return exchange.RunMutation([&](store::Tx& tx) -> app::Outcome<Answer> {
        const auto issued = app::Enrol(tx, exchange.Caller(), exchange.Services().signing_key.PublicPem(), command);
        if (!issued) {
            return app::Refused(issued.error());
        }
        Answer answer;
        answer.content.text = wire::EncodeIssuedEnrolment(*issued);
        answer.location = "/v1/instances/" + issued->enrolment.instance;
        answer.replay = wire::EncodeEnrolment(issued->enrolment);
        return answer;
    });
}

HttpResponse GetInstances(Exchange& exchange) {
    const bool with_retired = exchange.QueryFlag("retired").value_or(false);
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) {
            return app::ListInstances(tx, PatienceOf(exchange), with_retired, page);
        },
        wire::EncodeInstance);
}

HttpResponse GetInstance(Exchange& exchange) {
    const auto id = InstanceOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ShowInstance(tx, PatienceOf(exchange), id); },
                         wire::EncodeInstance);
}

HttpResponse PostRevocation(Exchange& exchange) {
    const auto id = InstanceOf(exchange);
    const auto command = exchange.Decode(wire::DecodeReason);
    return exchange.Mutate(
        [&](store::Tx& tx) {
            return app::RevokeInstance(tx, exchange.Caller(), PatienceOf(exchange), id, command.reason);
        },
        wire::EncodeInstance);
}

HttpResponse PostRetirement(Exchange& exchange) {
    const auto id = InstanceOf(exchange);
    const auto command = exchange.Decode(wire::DecodeReason);
    return exchange.Mutate(
        [&](store::Tx& tx) {
            return app::RetireInstance(tx, exchange.Caller(), PatienceOf(exchange), id, command.reason);
        },
        wire::EncodeInstance);
}

constexpr int kAccepted = 202;

/// What Mutate would answer; it does not need the request.
HttpResponse OperationAccepted(const wire::Operation& operation) {
    Answer answer;
    answer.content.text = wire::EncodeOperation(operation);
    answer.location = "/v1/operations/" + operation.id;
    return Exchange::SuccessWith(kAccepted, answer);
}

constexpr std::size_t kMostOfAnOrder = 1024 * 1024;

/// A kill waits for nobody; switching on does.
bool IsKill(const platform::HttpRequest& request) {
    const auto document = wire::Document::Parse(request.body, wire::BodyFormat::kJson, kMostOfAnOrder);
    const auto order = document ? wire::DecodeSwitchOrder(*document) : wire::Decoded<wire::SwitchOrder>();
    return document && order && !order->enabled;
}

/// Null for an order that is no kill, or is not understood.
std::optional<app::KillRequest> ReadKill(const Exchange& exchange) {
    const auto& body = exchange.Request().body;
    const auto document = wire::Document::Parse(body, wire::BodyFormat::kJson, kMostOfAnOrder);
    auto order = document ? wire::DecodeSwitchOrder(*document) : wire::Decoded<wire::SwitchOrder>();
    if (!document || !order || order->enabled) {
        return std::nullopt;
    }
    app::KillRequest kill;
    kill.order = std::move(*order);
    kill.order_text = wire::KillOrderText(*document);
    kill.key = exchange.IdempotencyKey();
    kill.request_hash = exchange.RequestHash();
    kill.storable = [](const wire::Operation& operation) { return Exchange::Storable(OperationAccepted(operation)); };
    return kill;
}

HttpResponse PostSwitch(Exchange& exchange) {
    app::Services& services = exchange.Services();
    const app::Credential credential = exchange.Credential();
    auto kill = ReadKill(exchange);
    if (kill) {
        exchange.AdmitAtOnce(services.callers.Identify(credential));
        kill->call = exchange.Caller();
        if (services.kills.GoesFirst(kill->call, kill->order, kill->key)) {
            const auto given = services.kills.Give(std::move(*kill));
            if (!given) {
                return exchange.Refuse(given.error());
            }
            HttpResponse response = OperationAccepted(given->operation);
            if (given->replayed) {
                response.headers.emplace_back("Idempotency-Replayed", "true");
            }
            return response;
        }
    } else {
        exchange.Admit(app::FindCaller(services, credential));
    }
    const auto command = exchange.Decode(wire::DecodeSwitchOrder);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::OrderSwitch(tx, exchange.Caller(), PatienceOf(exchange), command); },
        wire::EncodeOperation, [](const wire::Operation& operation) { return "/v1/operations/" + operation.id; });
}

HttpResponse PostSwitchApproval(Exchange& exchange) {
    const auto command = exchange.Decode(wire::DecodeReason);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::ApproveSwitchingOn(tx, exchange.Caller(), command.reason); },
        wire::EncodeSwitchApproval);
}

HttpResponse GetKillReviews(Exchange& exchange) {
    const bool open_only = exchange.QueryFlag("open").value_or(false);
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) { return app::ListKillReviews(tx, open_only, page); },
        wire::EncodeKillReview);
}

HttpResponse GetKillReview(Exchange& exchange) {
    const auto operation = exchange.Id<policy::RecordId>("operation", "review of a kill");
    return exchange.Read([&](store::Tx& tx) { return app::ShowKillReview(tx, operation); }, wire::EncodeKillReview);
}

HttpResponse PostKillReview(Exchange& exchange) {
    const auto operation = exchange.Id<policy::RecordId>("operation", "review of a kill");
    const auto version = exchange.ExpectedVersion();
    const auto command = exchange.Decode(wire::DecodeCompleteReview);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::CompleteKillReview(tx, exchange.Caller(), operation, version, command); },
        wire::EncodeKillReview);
}

HttpResponse GetOperations(Exchange& exchange) {
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) { return app::ListOperations(tx, PatienceOf(exchange), page); },
        wire::EncodeOperationSummary);
}

platform::Duration WaitOf(const Exchange& exchange) {
    const auto text = exchange.QueryText("wait", 20);
    const auto span = text ? platform::ParseDuration(*text) : platform::Duration{};
    if (!span || *span > kLongestWait) {
        exchange.RejectQuery("wait", "must be a span of at most 60s, not '" + *text + "'");
    }
    return *span;
}

/// A kill that the database does not have yet, as far as it is known here; none when there is no such kill (any more).
std::optional<HttpResponse> PendingKill(Exchange& exchange, const policy::RecordId& id,
                                        const app::Credential& credential) {
    app::Services& services = exchange.Services();
    if (!services.kills.Show(id)) {
        return std::nullopt;
    }
    exchange.AdmitAtOnce(services.callers.Identify(credential));
    const platform::Deadline deadline(WaitOf(exchange));
    for (;;) {
        const std::uint64_t seen = services.fleet.News();
        const auto operation = services.kills.Show(id);
        if (!operation) {
            return std::nullopt;
        }
        const auto until = std::min(deadline.End(), platform::SteadyNow() + kLookAgain);
        if (deadline.Passed() || !services.fleet.Await(seen, until)) {
            Answer answer;
            answer.content.text = wire::EncodeOperation(*operation);
            return exchange.Respond(answer);
        }
    }
}

HttpResponse GetOperation(Exchange& exchange) {
    const app::Credential credential = exchange.Credential();
    const auto id = exchange.Id<policy::RecordId>("operation", "operation");
    if (auto pending = PendingKill(exchange, id, credential)) {
        return std::move(*pending);
    }
    if (!exchange.HasCaller()) {
        exchange.Admit(app::FindCaller(exchange.Services(), credential));
    }
    const bool with_evidence = exchange.QueryFlag("evidence").value_or(true);
    const platform::Deadline deadline(WaitOf(exchange));
    app::FleetWatch& watch = exchange.Services().fleet;
    for (;;) {
        const std::uint64_t seen = watch.News();
        auto operation = exchange.Services().database.Read(
            [&](store::Tx& tx) { return app::ShowOperation(tx, watch.Patience(), id, store::WithEvidence::kNo); });
        if (!operation) {
            return exchange.Refuse(std::move(operation.error()));
        }
        const auto until = std::min(deadline.End(), platform::SteadyNow() + kLookAgain);
        if (operation->finished || deadline.Passed() || !watch.Await(seen, until)) {
            if (with_evidence) {
                return exchange.Read([&](store::Tx& tx) { return app::ShowOperation(tx, watch.Patience(), id); },
                                     wire::EncodeOperation);
            }
            Answer answer;
            answer.content.text = wire::EncodeOperation(*operation);
            return exchange.Respond(answer);
        }
    }
}

constexpr QueryParameter kInstanceFilters[] = {{"retired", R"({"type":"boolean"})", "Also those that were retired."}};
constexpr QueryParameter kReviewFilters[] = {{"open", R"({"type":"boolean"})", "Only those that are not completed."}};
constexpr QueryParameter kOperationWait[] = {
    {"wait", R"({"type":"string"})",
     "Answer when it does not run any more, or after this span, at most 60s. Answered at once when too many wait."},
    {"evidence", R"({"type":"boolean"})", "With false the steps come without their evidence."}};

constexpr Route kFleetRoutes[] = {
    {.method = Method::kPost,
     .pattern = "/v1/enrolments",
     .kind = Kind::kCreate,
     .permission = Permission::kManageFleet,
     .area = "Fleet",
     .summary = "Make a token that lets one instance in, once",
     .answer = {201, "Enrolment"},
     .body = {BodyKind::kJson, "NewEnrolment"},
     .handler = PostEnrolment},
    {.method = Method::kGet,
     .pattern = "/v1/instances",
     .kind = Kind::kList,
     .area = "Fleet",
     .summary = "List managed instances",
     .answer = {200, "Page:Instance"},
     .query = kInstanceFilters,
     .handler = GetInstances},
    {.method = Method::kGet,
     .pattern = "/v1/instances/{instance}",
     .area = "Fleet",
     .summary = "Show a managed instance: what it is to do, and what it said last",
     .answer = {200, "Instance"},
     .handler = GetInstance},
    {.method = Method::kPost,
     .pattern = "/v1/instances/{instance}:revoke",
     .kind = Kind::kAct,
     .permission = Permission::kManageFleet,
     .area = "Fleet",
     .summary = "Revoke an instance's credential and end its connection",
     .answer = {200, "Instance"},
     .body = {BodyKind::kJson, "Reason"},
     .handler = PostRevocation},
    {.method = Method::kPost,
     .pattern = "/v1/instances/{instance}:retire",
     .kind = Kind::kAct,
     .permission = Permission::kManageFleet,
     .area = "Fleet",
     .summary = "Take an instance out of the fleet",
     .answer = {200, "Instance"},
     .body = {BodyKind::kJson, "Reason"},
     .handler = PostRetirement},
    {.method = Method::kPost,
     .pattern = "/v1/kill-switch/multi-tenant",
     .kind = Kind::kAct,
     .permission = Permission::kKill,
     .area = "Fleet",
     .summary = "Order tenants off, or back on, on the fleet or on some instances",
     .answer = {202, "Operation"},
     .body = {BodyKind::kJson, "SwitchOrder", kMostOfAnOrder},
     .access = Access::kTokenInRead,
     .handler = PostSwitch,
     .urgent = IsKill},
    {.method = Method::kPost,
     .pattern = "/v1/kill-switch/approvals",
     .kind = Kind::kCreate,
     .permission = Permission::kApproveSwitch,
     .area = "Fleet",
     .summary = "Approve that somebody else switches tenants back on",
     .answer = {201, "SwitchApproval"},
     .body = {BodyKind::kJson, "Reason"},
     .handler = PostSwitchApproval},
    {.method = Method::kGet,
     .pattern = "/v1/kill-switch/reviews",
     .kind = Kind::kList,
     .area = "Fleet",
     .summary = "List the reviews of kills",
     .answer = {200, "Page:KillReview"},
     .query = kReviewFilters,
     .handler = GetKillReviews},
    {.method = Method::kGet,
     .pattern = "/v1/kill-switch/reviews/{operation}",
     .area = "Fleet",
     .summary = "Show the review of a kill",
     .answer = {200, "KillReview"},
     .handler = GetKillReview},
    {.method = Method::kPost,
     .pattern = "/v1/kill-switch/reviews/{operation}:complete",
     .kind = Kind::kChange,
     .permission = Permission::kReviewKill,
     .area = "Fleet",
     .summary = "Complete the review of a kill",
     .answer = {200, "KillReview"},
     .body = {BodyKind::kJson, "CompleteReview"},
     .handler = PostKillReview},
    {.method = Method::kGet,
     .pattern = "/v1/operations",
     .kind = Kind::kList,
     .area = "Fleet",
     .summary = "List operations, newest first: what each has come to, in numbers",
     .answer = {200, "Page:OperationSummary"},
     .handler = GetOperations},
    {.method = Method::kGet,
     .pattern = "/v1/operations/{operation}",
     .area = "Fleet",
     .summary = "Show what became of an operation on each instance, with evidence",
     .answer = {200, "Operation"},
     .query = kOperationWait,
     .access = Access::kTokenInRead,
     .handler = GetOperation},
};

}  // namespace

std::span<const Route> FleetRoutes() {
    return kFleetRoutes;
}

}  // namespace http
