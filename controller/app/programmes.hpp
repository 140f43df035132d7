// Certification programmes: plan, packets, runs, reviews, certification (PKT-1 to PKT-7). Errors as
// controller/app/call.hpp says.
#pragma once

#include <cstdint>
#include <string>

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/wire/programme_json.hpp"

namespace app {

Outcome<wire::Programme> CreateProgramme(store::Tx& tx, const Call& call, const wire::CreateProgramme& command);
Outcome<wire::Programme> ShowProgramme(store::Tx& tx, const policy::ProgrammeId& id);
Outcome<Page<wire::Programme>> ListProgrammes(store::Tx& tx, const PageQuery& page);
Outcome<wire::Programme> MeetDefinition(store::Tx& tx, const Call& call, const policy::ProgrammeId& id,
                                        std::int64_t version, const wire::MeetDefinition& command);
/// By a system owner, when every packet is done with its checkpoint and the definition of done holds.
Outcome<wire::Programme> CertifyProgramme(store::Tx& tx, const Call& call, const policy::ProgrammeId& id,
                                          std::int64_t version, const std::string& note);

Outcome<wire::Packet> ShowPacket(store::Tx& tx, const policy::ProgrammeId& programme,
                                 const policy::PacketNumber& number);
/// Names implementer and reviewer; again after a review that asked for changes, to name others.
Outcome<wire::Packet> StartPacket(store::Tx& tx, const Call& call, const policy::ProgrammeId& programme,
                                  const policy::PacketNumber& number, std::int64_t version,
                                  const wire::StartPacket& command);
Outcome<wire::Packet> TickBox(store::Tx& tx, const Call& call, const policy::ProgrammeId& programme,
                              const policy::PacketNumber& number, std::int64_t version, const wire::TickBox& command);
/// Whatever came of it is recorded; only what ended by itself with 0 and printed something counts (PKT-3).
Outcome<wire::PacketRun> RecordRun(store::Tx& tx, const Call& call, const policy::ProgrammeId& programme,
                                   const policy::PacketNumber& number, const wire::RecordRun& command);
Outcome<wire::Packet> ReviewPacket(store::Tx& tx, const Call& call, const policy::ProgrammeId& programme,
                                   const policy::PacketNumber& number, std::int64_t version,
                                   const wire::ReviewPacket& command);
Outcome<wire::Packet> RecordCheckpoint(store::Tx& tx, const Call& call, const policy::ProgrammeId& programme,
                                       const policy::PacketNumber& number, std::int64_t version,
                                       const std::string& commit);

}  // namespace app
