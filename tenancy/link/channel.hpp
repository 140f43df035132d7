// The instance's end of the channel: it dials out to its controller, says how it stands, takes orders and answers them.
//
// Fail static: whatever becomes of the connection changes nothing; what the link accepted last holds. Coming back costs
// one message: how the instance stands, from which the controller sees whether it owes an order. Between two attempts
// passes a time drawn evenly from zero to a bound that doubles (pauses.hpp). Being let in does not bring the bound
// down: a connection proves itself by an order that is taken, or by having lasted for `proved_after`.
//
// Enrolment: without a credential, or when the controller does not take it any more, the instance makes a new one,
// keeps it on disk, and exchanges the token in `enrolment_token_file` for it. The token's last part is the fingerprint
// of the controller's key: another key is not pinned, whoever offers it. Cut off in between, it does the same again.
//
// Files in the folder, mode 0600: channel-credential, and channel-credential.next while it is exchanged.
//
// One thread of its own; construct and destroy on one thread. Connected, Answer, ReportSoon and Publish may be called
// from any. The callbacks are called on the channel's thread and must not wait: while they do, no order is taken.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "tenancy/kill_switch.hpp"
#include "tenancy/link/control_link.hpp"
#include "tenancy/link/pauses.hpp"
#include "tenancy/model.hpp"
#include "tenancy/wire/channel.hpp"
#include "tenancy/wire/inventory.hpp"

namespace tenancy::link {

enum class ChannelEvent : std::uint8_t {
    kConnected,
    kDisconnected,  // or could not connect
    kRefused,       // the controller does not take the credential or the token
    kEnrolled,
    kOrderTaken,
    kOrderRefused,    // or what is no message at all
    kHandoverRefused  // the next key
};

struct ChannelOptions {
    /// ws://host:port or wss://host:port; several controllers of one database with commas between them. The next is
    /// dialled whenever a connection ended or could not be had.
    std::string controller_url;
    std::string ca_file;  // PEM; empty: the machine's authorities
    std::string folder;   // that of the control link
    std::string enrolment_token_file;
    /// Fills in what only the process knows: boot id, start, program, mode. Switch, generation, rejections and problem
    /// are there already, from switch and link, and may be corrected. Asked before every report.
    std::function<void(wire::Report& report)> describe;
    /// An order was taken: it is in force or, as the result says, pending. Behind the answer, if there was one.
    std::function<void(const AcceptResult& result)> on_accepted;
    /// The controller asks the instance to look at itself. The answer may be given later and on any thread; when the
    /// connection has gone it is dropped, for the controller asks again.
    std::function<void(const wire::VerifyRequest& request, std::function<void(const wire::Evidence&)> reply)> on_verify;
    std::chrono::milliseconds heartbeat{10'000};
    std::chrono::milliseconds first_pause{500};
    std::chrono::milliseconds longest_pause{30'000};
    std::chrono::milliseconds proved_after{60'000};
    DrawPause draw_pause = DrawEvenly;
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
    /// What became of a pending order. Sent with a report; of several for one generation the last counts. Kept while
    /// there is no connection.
    void Answer(wire::OrderAnswer answer);
    /// What `describe` says has changed.
    void ReportSoon();
    /// What the instance hosts: said now, when it is another than before, and again after each connect. The time is
    /// filled in when it is sent.
    void Publish(wire::Inventory inventory);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tenancy::link
