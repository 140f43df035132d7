// portcullis programme ...

#include <charconv>
#include <utility>

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

std::int64_t NumberOf(const Arguments& arguments, const std::string& name) {
    const std::string& text = arguments.Text(name);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 1) {
        throw Failure(kExitUsage, "--" + name + " '" + text + "' is no number of an item");
    }
    return number;
}

/// Somewhere it is tomorrow already: only what is ahead everywhere is.
platform::Date LatestToday() {
    return platform::DateOf(platform::SystemNow() + std::chrono::hours(14));
}

const std::vector<Column> kProgrammeFields = {{"programme", "/id"},
                                              {"title", "/title"},
                                              {"state", "/state"},
                                              {"last updated", "/last_updated"},
                                              {"certified by", "/certified_by"},
                                              {"certified at", "/certified_at"}};

const std::vector<Column> kBoardColumns = {
    {"packet", "/packet"},        {"title", "/title"},     {"status", "/status"}, {"implementer", "/implementer"},
    {"reviewer", "/reviewer"},    {"verdict", "/verdict"}, {"boxes", "/boxes"},   {"ticked", "/ticked"},
    {"checkpoint", "/checkpoint"}};

void PrintProgramme(const Shell& shell, const Json& programme) {
    shell.Out().One(programme, kProgrammeFields);
    if (shell.Out().Form() != OutputForm::kTable && shell.Out().Form() != OutputForm::kMarkdown) {
        return;
    }
    for (const auto& [list, columns] : std::vector<std::pair<const char*, std::vector<Column>>>{
             {"board", kBoardColumns},
             {"milestones", {{"milestone", "/milestone"}, {"packets", "/packets"}, {"reached", "/reached"}}},
             {"definition_of_done",
              {{"item", "/item"}, {"definition of done", "/text"}, {"met", "/met"}, {"by", "/met_by"}}}}) {
        if (const Json items = programme.value(list, Json::array()); !items.empty()) {
            shell.Out().Text("");
            shell.Out().List(items, columns);
        }
    }
}

ExitCode ProgrammeCreate(Shell& shell, const Arguments& arguments) {
    const Json body = ReadDocument(arguments.Text("file"));
    PrintProgramme(shell, shell.Api().Post("/v1/programmes", body).body);
    return kExitOk;
}

/// The judgement of a tracker for people: the board as it stands, then what it breaks.
void PrintJudgement(const Shell& shell, const Json& judgement) {
    if (const Json board = judgement.value("board", Json::array()); !board.empty()) {
        shell.Out().List(board, kStandingColumns);
        shell.Out().Text("");
    }
    shell.Out().Findings(judgement.value("findings", Json::array()));
    if (const std::int64_t left_out = judgement.value("left_out", std::int64_t{0}); left_out > 0) {
        shell.Out().Note(std::to_string(left_out) + " more findings are not listed");
    }
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
        PrintJudgement(shell, json);
    }
    if (judgement.breaches.empty()) {
        shell.Out().Note("the tracker keeps its rules");
    }
    return tracker::HasContradictions(judgement) ? kExitDenied : kExitOk;
}

ExitCode ProgrammeImport(Shell& shell, const Arguments& arguments) {
    CallOptions options;
    options.content_type = "text/markdown";
    options.query.emplace_back("programme", arguments.Text("programme"));
    const Json imported =
        shell.Api().PostText("/v1/programmes/import", ReadInput(arguments.Text("file")), options).body;
    if (shell.Out().Form() == OutputForm::kJson || shell.Out().Form() == OutputForm::kYaml) {
        shell.Out().One(imported);
        return kExitOk;
    }
    PrintJudgement(shell, imported.value("tracker", Json::object()));
    shell.Out().Note("made the programme " + arguments.Text("programme"));
    return kExitOk;
}

ExitCode PrintText(Shell& shell, const Arguments& arguments, const std::string& path, const char* type,
                   const QueryList& query = {}) {
    const Answer answer = shell.Api().GetText(path, type, query);
    if (const auto file = arguments.Optional("file")) {
        WriteOutput(*file, answer.text);
        shell.Out().Note("wrote " + *file);
    } else {
        shell.Out().Text(answer.text);
    }
    return kExitOk;
}

