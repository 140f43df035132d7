#include "platform/ws/session.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "platform/base/text.hpp"
#include "platform/ws/io_loop.hpp"

namespace platform {

namespace {

/// How long a peer may take to accept the reason and to hang up.
constexpr std::chrono::seconds kGoodbyeTime{1};
constexpr std::size_t kMaxReasonBytes = 123;  // a control frame carries 125, two are the code

std::uint64_t NextSessionId() {
    static std::atomic<std::uint64_t> next{1};
    return next.fetch_add(1);
}

/// What may stand in a frame; some codes are for reports only.
std::uint16_t FitCode(std::uint16_t code) {
    const bool assigned = (code >= ws_code::kNormal && code <= ws_code::kNotText) ||
                          (code >= ws_code::kNotUtf8 && code <= ws_code::kTryAgainLater);
    return assigned || (code >= 3000 && code <= 4999) ? code : ws_code::kInternalError;
}

/// Cut between two characters: half a character would make the frame invalid.
std::string_view FitReason(std::string_view reason) {
    if (!IsValidUtf8(reason)) {
        return {};
    }
    reason = TruncateUtf8(reason, kMaxReasonBytes);
    while (reason.size() > kMaxReasonBytes) {
        reason = TruncateUtf8(reason, CountCodePoints(reason) - 1);
    }
    return reason;
}

}  // namespace

Session::Session(std::shared_ptr<IoLoop> loop, std::shared_ptr<SessionGroup> group, std::string peer,
                 std::shared_ptr<void> context, std::shared_ptr<void> place)
    : id_(NextSessionId()),
      loop_(std::move(loop)),
      group_(std::move(group)),
      peer_(std::move(peer)),
      context_(std::move(context)),
      place_(std::move(place)) {}

WsSend Session::Enqueue(const WsMessage& message, bool& wake) {
    const WsLimits& limits = group_->limits;
    wake = false;
    {
        const std::lock_guard lock(mutex_);
        if (!accepting_) {
            return WsSend::kClosed;
        }
        const bool fits = pending_messages_ == 0 || (pending_messages_ < limits.max_queued_messages &&
                                                     pending_bytes_ + message->size() <= limits.max_queued_bytes);
        if (fits) {
            queue_.push_back(message);
            ++pending_messages_;
            pending_bytes_ += message->size();
            wake = !std::exchange(busy_, true);
            return WsSend::kQueued;
        }
    }
    Kill({.code = ws_code::kTryAgainLater, .reason = "messages are not read fast enough", .end = WsEnd::kTooSlow});
    return WsSend::kOverflow;
}

WsSend Session::Send(WsMessage message) {
    bool wake = false;
    const WsSend outcome = Enqueue(message, wake);
    if (wake) {
        loop_->Post([self = shared_from_this()] { self->OnWake(); });
    }
    return outcome;
}

void Session::Close(std::uint16_t code, std::string_view reason) {
    {
        const std::lock_guard lock(mutex_);
        if (order_ || phase_gone_) {
            return;
        }
        accepting_ = false;
        order_ = WsClosed{.code = FitCode(code), .reason = std::string(FitReason(reason)), .end = WsEnd::kByUs};
    }
    loop_->Post([self = shared_from_this()] { self->OnCloseOrder(); });
}

void Session::CloseNow(std::uint16_t code, std::string_view reason) {
    Kill({.code = FitCode(code), .reason = std::string(FitReason(reason)), .end = WsEnd::kByUs});
}

void Session::Kill(WsClosed why) {
    {
        const std::lock_guard lock(mutex_);
        if (killed_ || phase_gone_) {
            return;
        }
        killed_ = true;
        accepting_ = false;
        for (const WsMessage& message : queue_) {
            --pending_messages_;
            pending_bytes_ -= message->size();
        }
        queue_.clear();
        order_ = std::move(why);
    }
    loop_->Post([self = shared_from_this()] { self->OnKill(); });
}

std::chrono::milliseconds Session::SweepPeriod() const {
    using std::chrono::milliseconds;
    const WsLimits& limits = group_->limits;
    const milliseconds shortest =
        std::min({limits.ping_interval, limits.silence_limit, limits.handshake_timeout, limits.close_timeout});
    return std::clamp(shortest / 4, milliseconds(5), milliseconds(500));
}

void Session::Begin() {
    last_heard_ = last_ping_ = SteadyNow();
    deadline_ = last_heard_ + group_->limits.handshake_timeout;
    {
        const std::lock_guard lock(group_->mutex);
        group_->sessions.emplace(id_, shared_from_this());
    }
    try {
        StartHandshake();
    } catch (const std::exception& error) {
        loop_->Report(std::string("opening a WebSocket: ") + error.what());
        return Finish();
    }
    loop_->Add(shared_from_this());  // cuts it when the loop is ending
    if (group_->turned_off) {
        CloseNow(ws_code::kGoingAway, "the server is stopping");
    }
}

void Session::OnHandshake(bool success) {
    if (!success || cut_) {
        return Finish();
    }
    deadline_.reset();
    OnSignOfLife();
    {
        const std::lock_guard lock(mutex_);
        accepting_ = !order_;
    }
    phase_ = Phase::kOpen;
    group_->opened.fetch_add(1);
    CallHandler("on_open", [&] {
        if (group_->handlers.on_open) {
            group_->handlers.on_open(shared_from_this());
        }
    });
    StartRead();
}

void Session::OnMessage(std::string_view message, bool is_text) {
    OnSignOfLife();
    if (phase_ == Phase::kOpen && !killed_) {
        group_->messages_received.fetch_add(1);
        if (!is_text) {
            Kill({.code = ws_code::kNotText, .reason = "text messages only", .end = WsEnd::kBrokenRules});
        } else if (group_->handlers.on_message) {
            CallHandler("on_message", [&] { group_->handlers.on_message(shared_from_this(), message); });
        }
    }
}

void Session::OnReadEnd(WsClosed why) {
    if (!verdict_) {
        verdict_ = std::move(why);
    }
    Finish();
}

void Session::OnWake() {
    if (phase_ != Phase::kOpen || writing_) {
        return;
    }
    WriteNext();
}

// No write is under way.
void Session::WriteNext() {
    bool say_goodbye = false;
    {
        const std::lock_guard lock(mutex_);
        if (queue_.empty()) {
            busy_ = false;
            say_goodbye = order_.has_value();
            if (say_goodbye && !verdict_) {
                verdict_ = order_;  // the task of Close or CloseNow is still on its way here
            }
        } else {
            writing_ = std::move(queue_.front());
            queue_.pop_front();
        }
    }
    if (writing_) {
        StartWrite(*writing_);
    } else if (say_goodbye) {
        SayGoodbye();
    }
}

void Session::OnWrite(bool success) {
    const std::size_t size = writing_->size();
    writing_.reset();
    {
        const std::lock_guard lock(mutex_);
        --pending_messages_;
        pending_bytes_ -= size;
    }
    if (phase_ == Phase::kGone) {
        return;
    }
    if (!success) {
        return EndSoon();
    }
    group_->messages_sent.fetch_add(1);
    WriteNext();
}

void Session::OnCloseOrder() {
    if (phase_ == Phase::kGone || killed_) {
        return;
    }
    if (phase_ == Phase::kHandshake) {
        return Cut();
    }
    {
        const std::lock_guard lock(mutex_);
        verdict_ = verdict_ ? verdict_ : order_;
    }
    deadline_ = SteadyNow() + group_->limits.close_timeout;
    if (!writing_) {
        WriteNext();
    }
}

void Session::OnKill() {
    if (phase_ == Phase::kGone) {
        return;
    }
    if (phase_ == Phase::kHandshake) {
        return Cut();
    }
    {
        const std::lock_guard lock(mutex_);
        verdict_ = order_;
    }
    EndSoon();
    ReportClosed();
    if (!writing_) {
        SayGoodbye();
    } else if (!IsWritable()) {
        Cut();  // stuck in the middle of a message: nothing can be said any more
    }
}

void Session::SayGoodbye() {
    phase_ = Phase::kClosing;
    if (!goodbye_started_ && !cut_) {
        goodbye_started_ = true;
        StartClose(verdict_->code, verdict_->reason);
    }
}

void Session::OnClose() {
    Cut();  // both closing frames are through, or there is nobody to wait for
}

void Session::OnPing(bool success) {
    pinging_ = false;
    if (!success) {
        EndSoon();
    }
}

// Everything is said, or something could not be. The read is about to end and knows why.
void Session::EndSoon() {
    const SteadyTime soon = SteadyNow() + kGoodbyeTime;
    deadline_ = deadline_ ? std::min(*deadline_, soon) : soon;
}

void Session::OnTick(SteadyTime now) {
    if (cut_ || phase_ == Phase::kGone) {
        return;
    }
    if (deadline_ && now >= *deadline_) {
        return Cut();
    }
    if (phase_ != Phase::kOpen) {
        return;
    }
    if (now - last_heard_ >= group_->limits.silence_limit) {
        if (!verdict_) {
            verdict_ = WsClosed{.reason = "nothing was heard for too long", .end = WsEnd::kSilent};
        }
        return Cut();
    }
    if (!pinging_ && now - last_ping_ >= group_->limits.ping_interval) {
        pinging_ = true;
        last_ping_ = now;
        StartPing();
    }
}

void Session::Cut() {
    if (!std::exchange(cut_, true)) {
        CloseSocket();
    }
}

void Session::ReportClosed() {
    if (std::exchange(reported_, true)) {
        return;
    }
    switch (verdict_->end) {
        case WsEnd::kTooSlow:
            group_->too_slow.fetch_add(1);
            break;
        case WsEnd::kSilent:
            group_->silent.fetch_add(1);
            break;
        case WsEnd::kBrokenRules:
            group_->broken_rules.fetch_add(1);
            break;
        case WsEnd::kByUs:
        case WsEnd::kByPeer:
        case WsEnd::kLost:
            break;
    }
    if (group_->handlers.on_closed) {
        CallHandler("on_closed", [&] { group_->handlers.on_closed(shared_from_this(), *verdict_); });
    }
    group_->closed.fetch_add(1);
}

void Session::Finish() {
    if (phase_ == Phase::kGone) {
        return;
    }
    const bool was_open = phase_ != Phase::kHandshake;
    phase_ = Phase::kGone;
    {
        const std::lock_guard lock(mutex_);
        phase_gone_ = true;
        accepting_ = false;
        queue_.clear();
    }
    Cut();
    if (was_open) {
        ReportClosed();
    } else {
        group_->failed_upgrades.fetch_add(1);
        if (group_->on_never_opened) {
            CallHandler("on_never_opened", group_->on_never_opened);
        }
    }
    loop_->Remove(shared_from_this());
    {
        const std::lock_guard lock(group_->mutex);
        group_->sessions.erase(id_);
    }
    place_.reset();
}

template <typename Call>
void Session::CallHandler(std::string_view name, const Call& call) {
    const auto report_and_close = [&](std::string_view why) {
        loop_->Report(std::string(name) + " of a WebSocket threw: " + std::string(why));
        CloseNow(ws_code::kInternalError, "internal error");
    };
    try {
        call();
    } catch (const std::exception& error) {
        report_and_close(error.what());
    } catch (...) {  // reported like the others
        report_and_close("something unknown");
    }
}

}  // namespace platform
