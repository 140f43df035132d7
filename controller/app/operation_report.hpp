// The evidence of an operation of the fleet: its record, read in one transaction, and the record as a report for
// people. Errors as controller/app/call.hpp says.
#pragma once

#include <string>

#include "controller/app/call.hpp"
#include "controller/fleet/plan/outcome.hpp"
#include "controller/render/operation_report.hpp"
#include "controller/wire/operation_record.hpp"

namespace app {

Outcome<wire::OperationRecord> LoadOperationRecord(store::Tx& tx, const fleet::Patience& patience,
                                                   const policy::RecordId& id);

/// `content_hash` is that of the record's canonical text. Pure.
render::OperationReport ViewOperationReport(const wire::OperationRecord& record, const std::string& content_hash);

}  // namespace app
