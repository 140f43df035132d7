// portcullis packet ...

#include <charconv>

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"

namespace cli {
namespace {

const std::vector<Column> kPacketFields = {
    {"packet", "/packet"},     {"title", "/title"},     {"status", "/status"},        {"implementer", "/implementer"},
    {"reviewer", "/reviewer"}, {"verdict", "/verdict"}, {"objective", "/objective"},  {"scope", "/scope"},
    {"boxes", "/boxes"},       {"ticked", "/ticked"},   {"checkpoint", "/checkpoint"}};

std::string PacketPath(const Arguments& arguments) {
    return Path({"programmes", arguments.Text("programme"), "packets", arguments.Text("packet")});
}

void PrintPacket(const Shell& shell, const Json& packet) {
    shell.Out().One(packet, kPacketFields);
    if (shell.Out().Form() != OutputForm::kTable && shell.Out().Form() != OutputForm::kMarkdown) {
        return;
    }
    shell.Out().Text("");
    shell.Out().List(
        packet.value("items", Json::array()),
        {{"item", "/item"}, {"section", "/section"}, {"ticked", "/ticked"}, {"by", "/ticked_by"}, {"box", "/text"}});
    if (const Json runs = packet.value("runs", Json::array()); !runs.empty()) {
        shell.Out().Text("");
        shell.Out().List(runs, {{"run", "/id"},
                                {"item", "/item"},
                                {"exit code", "/exit_code"},
                                {"timed out", "/timed_out"},
                                {"bytes", "/output_bytes"},
                                {"counts", "/passed"},
                                {"command", "/argv"}});
    }
    if (const Json reviews = packet.value("reviews", Json::array()); !reviews.empty()) {
        shell.Out().Text("");
        shell.Out().List(reviews, {{"reviewer", "/reviewer"},
                                   {"P0", "/p0"},
                                   {"P1", "/p1"},
                                   {"P2", "/p2"},
                                   {"verdict", "/verdict"},
                                   {"findings", "/findings"},
                                   {"at", "/reviewed_at"}});
    }
}

/// Every change of a packet goes over the version that was there when the command began.
ExitCode ChangePacket(Shell& shell, const Arguments& arguments, const char* verb, const Json& body) {
    const std::string path = PacketPath(arguments);
    CallOptions options;
    options.if_match = shell.Api().Get(path).etag;
    PrintPacket(shell, shell.Api().Post(path + "/" + verb, body, options).body);
    return kExitOk;
}

ExitCode PacketShow(Shell& shell, const Arguments& arguments) {
    PrintPacket(shell, shell.Api().Get(PacketPath(arguments)).body);
    return kExitOk;
}

ExitCode PacketDelegation(Shell& shell, const Arguments& arguments) {
    shell.Out().Text(shell.Api().GetText(PacketPath(arguments) + "/delegation", "text/plain", {}).text);
    return kExitOk;
}

ExitCode PacketOutput(Shell& shell, const Arguments& arguments) {
    shell.Out().Text(shell.Api().GetText(PacketPath(arguments) + "/review-output", "text/plain", {}).text);
    return kExitOk;
}

ExitCode PacketStart(Shell& shell, const Arguments& arguments) {
    return ChangePacket(shell, arguments, "start",
                        {{"implementer", arguments.Text("implementer")}, {"reviewer", arguments.Text("reviewer")}});
}

ExitCode PacketTick(Shell& shell, const Arguments& arguments) {
    const std::string& text = arguments.Text("item");
    std::int64_t item = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), item);
    if (error != std::errc() || end != text.data() + text.size() || item < 1) {
        throw Failure(kExitUsage, "--item '" + text + "' is no number of a box");
    }
    return ChangePacket(shell, arguments, "ticks", {{"item", item}, {"ticked", !arguments.Flag("open")}});
}

ExitCode PacketReview(Shell& shell, const Arguments& arguments) {
    Json body = {{"verdict", arguments.Text("verdict")},
                 {"residual_risk", arguments.Text("residual-risk")},
                 {"rollback", arguments.Text("rollback")}};
    for (const char* gate : {"p0", "p1", "p2"}) {
        body[gate] = arguments.Text(gate);
        arguments.Into(body, std::string(gate) + "-reason", (std::string(gate) + "_reason").c_str());
    }
    arguments.Into(body, "findings");
    return ChangePacket(shell, arguments, "reviews", body);
}

ExitCode PacketCheckpoint(Shell& shell, const Arguments& arguments) {
    return ChangePacket(shell, arguments, "checkpoint", {{"commit", arguments.Text("commit")}});
}

}  // namespace

std::vector<Command> PacketCommands() {
    const Argument programme = {"programme", ArgumentKind::kPositional, "Id of the programme."};
    const Argument packet = {"packet", ArgumentKind::kPositional, "Number of the packet."};
    return {
        {"packet show", "Shows a packet with its boxes, runs and reviews.", {programme, packet}, PacketShow},
        {"packet delegation", "Prints what its implementer is given.", {programme, packet}, PacketDelegation},
        {"packet output", "Prints the required output of its review.", {programme, packet}, PacketOutput},
        {"packet start",
         "Starts a packet, naming who implements and who reviews it.",
         {programme,
          packet,
          {"implementer", ArgumentKind::kRequired, "Who does it."},
          {"reviewer", ArgumentKind::kRequired, "Who reviews it: somebody else."}},
         PacketStart},
        {"packet tick",
         "Ticks a box of a packet's checklist; tests are ticked by their runs.",
         {programme,
          packet,
          {"item", ArgumentKind::kRequired, "Number of the box."},
          {"open", ArgumentKind::kFlag, "Open it again."}},
         PacketTick},
        {"packet review",
         "Gives the reviewer's verdict; APPROVED makes the packet done.",
         {programme,
          packet,
          {"p0", ArgumentKind::kRequired, "Commands ran to their end, with output.", {"PASS", "FAIL"}},
          {"p1", ArgumentKind::kRequired, "The packet's own checks.", {"PASS", "FAIL", "N/A"}},
          {"p2", ArgumentKind::kRequired, "Documentation and tracker.", {"PASS", "FAIL"}},
          {"p0-reason", ArgumentKind::kValue, "Why."},
          {"p1-reason", ArgumentKind::kValue, "Why; needed for N/A."},
          {"p2-reason", ArgumentKind::kValue, "Why."},
          {"verdict", ArgumentKind::kRequired, "The verdict.", {"APPROVED", "CHANGES_REQUESTED", "BLOCKED"}},
          {"findings", ArgumentKind::kValue, "What was found; needed unless approved."},
          {"residual-risk", ArgumentKind::kRequired, "What risk is left, or none."},
          {"rollback", ArgumentKind::kRequired, "How it is taken back."}},
         PacketReview},
        {"packet checkpoint",
         "Records the checkpoint commit of an approved packet.",
         {programme, packet, {"commit", ArgumentKind::kRequired, "Hash of the commit."}},
         PacketCheckpoint},
    };
}

}  // namespace cli
