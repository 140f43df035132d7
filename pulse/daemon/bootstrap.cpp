#include "pulse/daemon/bootstrap.hpp"

#include <filesystem>
#include <set>

#include "platform/base/clock.hpp"
#include "platform/base/files.hpp"
#include "platform/base/invariant.hpp"
#include "platform/log/log.hpp"
#include "platform/service/start_error.hpp"
#include "pulse/auth/credentials.hpp"
#include "pulse/auth/password.hpp"
#include "pulse/store/accounts.hpp"
#include "pulse/store/migrations.hpp"
#include "tenancy/store/audit.hpp"
#include "tenancy/store/organizations.hpp"
#include "tenancy/store/schema.hpp"

namespace pulse::daemon {
namespace {

constexpr int kNotAvailable = 4;
constexpr mode_t kOwnerOnly = 0600;
constexpr std::size_t kMadeUpPassword = 24;

void CheckSchema(const std::string& app, const platform::SchemaHistory& history) {
    platform::Database database({.conninfo = app, .connections = 1, .application_name = "pulsed"});
    if (const platform::SchemaLook schema = platform::LookAtSchema(database, history); !schema.lacks.empty()) {
        throw platform::StartError(kNotAvailable, "the schema " + std::string(history.schema) + " has version " +
                                                      schema.lacks + ": start it once with --owner-database-url-file");
    }
}

/// Gives the password of the first admin; a made-up one is on the disk before it is good.
std::string FirstPassword(const platform::Settings& settings) {
    const std::string& given = settings.Secret("admin-password-file");
    if (!given.empty()) {
        if (const auto complaint = auth::PasswordComplaint(given)) {
            throw platform::StartError(platform::kStartUsage, settings.Text("admin-password-file") + ": " + *complaint);
        }
        return given;
    }
    const std::string made_up = auth::MakeSecret().substr(0, kMadeUpPassword);
    const auto path = std::filesystem::path(settings.Text("data-dir")) / "initial-admin-password";
    const auto written = platform::WriteFileAtomically(path.string(), made_up + "\n", kOwnerOnly);
    if (!written) {
        throw platform::StartError(platform::kStartUsage, written.error().message);
    }
    platform::Log(platform::Level::kInfo, "admin.password_made_up", {{"file", path.string()}});
    return made_up;
}

void EnsureDefaultOrg(platform::Database& database, const std::string& admin) {
    const auto scope = tenancy::TenantScope::PlatformAct(tenancy::OrgId(), "system", "first start");
    PORTCULLIS_INVARIANT(scope.has_value(), "an act names who acts and why");
    tenancy::store::Write(database, *scope, [&](tenancy::store::TenantTx& tx) {
        const auto existing = tenancy::store::LoadOrganization(tx, platform::Lock::kForUpdate);
        if (existing && !existing->owner_user_id.empty()) {
            return;
        }
        const tenancy::Member owner{.user_id = admin,
                                    .email = {},
                                    .role = tenancy::OrgRole::kOwner,
                                    .added_at = platform::SystemNow(),
                                    .added_by = "system"};
        if (existing) {
            tenancy::OrgChange change;
            change.owner_user_id = admin;
            change.put_members = {owner};
            tenancy::store::ApplyChange(tx, change);
            return;
        }
        tenancy::Organization org;
        org.display_name = "Default Organization";
        org.created_at = owner.added_at;
        org.owner_user_id = admin;
        org.members = {owner};
        org.plan = tenancy::Plan::kEnterprise;
        tenancy::store::InsertOrganization(tx, org);
    });
}

}  // namespace

void PrepareSchemas(const platform::DatabaseAccess& access) {
    for (const platform::SchemaHistory& history : {tenancy::store::History(), store::History()}) {
        if (!access.Owner()) {
            CheckSchema(access.App(), history);
            continue;
        }
        for (const int version : platform::MigrateUp(*access.Owner(), history)) {
            platform::Log(platform::Level::kInfo, "database.migrated",
                          {{"schema", history.schema}, {"version", version}});
        }
    }
}

void EnsureFirstAdmin(platform::Database& database, const platform::Settings& settings) {
    const std::string& admin = settings.Text("admin-user");
    if (!store::IsAccountName(admin)) {
        throw platform::StartError(
            platform::kStartUsage,
            "--admin-user must be a name of 1 to 200 characters that does not begin with 'token:'");
    }
    if (!database.Once([](platform::Tx& tx) { return store::AnyAccountExists(tx); })) {
        store::NewAccount account;
        account.username = admin;
        account.password_hash = auth::HashPassword(FirstPassword(settings));
        account.system_role = store::SystemRole::kSuperAdmin;
        database.Write([&](platform::Tx& tx) { store::InsertAccountUnlessTaken(tx, account); });
        platform::Log(platform::Level::kInfo, "admin.made", {{"user", admin}});
    }
    EnsureDefaultOrg(database, admin);
}

}  // namespace pulse::daemon
