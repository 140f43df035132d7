// What an operation has come to on the whole: a fraction with names, never a bare tick. Pure; thread safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "controller/fleet/plan/outcome.hpp"

namespace fleet {

enum class OperationStatus : std::uint8_t {
    kRunning,   // something is about to change
    kWatching,  // nothing but watches
    kHalted,    // batches were not issued to the end
    kDone
};

class Verdict {
public:
    /// What was ordered, and whether it is to be verified.
    Verdict(OperationKind kind, bool enable, bool verify) : kind_(kind), enable_(enable), verify_(verify) {}

    void Add(std::string_view instance, const Judgement& judgement);

    std::size_t Total() const {
        return total_;
    }
    std::size_t Count(InstanceOutcome outcome) const {
        return counts_.at(static_cast<std::size_t>(outcome));
    }
    std::size_t Watching() const {
        return watching_;
    }
    OperationStatus Status(bool halted) const;
    /// Every instance is verified, or applied when it was not to be verified. Those that are not managed do not count.
    bool Complete() const {
        return Count(Wanted()) == Managed();
    }
    /// "2 of 4 instances are switched off and verified. Not: eu-3 (unreachable), eu-4 (unkillable)."
    std::string Summary(const std::optional<std::string>& halted = std::nullopt) const;

private:
    static constexpr std::size_t kMostNames = 20;

    struct Names {
        std::string text;
        std::size_t count = 0;
    };

    std::size_t Managed() const {
        return total_ - Count(InstanceOutcome::kNotManaged);
    }

    InstanceOutcome Wanted() const {
        return verify_ ? InstanceOutcome::kVerified : InstanceOutcome::kApplied;
    }

    OperationKind kind_;
    bool enable_;
    bool verify_;
    std::size_t total_ = 0;
    std::size_t unsettled_ = 0;
    std::size_t watching_ = 0;
    std::array<std::size_t, platform::EnumNames<InstanceOutcome>::kNames.size()> counts_{};
    Names others_;
    Names not_managed_;
};

}  // namespace fleet

namespace platform {

template <>
struct EnumNames<fleet::OperationStatus> {
    static constexpr std::array<EnumName<fleet::OperationStatus>, 4> kNames{{
        {fleet::OperationStatus::kRunning, "running"},
        {fleet::OperationStatus::kWatching, "watching"},
        {fleet::OperationStatus::kHalted, "halted"},
        {fleet::OperationStatus::kDone, "done"},
    }};
};

}  // namespace platform
