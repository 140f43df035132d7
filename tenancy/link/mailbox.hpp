// What the channel's thread shares with everybody else: what the socket's thread has received, and what is to be sent.
//
// Words of a connection that is not the newest any more come too late and are dropped: both ways.
//
// Thread safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.hpp"
#include "tenancy/wire/channel.hpp"
#include "tenancy/wire/inventory.hpp"

namespace tenancy::link {

class Mailbox {
public:
    // --- The channel's thread

    /// A new connection begins; its number.
    std::uint64_t Begin();
    std::uint64_t Connection() const;
    /// The next message; nothing at the deadline, when the connection ended, when it is time to end, and when there is
    /// something to send and `for_sending`.
    std::optional<std::string> AwaitMessage(platform::SteadyTime until, bool for_sending);
    /// Why the connection ended, once everything it brought has been taken.
    std::optional<std::string> Ended() const;
    /// Until `until`, or until it is time to end.
    void Sleep(std::chrono::milliseconds pause);
    bool Stopping() const;

    /// What is to be sent on this connection.
    struct Due {
        std::vector<wire::OrderAnswer> answers;
        std::vector<std::string> messages;
        bool report = false;
    };
    Due TakeDue();
    /// What is sent now says how the instance stands.
    void ReportIsBeingSent();

    // --- The socket's thread

    void Received(std::uint64_t connection, std::string_view text);
    void Closed(std::uint64_t connection, const std::string& reason);

    // --- Any thread

    void Stop();
    void ReportSoon();
    void Answer(wire::OrderAnswer answer);
    void Publish(wire::Inventory inventory);
    /// Sent while that connection is the newest.
    void Send(std::uint64_t connection, std::string message);

private:
    bool AnythingToSend() const {
        return report_due_ || inventory_due_ || !outgoing_.empty() || !answers_.empty();
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t connection_ = 0;
    std::deque<std::string> messages_;
    std::optional<std::string> closed_;                  // why
    std::vector<std::string> outgoing_;                  // of this connection
    std::map<std::int64_t, wire::OrderAnswer> answers_;  // by generation
    std::optional<wire::Inventory> inventory_;
    bool inventory_due_ = false;
    bool report_due_ = false;
    bool stopping_ = false;
};

}  // namespace tenancy::link
