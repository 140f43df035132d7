// One WebSocket on its loop: queue, silence, closing, callbacks. What touches the socket is left to a derived class
// (beast_session.hpp), so that Boost.Beast is compiled in few files.
//
// Internal to platform/ws. Invariants: a session that has begun has exactly one outstanding operation that ends it: the
// handshake, then the read, and, when a message was the last thing that could be read, the goodbye. Whatever goes wrong
// cuts the socket, that operation fails, and Finish runs, once. One write is under way at a time.
//
// Thread safety: the WsConnection functions from any thread, guarded by `mutex_`; the rest on the loop's thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "platform/base/clock.hpp"
#include "platform/ws/connection.hpp"

namespace platform {

class IoLoop;
class Session;

/// What the sessions of one server, or the one session of a client, share.
struct SessionGroup {
    SessionGroup(const WsLimits& group_limits, WsHandlers group_handlers)
        : limits(group_limits), handlers(std::move(group_handlers)) {}

    const WsLimits limits;
    const WsHandlers handlers;
    std::function<void()> on_never_opened;  // instead of on_open; may be empty

    std::atomic<std::uint64_t> opened{0};
    std::atomic<std::uint64_t> closed{0};
    std::atomic<std::uint64_t> failed_upgrades{0};
    std::atomic<std::uint64_t> too_slow{0};
    std::atomic<std::uint64_t> silent{0};
    std::atomic<std::uint64_t> broken_rules{0};
    std::atomic<std::uint64_t> messages_received{0};
    std::atomic<std::uint64_t> messages_sent{0};
    std::atomic<bool> turned_off{false};  // no new session opens

    std::mutex mutex;
    std::unordered_map<std::uint64_t, std::shared_ptr<Session>> sessions;  // guarded by `mutex`
};

class Session : public WsConnection, public std::enable_shared_from_this<Session> {
public:
    Session(std::shared_ptr<IoLoop> loop, std::shared_ptr<SessionGroup> group, std::string peer,
            std::shared_ptr<void> context, std::shared_ptr<void> place);

    std::uint64_t Id() const final {
        return id_;
    }
    const std::string& Peer() const final {
        return peer_;
    }
    const std::shared_ptr<void>& Context() const final {
        return context_;
    }
    WsSend Send(WsMessage message) final;
    void Close(std::uint16_t code, std::string_view reason) final;
    void CloseNow(std::uint16_t code, std::string_view reason) final;

    const std::shared_ptr<IoLoop>& Loop() const {
        return loop_;
    }
    /// Send without waking the loop. Queued and `wake` set: someone must have OnWake run there.
    WsSend Enqueue(const WsMessage& message, bool& wake);
    std::chrono::milliseconds SweepPeriod() const;

    // On the loop's thread:
    void Begin();
    void OnWake();
    void OnTick(SteadyTime now);
    /// The last frame is through; what remains is the peer's hanging up.
    void OnTeardown() {
        EndSoon();
    }
    /// Ends the socket; the outstanding operation brings Finish about.
    void Cut();

protected:
    // What the derived class does. Each Start ends in the call of the same name below, later, on the loop's thread.
    virtual void StartHandshake() = 0;
    virtual void StartRead() = 0;
    virtual void StartWrite(const std::string& text) = 0;
    virtual void StartPing() = 0;
    virtual void StartClose(std::uint16_t code, std::string_view reason) = 0;
    virtual bool IsWritable() = 0;
    virtual void CloseSocket() = 0;

    void OnHandshake(bool success);
    void OnMessage(std::string_view message, bool is_text);
    void OnReadEnd(WsClosed why);
    void OnWrite(bool success);
    void OnPing(bool success);
    void OnClose();
    void OnSignOfLife() {
        last_heard_ = SteadyNow();
    }

    bool IsCut() const {
        return cut_;
    }
    /// Ours is on its way or through: nothing that is still received counts.
    bool SaidGoodbye() const {
        return goodbye_started_;
    }
    const WsLimits& Limits() const {
        return group_->limits;
    }
    template <typename Derived>
    std::shared_ptr<Derived> Self() {
        return std::static_pointer_cast<Derived>(shared_from_this());
    }

private:
    enum class Phase { kHandshake, kOpen, kClosing, kGone };

    void Kill(WsClosed why);
    void OnCloseOrder();
    void OnKill();
    void WriteNext();
    void SayGoodbye();
    void EndSoon();
    void ReportClosed();
    void Finish();
    template <typename Call>
    void CallHandler(std::string_view name, const Call& call);

    const std::uint64_t id_;
    const std::shared_ptr<IoLoop> loop_;
    const std::shared_ptr<SessionGroup> group_;
    const std::string peer_;
    const std::shared_ptr<void> context_;

    std::mutex mutex_;
    std::deque<WsMessage> queue_;
    std::size_t pending_messages_ = 0;  // queued and on its way
    std::size_t pending_bytes_ = 0;
    bool accepting_ = false;         // messages may be queued
    bool phase_gone_ = false;        // as phase_ says, for other threads
    bool busy_ = false;              // OnWake has been posted, or a write is under way
    std::optional<WsClosed> order_;  // Close or CloseNow: first one wins, but CloseNow beats Close
    std::atomic<bool> killed_{false};

    // The loop's own:
    std::shared_ptr<void> place_;  // in the server's limit
    Phase phase_ = Phase::kHandshake;
    WsMessage writing_;
    bool pinging_ = false;
    bool goodbye_started_ = false;
    bool cut_ = false;
    bool reported_ = false;
    std::optional<WsClosed> verdict_;     // what on_closed will say; the first one counts
    std::optional<SteadyTime> deadline_;  // the socket is cut then
    SteadyTime last_heard_;
    SteadyTime last_ping_;
};

}  // namespace platform
