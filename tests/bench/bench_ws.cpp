// How fast one message reaches many WebSockets, and what an open one costs in memory.
//
//   events     2,000 sockets are open; an event goes to the 100 that subscribed to it. Time from Broadcast until each
//   of
//              the 100 has read it.
//   broadcast  400 bytes to 1,000 sockets, and every one acknowledges. Time from Broadcast until each acknowledgement
//              has reached its handler.
//
// One server thread, one client thread that plays all clients, on the loopback interface. Ends with 1 when a target is
// missed.

#include <malloc.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/httpd/server.hpp"
#include "platform/ws/server.hpp"
#include "platform/ws/upgrade.hpp"
#include "tests/fault/httpd_wire.hpp"

namespace {

using platform::SteadyNow;
using platform::SteadyTime;
using platform::WsConnectionPtr;

constexpr std::size_t kMessageBytes = 400;
constexpr std::size_t kFrameBytes = kMessageBytes + 4;
constexpr std::size_t kSubscribers = 100;

double Milliseconds(SteadyTime from, SteadyTime to) {
    return std::chrono::duration<double, std::milli>(to - from).count();
}

double Percentile(std::vector<double> values, double share) {
    std::ranges::sort(values);
    return values.at(std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size()))));
}

// Collects one time for each of the messages under way.
class Arrivals {
public:
    void Begin(std::size_t expected) {
        const std::lock_guard lock(mutex_);
        expected_ = expected;
        arrived_ = 0;
        began_ = SteadyNow();
    }
    void Note() {
        const SteadyTime now = SteadyNow();
        const std::lock_guard lock(mutex_);
        milliseconds_.push_back(Milliseconds(began_, now));
        if (++arrived_ == expected_) {
            complete_.notify_all();
        }
    }
    void Await() {
        std::unique_lock lock(mutex_);
        if (!complete_.wait_for(lock, std::chrono::seconds(30), [&] { return arrived_ >= expected_; })) {
            throw std::runtime_error("only " + std::to_string(arrived_) + " of " + std::to_string(expected_) +
                                     " messages arrived");
        }
    }
    std::vector<double> Take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(milliseconds_, {});
    }

private:
    std::mutex mutex_;
    std::condition_variable complete_;
    std::size_t expected_ = 0;
    std::size_t arrived_ = 0;
    SteadyTime began_;
    std::vector<double> milliseconds_;
};

// All clients, on one thread: counts bytes, since every message has the same length.
class Clients {
public:
    Clients(Arrivals& read, bool acknowledge) : read_(read), acknowledge_(acknowledge), epoll_(::epoll_create1(0)) {}
    ~Clients() {
        over_ = true;
        if (thread_.joinable()) {
            thread_.join();
        }
    }

    void Open(std::uint16_t port, std::size_t count) {
        static const std::string kHandshake =
            "GET /ws HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        for (std::size_t i = 0; i < count; ++i) {
            wire_test::RawSocket socket = wire_test::ConnectTo(port);
            socket.Send(kHandshake);
            const auto answer = socket.ReceiveResponse();
            if (!answer || answer->status != 101) {
                throw std::runtime_error("the server refused a WebSocket");
            }
            sockets_.push_back(std::move(socket));
        }
        received_.assign(count, 0);
        for (std::size_t i = 0; i < count; ++i) {
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            ::epoll_ctl(epoll_.Get(), EPOLL_CTL_ADD, sockets_[i].Fd(), &event);
        }
        thread_ = std::thread([this] { Read(); });
    }

private:
    void Read() {
        // A masked text frame "ok" whose mask is zero.
        static constexpr std::string_view kAcknowledgement("\x81\x82\0\0\0\0ok", 8);
        std::array<epoll_event, 256> events{};
        std::array<char, 16 * 1024> buffer{};
        while (!over_) {
            const int ready = ::epoll_wait(epoll_.Get(), events.data(), static_cast<int>(events.size()), 20);
            for (int i = 0; i < ready; ++i) {
                const std::size_t client = events.at(static_cast<std::size_t>(i)).data.u64;
                const ssize_t count = ::recv(sockets_[client].Fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
                received_[client] += count > 0 ? static_cast<std::size_t>(count) : 0;
                for (; received_[client] >= kFrameBytes; received_[client] -= kFrameBytes) {
                    if (acknowledge_) {
                        ::send(sockets_[client].Fd(), kAcknowledgement.data(), kAcknowledgement.size(), MSG_NOSIGNAL);
                    } else {
                        read_.Note();
                    }
                }
            }
        }
    }

    Arrivals& read_;
    const bool acknowledge_;
    platform::FileDescriptor epoll_;
    std::vector<wire_test::RawSocket> sockets_;
    std::vector<std::size_t> received_;
    std::atomic<bool> over_{false};
    std::thread thread_;
};

