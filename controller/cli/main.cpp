// `portcullis`: parses the command line against the command table, runs one command, exits with its code.
//
// Whatever goes wrong ends in a non-zero code: an unknown verb or option is 2, no answer is 4, an exception nobody
// expected is 70. There is no option or variable that changes that.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <iostream>
#include <set>

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"
#include "platform/base/text.hpp"
#include "platform/base/time.hpp"

namespace cli {
namespace {

struct GlobalOptions {
    ProfileRequest profile;
    std::string form = "table";
    std::string call_timeout = "30s";
    bool quiet = false;
};

/// An empty value is the classic of a pipeline with an unset variable; it must stop here.
CLI::Validator NotEmpty(const std::string& name) {
    return CLI::Validator(
        [name](const std::string& text) { return text.empty() ? "'" + name + "' is empty" : std::string(); }, "");
}

/// The text of the table that the completion and the man page are made from.
std::string GlobalHelp(std::string_view name) {
    for (const GlobalOption& option : kGlobalOptions) {
        if (name == option.name) {
            return option.help;
        }
    }
    return {};
}

void AddGlobalOptions(CLI::App& app, GlobalOptions& options) {
    app.add_option("--url", options.profile.url, GlobalHelp("url"))->check(NotEmpty("url"))->group("Everywhere");
    app.add_option("--token-file", options.profile.token_file, GlobalHelp("token-file"))
        ->check(NotEmpty("token-file"))
        ->group("Everywhere");
    app.add_option("--profile", options.profile.profile, GlobalHelp("profile"))
        ->check(NotEmpty("profile"))
        ->group("Everywhere");
    app.add_option("-o,--output", options.form, GlobalHelp("output"))
        ->check(CLI::IsMember({"table", "json", "yaml", "markdown"}))
        ->group("Everywhere");
    app.add_option("--call-timeout", options.call_timeout, GlobalHelp("call-timeout"))->group("Everywhere");
    app.add_flag("-q,--quiet", options.quiet, GlobalHelp("quiet"))->group("Everywhere");
}

void AddArgument(CLI::App& app, const Argument& argument, Arguments& into) {
    auto& values = into.values;
    const std::string name = argument.name;
    const auto store = [&values, name](const std::vector<std::string>& given) {
        values[name] = given;
        return true;
    };
    // The one short option of commands, as everywhere: -f FILE.
    const std::string flags = (name == "file" ? "-f,--" : "--") + name;
    CLI::Option* option = nullptr;
    switch (argument.kind) {
        case ArgumentKind::kPositional:
            option = app.add_option(name, store, argument.help)->required()->type_size(1)->expected(1);
            break;
        case ArgumentKind::kRequired:
            option = app.add_option(flags, store, argument.help)->required()->type_size(1)->expected(1);
            break;
        case ArgumentKind::kValue:
            option = app.add_option(flags, store, argument.help)->type_size(1)->expected(1);
            break;
        case ArgumentKind::kList:
            option = app.add_option(flags, store, argument.help)->type_size(1)->expected(1, 1000);
            option->allow_extra_args(false);
            break;
        case ArgumentKind::kFlag:
            app.add_flag_callback(
                "--" + name, [&values, name] { values[name] = {"true"}; }, argument.help);
            return;
        case ArgumentKind::kRest:
            // Taken from behind the `--` before the parser sees anything: its options are not ours.
            app.footer("Everything after -- is the " + name + ": " + argument.help);
            return;
    }
    option->type_name("TEXT");
    if (!argument.choices.empty()) {
        option->check(CLI::IsMember(argument.choices));
    }
    option->check(NotEmpty(name));
    if (!argument.fallback.empty()) {
        values[name] = {argument.fallback};
    }
}

/// The subcommand for "release show" below `app`, made where it is missing.
CLI::App* FindOrAddPath(CLI::App& app, const std::string& path) {
    CLI::App* at = &app;
    for (const std::string_view word : platform::Split(path, ' ')) {
        const auto found = at->get_subcommands([&](const CLI::App* sub) { return sub->get_name() == word; });
        CLI::App* next = found.empty() ? at->add_subcommand(std::string(word)) : found.front();
        if (found.empty()) {
            next->fallthrough();
            at->require_subcommand(1);
        }
        at = next;
    }
    return at;
}

/// A Failure for a word that is no command where one is expected; the parser alone would say that one is missing, and
/// show the help, successfully, when --help stands behind a typing error.
void CheckVerbs(const CLI::App& app, const std::vector<std::string>& words) {
    static const std::set<std::string> kWithValue = {"--url", "--token-file", "--profile",
                                                     "-o",    "--output",     "--call-timeout"};
    const CLI::App* at = &app;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i].starts_with('-') && words[i].size() > 1) {
            i += kWithValue.contains(words[i]) ? 1 : 0;
            continue;
        }
        const auto below = at->get_subcommands([](const CLI::App*) { return true; });
        if (below.empty()) {
            return;  // the rest is the command's own
        }
        const auto next =
            std::find_if(below.begin(), below.end(), [&](const CLI::App* sub) { return sub->get_name() == words[i]; });
        if (next == below.end()) {
            std::vector<std::string> names;
            for (const CLI::App* sub : below) {
                names.push_back(sub->get_name());
            }
            throw Failure(kExitUsage,
                          "'" + platform::EscapeForLog(words[i]) + "' is no command" +
                              (at == &app ? "" : " of portcullis " + at->get_name()),
                          "Known: " + platform::Join(names, ", ") + ".");
        }
        at = *next;
    }
}

