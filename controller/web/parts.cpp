#include "controller/web/parts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "controller/policy/catalogue.hpp"
#include "controller/web/remedy_place.hpp"
#include "controller/web/visit.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

constexpr double kRingLength = 100;
/// Findings of one rule that are told in full, and subjects of further ones that are named: a fleet that says nothing
/// gives a finding for each of a thousand instances, and one of another rule must not be lost among them.
constexpr std::size_t kMostOfRule = 20;
constexpr std::size_t kMostSubjects = 100;

std::string SomeSubjects(const std::vector<std::string_view>& subjects) {
    std::string text;
    for (std::size_t i = 0; i < subjects.size() && i < kMostSubjects; ++i) {
        text.append(text.empty() || subjects[i].empty() ? "" : ", ").append(subjects[i]);
    }
    if (!text.empty() && subjects.size() > kMostSubjects) {
        text += " and " + std::to_string(subjects.size() - kMostSubjects) + " more";
    }
    return text;
}

Tone ToneOfKind(policy::FindingKind kind) {
    switch (kind) {
        case policy::FindingKind::kDenied:
            return Tone::kBad;
        case policy::FindingKind::kPending:
            return Tone::kWaiting;
        case policy::FindingKind::kIndeterminate:
            return Tone::kUnsure;
        case policy::FindingKind::kDoubt:
            return Tone::kInfo;
    }
    return Tone::kPlain;
}

std::string_view KindWord(policy::FindingKind kind) {
    switch (kind) {
        case policy::FindingKind::kDenied:
            return "blocked";
        case policy::FindingKind::kPending:
            return "waiting";
        case policy::FindingKind::kIndeterminate:
            return "undecided";
        case policy::FindingKind::kDoubt:
            return "note";
    }
    return {};
}

/// "/plan/stages/0/name" as people say it: "plan, stages, 1, name".
std::string FieldWords(std::string_view pointer) {
    std::string words;
    for (const std::string_view part : platform::Split(pointer, '/')) {
        if (!part.empty()) {
            words.append(words.empty() ? "" : " › ").append(part);
        }
    }
    return words.empty() ? "the form" : words;
}

}  // namespace

void PutTime(Slots slots, std::string_view name, platform::Time time) {
    Slots part = slots.Part(name, "part_time");
    part.Set("ISO", platform::FormatTime(std::chrono::floor<std::chrono::seconds>(time)));
    part.Set("UTC", UtcText(time));
}

void PutTime(Slots slots, std::string_view name, const std::optional<platform::Time>& time) {
    if (time) {
        PutTime(slots, name, *time);
    }
}

std::string_view ToneText(Tone tone) {
    constexpr std::array<std::string_view, 6> kTexts{"plain", "good", "bad", "waiting", "unsure", "info"};
    return kTexts.at(static_cast<std::size_t>(tone));
}

void PutBadge(Slots slots, std::string_view name, std::string_view text, Tone tone) {
    Slots part = slots.Part(name, "part_badge");
    part.Set("TEXT", text);
    part.Set("TONE", ToneText(tone));
}

Tone ToneOf(policy::VerdictState state) {
    switch (state) {
        case policy::VerdictState::kAllow:
            return Tone::kGood;
        case policy::VerdictState::kDeny:
            return Tone::kBad;
        case policy::VerdictState::kPending:
            return Tone::kWaiting;
        case policy::VerdictState::kIndeterminate:
            return Tone::kUnsure;
    }
    return Tone::kPlain;
}

std::string_view VerdictWord(policy::VerdictState state) {
    switch (state) {
        case policy::VerdictState::kAllow:
            return "may go on";
        case policy::VerdictState::kDeny:
            return "blocked";
        case policy::VerdictState::kPending:
            return "waiting";
        case policy::VerdictState::kIndeterminate:
            return "undecided";
    }
    return {};
}

void PutVerdict(Slots slots, std::string_view name, policy::VerdictState state) {
    PutBadge(slots, name, VerdictWord(state), ToneOf(state));
}

