#include "tenancy/store/schema.hpp"

#include <array>

#include "platform/sql/tx.hpp"

namespace tenancy::store {
namespace {

constexpr std::array<platform::ConstraintRule, 6> kTenancyRules{{
    {"orgs_has_an_owner", "org_owner", "An organization has an owner."},
    {"orgs_owner_is_a_member", "org_owner", "The owner of an organization is one of its members, with the role owner."},
    {"members_one_owner", "org_owner", "An organization has one owner; ownership is transferred, not shared."},
    {"orgs_default_stays", "default_org_immutable", "The default organization stays active."},
    {"orgs_deletion_has_a_date", "org_lifecycle", "A pending deletion has a date and a retention."},
    {"shares_to_another", "invalid_target_org", "An organization shares with another one, not with itself."},
}};

constexpr platform::Statement kProtectionFaults{
    "tenancy_protection_faults", "SELECT relation, fault FROM tenancy.protection_faults() ORDER BY 1, 2"};

}  // namespace

platform::SchemaHistory History() {
    return {"tenancy", Migrations()};
}

std::span<const platform::ConstraintRule> Rules() {
    return kTenancyRules;
}

platform::DatabaseProfile Profile() {
    platform::DatabaseProfile profile;
    profile.rules = Rules();
    return profile;
}

std::vector<ProtectionFault> LoadProtectionFaults(platform::Database& database) {
    return database.Once([](platform::Tx& tx) {
        return tx.All(kProtectionFaults, [](platform::Columns& in) {
            ProtectionFault fault;
            fault.relation = in.Text();
            fault.fault = in.Text();
            return fault;
        });
    });
}

void RequireProtection(platform::Database& database) {
    const std::vector<ProtectionFault> faults = LoadProtectionFaults(database);
    if (faults.empty()) {
        return;
    }
    std::string text = "the database does not keep tenants apart:";
    for (const ProtectionFault& fault : faults) {
        text += ' ' + fault.relation + ": " + fault.fault + ';';
    }
    throw ProtectionError(text + " repair this as the owner of the database (tenancy.protect), then start again");
}

}  // namespace tenancy::store
