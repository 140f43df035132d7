// The vocabulary of the rules: identifiers and enumerations, each with its one text form (specification, sections 2-9).
// The texts are what the API, the command line, the documents and the database hold. Value types; thread safe.
#pragma once

#include <array>
#include <cstdint>

#include "platform/base/enum_text.hpp"
#include "platform/base/ids.hpp"
#include "platform/base/time.hpp"

namespace policy {

using platform::Date;
using platform::Days;
using platform::Duration;
using platform::Time;

struct ReleaseTag {
    static constexpr std::size_t kMaxLength = 100;
};
struct TenantTag {
    static constexpr std::size_t kMaxLength = 63;
};
struct PrincipalTag {
    static constexpr std::size_t kMaxLength = 64;
};
/// A generated id of a record: `chk_01J...`, `inc_01J...`.
struct RecordTag {
    static constexpr std::size_t kMaxLength = 40;
};
using ReleaseId = platform::StrongId<ReleaseTag>;
using TenantId = platform::StrongId<TenantTag>;
using PrincipalId = platform::StrongId<PrincipalTag>;
using RecordId = platform::StrongId<RecordTag>;

enum class PrincipalKind : std::uint8_t { kUser, kComponent };
enum class Role : std::uint8_t { kDevLead, kQa, kSystemOwner, kReleaseManager, kOperator, kAuditor, kPipeline, kAdmin };
enum class ReleaseClass : std::uint8_t { kUiOnly, kWorkflow, kCapability, kMechanism };  // in order of risk
enum class Channel : std::uint8_t { kDev, kExperimental, kCandidate, kStable };          // in order of promotion
enum class ReleaseStatus : std::uint8_t { kActive, kRolledBack, kWithdrawn, kSuperseded };
enum class TenantKind : std::uint8_t { kDev, kTest, kStaging, kProduction };
enum class ChannelPreference : std::uint8_t { kAny, kStableOnly };
enum class Severity : std::uint8_t { kSev1, kSev2, kSev3, kSev4 };  // most severe first
enum class IncidentState : std::uint8_t { kOpen, kAcknowledged, kContained, kResolved };
enum class CheckOutcome : std::uint8_t { kPassed, kFailed, kNotApplicable, kInconclusive };
enum class EvidenceTier : std::uint8_t { kDocumented, kTest, kRehearsal, kManagedRuntime, kProductionObserved };
/// What an approval is given for. kClass: the class approvals of a manifest revision (CLS-4). kClassFloor: the written
/// acknowledgement of a class below the suggested floor (CLS-5). kPlan: the exposure plan (EXP-6). The channels: the
/// transition's own approvals (section 9).
enum class ApprovalScope : std::uint8_t { kClass, kClassFloor, kPlan, kExperimental, kCandidate, kStable };
enum class Decision : std::uint8_t { kGo, kNoGo };
enum class HardStop : std::uint8_t { kHst1, kHst2, kHst3, kHst4, kHst5, kHst6, kHst7 };
enum class Comparison : std::uint8_t { kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kEqual };
enum class FreezeScope : std::uint8_t { kGlobal, kChannel, kTenant };

/// What evidence is recorded for. The texts are the control names of the API: `DSV-1`, `tests`, `kill-switch-drill`.
enum class Control : std::uint8_t {
    kTests,
    kRegressions,
    kKillSwitchDrill,
    kRollbackDrill,
    kRestoreDrill,
    kFeedback,
    kExitCriterion,     // with the key of the plan's criterion
    kCandidateMetrics,  // metrics within bounds during the candidate stay
    kDsv1,
    kDsv2,
    kDsv3,
    kDsv4,
    kDsv5,
    kDsv6,
    kDsv7,
    kObs1,
    kObs2,
    kObs3,
    kObs4,  // metrics baseline
    kObs5,
    kObs6,
    kObs7,
    kObs8,
    kObs9
};

/// The next channel; none after stable.
constexpr Channel NextChannel(Channel channel) {
    return channel == Channel::kStable ? Channel::kStable : static_cast<Channel>(static_cast<int>(channel) + 1);
}

}  // namespace policy

