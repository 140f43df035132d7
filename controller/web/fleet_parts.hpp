// How instances and operations of the fleet look, wherever they are shown. Pure but for what they put into the slots;
// thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/web/parts.hpp"
#include "controller/web/slots.hpp"
#include "controller/wire/fleet_json.hpp"

namespace web {

/// An instance in a word, and what a person has to know of it first.
struct InstanceLook {
    std::string word;  // "connected", "UNREACHABLE"
    Tone tone = Tone::kPlain;
    bool loud = false;    // nothing that is ordered reaches it
    bool drifts = false;  // it is heard, and says something else than it is ordered
    std::string silent;   // for how long; empty when it is heard
};
InstanceLook LookOf(const wire::Instance& instance);

/// What the switch would do to an instance that is told to go off now.
enum class KillEffect { kGoesOff, kIsOff, kUnreachable, kUnkillable, kRetired };
KillEffect EffectOfKill(const wire::Instance& instance);

/// Of fleet::InstanceOutcome.
Tone ToneOfInstanceOutcome(std::string_view outcome);
/// Of an operation as a whole.
Tone ToneOfOperation(const wire::OperationSummary& operation);
/// "Kill: tenants off", "Flag X killed"
std::string TitleOf(const wire::OperationSummary& operation);

/// Sections TOTAL with WORD, COUNT and TONE; `part` when these are not all there are.
void PutFleetTotals(Slots page, const std::vector<wire::Instance>& instances, bool part);

}  // namespace web
