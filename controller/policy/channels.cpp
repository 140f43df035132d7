// CHN-1, 2, 4, 5, 7, 8 and what it takes to leave a channel: CHX-1, 3, 6 (specification, section 4).

#include <algorithm>

#include "controller/policy/checks.hpp"
#include "controller/policy/eligibility_reason.hpp"
#include "controller/policy/reporting.hpp"
#include "controller/policy/stay.hpp"

namespace policy {
namespace {

bool Covers(const FreezeFacts& freeze, const PromotionFacts& facts) {
    switch (freeze.scope) {
        case FreezeScope::kGlobal:
            return true;
        case FreezeScope::kChannel:
            return freeze.channel == facts.to;
        case FreezeScope::kTenant: {
            if (!freeze.tenant) {
                return false;
            }
            // A tenant that already receives the release is not exposed any further by this promotion.
            const ReleaseFacts& release = facts.release;
            return IsIncluded(FindEligibilityReason(*freeze.tenant, facts.to, release.status, facts.now)) &&
                   !IsIncluded(FindEligibilityReason(*freeze.tenant, release.channel, release.status, facts.now));
        }
    }
    return true;
}

std::string FreezeTarget(const FreezeFacts& freeze) {
    switch (freeze.scope) {
        case FreezeScope::kGlobal:
            return "all promotions";
        case FreezeScope::kChannel:
            return Text("promotions to ", freeze.channel ? platform::EnumText(*freeze.channel) : "?");
        case FreezeScope::kTenant:
            return Text("tenant ", freeze.tenant ? freeze.tenant->id.Text() : std::string("?"));
    }
    return {};
}

/// Why the stay counts from later than the channel's entry; empty when it does not.
std::string DescribeRestart(const PromotionFacts& facts, Time start) {
    if (start == facts.release.channel_entered_at) {
        return {};
    }
    return Text(", counted from ", platform::FormatTime(start),
                start == facts.release.content_since ? " when the content changed"
                                                     : " when a disqualifying incident was resolved");
}

}  // namespace

// CHN-1: one channel at a time, in order, for anyone.
void CheckChn1(const PromotionFacts& facts, Findings& findings) {
    const Channel from = facts.release.channel;
    const std::string_view from_text = platform::EnumText(from);
    const std::string_view to_text = platform::EnumText(facts.to);
    const std::string since = platform::FormatTime(facts.release.channel_entered_at);
    if (facts.to == from) {
        return Deny(findings, "CHN-1",
                    {Text("The release is in ", from_text, " already, since ", since, "."),
                     from == Channel::kStable ? "Nothing is left to promote; a change is a new release."
                                              : Text("Nothing is left to do for ", from_text, "; the next channel is ",
                                                     platform::EnumText(NextChannel(from)), ".")});
    }
    if (facts.to < from) {
        return Deny(findings, "CHN-1",
                    {Text("The release is in ", from_text, " since ", since, " and does not go back to ", to_text, "."),
                     "A change is a new release; the way back is a rollback."});
    }
    if (facts.to != NextChannel(from)) {
        Deny(findings, "CHN-1",
             {Text("The release is in ", from_text, "; ", to_text, " does not follow it, ",
                   platform::EnumText(NextChannel(from)), " does."),
              Text("Promote to ", platform::EnumText(NextChannel(from)), ".")});
    }
}

// CHN-2: the minimum stay, continuous and with the same content.
void CheckChn2(const PromotionFacts& facts, Findings& findings) {
    const std::optional<Time> end = StayEnd(facts);
    if (!end || facts.now >= *end) {
        return;  // no end: an open incident, which CHN-5 and CHX-3 report
    }
    const Channel channel = facts.release.channel;
    Await(findings, "CHN-2",
          {Text(platform::EnumText(channel), " since ", platform::FormatTime(facts.release.channel_entered_at),
                DescribeRestart(facts, StayStart(facts)), ", ",
                platform::FormatDuration(RequiredStay(channel, facts.plan)), " needed, ",
                platform::FormatDuration(*end - facts.now), " left."),
           Text("Wait until ", platform::FormatTime(*end), "; there is no shorter path."),
           std::string(platform::EnumText(channel)), end});
}

// CHN-4: an exposure that outlasts the plan's maximum goes no further until the plan is extended and approved again.
void CheckChn4(const PromotionFacts& facts, Findings& findings) {
    if (facts.release.channel != Channel::kExperimental || !facts.plan || !facts.plan->maximum_stay) {
        return;
    }
    const Time last = facts.release.channel_entered_at + *facts.plan->maximum_stay;
    if (facts.now > last) {
        Deny(findings, "CHN-4",
             {Text("The plan allows ", platform::FormatDuration(*facts.plan->maximum_stay),
                   " in experimental; that ended at ", platform::FormatTime(last), "."),
              Text("Extend the plan (portcullis plan set ", facts.release.id.Text(),
                   " --file <plan>) and have it approved again.")});
    }
}

// CHN-5: an open SEV-1 stops everything, and its rollback evaluation waits for a person's decision.
void CheckChn5(const PromotionFacts& facts, Findings& findings) {
    for (const IncidentFacts& incident : facts.incidents) {
        if (incident.severity == Severity::kSev1 && IsOpen(incident)) {
            Deny(findings, "CHN-5",
                 {Text("SEV-1 incident ", incident.id.Text(), " is ", platform::EnumText(incident.state), " since ",
                       platform::FormatTime(incident.opened_at),
                       incident.through ? Text("; it concerns ", *incident.through, ", which this would reach") : "",
                       "."),
                  Text("Resolve it: portcullis incident resolve ", incident.id.Text(),
                       " --resolution <how> --evidence <what shows it>"),
                  incident.id.Text()});
        }
    }
    for (const RollbackEvaluationFacts& evaluation : facts.evaluations) {
        if (!evaluation.decided) {
            Deny(findings, "CHN-5",
                 {Text("The rollback evaluation ", evaluation.id.Text(), " of incident ", evaluation.incident.Text(),
                       " is not decided."),
                  Text("Decide it: portcullis rollback evaluate ", facts.release.id.Text(), " ", evaluation.id.Text(),
                       " --decision roll_back|continue --reason <why>"),
                  evaluation.id.Text()});
        }
    }
}

// CHN-7: stable_only is "not before stable", even for a tenant on the plan. It blocks nothing; the plan looks wrong.
void CheckChn7(const PromotionFacts& facts, Findings& findings) {
    if (facts.to != Channel::kExperimental || !facts.plan) {
        return;
    }
    for (const TenantFacts& tenant : facts.plan->tenants) {
        if (tenant.preference == ChannelPreference::kStableOnly) {
            Doubt(
                findings, "CHN-7",
                {Text(tenant.id.Text(), " is on the plan but takes stable only; it will not receive the release yet."),
                 "Take it off the plan, or change its preference with its agreement.", tenant.id.Text()});
        }
    }
}

// CHN-8: a freeze stops promotions while it lasts, and nothing else.
void CheckChn8(const PromotionFacts& facts, Findings& findings) {
    for (const FreezeFacts& freeze : facts.freezes) {
        if (facts.now < freeze.starts_at || facts.now >= freeze.ends_at || !Covers(freeze, facts)) {
            continue;
        }
        Await(findings, "CHN-8",
              {Text("Freeze ", freeze.id.Text(), " of ", FreezeTarget(freeze), " until ",
                    platform::FormatTime(freeze.ends_at), ": ", freeze.reason, "."),
               Text("Wait for its end, or have it cancelled: portcullis freeze cancel ", freeze.id.Text(),
                    " --reason <why>"),
               freeze.id.Text(), freeze.ends_at});
    }
}

// CHX-1: dev is left with all tests passed and no regressions.
void CheckChx1(const PromotionFacts& facts, Findings& findings) {
    CheckControl<Control::kTests>(facts, findings);
    CheckControl<Control::kRegressions>(facts, findings);
}

// CHX-3: no channel is left while an incident is open that disqualifies the stay. SEV-1 is CHN-5.
void CheckChx3(const PromotionFacts& facts, Findings& findings) {
    for (const IncidentFacts& incident : facts.incidents) {
        if (incident.severity != Severity::kSev1 && IsOpen(incident) &&
            IsDisqualifying(incident.severity, facts.release.channel)) {
            Deny(findings, "CHX-3",
                 {Text("Incident ", incident.id.Text(), " (", platform::EnumText(incident.severity), ") is ",
                       platform::EnumText(incident.state), " since ", platform::FormatTime(incident.opened_at), "; ",
                       platform::EnumText(facts.release.channel), " cannot be left with it."),
                  Text("Resolve it; the minimum stay then starts again: portcullis incident resolve ",
                       incident.id.Text(), " --resolution <how> --evidence <what shows it>"),
                  incident.id.Text()});
        }
    }
}

// CHX-6: only an active release moves.
void CheckChx6(const PromotionFacts& facts, Findings& findings) {
    if (facts.release.status != ReleaseStatus::kActive) {
        Deny(findings, "CHX-6",
             {Text("The release is ", platform::EnumText(facts.release.status), "; only an active one is promoted."),
              "Submit a new release."});
    }
}

}  // namespace policy
