// People: their names, password hashes and system role. Rows are never deleted by the application; `active` ends an
// account. Names are compared exactly.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/enum_text.hpp"
#include "platform/base/time.hpp"
#include "platform/sql/database.hpp"

namespace pulse::store {

/// What a person may do beside what their organizations let them.
enum class SystemRole : std::uint8_t { kUser, kSuperAdmin };

struct Account {
    std::string username;
    std::string display_name;
    std::string email;
    std::string password_hash;
    SystemRole system_role = SystemRole::kUser;
    bool active = true;
    platform::Time created_at;
};

struct NewAccount {
    std::string username;
    std::string display_name;
    std::string email;
    std::string password_hash;
    SystemRole system_role = SystemRole::kUser;
};

/// Spaces at the ends, a name of more than 200 characters or one that begins with `token:` is none.
bool IsAccountName(std::string_view name);

std::optional<Account> FindAccount(platform::Tx& tx, std::string_view username);
bool AnyAccountExists(platform::Tx& tx);
/// Conflict when the name is taken.
void InsertAccount(platform::Tx& tx, const NewAccount& account);
/// False when the name is taken: nothing has changed then.
bool InsertAccountUnlessTaken(platform::Tx& tx, const NewAccount& account);
/// False when there is no such account.
bool SetPassword(platform::Tx& tx, std::string_view username, std::string_view password_hash);

}  // namespace pulse::store

namespace platform {

template <>
struct EnumNames<pulse::store::SystemRole> {
    static constexpr std::array<EnumName<pulse::store::SystemRole>, 2> kNames{{
        {pulse::store::SystemRole::kUser, "user"},
        {pulse::store::SystemRole::kSuperAdmin, "super_admin"},
    }};
};

}  // namespace platform
