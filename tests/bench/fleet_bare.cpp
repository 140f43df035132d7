#include "tests/bench/fleet_bare.hpp"

#include <poll.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include "platform/httpd/server.hpp"
#include "platform/ws/client.hpp"
#include "platform/ws/server.hpp"
#include "platform/ws/upgrade.hpp"
#include "tests/bench/fleet_load.hpp"

namespace bench {
namespace {

constexpr std::chrono::seconds kBarePatience{60};

}  // namespace

std::vector<double> MeasureBareBroadcast(std::size_t sockets, std::size_t rounds) {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<double> times;
    platform::SteadyTime began;
    platform::WsServer server({.max_connections = 2 * sockets}, {});
    platform::HttpServer http({.threads = 1}, [&](const platform::HttpRequest& request) {
        return platform::CheckUpgrade(request) ? platform::HttpResponse{.status = 400} : server.Accept({}).value();
    });
    server.Start();
    http.Start();
    const auto thread = std::make_shared<platform::WsThread>();
    std::vector<platform::WsClient> clients;
    for (std::size_t i = 0; i < sockets; ++i) {
        platform::WsClientOptions options;
        options.url = "ws://127.0.0.1:" + std::to_string(http.Port()) + "/";
        options.thread = thread;
        options.on_message = [&](std::string_view) {
            const auto now = platform::SteadyNow();
            const std::lock_guard lock(mutex);
            times.push_back(MillisecondsBetween(began, now));
            if (times.size() % sockets == 0) {
                changed.notify_all();
            }
        };
        auto client = platform::WsClient::Connect(std::move(options));
        if (!client) {
            throw std::runtime_error(client.error().message);
        }
        clients.push_back(std::move(*client));
    }
    const platform::Deadline opening(kBarePatience);
    while (server.Counters().opened < sockets && !opening.Passed()) {
        ::poll(nullptr, 0, 2);
    }
    const auto message = std::make_shared<const std::string>(400, 'b');
    const auto connections = server.Connections();
    for (std::size_t round = 1; round <= rounds; ++round) {
        std::unique_lock lock(mutex);
        began = platform::SteadyNow();
        lock.unlock();
        server.Broadcast(connections, message);
        lock.lock();
        if (!changed.wait_for(lock, kBarePatience, [&] { return times.size() == round * sockets; })) {
            throw std::runtime_error("a broadcast did not reach every socket");
        }
    }
    clients.clear();
    http.Drain(std::chrono::seconds(2));
    server.Drain(std::chrono::seconds(2));
    return times;
}

}  // namespace bench
