// Approvals of a manifest's class, of a plan and of transitions (CLS-4, EXP-6, section 9). Append-only; a revocation is
// a row of its own.
//
// PostgreSQL refuses an approval by a component (SOD-1), by an author where the class forbids it (SOD-3), by somebody
// who does not hold the role now (SOD-4), and one for other content than the current (SOD-5). Whether an approval
// still counts is computed at each look, never stored. Value types; errors as store::Database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/policy/facts.hpp"
#include "controller/store/database.hpp"
#include "controller/store/page.hpp"

namespace store {

struct Revocation {
    std::string by;
    std::string reason;
    policy::Time at{};
};

struct Approval {
    policy::RecordId id;
    policy::ReleaseId release;
    policy::ApprovalScope scope = policy::ApprovalScope::kClass;
    policy::Role role = policy::Role::kDevLead;
    policy::PrincipalId principal;
    std::string content_hash;  // of the manifest; of the plan for kPlan
    bool self_approved = false;
    std::string note;
    policy::Time created_at{};
    std::optional<Revocation> revocation;
    bool entitled = false;      // SOD-4: active and holding the role now
    bool hash_matches = false;  // SOD-5: given for what is current now
};

struct NewApproval {
    policy::RecordId id;
    policy::ReleaseId release;
    policy::ApprovalScope scope = policy::ApprovalScope::kClass;
    policy::Role role = policy::Role::kDevLead;
    policy::PrincipalId principal;
    std::string content_hash;
    bool self_approved = false;  // as the policy sees it; PostgreSQL decides, and must agree
    std::string note;
};

Approval InsertApproval(Tx& tx, const NewApproval& approval);
std::optional<Approval> LoadApproval(Tx& tx, const policy::RecordId& id);
/// Ordered by id, revoked and void ones included.
Page<Approval> ListApprovals(Tx& tx, const policy::ReleaseId& release, const PageQuery& page);
/// Once; a second time is a Conflict.
Approval RevokeApproval(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by, const std::string& reason);

/// All of a release as the rules see them, ordered by id: what policy::ApprovalAct::existing is picked from.
std::vector<policy::ApprovalFacts> LoadApprovalFacts(Tx& tx, const policy::ReleaseId& release);

}  // namespace store
