#include "pulse/app/login_guard.hpp"

#include <algorithm>

namespace pulse::app {
namespace {

constexpr std::size_t kMostPairs = 10'000;

}  // namespace

std::string LoginGuard::KeyOf(std::string_view username, std::string_view peer) {
    return std::string(peer) + "\n" + std::string(username.substr(0, 256));
}

std::optional<std::chrono::seconds> LoginGuard::LockedFor(std::string_view username, std::string_view peer,
                                                          platform::SteadyTime now) {
    const std::lock_guard lock(mutex_);
    const auto found = failures_.find(KeyOf(username, peer));
    if (found == failures_.end() || found->second.count < kMostFailures) {
        return std::nullopt;
    }
    const auto left = std::chrono::ceil<std::chrono::seconds>(found->second.last + kLockedFor - now);
    if (left.count() <= 0) {
        failures_.erase(found);
        return std::nullopt;
    }
    return left;
}

int LoginGuard::RecordFailure(std::string_view username, std::string_view peer, platform::SteadyTime now) {
    const std::lock_guard lock(mutex_);
    if (failures_.size() >= kMostPairs) {
        std::erase_if(failures_, [&](const auto& entry) { return entry.second.last + kLockedFor <= now; });
    }
    if (failures_.size() >= kMostPairs) {
        failures_.clear();
    }
    Failures& failures = failures_[KeyOf(username, peer)];
    if (failures.last + kLockedFor <= now) {
        failures.count = 0;
    }
    ++failures.count;
    failures.last = now;
    return std::max(0, kMostFailures - failures.count);
}

void LoginGuard::RecordSuccess(std::string_view username, std::string_view peer) {
    const std::lock_guard lock(mutex_);
    failures_.erase(KeyOf(username, peer));
}

}  // namespace pulse::app
