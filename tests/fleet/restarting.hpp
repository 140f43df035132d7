// Instances that are started again for an order: a real pulsed that does it itself, and a process that reads its
// environment only at its start, with a real pulse-agent beside it. Both are let in by a real controller.
#pragma once

#include <memory>
#include <string>

#include "tests/agent/agent_world.hpp"
#include "tests/fleet/fleet_world.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {

/// A pulsed that writes its port down, which is another one after each start.
class Restartable {
public:
    explicit Restartable(const Controller& controller, const std::string& name = "eu-1");
    /// 200 on, 501 off, wherever it listens now; 0 when nobody answers there.
    int Tenants() const;
    pid_t Pid() const;
    pulse_test::OwnPulsed& operator*() {
        return pulsed_;
    }
    pulse_test::OwnPulsed* operator->() {
        return &pulsed_;
    }

private:
    support::TempDir folder_{"restart"};
    pulse_test::OwnPulsed pulsed_;
};

/// A unit of systemd that starts the stand-in, and a pulse-agent beside it, let in as `legacy`.
class ManagedStandin {
public:
    explicit ManagedStandin(const Controller& controller);
    void StartAgent();
    agent_test::Standin& operator*() {
        return *standin_;
    }
    agent_test::Standin* operator->() {
        return standin_.get();
    }
    support::Process& Agent() {
        return *agent_;
    }
    void Write(const std::string& path, const std::string& text);

private:
    const Controller& controller_;
    support::TempDir folder_{"managed"};
    std::string token_;
    std::unique_ptr<agent_test::Standin> standin_;
    std::unique_ptr<support::Process> agent_;
};

/// Empty while it has not reported.
std::string BootId(const Controller& controller, const std::string& instance);

}  // namespace fleet_test
