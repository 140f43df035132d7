#include "tenancy/store/directory_listener.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <pqxx/pqxx>

#include "platform/sql/conninfo.hpp"

namespace tenancy::store {
namespace {

constexpr std::chrono::milliseconds kHeartbeat{5'000};
constexpr std::chrono::milliseconds kShortestPause{100};
constexpr std::chrono::milliseconds kLongestPause{3'000};
constexpr std::chrono::seconds kConnectTimeout{3};
constexpr const char* kListenerSettings =
    "SET client_min_messages = warning; SET statement_timeout = 3000; SET idle_session_timeout = 0";

class ChangeReceiver : public pqxx::notification_receiver {
public:
    ChangeReceiver(pqxx::connection_base& connection, std::function<void(const std::string&)> take)
        : pqxx::notification_receiver(connection, "tenancy"), take_(std::move(take)) {}
    void operator()(const std::string& payload, int /*backend_pid*/) override {
        take_(payload);
    }

private:
    std::function<void(const std::string&)> take_;
};

}  // namespace

struct DirectoryListener::Impl {
    Impl(DirectoryCache& cache_to_keep, ListenerOptions given) : cache(cache_to_keep), options(std::move(given)) {
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
        auto pause = kShortestPause;
        while (!stopping.load()) {
            std::string problem;
            try {
                Listen([&] { pause = kShortestPause; });
            } catch (const std::exception& error) {
                problem = error.what();
            }
            cache.SetTrust(Trust::kNo);  // first of all
            if (!problem.empty()) {
                Report(problem);
            }
            Wait(-1, pause);
            pause = std::min(pause * 2, kLongestPause);
        }
    }

    // Until the connection is lost or the end has come.
    template <typename Connected>
    void Listen(const Connected& connected) {
        pqxx::connection connection(
            platform::SessionConninfo(options.conninfo, options.application_name, kConnectTimeout));
        pqxx::nontransaction(connection).exec(kListenerSettings);
        const ChangeReceiver receiver(connection, [this](const std::string& payload) { Take(payload); });
        // LISTEN has been answered: whatever is committed from here on is told.
        cache.SetTrust(Trust::kYes);
        Tell(std::nullopt);
        Report({});
        connected();
        while (!stopping.load()) {
            const bool told = Wait(connection.sock(), kHeartbeat);
            if (stopping.load()) {
                return;
            }
            if (!told) {
                // A server that hangs does not answer: until it does, nothing in memory counts.
                cache.Doubt();
                pqxx::nontransaction(connection).exec("SELECT 1");
            }
            connection.get_notifs();
            if (!told) {
                cache.Confirm();
            }
        }
    }

    void Take(const std::string& payload) {
        if (const auto org = OrgId::Parse(payload)) {
            cache.Forget(*org);
            Tell(org);
        } else {
            cache.ForgetAll();
            Tell(std::nullopt);
        }
    }

    // True when `descriptor` has something to read before the span is over.
    bool Wait(int descriptor, std::chrono::milliseconds span) const {
        pollfd watched[2] = {{wake, POLLIN, 0}, {descriptor, POLLIN, 0}};
        ::poll(watched, descriptor < 0 ? 1 : 2, static_cast<int>(span.count()));
        return descriptor >= 0 && watched[1].revents != 0;
    }

    void Tell(const std::optional<OrgId>& org) const {
        if (options.on_change) {
            options.on_change(org);
        }
    }
    void Report(std::string_view problem) const {
        if (options.on_state) {
            options.on_state(problem);
        }
    }

    DirectoryCache& cache;
    const ListenerOptions options;
    int wake = -1;
    std::atomic<bool> stopping{false};
    std::thread thread;
};

DirectoryListener::DirectoryListener(DirectoryCache& cache, ListenerOptions options)
    : impl_(std::make_unique<Impl>(cache, std::move(options))) {}

DirectoryListener::~DirectoryListener() = default;

}  // namespace tenancy::store
