// Hears from PostgreSQL that there is news of the fleet: orders, steps of operations, credentials that are good no
// more and so on. Whichever controller made them, every controller hears of them.
//
// A loss of the connection may hide any news, so when it listens again everything counts as news
// (platform/sql/notification_listener.hpp).
//
// Thread safety: construct and destroy on one thread; `on_news` and `on_state` are called on the listener's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace store {

enum class FleetNews {
    kOrders,       // an instance is to do something else
    kSteps,        // an instance said or showed what became of an order
    kCredentials,  // some are good no more
    kVerify,       // an order is to be verified
    kExposure,     // what tenants see of releases may have changed
    kKeys,         // which key signs orders may have changed
    kAnything
};

struct FleetListenerOptions {
    std::string conninfo;  // the application's
    std::function<void(FleetNews news)> on_news;
    /// For the log: why the connection was lost, or that it is back (empty).
    std::function<void(std::string_view problem)> on_state;
};

class FleetListener {
public:
    explicit FleetListener(const FleetListenerOptions& options);
    ~FleetListener();
    FleetListener(const FleetListener&) = delete;
    FleetListener& operator=(const FleetListener&) = delete;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace store
