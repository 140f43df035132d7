// An operation as the API shows it: what it has come to on each instance, on the whole, and how long it took.
#pragma once

#include "controller/fleet/facts/operation_counts.hpp"
#include "controller/fleet/facts/operation_facts.hpp"
#include "controller/wire/fleet_json.hpp"

namespace app {

/// Without evidence it is light enough to be looked at every second.
wire::Operation ViewOperation(store::Tx& tx, const fleet::Patience& patience, const store::Operation& operation,
                              store::WithEvidence with = store::WithEvidence::kYes);

wire::OperationSummary SummariseOperation(const fleet::CountedOperation& counted);

}  // namespace app
