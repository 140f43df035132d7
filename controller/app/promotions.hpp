// Promotion: moving a release into the next channel (specification, sections 4 and 9). Errors as
// controller/app/call.hpp says; PostgreSQL judges the row again and refuses by itself what must never happen.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "controller/app/call.hpp"
#include "controller/app/metrics_source.hpp"
#include "controller/app/page.hpp"
#include "controller/store/database.hpp"
#include "controller/wire/release_json.hpp"

namespace app {

/// The plan's metric criteria, measured just before the promotion's transaction: a transaction touches nothing but the
/// database. Used only for criteria that still read the same inside it.
struct Measurements {
    std::map<std::string, std::pair<policy::ExitCriterion, policy::Measurement>> by_key;
};

/// Thrown out of the transaction when the plan has metric criteria and nothing was measured yet: it ends, the caller
/// measures, and asks again. Most plans ask no metrics source, and their promotions cost no look at the plan
/// beforehand.
struct MeasurementNeeded {};

Measurements MeasureForPromotion(store::Database& database, MetricsSource& metrics, const policy::ReleaseId& release,
                                 policy::Channel to);

/// Puts each measurement at its criterion, where the criterion still asks the same question.
void FillMeasurements(policy::PromotionFacts& facts, const Measurements& measurements);

/// Throws MeasurementNeeded when `measurements` is empty and the decision needs them.
Outcome<wire::Promotion> PromoteRelease(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                        std::int64_t version, policy::Channel to,
                                        const std::optional<Measurements>& measurements);

Outcome<Page<wire::Promotion>> ListPromotions(store::Tx& tx, const policy::ReleaseId& release, const PageQuery& page);

}  // namespace app
