// The part of the channel that sends orders: made from the instance's row when it is above what the instance reports,
// signed, sent, and sent again with its next report when it was not answered. The same document from any controller
// with the same key. It also ends the connections whose credential is good no more.
//
// Thread safe as part.hpp says.
#pragma once

#include <mutex>
#include <set>

#include "controller/fleet/part.hpp"
#include "controller/store/instances.hpp"
#include "tenancy/wire/control_document.hpp"

namespace fleet {

/// The one text of an order: made from the instance's row and nothing else.
tenancy::wire::ControlDocument DocumentOf(const store::DesiredState& desired);

/// The message that brings it.
std::string SignedOrder(const tenancy::wire::ControlDocument& order, KeyRing& keys);

class OrderSender : public Part {
public:
    explicit OrderSender(const PartContext& context) : Part(context) {}

    void OnConnected(const policy::InstanceId& instance) override;
    /// The first report of a connection, and one that is behind the order known here, are looked at once; the others,
    /// which are answers to what was just sent, or were said before it came, with the next look for another reason, or
    /// the next tick.
    void OnReport(const policy::InstanceId& instance, const tenancy::wire::Report& said) override;
    void OnGone(const policy::InstanceId& instance) override;
    void OnNews(store::FleetNews news) override;

private:
    using Instances = std::set<policy::InstanceId>;
    struct Due {
        bool orders = false;  // of everybody
        Instances instances;  // of these
        bool credentials = false;
    };
    void OnTick() override;
    void Note(Due due);
    void SendOrders(const Due& due);
    void CheckCredentials();

    std::mutex mutex_;
    Due due_;
    Instances unheard_;  // connected, have not reported yet
};

}  // namespace fleet
