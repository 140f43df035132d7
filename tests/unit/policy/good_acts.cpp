#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {

using policy::PrincipalKind;
using policy::RecordId;
using policy::Role;
using support::At;
using support::Person;

policy::ActorFacts User(std::string_view name, std::initializer_list<Role> roles) {
    return {Person(name), PrincipalKind::kUser, roles};
}

policy::ActorFacts Component(std::string_view name, std::initializer_list<Role> roles) {
    return {Person(name), PrincipalKind::kComponent, roles};
}

policy::ManifestFacts GoodRevision() {
    policy::ManifestFacts act;
    act.actor = User("ana", {Role::kReleaseManager});
    act.promotion_begun = true;
    act.before = support::GoodManifest();
    act.after = support::GoodManifest();
    return act;
}

policy::PlanFactsAct GoodPlanAct() {
    policy::PlanFactsAct act;
    act.actor = User("dora", {Role::kDevLead});
    act.manifest = support::GoodManifest();
    act.plan = support::GoodPlan();
    act.owner_is_active_user = true;
    return act;
}

policy::ApprovalAct GoodApproval() {
    policy::ApprovalAct act;
    act.actor = User("dora", {Role::kDevLead});
    act.classification = policy::ReleaseClass::kWorkflow;
    act.author = Person("ana");
    return act;
}

policy::ConsentAct GoodConsent() {
    policy::ConsentAct act;
    act.actor = User("rita", {Role::kReleaseManager});
    act.tenant_registered = true;
    act.given_by = "Omar Haddad";
    act.capacity = "administrator of the tenant";
    act.evidence = "Ticket 118";
    act.now = At("2025-01-14T10:30:00Z");
    act.given_at = act.now;
    return act;
}

policy::CheckAct GoodCheck() {
    policy::CheckAct act;
    act.actor = User("quinn", {Role::kQa});
    act.tier = policy::EvidenceTier::kTest;
    act.has_evidence = true;
    act.now = At("2025-01-14T10:00:00Z");
    act.performed_at = act.now;
    return act;
}

policy::RiskAcceptanceAct GoodAcceptance() {
    policy::RiskAcceptanceAct act;
    act.actor = User("sam", {Role::kSystemOwner});
    act.risk = "The migration takes longer than rehearsed.";
    act.rationale = "It is online and can be stopped.";
    act.now = At("2025-01-14T10:00:00Z");
    act.review_date = support::On("2025-01-15");
    return act;
}

policy::HardStopResolutionAct GoodResolution() {
    policy::HardStopResolutionAct act;
    act.actor = User("quinn", {Role::kQa});
    act.stop = RaisedStop(policy::HardStop::kHst4);
    act.raised_by = Person("scanner");
    act.author = Person("ana");
    act.resolution = "The scanner read a fixture for a tenant's record.";
    act.evidence = "Scan 81 over the fixed rule set";
    act.cites = act.stop.id.Text();
    return act;
}

policy::MemoAct GoodMemo() {
    policy::MemoAct act;
    act.actor = User("sam", {Role::kSystemOwner});
    act.facts = support::GoodRelease(policy::Channel::kStable);
    act.rationale = "Every box holds.";
    return act;
}

policy::SignatureAct GoodSignature() {
    policy::SignatureAct act;
    act.actor = User("sam", {Role::kSystemOwner});
    act.hash_matches = true;
    return act;
}

policy::RollbackAct GoodRollback(policy::ReleaseClass classification) {
    policy::RollbackAct act;
    act.actor = User("dora", {Role::kDevLead});
    act.classification = classification;
    act.reason = "Loading takes a second longer";
    act.system_owner_approved = classification >= policy::ReleaseClass::kCapability;
    act.has_incident = classification == policy::ReleaseClass::kMechanism;
    return act;
}

policy::KillAct GoodKill() {
    policy::KillAct act;
    act.actor = User("olga", {Role::kOperator});
    act.reason = "Errors in the panel";
    return act;
}

policy::RoleGrantAct GoodGrant() {
    policy::RoleGrantAct act;
    act.proposer = User("adam", {Role::kAdmin});
    act.subject = Person("dora");
    act.confirmer = User("bea", {Role::kAdmin});
    return act;
}

policy::SeverityChangeAct GoodLowering() {
    policy::SeverityChangeAct act;
    act.actor = User("olga", {Role::kOperator});
    act.before = policy::Severity::kSev2;
    act.after = policy::Severity::kSev3;
    act.reason = "One tenant only";
    act.evidence = "Query over all tenants' logs";
    return act;
}

policy::AuditAct GoodEntry() {
    policy::AuditAct act;
    act.action = "release.promote";
    act.actor = "rita";
    act.concerns_release = true;
    act.release = "2025-01-15-audit-filter-ui";
    return act;
}

Rules BlocksAfter(policy::Channel to, const std::function<void(policy::PromotionFacts&)>& change,
                  policy::ReleaseClass classification) {
    policy::PromotionFacts facts = support::GoodRelease(to, classification);
    change(facts);
    return WhatBlocks(facts);
}

policy::IncidentFacts OpenIncident(const policy::PromotionFacts& facts, policy::Severity severity) {
    return {RecordId::Trusted("inc_1"), severity, policy::IncidentState::kOpen, facts.now - std::chrono::hours{1},
            std::nullopt};
}

policy::HardStopFacts RaisedStop(policy::HardStop stop, bool open) {
    return {RecordId::Trusted("hs_1"), stop, "seen in a scan", "scanner", open};
}

policy::FreezeFacts GlobalFreeze(policy::Time starts_at, policy::Time ends_at) {
    policy::FreezeFacts freeze;
    freeze.id = RecordId::Trusted("frz_1");
    freeze.starts_at = starts_at;
    freeze.ends_at = ends_at;
    freeze.reason = "holidays";
    return freeze;
}

}  // namespace policy_test
