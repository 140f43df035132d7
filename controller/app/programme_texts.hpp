// Texts about programmes: import of a progress tracker and its export, what goes to an implementer, what a reviewer
// answers, the certification report. Errors as controller/app/call.hpp says.
#pragma once

#include <string>

#include "controller/app/call.hpp"
#include "controller/wire/programme_json.hpp"

namespace app {

/// Makes a programme from a tracker (PKT-1 to PKT-7). Boxes that are ticked in it are taken over as the importer's
/// statement; tests count only when they are run here, approvals only when they are given here.
Outcome<wire::ImportedProgramme> ImportTracker(store::Tx& tx, const Call& call, const policy::ProgrammeId& id,
                                               const std::string& text);
/// The tracker it was imported from, or one in the same layout, brought to what is so now.
Outcome<std::string> ExportTracker(store::Tx& tx, const policy::ProgrammeId& id);

Outcome<std::string> WriteDelegation(store::Tx& tx, const policy::ProgrammeId& id, const policy::PacketNumber& number);
Outcome<std::string> WriteReviewOutput(store::Tx& tx, const policy::ProgrammeId& id,
                                       const policy::PacketNumber& number);

Outcome<wire::ProgrammeReport> ReportProgramme(store::Tx& tx, const policy::ProgrammeId& id);
/// The same report as Markdown.
std::string WriteReport(const wire::ProgrammeReport& report);

}  // namespace app
