// The component that acts by itself within a controller: schedules, progress of drills (ATT-2).
#pragma once

#include "controller/app/call.hpp"

namespace app {

inline Call ComponentCall() {
    Call call;
    call.actor.id = policy::PrincipalId::Trusted("portcullisd");
    call.actor.kind = policy::PrincipalKind::kComponent;
    return call;
}

}  // namespace app
