// The channel to the instances: a listener of its own, where each instance holds one WebSocket that it has opened.
//
// Here are the sockets and the handshake. What is done about each matter is a part of its own, on a thread of its own
// (part.hpp says how to add one), so no instance waits for another's answer, and no order for the records of the one
// before. An instance that does not take what it is sent, sends too often or what is no message is cut off; it hurts
// nobody but itself.
//
//   order     order_sender.hpp
//   report    report_recorder.hpp; other kinds of messages through dispatch.hpp
//   wake-up   News(...): whichever controller changed something, all look again
//
// Without the database nobody new is let in but for who is remembered, who is connected stays, and reports wait (the
// newest of each instance).
//
// Start and Stop belong to one owner thread; News may be called from any.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/fleet/direct_probe.hpp"
#include "controller/fleet/limits.hpp"
#include "controller/fleet/plan/outcome.hpp"
#include "controller/fleet/plan/watch.hpp"
#include "controller/policy/instance_id.hpp"
#include "controller/store/database.hpp"
#include "controller/store/fleet_listener.hpp"
#include "platform/crypto/crypto.hpp"

namespace fleet {

class SignedMemory;

struct ChannelOptions {
    std::string address;
    std::uint16_t port = 0;
    std::string controller;  // this process, as records name it
    std::size_t max_instances = 10'000;
    std::chrono::milliseconds silence{25'000};      // an instance that is not heard for so long is cut off
    std::chrono::milliseconds send_again{5'000};    // an order that was not answered
    Patience patience;                              // before the next batch, or a halt
    WatchBand watch_band;                           // what a watch passes
    std::vector<DirectTarget> direct_probes;        // instances that this controller looks at itself
    std::chrono::milliseconds sight_every{30'000};  // what those serve as features, between orders
    std::vector<std::string> key_files;             // where the other key may lie while one is replaced
    platform::Duration credential_lifetime{};       // zero: credentials are replaced on request only
    HandshakeLimits handshakes;
    MessageLimits messages;
    const SignedMemory* memory = nullptr;  // of instances; null: none of them comes back without the database
    /// For the log: what happened, to which instance, and more about it.
    std::function<void(std::string_view event, std::string_view instance, std::string_view detail)> on_event;
    std::function<void(std::string_view)> on_error;
};

class KillSender;
class Meter;
struct LastWord;

class Channel {
public:
    /// Database, key and meter must outlive this.
    Channel(ChannelOptions options, store::Database& database, const platform::SigningKey& key, Meter& meter);
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    /// Throws std::runtime_error that names the address when it cannot listen.
    void Start();
    std::uint16_t Port() const;
    void News(store::FleetNews news);
    /// Kills that are sent before the database is asked.
    KillSender& Kills();
    std::optional<LastWord> Heard(const policy::InstanceId& instance) const;
    /// Everybody that holds a connection here.
    std::vector<policy::InstanceId> Instances() const;
    std::size_t Connected() const;
    /// From now on it looks at these itself, and at no others.
    void LookAt(std::vector<DirectTarget> targets);
    /// Closes every connection; what was reported is recorded.
    void Stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace fleet
