#include <algorithm>

#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "pulse/app/audit.hpp"
#include "pulse/app/tenant_scopes.hpp"
#include "pulse/app/tenants.hpp"
#include "pulse/wire/details_json.hpp"
#include "tenancy/store/organizations.hpp"
#include "tenancy/wire/export_document.hpp"

namespace pulse::app {
namespace {

using tenancy::Decided;
using tenancy::Organization;
using tenancy::OrgId;
using tenancy::Refusal;
using tenancy::store::TenantTx;
using tenancy::wire::ExportDocument;

constexpr std::string_view kDamaged = "restore_damaged";
constexpr std::string_view kForeign = "restore_foreign";

Refusal RestoreRefusal(int status, std::string_view code, std::string message) {
    return {status, code, std::move(message), tenancy::BodyShape::kPlatform, {}};
}

/// A document of another product or version is foreign; one of ours that is not whole is damaged.
Refusal UnreadableDocument(const platform::FieldErrors& errors) {
    const platform::FieldError& first = errors.front();
    const bool foreign = first.pointer == "/format" || first.pointer == "/version";
    return RestoreRefusal(
        400, foreign ? kForeign : kDamaged,
        "The file is no whole export of a tenant: " + (first.pointer.empty() ? std::string() : first.pointer + " ") +
            first.message + ". Nothing was changed.");
}

template <typename Row, typename Key>
bool SameRows(std::vector<Row> a, std::vector<Row> b, Key key) {
    std::ranges::sort(a, {}, key);
    std::ranges::sort(b, {}, key);
    return a == b;
}

/// Restoring would change nothing.
bool IsAlready(const ExportDocument& now, const ExportDocument& then) {
    return now.org.display_name == then.org.display_name && now.org.owner_user_id == then.org.owner_user_id &&
           SameRows(now.org.members, then.org.members, &tenancy::Member::user_id) &&
           SameRows(now.org.invitations, then.org.invitations, &tenancy::Invitation::user_id) &&
           SameRows(now.org.shares, then.org.shares, &tenancy::Share::id) &&
           tenancy::wire::DigestOf(now.sections) == tenancy::wire::DigestOf(then.sections);
}

/// Whoever restores a tenant that waits for its deletion wants it back.
void BringBack(TenantTx& tx, const Organization& org, platform::Time now) {
    const auto suspended = tenancy::DecideSuspend(org.id.Text(), &org, "restored from an export", now);
    PORTCULLIS_INVARIANT(suspended.has_value(), "a pending deletion ends with a suspension");
    tenancy::store::ApplyChange(tx, suspended->change);
    const auto halfway = tenancy::Apply(org, suspended->change);
    const auto active = tenancy::DecideReactivate(&halfway);
    PORTCULLIS_INVARIANT(active.has_value(), "what is suspended can be reactivated");
    tenancy::store::ApplyChange(tx, active->change);
}

Decided<RestoredTenant> RestoreIn(Services& services, TenantTx& tx, const Act& act, const ExportDocument& document,
                                  Replace replace) {
    const auto present = tenancy::store::LoadOrganization(tx, platform::Lock::kForUpdate);
    RestoredTenant restored;
    if (present && present->lifecycle.status == tenancy::OrgStatus::kActive && replace == Replace::kNo) {
        const auto now = tenancy::store::Export(tx, act.now);
        PORTCULLIS_INVARIANT(now.has_value(), "a locked tenant is there");
        if (!IsAlready(*now, document)) {
            return platform::Unexpected<Refusal>(RestoreRefusal(
                409, "tenant_active",
                "The tenant is at work and has other data than the file. Suspend or delete it softly first, or "
                "restore with ?replace=true. Nothing was changed."));
        }
        restored.org = *present;
        restored.outcome.data = tenancy::wire::DigestOf(document.sections);
        return restored;
    }
    restored.outcome = tenancy::store::Restore(tx, document);
    if (restored.outcome.created) {
        OpenSubscription(services, tx, document.org.plan, act);
    }
    if (present && present->lifecycle.status == tenancy::OrgStatus::kPendingDeletion) {
        BringBack(tx, *present, act.now);
    }
    auto after = tenancy::store::LoadOrganization(tx);
    PORTCULLIS_INVARIANT(after.has_value(), "a restored tenant is there");
    restored.org = std::move(*after);
    tenancy::store::AppendAudit(
        tx, act.entry(tenancy::audit_event::kTenantRestored, restored.org.id,
                      wire::EncodeDetails({{"exportedAt", platform::FormatTime(document.exported_at)},
                                           {"rows", std::to_string(restored.outcome.data.rows)},
                                           {"sha256", restored.outcome.data.sha256},
                                           {"removed", std::to_string(restored.outcome.removed)}})));
    return restored;
}

/// A refusal out of the transaction, which rolls it back: a tenant that was half restored is none.
class RestoreStopped : public std::exception {
public:
    explicit RestoreStopped(Refusal why) : why_(std::move(why)) {}
    const Refusal& Why() const {
        return why_;
    }

private:
    Refusal why_;
};

Decided<RestoredTenant> TryRestore(Services& services, const Act& act, const OrgId& id, const ExportDocument& document,
                                   Replace replace) {
    try {
        return tenancy::store::WriteDirectory(services.database, services.directory,
                                              ScopeOf(act, id, "restoring an export"),
                                              [&](TenantTx& tx) -> Decided<RestoredTenant> {
                                                  auto restored = RestoreIn(services, tx, act, document, replace);
                                                  if (!restored) {
                                                      throw RestoreStopped(restored.error());
                                                  }
                                                  return restored;
                                              });
    } catch (const RestoreStopped& stopped) {
        return platform::Unexpected<Refusal>(stopped.Why());
    } catch (const tenancy::store::RestoreRefused& refused) {
        const bool foreign = refused.Code() == kForeign;
        return platform::Unexpected<Refusal>(
            RestoreRefusal(400, foreign ? kForeign : kDamaged, std::string(refused.what()) + " Nothing was changed."));
    }
}

}  // namespace

Decided<std::string> ExportTenant(Services& services, const Act& act, const OrgId& id) {
    const auto document = tenancy::store::Read(services.database, ScopeOf(act, id, "exporting a tenant"),
                                               [&](TenantTx& tx) { return tenancy::store::Export(tx, act.now); });
    if (!document) {
        return platform::Unexpected<Refusal>(tenancy::NotFound());
    }
    const auto digest = tenancy::wire::DigestOf(document->sections);
    // Written down before the data leaves: an export that cannot be accounted for does not happen.
    tenancy::store::AppendAudit(
        services.database,
        act.entry(tenancy::audit_event::kTenantExported, id,
                  wire::EncodeDetails({{"rows", std::to_string(digest.rows)}, {"sha256", digest.sha256}})));
    return tenancy::wire::EncodeExport(*document);
}

Decided<RestoredTenant> RestoreTenant(Services& services, const Act& act, std::string_view text,
                                      const std::optional<std::string>& into, Replace replace) {
    const auto refuse = [&](const OrgId& about, Refusal why) -> Decided<RestoredTenant> {
        auto event = act.entry(tenancy::audit_event::kRestoreRefused, about,
                               wire::EncodeDetails({{"code", why.code}, {"reason", why.message}}));
        event.success = false;
        RecordEvent(services, std::move(event));
        return platform::Unexpected<Refusal>(std::move(why));
    };
    const auto document = tenancy::wire::DecodeExport(text);
    if (!document) {
        return refuse(OrgId(), UnreadableDocument(document.error()));
    }
    const auto id = into ? OrgId::Parse(platform::Trim(*into)) : document->org.id;
    if (!id) {
        return refuse(OrgId(), RestoreRefusal(400, "invalid_id", "tenantId must be 1 to 64 of A-Z a-z 0-9 . _ -."));
    }
    if (id->IsDefault()) {
        return refuse(*id, tenancy::DefaultOrgImmutable());
    }
    auto restored = TryRestore(services, act, *id, *document, replace);
    if (!restored) {
        // A tenant that does not exist has no log of its own.
        return refuse(services.directory.Find(*id) ? *id : OrgId(), std::move(restored.error()));
    }
    services.usage.Forget(*id);
    return restored;
}

}  // namespace pulse::app
