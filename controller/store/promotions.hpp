// Promotions that happened (section 4). Append-only.
//
// Inserting the row *is* the promotion: a trigger moves the release, nothing else can. PostgreSQL refuses on its own a
// skipped channel (CHN-1), an unmet stay (CHN-2, CHN-3), an incident (CHX-3, CHN-5), a freeze (CHN-8), an open hard
// stop (HST-*), missing approvals and consents (CLS-4, APR-1, EXP-2, EXP-6) and a missing or unsigned memo (MEM-1,
// CLS-3).
// Value types; errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/page.hpp"

namespace store {

struct Promotion {
    policy::RecordId id;
    policy::ReleaseId release;
    policy::Channel from = policy::Channel::kDev;
    policy::Channel to = policy::Channel::kExperimental;
    std::string content_hash;
    std::optional<std::int64_t> memo_number;
    std::string facts_hash;
    std::string verdict;  // a JSON object
    std::string promoted_by;
    policy::Time promoted_at{};
};

struct NewPromotion {
    policy::RecordId id;
    policy::ReleaseId release;
    policy::Channel from = policy::Channel::kDev;
    policy::Channel to = policy::Channel::kExperimental;
    std::string content_hash;
    std::optional<std::int64_t> memo_number;
    std::string facts_hash;
    std::string verdict;
    policy::PrincipalId promoted_by;
};

/// The release stands in `to` afterwards. Conflict when another transaction promoted it there meanwhile.
Promotion InsertPromotion(Tx& tx, const NewPromotion& promotion);
std::optional<Promotion> LoadPromotion(Tx& tx, const policy::RecordId& id);
/// Ordered by id.
Page<Promotion> ListPromotions(Tx& tx, const policy::ReleaseId& release, const PageQuery& page);

}  // namespace store
