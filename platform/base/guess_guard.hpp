// Slows down who guesses passwords: after five wrong ones for a name from one address, that address cannot log in as
// that name for a quarter of an hour. The pair counts, so that guessing elsewhere locks nobody out of their account.
//
// In memory; forgotten at a restart. Thread safe. The time is a parameter.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "platform/base/clock.hpp"

namespace platform {

class GuessGuard {
public:
    static constexpr int kMostFailures = 5;
    static constexpr std::chrono::minutes kLockedFor{15};

    /// How long this pair is locked still; nothing when it is not.
    std::optional<std::chrono::seconds> LockedFor(std::string_view username, std::string_view peer, SteadyTime now);
    /// Attempts that are left.
    int RecordFailure(std::string_view username, std::string_view peer, SteadyTime now);
    void RecordSuccess(std::string_view username, std::string_view peer);

private:
    struct Failures {
        int count = 0;
        SteadyTime last{};
    };

    static std::string KeyOf(std::string_view username, std::string_view peer);

    std::mutex mutex_;
    std::unordered_map<std::string, Failures> failures_;
};

}  // namespace platform
