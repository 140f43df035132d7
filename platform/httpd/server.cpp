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
#include "platform/httpd/server.hpp"

#include <pistache/peer.h>
#include <pistache/reactor.h>
#include <pistache/tcp.h>
#include <pistache/transport.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <stdexcept>

#include "platform/base/clock.hpp"
#include "platform/httpd/acceptor.hpp"
#include "platform/httpd/connection.hpp"
#include "platform/httpd/server_core.hpp"

namespace platform {

// Named, because HttpServer::Impl holds these types.
namespace server_detail {

namespace aio = Pistache::Aio;
namespace tcp = Pistache::Tcp;
namespace polling = Pistache::Polling;

constexpr std::size_t kDescriptorsForOthers = 512;  // database, logs, files: what connections must leave over
constexpr int kMaxThreads = 128;

struct Newcomer {
    AcceptedConnection accepted;
    ConnectionSlot slot;
};

class ConnectionPeer final : public tcp::Peer {
public:
    ConnectionPeer(Newcomer& newcomer, ServerCore& core, ConnectionScratch& scratch)
        : tcp::Peer(newcomer.accepted.socket.Get(),
                    Pistache::Address::fromUnix(reinterpret_cast<sockaddr*>(&newcomer.accepted.address)), nullptr),
          connection(newcomer.accepted.socket.Get(), std::move(newcomer.accepted.peer), core, std::move(newcomer.slot),
                     scratch) {}

    Connection connection;
    Watch watched = Watch::kReadable;
};

// A transport needs a handler; this one is never called, because ConnectionPeer reads for itself.
class UnusedTcpHandler final : public tcp::Handler {
    PROTOTYPE_OF(tcp::Handler, UnusedTcpHandler)

    void onInput(const char* /*buffer*/, std::size_t /*length*/, const std::shared_ptr<tcp::Peer>& /*peer*/) override {}
};

// One thread and its connections. Adopt and Wake may be called from anywhere; the rest runs on that thread.
class Worker final : public tcp::Transport {
public:
    explicit Worker(std::shared_ptr<ServerCore> core)
        : tcp::Transport(std::make_shared<UnusedTcpHandler>()), core_(std::move(core)) {}

    std::shared_ptr<aio::Handler> clone() const override {
        return std::make_shared<Worker>(core_);
    }
    void registerPoller(polling::Epoll& poller) override;
    void onReady(const aio::FdSet& fds) override;

    void Adopt(Newcomer newcomer);
    void Wake();

private:
    void OnWake();
    void OnTick();
    void Register(Newcomer newcomer);
    void StopAll();
    void Apply(ConnectionPeer& peer, Watch watch);
    void HandOver(ConnectionPeer& leaving);
    void Close(int fd);
    void SetTimer(bool running);
    std::vector<ConnectionPeer*> Peers() const;

    std::shared_ptr<ServerCore> core_;
    ConnectionScratch scratch_;
    FileDescriptor wake_;
    FileDescriptor timer_;
    bool timer_running_ = false;
    bool stopped_ = false;

