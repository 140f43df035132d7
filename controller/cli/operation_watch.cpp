#include "controller/cli/operation_watch.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <thread>

#include "controller/cli/failure.hpp"
#include "controller/cli/operation_progress.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"

namespace cli {
namespace {

/// Waiting at the controller instead would hold one of its threads, and only some may.
constexpr std::chrono::milliseconds kLookAgain{400};
constexpr std::size_t kUsualWidth = 80;

const std::vector<Column> kOperationFields = {
    {"operation", "/id"},    {"kind", "/kind"},     {"switched on", "/enabled"},
    {"mode", "/mode"},       {"status", "/status"}, {"ordered by", "/requested_by"},
    {"at", "/requested_at"}, {"reason", "/reason"}, {"verdict", "/summary"}};

const std::vector<Column> kPartColumns = {
    {"instance", "/instance"}, {"outcome", "/outcome"}, {"steps", "/shown_steps"}, {"why", "/why"}};

volatile std::sig_atomic_t interrupted = 0;

/// While it lives, the first Ctrl-C is only noted; the second ends the program as ever.
class NoteInterrupt {
public:
    NoteInterrupt() {
        interrupted = 0;
        struct sigaction note {};
        note.sa_handler = [](int) { interrupted = 1; };
        note.sa_flags = static_cast<int>(SA_RESETHAND);
        ::sigemptyset(&note.sa_mask);
        ::sigaction(SIGINT, &note, &before_);
    }
    ~NoteInterrupt() {
        ::sigaction(SIGINT, &before_, nullptr);
    }
    NoteInterrupt(const NoteInterrupt&) = delete;
    NoteInterrupt& operator=(const NoteInterrupt&) = delete;

    static bool Came() {
        return interrupted != 0;
    }

private:
    struct sigaction before_ {};
};

/// Where progress goes: drawn in place on a terminal, else a line whenever something changed.
class ProgressView {
public:
    explicit ProgressView(const Output& out) : out_(out) {
        const char* const kind = std::getenv("TERM");
        terminal_ = ::isatty(STDERR_FILENO) == 1 && kind != nullptr && std::string_view(kind) != "dumb";
    }

    void Show(const Json& operation) {
        if (out_.Quiet()) {
            return;
        }
        if (!terminal_) {
            Say(ProgressLine(operation));
            return;
        }
        const auto elapsed = std::chrono::duration_cast<std::chrono::seconds>(since_.Elapsed());
        std::string text = Erase();
        const std::vector<std::string> lines = DrawProgress(operation, elapsed, Width());
        for (const std::string& line : lines) {
            text += line + "\n";
        }
        drawn_ = lines.size();
        std::cerr << text << std::flush;
    }

    /// A line that stays, above what is drawn next.
    void Say(const std::string& line) {
        if (line != last_) {
            drawn_ = 0;
            out_.Note(line);
            last_ = line;
        }
    }

private:
    std::string Erase() const {
        return drawn_ == 0 ? "" : "\x1b[" + std::to_string(drawn_) + "A\x1b[J";
    }
    static std::size_t Width() {
        winsize size{};
        return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsualWidth;
    }

