#include "controller/app/kill_age.hpp"

#include <ctime>

#include <chrono>
#include <string>

#include "platform/base/clock.hpp"
#include "platform/base/files.hpp"
#include "platform/base/text.hpp"

namespace app {
namespace {

constexpr const char* kMachineStartFile = "/proc/sys/kernel/random/boot_id";
constexpr std::size_t kMostStartBytes = 100;

/// Empty when the machine does not say.
std::string MachineStart() {
    const auto text = platform::ReadFile(kMachineStartFile, kMostStartBytes);
    return text ? std::string(platform::Trim(*text)) : std::string();
}

/// By a clock that nobody sets.
std::chrono::milliseconds MachineAge() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    constexpr long kNanoseconds = 1'000'000;
    return std::chrono::seconds(now.tv_sec) + std::chrono::milliseconds(now.tv_nsec / kNanoseconds);
}

}  // namespace

void NoteMachine(wire::KillEntry& entry) {
    entry.machine_start = MachineStart();
    entry.machine_age = MachineAge();
}

platform::Duration AgeOf(const wire::KillEntry& entry) {
    if (!entry.machine_start.empty() && entry.machine_start == MachineStart()) {
        return MachineAge() - entry.machine_age;
    }
    return platform::SystemNow() - entry.machine_time;
}

}  // namespace app
