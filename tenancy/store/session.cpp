#include "tenancy/store/session.hpp"

#include "platform/sql/tx.hpp"

namespace tenancy::store {
namespace {

constexpr platform::Statement kListOrgIds{"tenancy_org_ids", "SELECT id FROM tenancy.orgs ORDER BY id"};

}  // namespace

platform::LocalSettings SettingsOf(const TenantScope& scope) {
    return {{"tenancy.org", scope.Org().Text()}};
}

platform::LocalSettings SettingsOf(const IdentityScope& scope) {
    return {{"tenancy.user", scope.User()}};
}

platform::LocalSettings SettingsOf(const PlatformScope& /*scope*/) {
    return {{"tenancy.platform", "directory"}};
}

std::vector<OrgId> ListOrgIds(platform::Database& database, const PlatformScope& scope) {
    return OneTrip(database, scope, [](PlatformTx& tx) {
        return tx.Sql().All(kListOrgIds, [](platform::Columns& in) { return in.Id<OrgId>(); });
    });
}

}  // namespace tenancy::store
