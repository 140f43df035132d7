// The commands for programmes, packets and evidence for them: what they write, what they read, and how they end when
// they are refused.
#include <gtest/gtest.h>

#include "tests/api/command_line.hpp"

namespace api_test {
namespace {

std::string Has(const std::string& text, const std::string& part) {
    return text.find(part) == std::string::npos ? "'" + part + "' is missing in: " + text : "";
}

const char* const kProgramme = R"yaml(
title: Parcel tracking
capability: parcels are followed to the door
packets:
  - packet: "00"
    title: Map of the depots
    objective: know every depot
    scope: [depots/]
    checklist: [every depot is on the map]
    tests: ["true"]
    evidence: [the map is in the docs]
    exit_criteria: [no depot is missing]
  - packet: "01"
    title: Scanners
milestones:
  - {milestone: M1, packets: ["00"]}
definition_of_done: [a parcel is found at any time]
)yaml";

/// A programme that was made from a file.
class Programme {
public:
    Programme() {
        support::WriteFile(folder_ / "programme.yaml", "id: " + id_ + kProgramme);
        Said("rita.release", {"programme", "create", File("programme.yaml")});
    }
    std::string File(const std::string& name) const {
        return (folder_ / name).string();
    }
    void Write(const std::string& name, const std::string& text) const {
        support::WriteFile(folder_ / name, text);
    }
    std::string Read(const std::string& name) const {
        return support::ReadFile(folder_ / name);
    }
    const std::string& Id() const {
        return id_;
    }
    std::string Packet(std::string_view who, const std::string& verb, std::vector<std::string> rest,
                       int expected = cli::kExitOk, const std::string& number = "00") const {
        rest.insert(rest.begin(), {"packet", verb, id_, number});
        return Said(who, rest, expected);
    }
    std::string Review(const std::string& verdict, int expected = cli::kExitOk, std::string_view who = "quinn.qa",
                       std::vector<std::string> more = {}) const {
        std::vector<std::string> rest = {"--p0",
                                         "PASS",
                                         "--p1",
                                         "N/A",
                                         "--p1-reason",
                                         "no pages",
                                         "--p2",
                                         verdict == "APPROVED" ? "PASS" : "FAIL",
                                         "--verdict",
                                         verdict,
                                         "--residual-risk",
                                         "none",
                                         "--rollback",
                                         "revert"};
        rest.insert(rest.end(), more.begin(), more.end());
        return Packet(who, "review", rest, expected);
    }

private:
    support::TempDir folder_{"programme-commands"};
    std::string id_ = Unique("programme");
};

TEST(ProgrammeCommands, CertifyPacketByPacket) {
    const Programme programme;
    EXPECT_EQ(Has(Said("nora.none", {"programme", "list"}), programme.Id()), "");
    Said("rita.release", {"programme", "create", programme.File("programme.yaml")}, cli::kExitConflict);
    Said("nora.none", {"programme", "create", programme.File("programme.yaml")}, cli::kExitAuth);
    Said("rita.release", {"programme", "create", programme.File("nothing.yaml")}, cli::kExitUsage);
    EXPECT_EQ(Has(programme.Packet("nora.none", "delegation", {}), "IMPLEMENTATION PACKET: 00 Map of the depots"), "");
    EXPECT_EQ(Has(programme.Packet("rita.release", "start", {"--implementer", "dora.lead", "--reviewer", "dora.lead"},
                                   cli::kExitDenied),
                  "PKT-2"),
              "");
    programme.Packet("rita.release", "start", {"--implementer", "dora.lead", "--reviewer", "quinn.qa"});
    EXPECT_EQ(Has(programme.Review("APPROVED", cli::kExitDenied), "PKT-1"), "") << "boxes are open";
    programme.Packet("dora.lead", "tick", {"--item", "1"});
    programme.Packet("dora.lead", "tick", {"--item", "1", "--open"});
    programme.Packet("dora.lead", "tick", {"--item", "1"});
    programme.Packet("dora.lead", "tick", {"--item", "3"});
    Said("dora.lead", {"packet", "tick", programme.Id(), "00", "--item", "9"}, cli::kExitUsage);
    EXPECT_EQ(Has(programme.Review("APPROVED", cli::kExitDenied), "PKT-3"), "") << "the test was not run";
    Said("ci", {"evidence", "run", "--programme", programme.Id(), "--packet", "00", "--item", "2", "--", "sh", "-c",
                "echo every depot"});
    EXPECT_EQ(Has(programme.Review("CHANGES_REQUESTED", cli::kExitDenied), "PKT-4"), "") << "without findings";
    programme.Review("CHANGES_REQUESTED", cli::kExitOk, "quinn.qa", {"--findings", "one depot is missing"});
    EXPECT_EQ(Has(programme.Packet("nora.none", "show", {}), "CHANGES_REQUESTED"), "");
    EXPECT_EQ(Has(programme.Review("APPROVED", cli::kExitDenied, "max.all"), "PKT-2"), "") << "not its reviewer";
    programme.Review("APPROVED");
    EXPECT_EQ(Has(programme.Packet("nora.none", "output", {}), "-> exit 0"), "");
    EXPECT_EQ(Has(programme.Packet("rita.release", "start", {"--implementer", "dora.lead", "--reviewer", "quinn.qa"},
                                   cli::kExitDenied, "01"),
                  "PKT-6"),
              "")
        << "a checkpoint is missing";
    programme.Packet("dora.lead", "checkpoint", {"--commit", "no hash"}, cli::kExitUsage);
    programme.Packet("dora.lead", "checkpoint", {"--commit", "0badcafe12"});
    Said("quinn.qa", {"programme", "met", programme.Id(), "--item", "1", "--evidence", "the recording"});
    Said("dora.lead", {"programme", "certify", programme.Id()}, cli::kExitAuth);
    EXPECT_EQ(Has(Said("sam.owner", {"programme", "certify", programme.Id()}, cli::kExitPending), "PKT-7"), "")
        << "packet 01 is not done";
    const std::string shown = Said("nora.none", {"programme", "show", programme.Id()});
    EXPECT_EQ(Has(shown, "DONE"), "");
    EXPECT_EQ(Has(shown, "Scanners"), "");
    Said("nora.none", {"programme", "report", programme.Id(), "--file", programme.File("report.md")});
    EXPECT_EQ(Has(programme.Read("report.md"), "not certified"), "");
}

TEST(ProgrammeCommands, ImportAndGiveBackATracker) {
    const Programme programme;
    Said("nora.none", {"programme", "tracker", programme.Id(), "--file", programme.File("tracker.md")});
    const std::string tracker = programme.Read("tracker.md");
    EXPECT_EQ(Has(tracker, "| 00 | Map of the depots |"), "");
    Said("nora.none", {"programme", "lint", programme.File("tracker.md")});
    const std::string again = Unique("programme");
    Said("rita.release", {"programme", "import", programme.File("tracker.md"), "--programme", again});
    EXPECT_EQ(Has(Said("nora.none", {"programme", "show", again}), "Map of the depots"), "");
    Said("rita.release", {"programme", "import", programme.File("tracker.md"), "--programme", again},
         cli::kExitConflict);
    // The same with a packet that is called done.
    std::string broken = tracker;
    const std::size_t row = broken.find("| NOT_STARTED |");
    ASSERT_NE(row, std::string::npos) << tracker;
    broken.replace(row, 15, "| DONE |");
    programme.Write("broken.md", broken);
    const std::string said = Said("nora.none", {"programme", "lint", programme.File("broken.md")}, cli::kExitDenied);
    EXPECT_EQ(Has(said, "PKT-1"), "");
    programme.Write("nothing.md", "# nothing\n");
    Said("rita.release", {"programme", "import", programme.File("nothing.md"), "--programme", Unique("programme")},
         cli::kExitUsage);
}

TEST(ProgrammeCommands, TakeTheStatusAuditOfAProject) {
    const Programme programme;
    const auto report = [](const std::string& status) {
        return R"({"errors":[],"summary":{"repo_ready":true,"rc_ready":true,"release_ready":true},
                   "readiness":{"rc_blockers":[],"release_blockers":[]},
                   "release_gates":[{"id":"parcels-are-found","blocking_level":"release-ready","status":"passed",
                     "effective_status":")" +
               status + R"(","minimum_evidence_tier":"managed-runtime-exercise",
                     "highest_evidence_tier":"real-external-e2e","owner":"somebody"}]})";
    };
    programme.Write("green.json", report("passed"));
    programme.Write("red.json", report("evidence-missing"));
    const auto import = [&](const std::string& file, int expected, const std::string& of) {
        return Said("ci", {"evidence", "import", programme.File(file), "--programme", of, "--commit", "0badcafe12"},
                    expected);
    };
    import("green.json", cli::kExitOk, programme.Id());
    EXPECT_EQ(Has(import("red.json", cli::kExitDenied, programme.Id()), "parcels-are-found"), "");
    import("green.json", cli::kExitUsage, "nowhere");
    programme.Write("torn.json", report("passed").substr(0, 80));
    import("torn.json", cli::kExitUsage, programme.Id());
    EXPECT_EQ(As("nora.none").All("/v1/programmes/" + programme.Id() + "/status-audits").size(), 2U);
}

}  // namespace
}  // namespace api_test
