// A thread with its sockets and one timer that looks after all of them.
//
// Internal to platform/ws. Each session belongs to one loop for life, so its state needs no lock. One timer goes
// through the sessions instead of one timer a session: with thousands of connections that costs less than re-arming.
//
// Thread safety: Post from any thread; Stop by the owner, not by a callback; the rest on the loop's thread.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <unordered_set>

namespace platform {

class Session;

class IoLoop {
public:
    explicit IoLoop(std::function<void(std::string_view)> on_error);
    ~IoLoop();
    IoLoop(const IoLoop&) = delete;
    IoLoop& operator=(const IoLoop&) = delete;

    /// False, with the task dropped, when the loop has ended.
    bool Post(std::function<void()> task);
    /// Cuts off every session, waits until the last callback has returned, joins.
    void Stop();

    boost::asio::io_context& Context() {
        return context_;
    }
    void Add(const std::shared_ptr<Session>& session);
    void Remove(const std::shared_ptr<Session>& session);
    void Report(std::string_view text) noexcept;

private:
    void Run();
    void ArmTimer();
    void Sweep();

    std::function<void(std::string_view)> on_error_;
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
    boost::asio::steady_timer timer_{context_};
    std::unordered_set<std::shared_ptr<Session>> sessions_;
    std::chrono::milliseconds period_{500};
    bool timer_armed_ = false;
    bool stopping_ = false;

    std::mutex mutex_;
    bool ended_ = false;  // guarded by `mutex_`: nothing is posted any more
    std::thread thread_;  // last: it uses the others
};

}  // namespace platform
