// What an item of evidence must carry to be recorded: EVD-2, EVD-6, EVD-7 (design rules "Evidence").

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {

// EVD-2: an item says when it was performed, and that is not in the future.
void CheckEvd2Record(const CheckAct& act, Findings& findings) {
    if (act.performed_at > act.now) {
        Deny(findings, "EVD-2",
             {Text("It is said to have been performed at ", platform::FormatTime(act.performed_at), ", and it is ",
                   platform::FormatTime(act.now), " now."),
              "Give the time at which it was performed.", std::string(platform::EnumText(act.control))});
    }
}

// EVD-6: what passed carries evidence; a command passed only when it ended by itself with 0 and said something.
void CheckEvd6(const CheckAct& act, Findings& findings) {
    if (act.outcome != CheckOutcome::kPassed) {
        return;
    }
    const std::string subject(platform::EnumText(act.control));
    const auto deny = [&](std::string message, std::string remedy) {
        Deny(findings, "EVD-6", {std::move(message), std::move(remedy), subject});
    };
    if (!act.has_evidence && !act.is_command) {
        deny(Text(subject, " cannot be recorded as passed without evidence."),
             "Say what was seen and by which means, or give a link to it.");
    }
    if (!act.is_command) {
        return;
    }
    if (act.timed_out) {
        deny("The command timed out; that is no pass.", "Let it end, or record it as failed or inconclusive.");
    }
    if (!act.exit_code) {
        deny("The command has no exit code; that is no pass.", "Record how it ended: its exit code.");
    } else if (*act.exit_code != 0) {
        deny(Text("The command ended with exit code ", std::to_string(*act.exit_code), "; that is no pass."),
             "Record it as failed, put right what failed, and run it again.");
    }
    if (act.output_bytes <= 0) {
        deny("The command printed nothing; that is no evidence.", "Run it so that it prints what it did.");
    }
}

// EVD-7: not applicable needs a reason, and is no answer to tests, drills, feedback and exit criteria.
void CheckEvd7(const CheckAct& act, Findings& findings) {
    if (act.outcome != CheckOutcome::kNotApplicable) {
        return;
    }
    const std::string subject(platform::EnumText(act.control));
    if (RequirementOf(act.control).not_applicable == NotApplicable::kRefused) {
        Deny(findings, "EVD-7",
             {Text(subject, " always applies; not_applicable is no answer to it."),
              "Record passed, failed or inconclusive, with evidence.", subject});
    } else if (IsBlank(act.reason)) {
        Deny(findings, "EVD-7",
             {Text("Why ", subject, " does not apply is not said."), "Give the reason (--reason).", subject});
    }
}

}  // namespace policy
