// The rule catalogue and the clock that the rules use.

#include "controller/app/clock.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/wire/rule_json.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

HttpResponse GetRules(Exchange& exchange) {
    static const std::string catalogue = wire::EncodeCatalogue();
    return exchange.Respond({Content{catalogue}});
}

HttpResponse GetRule(Exchange& exchange) {
    const auto id = exchange.Id<policy::RecordId>("rule", "rule");
    const policy::Rule* rule = policy::FindRule(id.Text());
    if (rule == nullptr) {
        Exchange::RejectUnknown("rule", id.Text());
    }
    return exchange.Respond({Content{wire::EncodeRule(*rule)}});
}

HttpResponse GetClock(Exchange& exchange) {
    return exchange.Read([](store::Tx& tx) { return app::ShowClock(tx); }, wire::EncodeClock);
}

HttpResponse PostClockAdvance(Exchange& exchange) {
    const auto command = exchange.Decode(wire::DecodeAdvanceClock);
    return exchange.Mutate([&](store::Tx& tx) { return app::AdvanceClock(tx, exchange.Caller(), command); },
                           wire::EncodeClock);
}

constexpr Route kRuleRoutes[] = {{.method = Method::kGet,
                                  .pattern = "/v1/rules",
                                  .area = "Rules and clock",
                                  .summary = "List every rule",
                                  .answer = {200, "RuleCatalogue"},
                                  .handler = GetRules},
                                 {.method = Method::kGet,
                                  .pattern = "/v1/rules/{rule}",
                                  .area = "Rules and clock",
                                  .summary = "Show one rule",
                                  .answer = {200, "Rule"},
                                  .handler = GetRule},
                                 {.method = Method::kGet,
                                  .pattern = "/v1/clock",
                                  .area = "Rules and clock",
                                  .summary = "Show the time that all rules use",
                                  .answer = {200, "Clock"},
                                  .handler = GetClock},
                                 {.method = Method::kPost,
                                  .pattern = "/v1/clock/advance",
                                  .kind = Kind::kAct,
                                  .permission = Permission::kAdvanceClock,
                                  .area = "Rules and clock",
                                  .summary = "Move a simulated clock forward; a real one refuses",
                                  .answer = {200, "Clock"},
                                  .body = {BodyKind::kJson, "AdvanceClock"},
                                  .handler = PostClockAdvance}};

}  // namespace

std::span<const Route> RuleRoutes() {
    return kRuleRoutes;
}

}  // namespace http
