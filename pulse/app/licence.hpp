// What the installation, and each hosted tenant, has a licence for.
//
// Self-hosted: one JSON file,
// `{"capabilities":["multi_tenant"],"limits":{"max_users":5},"subscription_state":"active"}`; no file, or one that
// cannot be read, is no licence at all. The file is looked at again when it changed, at most once a second, so a new
// licence needs no restart. Hosted: a document of the same form for each tenant, in the database (PUT
// /api/admin/orgs/{id}/billing-state). Thread safe. Errors: platform::Unavailable from OfTenant.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/base/expected.hpp"
#include "platform/sql/database.hpp"
#include "pulse/app/memory_cache.hpp"
#include "pulse/wire/billing_json.hpp"
#include "tenancy/gate.hpp"

namespace pulse::app {

inline constexpr std::string_view kMultiTenantFeature = "multi_tenant";
inline constexpr std::string_view kUserLimit = "max_users";

class Licences {
public:
    /// An empty path: no licence.
    Licences(std::filesystem::path file, platform::Database& database);

    /// The installation's.
    std::shared_ptr<const wire::BillingState> OfInstallation();
    /// A tenant's own, or nothing.
    std::shared_ptr<const wire::BillingState> OfTenant(std::string_view org_id);

    void PutTenant(std::string_view org_id, const wire::BillingState& state, std::string_view actor);
    void ForgetTenant(std::string_view org_id);
    void EnableCaches(bool enabled);

private:
    void LookAgain();

    const std::filesystem::path file_;
    platform::Database& database_;
    std::mutex mutex_;
    std::shared_ptr<const wire::BillingState> installed_;
    std::optional<std::filesystem::file_time_type> read_time_;  // of the file when it was read
    platform::SteadyTime look_again_at_{};
    MemoryCache<wire::BillingState> tenants_;
};

tenancy::Fact HasMultiTenant(const wire::BillingState& state);
std::optional<int> MaxUsers(const wire::BillingState& state);
tenancy::Subscription SubscriptionOf(const wire::BillingState* state, platform::Time now);

}  // namespace pulse::app
