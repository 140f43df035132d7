// One connection: reads requests from its socket, has them handled, writes the answers, in that order.
//
// The answer is written by the thread that ran the handler, straight to the socket; what the socket does not take is
// kept here and dies with the connection. So an answer cannot reach another client, whatever happens to descriptor
// numbers. While an answer waits, nothing is read: a client that does not read cannot make the server collect answers.
//
// The socket is watched level-triggered by the owner, who does what the returned Watch says. Connection never closes
// its descriptor itself. Not thread safe: it belongs to one worker.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "platform/base/clock.hpp"
#include "platform/httpd/request_parser.hpp"
#include "platform/httpd/server_core.hpp"

namespace platform {

/// What the owner has to wait for next.
enum class Watch {
    kReadable,
    kWritable,
    kClose,
    kHandOver,  // Departure() says to whom; this object is done with the socket
    kMove,      // a complete request is for another lane; Resume() handles it there
};

/// A connection on its way out, without its socket, which the owner adds.
struct Departure {
    TakeOver take_over;
    UpgradedConnection connection;
};

/// What a thread is for.
enum class Lane {
    kAny,       // the server makes no difference
    kEntry,     // reads requests, handles none
    kUrgent,    // for those that must not wait for others
    kOrdinary,  // for all
};

class Connection;

/// What all connections of a thread share: buffers that hold nothing between two calls, and what the thread does.
struct ConnectionScratch {
    std::string received = std::string(64 * 1024, '\0');
    std::string head;
    Lane lane = Lane::kAny;
    std::mutex* own = nullptr;  // of the thread's connections; let go of while a handler runs
    const Connection* serving = nullptr;
    std::atomic<SteadyTime::rep> handling_since{0};
};

class Connection {
public:
    Connection(int fd, std::string peer, ServerCore& core, ConnectionSlot slot);

    /// Before anything else, and again on another thread.
    void BelongTo(ConnectionScratch& scratch) {
        scratch_ = &scratch;
    }
    /// A complete request waits for the thread that handles it.
    bool HasRequest() const {
        return phase_ == Phase::kMoving;
    }
    /// When HasRequest.
    Lane Wanted() const {
        return wanted_;
    }
    Watch Resume();

    /// The socket can be read or written, whichever was asked for, or has failed.
    Watch OnReady();
    /// `Deadline` has passed.
    Watch OnDeadline();
    /// The server drains. An idle connection ends, after the request that may already lie in its socket.
    Watch OnDrain();

    /// After Watch::kHandOver, once.
    Departure TakeDeparture() {
        return std::move(departure_);
    }

    SteadyTime Deadline() const {
        return deadline_;
    }
    /// Inside a request or an answer: closing it now would cut something off.
    bool Busy() const {
        return phase_ != Phase::kIdle && phase_ != Phase::kLingering;
    }
    Watch Watching() const {
        return phase_ == Phase::kWriting ? Watch::kWritable : Watch::kReadable;
    }

private:
    enum class Phase {
        kIdle,     // waiting for a request's first byte
        kHead,     // request line and headers are arriving
        kBody,     // the body is arriving
        kMoving,   // complete, on the way to the thread that handles it
        kWriting,  // the socket has not taken all of the answer
        // Answered and half closed. What still arrives is thrown away: closing at once would make the kernel send a
        // reset, which can overtake the answer.
        kLingering,
    };
    enum class AfterAnswer { kNextRequest, kClose, kLinger };

    Watch Receive();
    Watch Process(std::string_view input);
    bool BelongsElsewhere();
    Watch Serve(std::string_view input);
    Watch WaitForMore();
    Watch Refuse(const Refusal& refusal);
    HttpResponse Handle();
    Watch Depart(TakeOver take_over, std::string_view input);
    Watch Answer(HttpResponse response, AfterAnswer after);
    Watch KeepForLater(HttpResponse response, std::size_t taken, AfterAnswer after);
    Watch Flush();
    Watch Finish(AfterAnswer after);
    void Enter(Phase phase, std::chrono::nanoseconds time_left);

    const int fd_;
    ServerCore& core_;
    ConnectionSlot slot_;
    ConnectionScratch* scratch_ = nullptr;
    Lane wanted_ = Lane::kAny;
    RequestParser parser_;
    Phase phase_ = Phase::kIdle;
    SteadyTime deadline_;
    std::string output_;  // an answer the socket has not taken, from `output_sent_` on
    std::size_t output_sent_ = 0;
    AfterAnswer after_output_ = AfterAnswer::kClose;
    std::string input_;  // read behind the request whose answer is still being written
    Departure departure_;
};

}  // namespace platform