void PutFindings(Slots slots, std::string_view name, const policy::Findings& findings, std::string_view here) {
    Slots part = slots.Part(name, "part_findings");
    std::map<std::string_view, std::size_t> shown;
    std::map<std::string_view, std::vector<std::string_view>> others;
    for (const policy::Finding& finding : findings) {
        if (shown[finding.rule]++ >= kMostOfRule) {
            others[finding.rule].push_back(finding.subject);
            continue;
        }
        Slots row = part.Add("FINDING");
        row.Set("RULE", finding.rule);
        if (const policy::Rule* rule = policy::FindRule(finding.rule)) {
            row.Set("RULE_TITLE", rule->title);
        }
        row.Set("TONE", ToneText(ToneOfKind(finding.kind)));
        row.Set("KIND", KindWord(finding.kind));
        row.Set("MESSAGE", finding.message);
        row.ShowIf(finding.hard_stop, "HARD_STOP");
        if (const auto link = LinkOfRemedy(finding, here); link || !finding.remedy.empty()) {
            Slots remedy = row.Add("WITH_REMEDY");
            remedy.Set("REMEDY", finding.remedy);
            if (link) {
                Slots place = remedy.Add("WITH_LINK");
                place.Set("PATH", link->path);
                place.Set("LABEL", link->label);
            }
        }
        row.AddText("WITH_SUBJECT", "SUBJECT", finding.subject);
        if (finding.ends_at) {
            PutTime(row.Add("WITH_END"), "ENDS_AT", *finding.ends_at);
        }
    }
    for (const auto& [rule, subjects] : others) {
        Slots row = part.Add("OTHERS");
        row.Set("RULE", rule);
        row.Set("COUNT", static_cast<std::int64_t>(subjects.size()));
        row.AddText("WITH_SUBJECTS", "SUBJECTS", SomeSubjects(subjects));
    }
}

void PutRefusal(Slots slots, std::string_view name, const app::Refusal& refusal, std::string_view here,
                std::string_view heading) {
    Slots part = slots.Part(name, "part_refusal");
    part.Set("HEADING", heading);
    part.Set("DETAIL", refusal.detail);
    part.Set("CODE", refusal.code);
    if (!refusal.findings.empty()) {
        PutFindings(part, "FINDINGS", refusal.findings, here);
    }
    for (const platform::FieldError& error : refusal.errors) {
        Slots row = part.Add("ERROR");
        row.Set("FIELD", FieldWords(error.pointer));
        row.Set("MESSAGE", error.message);
    }
    part.ShowIf(!refusal.errors.empty(), "ERRORS");
}

void PutRing(Slots slots, std::string_view name, double share, std::string_view text) {
    Slots part = slots.Part(name, "part_ring");
    const double bounded = std::clamp(std::isfinite(share) ? share : 0.0, 0.0, 1.0);
    part.Set("DONE", static_cast<std::int64_t>(std::lround(bounded * kRingLength)));
    part.Set("TEXT", text);
    part.ShowIf(bounded >= 1, "FULL");
}

void PutPaging(Slots slots, std::string_view name, const std::optional<std::string>& next,
               const std::optional<std::string>& first) {
    if (!next && !first) {
        return;
    }
    Slots part = slots.Part(name, "part_paging");
    part.AddText("WITH_NEXT", "NEXT", next.value_or(""));
    part.AddText("WITH_FIRST", "FIRST", first.value_or(""));
}

Slots PutConfirmation(Slots slots, std::string_view name, const Confirmation& confirmation) {
    Slots part = slots.Part(name, "part_confirm");
    part.Set("FORM", confirmation.form);
    part.Set("ACTION", std::string(kHome).append(confirmation.action));
    part.Set("LEGEND", confirmation.legend);
    part.Set("WHAT", confirmation.what);
    part.Set("BUTTON", confirmation.button);
    part.Set("REASON", confirmation.reason);
    part.AddText("WITH_VERSION", "VERSION", confirmation.version);
    part.ShowIf(confirmation.dangerous, "DANGEROUS");
    return part;
}

std::string PlainWords(std::string_view text) {
    std::string words(text);
    std::ranges::replace(words, '_', ' ');
    return words;
}

std::string DurationWords(platform::Duration span) {
    struct Unit {
        std::int64_t seconds;
        std::string_view word;
    };
    constexpr std::array<Unit, 4> kUnits{{{86'400, "day"}, {3'600, "hour"}, {60, "minute"}, {1, "second"}}};
    std::int64_t left = std::abs(std::chrono::duration_cast<std::chrono::seconds>(span).count());
    std::string words;
    int said = 0;
    for (const Unit& unit : kUnits) {
        const std::int64_t count = left / unit.seconds;
        left %= unit.seconds;
        if (count > 0) {
            words.append(words.empty() ? "" : " ").append(platform::Plural(count, unit.word));
            ++said;
        }
        if (said == 2 || (said == 1 && count == 0)) {
            break;
        }
    }
    return words.empty() ? "no time" : words;
}

std::string UtcText(platform::Time time) {
    std::string text = platform::FormatTime(std::chrono::floor<std::chrono::minutes>(time));
    // 2025-01-29T09:00:00Z
    return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

}  // namespace web
