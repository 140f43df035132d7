// Which roles may ask for which operation, before any rule of the specification is looked at. One table; the route
// table, the OpenAPI document and the 403 message are made from it. Pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "controller/policy/types.hpp"

namespace policy {

enum class Permission : std::uint8_t {
    kRead,                // any authenticated principal
    kManagePrincipals,    // admin
    kOwnTokens,           // any user, for itself
    kManageTenants,       // release_manager, operator
    kRecordConsent,       // release_manager, operator, system_owner, dev_lead
    kSubmitManifest,      // release_manager, dev_lead, pipeline
    kSetPlan,             // release_manager, dev_lead
    kApprove,             // dev_lead, qa, system_owner
    kRecordCheck,         // dev_lead, qa, system_owner, release_manager, operator, pipeline
    kResolveCheck,        // dev_lead, qa, system_owner
    kAcceptRisk,          // system_owner
    kRaiseHardStop,       // anyone
    kResolveHardStop,     // dev_lead, qa, system_owner, release_manager
    kPromote,             // release_manager, system_owner, pipeline
    kDecideMemo,          // release_manager, system_owner
    kSignMemo,            // system_owner, dev_lead
    kLintMemo,            // anyone
    kRollBack,            // dev_lead, system_owner, release_manager, operator
    kOpenIncident,        // anyone
    kHandleIncident,      // operator, release_manager, dev_lead, system_owner
    kManageFreezes,       // release_manager, operator, system_owner
    kSetCalendar,         // release_manager, system_owner
    kReadAudit,           // auditor, admin, release_manager, system_owner
    kAdvanceClock,        // admin, release_manager, operator; simulated clock only
    kManageFleet,         // operator, release_manager
    kKill,                // operator, release_manager, dev_lead, system_owner, pipeline
    kApproveSwitch,       // system_owner
    kReviewKill,          // operator, release_manager, dev_lead, system_owner
    kRotateKeys,          // admin
    kManageProgramme,     // release_manager, dev_lead, system_owner
    kWorkOnPacket,        // dev_lead, qa, system_owner, release_manager, operator, pipeline
    kReviewPacket,        // dev_lead, qa, system_owner
    kCertify,             // system_owner
    kManageWebhooks,      // admin
    kManageRollout,       // release_manager, dev_lead, system_owner
    kWorkOnRollout,       // dev_lead, qa, system_owner, release_manager, operator, pipeline
    kAttendRollout,       // any user: checkpoints are their owners'
    kAdvanceRollout,      // release_manager, system_owner
    kReverseRollout,      // operator, release_manager, dev_lead, system_owner, pipeline
    kDecideRollout,       // operator, release_manager, dev_lead, system_owner
    kRecordCommunication  // the same
};

struct PermissionRow {
    Permission permission;
    std::string_view name;        // "submit manifests"
    std::span<const Role> roles;  // empty: any authenticated principal
    bool users_only;              // SOD-1
};

const PermissionRow& DescribePermission(Permission permission);
bool MayUse(Permission permission, PrincipalKind kind, std::span<const Role> roles);

}  // namespace policy
