#include "controller/fleet/plan/verdict.hpp"

namespace fleet {

void Verdict::Add(std::string_view instance, const Judgement& judgement) {
    ++total_;
    ++counts_.at(static_cast<std::size_t>(judgement.outcome));
    unsettled_ += judgement.settled ? 0 : 1;
    watching_ += judgement.watching ? 1 : 0;
    if (judgement.outcome == Wanted() || named_ == kMostNames) {
        return;
    }
    ++named_;
    others_.append(others_.empty() ? "" : ", ").append(instance);
    others_.append(" (").append(platform::EnumText(judgement.outcome));
    others_.append(judgement.outcome == InstanceOutcome::kApplied ? ", not verified)" : ")");
}

OperationStatus Verdict::Status(bool halted) const {
    if (unsettled_ > 0) {
        return OperationStatus::kRunning;
    }
    if (halted) {
        return OperationStatus::kHalted;
    }
    return watching_ > 0 ? OperationStatus::kWatching : OperationStatus::kDone;
}

std::string Verdict::Summary(const std::optional<std::string>& halted) const {
    const std::string state = enable_ ? "on" : "off";
    const bool flag = kind_ != OperationKind::kMultiTenant;
    if (total_ == 0) {
        return flag ? "No instance is concerned."
                    : "The fleet has no instances; those that join are to be switched " + state + ".";
    }
    const std::size_t done = Count(Wanted());
    std::string text =
        std::to_string(done) + " of " + std::to_string(total_) + (total_ == 1 ? " instance" : " instances");
    if (flag) {
        text += total_ == 1 ? " has the flag as ordered" : " have the flag as ordered";
    } else {
        text += (total_ == 1 ? " is switched " : " are switched ") + state;
    }
    text += verify_ ? " and verified." : ".";
    if (!others_.empty()) {
        text += " Not: " + others_;
        if (total_ - done > named_) {
            text += " and " + std::to_string(total_ - done - named_) + " more";
        }
        text += ".";
    }
    if (halted) {
        const std::size_t waiting = Count(InstanceOutcome::kWaiting);
        text += " Halted: " + *halted;
        if (waiting > 0) {
            text += " " + std::to_string(waiting) + (waiting == 1 ? " instance was" : " instances were") +
                    " ordered nothing" + (flag || enable_ ? "." : " and NOT killed.");
        }
    }
    return text;
}

}  // namespace fleet
