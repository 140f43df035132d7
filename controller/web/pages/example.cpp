// The worked example: a console that has nothing to show yet offers a release to look around with. It is submitted by
// the caller through the operations that everybody's releases go through, one transaction each, as `portcullis apply`
// does it; what is there already is left as it is.
#include "controller/web/example.hpp"

#include "controller/app/consents.hpp"
#include "controller/app/plans.hpp"
#include "controller/app/releases.hpp"
#include "controller/app/tenants.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/principals.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/bundle.hpp"
#include "platform/base/invariant.hpp"

namespace web {
namespace {

wire::ReleaseBundle ReadExample() {
    auto bundle = wire::DecodeBundle(EmbeddedExamples().front().text);
    PORTCULLIS_INVARIANT(bundle.has_value(), "the example that is compiled in can be read");
    return std::move(*bundle);
}

bool IsTaken(const app::Refusal& refusal) {
    return refusal.kind == app::RefusalKind::kExists;
}

void RegisterTenants(Visit& visit, const wire::ReleaseBundle& bundle) {
    for (const wire::RegisterTenant& tenant : bundle.tenants) {
        auto outcome = visit.Services().database.Write(
            [&](store::Tx& tx) { return app::RegisterTenant(tx, visit.Caller(), tenant); });
        if (!outcome && !IsTaken(outcome.error())) {
            Visit::Refuse(std::move(outcome.error()));
        }
    }
}

void RecordConsents(Visit& visit, const wire::ReleaseBundle& bundle, const policy::ReleaseId& release) {
    for (const wire::BundleConsent& consent : bundle.consents) {
        wire::RecordConsent command{.release = release,
                                    .given_by = consent.given_by,
                                    .capacity = consent.capacity,
                                    .evidence = consent.evidence,
                                    .given_at = consent.given_at,
                                    .expires_at = consent.expires_at};
        if (consent.for_channel) {
            command.release.reset();
        }
        visit.Write([&](store::Tx& tx) {
            // The example is of one January; on a clock before it, its consents are given now.
            if (command.given_at && *command.given_at > store::Now(tx)) {
                command.given_at.reset();
            }
            return app::RecordConsent(tx, visit.Caller(), consent.tenant, command);
        });
    }
}

/// The people of the example are of somebody else's house: where they are not, the caller takes their place.
bool IsAround(Visit& visit, std::string_view person) {
    const auto id = policy::PrincipalId::Parse(person);
    const auto principal = visit.Services().database.Read(
        [&](store::Tx& tx) { return id ? store::LoadPrincipal(tx, *id) : std::nullopt; });
    return principal && principal->active && principal->kind == policy::PrincipalKind::kUser;
}

Reply SubmitExample(Visit& visit) {
    for (const policy::Permission needed :
         {policy::Permission::kManageTenants, policy::Permission::kRecordConsent, policy::Permission::kSetPlan}) {
        if (!visit.May(needed)) {
            Visit::Refuse({app::RefusalKind::kForbidden, "auth.role_missing", visit.WhoMay(needed), {}, {}});
        }
    }
    wire::ReleaseBundle bundle = ReadExample();
    if (bundle.plan && !IsAround(visit, bundle.plan->owner)) {
        bundle.plan->owner = visit.Caller().actor.id.Text();
    }
    RegisterTenants(visit, bundle);
    const auto release =
        visit.Write([&](store::Tx& tx) { return app::SubmitManifest(tx, visit.Caller(), bundle.manifest); });
    RecordConsents(visit, bundle, release.id);
    if (bundle.plan) {
        const auto now = visit.Read([&](store::Tx& tx) { return app::ShowRelease(tx, release.id); });
        visit.Write(
            [&](store::Tx& tx) { return app::SetPlan(tx, visit.Caller(), release.id, now.version, *bundle.plan); });
    }
    return visit.GoTo("",
                      "The worked example is submitted: " + release.title + ". Open it to see what its gate asks for.");
}

constexpr Route kExampleRoutes[] = {{.verb = Verb::kPost,
                                     .pattern = "/example",
                                     .permission = policy::Permission::kSubmitManifest,
                                     .handler = SubmitExample}};

}  // namespace

std::span<const Route> ExampleRoutes() {
    return kExampleRoutes;
}

}  // namespace web
