// Browser sessions, found by the hash of their secret.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/time.hpp"
#include "platform/sql/database.hpp"
#include "pulse/store/accounts.hpp"

namespace pulse::store {

/// A session that is good, with what is needed of its person.
struct Session {
    std::string id;
    std::string secret_hash;
    std::string username;
    SystemRole system_role = SystemRole::kUser;
    platform::Time created_at;
    platform::Time expires_at;
};

struct NewSession {
    std::string id;
    std::string secret_hash;
    std::string username;
    platform::Duration lifetime{};
    std::string peer;
};

/// Nothing for one that has ended, or whose person may not come in any more.
std::optional<Session> FindSession(platform::Tx& tx, std::string_view secret_hash);
void InsertSession(platform::Tx& tx, const NewSession& session);
void DropSession(platform::Tx& tx, std::string_view secret_hash);
/// All sessions of a person; for a changed password.
void DropSessionsOf(platform::Tx& tx, std::string_view username);
/// At most `most` of those that have ended; how many were dropped.
int DropEndedSessions(platform::Tx& tx, int most);

}  // namespace pulse::store
