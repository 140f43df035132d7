#include "tests/pulse/people.hpp"

#include "platform/crypto/crypto.hpp"
#include "platform/crypto/scrypt.hpp"
#include "platform/sql/database.hpp"
#include "platform/sql/migrations.hpp"
#include "pulse/store/accounts.hpp"
#include "pulse/store/migrations.hpp"
#include "tenancy/store/schema.hpp"

namespace pulse_test {
namespace {

using platform::Json;
using pulse::store::SystemRole;

constexpr platform::ScryptCost kLowCost{.n = 16, .r = 8, .p = 1};
constexpr std::size_t kKeyBytes = 32;
constexpr const char* kLowCostSalt = "salt of the tests";

// In the form that pulse/auth/password.hpp says.
std::string LowCostHash(const std::string& password) {
    return "scrypt$" + std::to_string(kLowCost.n) + "$" + std::to_string(kLowCost.r) + "$" +
           std::to_string(kLowCost.p) + "$" + platform::Base64UrlEncode(kLowCostSalt) + "$" +
           platform::Base64UrlEncode(platform::Scrypt(password, kLowCostSalt, kLowCost, kKeyBytes));
}

void BuildPeople(const std::string& owner_conninfo, const Json& seed, const std::string& admin_password) {
    platform::MigrateUp(owner_conninfo, tenancy::store::History());
    platform::MigrateUp(owner_conninfo, pulse::store::History());
    std::vector<pulse::store::NewAccount> accounts{
        {.username = "admin", .password_hash = LowCostHash(admin_password), .system_role = SystemRole::kSuperAdmin}};
    for (const Json& user : seed.at("users")) {
        accounts.push_back(
            {.username = user.at("username").get<std::string>(),
             .display_name = user.value("displayName", ""),
             .email = user.value("email", ""),
             .password_hash = LowCostHash(user.at("password").get<std::string>()),
             .system_role = user.value("superAdmin", false) ? SystemRole::kSuperAdmin : SystemRole::kUser});
    }
    platform::Database database({.conninfo = owner_conninfo, .connections = 1, .application_name = "tests"});
    database.Write([&](platform::Tx& tx) {
        for (const auto& account : accounts) {
            pulse::store::InsertAccount(tx, account);
        }
    });
}

}  // namespace

support::Schema SchemaWithPeople(const Json& seed, const std::string& admin_password) {
    const Json people = seed.at("users");
    return {PORTCULLIS_SOURCE_DIR "/migrations",
            [seed, admin_password](const std::string& owner) { BuildPeople(owner, seed, admin_password); },
            "people " + admin_password + people.dump()};
}

}  // namespace pulse_test
