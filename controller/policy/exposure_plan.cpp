// EXP-1..6, CHN-3 and CHN-9 over the tenant exposure plan (specification, section 5). The same parts are judged when a
// plan is set and when a promotion stands on it.

#include <algorithm>

#include "controller/policy/checks.hpp"
#include "controller/policy/eligibility.hpp"
#include "controller/policy/reporting.hpp"
#include "controller/policy/slots.hpp"
#include "controller/policy/stay.hpp"

namespace policy {
namespace {

constexpr std::string_view kSetPlan = "Set it in the plan: portcullis plan set <release> --file <plan>";

void JudgeMinimum(const std::optional<Duration>& minimum, Findings& findings) {
    if (minimum && *minimum < kMinimumExperimentalStay) {
        Deny(findings, "CHN-3",
             {Text("The plan's minimum of ", platform::FormatDuration(*minimum), " is shorter than the ",
                   platform::FormatDuration(kMinimumExperimentalStay), " that experimental takes."),
              "A plan may lengthen the stay, never shorten it."});
    }
}

void JudgeMethod(std::string_view method, Findings& findings) {
    if (IsBlank(method)) {
        Deny(findings, "EXP-2", {"The plan does not say how tenants opt in.", std::string(kSetPlan), "opt_in_method"});
    }
}

void JudgeDuration(const std::optional<Date>& start, const std::optional<Duration>& minimum,
                   const std::optional<Duration>& maximum, Findings& findings) {
    if (!start) {
        Deny(findings, "EXP-3", {"The plan has no start date.", std::string(kSetPlan), "start_date"});
    }
    if (!minimum) {
        Deny(findings, "EXP-3", {"The plan has no minimum duration.", std::string(kSetPlan), "minimum_stay"});
    }
    const Duration shortest = minimum ? std::max(*minimum, kMinimumExperimentalStay) : kMinimumExperimentalStay;
    if (maximum && *maximum < shortest) {
        Deny(findings, "EXP-3",
             {Text("The plan's maximum of ", platform::FormatDuration(*maximum), " is shorter than the ",
                   platform::FormatDuration(shortest), " it must last."),
              "Lengthen or remove the maximum.", "maximum_stay"});
    }
}

void JudgeOwner(std::string_view owner, Findings& findings) {
    if (IsBlank(owner)) {
        Deny(findings, "EXP-5", {"The plan has no owner.", std::string(kSetPlan), "owner"});
    }
}

void JudgeCount(std::size_t criteria, Findings& findings) {
    if (criteria == 0) {
        Deny(findings, "CHN-9",
             {"The plan has no exit criteria; an empty list is not met, it is invalid.", std::string(kSetPlan),
              "exit_criteria"});
    }
}

const ExitCriterion& CriterionOf(const ExitCriterion& criterion) {
    return criterion;
}
const ExitCriterion& CriterionOf(const CriterionFacts& criterion) {
    return criterion.criterion;
}

template <typename Criteria>
void JudgeCriteria(const Criteria& criteria, Findings& findings) {
    for (std::size_t i = 0; i < criteria.size(); ++i) {
        const ExitCriterion& criterion = CriterionOf(criteria[i]);
        const auto deny = [&](std::string_view problem) {
            Deny(findings, "EXP-4",
                 {Text("Exit criterion ", std::to_string(i + 1), criterion.key.empty() ? "" : " ", criterion.key, " ",
                       problem, "."),
                  std::string(kSetPlan), criterion.key});
        };
        if (IsBlank(criterion.key)) {
            deny("has no key");
        }
        if (IsBlank(criterion.text)) {
            deny("says nothing");
        }
        if (criterion.metric && IsBlank(criterion.metric->query)) {
            deny("is measured by an empty query");
        }
        if (criterion.metric && criterion.metric->min_samples < 1) {
            deny("would be met without a single sample");
        }
        const auto same_key = [&criterion](const auto& other) { return CriterionOf(other).key == criterion.key; };
        const auto end = criteria.begin() + static_cast<std::ptrdiff_t>(i);
        if (!IsBlank(criterion.key) && std::any_of(criteria.begin(), end, same_key)) {
            deny("has the key of another one");
        }
    }
}

std::string ConsentRemedy(const PromotionFacts& facts, const TenantFacts& tenant) {
    return Text("Record its consent: portcullis consent record ", tenant.id.Text(), " --release ",
                facts.release.id.Text(),
                " --given-by <who> --capacity <what> --evidence <what shows it>; or take it off the plan.");
}

void JudgeConsent(const PromotionFacts& facts, const TenantFacts& tenant, Findings& findings) {
    const std::string& id = tenant.id.Text();
    if (!tenant.consent) {
        return Await(findings, "EXP-2",
                     {Text(id, " is on the plan without a recorded consent."), ConsentRemedy(facts, tenant), id});
    }
    const ConsentFacts& consent = *tenant.consent;
    if (ConsentHolds(consent, facts.now) || consent.recorded_by_kind != PrincipalKind::kUser) {
        return;  // recorded by a component: SOD-1
    }
    const std::string ended = consent.withdrawn_at
                                  ? Text("was withdrawn at ", platform::FormatTime(*consent.withdrawn_at))
                                  : Text("expired at ", platform::FormatTime(*consent.expires_at));
    Deny(findings, "EXP-2",
         {Text("The consent ", consent.id.Text(), " of ", id, " ", ended, "."), ConsentRemedy(facts, tenant), id});
}

}  // namespace

// CHN-3: the plan may lengthen the stay, never shorten it.
void CheckChn3(const PromotionFacts& facts, Findings& findings) {
    if (facts.plan) {
        JudgeMinimum(facts.plan->minimum_stay, findings);
    }
}

void CheckChn3Plan(const PlanFactsAct& act, Findings& findings) {
    JudgeMinimum(act.plan.minimum_stay, findings);
}

// CHN-9: an empty list of criteria is invalid.
void CheckChn9(const PromotionFacts& facts, Findings& findings) {
    if (facts.plan) {
        JudgeCount(facts.plan->criteria.size(), findings);
    }
}

void CheckChn9Plan(const PlanFactsAct& act, Findings& findings) {
    JudgeCount(act.plan.exit_criteria.size(), findings);
}

// EXP-1: a plan with the tenants that will receive the release, all of them registered.
void CheckExp1(const PromotionFacts& facts, Findings& findings) {
    if (!facts.plan) {
        return Await(findings, "EXP-1",
                     {"There is no exposure plan.",
                      Text("Set one: portcullis plan set ", facts.release.id.Text(), " --file <plan>")});
    }
    if (facts.plan->tenants.empty()) {
        Deny(findings, "EXP-1", {"The plan lists no tenant.", std::string(kSetPlan), "tenants"});
    }
    for (const TenantFacts& tenant : facts.plan->tenants) {
        if (!tenant.registered) {
            Deny(findings, "EXP-1",
                 {Text(tenant.id.Text(), " is on the plan but not an active tenant of the registry."),
                  Text("Register it (portcullis tenant add ", tenant.id.Text(), ") or take it off the plan."),
                  tenant.id.Text()});
        }
    }
}

void CheckExp1Plan(const PlanFactsAct& act, Findings& findings) {
    if (act.plan.tenants.empty()) {
        Deny(findings, "EXP-1", {"The plan lists no tenant.", std::string(kSetPlan), "tenants"});
    }
    for (const TenantId& tenant : act.unregistered) {
        Deny(findings, "EXP-1",
             {Text(tenant.Text(), " is not an active tenant of the registry."),
              Text("Register it (portcullis tenant add ", tenant.Text(), ") or leave it out."), tenant.Text()});
    }
    std::vector<TenantId> sorted = act.plan.tenants;
    std::sort(sorted.begin(), sorted.end());
    for (auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end();
         twice = std::adjacent_find(std::upper_bound(twice, sorted.end(), *twice), sorted.end())) {
        Deny(findings, "EXP-1",
             {Text(twice->Text(), " is listed more than once."), "List every tenant once.", twice->Text()});
    }
}

// EXP-2: how tenants opt in; and, when entering experimental, every tenant's own consent.
void CheckExp2(const PromotionFacts& facts, Findings& findings) {
    if (!facts.plan) {
        return;
    }
    JudgeMethod(facts.plan->opt_in_method, findings);
    if (facts.to == Channel::kExperimental) {
        for (const TenantFacts& tenant : facts.plan->tenants) {
            JudgeConsent(facts, tenant, findings);
        }
    }
}

void CheckExp2Plan(const PlanFactsAct& act, Findings& findings) {
    JudgeMethod(act.plan.opt_in_method, findings);
}

void CheckExp2Consent(const ConsentAct& act, Findings& findings) {
    const auto deny = [&findings](std::string message, std::string remedy) {
        Deny(findings, "EXP-2", {std::move(message), std::move(remedy)});
    };
    if (!act.tenant_registered) {
        deny("The tenant is not an active tenant of the registry.", "Register it first: portcullis tenant add");
    }
    if (IsBlank(act.given_by)) {
        deny("The consent does not say who gave it.", "Name the person (--given-by).");
    }
    if (IsBlank(act.capacity)) {
        deny("The consent does not say in what capacity it was given.", "Say it (--capacity).");
    }
    if (IsBlank(act.evidence)) {
        deny("The consent has no evidence.", "Say what shows it (--evidence).");
    }
    if (act.given_at > act.now) {
        deny(Text("The consent is said to be given at ", platform::FormatTime(act.given_at), ", and it is ",
                  platform::FormatTime(act.now), " now."),
             "Give the time at which it was given.");
    }
    if (act.expires_at && *act.expires_at <= std::max(act.now, act.given_at)) {
        deny(Text("The consent expires at ", platform::FormatTime(*act.expires_at), ", which has passed."),
             "Give a later time, or none.");
    }
}

// EXP-3: start date and minimum duration, a maximum that leaves room for it; nothing is exposed before the start date.
void CheckExp3(const PromotionFacts& facts, Findings& findings) {
    if (!facts.plan) {
        return;
    }
    const PlanFacts& plan = *facts.plan;
    JudgeDuration(plan.start_date, plan.minimum_stay, plan.maximum_stay, findings);
    if (facts.to == Channel::kExperimental && plan.start_date && facts.now < platform::StartOfDay(*plan.start_date)) {
        const Time start = platform::StartOfDay(*plan.start_date);
        Await(
            findings, "EXP-3",
            {Text("The plan starts on ", platform::FormatDate(*plan.start_date), ", in ",
                  platform::FormatDuration(start - facts.now), "."),
             "Wait for the start date, or set an earlier one and have the plan approved again.", "start_date", start});
    }
}

void CheckExp3Plan(const PlanFactsAct& act, Findings& findings) {
    JudgeDuration(act.plan.start_date, act.plan.minimum_stay, act.plan.maximum_stay, findings);
}

// EXP-4: exit criteria that say something. An empty list is CHN-9.
void CheckExp4(const PromotionFacts& facts, Findings& findings) {
    if (facts.plan) {
        JudgeCriteria(facts.plan->criteria, findings);
    }
}

void CheckExp4Plan(const PlanFactsAct& act, Findings& findings) {
    JudgeCriteria(act.plan.exit_criteria, findings);
}

void CheckExp4Judgement(const CheckAct& act, Findings& findings) {
    if (act.control == Control::kExitCriterion && !act.key_on_plan) {
        Deny(findings, "EXP-4",
             {Text("The plan has no exit criterion with the key '", act.key, "'."),
              "Use a key that `portcullis plan show` lists.", act.key});
    }
    if (act.control != Control::kExitCriterion && !act.key.empty()) {
        Deny(findings, "EXP-4",
             {Text(platform::EnumText(act.control), " takes no key; '", act.key, "' was given."),
              "Leave the key out; it belongs to exit-criterion.", act.key});
    }
}

// EXP-5: an owner.
void CheckExp5(const PromotionFacts& facts, Findings& findings) {
    if (facts.plan) {
        JudgeOwner(facts.plan->owner, findings);
    }
}

void CheckExp5Plan(const PlanFactsAct& act, Findings& findings) {
    JudgeOwner(act.plan.owner, findings);
    if (!IsBlank(act.plan.owner) && !act.owner_is_active_user) {
        Deny(findings, "EXP-5",
             {Text("The plan's owner ", act.plan.owner, " is not an active user."), "Name an active user.",
              act.plan.owner});
    }
}

// EXP-6: approved by a dev lead; shown when that is nobody but the owner.
void CheckExp6(const PromotionFacts& facts, Findings& findings) {
    if (!facts.plan) {
        return;
    }
    ReportOpenSlots(facts, ApprovalScope::kPlan, "EXP-6", findings);
    const SlotViews slots = ViewSlots(facts);
    for (const SlotView& slot : slots.All()) {
        // Another dev lead's approval is preferred only to the author's; look for one before doubting.
        const bool by_owner = slot.scope == ApprovalScope::kPlan && slot.filled_by != nullptr &&
                              slot.filled_by->principal.Text() == facts.plan->owner;
        if (!by_owner) {
            continue;
        }
        const bool by_another =
            std::any_of(facts.approvals.begin(), facts.approvals.end(), [&](const ApprovalFacts& approval) {
                return approval.scope == ApprovalScope::kPlan && !approval.revoked && approval.entitled &&
                       approval.hash_matches && approval.principal_kind == PrincipalKind::kUser &&
                       approval.principal != slot.filled_by->principal;
            });
        if (!by_another) {
            Doubt(findings, "EXP-6",
                  {Text("The plan's owner ", facts.plan->owner, " is its only approver."),
                   "A second dev lead's approval removes this doubt.", slot.filled_by->id.Text()});
        }
    }
}

}  // namespace policy
