// Whether a tenant receives a release, as a cell: a sign, a word and the whole sentence for who asks; and its consent.
// Never told by colour alone. Pure but for what they put into the slots; thread safe.
#pragma once

#include <string_view>

#include "controller/policy/eligibility.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/slots.hpp"
#include "controller/wire/consent_json.hpp"

namespace web {

void PutEligibility(Slots slots, std::string_view name, const policy::Eligibility& eligibility);
std::string_view ConsentWord(wire::ConsentState state);
Tone ToneOfConsent(wire::ConsentState state);
/// What the signs mean.
void PutEligibilityLegend(Slots slots, std::string_view name);

}  // namespace web
