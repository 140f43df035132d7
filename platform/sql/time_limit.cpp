#include "platform/sql/time_limit.hpp"

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_set>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/base/clock.hpp"

namespace platform {
namespace {

constexpr std::chrono::milliseconds kLookEvery{100};
/// So many looks in a row with nothing to watch, and the thread sleeps until it is called.
constexpr int kIdleLooks = 20;

std::int64_t Nanoseconds(SteadyTime time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

}  // namespace

/// The one thread and whom it watches.
class SocketWatch {
public:
    static SocketWatch& OfProcess() {
        static SocketWatch watch;
        return watch;
    }

    void Add(WatchedSocket* socket) {
        const std::lock_guard lock(mutex_);
        sockets_.insert(socket);
        if (!thread_.joinable()) {
            thread_ = std::thread([this] { Run(); });
        }
    }
    void Remove(WatchedSocket* socket) {
        const std::lock_guard lock(mutex_);
        sockets_.erase(socket);
    }
    /// After a deadline was written: either the thread sees it before it waits, or this sees that it waits.
    void Call() {
        if (waits_.load()) {
            const std::lock_guard lock(mutex_);
            waits_.store(false);
            changed_.notify_all();
        }
    }

private:
    SocketWatch() = default;
    ~SocketWatch() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
        if (thread_.joinable()) {
            thread_.join();
        }
    }

    void Run() {
        std::unique_lock lock(mutex_);
        int idle = 0;
        while (!stopping_) {
            idle = Look() ? 0 : idle + 1;
            if (idle < kIdleLooks) {
                changed_.wait_for(lock, kLookEvery, [this] { return stopping_; });
                continue;
            }
            waits_.store(true);
            if (!Look()) {
                changed_.wait(lock, [this] { return stopping_ || !waits_.load(); });
            }
            waits_.store(false);
            idle = 0;
        }
    }

    /// Ends what took too long; true when anything is waited for. Under the mutex.
    bool Look() {
        const std::int64_t now = Nanoseconds(SteadyNow());
        bool any = false;
        for (WatchedSocket* socket : sockets_) {
            std::int64_t deadline = socket->deadline_.load();
            any = any || deadline != 0;
            // Who takes the deadline away decides: the answer in End, or the end of the wait here.
            if (deadline != 0 && deadline <= now && socket->deadline_.compare_exchange_strong(deadline, 0)) {
                socket->cut_.store(true);
                ::shutdown(socket->duplicate_, SHUT_RDWR);
            }
        }
        return any;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::unordered_set<WatchedSocket*> sockets_;
    std::atomic<bool> waits_{false};
    bool stopping_ = false;
    std::thread thread_;
};

WatchedSocket::WatchedSocket(int socket) : duplicate_(::fcntl(socket, F_DUPFD_CLOEXEC, 0)) {
    if (duplicate_ < 0) {
        throw std::system_error(errno, std::generic_category(), "watching the connection to the database");
    }
    SocketWatch::OfProcess().Add(this);
}

WatchedSocket::~WatchedSocket() {
    SocketWatch::OfProcess().Remove(this);
    ::close(duplicate_);
}

bool WatchedSocket::Begin(std::chrono::milliseconds span) {
    std::int64_t none = 0;
    if (!deadline_.compare_exchange_strong(none, Nanoseconds(SteadyNow() + span))) {
        return false;
    }
    SocketWatch::OfProcess().Call();
    return true;
}

void WatchedSocket::End() {
    deadline_.store(0);
}

}  // namespace platform
