// An instance that is played: it speaks the channel as a real one does, and is as honest, as healthy and as obedient as
// the test says.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "platform/base/clock.hpp"
#include "platform/ws/client.hpp"
#include "tenancy/wire/channel.hpp"
#include "tenancy/wire/inventory.hpp"
#include "tests/fleet/fleet_world.hpp"

namespace fleet_test {

struct Conduct {
    bool takes_orders = true;
    bool switches = true;  // else it says that the order is in force, and its switch stands as it stood
    bool restarts = true;  // when it is told to
    bool keeps_its_boot_id = false;
    bool answers_questions = true;
    std::map<std::string, tenancy::wire::ProbeOutcome> outcomes;  // of steps; the others pass
    std::string says_only;                                        // of this step; empty: of all
    bool sends_samples = true;
    tenancy::wire::WatchSample sample{100, 0, 5, true};  // added to what it counted, each time
    std::chrono::seconds clock_ahead{0};
};

class PlayedInstance {
public:
    PlayedInstance(const Controller& controller, const std::string& name, Conduct conduct = {});
    ~PlayedInstance();
    PlayedInstance(const PlayedInstance&) = delete;
    PlayedInstance& operator=(const PlayedInstance&) = delete;

    void Behave(const std::function<void(Conduct&)>& change);
    /// Says how many records its tenants have, which no played one does by itself.
    void TellTenants(std::int64_t records);
    /// What it hosts and has in force, by its own word.
    void Tell(const tenancy::wire::Inventory& inventory) const;
    int Questions() const;  // that it was asked
    std::int64_t Generation() const;
    int Orders() const;  // that it was given

private:
    void Run();
    void OnOrder(const tenancy::wire::Order& order);
    void OnQuestion(const tenancy::wire::VerifyRequest& question);
    void Report();

    mutable std::mutex mutex_;
    Conduct conduct_;
    std::int64_t generation_ = 0;
    bool enabled_ = true;
    int boot_ = 1;
    platform::SteadyTime began_;
    platform::SteadyTime reported_;
    tenancy::wire::WatchSample counted_;
    int questions_ = 0;
    int orders_ = 0;
    std::unique_ptr<platform::WsClient> client_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace fleet_test
