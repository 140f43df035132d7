#include "controller/daemon/database_start.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "controller/store/database.hpp"
#include "platform/log/log.hpp"
#include "platform/log/tags.hpp"

namespace controller::daemon {
namespace {

using platform::Level;

constexpr std::chrono::milliseconds kFirstPause{500};
constexpr std::chrono::milliseconds kLongestPause{10'000};

}  // namespace

DatabaseStart::DatabaseStart(std::function<void()> prepare) : prepare_(std::move(prepare)) {
    try {
        prepare_();
        prepared_->store(true);
    } catch (const store::Unavailable& away) {
        platform::Log(Level::kWarning, "database.away",
                      {{platform::tags::kError, std::string_view(away.what())},
                       {"hint", "not ready; kills are taken from those who are remembered, and it is tried again"}});
    }
}

DatabaseStart::~DatabaseStart() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void DatabaseStart::KeepTrying(std::function<void()> on_failure) {
    if (!IsPrepared()) {
        on_failure_ = std::move(on_failure);
        thread_ = std::thread([this] { Run(); });
    }
}

std::exception_ptr DatabaseStart::Failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

void DatabaseStart::Run() {
    auto pause = kFirstPause;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            if (changed_.wait_for(lock, pause, [this] { return stopping_; })) {
                return;
            }
        }
        if (Attempt()) {
            return;
        }
        pause = std::min(pause * 2, kLongestPause);
    }
}

/// True when there is nothing more to try.
bool DatabaseStart::Attempt() {
    static platform::LogLimiter limiter(std::chrono::seconds(30));
    try {
        prepare_();
        prepared_->store(true);
        platform::Log(Level::kInfo, "database.prepared", {});
        return true;
    } catch (const store::Unavailable& away) {
        platform::LogLimited(limiter, Level::kWarning, "database.away",
                             {{platform::tags::kError, std::string_view(away.what())}});
        return false;
    } catch (const std::exception& error) {
        platform::Log(Level::kError, "database.unusable", {{platform::tags::kError, std::string_view(error.what())}});
        const std::lock_guard lock(mutex_);
        failure_ = std::current_exception();
    }
    on_failure_();
    return true;
}

}  // namespace controller::daemon
