#include "controller/tracker/lint_report.hpp"
#include "controller/tracker/words.hpp"

namespace tracker {
namespace {

bool AnyNonZero(const CommandRun& run) {
    return std::any_of(run.exit_codes.begin(), run.exit_codes.end(), [](int code) { return code != 0; });
}

void LintCommand(const PacketFacts& facts, const CommandRun& run, Report& report) {
    const std::string command = Quoted(run.command);
    if (run.ticked && !run.trouble.empty()) {
        report.Contradiction("PKT-3", "test_claimed_but_not_passed", run.line, facts.id,
                             {"The test " + command + " is ticked, but its own text says " + Quoted(run.trouble) + ".",
                              "Open the box until the command has run to its end with exit code 0."});
    }
    if (run.ticked && AnyNonZero(run)) {
        report.Contradiction("PKT-3", "test_claimed_but_exit_code", run.line, facts.id,
                             {"The test " + command + " is ticked, but an exit code other than 0 is recorded for it.",
                              "Open the box, put right what failed and record the new run."});
    }
    if (!facts.Closed()) {
        return;
    }
    const std::string closed = facts.ClaimsDone() ? "done" : "approved";
    if (!run.ticked) {
        report.Contradiction(
            "PKT-3", "closed_over_test", run.line, facts.id,
            {"Packet " + facts.id + " is called " + closed + ", but the test " + command + " has not passed" +
                 (run.trouble.empty() ? std::string(".") : ": its text says " + Quoted(run.trouble) + "."),
             "Run it to its end with exit code 0 and record that, or take the packet back."});
    }
    if (run.exit_codes.empty()) {
        report.Contradiction(
            "PKT-2", "exit_code_not_recorded", run.line, facts.id,
            {"Packet " + facts.id + " is called " + closed + ", but no exit code is recorded for " + command + ".",
             "Record how the command ended: `command` -> exit 0."});
    }
}

}  // namespace

void LintTests(const PacketFacts& facts, Report& report) {
    std::size_t without_code = 0;
    for (const CommandRun& run : facts.commands) {
        LintCommand(facts, run, report);
        without_code += run.exit_codes.empty() ? 1 : 0;
    }
    for (const Box* claim : facts.claims_without_command) {
        const std::string trouble = TroubleIn(claim->text);
        if (claim->tick == Tick::kTicked && !trouble.empty()) {
            report.Contradiction("PKT-3", "test_claimed_but_not_passed", claim->line, facts.id,
                                 {"A test is ticked, but its own text says " + Quoted(trouble) + ".",
                                  "Open the box until it has passed."});
        } else if (claim->tick == Tick::kTicked && facts.Closed() && ExitCodes(claim->text).empty()) {
            report.Doubt("PKT-2", "test_without_command", claim->line, facts.id,
                         {"A test is claimed without naming the command that ran.",
                          "Begin the box with the `command` and end it with its exit code."});
        }
    }
    if (facts.exit_codes_claim != nullptr && facts.exit_codes_claim->tick == Tick::kTicked && without_code > 0) {
        report.Contradiction("PKT-2", "exit_codes_claimed", facts.exit_codes_claim->line, facts.id,
                             {"All exit codes are said to be recorded; of " +
                                  platform::Plural(static_cast<long long>(facts.commands.size()), "command") + ", " +
                                  std::to_string(without_code) + " without one.",
                              "Record each command's exit code where it stands."});
    }
    if (facts.Closed() && facts.packet != nullptr && facts.commands.empty()) {
        report.Contradiction("PKT-2", "no_command_evidence", facts.packet->line, facts.id,
                             {"Packet " + facts.id + " is closed without the run of any command.",
                              "List the required tests as `command`, each with its exit code."});
    }
}

}  // namespace tracker
