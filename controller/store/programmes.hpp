// Certification programmes: packets with their boxes, the runs of their tests, reviews, milestones, definition of done.
//
// PostgreSQL holds PKT-1 to PKT-7 itself: a packet becomes done by its reviewer's approval and only when every box is
// ticked and every test's last run counts; times are its own. Rows are read into the documents that they make.
// Value types; errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "controller/policy/programmes.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"
#include "controller/store/page.hpp"
#include "controller/wire/programme_json.hpp"

namespace store {

void InsertProgramme(Tx& tx, const wire::CreateProgramme& programme, const policy::PrincipalId& by);
/// With its packets and their boxes; without runs.
std::optional<wire::Programme> LoadProgramme(Tx& tx, const policy::ProgrammeId& id, Lock lock = Lock::kNone);
/// By id, as LoadProgramme.
Page<wire::Programme> ListProgrammes(Tx& tx, const PageQuery& page);

/// With everything. Locks its programme.
std::optional<wire::Packet> LoadPacket(Tx& tx, const policy::ProgrammeId& programme, const policy::PacketNumber& number,
                                       Lock lock = Lock::kNone);
void StartPacket(Tx& tx, const policy::ProgrammeId& programme, const policy::PacketNumber& number,
                 const policy::PrincipalId& implementer, const policy::PrincipalId& reviewer);
void TickBox(Tx& tx, const policy::ProgrammeId& programme, const policy::PacketNumber& number, std::int64_t item,
             const std::optional<policy::PrincipalId>& by);
wire::PacketRun InsertPacketRun(Tx& tx, const policy::RecordId& id, const policy::ProgrammeId& programme,
                                const policy::PacketNumber& number, const wire::RecordRun& run,
                                const policy::PrincipalId& by);
/// Moves the packet, too.
void InsertPacketReview(Tx& tx, const policy::RecordId& id, const policy::ProgrammeId& programme,
                        const policy::PacketNumber& number, const wire::ReviewPacket& review,
                        const policy::PrincipalId& by);
void SetCheckpoint(Tx& tx, const policy::ProgrammeId& programme, const policy::PacketNumber& number,
                   const std::string& commit, const policy::PrincipalId& by);

void MeetDefinition(Tx& tx, const policy::ProgrammeId& programme, std::int64_t item, const std::string& evidence,
                    const policy::PrincipalId& by);
void CertifyProgramme(Tx& tx, const policy::ProgrammeId& programme, const policy::PrincipalId& by);

}  // namespace store
