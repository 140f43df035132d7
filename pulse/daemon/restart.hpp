// What ends the service: a signal, or an order of the controller to start again.
#pragma once

#include <functional>
#include <string_view>

#include "platform/service/own_program.hpp"
#include "platform/service/signals.hpp"
#include "tenancy/link/control_link.hpp"

namespace pulse::daemon {

struct EndedBy {
    std::string_view signal;  // empty: an order
    bool restart = false;
};

/// Waits for it. An order ends the service only when the program can be started again and the link has noted that it
/// is; else it goes on, the link says why, and `on_refused` is called.
EndedBy AwaitEnd(platform::Signals& signals, tenancy::link::ControlLink& link, const platform::OwnProgram& program,
                 const std::function<void()>& on_refused);

}  // namespace pulse::daemon