    std::mutex newcomers_mutex_;
    std::vector<Newcomer> newcomers_;
};

inline void ReadCounter(int fd) {
    std::uint64_t count = 0;
    while (::read(fd, &count, sizeof(count)) < 0 && errno == EINTR) {
    }
}

void Worker::registerPoller(polling::Epoll& poller) {
    tcp::Transport::registerPoller(poller);
    wake_ = FileDescriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    timer_ = FileDescriptor(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
    if (wake_.Get() < 0 || timer_.Get() < 0) {
        throw std::runtime_error("the HTTP server cannot open its event descriptors; raise the limit of open files");
    }
    for (const int fd : {wake_.Get(), timer_.Get()}) {
        poller.addFd(fd, Pistache::Flags<polling::NotifyOn>(polling::NotifyOn::Read),
                     polling::Tag(static_cast<std::uint64_t>(fd)));
    }
}

// The transport's own onReady is never called: it throws where a connection should be closed.
void Worker::onReady(const aio::FdSet& fds) {
    for (const auto& entry : fds) {
        const int fd = static_cast<int>(entry.getTag().value());
        try {
            if (fd == wake_.Get()) {
                OnWake();
            } else if (fd == timer_.Get()) {
                OnTick();
            } else if (const auto found = peers.find(fd); found != peers.end()) {
                // The event of a connection that was closed earlier in this round may meet the next owner of its
                // number. That one is asked for input it does not have, and nothing else happens.
                auto& peer = static_cast<ConnectionPeer&>(*found->second);
                Apply(peer, peer.connection.OnReady());
            }
        } catch (const std::exception& error) {
            core_->Report(std::string("serving a connection: ") + error.what());
            Close(fd);
        }
    }
}

void Worker::Adopt(Newcomer newcomer) {
    {
        const std::lock_guard lock(newcomers_mutex_);
        newcomers_.push_back(std::move(newcomer));
    }
    Wake();
}

void Worker::Wake() {
    const std::uint64_t one = 1;
    while (::write(wake_.Get(), &one, sizeof(one)) < 0 && errno == EINTR) {
    }
}

void Worker::OnWake() {
    ReadCounter(wake_.Get());
    std::vector<Newcomer> newcomers;
    {
        const std::lock_guard lock(newcomers_mutex_);
        newcomers.swap(newcomers_);
    }
    for (auto& newcomer : newcomers) {
        Register(std::move(newcomer));
    }
    switch (core_->stage.load()) {
        case ServerStage::kServing:
            break;
        case ServerStage::kDraining:
            for (ConnectionPeer* peer : Peers()) {
                Apply(*peer, peer->connection.OnDrain());
            }
            break;
        case ServerStage::kStopping:
            StopAll();
            break;
    }
}

void Worker::Register(Newcomer newcomer) {
    const int fd = newcomer.accepted.socket.Get();
    try {
        peers.emplace(fd, std::make_shared<ConnectionPeer>(newcomer, *core_, scratch_));
        newcomer.accepted.socket.Release();
        // Level-triggered: an edge that is looked at too early is lost, a level is told again.
        reactor()->registerFd(key(), fd, polling::NotifyOn::Read, polling::Mode::Level);
        SetTimer(true);
    } catch (const std::exception& error) {
        core_->Report(std::string("taking over a connection: ") + error.what());
        Close(fd);
    }
}

void Worker::OnTick() {
    ReadCounter(timer_.Get());
    const auto now = SteadyNow();
    for (ConnectionPeer* peer : Peers()) {
        if (now >= peer->connection.Deadline()) {
            Apply(*peer, peer->connection.OnDeadline());
        }
    }
    if (peers.empty()) {
        SetTimer(false);  // a server at rest does not wake up
    }
}

void Worker::SetTimer(bool running) {
    if (running == timer_running_) {
        return;
    }
    using std::chrono::milliseconds;
    const HttpServerOptions& options = core_->options;
    const auto shortest = std::min({options.header_timeout, options.body_timeout, options.idle_timeout});
    const auto period = std::clamp(shortest / 4, milliseconds(5), milliseconds(250));
    itimerspec timing{};
    if (running) {
        timing.it_interval.tv_nsec = std::chrono::nanoseconds(period).count();
        timing.it_value = timing.it_interval;
    }
    if (::timerfd_settime(timer_.Get(), 0, &timing, nullptr) == 0) {
        timer_running_ = running;
    }
}

void Worker::StopAll() {
    if (std::exchange(stopped_, true)) {
        return;  // woken once more; it counts once
    }
    for (ConnectionPeer* peer : Peers()) {
        if (peer->connection.Busy()) {
            core_->cut_off.fetch_add(1);
        }
        Close(peer->fd());
    }
    SetTimer(false);
    const std::lock_guard lock(core_->mutex);
    ++core_->stopped;
    core_->changed.notify_all();
}

// `peer` may be gone afterwards.
void Worker::Apply(ConnectionPeer& peer, Watch watch) {
    if (watch == Watch::kClose) {
        return Close(peer.fd());
    }
    if (watch == Watch::kHandOver) {
        return HandOver(peer);
    }
    if (watch != peer.watched) {
        peer.watched = watch;
        reactor()->modifyFd(key(), peer.fd(),
                            watch == Watch::kWritable ? polling::NotifyOn::Write : polling::NotifyOn::Read,
                            polling::Mode::Level);
    }
}

// Not through removePeer, which closes the descriptor. It has to leave the epoll set before anybody else can use it.
void Worker::HandOver(ConnectionPeer& leaving) {
    const int fd = leaving.fd();
    Departure departure = leaving.connection.TakeDeparture();
    reactor()->removeFd(key(), fd);  // when it throws, the caller closes the connection
    departure.connection.socket = FileDescriptor(fd);
    peers.erase(fd);
    core_->handed_over.fetch_add(1);
    try {
        departure.take_over(std::move(departure.connection));
    } catch (const std::exception& error) {
        core_->Report(std::string("handing a connection over: ") + error.what());
    } catch (...) {
        core_->Report("handing a connection over: something unknown was thrown");
    }
}

void Worker::Close(int fd) {
    const auto found = peers.find(fd);
    if (found == peers.end()) {
        return;
    }
    const std::shared_ptr<tcp::Peer> peer = found->second;
    try {
        removePeer(peer);
    } catch (const std::exception&) {
        ::close(fd);  // it throws for a descriptor that was never registered, before it would close it
    }
}

std::vector<ConnectionPeer*> Worker::Peers() const {
    std::vector<ConnectionPeer*> all;
    all.reserve(peers.size());
    for (const auto& [fd, peer] : peers) {
        all.push_back(static_cast<ConnectionPeer*>(peer.get()));
    }
    return all;
}

inline void RaiseDescriptorLimit(std::size_t connections) {
    rlimit limit{};
    const rlim_t wanted = connections + kDescriptorsForOthers;
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < wanted) {
        limit.rlim_cur = std::min(wanted, limit.rlim_max);
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

}  // namespace server_detail

struct HttpServer::Impl {
    Impl(HttpServerOptions options, HttpHandler handler)
        : core(std::make_shared<ServerCore>(std::move(options), std::move(handler))),
          acceptor([this](AcceptedConnection accepted) { Admit(std::move(accepted)); },
                   [this](std::string_view text) { core->Report(text); }) {}

    void Admit(AcceptedConnection accepted) {
        if (!core->IsFull()) {
            workers[next_worker++ % workers.size()]->Adopt(
                server_detail::Newcomer{std::move(accepted), ConnectionSlot(*core)});
        }
    }

    void WakeAll() {
        for (const auto& worker : workers) {
            worker->Wake();
        }
    }

    std::shared_ptr<ServerCore> core;
    std::shared_ptr<Pistache::Aio::Reactor> reactor;
    std::vector<std::shared_ptr<server_detail::Worker>> workers;
    std::size_t next_worker = 0;
    bool running = false;
    Acceptor acceptor;  // last: its thread uses the others
};

HttpServer::HttpServer(HttpServerOptions options, HttpHandler handler)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handler))) {}

