// What the agent was about when it ended, so that it goes on at its next start: which order, how the process was then,
// whether it was done. One file, written whole. Errors are values, with messages for people. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/base/expected.hpp"

namespace pulse::agent {

struct Progress {
    std::int64_t generation = 0;  // of the order; 0: the operator's on this machine
    std::string operation;
    bool enabled = false;  // as it is to be
    bool begun_by_hand = false;
    std::string boot_before;  // of the process that ran when it was begun; empty: none did
    bool done = false;
    std::int64_t applied_generation = 0;  // of the last order that was done
    std::optional<bool> environment_on;   // what the environment said before anybody ordered anything

    bool IsNew() const {
        return generation == 0 && !begun_by_hand;
    }
    friend bool operator==(const Progress&, const Progress&) = default;
};

/// Nothing when there is none; a file that cannot be read is as good as none, for the process tells what is done.
std::optional<Progress> ReadProgress(const std::string& folder);
platform::Expected<void, std::string> WriteProgress(const std::string& folder, const Progress& progress);

}  // namespace pulse::agent
