#include "controller/fleet/plan/drill.hpp"

namespace fleet {
namespace {

constexpr std::string_view kVerified = "verified";
constexpr std::string_view kSuperseded = "superseded";
constexpr std::string_view kPending = "pending";
constexpr std::string_view kApplied = "applied";
constexpr std::size_t kMostDrillNames = 20;

/// A newer order took over: nothing is known against the instance.
bool IsOvertaken(const DrillPhaseFacts& phase) {
    return phase.outcome == kSuperseded;
}

/// It was not given the time to answer, or to be verified.
bool WasCutShort(const DrillPhaseFacts& phase) {
    return phase.outcome == kPending || phase.outcome == kApplied;
}

std::string PhaseComplaint(const DrillPhaseFacts& phase, std::string_view direction) {
    if (phase.outcome == kVerified) {
        return {};
    }
    std::string text(direction);
    text.append(phase.outcome == kPending ? "not answered" : phase.outcome);
    return phase.why.empty() ? text : text.append(": ").append(phase.why);
}

/// What speaks against the instance; empty when nothing does.
std::string PartComplaint(const DrillPartFacts& part, bool stopped) {
    if (!IsOvertaken(part.kill) && !(stopped && WasCutShort(part.kill))) {
        if (std::string complaint = PhaseComplaint(part.kill, "switching off "); !complaint.empty()) {
            return complaint;
        }
    }
    if (!part.restore) {
        return {};
    }
    if (!IsOvertaken(*part.restore)) {
        if (std::string complaint = PhaseComplaint(*part.restore, "switching back on "); !complaint.empty()) {
            return complaint;
        }
    }
    if (part.kill.records && part.records_before && *part.kill.records < *part.records_before) {
        return "records of tenants were lost when it was switched off";
    }
    if (part.kill.records && part.restore->records && *part.restore->records < *part.kill.records) {
        return "records of tenants were lost until it was switched back on";
    }
    return {};
}

bool ShowsThatDataStayed(const DrillPartFacts& part) {
    return part.records_before && part.kill.records && part.restore && part.restore->records;
}

class Names {
public:
    void Add(const std::string& instance, const std::string& what) {
        if (++count_ <= kMostDrillNames) {
            text_.append(text_.empty() ? "" : "; ").append(instance);
            text_.append(what.empty() ? "" : " (" + what + ")");
        }
    }
    bool Empty() const {
        return count_ == 0;
    }
    std::string Text() const {
        return count_ <= kMostDrillNames ? text_
                                         : text_ + "; and " + std::to_string(count_ - kMostDrillNames) + " more";
    }

private:
    std::size_t count_ = 0;
    std::string text_;
};

std::string CountOf(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " instance" : " instances");
}

}  // namespace

DrillVerdict JudgeDrill(const std::vector<DrillPartFacts>& parts, const std::string& abort) {
    Names wrong;
    Names unshown;
    Names off;
    bool overtaken = !abort.empty();
    for (const DrillPartFacts& part : parts) {
        if (const std::string complaint = PartComplaint(part, !abort.empty()); !complaint.empty()) {
            wrong.Add(part.instance, complaint);
        } else if (part.restore && !ShowsThatDataStayed(part)) {
            unshown.Add(part.instance, "");
        }
        if (!part.restore) {
            off.Add(part.instance, "");
        }
        overtaken = overtaken || IsOvertaken(part.kill) || !part.restore || IsOvertaken(*part.restore);
    }
    const std::string stays = off.Empty() ? "" : " Not switched back on by this drill: " + off.Text() + ".";
    const std::string why = abort.empty() ? "" : " Stopped: " + abort;
    if (!wrong.Empty()) {
        return {DrillOutcome::kFailed, "Failed on " + wrong.Text() + "." + why + stays};
    }
    if (overtaken || parts.empty()) {
        return {DrillOutcome::kAborted,
                "It shows nothing: " + (abort.empty() ? std::string("newer orders overtook it.") : abort) + stays};
    }
    if (!unshown.Empty()) {
        return {DrillOutcome::kFailed, "Whether the tenants' data was kept was not shown on " + unshown.Text() + "."};
    }
    return {DrillOutcome::kPassed, CountOf(parts.size()) + (parts.size() == 1 ? " was" : " were") +
                                       " switched off and back on, verified both times, and no data was lost."};
}

}  // namespace fleet
