// The instances that hold a connection to this controller, and what is known of each: the channel's memory.
//
// One connection an instance: a newer one takes the place of the older, which is closed. Thread safe.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "controller/fleet/admission.hpp"
#include "platform/base/clock.hpp"
#include "platform/ws/connection.hpp"

namespace fleet {

class Links {
public:
    /// The connection whose place it takes; null when there was none.
    platform::WsConnectionPtr Open(const Admission& admission, const platform::WsConnectionPtr& connection);
    /// False when another connection has taken its place.
    bool Close(const policy::InstanceId& instance, std::uint64_t connection);

    /// The instance said that it has this generation; `answered` when it was about an order.
    void Report(const policy::InstanceId& instance, std::uint64_t connection, std::int64_t generation, bool answered);

    struct Waiting {
        policy::InstanceId instance;
        std::int64_t above = 0;  // only an order above this generation is news for it
    };
    /// Those that have reported, and are not waiting for the answer to an order sent after `sent_before`.
    std::vector<Waiting> Ready(platform::SteadyTime sent_before) const;
    /// The connection to send an order of this generation through, noted as sent at `now`; null when it is not wanted
    /// any more.
    platform::WsConnectionPtr Send(const policy::InstanceId& instance, std::int64_t generation,
                                   platform::SteadyTime now);

    /// To send it something else; null when it has none.
    platform::WsConnectionPtr Connection(const policy::InstanceId& instance) const;
    /// Of everybody connected.
    std::vector<policy::InstanceId> Instances() const;

    std::vector<std::string> CredentialHashes() const;
    /// Those whose credential was asked about and is not good; who came in meanwhile was not asked about.
    std::vector<platform::WsConnectionPtr> WithBadCredential(const std::vector<std::string>& asked,
                                                             const std::vector<std::string>& good) const;
    std::size_t Count() const;

private:
    struct Link {
        platform::WsConnectionPtr connection;
        std::string credential_hash;
        bool reported = false;
        std::int64_t generation = 0;  // that it reported
        std::int64_t sent = 0;
        platform::SteadyTime sent_at;
    };

    mutable std::mutex mutex_;
    std::unordered_map<policy::InstanceId, Link> links_;
};

}  // namespace fleet
