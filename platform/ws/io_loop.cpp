#include "platform/ws/io_loop.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <exception>
#include <string>
#include <utility>

#include "platform/base/clock.hpp"
#include "platform/ws/session.hpp"

namespace platform {

IoLoop::IoLoop(std::function<void(std::string_view)> on_error)
    : on_error_(std::move(on_error)), thread_([this] { Run(); }) {}

IoLoop::~IoLoop() {
    Stop();
}

bool IoLoop::Post(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    if (ended_) {
        return false;
    }
    boost::asio::post(context_, std::move(task));
    return true;
}

void IoLoop::Stop() {
    const bool posted = Post([this] {
        stopping_ = true;
        timer_.cancel();
        for (const auto& session : sessions_) {
            session->Cut();
        }
    });
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    if (posted) {
        // The context runs until the last operation of the last session has come to its end.
        work_.reset();
    }
    if (thread_.joinable()) {
        thread_.join();
    }
}

void IoLoop::Run() {
    for (;;) {
        try {
            context_.run();
            return;
        } catch (const std::exception& error) {
            Report(std::string("serving WebSockets: ") + error.what());
        }
    }
}

void IoLoop::Add(const std::shared_ptr<Session>& session) {
    sessions_.insert(session);
    if (stopping_) {
        session->Cut();
        return;
    }
    if (session->SweepPeriod() < period_ && timer_armed_) {
        timer_.cancel();  // armed again with the shorter period
        timer_armed_ = false;
    }
    period_ = std::min(period_, session->SweepPeriod());
    ArmTimer();
}

void IoLoop::Remove(const std::shared_ptr<Session>& session) {
    sessions_.erase(session);
}

void IoLoop::ArmTimer() {
    if (timer_armed_ || stopping_ || sessions_.empty()) {
        return;  // a loop at rest does not wake up
    }
    timer_armed_ = true;
    timer_.expires_after(period_);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            timer_armed_ = false;
            Sweep();
            ArmTimer();
        }
    });
}

void IoLoop::Sweep() {
    const SteadyTime now = SteadyNow();
    for (const auto& session : sessions_) {
        session->OnTick(now);  // runs no handler, so `sessions_` stays as it is
    }
}

void IoLoop::Report(std::string_view text) noexcept {
    try {
        if (on_error_) {
            on_error_(text);
        }
    } catch (...) {  // a log that fails must not take a connection with it
    }
}

}  // namespace platform
