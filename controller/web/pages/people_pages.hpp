// The pages of people, whose forms are in several files. One thread, as the visit. Errors: as Visit throws them.
#pragma once

#include "controller/web/reply.hpp"
#include "controller/web/slots.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/principal_json.hpp"

namespace web {

Reply ShowPeople(Visit& visit);
Reply ShowPerson(Visit& visit);
/// Registering somebody.
void PutRegisterAct(Visit& visit, Slots page);
/// Proposing a role, and a first password.
void PutPersonActs(Visit& visit, Slots page, const wire::Principal& person);

}  // namespace web
