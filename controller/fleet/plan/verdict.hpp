// What an operation has come to on the whole: a fraction with names, never a bare tick. Pure; thread safe.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "controller/fleet/plan/outcome.hpp"

namespace fleet {

class Verdict {
public:
    explicit Verdict(bool enable) : enable_(enable) {}

    void Add(std::string_view instance, InstanceOutcome outcome);

    std::size_t Total() const {
        return total_;
    }
    std::size_t Count(InstanceOutcome outcome) const {
        return counts_.at(static_cast<std::size_t>(outcome));
    }
    /// Nothing is about to change by itself.
    bool Finished() const {
        return Count(InstanceOutcome::kPending) == 0;
    }
    /// Every instance applied it.
    bool Complete() const {
        return Count(InstanceOutcome::kApplied) == total_;
    }
    /// "2 of 4 instances are switched off. Not: eu-3 (unreachable), eu-4 (unkillable)."
    std::string Summary() const;

private:
    static constexpr std::size_t kMostNames = 20;

    bool enable_;
    std::size_t total_ = 0;
    std::array<std::size_t, platform::EnumNames<InstanceOutcome>::kNames.size()> counts_{};
    std::size_t named_ = 0;
    std::string others_;
};

}  // namespace fleet
