// CHN-2..4: the continuous stay in a channel (specification, section 4). Pure; thread safe.
#pragma once

#include <optional>

#include "controller/policy/facts.hpp"

namespace policy {

inline constexpr Duration kMinimumExperimentalStay = std::chrono::days{7};
inline constexpr Duration kMinimumCandidateStay = std::chrono::days{7};

/// The longer of the specification's minimum and the plan's (CHN-3). Zero for dev and for stable, which is not left.
Duration RequiredStay(Channel channel, const std::optional<PlanFacts>& plan);

/// SEV-1/2 in experimental, any severity in candidate; none elsewhere.
bool IsDisqualifying(Severity severity, Channel channel);

/// When the current continuous stay began: the latest of entering the channel, the current content hash coming into
/// force, and the resolution of a disqualifying incident that was open during the stay.
Time StayStart(const PromotionFacts& facts);

/// True until a resolution with its time is recorded.
bool IsOpen(const IncidentFacts& incident);

/// When the minimum stay ends; StayStart + RequiredStay. With an open disqualifying incident, and in stable, there is
/// no such time.
std::optional<Time> StayEnd(const PromotionFacts& facts);

}  // namespace policy
