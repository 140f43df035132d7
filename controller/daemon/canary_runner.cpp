#include "controller/daemon/canary_runner.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "platform/base/files.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace controller::daemon {
namespace {

using tenancy::probe::Isolation;
using tenancy::probe::IsolationSeen;

constexpr std::size_t kTriesAtOnce = 4;
constexpr std::size_t kMarkBytes = 16;
constexpr std::size_t kMostTokenBytes = 4096;

bool LooksLikeLeak(const IsolationSeen& seen) {
    return seen.is == Isolation::kRead || seen.is == Isolation::kWritten;
}

std::string NewMark() {
    return platform::HexEncode(platform::RandomBytes(kMarkBytes));
}

IsolationSeen NotTried(std::string why) {
    IsolationSeen seen;
    seen.detail = std::move(why);
    seen.evidence = "{}";
    return seen;
}

}  // namespace

CanaryRunner::CanaryRunner(std::chrono::milliseconds interval,
                           std::function<std::string(const CanaryResult&)> on_confirmed,
                           std::function<void()> on_result)
    : interval_(interval), on_confirmed_(std::move(on_confirmed)), on_result_(std::move(on_result)) {}

CanaryRunner::~CanaryRunner() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) {
        thread.join();
    }
}

void CanaryRunner::Replace(const std::vector<MonitoredTarget>& targets) {
    std::map<policy::InstanceId, Watched> watched;
    std::size_t count = 0;
    for (const MonitoredTarget& target : targets) {
        count += target.canary ? 1 : 0;
    }
    const std::lock_guard lock(mutex_);
    std::size_t nth = 0;
    for (const MonitoredTarget& target : targets) {
        if (!target.canary) {
            continue;
        }
        const auto before = watched_.find(target.instance);
        // The first tries are spread over the interval.
        const auto due = before != watched_.end() ? before->second.due
                                                  : platform::SteadyNow() + interval_ * static_cast<std::int64_t>(nth) /
                                                                                static_cast<std::int64_t>(count);
        watched.emplace(target.instance,
                        Watched{*target.canary, due, before != watched_.end() && before->second.running});
        ++nth;
    }
    watched_ = std::move(watched);
    if (!watched_.empty() && threads_.empty()) {
        for (std::size_t at = 0; at < kTriesAtOnce; ++at) {
            threads_.emplace_back([this] { Loop(); });
        }
    }
    changed_.notify_all();
}

std::vector<CanaryResult> CanaryRunner::Take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(results_, {});
}

void CanaryRunner::Loop() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const auto next = std::min_element(watched_.begin(), watched_.end(), [](const auto& one, const auto& other) {
            return std::pair(one.second.running, one.second.due) < std::pair(other.second.running, other.second.due);
        });
        if (next == watched_.end() || next->second.running) {
            changed_.wait(lock);
            continue;
        }
        const auto now = platform::SteadyNow();
        if (next->second.due > now) {
            changed_.wait_until(lock, next->second.due);
            continue;
        }
        next->second.running = true;
        next->second.due = now + interval_;
        const policy::InstanceId instance = next->first;
        const MonitoredCanary canary = next->second.canary;
        lock.unlock();
        CanaryResult result = Try(instance, canary);
        if (result.confirmed) {
            result.operation = on_confirmed_(result);
        }
        lock.lock();
        results_.push_back(std::move(result));
        if (const auto again = watched_.find(instance); again != watched_.end()) {
            again->second.running = false;
        }
        changed_.notify_all();
        lock.unlock();
        on_result_();
        lock.lock();
    }
}

CanaryResult CanaryRunner::Try(const policy::InstanceId& instance, const MonitoredCanary& canary) const {
    CanaryResult result;
    result.instance = instance;
    try {
        tenancy::probe::IsolationTarget at = canary.at;
        for (const auto& [file, token] :
             {std::pair(&canary.token_file, &at.canary), std::pair(&canary.other_token_file, &at.other_canary)}) {
            const auto text = platform::ReadFile(*file, kMostTokenBytes);
            if (!text) {
                result.seen = NotTried("a credential cannot be read: " + text.error().message);
                result.tried_at = platform::SystemNow();
                return result;
            }
            *token = platform::Trim(*text);
        }
        result.seen = tenancy::probe::TryIsolation(at, NewMark());
        if (LooksLikeLeak(result.seen)) {
            const IsolationSeen first = std::exchange(result.seen, tenancy::probe::TryIsolation(at, NewMark()));
            result.confirmed = LooksLikeLeak(result.seen);
            result.first_evidence = first.evidence;
            if (result.confirmed && first.is == Isolation::kWritten && result.seen.is == Isolation::kRead) {
                result.seen.is = first.is;  // the worse of what was seen
                result.seen.detail = first.detail + "; then " + result.seen.detail;
            }
            if (!result.confirmed) {
                result.seen.is = Isolation::kNotKnown;
                result.seen.detail = "looked like a leak once and not again: " + first.detail;
            }
        }
    } catch (const std::exception& error) {
        result.confirmed = false;
        result.seen = NotTried(std::string("could not be tried: ") + error.what());
    }
    result.tried_at = platform::SystemNow();
    return result;
}

}  // namespace controller::daemon
