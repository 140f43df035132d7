// The gate: the hottest read, so it names its caller with the round trip that reads the versions it depends on.

#include "controller/app/gate.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/wire/signed_verdict.hpp"
#include "controller/wire/verdict_report.hpp"
#include "platform/crypto/crypto.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

enum class GateFormat : std::uint8_t { kJson, kJunit, kMarkdown, kSarif, kGithub };

}  // namespace
}  // namespace http

namespace platform {

template <>
struct EnumNames<http::GateFormat> {
    static constexpr std::array<EnumName<http::GateFormat>, 5> kNames{{{http::GateFormat::kJson, "json"},
                                                                       {http::GateFormat::kJunit, "junit"},
                                                                       {http::GateFormat::kMarkdown, "markdown"},
                                                                       {http::GateFormat::kSarif, "sarif"},
                                                                       {http::GateFormat::kGithub, "github"}}};
};

}  // namespace platform

namespace http {
namespace {

store::GateState Probe(Exchange& exchange, const policy::ReleaseId& release) {
    app::Services& services = exchange.Services();
    store::GateProbe probe = app::ProbeGate(services.database, services.gates, release, exchange.Credential());
    exchange.Admit(std::move(probe.caller));
    return probe.state;
}

Content Report(const wire::VerdictDocument& verdict, GateFormat format) {
    switch (format) {
        case GateFormat::kJson:
            break;
        case GateFormat::kJunit:
            return {wire::JunitReport(verdict), "application/xml"};
        case GateFormat::kMarkdown:
            return {wire::MarkdownReport(verdict), "text/markdown; charset=utf-8"};
        case GateFormat::kSarif:
            return {wire::SarifReport(verdict), "application/sarif+json"};
        case GateFormat::kGithub:
            return {wire::GithubReport(verdict), "text/plain; charset=utf-8"};
    }
    return {wire::EncodeVerdict(verdict)};
}

HttpResponse GetGate(Exchange& exchange) {
    const auto release = exchange.Id<policy::ReleaseId>("release", "release");
    const auto to = exchange.PathEnum<policy::Channel>("channel", "channel");
    const GateFormat format = exchange.QueryEnum<GateFormat>("format").value_or(GateFormat::kJson);
    const bool is_signed = exchange.QueryFlag("signed").value_or(false);
    const store::GateState state = Probe(exchange, release);
    app::Services& services = exchange.Services();
    auto answer = app::ReadGate(services.database, services.gates, services.metrics, release, to, state);
    if (!answer) {
        return exchange.Refuse(std::move(answer.error()));
    }
    const app::GateAnswer& gate = **answer;
    if (is_signed) {
        return exchange.Respond(
            Answer{Content{wire::SignVerdict(gate.verdict, state.now, state.now + wire::kSignedVerdictLife,
                                             services.signing_key)},
                   std::nullopt,
                   {},
                   {}});
    }
    if (format == GateFormat::kJson) {
        return exchange.Respond(Answer{Content{gate.json}, gate.version, {}, {}});
    }
    return exchange.Respond(Answer{Report(gate.verdict, format), std::nullopt, {}, {}});
}

constexpr QueryParameter kGateQuery[] = {
    {"format", R"({"type":"string","enum":["json","junit","markdown","sarif","github"]})", "Form of the verdict."},
    {"signed", R"({"type":"boolean"})", "A document that can be verified without the server."}};

constexpr Route kGatesRoutes[] = {
    {Method::kGet,
     "/v1/releases/{release}/gates/{channel}",
     Kind::kRead,
     Permission::kRead,
     "Gates",
     "Ask whether the release may enter a channel now",
     {200, "Verdict", "application/json,application/xml,text/markdown,application/sarif+json,text/plain"},
     {},
     kGateQuery,
     Access::kTokenInRead,
     GetGate},
};

}  // namespace

std::span<const Route> GateRoutes() {
    return kGatesRoutes;
}

}  // namespace http
