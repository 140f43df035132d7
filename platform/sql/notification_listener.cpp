#include "platform/sql/notification_listener.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <pqxx/pqxx>

#include "platform/sql/conninfo.hpp"
#include "platform/sql/database.hpp"
#include "platform/sql/time_limit.hpp"

namespace platform {
namespace {

constexpr std::chrono::milliseconds kHeartbeat{5'000};
constexpr std::chrono::milliseconds kShortestPause{100};
constexpr std::chrono::milliseconds kLongestPause{3'000};
constexpr std::chrono::seconds kConnectTimeout{3};
constexpr std::chrono::milliseconds kAnswerPatience{5'000};
constexpr const char* kSessionSettings =
    "SET client_min_messages = warning; SET statement_timeout = 3000; SET idle_session_timeout = 0";

class Receiver : public pqxx::notification_receiver {
public:
    Receiver(pqxx::connection_base& connection, const std::string& channel,
             const std::function<void(std::string_view)>& take)
        : pqxx::notification_receiver(connection, channel), take_(take) {}
    void operator()(const std::string& payload, int /*backend_pid*/) override {
        take_(payload);
    }

private:
    const std::function<void(std::string_view)>& take_;
};

}  // namespace

struct NotificationListener::Impl {
    Impl(NotificationOptions given_options, NotificationHandlers given_handlers)
        : options(std::move(given_options)), handlers(std::move(given_handlers)) {
        if (options.session_lock) {
            try {
                Connect();
            } catch (const pqxx::failure& error) {
                throw Unavailable(std::string("connecting to the database: ") + error.what());
            }
            if (!TakeLock()) {
                throw SessionLockTaken("another program holds the lock " + std::to_string(*options.session_lock) +
                                       " of this database");
            }
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
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    // LISTEN, and UNLISTEN at the end: each is a statement.
    class Listening {
    public:
        explicit Listening(Impl& impl) : impl_(impl) {
            const TimeLimit limit(*impl_.socket, kAnswerPatience);
            receiver_.emplace(*impl_.connection, impl_.options.channel, impl_.handlers.on_payload);
        }
        ~Listening() {
            const TimeLimit limit(*impl_.socket, kAnswerPatience);
            receiver_.reset();
        }
        Listening(const Listening&) = delete;
        Listening& operator=(const Listening&) = delete;

    private:
        Impl& impl_;
        std::optional<Receiver> receiver_;
    };

    void Connect() {
        connection.emplace(SessionConninfo(options.conninfo, options.application_name, kConnectTimeout));
        socket.emplace(connection->sock());
        const TimeLimit limit(*socket, kAnswerPatience);
        pqxx::nontransaction(*connection).exec(kSessionSettings);
    }
    bool TakeLock() {
        if (!options.session_lock) {
            return true;
        }
        const TimeLimit limit(*socket, kAnswerPatience);
        locked = locked || pqxx::nontransaction(*connection)
                               .exec1("SELECT pg_try_advisory_lock(" + std::to_string(*options.session_lock) + ")")[0]
                               .as<bool>();
        return locked;
    }

    void Run() {
        auto pause = kShortestPause;
        while (!stopping.load()) {
            std::string problem = "the connection was lost";
            try {
                if (!connection) {
                    Connect();
                }
                if (TakeLock()) {
                    Listen([&] { pause = kShortestPause; });
                } else {
                    problem = "another program holds the lock of this database";
                }
            } catch (const std::exception& error) {
                problem = error.what();
            }
            handlers.on_hearing(Hearing::kLost);  // first of all
            socket.reset();
            connection.reset();
            locked = false;
            if (stopping.load()) {
                return;
            }
            Report(problem);
            Wait(-1, pause);
            pause = std::min(pause * 2, kLongestPause);
        }
        handlers.on_hearing(Hearing::kLost);
    }

    // Until the connection is lost or the end has come.
    template <typename Connected>
    void Listen(const Connected& connected) {
        const Listening listening(*this);
        // LISTEN has been answered: whatever is committed from here on is told.
        handlers.on_hearing(Hearing::kFresh);
        Report({});
        connected();
        while (!stopping.load()) {
            const bool told = Wait(connection->sock(), kHeartbeat);
            if (stopping.load()) {
                return;
            }
            if (!told) {
                // A server that hangs does not answer.
                handlers.on_hearing(Hearing::kDoubtful);
                const TimeLimit limit(*socket, kAnswerPatience);
                pqxx::nontransaction(*connection).exec("SELECT 1");
            }
            connection->get_notifs();
            if (!told) {
                handlers.on_hearing(Hearing::kConfirmed);
            }
        }
    }

    // True when `descriptor` has something to read before the span is over.
    bool Wait(int descriptor, std::chrono::milliseconds span) const {
        pollfd watched[2] = {{wake, POLLIN, 0}, {descriptor, POLLIN, 0}};
        ::poll(watched, descriptor < 0 ? 1 : 2, static_cast<int>(span.count()));
        return descriptor >= 0 && watched[1].revents != 0;
    }

    void Report(std::string_view problem) const {
        if (handlers.on_state) {
            handlers.on_state(problem);
        }
    }

    const NotificationOptions options;
    const NotificationHandlers handlers;
    std::optional<pqxx::connection> connection;
    std::optional<WatchedSocket> socket;  // its
    bool locked = false;
    int wake = -1;
    std::atomic<bool> stopping{false};
    std::thread thread;
};

NotificationListener::NotificationListener(NotificationOptions options, NotificationHandlers handlers)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handlers))) {}

NotificationListener::~NotificationListener() = default;

}  // namespace platform
