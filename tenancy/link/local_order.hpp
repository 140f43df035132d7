// The order of an operator on the machine, for when nothing else can be reached: a file that can only restrict.
//
// `off` writes local-switch.json; `on` writes that there is no such order, which gives the decision back to the
// environment and the controller and never switches on by itself. A file that cannot be read counts as off. The running
// instance notices by ControlLink::RefreshLocal. Writing is atomic and flushed. Thread safe; errors are values, with
// messages for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/expected.hpp"
#include "tenancy/model.hpp"

namespace tenancy::link {

struct LocalOrder {
    std::string by;      // who, as the command knows them
    std::string reason;  // why; never empty
    Time at;

    friend bool operator==(const LocalOrder&, const LocalOrder&) = default;
};

struct LocalState {
    bool off = false;
    std::optional<LocalOrder> order;  // empty although off: the file could not be read
    std::string problem;              // then: what is wrong and what to do
};

std::string LocalOrderPath(const std::string& folder);

LocalState ReadLocalOrder(const std::string& folder);
platform::Expected<void, std::string> SwitchOffLocally(const std::string& folder, const LocalOrder& order);
/// Takes the order back; `order` says who and why, as for switching off. Fine when there is none.
platform::Expected<void, std::string> LiftLocalOrder(const std::string& folder, const LocalOrder& order);

/// What is in force according to the files, for `switch status` while the instance is down: the stored order and the
/// local one. `environment` is of the process that asks, which may not be the instance's.
struct StoredSwitch {
    bool enabled = false;
    std::string explanation;  // sentences for people
};
StoredSwitch ReadStoredSwitch(const std::string& folder, const std::string& instance, bool environment);

}  // namespace tenancy::link
