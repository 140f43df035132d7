#include "controller/fleet/plan/verdict.hpp"

namespace fleet {

void Verdict::Add(std::string_view instance, InstanceOutcome outcome) {
    ++total_;
    ++counts_.at(static_cast<std::size_t>(outcome));
    if (outcome == InstanceOutcome::kApplied || named_ == kMostNames) {
        return;
    }
    ++named_;
    others_.append(others_.empty() ? "" : ", ").append(instance);
    others_.append(" (").append(platform::EnumText(outcome)).append(")");
}

std::string Verdict::Summary() const {
    const std::string state = enable_ ? "on" : "off";
    if (total_ == 0) {
        return "The fleet has no instances; those that join are to be switched " + state + ".";
    }
    const std::size_t applied = Count(InstanceOutcome::kApplied);
    std::string text = std::to_string(applied) + " of " + std::to_string(total_) +
                       (total_ == 1 ? " instance is" : " instances are") + " switched " + state + ".";
    if (!others_.empty()) {
        text += " Not: " + others_;
        if (total_ - applied > named_) {
            text += " and " + std::to_string(total_ - applied - named_) + " more";
        }
        text += ".";
    }
    return text;
}

}  // namespace fleet
