// Risk acceptances of mechanism releases (CLS-4): who accepts which risk, why, and when it lapses. Append-only; a
// revocation is a row of its own. Value types; errors as store::Database.
#pragma once

#include <optional>
#include <string>

#include "controller/policy/types.hpp"
#include "controller/store/approvals.hpp"
#include "controller/store/database.hpp"
#include "controller/store/page.hpp"

namespace store {

struct RiskAcceptance {
    policy::RecordId id;
    policy::ReleaseId release;
    policy::PrincipalId principal;
    std::string content_hash;
    std::string risk;
    std::string rationale;
    policy::Date review_date{};
    policy::Time created_at{};
    std::optional<Revocation> revocation;
    bool entitled = false;      // active and system owner now
    bool hash_matches = false;  // given for the current manifest
};

struct NewRiskAcceptance {
    policy::RecordId id;
    policy::ReleaseId release;
    policy::PrincipalId principal;
    std::string content_hash;
    std::string risk;
    std::string rationale;
    policy::Date review_date{};
};

RiskAcceptance InsertRiskAcceptance(Tx& tx, const NewRiskAcceptance& acceptance);
std::optional<RiskAcceptance> LoadRiskAcceptance(Tx& tx, const policy::RecordId& id);
/// Ordered by id.
Page<RiskAcceptance> ListRiskAcceptances(Tx& tx, const policy::ReleaseId& release, const PageQuery& page);
/// Once; a second time is a Conflict.
RiskAcceptance RevokeRiskAcceptance(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by,
                                    const std::string& reason);

}  // namespace store
