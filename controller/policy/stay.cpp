#include "controller/policy/stay.hpp"

#include <algorithm>

namespace policy {

Duration RequiredStay(Channel channel, const std::optional<PlanFacts>& plan) {
    switch (channel) {
        case Channel::kDev:
        case Channel::kStable:
            return Duration::zero();
        case Channel::kExperimental:
            // CHN-3: the plan's duration is that of the experimental exposure; it lengthens, it never shortens.
            return plan && plan->minimum_stay ? std::max(kMinimumExperimentalStay, *plan->minimum_stay)
                                              : kMinimumExperimentalStay;
        case Channel::kCandidate:
            return kMinimumCandidateStay;
    }
    return Duration::zero();
}

bool IsDisqualifying(Severity severity, Channel channel) {
    switch (channel) {
        case Channel::kExperimental:
            return severity <= Severity::kSev2;
        case Channel::kCandidate:
            return true;
        case Channel::kDev:
        case Channel::kStable:
            return false;
    }
    return true;
}

bool IsOpen(const IncidentFacts& incident) {
    return incident.state != IncidentState::kResolved || !incident.resolved_at;
}

Time StayStart(const PromotionFacts& facts) {
    const ReleaseFacts& release = facts.release;
    Time start = std::max(release.channel_entered_at, release.content_since);
    for (const IncidentFacts& incident : facts.incidents) {
        // Resolved before the channel was entered: it was not open during this stay.
        if (!IsOpen(incident) && IsDisqualifying(incident.severity, release.channel) &&
            *incident.resolved_at > release.channel_entered_at) {
            start = std::max(start, *incident.resolved_at);
        }
    }
    return start;
}

std::optional<Time> StayEnd(const PromotionFacts& facts) {
    if (facts.release.channel == Channel::kStable) {
        return std::nullopt;
    }
    for (const IncidentFacts& incident : facts.incidents) {
        if (IsOpen(incident) && IsDisqualifying(incident.severity, facts.release.channel)) {
            return std::nullopt;
        }
    }
    return StayStart(facts) + RequiredStay(facts.release.channel, facts.plan);
}

}  // namespace policy
