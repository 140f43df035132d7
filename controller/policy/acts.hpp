// The acts that rules judge beside promotions: recording an approval, deciding a memo, granting a role ... Each struct
// holds exactly what its rules look at; app/ fills it inside the operation's transaction. Value types; thread safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/policy/facts.hpp"

namespace policy {

/// Who acts. `roles` are those the principal holds now and the token in use carries.
struct ActorFacts {
    PrincipalId id;
    PrincipalKind kind = PrincipalKind::kUser;
    std::vector<Role> roles;
};

/// Submitting or changing a manifest: CLS-1, CLS-2, CLS-5, CLS-6, HST-*, KSW-1, KSW-5, RBK-* are judged when promoting;
/// here: CLS-2 and CLS-6 (frozen fields), CHN-9-like emptiness is input validation.
struct ManifestFacts {
    ActorFacts actor;
    bool promotion_begun = false;
    std::optional<Manifest> before;  // none for a new release
    Manifest after;
};

/// Setting an exposure plan: CHN-3, CHN-9, EXP-1..5, EXP-7.
struct PlanFactsAct {
    ActorFacts actor;
    Manifest manifest;
    ExposurePlan plan;
    std::vector<TenantId> unregistered;  // tenants of the plan that the registry does not know
    bool owner_is_active_user = false;
};

/// Giving an approval: SOD-1, SOD-2, SOD-3, entitlement.
struct ApprovalAct {
    ActorFacts actor;
    ApprovalScope scope = ApprovalScope::kClass;
    Role role = Role::kDevLead;
    std::optional<ReleaseClass> classification;
    PrincipalId author;                   // of the manifest (of the plan for kPlan)
    std::vector<ApprovalFacts> existing;  // valid ones of the same decision
    std::string note;
    bool hash_is_current = true;  // the content hash named in the request is the current one
};

struct ConsentAct {
    ActorFacts actor;
    bool tenant_registered = false;
    std::string given_by;
    std::string capacity;
    std::string evidence;
    Time now{};
    Time given_at{};
    std::optional<Time> expires_at;
};

/// Recording evidence for a control.
struct CheckAct {
    ActorFacts actor;
    Control control = Control::kTests;
    std::string key;
    bool key_on_plan = false;
    CheckOutcome outcome = CheckOutcome::kPassed;
    EvidenceTier tier = EvidenceTier::kDocumented;
    std::string reason;
    bool has_evidence = false;
    Time now{};
    Time performed_at{};
    /// For evidence that is a command's run: PKT-3's conditions.
    bool is_command = false;
    std::optional<int> exit_code;
    bool timed_out = false;
    std::int64_t output_bytes = 0;
};

struct RiskAcceptanceAct {
    ActorFacts actor;
    std::string risk;
    std::string rationale;
    std::optional<Date> review_date;
    Time now{};
};

struct HardStopResolutionAct {
    ActorFacts actor;
    HardStopFacts stop;
    PrincipalId raised_by;
    PrincipalId author;  // of the manifest
    std::string resolution;
    std::string evidence;
    std::string cites;  // the id the resolution names
};

struct AcceptedRisk {
    std::string risk;
    std::string rationale;
};

/// One box of the memo's checklist, computed (MEM-2).
struct ChecklistItem {
    std::string_view
        key;  // "durations", "incidents", "data_safety", "kill_switch", "rollback", "observability", "exit_criteria"
    std::string_view title;  // the template's line
    bool holds = false;
    std::string detail;                // what it was computed from: "14 days in experimental (7 needed), ..."
    std::vector<std::string> reasons;  // why not, one per finding
};

/// Deciding a memo.
struct MemoAct {
    ActorFacts actor;
    PromotionFacts facts;  // with `to` = the memo's target
    Decision decision = Decision::kGo;
    std::string rationale;
    std::string remediation;
    std::vector<AcceptedRisk> risks;
};

/// Signing a memo: MEM-5, SOD-1, SOD-2.
struct SignatureAct {
    ActorFacts actor;
    Role role = Role::kSystemOwner;
    bool hash_matches = false;  // the hash in the request is the memo's
    bool is_newest = true;      // of its target
    std::vector<SignatureFacts> existing;
};

/// Starting a rollback: RBA-1..4.
struct RollbackAct {
    ActorFacts actor;
    std::optional<ReleaseClass> classification;
    std::string reason;
    /// A system owner's approval of this rollback by an entitled user (not needed when the actor is one).
    bool system_owner_approved = false;
    bool has_incident = false;  // RBA-4
    Channel channel = Channel::kExperimental;
};

/// KSW-7 and KSW-8.
struct KillAct {
    ActorFacts actor;
    bool switching_on = false;
    std::string reason;
    bool frozen = false;             // a freeze is in force; never stops a kill
    bool governed_decision = false;  // KSW-8: switching on carries a decision that passed its gate
};

/// SOD-6.
struct RoleGrantAct {
    ActorFacts proposer;
    PrincipalId subject;
    PrincipalKind subject_kind = PrincipalKind::kUser;
    Role role = Role::kDevLead;
    std::optional<ActorFacts> confirmer;  // none: still a proposal
};

/// Severity may be raised by anyone, lowered only with evidence.
struct SeverityChangeAct {
    ActorFacts actor;
    Severity before = Severity::kSev4;
    Severity after = Severity::kSev4;
    std::string reason;
    std::string evidence;
};

/// ATT-1..4, over an entry about to be appended.
struct AuditAct {
    std::string action;  // "release.promote"
    std::string actor;   // principal id, or component name
    PrincipalKind actor_kind = PrincipalKind::kUser;
    bool concerns_tenant = false;
    std::string tenant;
    bool concerns_release = false;
    std::string release;
};

/// SOD-3: whether this approval is the author's own, allowed for its class, and must be shown as such.
bool IsSelfApproved(const PrincipalId& approver, const PrincipalId& author);

}  // namespace policy
