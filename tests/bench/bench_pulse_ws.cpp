// How fast what happens to a tenant reaches its subscribers, on the real pulsed: 2,000 open sockets, 100 of each of 20
// tenants. An alert is reported over HTTP; time from sending that request until each of the 100 has read the event.
// In it are the request, the transaction with its fsync, the decision for each subscriber and the socket.
//
// One client thread plays all clients. Target: under 50 ms p99. Ends with 1 when it is missed.

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/httpd/file_descriptor.hpp"
#include "tests/bench/pulse_world.hpp"
#include "tests/fault/httpd_wire.hpp"

namespace {

using platform::SteadyNow;
using platform::SteadyTime;

constexpr std::size_t kTenants = 20;
constexpr std::size_t kSubscribers = 100;
constexpr int kEvents = 200;

double Percentile(std::vector<double> values, double share) {
    std::ranges::sort(values);
    return values.at(std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size()))));
}

/// The frames of one client; control frames and whatever is no alert are passed over.
class Frames {
public:
    /// How many alerts are complete in what has arrived since.
    int Take(std::string_view bytes) {
        buffer_.append(bytes);
        int alerts = 0;
        std::size_t at = 0;
        while (buffer_.size() - at >= 2) {
            const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(buffer_[at + i]); };
            std::uint64_t length = byte(1);  // the server never masks
            std::size_t head = 2;
            if (length == 126 || length == 127) {
                const std::size_t more = length == 126 ? 2 : 8;
                if (buffer_.size() - at < head + more) {
                    break;
                }
                length = 0;
                for (std::size_t i = 0; i < more; ++i) {
                    length = length << 8 | byte(head + i);
                }
                head += more;
            }
            if (buffer_.size() - at < head + length) {
                break;
            }
            const std::string_view payload(buffer_.data() + at + head, length);
            alerts += payload.find(R"("type":"alert")") != payload.npos ? 1 : 0;
            at += head + length;
        }
        buffer_.erase(0, at);
        return alerts;
    }

private:
    std::string buffer_;
};

class Clients {
public:
    explicit Clients(std::uint16_t port) : port_(port), epoll_(::epoll_create1(0)) {}
    ~Clients() {
        over_ = true;
        if (thread_.joinable()) {
            thread_.join();
        }
    }

    void Open(const bench::BenchTenant& tenant, std::size_t count) {
        const std::string host = "127.0.0.1:" + std::to_string(port_);
        for (std::size_t i = 0; i < count; ++i) {
            wire_test::RawSocket socket = wire_test::ConnectTo(port_);
            socket.Send("GET /ws HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host +
                        "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-API-Token: " + tenant.token +
                        "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            const auto answer = socket.ReceiveResponse();
            if (!answer || answer->status != 101) {
                throw std::runtime_error("no WebSocket: " + (answer ? answer->head + answer->body : "no answer"));
            }
            sockets_.push_back(std::move(socket));
        }
    }
    void Start() {
        frames_.resize(sockets_.size());
        for (std::size_t i = 0; i < sockets_.size(); ++i) {
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            ::epoll_ctl(epoll_.Get(), EPOLL_CTL_ADD, sockets_[i].Fd(), &event);
        }
        thread_ = std::thread([this] { Read(); });
    }

    void Begin() {
        const std::lock_guard lock(mutex_);
        arrived_ = 0;
        began_ = SteadyNow();
    }
    void Await(std::size_t expected) {
        std::unique_lock lock(mutex_);
        if (!complete_.wait_for(lock, std::chrono::seconds(30), [&] { return arrived_ >= expected; })) {
            throw std::runtime_error("only " + std::to_string(arrived_) + " subscribers heard of an event");
        }
    }
    std::vector<double> Take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(milliseconds_, {});
    }

private:
    void Read() {
        std::array<epoll_event, 256> events{};
        std::array<char, 64 * 1024> buffer{};
        while (!over_) {
            const int ready = ::epoll_wait(epoll_.Get(), events.data(), static_cast<int>(events.size()), 20);
            for (int i = 0; i < ready; ++i) {
                const std::size_t client = events.at(static_cast<std::size_t>(i)).data.u64;
                const ssize_t count = ::recv(sockets_[client].Fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
                const auto bytes = static_cast<std::size_t>(std::max<ssize_t>(count, 0));
                for (int alerts = frames_[client].Take({buffer.data(), bytes}); alerts > 0; --alerts) {
                    Note();
                }
            }
        }
    }
    void Note() {
        const SteadyTime now = SteadyNow();
        const std::lock_guard lock(mutex_);
        milliseconds_.push_back(std::chrono::duration<double, std::milli>(now - began_).count());
        ++arrived_;
        complete_.notify_all();
    }

    const std::uint16_t port_;
    const platform::FileDescriptor epoll_;
    std::vector<wire_test::RawSocket> sockets_;
    std::vector<Frames> frames_;
    std::mutex mutex_;
    std::condition_variable complete_;
    std::size_t arrived_ = 0;
    SteadyTime began_;
    std::vector<double> milliseconds_;
    std::atomic<bool> over_{false};
    std::thread thread_;
};

}  // namespace

int main() {
    try {
        bench::PulseWorld world(4);
        std::vector<bench::BenchTenant> tenants;
        for (std::size_t i = 0; i < kTenants; ++i) {
            tenants.push_back(world.MakeTenant("tenant-" + std::to_string(i)));
        }
        const double before = world.ResidentMebibytes();
        Clients clients(world.Port());
        const platform::Stopwatch opening;
        for (const bench::BenchTenant& tenant : tenants) {
            clients.Open(tenant, kSubscribers);
        }
        std::cout << kTenants * kSubscribers << " sockets opened in "
                  << std::chrono::duration<double>(opening.Elapsed()).count() << " s\n";
        clients.Start();
        for (int event = 0; event < kEvents; ++event) {
            const bench::BenchTenant& tenant = tenants[static_cast<std::size_t>(event) % kTenants];
            clients.Begin();
            world.Send(
                "POST", "/api/alerts/report", {{"X-API-Token", tenant.token}},
                R"({"type":"cpu","level":"warning","resourceId":"host","message":"hot","value":95,"threshold":90})");
            clients.Await(kSubscribers);
        }
        const auto times = clients.Take();
        const double p99 = Percentile(times, 0.99);
        const bool met = p99 < 50 && times.size() == kEvents * kSubscribers;
        std::cout << "memory for 2,000 sockets: " << world.ResidentMebibytes() - before << " MiB\n"
                  << "an event to 100 of 2,000 sockets, median: " << Percentile(times, 0.5) << " ms\n"
                  << "an event to 100 of 2,000 sockets, p99: " << p99 << " ms   (target < 50"
                  << (met ? ", met)" : ", MISSED)") << '\n';
        return met ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "bench_pulse_ws: " << error.what() << '\n';
        return 1;
    }
}
