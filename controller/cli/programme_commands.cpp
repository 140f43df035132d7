// portcullis programme ...

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/tracker/lint.hpp"
#include "controller/wire/tracker_json.hpp"
#include "platform/base/clock.hpp"

namespace cli {
namespace {

const std::vector<Column> kStandingColumns = {{"packet", "/packet"},
                                              {"title", "/title"},
                                              {"says", "/claimed"},
                                              {"review says", "/claimed_review"},
                                              {"stands", "/stands"},
                                              {"boxes", "/boxes"},
                                              {"ticked", "/ticked"},
                                              {"commands", "/commands"},
                                              {"exit 0", "/commands_with_exit_zero"},
                                              {"checkpoint", "/checkpoint"},
                                              {"breaches", "/contradictions"}};

/// Somewhere it is tomorrow already: only what is ahead everywhere is.
platform::Date LatestToday() {
    return platform::DateOf(platform::SystemNow() + std::chrono::hours(14));
}

ExitCode ProgrammeLint(Shell& shell, const Arguments& arguments) {
    platform::Date today = LatestToday();
    if (const auto text = arguments.Optional("today")) {
        const auto date = platform::ParseDate(*text);
        if (!date) {
            throw Failure(kExitUsage, "--today '" + *text + "' is no date", "Write 2025-01-31.");
        }
        today = *date;
    }
    const tracker::Document document = tracker::ReadTracker(ReadInput(arguments.Text("file")));
    const tracker::Judgement judgement = tracker::LintTracker(document, today);
    const Json json = Json::parse(wire::EncodeTrackerJudgement(judgement));
    if (shell.Out().Form() == OutputForm::kJson || shell.Out().Form() == OutputForm::kYaml) {
        shell.Out().One(json);
    } else {
        if (!judgement.board.empty()) {
            shell.Out().List(json["board"], kStandingColumns);
            shell.Out().Text("");
        }
        shell.Out().Findings(json["findings"]);
        if (judgement.left_out > 0) {
            shell.Out().Note(std::to_string(judgement.left_out) + " more findings are not listed");
        }
    }
    if (judgement.breaches.empty()) {
        shell.Out().Note("the tracker keeps its rules");
    }
    return tracker::HasContradictions(judgement) ? kExitDenied : kExitOk;
}

}  // namespace

std::vector<Command> ProgrammeCommands() {
    return {
        {"programme lint",
         "Reads a progress tracker and lists every breach of its own rules; exits 0 only when there is none.",
         {{"file", ArgumentKind::kPositional, "The tracker, Markdown; - is standard input."},
          {"today", ArgumentKind::kValue, "Dates after this day are ahead; today unless given."}},
         ProgrammeLint},
    };
}

}  // namespace cli
