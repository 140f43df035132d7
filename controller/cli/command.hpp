// The commands of `portcullis` as one table: the parser, the help, the shell completion and the man page are all made
// from it, so none can forget a command or an option.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "controller/cli/output.hpp"
#include "controller/cli/session.hpp"
#include "platform/crypto/crypto.hpp"

namespace cli {

enum class ArgumentKind {
    kPositional,  // required
    kValue,       // --name VALUE
    kRequired,    // --name VALUE, must be given
    kList,        // --name VALUE, may be given again
    kFlag,        // --name
    kRest         // everything after `--`
};

struct Argument {
    std::string name;  // "release", "to"; long option without dashes
    ArgumentKind kind;
    std::string help;
    std::vector<std::string> choices = {};  // for completion and for an early error; empty: anything
    std::string fallback = {};              // kValue only
};

class Arguments {
public:
    /// A positional, required or defaulted value.
    const std::string& Text(const std::string& name) const;
    /// Empty optional when the option was not given.
    std::optional<std::string> Optional(const std::string& name) const;
    const std::vector<std::string>& List(const std::string& name) const;
    bool Flag(const std::string& name) const;
    /// A span such as `30m`; a Failure that names the option when it is none.
    std::chrono::milliseconds Span(const std::string& name) const;

    /// Adds `name` to `body` when the option was given.
    void Into(Json& body, const std::string& name, const char* field = nullptr) const;

    std::map<std::string, std::vector<std::string>> values;  // filled by the parser
};

/// What a command works with. The session is made on first use, so that offline commands need no address.
class Shell {
public:
    Shell(ProfileRequest profile, std::chrono::milliseconds call_timeout, Output output)
        : profile_(std::move(profile)), call_timeout_(call_timeout), output_(std::move(output)) {}

    Session& Api();
    const Output& Out() const {
        return output_;
    }

private:
    ProfileRequest profile_;
    std::chrono::milliseconds call_timeout_;
    Output output_;
    std::unique_ptr<Session> session_;
};

struct Command {
    std::string path;  // "release show"
    std::string help;  // one sentence
    std::vector<Argument> arguments;
    std::function<ExitCode(Shell&, const Arguments&)> run;
};

/// One function per area, each in its own file.
std::vector<Command> ApplyCommands();
std::vector<Command> ReleaseCommands();
std::vector<Command> PlanCommands();
std::vector<Command> GateCommands();
std::vector<Command> EvidenceCommands();
std::vector<Command> MemoCommands();
std::vector<Command> RollbackCommands();
std::vector<Command> IncidentCommands();
std::vector<Command> CommunicationCommands();
std::vector<Command> ProgrammeCommands();
std::vector<Command> PacketCommands();
std::vector<Command> RolloutCommands();
std::vector<Command> CalendarCommands();
std::vector<Command> FleetCommands();
std::vector<Command> KeyCommands();
std::vector<Command> KillCommands();
std::vector<Command> DrillCommands();
std::vector<Command> RegistryCommands();
std::vector<Command> MonitoringCommands();
std::vector<Command> WebhookCommands();
std::vector<Command> AuditCommands();

/// All of them, in the order the help shows.
std::vector<Command> AllCommands();

/// What main.cpp knows by itself (help, man, completion): for the completion and the man page; nothing runs them.
std::vector<Command> BuiltInCommands();

/// "release" -> "Releases: list, show ..."; empty for what is no group.
std::string GroupHelp(const std::string& name);

/// Options of every command.
struct GlobalOption {
    const char* name;       // without dashes
    const char* shorthand;  // one letter, or none
    bool takes_value;
    const char* help;
};

inline constexpr GlobalOption kGlobalOptions[] = {
    {"url", nullptr, true, "Address of the controller (PORTCULLIS_URL)."},
    {"token-file", nullptr, true,
     "File with the API token (PORTCULLIS_TOKEN_FILE; the token itself: PORTCULLIS_TOKEN)."},
    {"profile", nullptr, true, "Profile of the configuration file (PORTCULLIS_PROFILE)."},
    {"output", "o", true, "Form of results: table, json, yaml, markdown."},
    {"call-timeout", nullptr, true, "Longest time for one call."},
    {"quiet", "q", false, "No progress and hints on stderr."},
    {"help", "h", false, "Explains the command."},
    {"version", nullptr, false, "Prints the program's version."}};

/// The text of a completion script for `shell` (bash, zsh, fish), and of the man page (roff).
std::string CompletionScript(const std::string& shell, std::span<const Command> commands);
std::string ManPage(std::span<const Command> commands);

// What several areas need.

inline const std::vector<std::string> kChannels = {"experimental", "candidate", "stable"};
inline const std::vector<std::string> kApproverRoles = {"dev_lead", "qa", "system_owner"};

/// One change of a document, as a diff lists it.
inline const std::vector<Column> kChangeColumns = {
    {"op", "/op"}, {"where", "/pointer"}, {"before", "/before"}, {"after", "/after"}};

/// An approval as it is shown after it was given.
inline const std::vector<Column> kApprovalFields = {{"approval", "/id"},      {"for", "/scope"},
                                                    {"as", "/role"},          {"by", "/principal"},
                                                    {"state", "/state"},      {"own work", "/self_approved"},
                                                    {"over", "/content_hash"}};

/// The file's text (`-` is standard input); a Failure when it cannot be read or is over `max_bytes`.
std::string ReadInput(const std::string& path, std::size_t max_bytes = 4 * 1024 * 1024);
/// A YAML or JSON document from a file.
Json ReadDocument(const std::string& path);
/// The public key or keys in a file; a Failure when it holds none.
platform::VerifyingKeys ReadPublicKeys(const std::string& path);
/// Writes a file atomically; a Failure when it cannot.
void WriteOutput(const std::string& path, const std::string& text);

}  // namespace cli
