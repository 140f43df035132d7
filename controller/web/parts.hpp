// Parts that many pages have: each fills `{{>NAME}}` of a template.
//
// Pure but for what they put into the slots; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "controller/app/call.hpp"
#include "controller/policy/finding.hpp"
#include "controller/web/slots.hpp"
#include "platform/base/enum_text.hpp"
#include "platform/base/time.hpp"

namespace web {

/// <time>: in the viewer's zone by script, with UTC on hover; UTC without one.
void PutTime(Slots slots, std::string_view name, platform::Time time);
/// Nothing is put when there is none.
void PutTime(Slots slots, std::string_view name, const std::optional<platform::Time>& time);

/// Colours that mean something; each is told by its text, too.
enum class Tone { kPlain, kGood, kBad, kWaiting, kUnsure, kInfo };
std::string_view ToneText(Tone tone);
void PutBadge(Slots slots, std::string_view name, std::string_view text, Tone tone);
/// "allowed", "denied", "waiting", "undecided".
void PutVerdict(Slots slots, std::string_view name, policy::VerdictState state);
Tone ToneOf(policy::VerdictState state);
std::string_view VerdictWord(policy::VerdictState state);

/// Every finding with rule, text, subject, remedy, where that is done, and when time alone ends it. `here` is the path
/// of the page.
void PutFindings(Slots slots, std::string_view name, const policy::Findings& findings, std::string_view here);
/// A refusal with everything that is known about it, announced to who listens.
void PutRefusal(Slots slots, std::string_view name, const app::Refusal& refusal, std::string_view here,
                std::string_view heading = "Nothing was changed");

/// How much of `whole` has passed, as a ring with its text: "3 of 7 days". 0 to 1.
void PutRing(Slots slots, std::string_view name, double share, std::string_view text);

/// The way to the next page and to the first; nothing when all is on one. `next` is the link.
void PutPaging(Slots slots, std::string_view name, const std::optional<std::string>& next,
               const std::optional<std::string>& first);

/// A form that does one thing and asks why. The reason is the field `reason`.
struct Confirmation {
    std::string_view form;    // as in the route's row: marks what was typed before
    std::string action;       // path below /console
    std::string_view legend;  // "Withdraw this release"
    std::string what;         // what exactly will happen, to whom
    std::string_view button;  // "Withdraw"
    std::string reason;       // typed before
    std::string version;      // of what is changed; empty: none
    bool dangerous = false;
};
/// Slots of the part, for further fields by Add("FIELD") with NAME and VALUE (hidden).
Slots PutConfirmation(Slots slots, std::string_view name, const Confirmation& confirmation);

/// "rolled_back" as people write it: "rolled back".
std::string PlainWords(std::string_view text);
/// The same of a value of an enum.
template <typename E>
std::string WordsOf(E value) {
    return PlainWords(platform::EnumText(value));
}
/// "3 days 4 hours", "12 minutes": the two largest units.
std::string DurationWords(platform::Duration span);
/// "2025-01-29 09:00 UTC".
std::string UtcText(platform::Time time);

}  // namespace web