/// Puts what stood behind `--` where the command wants it; a command that wants nothing there must not swallow it.
void TakeRest(const Command& command, std::vector<std::string> rest, bool has_rest, Arguments& into) {
    for (const Argument& argument : command.arguments) {
        if (argument.kind == ArgumentKind::kRest) {
            if (rest.empty()) {
                throw Failure(kExitUsage, "no " + argument.name + " was given",
                              "Write it behind two dashes: portcullis " + command.path + " ... -- ctest --preset dev");
            }
            into.values[argument.name] = std::move(rest);
            return;
        }
    }
    if (has_rest) {
        throw Failure(kExitUsage, "'" + command.path + "' takes nothing behind --");
    }
}

int Run(int argc, char** argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    const auto dashes = std::find(words.begin(), words.end(), "--");
    const bool has_rest = dashes != words.end();
    const std::vector<std::string> rest(has_rest ? dashes + 1 : dashes, words.end());
    words.erase(dashes, words.end());
    if (!words.empty() && words.front() == "help") {  // `help gate` is `gate --help`
        words.erase(words.begin());
        words.emplace_back("--help");
    }
    CLI::App app("Release governance: submit, gate, decide, promote. Results go to stdout, everything else to stderr.",
                 "portcullis");
    app.set_version_flag("--version", "portcullis " PORTCULLIS_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    app.footer(
        "Exit codes: 0 done or allowed, 1 denied, 2 wrong call, 3 pending, 4 could not be decided (stop), "
        "5 not named or role missing, 6 conflict, 70 internal.");
    GlobalOptions options;
    AddGlobalOptions(app, options);

    const std::vector<Command> commands = AllCommands();
    std::vector<Arguments> parsed(commands.size());
    std::vector<CLI::App*> apps;
    for (std::size_t i = 0; i < commands.size(); ++i) {
        CLI::App* sub = FindOrAddPath(app, commands[i].path);
        sub->description(commands[i].help);
        for (const Argument& argument : commands[i].arguments) {
            AddArgument(*sub, argument, parsed[i]);
        }
        apps.push_back(sub);
    }
    for (CLI::App* group : app.get_subcommands([](CLI::App*) { return true; })) {
        if (group->get_description().empty()) {
            group->description(GroupHelp(group->get_name()));
        }
    }
    std::string shell_name;
    CLI::App* completion = app.add_subcommand("completion", "Prints a completion script for bash, zsh or fish.");
    completion->add_option("shell", shell_name)->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
    CLI::App* man = app.add_subcommand("man", "Prints the man page.");
    app.add_subcommand("help", "Explains a command: help gate.");  // turned into --help above

    CheckVerbs(app, words);
    try {
        std::vector<std::string> reversed(words.rbegin(), words.rend());  // the order CLI11 takes them in
        app.parse(reversed);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error, std::cout, std::cerr);
        return code == 0 ? kExitOk : kExitUsage;
    }
    if (completion->parsed()) {
        std::cout << CompletionScript(shell_name, commands);
        return kExitOk;
    }
    if (man->parsed()) {
        std::cout << ManPage(commands);
        return kExitOk;
    }
    const auto timeout = platform::ParseDuration(options.call_timeout);
    if (!timeout) {
        throw Failure(kExitUsage, "--call-timeout '" + options.call_timeout + "' is no span", "Write 30s or 2m.");
    }
    const OutputForm form = options.form == "json"       ? OutputForm::kJson
                            : options.form == "yaml"     ? OutputForm::kYaml
                            : options.form == "markdown" ? OutputForm::kMarkdown
                                                         : OutputForm::kTable;
    Shell shell(options.profile, std::chrono::duration_cast<std::chrono::milliseconds>(*timeout),
                Output(form, options.quiet));
    for (std::size_t i = 0; i < commands.size(); ++i) {
        if (apps[i]->parsed()) {
            TakeRest(commands[i], rest, has_rest, parsed[i]);
            return commands[i].run(shell, parsed[i]);
        }
    }
    throw Failure(kExitUsage, "no command was named", "portcullis --help lists them.");
}

}  // namespace
}  // namespace cli

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    int code = cli::kExitInternal;
    try {
        code = cli::Run(argc, argv);
    } catch (const cli::Failure& failure) {
        if (*failure.what() != '\0') {
            std::cerr << "portcullis: " << failure.what() << '\n';
        }
        if (!failure.Hint().empty()) {
            std::cerr << "hint: " << failure.Hint() << '\n';
        }
        code = failure.Code();
    } catch (const platform::Json::exception&) {
        // Our own documents are read field by field; what throws here is an answer of another shape than the API's.
        std::cerr << "portcullis: the answer is not of the form that a controller gives; nothing was decided\n";
        code = cli::kExitUnavailable;
    } catch (const std::exception& error) {
        std::cerr << "portcullis: internal error: " << error.what() << '\n';
        code = cli::kExitInternal;
    }
    std::cout.flush();
    if (code == cli::kExitOk && !std::cout) {
        std::cerr << "portcullis: the result could not be written to standard output\n";
        code = cli::kExitInternal;
    }
    return code;
}
