#include "pulse/app/canary.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "pulse/app/audit.hpp"
#include "pulse/auth/scopes.hpp"
#include "pulse/wire/details_json.hpp"

namespace pulse::app {
namespace {

constexpr std::string_view kCanaryMade = "canary_made";

}  // namespace

Canary::Canary(Services& services, std::string address) : services_(services), address_(std::move(address)) {}

Canary::~Canary() {
    if (!default_.hash.empty()) {
        services_.identities.DropCanary(default_.hash);
    }
    for (const Made& made : tenants_) {
        services_.identities.DropCanary(made.hash);
    }
}

std::string Canary::OfDefault() {
    const std::lock_guard lock(mutex_);
    if (default_.secret.empty()) {
        Make(default_, tenancy::OrgId(), "canary",
             {std::string(auth::kMonitoringRead), std::string(auth::kSettingsRead), std::string(auth::kSettingsWrite)});
    }
    return default_.secret;
}

std::string Canary::OfTenant(const tenancy::OrgId& tenant) {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(tenants_, [&](const Made& made) { return made.org == tenant.Text(); });
    if (found != tenants_.end()) {
        tenants_.splice(tenants_.begin(), tenants_, found);
        return tenants_.front().secret;
    }
    Made made;
    Make(made, tenant, "canary_" + tenant.Text(), {std::string(auth::kMonitoringRead)});
    tenants_.push_front(std::move(made));
    if (tenants_.size() > kMostTenants) {
        services_.identities.DropCanary(tenants_.back().hash);
        tenants_.pop_back();
    }
    return tenants_.front().secret;
}

void Canary::Make(Made& made, const tenancy::OrgId& org, const std::string& id, std::vector<std::string> scopes) {
    made.org = org.Text();
    made.secret = auth::MakeSecret();
    made.hash = auth::HashSecret(made.secret);
    store::Token token;
    token.id = id;
    token.name = "Canary of this instance";
    token.secret_hash = made.hash;
    token.scopes = std::move(scopes);
    token.org_ids = {made.org};
    token.created_at = platform::SystemNow();
    tenancy::AuditEvent event;
    event.at = token.created_at;
    event.event = kCanaryMade;
    event.org = org;
    event.actor = "system";
    event.details = wire::EncodeDetails(
        {{"id", id}, {"scopes", platform::Join(token.scopes, " ")}, {"good_for", "this process, from this machine"}});
    services_.identities.AddCanary(std::move(token), address_);
    RecordEvent(services_, std::move(event));
}

}  // namespace pulse::app
