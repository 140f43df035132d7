// CHX-8 and CHX-9: what a release's manifest asks of a rollout and of a programme before a channel is entered.

#include "controller/policy/requirements.hpp"

#include <algorithm>

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {
namespace {

/// How it stands, as far as it was looked at.
const RequirementFacts* FindStanding(const PromotionFacts& facts, const Requirement& requirement) {
    const auto found = std::ranges::find(facts.requirements, requirement, &RequirementFacts::requirement);
    return found == facts.requirements.end() ? nullptr : &*found;
}

bool IsOver(RolloutState state) {
    return state == RolloutState::kReversed || state == RolloutState::kEnded;
}

void JudgeRollout(const Requirement& needed, const RequirementFacts* facts, Findings& findings) {
    const std::string& rollout = needed.rollout->Text();
    const std::string needs = Text("The release needs stage ", std::to_string(needed.stage), " of rollout ", rollout,
                                   " before ", platform::EnumText(needed.from));
    if (facts == nullptr) {
        LeaveOpen(findings, "CHX-8",
                  {Text(needs, "; how that stands is not known."),
                   Text("Look at it: portcullis rollout show ", rollout), rollout});
    } else if (!facts->exists) {
        Deny(findings, "CHX-8",
             {Text(needs, "; there is no such rollout."),
              "Create it (portcullis rollout create), or correct the manifest's requires.", rollout});
    } else if (IsOver(facts->state)) {
        Deny(findings, "CHX-8",
             {Text(needs, "; it is ", platform::EnumText(facts->state), ", and its capability is off everywhere."),
              "Make another rollout, and name it in the manifest's requires.", rollout});
    } else if (!facts->stage || *facts->stage < needed.stage) {
        Await(findings, "CHX-8",
              {Text(needs, "; it is in ", facts->stage ? Text("stage ", std::to_string(*facts->stage)) : "no stage yet",
                    "."),
               Text("Take it there: portcullis rollout advance ", rollout), rollout});
    } else if (facts->killed_by) {
        Deny(findings, "CHX-8",
             {Text(needs, "; its flag was killed by ", facts->killed_by->Text(), "."),
              "Complete the kill's review and lift the kill: portcullis switch lift --flag <flag>", rollout});
    } else if (facts->evaluation) {
        LeaveOpen(findings, "CHX-8",
                  {Text(needs, "; whether it stays there is not decided: evaluation ", facts->evaluation->Text(), "."),
                   Text("Decide it: portcullis rollout decide ", rollout, " ", facts->evaluation->Text(),
                        " --decision continue|hold|reverse --reason <why>"),
                   rollout});
    }
}

void JudgeProgramme(const Requirement& needed, const RequirementFacts* facts, Findings& findings) {
    const std::string& programme = needed.programme->Text();
    const std::string needs =
        Text("The release needs programme ", programme, " certified before ", platform::EnumText(needed.from));
    if (facts == nullptr) {
        LeaveOpen(findings, "CHX-9",
                  {Text(needs, "; how that stands is not known."),
                   Text("Look at it: portcullis programme show ", programme), programme});
    } else if (!facts->exists) {
        Deny(findings, "CHX-9",
             {Text(needs, "; there is no such programme."),
              "Create it (portcullis programme create), or correct the manifest's requires.", programme});
    } else if (!facts->certified) {
        Await(findings, "CHX-9",
              {Text(needs, "; it is not."), Text("Certify it: portcullis programme certify ", programme), programme});
    }
}

}  // namespace

RequirementState DecideRequirement(const RequirementFacts& facts) {
    if (!facts.exists) {
        return RequirementState::kUnmet;
    }
    if (facts.requirement.programme) {
        return facts.certified ? RequirementState::kMet : RequirementState::kUnmet;
    }
    if (IsOver(facts.state) || !facts.stage || *facts.stage < facts.requirement.stage || facts.killed_by) {
        return RequirementState::kUnmet;
    }
    return facts.evaluation ? RequirementState::kUnknown : RequirementState::kMet;
}

// CHX-8: the stage of a rollout that the manifest asks for.
void CheckChx8(const PromotionFacts& facts, Findings& findings) {
    for (const Requirement& needed : facts.manifest.requirements) {
        if (needed.rollout && needed.from <= facts.to) {
            JudgeRollout(needed, FindStanding(facts, needed), findings);
        }
    }
}

// CHX-9: the programme that the manifest asks for.
void CheckChx9(const PromotionFacts& facts, Findings& findings) {
    for (const Requirement& needed : facts.manifest.requirements) {
        if (needed.programme && needed.from <= facts.to) {
            JudgeProgramme(needed, FindStanding(facts, needed), findings);
        }
    }
}

}  // namespace policy
