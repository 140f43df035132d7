#include "platform/httpd/connection.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <exception>
#include <utility>

#include "platform/base/clock.hpp"
#include "platform/httpd/refusal.hpp"
#include "platform/httpd/response_text.hpp"

namespace platform {

namespace {

constexpr std::size_t kKeptOutputCapacity = 64 * 1024;
constexpr std::chrono::seconds kLingerTime{5};
constexpr std::chrono::milliseconds kLingerTimeDraining{500};

// While a handler runs, others may take this thread's other connections.
class OutsideOfThread {
public:
    OutsideOfThread(ConnectionScratch& scratch, const Connection& serving) : scratch_(scratch) {
        if (scratch_.own != nullptr) {
            scratch_.serving = &serving;
            scratch_.handling_since.store(SteadyNow().time_since_epoch().count());
            scratch_.own->unlock();
        }
    }
    ~OutsideOfThread() {
        if (scratch_.own != nullptr) {
            scratch_.own->lock();
            scratch_.handling_since.store(0);
            scratch_.serving = nullptr;
        }
    }
    OutsideOfThread(const OutsideOfThread&) = delete;
    OutsideOfThread& operator=(const OutsideOfThread&) = delete;

private:
    ConnectionScratch& scratch_;
};

bool WouldBlock(int error) {
    return error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

Connection::Connection(int fd, std::string peer, ServerCore& core, ConnectionSlot slot)
    : fd_(fd), core_(core), slot_(std::move(slot)), parser_(core.limits, std::move(peer)) {
    Enter(Phase::kIdle, core_.options.header_timeout);
}

Watch Connection::OnReady() {
    return phase_ == Phase::kWriting ? Flush() : Receive();
}

Watch Connection::OnDeadline() {
    switch (phase_) {
        case Phase::kHead:
            return Refuse({.status = 408, .code = kTimedOut, .detail = "The headers did not arrive in time."});
        case Phase::kBody:
            return Refuse({.status = 408, .code = kTimedOut, .detail = "The body did not arrive in time."});
        case Phase::kIdle:
        case Phase::kMoving:
        case Phase::kWriting:
        case Phase::kLingering:
            break;
    }
    return Watch::kClose;
}

Watch Connection::OnDrain() {
    if (phase_ == Phase::kIdle) {
        const Watch watch = Receive();
        if (watch == Watch::kClose || watch == Watch::kHandOver || watch == Watch::kMove) {
            return watch;
        }
    }
    return Busy() ? Watching() : Watch::kClose;
}

Watch Connection::Receive() {
    const ssize_t count = ::recv(fd_, scratch_->received.data(), scratch_->received.size(), 0);
    if (count < 0) {
        return WouldBlock(errno) || errno == EINTR ? Watch::kReadable : Watch::kClose;
    }
    if (count == 0) {
        return Watch::kClose;  // no complete request is waiting here, so no answer is owed
    }
    if (phase_ == Phase::kLingering) {
        return Watch::kReadable;
    }
    return Process(std::string_view(scratch_->received.data(), static_cast<std::size_t>(count)));
}

Watch Connection::Process(std::string_view input) {
    do {
        parser_.Feed(input);
        if (parser_.Where() == RequestParser::Progress::kRefused) {
            return Refuse(parser_.Why());
        }
        if (parser_.Where() != RequestParser::Progress::kComplete) {
            return WaitForMore();
        }
        if (BelongsElsewhere()) {
            input_ = input;
            return Watch::kMove;
        }
        const Watch watch = Serve(input);
        if (watch != Watch::kReadable) {
            return watch;
        }
    } while (!input.empty());
    return Watch::kReadable;
}

// An urgent request behind ordinary ones of its connection is handled where they were: the thread is free for it.
bool Connection::BelongsElsewhere() {
    if (scratch_->lane != Lane::kEntry && scratch_->lane != Lane::kUrgent) {
        return false;
    }
    wanted_ = core_.options.urgent(parser_.Request()) ? Lane::kUrgent : Lane::kOrdinary;
    if (wanted_ == scratch_->lane) {
        return false;
    }
    Enter(Phase::kMoving, core_.options.body_timeout);
    return true;
}

Watch Connection::Resume() {
    const std::string kept = std::exchange(input_, {});
    const Watch watch = Serve(kept);
    return watch == Watch::kReadable && !kept.empty() ? Process(kept) : watch;
}

// The complete request, with what arrived behind it.
Watch Connection::Serve(std::string_view input) {
    HttpResponse response = Handle();
    if (response.take_over) {
        return Depart(std::move(response.take_over), input);
    }
    // Asked behind the handler: the server may have begun to drain while it ran.
    const bool keep_alive = parser_.KeepAlive() && !core_.Draining();
    const Watch watch = Answer(std::move(response), keep_alive ? AfterAnswer::kNextRequest : AfterAnswer::kClose);
    if (watch == Watch::kWritable) {
        input_ = input;
    }
    return watch;
}

Watch Connection::WaitForMore() {
    if (parser_.TakeContinueWish()) {
        static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        const ssize_t sent = ::send(fd_, kContinue.data(), kContinue.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(kContinue.size())) {
            return Watch::kClose;  // nothing else is being written, so there was room unless the client has left
        }
    }
    // The time-outs run from the first byte of each part: sending slowly does not start them again.
    const RequestParser::Progress where = parser_.Where();
    if (where == RequestParser::Progress::kHead && phase_ != Phase::kHead) {
        Enter(Phase::kHead, core_.options.header_timeout);
    } else if (where == RequestParser::Progress::kBody && phase_ != Phase::kBody) {
        Enter(Phase::kBody, core_.options.body_timeout);
    }
    return Watch::kReadable;
}

HttpResponse Connection::Handle() {
    const HttpRequest& request = parser_.Request();
    const OutsideOfThread outside(*scratch_, *this);
    try {
        return core_.handler(request);
    } catch (const std::exception& error) {
        core_.Report("the handler of " + request.method + " " + request.path + " threw: " + error.what());
    } catch (...) {
        core_.Report("the handler of " + request.method + " " + request.path + " threw something unknown");
    }
    return ProblemResponse({.status = 500,
                            .code = kInternalError,
                            .detail = "The server failed while it handled the request. The reason is in its log."});
}

Watch Connection::Depart(TakeOver take_over, std::string_view input) {
    departure_.take_over = std::move(take_over);
    departure_.connection.request = parser_.TakeRequest();
    departure_.connection.input = input;
    departure_.connection.slot = core_.HoldSlot();
    return Watch::kHandOver;
}

Watch Connection::Refuse(const Refusal& refusal) {
    const auto& own = core_.options.refusal_answer;
    HttpResponse answer = own ? own(refusal.status, refusal.detail) : ProblemResponse(refusal);
    if (core_.options.on_refusal) {
        core_.options.on_refusal({parser_.Request(), refusal.status, refusal.code, refusal.detail}, answer);
    }
    return Answer(std::move(answer), AfterAnswer::kLinger);
}

Watch Connection::Answer(HttpResponse response, AfterAnswer after) {
    const auto connection_after =
        after == AfterAnswer::kNextRequest ? ConnectionAfter::kKeepAlive : ConnectionAfter::kClose;
    const std::time_t now = std::chrono::system_clock::to_time_t(SystemNow());
    std::string& head = scratch_->head;
    if (!WriteResponseHead(response, connection_after, now, head)) {
        core_.Report("an answer of status " + std::to_string(response.status) +
                     " had an invalid status or header and was not sent");
        response =
            ProblemResponse({.status = 500,
                             .code = kInternalError,
                             .detail = "The server made an answer that cannot be sent. The reason is in its log."});
        WriteResponseHead(response, connection_after, now, head);
    }
    if (!MayHaveBody(response.status) || parser_.Request().method == "HEAD") {
        response.body.clear();
    }

    std::array<iovec, 2> parts = {{{head.data(), head.size()}, {response.body.data(), response.body.size()}}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = response.body.empty() ? 1 : 2;
    ssize_t sent = 0;
    do {
        sent = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0 && !WouldBlock(errno)) {
        return Watch::kClose;
    }
    const std::size_t taken = sent < 0 ? 0 : static_cast<std::size_t>(sent);
    if (taken < head.size() + response.body.size()) {
        return KeepForLater(std::move(response), taken, after);
    }
    return Finish(after);
}

Watch Connection::KeepForLater(HttpResponse response, std::size_t taken, AfterAnswer after) {
    const std::string& head = scratch_->head;
    if (taken >= head.size()) {
        output_ = std::move(response.body);
        output_sent_ = taken - head.size();
    } else {
        output_ = head.substr(taken) + response.body;
        output_sent_ = 0;
    }
    after_output_ = after;
    Enter(Phase::kWriting, core_.options.body_timeout);
    return Watch::kWritable;
}

Watch Connection::Flush() {
    while (output_sent_ < output_.size()) {
        const ssize_t sent = ::send(fd_, output_.data() + output_sent_, output_.size() - output_sent_, MSG_NOSIGNAL);
        if (sent >= 0) {
            output_sent_ += static_cast<std::size_t>(sent);
            Enter(Phase::kWriting, core_.options.body_timeout);
        } else if (errno != EINTR) {
            return WouldBlock(errno) ? Watch::kWritable : Watch::kClose;
        }
    }
    output_.clear();
    if (output_.capacity() > kKeptOutputCapacity) {
        output_.shrink_to_fit();
    }
    const Watch watch = Finish(after_output_);
    if (watch == Watch::kClose || after_output_ != AfterAnswer::kNextRequest) {
        return watch;
    }
    if (!input_.empty()) {
        const std::string input = std::exchange(input_, {});
        return Process(input);
    }
    return core_.Draining() ? OnDrain() : watch;  // it was busy when the draining began
}

Watch Connection::Finish(AfterAnswer after) {
    switch (after) {
        case AfterAnswer::kNextRequest:
            parser_.Next();
            Enter(Phase::kIdle, core_.options.idle_timeout);
            return Watch::kReadable;
        case AfterAnswer::kLinger:
            if (::shutdown(fd_, SHUT_WR) == 0) {
                Enter(Phase::kLingering,
                      core_.Draining() ? std::chrono::nanoseconds(kLingerTimeDraining) : kLingerTime);
                return Watch::kReadable;
            }
            break;
        case AfterAnswer::kClose:
            break;
    }
    return Watch::kClose;
}

void Connection::Enter(Phase phase, std::chrono::nanoseconds time_left) {
    phase_ = phase;
    deadline_ = SteadyNow() + time_left;
}

}  // namespace platform
