// Step `websocket`: the handshake for the default organization and for a selected tenant.
#include "platform/ws/client.hpp"

#include <memory>

#include "tenancy/probe/visit.hpp"

namespace tenancy::probe {
namespace {

using wire::ProbeCheck;
using wire::ProbeOutcome;

constexpr int kSwitchingProtocols = 101;

/// ws:// for http://, wss:// for https://.
std::string SocketUrl(const std::string& base_url) {
    return base_url.starts_with("http") ? "ws" + base_url.substr(4) + "/ws" : base_url + "/ws";
}

ProbeCheck Knock(Visit& visit, const std::shared_ptr<platform::WsThread>& thread, const Question& question,
                 const Wanted& wanted) {
    ProbeCheck check;
    check.what = "WebSocket /ws";
    check.with = question.with;
    check.expected = Described(wanted);
    const auto patience = visit.Patience();
    if (patience <= std::chrono::milliseconds(0)) {
        check.got = "not asked: the time for the whole run was over";
        return check;
    }
    platform::WsClientOptions options;
    options.url = SocketUrl(visit.At().base_url);
    options.headers = question.headers;
    options.headers.emplace_back("Origin", visit.At().base_url);
    options.limits.handshake_timeout = patience;
    options.thread = thread;
    const platform::Stopwatch watch;
    auto client = platform::WsClient::Connect(std::move(options));
    check.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(watch.Elapsed()).count();
    if (client) {
        check.got = std::to_string(kSwitchingProtocols);
        check.outcome = wanted.status == kSwitchingProtocols ? ProbeOutcome::kPassed : ProbeOutcome::kFailed;
        client->CloseNow();
        return check;
    }
    if (client.error().kind != platform::WsError::Kind::kRefused) {
        check.got = visit.Shown(client.error().message);
        return check;
    }
    const std::string code = CodeOf(client.error().body);
    check.got = std::to_string(client.error().status) + (code.empty() ? "" : " " + code);
    check.excerpt = visit.Shown(client.error().body);
    const bool as_wanted = client.error().status == wanted.status && (wanted.code.empty() || code == wanted.code);
    check.outcome = as_wanted ? ProbeOutcome::kPassed : ProbeOutcome::kFailed;
    return check;
}

}  // namespace

wire::ProbeStep WebSocketStep(Visit& visit, const Expectation& expectation, const ProcessState* process) {
    const Target& target = visit.At();
    StepMaker step(wire::ProbeKind::kWebsocket, target);
    if (target.canary.empty()) {
        step.Note(ProbeOutcome::kInconclusive, "canary", "a credential to connect with", "none");
        return step.Finish({});
    }
    const auto thread = std::make_shared<platform::WsThread>();
    const Wanted connected{kSwitchingProtocols, {}};
    const auto knock = [&](const Question& question, const Wanted& wanted) {
        step.Add(Knock(visit, thread, question, wanted));
    };
    const Question as_canary = WithCanary(target, "GET", "/ws");
    knock(as_canary, connected);
    if (target.tenants == Tenants::kNone) {
        step.Remark("There is no active tenant that could be selected.");
    } else if (target.tenants == Tenants::kUnknown) {
        step.Note(ProbeOutcome::kInconclusive, "a selected tenant", expectation.enabled ? "101" : "501",
                  "not asked: no tenant of this instance is known");
    } else if (!expectation.enabled) {
        knock(Selecting(as_canary, "X-Pulse-Org-ID", target.tenant), {501, "feature_disabled"});
        knock(Selecting(as_canary, "Cookie", target.tenant), {501, "feature_disabled"});
    } else {
        const Wanted no_licence{402, "license_required"};
        knock(Selecting(as_canary, "X-Pulse-Org-ID", target.tenant),
              expectation.licensed ? Wanted{403, "access_denied"} : no_licence);
        if (!target.tenant_canary.empty()) {
            knock(Selecting(WithTenantCanary(target, "GET", "/ws"), "X-Pulse-Org-ID", target.tenant),
                  expectation.licensed ? connected : no_licence);
        }
    }
    if (!expectation.enabled && process != nullptr && process->tenant_sockets) {
        const std::int64_t open = *process->tenant_sockets;
        step.Note(open == 0 ? ProbeOutcome::kPassed : ProbeOutcome::kFailed, "open connections of tenants", "0",
                  std::to_string(open));
    }
    return step.Finish(expectation.enabled ? "The default organization connects, and so do tenants that may"
                                           : "The default organization connects, a selected tenant is refused");
}

}  // namespace tenancy::probe
