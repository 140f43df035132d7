// The functions of the rule table, by section of the specification. Internal to policy; catalogue.cpp lists them and
// tests name them by rule id through the table. Pure; thread safe.
#pragma once

#include "controller/policy/acts.hpp"
#include "controller/policy/evidence.hpp"
#include "controller/policy/facts.hpp"
#include "controller/policy/finding.hpp"
#include "controller/policy/programmes.hpp"
#include "controller/policy/rollouts.hpp"

namespace policy {

// audit.cpp: attribution
void CheckAtt1(const AuditAct& act, Findings& findings);
void CheckAtt2(const AuditAct& act, Findings& findings);
void CheckAtt3(const AuditAct& act, Findings& findings);
void CheckAtt4(const AuditAct& act, Findings& findings);

// separation_of_duties.cpp
void CheckSod1(const PromotionFacts& facts, Findings& findings);
void CheckSod2(const PromotionFacts& facts, Findings& findings);
void CheckSod3(const PromotionFacts& facts, Findings& findings);
void CheckSod4(const PromotionFacts& facts, Findings& findings);
void CheckSod5(const PromotionFacts& facts, Findings& findings);
void CheckSod1Approval(const ApprovalAct& act, Findings& findings);
void CheckSod1Consent(const ConsentAct& act, Findings& findings);
void CheckSod1Acceptance(const RiskAcceptanceAct& act, Findings& findings);
void CheckSod1Signature(const SignatureAct& act, Findings& findings);
void CheckSod1Judgement(const CheckAct& act, Findings& findings);
void CheckSod2Approval(const ApprovalAct& act, Findings& findings);
void CheckSod2Signature(const SignatureAct& act, Findings& findings);
void CheckSod3Approval(const ApprovalAct& act, Findings& findings);
void CheckSod4Approval(const ApprovalAct& act, Findings& findings);
void CheckSod4Acceptance(const RiskAcceptanceAct& act, Findings& findings);
void CheckSod4Signature(const SignatureAct& act, Findings& findings);
void CheckSod5Approval(const ApprovalAct& act, Findings& findings);

// principals.cpp
void CheckSod6(const RoleGrantAct& act, Findings& findings);

// classification.cpp, approvals.cpp
void CheckCls2(const ManifestFacts& act, Findings& findings);
void CheckCls3(const PromotionFacts& facts, Findings& findings);
void CheckCls4(const PromotionFacts& facts, Findings& findings);
void CheckCls4Approval(const ApprovalAct& act, Findings& findings);
void CheckCls4Acceptance(const RiskAcceptanceAct& act, Findings& findings);
void CheckCls5(const PromotionFacts& facts, Findings& findings);
void CheckCls5Approval(const ApprovalAct& act, Findings& findings);
void CheckCls6(const ManifestFacts& act, Findings& findings);
void CheckApr1(const PromotionFacts& facts, Findings& findings);
void CheckApr1Approval(const ApprovalAct& act, Findings& findings);

// channels.cpp
void CheckChn1(const PromotionFacts& facts, Findings& findings);
void CheckChn2(const PromotionFacts& facts, Findings& findings);
void CheckChn4(const PromotionFacts& facts, Findings& findings);
void CheckChn5(const PromotionFacts& facts, Findings& findings);
void CheckChn7(const PromotionFacts& facts, Findings& findings);
void CheckChn8(const PromotionFacts& facts, Findings& findings);
void CheckChx1(const PromotionFacts& facts, Findings& findings);
void CheckChx2(const PromotionFacts& facts, Findings& findings);
void CheckChx3(const PromotionFacts& facts, Findings& findings);
void CheckChx6(const PromotionFacts& facts, Findings& findings);

// exposure_drift.cpp
void CheckChx7(const PromotionFacts& facts, Findings& findings);
void CheckKsw8Promotion(const PromotionFacts& facts, Findings& findings);

// requirements.cpp
void CheckChx8(const PromotionFacts& facts, Findings& findings);
void CheckChx9(const PromotionFacts& facts, Findings& findings);

// exposure_plan.cpp
void CheckChn3(const PromotionFacts& facts, Findings& findings);
void CheckChn3Plan(const PlanFactsAct& act, Findings& findings);
void CheckChn9(const PromotionFacts& facts, Findings& findings);
void CheckChn9Plan(const PlanFactsAct& act, Findings& findings);
void CheckExp1(const PromotionFacts& facts, Findings& findings);
void CheckExp1Plan(const PlanFactsAct& act, Findings& findings);
void CheckExp2(const PromotionFacts& facts, Findings& findings);
void CheckExp2Plan(const PlanFactsAct& act, Findings& findings);
void CheckExp2Consent(const ConsentAct& act, Findings& findings);
void CheckExp3(const PromotionFacts& facts, Findings& findings);
void CheckExp3Plan(const PlanFactsAct& act, Findings& findings);
void CheckExp4(const PromotionFacts& facts, Findings& findings);
void CheckExp4Plan(const PlanFactsAct& act, Findings& findings);
void CheckExp4Judgement(const CheckAct& act, Findings& findings);
void CheckExp5(const PromotionFacts& facts, Findings& findings);
void CheckExp5Plan(const PlanFactsAct& act, Findings& findings);
void CheckExp6(const PromotionFacts& facts, Findings& findings);
void CheckExp6Approval(const ApprovalAct& act, Findings& findings);
void CheckExp7(const PromotionFacts& facts, Findings& findings);
void CheckExp7Plan(const PlanFactsAct& act, Findings& findings);

// data_safety.cpp: DSV-6 also looks at the manifest; the others are CheckControl
void CheckDsv6(const PromotionFacts& facts, Findings& findings);

// hard_stops.cpp
void CheckHst1(const PromotionFacts& facts, Findings& findings);
void CheckHst2(const PromotionFacts& facts, Findings& findings);
void CheckHst3(const PromotionFacts& facts, Findings& findings);
void CheckHst4(const PromotionFacts& facts, Findings& findings);
void CheckHst5(const PromotionFacts& facts, Findings& findings);
void CheckHst6(const PromotionFacts& facts, Findings& findings);
void CheckHst7(const PromotionFacts& facts, Findings& findings);
void CheckHsx1(const HardStopResolutionAct& act, Findings& findings);

// kill_switch.cpp
void CheckKsw1(const PromotionFacts& facts, Findings& findings);
void CheckKsw2(const PromotionFacts& facts, Findings& findings);
void CheckKsw4(const PromotionFacts& facts, Findings& findings);
void CheckKsw5(const PromotionFacts& facts, Findings& findings);
void CheckKsw6(const PromotionFacts& facts, Findings& findings);
void CheckKsw7(const KillAct& act, Findings& findings);
void CheckKsw8(const KillAct& act, Findings& findings);

// rollback.cpp
void CheckRbk1(const PromotionFacts& facts, Findings& findings);
void CheckRbk2(const PromotionFacts& facts, Findings& findings);
void CheckRbk3(const PromotionFacts& facts, Findings& findings);
void CheckRbk4(const PromotionFacts& facts, Findings& findings);
void CheckRbk5(const PromotionFacts& facts, Findings& findings);
void CheckRbk6(const PromotionFacts& facts, Findings& findings);
void CheckRba1(const RollbackAct& act, Findings& findings);
void CheckRba2(const RollbackAct& act, Findings& findings);
void CheckRba3(const RollbackAct& act, Findings& findings);
void CheckRba4(const RollbackAct& act, Findings& findings);
void CheckRbx1(const PromotionFacts& facts, Findings& findings);

// programmes.cpp
void CheckPkt1(const PacketReviewAct& act, Findings& findings);
void CheckPkt2(const PacketReviewAct& act, Findings& findings);
void CheckPkt2Start(const PacketStartAct& act, Findings& findings);
void CheckPkt3(const PacketReviewAct& act, Findings& findings);
void CheckPkt4(const PacketReviewAct& act, Findings& findings);
void CheckPkt6(const PacketStartAct& act, Findings& findings);
void CheckPkt6Certification(const CertificationAct& act, Findings& findings);
void CheckPkt7(const CertificationAct& act, Findings& findings);
void CheckEvd3Certification(const CertificationAct& act, Findings& findings);

// rollouts.cpp
void CheckStg1(const StageAdvanceFacts& facts, Findings& findings);
void CheckStg2(const StageAdvanceFacts& facts, Findings& findings);
void CheckStg3(const StageAdvanceFacts& facts, Findings& findings);
void CheckStg3Completion(const CheckpointAct& act, Findings& findings);
void CheckStg4(const StageAdvanceFacts& facts, Findings& findings);
void CheckStg5(const StageAdvanceFacts& facts, Findings& findings);
void CheckStg6(const StageAdvanceFacts& facts, Findings& findings);
void CheckStg7(const StageAdvanceFacts& facts, Findings& findings);  // exposure_drift.cpp
void CheckChn5Rollout(const StageAdvanceFacts& facts, Findings& findings);
void CheckKsw8Rollout(const StageAdvanceFacts& facts, Findings& findings);

// decision_memo.cpp
void CheckMem1(const PromotionFacts& facts, Findings& findings);
void CheckMem2(const MemoAct& act, Findings& findings);
void CheckMem3(const MemoAct& act, Findings& findings);
void CheckMem4(const MemoAct& act, Findings& findings);
void CheckMem5(const SignatureAct& act, Findings& findings);

// incidents.cpp
void CheckInc2(const SeverityChangeAct& act, Findings& findings);

// evidence.cpp
void CheckEvd1(const PromotionFacts& facts, Findings& findings);
void CheckEvd2(const PromotionFacts& facts, Findings& findings);
void CheckEvd2Record(const CheckAct& act, Findings& findings);
void CheckEvd3(const PromotionFacts& facts, Findings& findings);
void CheckEvd4(const PromotionFacts& facts, Findings& findings);
void CheckEvd5(const PromotionFacts& facts, Findings& findings);
void CheckEvd6(const CheckAct& act, Findings& findings);
void CheckEvd7(const CheckAct& act, Findings& findings);

/// The rule that asks for this control's item says whether it is missing, failed or unusable; what the item is worth as
/// evidence is said by EVD-1..5 and KSW-4, KSW-6.
void CheckOwnRule(const PromotionFacts& facts, Control control, std::string_view rule, Findings& findings);
template <Control kControl>
void CheckControl(const PromotionFacts& facts, Findings& findings) {
    CheckOwnRule(facts, kControl, RequirementOf(kControl).rule, findings);
}

}  // namespace policy
