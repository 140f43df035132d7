#include "pulse/store/changes.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <pqxx/pqxx>

#include "platform/sql/conninfo.hpp"
#include "platform/sql/database.hpp"

namespace pulse::store {
namespace {

constexpr std::chrono::milliseconds kHeartbeatEvery{5'000};
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLastPause{3'000};
constexpr std::chrono::seconds kConnectWithin{3};
constexpr const char* kSessionSettings =
    "SET client_min_messages = warning; SET statement_timeout = 3000; SET idle_session_timeout = 0";
// Any number nobody else uses in this database.
constexpr const char* kTakeLock = "SELECT pg_try_advisory_lock(6370317)";

class IdentityReceiver : public pqxx::notification_receiver {
public:
    IdentityReceiver(pqxx::connection_base& connection, std::function<void(const std::string&)> take)
        : pqxx::notification_receiver(connection, "pulse_identity"), take_(std::move(take)) {}
    void operator()(const std::string& payload, int /*backend_pid*/) override {
        take_(payload);
    }

private:
    std::function<void(const std::string&)> take_;
};

}  // namespace

struct ChangeListener::Impl {
    Impl(std::string given_conninfo, ChangeHandlers given_handlers)
        : conninfo(std::move(given_conninfo)), handlers(std::move(given_handlers)) {
        try {
            Connect();
        } catch (const pqxx::broken_connection& error) {
            throw platform::Unavailable(error.what());
        }
        if (!TakeLock()) {
            throw DatabaseTaken(
                "another pulsed uses this database; one database belongs to one instance. Stop that one, or give this "
                "one a database of its own");
        }
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
        handlers.on_trust(false);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void Connect() {
        connection.emplace(platform::SessionConninfo(conninfo, "pulsed listener", kConnectWithin));
        pqxx::nontransaction(*connection).exec(kSessionSettings);
    }
    bool TakeLock() {
        return pqxx::nontransaction(*connection).exec1(kTakeLock)[0].as<bool>();
    }

    void Run() {
        auto pause = kFirstPause;
        while (!stopping.load()) {
            std::string problem;
            try {
                if (!connection) {
                    Connect();
                }
                if (locked || TakeLock()) {
                    locked = true;
                    Listen([&] { pause = kFirstPause; });
                } else {
                    problem = "another pulsed has taken this database";
                }
            } catch (const std::exception& error) {
                problem = error.what();
            }
            handlers.on_trust(false);
            if (stopping.load()) {
                return;
            }
            handlers.on_state(problem.empty() ? "the connection was lost" : problem);
            connection.reset();
            locked = false;
            Wait(-1, pause);
            pause = std::min(pause * 2, kLastPause);
        }
    }

    // Until the connection is lost or the end has come.
    template <typename Connected>
    void Listen(const Connected& connected) {
        const IdentityReceiver receiver(*connection, [this](const std::string& payload) { Take(payload); });
        // LISTEN has been answered: whatever is committed from here on is told.
        handlers.on_trust(true);
        handlers.on_state({});
        connected();
        while (!stopping.load()) {
            if (!Wait(connection->sock(), kHeartbeatEvery)) {
                pqxx::nontransaction(*connection).exec("SELECT 1");
            }
            connection->get_notifs();
        }
    }

    void Take(const std::string& payload) const {
        const std::string_view text = payload;
        const auto space = text.find(' ');
        handlers.on_change(text.substr(0, space), space == text.npos ? std::string_view() : text.substr(space + 1));
    }

    /// True when `descriptor` has something to read before the span is over.
    bool Wait(int descriptor, std::chrono::milliseconds span) const {
        pollfd watched[2] = {{wake, POLLIN, 0}, {descriptor, POLLIN, 0}};
        ::poll(watched, descriptor < 0 ? 1 : 2, static_cast<int>(span.count()));
        return descriptor >= 0 && watched[1].revents != 0;
    }

    const std::string conninfo;
    const ChangeHandlers handlers;
    std::optional<pqxx::connection> connection;
    bool locked = true;  // the constructor has it
    std::atomic<bool> stopping{false};
    int wake = -1;
    std::thread thread;
};

ChangeListener::ChangeListener(std::string conninfo, ChangeHandlers handlers)
    : impl_(std::make_unique<Impl>(std::move(conninfo), std::move(handlers))) {}

ChangeListener::~ChangeListener() = default;

}  // namespace pulse::store
