// Acts that every rule allows, one for each kind, and the short way to spoil one fact of a good release.
//
// The people are those of tests/support/good_release.hpp; adam and bea are admins. Nothing reads a clock.
#pragma once

#include <functional>
#include <initializer_list>
#include <string_view>

#include "tests/support/good_release.hpp"
#include "tests/unit/policy/expect.hpp"

namespace policy_test {

policy::ActorFacts User(std::string_view name, std::initializer_list<policy::Role> roles = {});
policy::ActorFacts Component(std::string_view name, std::initializer_list<policy::Role> roles = {});

policy::ManifestFacts GoodRevision();  // of a release whose promotion has begun, nothing changed
policy::PlanFactsAct GoodPlanAct();
policy::ApprovalAct GoodApproval();  // dora's, as dev lead for the class workflow
policy::ConsentAct GoodConsent();
policy::CheckAct GoodCheck();  // tests passed
policy::RiskAcceptanceAct GoodAcceptance();
policy::HardStopResolutionAct GoodResolution();
policy::MemoAct GoodMemo();                                             // GO for stable
policy::SignatureAct GoodSignature();                                   // sam's, as system owner
policy::RollbackAct GoodRollback(policy::ReleaseClass classification);  // dora's
policy::KillAct GoodKill();
policy::RoleGrantAct GoodGrant();  // adam proposes dora as dev lead, bea confirms
policy::SeverityChangeAct GoodLowering();
policy::AuditAct GoodEntry();

/// What blocks the good release into `to` after this change.
Rules BlocksAfter(policy::Channel to, const std::function<void(policy::PromotionFacts&)>& change,
                  policy::ReleaseClass classification = policy::ReleaseClass::kWorkflow);

/// An incident of this severity, open since an hour before the release enters the channel that follows.
policy::IncidentFacts OpenIncident(const policy::PromotionFacts& facts, policy::Severity severity);
policy::HardStopFacts RaisedStop(policy::HardStop stop, bool open = true);
policy::FreezeFacts GlobalFreeze(policy::Time starts_at, policy::Time ends_at);

}  // namespace policy_test
