// What the files of a programme's pages share: the pages, whose forms their acts are, and those forms.
//
// One thread, as the visit. Errors: refusals, as Visit throws them.
#pragma once

#include <string>
#include <string_view>

#include "controller/web/reply.hpp"
#include "controller/web/slots.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/programme_json.hpp"

namespace web {

Reply ShowProgrammePage(Visit& visit);
Reply ShowPacketPage(Visit& visit);

/// Below /console.
std::string ProgrammePath(const std::string& programme, std::string_view rest = {});
std::string PacketPath(const std::string& programme, const std::string& packet, std::string_view rest = {});

/// Starting it, and after the review the commit that is its checkpoint.
void PutPacketActs(Visit& visit, Slots page, const wire::Packet& packet);
/// Of a box that people tick; a test is ticked by its run.
void PutTickAct(Visit& visit, Slots row, const wire::Packet& packet, const wire::PacketItem& item);
/// Saying what shows that an item of the definition of done holds.
void PutDefinitionAct(Visit& visit, Slots row, const wire::Programme& programme, const wire::DoneItem& item);

}  // namespace web