    const Output& out_;
    bool terminal_ = false;
    std::size_t drawn_ = 0;
    std::string last_;
    platform::Stopwatch since_;
};

/// Nothing while no controller answers: one that is restarted, or a proxy before it, is asked again.
std::optional<Json> Ask(Shell& shell, const std::string& operation) {
    std::optional<Answer> answer;
    try {
        answer = shell.Api().TryGet(Path({"operations", operation}), {{"evidence", "false"}});
    } catch (const Failure& failure) {
        if (failure.Code() != kExitUnavailable) {
            throw;
        }
        return std::nullopt;
    }
    if (answer->status == 200 && answer->body.is_object() && answer->body.value("id", "") == operation) {
        return std::move(answer->body);
    }
    if (answer->status != 200 && ExitCodeOf(*answer) != kExitUnavailable) {
        FailWith(*answer);
    }
    return std::nullopt;
}

[[noreturn]] void EndInterrupted(const std::string& operation) {
    // As the shell expects of a program that was interrupted: it dies of the signal.
    std::cerr << "Stopped watching. The operation goes on; nothing was taken back. See it with: portcullis operation "
                 "watch "
              << operation << std::endl;
    ::signal(SIGINT, SIG_DFL);
    ::raise(SIGINT);
    throw Failure(kExitPending, "interrupted");
}

/// The instances as they are shown: with their steps in words.
Json ShownParts(const Json& operation) {
    Json parts = operation.value("instances", Json::array());
    for (Json& part : parts) {
        const std::string steps = StepsInWords(part);
        part["shown_steps"] = steps.empty() ? "-" : steps;
    }
    return parts;
}

}  // namespace

void PrintOperation(Shell& shell, const Json& operation) {
    for (const Json& warning : operation.value("warnings", Json::array())) {
        shell.Out().Note("warning: " + platform::EscapeForLog(warning.get<std::string>()));
    }
    if (const auto journal = operation.find("journal");
        journal != operation.end() && !journal->value("entered", true)) {
        shell.Out().Note("The database does not answer: the order is in the journal of controller " +
                         platform::EscapeForLog(journal->value("controller", "")) +
                         " and is entered when it does. Only instances connected there have been sent it.");
    }
    shell.Out().One(operation, kOperationFields);
    if (shell.Out().Form() == OutputForm::kTable || shell.Out().Form() == OutputForm::kMarkdown) {
        shell.Out().Text("\n");
        shell.Out().List(ShownParts(operation), kPartColumns);
    }
}

ExitCode WatchOperation(Shell& shell, const std::string& operation, const WatchOptions& options) {
    const platform::Deadline deadline(options.timeout);
    ProgressView view(shell.Out());
    std::optional<Json> last;
    {
        const NoteInterrupt interrupt;
        for (;;) {
            std::optional<Json> now = Ask(shell, operation);
            if (NoteInterrupt::Came()) {
                EndInterrupted(operation);
            }
            if (now) {
                last = std::move(now);
                view.Show(*last);
                if (IsOver(*last) || (last->value("finished", false) && !options.to_the_end)) {
                    break;
                }
            } else if (!last && !options.known) {
                throw Failure(kExitUnavailable, "no controller said anything about " + operation,
                              "Whether it is done is not known.");
            } else {
                view.Say("No answer from the controller; the operation goes on without being watched. Asking again.");
            }
            if (deadline.Passed()) {
                if (!last) {
                    throw Failure(kExitUnavailable, "no controller said anything about " + operation,
                                  "Whether it is done is not known. See: portcullis operation watch " + operation);
                }
                PrintOperation(shell, *last);
                throw Failure(kExitPending, "the time to watch was up before every instance was decided",
                              "The operation goes on. See: portcullis operation watch " + operation);
            }
            std::this_thread::sleep_for(kLookAgain);
            if (NoteInterrupt::Came()) {
                EndInterrupted(operation);
            }
        }
    }
    PrintOperation(shell, *last);
    const ExitCode code = CodeOfOperation(*last);
    if (!IsOver(*last)) {
        shell.Out().Note(
            "The instances are looked at for a while longer. To wait for the end of it: portcullis "
            "operation watch " +
            operation + " --to-the-end");
    }
    if (code != kExitOk) {
        shell.Out().Note("Not every instance is proven to stand as ordered; the verdict above names them.");
    }
    return code;
}

std::vector<Argument> WatchArguments() {
    return {{"watch", ArgumentKind::kFlag, "Watch until it is decided; exits 0 only when every instance is verified."},
            {"to-the-end", ArgumentKind::kFlag, "With --watch: also wait for the end of the time they are looked at."},
            {"timeout", ArgumentKind::kValue, "Longest time to watch.", {}, "10m"}};
}

WatchOptions WatchOptionsOf(const Arguments& arguments) {
    return {arguments.Span("timeout"), arguments.Flag("to-the-end")};
}

ExitCode FollowOrder(Shell& shell, const Arguments& arguments, const Json& ordered) {
    const std::string id = ordered.value("id", "");
    if (arguments.Flag("watch")) {
        WatchOptions options = WatchOptionsOf(arguments);
        options.known = true;
        return WatchOperation(shell, id, options);
    }
    PrintOperation(shell, ordered);
    shell.Out().Note("Ordered, not yet known to be applied. See what becomes of it with: portcullis operation watch " +
                     id);
    return kExitOk;
}

}  // namespace cli
