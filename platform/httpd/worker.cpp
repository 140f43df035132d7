#include "platform/httpd/worker.hpp"

#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <stdexcept>
#include <string>

namespace platform::server_detail {
namespace {

constexpr std::chrono::milliseconds kRelieveEvery{50};
constexpr std::chrono::milliseconds kLongForAHandler{100};

void ReadCounter(int fd) {
    std::uint64_t count = 0;
    while (::read(fd, &count, sizeof(count)) < 0 && errno == EINTR) {
    }
}

}  // namespace

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
    const std::lock_guard own(own_);
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

void Worker::Join(Lanes& lanes, Lane lane) {
    lanes_ = &lanes;
    scratch_.lane = lane;
    scratch_.own = &own_;
}

void Worker::Adopt(Arrival arrival) {
    {
        const std::lock_guard lock(arrivals_mutex_);
        arrivals_.push_back(std::move(arrival));
    }
    Wake();
}

std::size_t Worker::Waiting() const {
    const std::lock_guard lock(arrivals_mutex_);
    return arrivals_.size();
}

std::optional<SteadyTime> Worker::HandlingSince() const {
    const SteadyTime::rep since = scratch_.handling_since.load();
    return since == 0 ? std::nullopt : std::optional(SteadyTime(SteadyTime::duration(since)));
}

std::optional<Arrival> Worker::NextArrival() {
    const std::lock_guard lock(arrivals_mutex_);
    if (arrivals_.empty()) {
        return std::nullopt;
    }
    Arrival arrival = std::move(arrivals_.front());
    arrivals_.pop_front();
    return arrival;
}

void Worker::Wake() {
    const std::uint64_t one = 1;
    while (::write(wake_.Get(), &one, sizeof(one)) < 0 && errno == EINTR) {
    }
}

void Worker::OnWake() {
    ReadCounter(wake_.Get());
    // One by one: those behind a handler that takes long can be given to others.
    while (auto arrival = NextArrival()) {
        Register(std::move(*arrival));
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

void Worker::Register(Arrival arrival) {
    const int fd = arrival.socket.Get();
    try {
        ConnectionPeer& peer = *arrival.peer;
        peer.connection.BelongTo(scratch_);
        peer.watched = peer.connection.Watching();
        peers.emplace(fd, std::move(arrival.peer));
        arrival.socket.Release();
        // Level-triggered: an edge that is looked at too early is lost, a level is told again.
        reactor()->registerFd(key(), fd,
                              peer.watched == Watch::kWritable ? polling::NotifyOn::Write : polling::NotifyOn::Read,
                              polling::Mode::Level);
        SetTimer(true);
        if (peer.connection.HasRequest()) {
            Apply(peer, peer.connection.Resume());
        }
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
    const bool entry = scratch_.lane == Lane::kEntry;
    if (entry) {
        lanes_->Relieve();
    }
    if (peers.empty() && !(entry && core_->open.load() > 0)) {
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
    const auto longest = scratch_.lane == Lane::kEntry ? kRelieveEvery : milliseconds(250);
    const auto period = std::clamp(shortest / 4, milliseconds(5), longest);
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
    for (ConnectionPeer* peer : Peers()) {
        if (peer->connection.Busy()) {
            core_->cut_off.fetch_add(1);
        }
        Close(peer->fd());
    }
    SetTimer(false);
    if (std::exchange(stopped_, true)) {
        return;  // woken once more; it counts once
    }
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
    if (watch == Watch::kMove) {
        return Move(peer);
    }
    if (watch != peer.watched) {
        peer.watched = watch;
        reactor()->modifyFd(key(), peer.fd(),
                            watch == Watch::kWritable ? polling::NotifyOn::Write : polling::NotifyOn::Read,
                            polling::Mode::Level);
    }
}

// Not through removePeer, which closes the descriptor. It has to leave the epoll set before anybody else can use it.
Arrival Worker::Detach(int fd) {
    reactor()->removeFd(key(), fd);  // when it throws, the caller closes the connection
    const auto found = peers.find(fd);
    Arrival leaving{FileDescriptor(fd), std::static_pointer_cast<ConnectionPeer>(found->second)};
    peers.erase(found);
    return leaving;
}

void Worker::Move(ConnectionPeer& leaving) {
    if (core_->stage.load() == ServerStage::kStopping) {
        core_->cut_off.fetch_add(1);
        return Close(leaving.fd());
    }
    const Lane lane = leaving.connection.Wanted();
    lanes_->Choose(lane).Adopt(Detach(leaving.fd()));
}

std::vector<Arrival> Worker::GiveAway(bool waiting) {
    std::vector<Arrival> leaving;
    const std::unique_lock own(own_, std::try_to_lock);
    if (!own.owns_lock() || scratch_.serving == nullptr || core_->Draining()) {
        return leaving;
    }
    for (ConnectionPeer* peer : Peers()) {
        if (&peer->connection != scratch_.serving) {
            leaving.push_back(Detach(peer->fd()));
        }
    }
    const std::lock_guard lock(arrivals_mutex_);
    while (waiting && !arrivals_.empty()) {
        leaving.push_back(std::move(arrivals_.front()));
        arrivals_.pop_front();
    }
    return leaving;
}

void Worker::HandOver(ConnectionPeer& leaving) {
    Departure departure = leaving.connection.TakeDeparture();
    departure.connection.socket = Detach(leaving.fd()).socket;
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

Lanes::Lanes(const std::vector<std::shared_ptr<Worker>>& workers, int urgent_threads) : entry_(workers.front()) {
    const auto urgent_end = workers.begin() + 1 + urgent_threads;
    urgent_.assign(workers.begin() + 1, urgent_end);
    ordinary_.assign(urgent_end, workers.end());
    entry_->Join(*this, Lane::kEntry);
    for (const auto& worker : urgent_) {
        worker->Join(*this, Lane::kUrgent);
    }
    for (const auto& worker : ordinary_) {
        worker->Join(*this, Lane::kOrdinary);
    }
}

Worker& Lanes::Choose(Lane lane) {
    const auto& workers = lane == Lane::kUrgent ? urgent_ : ordinary_;
    const std::size_t first = next_.fetch_add(1);
    Worker* best = nullptr;
    std::size_t fewest = 0;
    for (std::size_t i = 0; i < workers.size(); ++i) {
        Worker& worker = *workers[(first + i) % workers.size()];
        if (!worker.HandlingSince()) {
            return worker;
        }
        const std::size_t waiting = worker.Waiting();
        if (best == nullptr || waiting < fewest) {
            best = &worker;
            fewest = waiting;
        }
    }
    return *best;
}

void Lanes::Relieve() {
    const auto long_ago = SteadyNow() - kLongForAHandler;
    for (const auto* workers : {&urgent_, &ordinary_}) {
        const bool some_are_free =
            std::ranges::any_of(*workers, [](const auto& worker) { return !worker->HandlingSince(); });
        for (const auto& worker : *workers) {
            const auto since = worker->HandlingSince();
            if (!since || *since > long_ago) {
                continue;
            }
            for (Arrival& arrival : worker->GiveAway(some_are_free)) {
                const Connection& connection = arrival.peer->connection;
                (connection.HasRequest() ? Choose(connection.Wanted()) : *entry_).Adopt(std::move(arrival));
            }
        }
    }
}

}  // namespace platform::server_detail
