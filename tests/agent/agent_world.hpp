// A keeper over a stand-in that reads its environment when it starts, and a controller that signs its orders.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "platform/crypto/crypto.hpp"
#include "pulse/agent/keeper.hpp"
#include "tenancy/link/control_link.hpp"
#include "tenancy/link/local_order.hpp"
#include "tests/support/temp_dir.hpp"

namespace agent_test {

/// The stand-in under its supervisor; ended with the object.
class Standin {
public:
    /// `how` are the words of the starter before the two dashes.
    explicit Standin(std::vector<std::string> how);
    ~Standin();
    Standin(const Standin&) = delete;
    Standin& operator=(const Standin&) = delete;

    std::vector<std::string> RestartCommand() const;
    /// What pulse-agent has to be told to find, restart and probe it.
    std::vector<std::string> AgentArguments() const;
    void Restart() const;
    /// Makes the file in the starter's folder that makes something go wrong, or takes it away.
    void Misbehave(const std::string& fault, const std::string& content = "") const;
    void Behave(const std::string& fault) const;
    int Restarts() const;
    /// What the routes answer: 200 on, 501 off, 0 nothing.
    int TenantsAnswer() const;
    /// TenantsAnswer is this before long.
    bool Answers(int status) const;

    std::string PidFile() const {
        return (folder_ / "pid").string();
    }
    std::string Url() const;
    std::string CanaryFile() const {
        return (folder_ / "canary").string();
    }
    std::string OrgsFolder() const {
        return (folder_ / "data" / "orgs").string();
    }
    std::string MetricsUrl() const;

private:
    support::TempDir folder_{"standin"};
    std::vector<std::string> how_;
    int port_;
    int metrics_port_;
};

struct Outcome {
    std::int64_t generation = 0;
    bool applied = false;
    std::string reason;

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

class AgentWorld {
public:
    AgentWorld(Standin& standin, std::unique_ptr<pulse::agent::Place> place);
    ~AgentWorld();

    /// Starts the keeper, with changes to its options.
    void Start(const std::function<void(pulse::agent::KeeperOptions&)>& change = {});
    void Stop();
    /// The agent was killed: nothing of what it knew but its files.
    void Restart();

    tenancy::link::AcceptResult Order(std::int64_t generation, bool enabled, const std::string& mode = "restart",
                                      const std::string& operation = {});
    /// The next outcome; fails the test when there is none.
    Outcome AwaitAny();
    /// The next that is another than the last: an order that was taken up before it was announced is answered twice.
    Outcome Await();
    pulse::agent::Standing Look() const {
        return keeper_->Look();
    }
    bool Eventually(const std::function<bool()>& condition) const;
    pulse::agent::Place& Place() {
        return *place_;
    }
    std::string Folder() const {
        return folder_.Path().string();
    }

private:
    Standin& standin_;
    support::TempDir folder_{"agent"};
    platform::SigningKey key_ = platform::SigningKey::Generate();
    std::unique_ptr<pulse::agent::Place> place_;
    std::unique_ptr<tenancy::TenantSwitch> switch_;
    std::unique_ptr<tenancy::link::ControlLink> link_;
    std::function<void(pulse::agent::KeeperOptions&)> change_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Outcome> outcomes_;
    Outcome last_;
    std::unique_ptr<pulse::agent::Keeper> keeper_;
};

}  // namespace agent_test
