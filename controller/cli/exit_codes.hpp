// What the exit code of `portcullis` means (docs/cli.md). Stable: pipelines depend on the numbers.
#pragma once

namespace cli {

enum ExitCode : int {
    kExitOk = 0,
    kExitDenied = 1,       // the rules deny it in this state
    kExitUsage = 2,        // the call or its input is wrong; nothing was decided
    kExitPending = 3,      // only time, approvals or evidence are missing
    kExitUnavailable = 4,  // could not be decided: controller, database or metrics source. A gate treats it as stop
    kExitAuth = 5,         // not named, or a role is missing
    kExitConflict = 6,     // somebody else changed it meanwhile, or the idempotency key was used for something else
    kExitInternal = 70     // a bug of ours
};

}  // namespace cli