ExitCode ProgrammeTracker(Shell& shell, const Arguments& arguments) {
    return PrintText(shell, arguments, Path({"programmes", arguments.Text("programme"), "tracker"}), "text/markdown");
}

ExitCode ProgrammeReport(Shell& shell, const Arguments& arguments) {
    const std::string path = Path({"programmes", arguments.Text("programme"), "report"});
    if (shell.Out().Form() == OutputForm::kJson || shell.Out().Form() == OutputForm::kYaml) {
        shell.Out().One(shell.Api().Get(path).body);
        return kExitOk;
    }
    return PrintText(shell, arguments, path, "text/markdown", {{"format", "md"}});
}

ExitCode ProgrammeList(Shell& shell, const Arguments&) {
    shell.Out().List(shell.Api().GetAll("/v1/programmes"), kProgrammeFields);
    return kExitOk;
}

ExitCode ProgrammeShow(Shell& shell, const Arguments& arguments) {
    PrintProgramme(shell, shell.Api().Get(Path({"programmes", arguments.Text("programme")})).body);
    return kExitOk;
}

/// Every change goes over the version that was there when the command began.
Json ChangeAt(Shell& shell, const std::string& path, const std::string& verb, const Json& body) {
    CallOptions options;
    options.if_match = shell.Api().Get(path).etag;
    return shell.Api().Post(path + verb, body, options).body;
}

ExitCode ProgrammeMet(Shell& shell, const Arguments& arguments) {
    PrintProgramme(shell, ChangeAt(shell, Path({"programmes", arguments.Text("programme")}), "/definition-of-done",
                                   {{"item", NumberOf(arguments, "item")}, {"evidence", arguments.Text("evidence")}}));
    return kExitOk;
}

ExitCode ProgrammeCertify(Shell& shell, const Arguments& arguments) {
    Json body = Json::object();
    arguments.Into(body, "note");
    PrintProgramme(shell, ChangeAt(shell, Path({"programmes", arguments.Text("programme")}), ":certify", body));
    return kExitOk;
}

}  // namespace

std::vector<Command> ProgrammeCommands() {
    const Argument programme = {"programme", ArgumentKind::kPositional, "Id of the programme."};
    const Argument file = {"file", ArgumentKind::kValue, "Write it to this file."};
    return {
        {"programme create",
         "Makes a programme with its packets, milestones and definition of done.",
         {{"file", ArgumentKind::kPositional, "YAML or JSON; - is standard input."}},
         ProgrammeCreate},
        {"programme import",
         "Makes a programme from a progress tracker and lists what the tracker breaks.",
         {{"file", ArgumentKind::kPositional, "The tracker, Markdown; - is standard input."},
          {"programme", ArgumentKind::kRequired, "The id that the programme gets."}},
         ProgrammeImport},
        {"programme tracker",
         "Shows a programme as a progress tracker, in the layout it was imported in.",
         {programme, file},
         ProgrammeTracker},
        {"programme report", "Shows the certification report with all evidence.", {programme, file}, ProgrammeReport},
        {"programme list", "Lists programmes.", {}, ProgrammeList},
        {"programme show", "Shows a programme with its board.", {programme}, ProgrammeShow},
        {"programme met",
         "Records that an item of the definition of done holds.",
         {programme,
          {"item", ArgumentKind::kRequired, "Number of the item."},
          {"evidence", ArgumentKind::kRequired, "What shows it."}},
         ProgrammeMet},
        {"programme certify",
         "Certifies a programme whose definition of done holds.",
         {programme, {"note", ArgumentKind::kValue, "Kept in the audit log."}},
         ProgrammeCertify},
        {"programme lint",
         "Reads a progress tracker and lists every breach of its own rules; exits 0 only when there is none.",
         {{"file", ArgumentKind::kPositional, "The tracker, Markdown; - is standard input."},
          {"today", ArgumentKind::kValue, "Dates after this day are ahead; today unless given."}},
         ProgrammeLint},
    };
}

}  // namespace cli
