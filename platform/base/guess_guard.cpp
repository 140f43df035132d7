#include "platform/base/guess_guard.hpp"

#include <algorithm>

namespace platform {
namespace {

constexpr std::size_t kMostPairs = 10'000;

}  // namespace

std::string GuessGuard::KeyOf(std::string_view username, std::string_view peer) {
    return std::string(peer) + "\n" + std::string(username.substr(0, 256));
}

std::optional<std::chrono::seconds> GuessGuard::LockedFor(std::string_view username, std::string_view peer,
                                                          SteadyTime now) {
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

int GuessGuard::RecordFailure(std::string_view username, std::string_view peer, SteadyTime now) {
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

void GuessGuard::RecordSuccess(std::string_view username, std::string_view peer) {
    const std::lock_guard lock(mutex_);
    failures_.erase(KeyOf(username, peer));
}

}  // namespace platform
