// The instance's end of the channel: it dials out to its controller, says how it stands, takes orders and answers them.
//
// Fail static: whatever becomes of the connection changes nothing; what the link accepted last holds. Coming back costs
// one message: how the instance stands, from which the controller sees whether it owes an order. Between two attempts
// passes a time drawn evenly from zero to a bound that doubles, so that a fleet does not come back all at once.
//
// Enrolment: without a credential, or when the controller does not take it any more, the instance makes a new one,
// keeps it on disk, and exchanges the token in `enrolment_token_file` for it. The token's last part is the fingerprint
// of the controller's key: another key is not pinned, whoever offers it. Cut off in between, it does the same again.
//
// Files in the folder, mode 0600: channel-credential, and channel-credential.next while it is exchanged.
//
// One thread of its own; construct and destroy on one thread. Connected may be asked from any. `on_event` is called on
// the channel's thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "tenancy/kill_switch.hpp"
#include "tenancy/link/control_link.hpp"
#include "tenancy/model.hpp"

namespace tenancy::link {

enum class ChannelEvent : std::uint8_t {
    kConnected,
    kDisconnected,  // or could not connect
    kRefused,       // the controller does not take the credential or the token
    kEnrolled,
    kOrderTaken,
    kOrderRefused
};

struct ChannelOptions {
    std::string controller_url;  // ws://host:port or wss://host:port
    std::string ca_file;         // PEM; empty: the machine's authorities
    std::string folder;          // that of the control link
    std::string enrolment_token_file;
    std::string boot_id;
    Time started_at;
    std::string program;
    bool hosted = false;
    std::chrono::milliseconds heartbeat{10'000};
    std::chrono::milliseconds first_pause{500};
    std::chrono::milliseconds longest_pause{30'000};
    std::function<void(ChannelEvent event, std::string_view detail)> on_event;
    /// Internal text, for the log.
    std::function<void(std::string_view)> on_error;
};

class ControlChannel {
public:
    /// Link and switch must outlive it.
    ControlChannel(ChannelOptions options, ControlLink& link, TenantSwitch& tenant_switch);
    ~ControlChannel();
    ControlChannel(const ControlChannel&) = delete;
    ControlChannel& operator=(const ControlChannel&) = delete;

    bool Connected() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tenancy::link
