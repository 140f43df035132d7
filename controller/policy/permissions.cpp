#include "controller/policy/permissions.hpp"

#include <algorithm>
#include <array>

namespace policy {
namespace {

using enum Role;

constexpr std::array kAdmins = {kAdmin};
constexpr std::array kRegistrars = {kReleaseManager, kOperator};
constexpr std::array kConsentRecorders = {kReleaseManager, kOperator, kSystemOwner, kDevLead};
constexpr std::array kSubmitters = {kReleaseManager, kDevLead, kPipeline};
constexpr std::array kPlanners = {kReleaseManager, kDevLead};
constexpr std::array kApprovers = {kDevLead, kQa, kSystemOwner};
constexpr std::array kCheckRecorders = {kDevLead, kQa, kSystemOwner, kReleaseManager, kOperator, kPipeline};
constexpr std::array kSystemOwners = {kSystemOwner};
constexpr std::array kStopResolvers = {kDevLead, kQa, kSystemOwner, kReleaseManager};
constexpr std::array kPromoters = {kReleaseManager, kSystemOwner, kPipeline};
constexpr std::array kMemoDeciders = {kReleaseManager, kSystemOwner};
constexpr std::array kMemoSigners = {kSystemOwner, kDevLead};
constexpr std::array kRollbackStarters = {kDevLead, kSystemOwner, kReleaseManager, kOperator};
constexpr std::array kIncidentHandlers = {kOperator, kReleaseManager, kDevLead, kSystemOwner};
constexpr std::array kFreezers = {kReleaseManager, kOperator, kSystemOwner};
constexpr std::array kAuditReaders = {kAuditor, kAdmin, kReleaseManager, kSystemOwner};
constexpr std::array kClockMovers = {kAdmin, kReleaseManager, kOperator};
constexpr std::array kProgrammeManagers = {kReleaseManager, kDevLead, kSystemOwner};
constexpr std::array kKillers = {kOperator, kReleaseManager, kDevLead, kSystemOwner, kPipeline};

constexpr std::span<const Role> kAnyone = {};
constexpr bool kUsersOnly = true;

constexpr std::array<PermissionRow, 41> kPermissions{{
    {Permission::kRead, "read", kAnyone, !kUsersOnly},
    {Permission::kManagePrincipals, "manage principals and tokens", kAdmins, kUsersOnly},
    {Permission::kOwnTokens, "manage one's own tokens", kAnyone, kUsersOnly},
    {Permission::kManageTenants, "manage tenants", kRegistrars, !kUsersOnly},
    {Permission::kRecordConsent, "record consents", kConsentRecorders, kUsersOnly},
    {Permission::kSubmitManifest, "submit manifests", kSubmitters, !kUsersOnly},
    {Permission::kSetPlan, "set exposure plans", kPlanners, !kUsersOnly},
    {Permission::kApprove, "approve", kApprovers, kUsersOnly},
    {Permission::kRecordCheck, "record evidence", kCheckRecorders, !kUsersOnly},
    {Permission::kResolveCheck, "resolve failed evidence", kApprovers, kUsersOnly},
    {Permission::kAcceptRisk, "accept risks", kSystemOwners, kUsersOnly},
    {Permission::kRaiseHardStop, "raise hard stops", kAnyone, !kUsersOnly},
    {Permission::kResolveHardStop, "resolve hard stops", kStopResolvers, kUsersOnly},
    {Permission::kPromote, "promote releases", kPromoters, !kUsersOnly},
    {Permission::kDecideMemo, "decide memos", kMemoDeciders, kUsersOnly},
    {Permission::kSignMemo, "sign memos", kMemoSigners, kUsersOnly},
    {Permission::kLintMemo, "lint memos", kAnyone, !kUsersOnly},
    {Permission::kRollBack, "roll back releases", kRollbackStarters, !kUsersOnly},
    {Permission::kOpenIncident, "open incidents", kAnyone, !kUsersOnly},
    {Permission::kHandleIncident, "handle incidents", kIncidentHandlers, !kUsersOnly},
    {Permission::kManageFreezes, "manage freeze windows", kFreezers, !kUsersOnly},
    {Permission::kSetCalendar, "set the business calendar", kMemoDeciders, kUsersOnly},
    {Permission::kReadAudit, "read the audit log", kAuditReaders, !kUsersOnly},
    {Permission::kAdvanceClock, "advance the simulated clock", kClockMovers, !kUsersOnly},
    {Permission::kManageFleet, "manage instances", kRegistrars, !kUsersOnly},
    {Permission::kKill, "move the kill switch", kKillers, !kUsersOnly},
    {Permission::kApproveSwitch, "approve switching on", kSystemOwners, kUsersOnly},
    {Permission::kReviewKill, "review kills", kIncidentHandlers, kUsersOnly},
    {Permission::kRotateKeys, "replace the key that signs orders", kAdmins, kUsersOnly},
    {Permission::kManageProgramme, "manage programmes", kProgrammeManagers, !kUsersOnly},
    {Permission::kWorkOnPacket, "work on packets", kCheckRecorders, !kUsersOnly},
    {Permission::kReviewPacket, "review packets", kApprovers, kUsersOnly},
    {Permission::kCertify, "certify programmes", kSystemOwners, kUsersOnly},
    {Permission::kManageWebhooks, "manage webhooks", kAdmins, kUsersOnly},
    {Permission::kManageRollout, "plan rollouts", kProgrammeManagers, kUsersOnly},
    {Permission::kWorkOnRollout, "measure rollouts and name their risks", kCheckRecorders, !kUsersOnly},
    {Permission::kAttendRollout, "complete checkpoints of rollouts", kAnyone, kUsersOnly},
    {Permission::kAdvanceRollout, "advance and end rollouts", kMemoDeciders, kUsersOnly},
    {Permission::kReverseRollout, "reverse rollouts", kKillers, !kUsersOnly},
    {Permission::kDecideRollout, "decide about rollouts", kIncidentHandlers, kUsersOnly},
    {Permission::kRecordCommunication, "say that somebody was told", kIncidentHandlers, kUsersOnly},
}};

constexpr bool PermissionsFollowTheEnumeration() {
    for (std::size_t i = 0; i < kPermissions.size(); ++i) {
        if (static_cast<std::size_t>(kPermissions[i].permission) != i) {
            return false;
        }
    }
    return true;
}
static_assert(PermissionsFollowTheEnumeration(), "DescribePermission indexes the table by permission");
static_assert(kPermissions.size() == static_cast<std::size_t>(Permission::kRecordCommunication) + 1);

}  // namespace

const PermissionRow& DescribePermission(Permission permission) {
    return kPermissions.at(static_cast<std::size_t>(permission));
}

bool MayUse(Permission permission, PrincipalKind kind, std::span<const Role> roles) {
    const PermissionRow& row = DescribePermission(permission);
    if (row.users_only && kind != PrincipalKind::kUser) {
        return false;
    }
    return row.roles.empty() || std::any_of(roles.begin(), roles.end(), [&row](Role role) {
               return std::find(row.roles.begin(), row.roles.end(), role) != row.roles.end();
           });
}

}  // namespace policy
