#include "controller/web/eligibility_cell.hpp"

#include <algorithm>
#include <array>

namespace web {
namespace {

struct EligibilityLook {
    std::string_view code;
    std::string_view look;  // of the style sheet
    std::string_view sign;
    std::string_view word;
};

constexpr std::string_view kOutLook = "out";
constexpr std::string_view kOutSign = "–";

constexpr std::array<EligibilityLook, 12> kLooks{{{"dev_tenant", "in", "✓", "dev tenant"},
                                                  {"consented_on_plan", "in", "✓", "on plan"},
                                                  {"all_but_stable_only", "in", "✓", "candidate"},
                                                  {"all_tenants", "in", "✓", "stable"},
                                                  {"no_consent", "ask", "?", "no consent"},
                                                  {"consent_expired", "ask", "!", "consent expired"},
                                                  {"consent_withdrawn", "left", "×", "withdrew"},
                                                  {"not_on_plan", kOutLook, kOutSign, "not on plan"},
                                                  {"stable_only", kOutLook, kOutSign, "stable only"},
                                                  {"internal_only", kOutLook, kOutSign, "still in dev"},
                                                  {"not_active", kOutLook, kOutSign, "release ended"},
                                                  {"not_registered", kOutLook, kOutSign, "inactive"}}};

struct EligibilityMeaning {
    std::string_view look;
    std::string_view sign;
    std::string_view meaning;
};
constexpr std::array<EligibilityMeaning, 5> kMeanings{{
    {"in", "✓", "receives it, and why"},
    {"ask", "?", "on the plan, but without a consent on record"},
    {"ask", "!", "its consent has expired"},
    {"left", "×", "withdrew its consent"},
    {kOutLook, kOutSign, "does not receive it, and why"},
}};

}  // namespace

void PutEligibility(Slots slots, std::string_view name, const policy::Eligibility& eligibility) {
    const auto found =
        std::ranges::find_if(kLooks, [&](const EligibilityLook& look) { return look.code == eligibility.code; });
    Slots part = slots.Part(name, "part_eligibility");
    part.Set("LOOK", found == kLooks.end() ? kOutLook : found->look);
    part.Set("SIGN", found == kLooks.end() ? kOutSign : found->sign);
    part.Set("WORD", found == kLooks.end() ? eligibility.code : found->word);
    part.Set("WHY", eligibility.reason);
    part.Set("IN_WORDS", eligibility.included ? "receives it: " : "does not receive it: ");
}

void PutEligibilityLegend(Slots slots, std::string_view name) {
    Slots part = slots.Part(name, "part_eligibility_legend");
    for (const EligibilityMeaning& meaning : kMeanings) {
        Slots row = part.Add("MEANING");
        row.Set("LOOK", meaning.look);
        row.Set("SIGN", meaning.sign);
        row.Set("TEXT", meaning.meaning);
    }
}

Tone ToneOfConsent(wire::ConsentState state) {
    switch (state) {
        case wire::ConsentState::kInForce:
            return Tone::kGood;
        case wire::ConsentState::kExpired:
            return Tone::kWaiting;
        case wire::ConsentState::kWithdrawn:
            return Tone::kBad;
    }
    return Tone::kPlain;
}

std::string_view ConsentWord(wire::ConsentState state) {
    switch (state) {
        case wire::ConsentState::kInForce:
            return "in force";
        case wire::ConsentState::kExpired:
            return "expired";
        case wire::ConsentState::kWithdrawn:
            return "withdrawn";
    }
    return {};
}

}  // namespace web
