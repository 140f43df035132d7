#include "controller/fleet/order_sender.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include "platform/base/invariant.hpp"
#include "tenancy/wire/inventory.hpp"

namespace fleet {

tenancy::wire::ControlDocument DocumentOf(const store::DesiredState& desired) {
    tenancy::wire::ControlDocument document;
    document.instance = desired.instance.Text();
    document.generation = desired.generation;
    document.issued_at = desired.issued_at;
    document.enabled = desired.enabled;
    document.mode =
        platform::ParseEnum<tenancy::wire::ApplyMode>(desired.mode).value_or(tenancy::wire::ApplyMode::kHot);
    document.reason = desired.reason;
    document.operation = desired.operation.Text();
    if (!desired.flags.empty()) {
        auto flags = tenancy::wire::DecodeFlags(desired.flags);
        PORTCULLIS_INVARIANT(flags.has_value(), "stored flags decode");
        document.flags = std::move(*flags);
    }
    return document;
}

std::string SignedOrder(const tenancy::wire::ControlDocument& order, KeyRing& keys) {
    const std::string document = tenancy::wire::EncodeControlDocument(order);
    return tenancy::wire::EncodeOrder(
        {order.generation, document, keys.Sign(policy::InstanceId::Trusted(order.instance), document)});
}

void OrderSender::OnConnected(const policy::InstanceId& instance) {
    {
        const std::lock_guard lock(mutex_);
        unheard_.insert(instance);
    }
    Note({.orders = false, .instances = {}, .credentials = true});  // it may have been revoked since it was looked at
}

void OrderSender::OnReport(const policy::InstanceId& instance, const tenancy::wire::Report& said) {
    bool at_once = Context().links.Lacks(instance, said.generation, platform::SteadyNow() - Context().send_again);
    {
        const std::lock_guard lock(mutex_);
        at_once = unheard_.erase(instance) > 0 || at_once;
        due_.instances.insert(instance);
    }
    if (at_once) {
        Wake();
    }
}

void OrderSender::OnGone(const policy::InstanceId& instance) {
    const std::lock_guard lock(mutex_);
    unheard_.erase(instance);
    due_.instances.erase(instance);
}

void OrderSender::OnNews(store::FleetNews news) {
    const bool anything = news == store::FleetNews::kAnything;
    Note({.orders = anything || news == store::FleetNews::kOrders,
          .instances = {},
          .credentials = anything || news == store::FleetNews::kCredentials});
}

void OrderSender::Note(Due due) {
    if (!due.orders && due.instances.empty() && !due.credentials) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        due_.orders = due_.orders || due.orders;
        due_.instances.merge(due.instances);
        due_.credentials = due_.credentials || due.credentials;
    }
    Wake();
}

void OrderSender::OnTick() {
    Due due;
    {
        const std::lock_guard lock(mutex_);
        due = std::exchange(due_, {});
    }
    try {
        if (due.orders || !due.instances.empty()) {
            // After a kill that was entered this finds nothing, nearly always, and what its instances answered is more
            // urgent for the database.
            Context().links.Answers()->Await();
            SendOrders(due);
        }
        if (due.credentials) {
            CheckCredentials();
        }
    } catch (...) {
        Note(due);
        throw;
    }
}

void OrderSender::SendOrders(const Due& due) {
    const PartContext& context = Context();
    const auto now = platform::SteadyNow();
    std::vector<policy::InstanceId> instances;
    std::vector<std::int64_t> generations;
    std::map<policy::InstanceId, std::int64_t> above;
    for (const auto& waiting : context.links.Ready(now - context.send_again)) {
        if (due.orders || due.instances.contains(waiting.instance)) {
            instances.push_back(waiting.instance);
            generations.push_back(std::min(waiting.above, waiting.known));
            above.emplace(waiting.instance, waiting.above);
        }
    }
    if (instances.empty()) {
        return;
    }
    for (const store::DesiredState& desired :
         context.database.Once([&](store::Tx& tx) { return store::LoadDesiredAbove(tx, instances, generations); })) {
        try {
            const auto order = std::make_shared<const tenancy::wire::ControlDocument>(DocumentOf(desired));
            context.links.Know(desired.instance, order);
            if (desired.generation <= above[desired.instance]) {
                continue;
            }
            const auto connection = context.links.Send(desired.instance, desired.generation, now);
            if (connection) {
                const std::lock_guard one_after_another(context.keys.OneAfterAnother());
                connection->Send(SignedOrder(*order, context.keys));
            }
        } catch (const std::logic_error& error) {
            // Whatever is wrong with one order keeps no other from being sent.
            Log("fleet.order_not_sent", desired.instance, error.what());
        }
    }
}

void OrderSender::CheckCredentials() {
    const PartContext& context = Context();
    const auto hashes = context.links.CredentialHashes();
    if (hashes.empty()) {
        return;
    }
    const auto good = context.database.Once([&](store::Tx& tx) { return store::GoodCredentials(tx, hashes); });
    for (const auto& connection : context.links.WithBadCredential(hashes, good)) {
        context.meter.Cut(CutReason::kCredential);
        connection->CloseNow(platform::ws_code::kPolicy, "the credential is not good any more");
    }
}

}  // namespace fleet
