#include "pulse/app/orgs.hpp"

#include <algorithm>

#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "pulse/store/tokens.hpp"
#include "pulse/wire/details_json.hpp"
#include "tenancy/store/audit.hpp"
#include "tenancy/store/organizations.hpp"
#include "tenancy/store/records.hpp"
#include "tenancy/store/usage.hpp"

namespace pulse::app {
namespace {

using tenancy::Decided;
using tenancy::Organization;
using tenancy::OrgId;
using tenancy::store::TenantTx;

platform::Unexpected<tenancy::Refusal> RefuseOrg(tenancy::Refusal refusal) {
    return platform::Unexpected<tenancy::Refusal>(std::move(refusal));
}

tenancy::TenantScope ActScope(const Act& act, const OrgId& org, std::string reason) {
    auto scope = tenancy::TenantScope::PlatformAct(org, act.caller.Name(), std::move(reason));
    PORTCULLIS_INVARIANT(scope.has_value(), "an act names who acts and why");
    return std::move(*scope);
}

template <typename Body>
auto WriteOrg(Services& services, const tenancy::TenantScope& scope, Body&& body) {
    return tenancy::store::WriteDirectory(services.database, services.directory, scope, body);
}

/// What a default organization is before anybody changed it.
Organization UnsavedDefault() {
    Organization org;
    org.display_name = "Default Organization";
    return org;
}

/// One more person, now or when they accept: 403 quota_exceeded when the tenant's plan has no place for them.
std::optional<tenancy::Refusal> DecidePeople(TenantTx& tx, const Organization& before, const Organization& after,
                                             platform::Time now) {
    const bool grows =
        after.members.size() > before.members.size() || after.invitations.size() > before.invitations.size();
    if (!grows || before.id.IsDefault()) {
        return std::nullopt;
    }
    const auto quotas = tenancy::store::LoadQuotas(tx, now);
    PORTCULLIS_INVARIANT(quotas.has_value(), "a locked organization has quotas");
    return tenancy::DecideUse(tenancy::Resource::kUsers, static_cast<std::int64_t>(before.members.size()), 1,
                              quotas->limits.users);
}

}  // namespace

std::shared_ptr<const Organization> FindByPath(Services& services, std::string_view id) {
    const auto org = tenancy::PathOrg(id);
    if (!org) {
        return nullptr;
    }
    auto found = services.directory.Find(*org);
    if (!found && org->IsDefault()) {
        found = std::make_shared<const Organization>(UnsavedDefault());
    }
    return found;
}

std::vector<Organization> ListVisible(Services& services, const tenancy::Caller& caller) {
    std::vector<OrgId> ids;
    if (caller.kind == tenancy::CallerKind::kToken) {
        for (const std::string& bound : caller.bound_orgs) {
            ids.push_back(OrgId::Trusted(bound));
        }
    } else {
        ids.emplace_back();
        const auto memberships = services.directory.MembershipsOf(caller.user_id);
        for (const tenancy::store::Membership& membership : *memberships) {
            ids.push_back(membership.org);
        }
    }
    std::vector<Organization> orgs;
    for (const OrgId& id : ids) {
        const bool listed = std::ranges::any_of(orgs, [&](const Organization& org) { return org.id == id; });
        const auto found = listed ? nullptr : FindByPath(services, id.Text());
        if (found) {
            orgs.push_back(*found);
        }
    }
    return tenancy::VisibleOrgs(std::move(orgs), caller);
}

Decided<Organization> CreateOrg(Services& services, const Act& act, const tenancy::CreateOrgRequest* body) {
    auto decided = tenancy::DecideCreateOrg(act.caller, body, act.now);
    if (!decided) {
        return decided;
    }
    if (decided->id.IsDefault() || services.directory.Find(decided->id)) {
        return RefuseOrg(tenancy::AlreadyExists());
    }
    try {
        WriteOrg(services, ActScope(act, decided->id, "POST /api/orgs"), [&](TenantTx& tx) {
            tenancy::store::InsertOrganization(tx, *decided);
            tenancy::store::AppendAudit(tx, act.entry(tenancy::audit_event::kOrgCreated, decided->id,
                                                      wire::EncodeDetails({{"displayName", decided->display_name}})));
        });
    } catch (const platform::Conflict&) {
        return RefuseOrg(tenancy::AlreadyExists());
    }
    return decided;
}

Decided<Organization> ChangeOrg(Services& services, const Act& act, std::string_view id, std::string reason,
                                const DecideChange& decide, const DescribeChange& describe) {
    const auto known = FindByPath(services, id);
    if (auto first = decide(known.get()); !first) {
        return RefuseOrg(std::move(first.error()));
    }
    PORTCULLIS_INVARIANT(known != nullptr, "an organization that is not there is never changed");
    const OrgId org = known->id;
    auto outcome =
        WriteOrg(services, ActScope(act, org, std::move(reason)), [&](TenantTx& tx) -> Decided<Organization> {
            const auto before = tenancy::store::LoadOrganization(tx, platform::Lock::kForUpdate);
            auto change = decide(before ? &*before : nullptr);
            if (!change) {
                return RefuseOrg(std::move(change.error()));
            }
            Organization after = tenancy::Apply(*before, *change);
            if (auto full = DecidePeople(tx, *before, after, act.now)) {
                return RefuseOrg(std::move(*full));
            }
            if (!change->Empty()) {
                PORTCULLIS_INVARIANT(tenancy::store::ApplyChange(tx, *change), "a locked organization is there");
                ChangeNote note = describe(*before, after);
                tenancy::store::AppendAudit(tx, act.entry(note.event, org, std::move(note.details)));
            }
            return after;
        });
    return outcome;
}

Decided<void> DeleteOrg(Services& services, const Act& act, std::string_view id) {
    const auto known = FindByPath(services, id);
    if (auto refusal = tenancy::DecideDeleteOrg(id, known.get(), act.caller)) {
        return RefuseOrg(std::move(*refusal));
    }
    const OrgId org = known->id;
    auto outcome = WriteOrg(services, ActScope(act, org, "DELETE /api/orgs/{id}"), [&](TenantTx& tx) -> Decided<void> {
        const auto locked = tenancy::store::LoadOrganization(tx, platform::Lock::kForUpdate);
        if (auto refusal = tenancy::DecideDeleteOrg(id, locked ? &*locked : nullptr, act.caller)) {
            return RefuseOrg(std::move(*refusal));
        }
        tenancy::store::HardDelete(tx);
        // An organization of the same id may be made again: no token of this one may open it.
        store::UnbindTokens(tx.Sql(), org.Text());
        tenancy::store::AppendAudit(tx, act.entry(tenancy::audit_event::kOrgDeleted, org, {}));
        return {};
    });
    services.identities.ForgetTokensOf(org.Text());
    services.licences.ForgetTenant(org.Text());
    services.usage.Forget(org);
    return outcome;
}

std::vector<tenancy::InboxInvitation> LoadInbox(Services& services, const tenancy::Caller& caller) {
    const auto person = tenancy::IdentityScope::For(caller);
    if (!person) {
        return {};
    }
    return tenancy::store::OneTrip(services.database, *person, tenancy::store::LoadInbox);
}

std::vector<tenancy::IncomingShare> LoadOffered(Services& services, const Act& act, const OrgId& target) {
    return tenancy::store::Read(services.database, ActScope(act, target, "reading incoming shares"),
                                tenancy::store::LoadIncomingShares);
}

Decided<tenancy::IncomingDecision> ChangeIncoming(Services& services, const Act& act, std::string_view id,
                                                  std::string_view share_id, std::string_view event,
                                                  const DecideIncoming& decide) {
    const auto find = [&](const std::vector<tenancy::IncomingShare>& offered) -> const tenancy::IncomingShare* {
        const auto found = std::ranges::find_if(
            offered, [&](const tenancy::IncomingShare& one) { return one.share.id == platform::Trim(share_id); });
        return found == offered.end() ? nullptr : &*found;
    };
    const auto known = FindByPath(services, id);
    // Without the share at hand, every refusal in front of "there is no such share" comes out as it must.
    const auto offered_now = known && tenancy::DecideAccess(act.caller, *known) == tenancy::Access::kAllowed
                                 ? LoadOffered(services, act, known->id)
                                 : std::vector<tenancy::IncomingShare>();
    auto first = decide(known.get(), find(offered_now));
    if (!first) {
        return first;
    }
    const OrgId source = first->source;
    const OrgId target = known->id;
    // The source's row changes, so the source is locked; the target's say was heard above.
    auto outcome = WriteOrg(
        services, ActScope(act, source, "an incoming share of " + target.Text()),
        [&](TenantTx& tx) -> Decided<tenancy::IncomingDecision> {
            const auto org = tenancy::store::LoadOrganization(tx, platform::Lock::kForUpdate);
            const tenancy::Share* share = org ? tenancy::FindShare(*org, first->share.id) : nullptr;
            std::optional<tenancy::IncomingShare> offered;
            if (share != nullptr && share->target == target) {
                offered = tenancy::IncomingShare{org->id, org->display_name, *share};
            }
            auto again = decide(known.get(), offered ? &*offered : nullptr);
            if (!again) {
                return again;
            }
            tenancy::store::ApplyChange(tx, again->change);
            tenancy::store::AppendAudit(
                tx, act.entry(event, source,
                              wire::EncodeDetails({{"share", again->share.id}, {"targetOrgId", target.Text()}})));
            return again;
        });
    if (outcome) {
        tenancy::store::AppendAudit(
            services.database,
            act.entry(event, target,
                      wire::EncodeDetails({{"share", outcome->share.id}, {"sourceOrgId", source.Text()}})));
    }
    return outcome;
}

}  // namespace pulse::app
