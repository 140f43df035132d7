// The rules, readable: by section, what each judges, what it takes, and what holds it besides. Findings everywhere link
// to /console/rules#RULE.
#include <algorithm>

#include "controller/policy/evidence.hpp"
#include "controller/policy/rule_sections.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

bool IsAskedFor(const policy::Rule& rule, std::string_view text, bool only_hard_stops) {
    if (only_hard_stops && !rule.hard_stop) {
        return false;
    }
    const std::string wanted = platform::ToLowerAscii(text);
    const auto holds = [&](std::string_view where) {
        return platform::ToLowerAscii(where).find(wanted) != std::string::npos;
    };
    return wanted.empty() || holds(rule.id) || holds(rule.title) || holds(rule.enforced_by) ||
           holds(policy::DescribeChecks(rule));
}

/// "a record of control DSV-1, at least of tier test": what it takes to satisfy the rule, from the table of evidence.
void PutEvidenceAskedFor(Slots row, const policy::Rule& rule) {
    for (const policy::EvidenceRequirement& asked : policy::EvidenceRequirements()) {
        if (asked.rule != rule.id) {
            continue;
        }
        Slots slot = row.Add("EVIDENCE");
        slot.Set("CONTROL", platform::EnumText(asked.control));
        slot.Set("TIER", platform::EnumText(asked.minimum_tier));
        if (asked.maximum_age) {
            slot.Add("WITH_AGE").Set("AGE", DurationWords(*asked.maximum_age));
        }
        if (asked.only_for) {
            slot.Add("WITH_CLASS").Set("CLASS", platform::EnumText(*asked.only_for));
        }
        slot.ShowIf(asked.not_applicable == policy::NotApplicable::kWithReason, "MAY_NOT_APPLY");
    }
}

void PutRule(Slots row, const policy::Rule& rule) {
    row.Set("ID", rule.id);
    row.Set("TITLE", rule.title);
    row.Set("SOURCE", rule.reference);
    row.ShowIf(rule.hard_stop, "HARD_STOP");
    row.AddText("WITH_JUDGES", "JUDGES", policy::DescribeChecks(rule));
    if (const std::string_view need = policy::DescribeNeed(rule); need != "-") {
        row.Add("WITH_NEED").Set("NEED", need);
    }
    row.AddText("WITH_HOLDER", "HOLDER", rule.enforced_by);
    PutEvidenceAskedFor(row, rule);
}

Reply ShowRules(Visit& visit) {
    const std::string text = visit.Query("q");
    const bool only_hard_stops = visit.Query("hard") == "true";
    Slots page = visit.Page("rules", {.title = "Rules", .place = "rules", .style = "read.css"});
    page.Set("Q", text);
    page.ShowIf(only_hard_stops, "ONLY_HARD");
    page.Set("VERSION", policy::kCatalogueVersion);
    std::int64_t shown = 0;
    int number = 0;
    for (const policy::RuleSection& section : policy::RuleSections()) {
        const auto asked_for = [&](const policy::Rule& rule) {
            return policy::BelongsTo(rule, section) && IsAskedFor(rule, text, only_hard_stops);
        };
        const auto count = std::ranges::count_if(policy::Catalogue(), asked_for);
        ++number;
        if (count == 0) {
            continue;
        }
        shown += count;
        Slots entry = page.Add("ENTRY");
        Slots part = page.Add("SECTION");
        for (Slots both : {entry, part}) {
            both.Set("NUMBER", number);
            both.Set("SECTION_TITLE", section.title);
            both.Set("COUNT", count);
        }
        part.Set("WAY_OUT", section.way_out);
        for (const policy::Rule& rule : policy::Catalogue()) {
            if (asked_for(rule)) {
                PutRule(part.Add("RULE"), rule);
            }
        }
    }
    page.Set("SHOWN", platform::Plural(shown, "rule"));
    page.ShowIf(shown == 0, "NONE");
    return visit.Show();
}

constexpr Route kRulesRoutes[] = {{.verb = Verb::kGet, .pattern = "/rules", .handler = ShowRules}};

}  // namespace

std::span<const Route> RulesRoutes() {
    return kRulesRoutes;
}

}  // namespace web
