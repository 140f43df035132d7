// The part of portcullisd that keeps up with the fleet: hears its news from the database, whichever controller made
// them, and tells the requests that wait.
//
// One owner thread. Errors: std::runtime_error with a text for the operator.
#pragma once

#include <memory>
#include <string>

#include "controller/app/fleet_watch.hpp"
#include "controller/store/fleet_listener.hpp"

namespace controller::daemon {

class FleetService {
public:
    /// `watch` must outlive this.
    FleetService(const std::string& conninfo, app::FleetWatch& watch);
    ~FleetService();
    FleetService(const FleetService&) = delete;
    FleetService& operator=(const FleetService&) = delete;

private:
    std::unique_ptr<store::FleetListener> listener_;
};

}  // namespace controller::daemon
