#include "pulse/daemon/seed.hpp"

#include <algorithm>
#include <filesystem>

#include "platform/base/clock.hpp"
#include "platform/base/files.hpp"
#include "platform/base/invariant.hpp"
#include "platform/log/log.hpp"
#include "platform/service/start_error.hpp"
#include "pulse/auth/password.hpp"
#include "pulse/auth/scopes.hpp"
#include "pulse/store/accounts.hpp"
#include "pulse/wire/seed_json.hpp"
#include "tenancy/store/audit.hpp"
#include "tenancy/store/organizations.hpp"

namespace pulse::daemon {
namespace {

constexpr std::size_t kMostSeedBytes = std::size_t{16} * 1024 * 1024;
constexpr mode_t kSeedTokensMode = 0600;

wire::SeedDocument ReadSeed(const std::string& file) {
    const auto text = platform::ReadFile(file, kMostSeedBytes);
    if (!text) {
        throw platform::StartError(platform::kStartUsage, text.error().message);
    }
    auto document = wire::DecodeSeed(*text);
    if (!document) {
        std::string problems = file + " cannot be used:";
        for (const platform::FieldError& error : document.error()) {
            problems += "\n  " + (error.pointer.empty() ? "" : error.pointer + ": ") + error.message;
        }
        throw platform::StartError(platform::kStartUsage, problems);
    }
    return std::move(*document);
}

bool SeedAccount(app::Services& services, const wire::SeedUser& user) {
    if (!store::IsAccountName(user.username)) {
        throw platform::StartError(platform::kStartUsage, "'" + user.username + "' cannot be the name of a person");
    }
    const bool known =
        services.database.Once([&](platform::Tx& tx) { return store::FindAccount(tx, user.username).has_value(); });
    if (known) {
        return false;
    }
    const store::NewAccount account{
        .username = user.username,
        .display_name = user.display_name,
        .email = user.email,
        .password_hash = auth::HashPassword(user.password),
        .system_role = user.super_admin ? store::SystemRole::kSuperAdmin : store::SystemRole::kUser};
    return services.database.Write([&](platform::Tx& tx) { return store::InsertAccountUnlessTaken(tx, account); });
}

bool SeedOrganization(app::Services& services, const wire::SeedOrg& seed) {
    const auto scope = tenancy::TenantScope::PlatformAct(seed.id, "system", "seeding a demonstration");
    PORTCULLIS_INVARIANT(scope.has_value(), "an act names who acts and why");
    const platform::Time now = platform::SystemNow();
    tenancy::Organization org;
    org.id = seed.id;
    org.display_name = seed.display_name;
    org.created_at = now;
    org.owner_user_id = seed.owner;
    org.contact_email = seed.contact_email;
    org.plan = seed.plan;
    org.members.push_back({seed.owner, {}, tenancy::OrgRole::kOwner, now, seed.owner});
    for (const wire::SeedMember& member : seed.members) {
        if (member.user_id != seed.owner && member.role != tenancy::OrgRole::kOwner) {
            org.members.push_back({member.user_id, {}, member.role, now, seed.owner});
        }
    }
    return tenancy::store::WriteDirectory(services.database, services.directory, *scope,
                                          [&](tenancy::store::TenantTx& tx) {
                                              if (tenancy::store::LoadOrganization(tx)) {
                                                  return false;
                                              }
                                              tenancy::store::InsertOrganization(tx, org);
                                              tenancy::AuditEvent event;
                                              event.at = now;
                                              event.event = tenancy::audit_event::kOrgCreated;
                                              event.org = seed.id;
                                              event.actor = seed.owner;
                                              event.details = "made for a demonstration";
                                              tenancy::store::AppendAudit(tx, std::move(event));
                                              return true;
                                          });
}

/// The line for the file of secrets; empty when a token of that name exists.
std::string SeedOneToken(app::Services& services, const wire::SeedToken& seed) {
    const auto existing = services.database.Once([&](platform::Tx& tx) { return store::ListTokensOf(tx, seed.org); });
    if (std::ranges::any_of(existing, [&](const store::Token& token) { return token.name == seed.name; })) {
        return {};
    }
    const auto scopes = auth::NormalizeScopes(seed.scopes.empty() ? std::nullopt : std::optional(seed.scopes));
    if (!scopes) {
        throw platform::StartError(platform::kStartUsage, "the token '" + seed.name + "': " + scopes.error());
    }
    store::Token token;
    token.name = seed.name;
    token.scopes = *scopes;
    token.org_ids = {seed.org};
    token.owner_user = seed.owner;
    return seed.name + ": " + services.identities.MintToken(std::move(token)).secret + "\n";
}

}  // namespace

void Seed(app::Services& services, const std::string& file, const std::string& data_dir) {
    const wire::SeedDocument document = ReadSeed(file);
    std::int64_t made = 0;
    for (const wire::SeedUser& user : document.users) {
        made += SeedAccount(services, user) ? 1 : 0;
    }
    for (const wire::SeedOrg& org : document.orgs) {
        made += SeedOrganization(services, org) ? 1 : 0;
    }
    const std::string path = (std::filesystem::path(data_dir) / "seed-tokens").string();
    const auto before = platform::ReadFile(path, kMostSeedBytes);
    std::string secrets = before ? *before : std::string();
    for (const wire::SeedToken& token : document.tokens) {
        if (const std::string line = SeedOneToken(services, token); !line.empty()) {
            secrets += line;
            ++made;
        }
    }
    if (!document.tokens.empty()) {
        if (const auto written = platform::WriteFileAtomically(path, secrets, kSeedTokensMode); !written) {
            throw platform::StartError(platform::kStartUsage, written.error().message);
        }
    }
    platform::Log(platform::Level::kInfo, "seed.done", {{"file", file}, {"made", made}});
}

}  // namespace pulse::daemon
