// Tenant exposure plans, revision by revision (specification, section 5). Append-only.
//
// PostgreSQL refuses a document whose SHA-256 is not its content hash and a plan without tenants (EXP-1).
// Value types; errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/page.hpp"

namespace store {

struct PlanRevision {
    policy::ReleaseId release;
    std::int64_t revision = 1;
    std::string content_hash;
    std::string document;  // canonical JSON
    std::string owner;
    policy::Duration minimum_stay{};
    std::optional<policy::Duration> maximum_stay;
    policy::Time created_at{};
    std::string created_by;
};

/// Owner, stays and tenants are read from the document by PostgreSQL itself.
struct NewPlan {
    policy::ReleaseId release;
    std::string content_hash;
    std::string document;  // canonical JSON
    policy::PrincipalId created_by;
};

/// The next revision; it becomes the release's plan. Lock the release first.
PlanRevision AppendPlanRevision(Tx& tx, const NewPlan& plan);
/// The current revision, or the given one.
std::optional<PlanRevision> LoadPlanRevision(Tx& tx, const policy::ReleaseId& release,
                                             std::optional<std::int64_t> revision = std::nullopt);
/// Ordered by revision; `after` is a revision's number.
Page<PlanRevision> ListPlanRevisions(Tx& tx, const policy::ReleaseId& release, const PageQuery& page);
/// Those of `tenants` that the registry does not know or that are not active, in their order.
std::vector<policy::TenantId> FindUnregistered(Tx& tx, const std::vector<policy::TenantId>& tenants);

}  // namespace store