namespace platform {

template <>
struct EnumNames<policy::PrincipalKind> {
    static constexpr std::array<EnumName<policy::PrincipalKind>, 2> kNames{
        {{policy::PrincipalKind::kUser, "user"}, {policy::PrincipalKind::kComponent, "component"}}};
};
template <>
struct EnumNames<policy::Role> {
    static constexpr std::array<EnumName<policy::Role>, 8> kNames{{{policy::Role::kDevLead, "dev_lead"},
                                                                   {policy::Role::kQa, "qa"},
                                                                   {policy::Role::kSystemOwner, "system_owner"},
                                                                   {policy::Role::kReleaseManager, "release_manager"},
                                                                   {policy::Role::kOperator, "operator"},
                                                                   {policy::Role::kAuditor, "auditor"},
                                                                   {policy::Role::kPipeline, "pipeline"},
                                                                   {policy::Role::kAdmin, "admin"}}};
};
template <>
struct EnumNames<policy::ReleaseClass> {
    static constexpr std::array<EnumName<policy::ReleaseClass>, 4> kNames{
        {{policy::ReleaseClass::kUiOnly, "ui_only"},
         {policy::ReleaseClass::kWorkflow, "workflow"},
         {policy::ReleaseClass::kCapability, "capability"},
         {policy::ReleaseClass::kMechanism, "mechanism"}}};
};
template <>
struct EnumNames<policy::Channel> {
    static constexpr std::array<EnumName<policy::Channel>, 4> kNames{{{policy::Channel::kDev, "dev"},
                                                                      {policy::Channel::kExperimental, "experimental"},
                                                                      {policy::Channel::kCandidate, "candidate"},
                                                                      {policy::Channel::kStable, "stable"}}};
};
template <>
struct EnumNames<policy::ReleaseStatus> {
    static constexpr std::array<EnumName<policy::ReleaseStatus>, 4> kNames{
        {{policy::ReleaseStatus::kActive, "active"},
         {policy::ReleaseStatus::kRolledBack, "rolled_back"},
         {policy::ReleaseStatus::kWithdrawn, "withdrawn"},
         {policy::ReleaseStatus::kSuperseded, "superseded"}}};
};
template <>
struct EnumNames<policy::TenantKind> {
    static constexpr std::array<EnumName<policy::TenantKind>, 4> kNames{
        {{policy::TenantKind::kDev, "dev"},
         {policy::TenantKind::kTest, "test"},
         {policy::TenantKind::kStaging, "staging"},
         {policy::TenantKind::kProduction, "production"}}};
};
template <>
struct EnumNames<policy::ChannelPreference> {
    static constexpr std::array<EnumName<policy::ChannelPreference>, 2> kNames{
        {{policy::ChannelPreference::kAny, "any"}, {policy::ChannelPreference::kStableOnly, "stable_only"}}};
};
template <>
struct EnumNames<policy::Severity> {
    static constexpr std::array<EnumName<policy::Severity>, 4> kNames{{{policy::Severity::kSev1, "SEV-1"},
                                                                       {policy::Severity::kSev2, "SEV-2"},
                                                                       {policy::Severity::kSev3, "SEV-3"},
                                                                       {policy::Severity::kSev4, "SEV-4"}}};
};
template <>
struct EnumNames<policy::IncidentState> {
    static constexpr std::array<EnumName<policy::IncidentState>, 4> kNames{
        {{policy::IncidentState::kOpen, "open"},
         {policy::IncidentState::kAcknowledged, "acknowledged"},
         {policy::IncidentState::kContained, "contained"},
         {policy::IncidentState::kResolved, "resolved"}}};
};
template <>
struct EnumNames<policy::CheckOutcome> {
    static constexpr std::array<EnumName<policy::CheckOutcome>, 4> kNames{
        {{policy::CheckOutcome::kPassed, "passed"},
         {policy::CheckOutcome::kFailed, "failed"},
         {policy::CheckOutcome::kNotApplicable, "not_applicable"},
         {policy::CheckOutcome::kInconclusive, "inconclusive"}}};
};
template <>
struct EnumNames<policy::EvidenceTier> {
    static constexpr std::array<EnumName<policy::EvidenceTier>, 5> kNames{
        {{policy::EvidenceTier::kDocumented, "documented"},
         {policy::EvidenceTier::kTest, "test"},
         {policy::EvidenceTier::kRehearsal, "rehearsal"},
         {policy::EvidenceTier::kManagedRuntime, "managed_runtime"},
         {policy::EvidenceTier::kProductionObserved, "production_observed"}}};
};
template <>
struct EnumNames<policy::ApprovalScope> {
    static constexpr std::array<EnumName<policy::ApprovalScope>, 6> kNames{
        {{policy::ApprovalScope::kClass, "class"},
         {policy::ApprovalScope::kClassFloor, "class_floor"},
         {policy::ApprovalScope::kPlan, "plan"},
         {policy::ApprovalScope::kExperimental, "experimental"},
         {policy::ApprovalScope::kCandidate, "candidate"},
         {policy::ApprovalScope::kStable, "stable"}}};
};
template <>
struct EnumNames<policy::Decision> {
    static constexpr std::array<EnumName<policy::Decision>, 2> kNames{
        {{policy::Decision::kGo, "GO"}, {policy::Decision::kNoGo, "NO-GO"}}};
};
template <>
struct EnumNames<policy::HardStop> {
    static constexpr std::array<EnumName<policy::HardStop>, 7> kNames{{{policy::HardStop::kHst1, "HST-1"},
                                                                       {policy::HardStop::kHst2, "HST-2"},
                                                                       {policy::HardStop::kHst3, "HST-3"},
                                                                       {policy::HardStop::kHst4, "HST-4"},
                                                                       {policy::HardStop::kHst5, "HST-5"},
                                                                       {policy::HardStop::kHst6, "HST-6"},
                                                                       {policy::HardStop::kHst7, "HST-7"}}};
};
template <>
struct EnumNames<policy::Comparison> {
    static constexpr std::array<EnumName<policy::Comparison>, 5> kNames{{{policy::Comparison::kLess, "<"},
                                                                         {policy::Comparison::kLessOrEqual, "<="},
                                                                         {policy::Comparison::kGreater, ">"},
                                                                         {policy::Comparison::kGreaterOrEqual, ">="},
                                                                         {policy::Comparison::kEqual, "=="}}};
};
template <>
struct EnumNames<policy::FreezeScope> {
    static constexpr std::array<EnumName<policy::FreezeScope>, 3> kNames{{{policy::FreezeScope::kGlobal, "global"},
                                                                          {policy::FreezeScope::kChannel, "channel"},
                                                                          {policy::FreezeScope::kTenant, "tenant"}}};
};
template <>
struct EnumNames<policy::Control> {
    static constexpr std::array<EnumName<policy::Control>, 24> kNames{
        {{policy::Control::kTests, "tests"},
         {policy::Control::kRegressions, "regressions"},
         {policy::Control::kKillSwitchDrill, "kill-switch-drill"},
         {policy::Control::kRollbackDrill, "rollback-drill"},
         {policy::Control::kRestoreDrill, "restore-drill"},
         {policy::Control::kFeedback, "feedback"},
         {policy::Control::kExitCriterion, "exit-criterion"},
         {policy::Control::kCandidateMetrics, "candidate-metrics"},
         {policy::Control::kDsv1, "DSV-1"},
         {policy::Control::kDsv2, "DSV-2"},
         {policy::Control::kDsv3, "DSV-3"},
         {policy::Control::kDsv4, "DSV-4"},
         {policy::Control::kDsv5, "DSV-5"},
         {policy::Control::kDsv6, "DSV-6"},
         {policy::Control::kDsv7, "DSV-7"},
         {policy::Control::kObs1, "OBS-1"},
         {policy::Control::kObs2, "OBS-2"},
         {policy::Control::kObs3, "OBS-3"},
         {policy::Control::kObs4, "OBS-4"},
         {policy::Control::kObs5, "OBS-5"},
         {policy::Control::kObs6, "OBS-6"},
         {policy::Control::kObs7, "OBS-7"},
         {policy::Control::kObs8, "OBS-8"},
         {policy::Control::kObs9, "OBS-9"}}};
};

}  // namespace platform