// The product's two servers, on one port.
class Service {
public:
    explicit Service(Arrivals& acknowledged)
        : ws_({}, {.on_message = [&](const WsConnectionPtr&, std::string_view) { acknowledged.Note(); }}),
          http_({.threads = 1}, [this](const platform::HttpRequest& request) {
              return platform::CheckUpgrade(request) ? platform::HttpResponse{.status = 400} : ws_.Accept({}).value();
          }) {
        ws_.Start();
        http_.Start();
    }
    std::uint16_t Port() const {
        return http_.Port();
    }
    platform::WsServer& Ws() {
        return ws_;
    }
    /// A client may know that it is connected before the server has opened its side.
    std::vector<WsConnectionPtr> AwaitOpen(std::size_t sockets) {
        const platform::Deadline deadline(std::chrono::seconds(30));
        while (ws_.Counters().opened < sockets) {
            if (deadline.Passed()) {
                throw std::runtime_error("only " + std::to_string(ws_.Counters().opened) + " of " +
                                         std::to_string(sockets) + " sockets were opened");
            }
            std::this_thread::yield();
        }
        return ws_.Connections();
    }

private:
    platform::WsServer ws_;
    platform::HttpServer http_;
};

std::size_t HeapInUse() {
    return ::mallinfo2().uordblks;
}

bool Report(const std::string& what, double value, const std::string& unit, double target) {
    const bool met = value <= target;
    std::cout << what << ": " << value << ' ' << unit << "   (target <= " << target << (met ? ", met)" : ", MISSED)")
              << '\n';
    return met;
}

bool MeasureEvents() {
    constexpr std::size_t kSockets = 2000;
    constexpr int kEvents = 300;
    Arrivals arrivals;
    Service service(arrivals);
    Clients clients(arrivals, false);
    const std::size_t before = HeapInUse();
    clients.Open(service.Port(), kSockets);
    const std::size_t after = HeapInUse();
    const auto message = std::make_shared<const std::string>(kMessageBytes, 'e');
    const auto connections = service.AwaitOpen(kSockets);
    for (int event = 0; event < kEvents; ++event) {
        std::vector<WsConnectionPtr> subscribers;
        for (std::size_t i = 0; i < kSubscribers; ++i) {
            subscribers.push_back(connections[(static_cast<std::size_t>(event) * 7 + i * 19) % kSockets]);
        }
        arrivals.Begin(kSubscribers);
        service.Ws().Broadcast(subscribers, message);
        arrivals.Await();
    }
    const auto times = arrivals.Take();
    std::cout << "event to 100 of 2,000 sockets, median: " << Percentile(times, 0.5) << " ms\n";
    const bool quick = Report("event to 100 of 2,000 sockets, p99", Percentile(times, 0.99), "ms", 50);
    // The test's own share, about 80 bytes a client, is counted too.
    const double bytes = static_cast<double>(after - before) / static_cast<double>(kSockets);
    return Report("heap per open socket", bytes, "bytes", 16 * 1024) && quick;
}

bool MeasureBroadcast() {
    constexpr std::size_t kSockets = 1000;
    constexpr int kRounds = 100;
    Arrivals arrivals;
    Service service(arrivals);
    Clients clients(arrivals, true);
    clients.Open(service.Port(), kSockets);
    const auto connections = service.AwaitOpen(kSockets);
    const auto message = std::make_shared<const std::string>(kMessageBytes, 'b');
    for (int round = 0; round < kRounds; ++round) {
        arrivals.Begin(kSockets);
        service.Ws().Broadcast(connections, message);
        arrivals.Await();
    }
    const auto times = arrivals.Take();
    std::cout << "400 bytes to 1,000 sockets, acknowledged, median: " << Percentile(times, 0.5) << " ms\n";
    return Report("400 bytes to 1,000 sockets, acknowledged, p99", Percentile(times, 0.99), "ms", 100);
}

}  // namespace

int main() {
    try {
        const bool events = MeasureEvents();
        const bool broadcast = MeasureBroadcast();
        return events && broadcast ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "bench_ws: " << error.what() << '\n';
        return 1;
    }
}
