#include "controller/app/leak_kill.hpp"

#include "controller/app/component.hpp"
#include "controller/store/instances.hpp"
#include "controller/wire/alert_json.hpp"
#include "platform/base/invariant.hpp"

namespace app {
namespace {

KillRequest LeakKillRequest(const std::optional<policy::InstanceId>& instance, const std::string& reason) {
    const std::string body = wire::EncodeLeakKill(instance, reason);
    const auto document = wire::Document::Parse(body, wire::BodyFormat::kJson, body.size());
    PORTCULLIS_INVARIANT(document.has_value(), "the order of a kill is made here");
    auto order = wire::DecodeSwitchOrder(*document);
    PORTCULLIS_INVARIANT(order.has_value(), "the order of a kill is made here");
    KillRequest request;
    request.call = ComponentCall();
    request.order = std::move(*order);
    request.order_text = wire::KillOrderText(*document);
    return request;
}

}  // namespace

Outcome<policy::RecordId> KillForLeak(KillFirst& kills, const std::optional<policy::InstanceId>& instance,
                                      const std::string& reason) {
    KillRequest request = LeakKillRequest(instance, reason);
    if (instance && !kills.GoesFirst(request.call, request.order, "")) {
        request = LeakKillRequest(std::nullopt, reason);
    }
    auto given = kills.Give(std::move(request));
    if (!given) {
        return Refused(std::move(given.error()));
    }
    return policy::RecordId::Trusted(given->operation.id);
}

std::optional<bool> IsOrderedOff(store::Database& database, const policy::InstanceId& instance) {
    try {
        return database.Read([&](store::Tx& tx) {
            const auto row = store::LoadInstance(tx, instance);
            return row && row->desired && !row->desired->enabled && !row->desired->operation.Text().empty();
        });
    } catch (const store::Unavailable&) {
        return std::nullopt;
    }
}

}  // namespace app
