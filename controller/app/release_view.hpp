// Store rows as the API shows them. Pure; thread safe.
#pragma once

#include <optional>

#include "controller/policy/facts.hpp"
#include "controller/policy/finding.hpp"
#include "controller/store/approvals.hpp"
#include "controller/store/checks.hpp"
#include "controller/store/hard_stops.hpp"
#include "controller/store/promotions.hpp"
#include "controller/store/releases.hpp"
#include "controller/store/risk_acceptances.hpp"
#include "controller/wire/evidence_json.hpp"
#include "controller/wire/release_json.hpp"

namespace app {

wire::Release ViewRelease(const store::Release& row);
/// With the stay and the next gate's verdict, computed from the facts.
wire::Release ViewReleaseWithGate(const store::Release& row, const policy::PromotionFacts& facts,
                                  const policy::Verdict& verdict);
wire::Revision ViewRevision(const store::ManifestRevision& row, std::int64_t version);
wire::Promotion ViewPromotion(const store::Promotion& row);
wire::Check ViewCheck(const store::Check& row);
wire::Approval ViewApproval(const store::Approval& row);
wire::RiskAcceptance ViewRiskAcceptance(const store::RiskAcceptance& row, policy::Time now);
wire::HardStop ViewHardStop(const store::HardStopRecord& row);

/// How many findings block.
int CountBlocking(const policy::Findings& findings);

}  // namespace app
