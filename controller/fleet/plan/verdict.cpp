#include "controller/fleet/plan/verdict.hpp"

namespace fleet {
namespace {

std::string ListText(std::string_view heading, const std::string& names, std::size_t more) {
    if (names.empty()) {
        return {};
    }
    std::string text(heading);
    text += names;
    if (more > 0) {
        text += " and " + std::to_string(more) + " more";
    }
    return text + ".";
}

}  // namespace

void Verdict::Add(std::string_view instance, const Judgement& judgement) {
    ++total_;
    ++counts_.at(static_cast<std::size_t>(judgement.outcome));
    unsettled_ += judgement.settled ? 0 : 1;
    watching_ += judgement.watching ? 1 : 0;
    const bool managed = judgement.outcome != InstanceOutcome::kNotManaged;
    Names& names = managed ? others_ : not_managed_;
    if (judgement.outcome == Wanted() || names.count == kMostNames) {
        return;
    }
    ++names.count;
    names.text.append(names.text.empty() ? "" : ", ").append(instance);
    if (managed) {
        names.text.append(" (").append(platform::EnumText(judgement.outcome));
        names.text.append(judgement.outcome == InstanceOutcome::kApplied ? ", not verified)" : ")");
    }
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
    const std::size_t managed = Managed();
    const std::string unmanaged =
        ListText(" Not managed, by its own word an unmodified Pulse without flags: ", not_managed_.text,
                 total_ - managed - not_managed_.count);
    if (managed == 0) {
        return "No instance that has flags is concerned." + unmanaged;
    }
    std::string text =
        std::to_string(done) + " of " + std::to_string(managed) + (managed == 1 ? " instance" : " instances");
    if (flag) {
        text += managed == 1 ? " has the flag as ordered" : " have the flag as ordered";
    } else {
        text += (managed == 1 ? " is switched " : " are switched ") + state;
    }
    text += verify_ ? " and verified." : ".";
    text += ListText(" Not: ", others_.text, managed - done - others_.count);
    text += unmanaged;
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
