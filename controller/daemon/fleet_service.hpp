// The part of portcullisd that keeps up with the fleet: hears its news from the database, whichever controller made
// them, tells the requests that wait, keeps the flags of their orders as planned, and keeps the channel to the
// instances when the settings give it an address.
//
// One owner thread. Errors: std::runtime_error with a text for the operator.
#pragma once

#include <memory>
#include <string>

#include "controller/app/fleet_watch.hpp"
#include "controller/app/kill_first.hpp"
#include "controller/daemon/direct_probes_file.hpp"
#include "controller/daemon/exposure_keeper.hpp"
#include "controller/fleet/channel.hpp"
#include "controller/fleet/journal/signed_memory.hpp"
#include "controller/fleet/meter.hpp"
#include "controller/store/fleet_listener.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/settings/settings.hpp"

namespace controller::daemon {

class FleetService {
public:
    /// What is given must outlive this. Listens, and writes the port file, before it returns.
    FleetService(const platform::Settings& settings, const std::string& conninfo, store::Database& database,
                 const platform::SigningKey& key, app::FleetWatch& watch, app::KillFirst& kills,
                 const fleet::SignedMemory& instance_memory, const std::string& controller, fleet::Meter& meter,
                 platform::Metrics& registry);
    ~FleetService();
    FleetService(const FleetService&) = delete;
    FleetService& operator=(const FleetService&) = delete;

private:
    void AttachKills();

    app::KillFirst& kills_;
    std::unique_ptr<fleet::Channel> channel_;
    std::unique_ptr<DirectProbesFile> direct_probes_;  // ends before the channel, which it tells
    std::unique_ptr<ExposureKeeper> exposure_;
    std::unique_ptr<store::FleetListener> listener_;  // ends first: it tells the channel
};

/// This process among several controllers: the machine, and something that no other start has.
std::string ControllerName();
/// How long instances may take to answer.
fleet::Patience FleetPatienceOf(const platform::Settings& settings);

}  // namespace controller::daemon
