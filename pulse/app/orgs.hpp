// The operations on organizations: load, decide by tenancy/, write, audit; each one transaction.
//
// A refusal is a value. Errors: platform::Unavailable,
// platform::Conflict, platform::RuleViolation. Thread safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pulse/app/services.hpp"
#include "tenancy/audit.hpp"
#include "tenancy/lifecycle.hpp"
#include "tenancy/members.hpp"
#include "tenancy/organizations.hpp"
#include "tenancy/shares.hpp"

namespace pulse::app {

/// Who acts, and how an audit entry of theirs begins.
struct Act {
    tenancy::Caller caller;
    platform::Time now;
    std::function<tenancy::AuditEvent(std::string_view event, const tenancy::OrgId& org, std::string details)> entry;
};

/// The organization a path names: trimmed; nothing for what is no id and for what does not exist. `default` always
/// exists.
std::shared_ptr<const tenancy::Organization> FindByPath(Services& services, std::string_view id);

std::vector<tenancy::Organization> ListVisible(Services& services, const tenancy::Caller& caller);
tenancy::Decided<tenancy::Organization> CreateOrg(Services& services, const Act& act,
                                                  const tenancy::CreateOrgRequest* body);

/// What an operation on one organization decides from: the organization as it is now, locked. Null when it is gone.
using DecideChange = std::function<tenancy::Decided<tenancy::OrgChange>(const tenancy::Organization* org)>;
/// What is written down about it: `event` and its details, from before and after.
struct ChangeNote {
    std::string_view event;
    std::string details;
};
using DescribeChange =
    std::function<ChangeNote(const tenancy::Organization& before, const tenancy::Organization& after)>;

/// Decides on what is in memory first, so that a refusal takes no lock, then again on the locked row, writes and
/// audits. Gives the organization as it is afterwards. An empty change writes nothing and leaves no entry.
tenancy::Decided<tenancy::Organization> ChangeOrg(Services& services, const Act& act, std::string_view id,
                                                  std::string reason, const DecideChange& decide,
                                                  const DescribeChange& describe);

tenancy::Decided<void> DeleteOrg(Services& services, const Act& act, std::string_view id);

std::vector<tenancy::InboxInvitation> LoadInbox(Services& services, const tenancy::Caller& caller);

std::vector<tenancy::IncomingShare> LoadOffered(Services& services, const Act& act, const tenancy::OrgId& target);
/// Accept or decline: the target decides about the source's row.
using DecideIncoming = std::function<tenancy::Decided<tenancy::IncomingDecision>(
    const tenancy::Organization* target, const tenancy::IncomingShare* offered)>;
tenancy::Decided<tenancy::IncomingDecision> ChangeIncoming(Services& services, const Act& act, std::string_view id,
                                                           std::string_view share_id, std::string_view event,
                                                           const DecideIncoming& decide);

}  // namespace pulse::app
