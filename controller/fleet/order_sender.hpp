// The part of the channel that sends orders: made from the instance's row when it is above what the instance reports,
// signed, sent, and sent again with its next report when it was not answered. The same document from any controller
// with the same key. It also ends the connections whose credential is good no more.
//
// Thread safe as part.hpp says.
#pragma once

#include <mutex>

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
    void OnReport(const policy::InstanceId& instance, const tenancy::wire::Report& said) override;
    void OnNews(store::FleetNews news) override;

private:
    struct Due {
        bool orders = false;
        bool credentials = false;
    };
    void OnTick() override;
    void Note(Due due);
    void SendOrders();
    void CheckCredentials();

    std::mutex mutex_;
    Due due_;
};

}  // namespace fleet
