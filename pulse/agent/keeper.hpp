// Keeps the switch of the process beside the agent as it was ordered: writes the entry, runs the commands, and believes
// nothing but the process that runs afterwards.
//
// An order is done when the process runs with the value it asks for and, in mode restart, is another one than when the
// order came. It is answered then, as `applied`, or `failed` with the reason when that cannot be reached. An order to
// switch off that failed is tried again, with pauses that grow; one to switch on is not, for that would restart a
// process again and again for nothing. What was begun is noted before it is begun, and gone on with at the next start.
//
// Without the controller, whatever was ordered last holds: when the process comes back switched on although it is to be
// off, it is switched off again. The other way round nothing is done: somebody on the machine may have wished it so.
// Never ordered anything: nothing is touched. What the environment said before there was any order is remembered: where
// it said off, an order to switch on is answered `failed`, unless that is allowed.
//
// A thread of its own. Look may be called from any thread, Wake too; the callbacks are called on the keeper's thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "platform/base/clock.hpp"
#include "pulse/agent/place.hpp"
#include "pulse/agent/process_look.hpp"
#include "pulse/agent/progress.hpp"
#include "tenancy/link/control_link.hpp"

namespace pulse::agent {

struct KeeperOptions {
    std::string folder;  // of its progress
    ProcessRule process;
    std::vector<std::string> reload_command;  // before the restart; empty: none
    std::vector<std::string> restart_command;
    /// Whether an order may switch on what was off before there was any order.
    bool first_switch_on = false;
    std::chrono::milliseconds command_timeout{60'000};
    std::chrono::milliseconds restart_timeout{60'000};  // from the end of the command to the process that is as ordered
    std::chrono::milliseconds settle{1'000};            // that a new process is watched before it is believed
    std::chrono::milliseconds look_every{1'000};
    std::chrono::milliseconds first_retry{10'000};
    std::chrono::milliseconds longest_retry{300'000};
    /// What the process itself answers; empty: it cannot be asked, or did not say.
    std::function<std::optional<bool>()> ask;
    std::chrono::milliseconds ask_every{15'000};

    /// What became of the order of a generation.
    std::function<void(std::int64_t generation, bool applied, const std::string& reason)> on_outcome;
    /// Something that is reported is another than before.
    std::function<void()> on_change;
    /// Behind each look.
    std::function<void()> on_look;
    /// `event` is a constant name; `detail` for people.
    std::function<void(bool warning, std::string_view event, std::string_view detail)> on_event;
};

/// How it stands with the process.
struct Standing {
    std::optional<ProcessFacts> process;  // that was seen last
    bool running = false;
    platform::SteadyTime looked_at;
    std::optional<bool> answers;  // what it says itself, by its routes
    std::int64_t applied_generation = 0;
    std::string problem;

    /// On, for whoever has to rely on its being off: unless its environment was read and says otherwise, and when its
    /// routes contradict.
    bool Enabled() const;
};

class Keeper {
public:
    /// What is given must outlive it.
    Keeper(KeeperOptions options, Place& place, tenancy::link::ControlLink& link);
    ~Keeper();
    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;

    /// Once; before it, nothing is done but looking.
    void Start();
    /// When this returns no callback runs, and none will. What was begun is gone on with at the next start.
    void Stop();

    /// An order has come (again), or the local order has changed.
    void Wake();
    Standing Look() const;

private:
    struct Target {
        bool enabled = false;
        bool restart = false;
        std::int64_t generation = 0;
        std::string operation;
        bool by_hand = false;

        friend bool operator==(const Target&, const Target&) = default;
    };

    void Run();
    bool Pause(std::chrono::milliseconds span);
    std::optional<Target> TargetNow() const;
    void Observe();
    void Step(const Target& target);
    void Begin(const Target& target);
    bool IsAsOrdered() const;
    void Attempt();
    std::string TryOnce();
    std::string RunCommands();
    std::string AwaitProcess(const std::string& boot_before, platform::SteadyTime command_began);
    void Finish();
    void Fail(std::string reason);
    void GuardOff();
    void LookAtPlace(std::string_view wanted);
    void Note();
    void Publish();
    std::string WithShadows(std::string text) const;

    const KeeperOptions options_;
    Place& place_;
    tenancy::link::ControlLink& link_;

    // The thread's own.
    Progress progress_;
    std::optional<Target> target_;
    std::optional<ProcessFacts> process_;  // as seen last
    bool running_ = false;
    platform::SteadyTime looked_at_;
    std::string process_problem_;
    std::optional<bool> answers_;
    platform::SteadyTime ask_at_;
    PlaceLook place_look_;
    platform::SteadyTime place_at_;
    std::string failure_;  // of the order that is not done
    std::string note_problem_;
    platform::SteadyTime retry_at_;
    std::chrono::milliseconds retry_pause_{0};
    bool may_retry_ = true;
    bool started_ = false;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = false;
    bool stopping_ = false;
    Standing standing_;

    std::thread thread_;
};

}  // namespace pulse::agent
