#include "controller/store/fleet_listener.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include <pqxx/pqxx>

#include "platform/sql/conninfo.hpp"

namespace store {
namespace {

constexpr std::chrono::milliseconds kAskAfter{5'000};
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kMostPause{3'000};
constexpr std::chrono::seconds kConnectPatience{3};
constexpr const char* kFleetSession =
    "SET client_min_messages = warning; SET statement_timeout = 3000; SET idle_session_timeout = 0";

FleetNews NewsOf(const std::string& payload) {
    if (payload == "orders") {
        return FleetNews::kOrders;
    }
    if (payload == "steps") {
        return FleetNews::kSteps;
    }
    return payload == "credentials" ? FleetNews::kCredentials : FleetNews::kAnything;
}

class NewsReceiver : public pqxx::notification_receiver {
public:
    NewsReceiver(pqxx::connection_base& connection, const std::function<void(FleetNews)>& take)
        : pqxx::notification_receiver(connection, "portcullis_fleet"), take_(take) {}
    void operator()(const std::string& payload, int /*backend_pid*/) override {
        take_(NewsOf(payload));
    }

private:
    const std::function<void(FleetNews)>& take_;
};

}  // namespace

struct FleetListener::Impl {
    explicit Impl(FleetListenerOptions given) : options(std::move(given)) {
        wake = ::eventfd(0, EFD_CLOEXEC);
        if (wake < 0) {
            throw std::system_error(errno, std::generic_category(), "eventfd");
        }
        thread = std::thread([this] { Run(); });
    }
    ~Impl() {
        stopping.store(true);
        const std::uint64_t one = 1;
        // An eventfd takes eight bytes at once, or the counter is full and the thread is awake anyway.
        [[maybe_unused]] const auto written = ::write(wake, &one, sizeof one);
        thread.join();
        ::close(wake);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void Run() {
        auto pause = kFirstPause;
        while (!stopping.load()) {
            try {
                Listen(pause);
            } catch (const std::exception& error) {
                options.on_state(error.what());
            }
            Wait(-1, pause);
            pause = std::min(pause * 2, kMostPause);
        }
    }

    // Until the connection is lost or the end has come.
    void Listen(std::chrono::milliseconds& pause) {
        pqxx::connection connection(platform::SessionConninfo(options.conninfo, "portcullisd fleet", kConnectPatience));
        pqxx::nontransaction(connection).exec(kFleetSession);
        const NewsReceiver receiver(connection, options.on_news);
        // LISTEN has been answered: whatever is committed from here on is told.
        options.on_state({});
        options.on_news(FleetNews::kAnything);
        pause = kFirstPause;
        while (!stopping.load()) {
            if (!Wait(connection.sock(), kAskAfter) && !stopping.load()) {
                pqxx::nontransaction(connection).exec("SELECT 1");
            }
            connection.get_notifs();
        }
    }

    // True when `descriptor` has something to read before the span is over.
    bool Wait(int descriptor, std::chrono::milliseconds span) const {
        pollfd watched[2] = {{wake, POLLIN, 0}, {descriptor, POLLIN, 0}};
        ::poll(watched, descriptor < 0 ? 1 : 2, static_cast<int>(span.count()));
        return descriptor >= 0 && watched[1].revents != 0;
    }

    const FleetListenerOptions options;
    int wake = -1;
    std::atomic<bool> stopping{false};
    std::thread thread;
};

FleetListener::FleetListener(FleetListenerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

FleetListener::~FleetListener() = default;

}  // namespace store
