// Drills as people order them: approved by one, ordered by another, waited for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/fleet/fleet_world.hpp"

namespace fleet_test {

inline constexpr const char* kDrillReason = "the drill of this month";
inline constexpr const char* kDrilledRelease = "2025-01-14-sorting";

Json DrillCommand(const std::vector<std::string>& instances, const std::string& mode = "hot");

/// Until nothing stands against a drill of it: it has said that its switch is on and what its tenants have.
void AwaitDrillable(const Controller& controller, const std::string& instance);
/// As StartInstance; until then.
std::unique_ptr<pulse_test::OwnPulsed> StartDrillable(const Controller& controller, const std::string& name);
/// Approved by a system owner, ordered by an operator; the drill's id. Of instances that can be drilled.
std::string OrderDrill(const Controller& controller, const std::vector<std::string>& instances,
                       const std::string& mode = "hot");
Json ShowDrill(const Controller& controller, const std::string& drill);
/// When it has ended.
Json AwaitDrill(const Controller& controller, const std::string& drill);

void SubmitDrilledRelease(const Controller& controller);
/// The kill switch drills of the release.
std::vector<Json> DrillEvidence(const Controller& controller);
/// What the gate into experimental says of drills: "KSW-2 EVD-4 ".
std::string DrillFindings(const Controller& controller);

}  // namespace fleet_test
