// Following an operation of the fleet until it is decided: a bar that is drawn again on a terminal, plain lines
// elsewhere, the last state as the result.
//
// Watching changes nothing: Ctrl-C, a time-out or a controller that goes away end it or interrupt it, the operation
// goes on. One thread; installs a handler for SIGINT while it watches.
#pragma once

#include <chrono>
#include <string>

#include "controller/cli/command.hpp"

namespace cli {

struct WatchOptions {
    std::chrono::milliseconds timeout{};
    /// Also until the window is over in which the instances are looked at once they are verified.
    bool to_the_end = false;
    /// A controller has answered about it just now: when none does, it is asked again instead of giving up at once.
    bool known = false;
};

/// Watches, prints the operation as it is at the end, and says by the exit code what it came to: zero only when every
/// instance is verified (CodeOfOperation); pending when the time was up.
ExitCode WatchOperation(Shell& shell, const std::string& operation, const WatchOptions& options);

/// The operation and its instances, as a result.
void PrintOperation(Shell& shell, const Json& operation);

/// For commands that give an order: whom, how, and whether to watch. `WatchOptionsOf` reads what the last three say.
std::vector<Argument> WatchArguments();
WatchOptions WatchOptionsOf(const Arguments& arguments);

/// What follows an order that was accepted: watching it when --watch was given, else where to look.
ExitCode FollowOrder(Shell& shell, const Arguments& arguments, const Json& ordered);

}  // namespace cli