HttpServer::~HttpServer() {
    Drain(std::chrono::milliseconds(0));
}

void HttpServer::Start() {
    const HttpServerOptions& options = impl_->core->options;
    if (options.threads < 1 || options.threads > server_detail::kMaxThreads) {
        throw std::runtime_error("the HTTP server cannot run " + std::to_string(options.threads) +
                                 " threads; give 1 to " + std::to_string(server_detail::kMaxThreads));
    }
    if (impl_->running || impl_->core->Draining()) {
        throw std::logic_error("an HttpServer can be started once");
    }
    std::signal(SIGPIPE, SIG_IGN);
    server_detail::RaiseDescriptorLimit(options.max_connections);
    impl_->acceptor.Open(options.address, options.port);

    impl_->reactor = Pistache::Aio::Reactor::create();
    impl_->reactor->init(Pistache::Aio::AsyncContext(static_cast<std::size_t>(options.threads), "httpd"));
    const Pistache::Aio::Reactor::Key key =
        impl_->reactor->addHandler(std::make_shared<server_detail::Worker>(impl_->core));
    for (const auto& handler : impl_->reactor->handlers(key)) {
        impl_->workers.push_back(std::static_pointer_cast<server_detail::Worker>(handler));
    }
    impl_->reactor->run();
    impl_->running = true;
    impl_->acceptor.Run();
}

std::uint16_t HttpServer::Port() const {
    return impl_->acceptor.Port();
}

std::size_t HttpServer::HandedOver() const {
    return impl_->core->handed_over.load();
}

bool HttpServer::Drain(std::chrono::milliseconds deadline) {
    if (!impl_->running) {
        return true;
    }
    impl_->running = false;
    ServerCore& core = *impl_->core;
    const auto give_up = SteadyNow() + deadline;
    impl_->acceptor.Stop();
    core.stage.store(ServerStage::kDraining);
    impl_->WakeAll();
    {
        std::unique_lock lock(core.mutex);
        core.changed.wait_until(lock, give_up, [&] { return core.open.load() == 0; });
    }
    // Each worker closes its connections on its own thread and says so. Only then the threads are ended: a reactor
    // that is being destroyed must not be asked for anything.
    core.stage.store(ServerStage::kStopping);
    impl_->WakeAll();
    {
        std::unique_lock lock(core.mutex);
        core.changed.wait(lock, [&] { return core.stopped == static_cast<int>(impl_->workers.size()); });
    }
    impl_->reactor->shutdown();
    impl_->workers.clear();
    impl_->reactor = nullptr;
    return core.cut_off.load() == 0;
}

}  // namespace platform
