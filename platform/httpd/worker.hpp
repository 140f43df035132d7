// One thread of the server and its connections, on Pistache's reactor. Internal to platform/httpd; with server.cpp the
// only files that know the library.
//
// What of Pistache 0.0.5 is used here, and what is not.
//
// Used: its reactor (worker threads, epoll loops), its transport as the book of a thread's connections, its peers.
//
// Not used, because a client could exploit it:
//  - Http::Endpoint and Http::Handler. An exception that leaves Transport::onReady ends the process, and the endpoint's
//    own transport throws for clients that leave at the wrong moment. The parser reserves whatever a Content-Length
//    says, reads typed headers from uninitialised memory, drops pipelined requests and shows what() to the caller.
//  - Transport::asyncWrite. It queues by descriptor number: when the client has left and the number went to the next
//    one, that one gets the answer. Connection writes to its socket itself.
//  - Transport's reading. Of an edge-triggered event that is both readable and writable it looks at the first only, so
//    that an answer can wait for ever, and it goes on reading a descriptor that the handler has closed.
//  - Listener and Transport::handleNewPeer (see acceptor.hpp).
//
// When the server has urgent requests (HttpServerOptions::urgent), its threads are of three lanes. Connections begin on
// the entry, which reads requests and handles none; a complete request moves its connection to the lane it belongs to.
// It stays there: an ordinary request that follows an urgent one moves on, an urgent one behind ordinary ones is
// handled where it is. A thread whose handler takes long gives its other connections back to the entry (GiveAway), so
// that nobody waits for a neighbour.
//
// Thread safety: Adopt, Wake, HandlingSince, Waiting and GiveAway may be called from anywhere; the rest runs on the
// thread itself, which holds `own_` whenever it is not in a handler.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <pistache/peer.h>
#include <pistache/reactor.h>
#include <pistache/tcp.h>
#include <pistache/transport.h>

#include "platform/base/clock.hpp"
#include "platform/httpd/acceptor.hpp"
#include "platform/httpd/connection.hpp"
#include "platform/httpd/server_core.hpp"

namespace platform::server_detail {

namespace aio = Pistache::Aio;
namespace tcp = Pistache::Tcp;
namespace polling = Pistache::Polling;

class ConnectionPeer final : public tcp::Peer {
public:
    ConnectionPeer(AcceptedConnection& accepted, ServerCore& core, ConnectionSlot slot)
        : tcp::Peer(accepted.socket.Get(), Pistache::Address::fromUnix(reinterpret_cast<sockaddr*>(&accepted.address)),
                    nullptr),
          connection(accepted.socket.Get(), std::move(accepted.peer), core, std::move(slot)) {}

    Connection connection;
    Watch watched = Watch::kReadable;
};

/// A connection on its way to a thread: new, or from another one.
struct Arrival {
    FileDescriptor socket;
    std::shared_ptr<ConnectionPeer> peer;
};

class Lanes;

// A transport needs a handler; this one is never called, because ConnectionPeer reads for itself.
class UnusedTcpHandler final : public tcp::Handler {
    PROTOTYPE_OF(tcp::Handler, UnusedTcpHandler)

    void onInput(const char* /*buffer*/, std::size_t /*length*/, const std::shared_ptr<tcp::Peer>& /*peer*/) override {}
};

class Worker final : public tcp::Transport {
public:
    explicit Worker(std::shared_ptr<ServerCore> core)
        : tcp::Transport(std::make_shared<UnusedTcpHandler>()), core_(std::move(core)) {}

    std::shared_ptr<aio::Handler> clone() const override {
        return std::make_shared<Worker>(core_);
    }
    void registerPoller(polling::Epoll& poller) override;
    void onReady(const aio::FdSet& fds) override;

    /// Before the threads run. Without lanes every thread does everything.
    void Join(Lanes& lanes, Lane lane);
    void Adopt(Arrival arrival);
    void Wake();
    /// Since when a handler runs here, if one does.
    std::optional<SteadyTime> HandlingSince() const;
    std::size_t Waiting() const;
    /// The connections that are not in the handler that runs here, if one does; with `waiting` also those that have not
    /// been looked at.
    std::vector<Arrival> GiveAway(bool waiting);

private:
    void OnWake();
    void OnTick();
    std::optional<Arrival> NextArrival();
    void Register(Arrival arrival);
    void StopAll();
    void Apply(ConnectionPeer& peer, Watch watch);
    Arrival Detach(int fd);
    void Move(ConnectionPeer& leaving);
    void HandOver(ConnectionPeer& leaving);
    void Close(int fd);
    void SetTimer(bool running);
    std::vector<ConnectionPeer*> Peers() const;

    std::shared_ptr<ServerCore> core_;
    Lanes* lanes_ = nullptr;
    std::mutex own_;  // of this thread's connections; held by it but for the time in a handler
    ConnectionScratch scratch_;
    FileDescriptor wake_;
    FileDescriptor timer_;
    bool timer_running_ = false;
    bool stopped_ = false;

    mutable std::mutex arrivals_mutex_;
    std::deque<Arrival> arrivals_;
};

/// The threads of a server with urgent requests, by what they are for. Immutable once it is made.
class Lanes {
public:
    Lanes(const std::vector<std::shared_ptr<Worker>>& workers, int urgent_threads);

    Worker& Entry() const {
        return *entry_;
    }
    /// One that is free, or else the one with the fewest waiting.
    Worker& Choose(Lane lane);
    /// Who waits behind a handler that takes long is given to others.
    void Relieve();

private:
    std::shared_ptr<Worker> entry_;
    std::vector<std::shared_ptr<Worker>> urgent_;
    std::vector<std::shared_ptr<Worker>> ordinary_;
    std::atomic<std::size_t> next_{0};
};

}  // namespace platform::server_detail
