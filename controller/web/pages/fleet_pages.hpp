// The page of an instance, whose forms are in several files. One thread, as the visit. Errors: as Visit throws them.
#pragma once

#include "controller/web/reply.hpp"
#include "controller/web/slots.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/fleet_json.hpp"

namespace web {

Reply ShowInstancePage(Visit& visit);
/// Asking the instance to make itself another credential.
void PutRotateAct(Visit& visit, Slots page, const wire::Instance& instance);

}  // namespace web
