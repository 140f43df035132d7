// A part of the channel: what it does about one matter (orders, reports, ...), in files of its own. How to add one:
//
//   class Verification : public Part {
//   public:
//       explicit Verification(const PartContext& context) : Part(context) {}
//       void Register(Dispatch& dispatch) override {
//           dispatch.Add("evidence", 64 * 1024, [this](const Sender& from, std::string_view text) { ... });
//       }
//       void OnConnected(const policy::InstanceId&) override { Wake(); }
//       void OnNews(store::FleetNews news) override { ... Wake(); }
//   private:
//       void OnTick() override {            // its own thread: may ask the database and may wait
//           ... if (auto connection = Context().links.Connection(instance)) connection->Send(text);
//       }
//   };
//
// and one line in MakeParts of channel.cpp. To send something to an instance is Links::Connection(instance)->Send(...);
// a connection that has ended, or does not take it, is nobody's failure.
//
// The On... functions but OnTick are called on threads that serve everybody (the sockets', the listener's for news):
// they must not wait, ask no database, and throw nothing. They put what they learned into a queue of the part and Wake
// it. OnTick runs on the part's own thread, one at a time: after Wake, and about every `tick` without one, and one last
// time when the channel ends. What it throws is reported; it runs again after a pause, so it must leave what it could
// not do where it finds it again.
//
// A part holds nothing that must survive the process: whatever is owed is read from the database, so any controller
// can go on with it. Members that the On... functions and OnTick share are the part's to lock.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "controller/fleet/direct_probe.hpp"
#include "controller/fleet/dispatch.hpp"
#include "controller/fleet/key_ring.hpp"
#include "controller/fleet/links.hpp"
#include "controller/fleet/meter.hpp"
#include "controller/fleet/plan/outcome.hpp"
#include "controller/fleet/plan/watch.hpp"
#include "controller/store/database.hpp"
#include "controller/store/fleet_listener.hpp"
#include "platform/crypto/crypto.hpp"
#include "tenancy/wire/channel.hpp"

namespace fleet {

class SignedMemory;

/// What the channel lends its parts; it outlives them.
struct PartContext {
    Links& links;
    store::Database& database;
    const platform::SigningKey& key;
    KeyRing& keys;  // orders are signed by the key the instance has pinned
    Meter& meter;
    std::string controller;  // this process, as records name it
    /// For the log: what happened, to which instance, and more about it.
    std::function<void(std::string_view event, std::string_view instance, std::string_view detail)> on_event;
    std::function<void(std::string_view)> on_error;
    std::chrono::milliseconds send_again{5'000};  // what an instance has not answered
    Patience patience;
    WatchBand watch_band;
    DirectProbes* direct = nullptr;                 // instances that this controller looks at itself; null: none
    std::chrono::milliseconds sight_every{30'000};  // what those serve as features
    platform::Duration credential_lifetime{};       // after which one is replaced; zero: never
    const SignedMemory* memory = nullptr;           // of instances, for the time without the database; null: none
};

class Part {
public:
    explicit Part(PartContext context, std::chrono::milliseconds tick = std::chrono::seconds(1));
    /// Stop has been called.
    virtual ~Part() = default;
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;

    /// The kinds of messages it takes. Before Start.
    virtual void Register(Dispatch&) {}
    /// The instance has opened its connection; it has not said anything yet.
    virtual void OnConnected(const policy::InstanceId&) {}
    /// It said how it stands. Links knows of it already.
    virtual void OnReport(const policy::InstanceId&, const tenancy::wire::Report&) {}
    /// It has no connection to this controller any more.
    virtual void OnGone(const policy::InstanceId&) {}
    virtual void OnNews(store::FleetNews) {}

    void Start();
    /// Lets OnTick run once more and ends the thread.
    void Stop();

protected:
    virtual void OnTick() = 0;

    /// OnTick soon. From any thread.
    void Wake();
    /// So long, or until the part ends. For OnTick.
    void Pause(std::chrono::milliseconds time);
    const PartContext& Context() const {
        return context_;
    }
    void Log(std::string_view event, const policy::InstanceId& instance, std::string_view detail = {}) const {
        context_.on_event(event, instance.Text(), detail);
    }

private:
    void Loop();

    const PartContext context_;
    const std::chrono::milliseconds tick_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace fleet
