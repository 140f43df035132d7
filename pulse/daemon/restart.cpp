#include "pulse/daemon/restart.hpp"

#include "platform/log/log.hpp"

namespace pulse::daemon {
namespace {

platform::Expected<void, std::string> PrepareRestart(tenancy::link::ControlLink& link,
                                                     const platform::OwnProgram& program) {
    if (auto possible = program.Check(); !possible) {
        link.RestartImpossible(possible.error());
        return possible;
    }
    return link.NoteRestart();
}

}  // namespace

EndedBy AwaitEnd(platform::Signals& signals, tenancy::link::ControlLink& link, const platform::OwnProgram& program,
                 const std::function<void()>& on_refused) {
    for (;;) {
        const std::string_view signal = signals.WaitForFirst();
        if (!signal.empty()) {
            return {signal, false};
        }
        const auto order = link.RestartDue();
        if (!order) {
            continue;
        }
        const auto prepared = PrepareRestart(link, program);
        if (prepared) {
            platform::Log(platform::Level::kWarning, "daemon.restart_ordered",
                          {{"operation", order->operation}, {"generation", order->generation}});
            return {{}, true};
        }
        platform::Log(platform::Level::kError, "daemon.restart_refused",
                      {{"operation", order->operation}, {"error", prepared.error()}});
        on_refused();
    }
}

}  // namespace pulse::daemon
