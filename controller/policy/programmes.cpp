#include "controller/policy/programmes.hpp"

#include <algorithm>
#include <string_view>

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {
namespace {

constexpr std::array<std::string_view, 3> kGateNames = {"P0", "P1", "P2"};

std::string JoinNames(const std::vector<std::string>& names) {
    std::string joined;
    for (const std::string& name : names) {
        joined += (joined.empty() ? "" : ", ") + name;
    }
    return joined;
}

}  // namespace

std::string RunProblem(const TestFacts& test) {
    if (!test.has_run) {
        return "it has not been run";
    }
    if (test.timed_out) {
        return "it timed out";
    }
    if (!test.exit_code) {
        return "it has no exit code";
    }
    if (*test.exit_code != 0) {
        return "it ended with exit code " + std::to_string(*test.exit_code);
    }
    if (test.truncated) {
        return "its output was cut";
    }
    return test.output_bytes <= 0 ? "it printed nothing" : std::string();
}

// PKT-1: done only when every box is ticked.
void CheckPkt1(const PacketReviewAct& act, Findings& findings) {
    if (act.verdict != PacketVerdict::kApproved) {
        return;
    }
    for (const std::string& box : act.open_boxes) {
        Deny(findings, "PKT-1",
             {Text("Packet ", act.packet, " has an open box: ", box), "Do what it says and tick it.", act.packet});
    }
}

// PKT-2: somebody else reviews, records P0, P1 and P2, and there is command evidence.
void CheckPkt2(const PacketReviewAct& act, Findings& findings) {
    if (act.actor.kind != PrincipalKind::kUser || act.actor.id != act.reviewer || act.actor.id == act.implementer) {
        Deny(findings, "PKT-2",
             {Text(act.actor.id.Text(), " is not the reviewer of packet ", act.packet, "; ",
                   act.reviewer.Empty() ? std::string("nobody is named yet") : act.reviewer.Text(), "."),
              "The reviewer named when the packet was started gives the verdict.", act.packet});
    }
    for (std::size_t i = 0; i < kGateNames.size(); ++i) {
        if (act.gates[i] != GateMark::kNotApplicable) {
            continue;
        }
        if (i != 1) {
            Deny(findings, "PKT-2",
                 {Text(kGateNames[i], " always applies; N/A is no answer to it."), "Judge it: PASS or FAIL.",
                  act.packet});
        } else if (IsBlank(act.gate_reasons[i])) {
            Deny(findings, "PKT-2",
                 {"Why P1 does not apply is not said.", "Give the reason (--p1-reason).", act.packet});
        }
    }
    if (act.verdict == PacketVerdict::kApproved && act.tests.empty()) {
        Deny(findings, "PKT-2",
             {Text("Packet ", act.packet, " names no test, so there is no command evidence."),
              "A packet has at least one required test.", act.packet});
    }
}

void CheckPkt2Start(const PacketStartAct& act, Findings& findings) {
    if (act.implementer == act.reviewer) {
        Deny(findings, "PKT-2",
             {Text(act.implementer.Text(), " cannot review their own packet ", act.packet, "."),
              "Name somebody else as reviewer.", act.packet});
    }
    if (!act.reviewer_is_active_user) {
        Deny(findings, "PKT-2",
             {Text(act.reviewer.Text(), " is no active user and cannot review packet ", act.packet, "."),
              "Name a person as reviewer.", act.packet});
    }
}

// PKT-3: no approval over a test whose last run was cut, silent, timed out, failed or is missing.
void CheckPkt3(const PacketReviewAct& act, Findings& findings) {
    if (act.verdict != PacketVerdict::kApproved) {
        return;
    }
    for (const TestFacts& test : act.tests) {
        if (const std::string problem = RunProblem(test); !problem.empty()) {
            Deny(findings, "PKT-3",
                 {Text("The test '", test.command, "' of packet ", act.packet, " does not count: ", problem, "."),
                  "Run it to its end: portcullis evidence run --programme ... --packet ... -- command.", act.packet});
        }
    }
}

// PKT-4: a failed review asks for changes, with findings.
void CheckPkt4(const PacketReviewAct& act, Findings& findings) {
    for (std::size_t i = 0; i < kGateNames.size(); ++i) {
        if (act.gates[i] == GateMark::kFail && act.verdict == PacketVerdict::kApproved) {
            Deny(findings, "PKT-4",
                 {Text(kGateNames[i], " failed; packet ", act.packet, " cannot be approved over it."),
                  "Give CHANGES_REQUESTED with the findings.", act.packet});
        }
    }
    if (act.verdict != PacketVerdict::kApproved && IsBlank(act.findings)) {
        Deny(findings, "PKT-4",
             {Text("A verdict ", platform::EnumText(act.verdict), " without findings helps nobody."),
              "Write down what was found (--findings).", act.packet});
    }
}

// PKT-6: an approval has its checkpoint before the next packet starts.
void CheckPkt6(const PacketStartAct& act, Findings& findings) {
    if (!act.without_checkpoint.empty()) {
        Deny(findings, "PKT-6",
             {Text("Without a checkpoint: packet ", JoinNames(act.without_checkpoint), "; packet ", act.packet,
                   " is not started before it."),
              "Make the commit and record its hash: portcullis packet checkpoint.", act.packet});
    }
}

void CheckPkt6Certification(const CertificationAct& act, Findings& findings) {
    if (!act.without_checkpoint.empty()) {
        Deny(findings, "PKT-6",
             {Text("Without a checkpoint: packet ", JoinNames(act.without_checkpoint), "."),
              "Make the commit and record its hash: portcullis packet checkpoint."});
    }
}

// EVD-3: the newest report of the project's own release control counts, whatever an earlier one said.
void CheckEvd3Certification(const CertificationAct& act, Findings& findings) {
    if (!act.audit_problem.empty()) {
        Deny(findings, "EVD-3",
             {Text("The newest status audit is not green: ", act.audit_problem, "."),
              "Put right what it names and import the report of the new commit: portcullis evidence import."});
    }
}

// PKT-7: milestones follow their packets, and certification follows the definition of done.
void CheckPkt7(const CertificationAct& act, Findings& findings) {
    const auto await = [&](const std::vector<std::string>& names, std::string_view what, std::string remedy) {
        for (const std::string& name : names) {
            Await(findings, "PKT-7", {Text(what, name), remedy, name});
        }
    };
    await(act.open_packets, "Not done: packet ", "Finish it and have it reviewed.");
    await(act.open_milestones, "Not reached: milestone ", "A milestone follows its packets.");
    await(act.unmet, "The definition of done does not hold: ", "Record what shows it: portcullis programme met.");
    if (act.packets == 0 || act.definition_items == 0) {
        Deny(findings, "PKT-7",
             {act.packets == 0 ? "A programme without packets certifies nothing."
                               : "A programme without a definition of done certifies nothing.",
              "Make a programme that says what is to be shown."});
    }
}

}  // namespace policy
