// Sessions of browsers at the web console, and passwords of users. Of a session's secret only the SHA-256 is stored.
//
// A session acts with the roles its principal holds now, and when a token opened it, with those among them that the
// token carries. It is over when its time is, when nobody used it for too long, or when its principal or its token is
// not good any more; that is judged at each use. Value types; errors as store::Database.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "controller/store/tokens.hpp"

namespace store {

struct NewConsoleSession {
    policy::RecordId id;
    platform::Digest hash{};
    policy::PrincipalId principal;
    std::optional<policy::RecordId> token;  // that opened it
    std::chrono::seconds idle{};
    std::chrono::seconds lifetime{};
};

struct ConsoleVisitor {
    Caller caller;
    policy::RecordId session;
    bool note_use = false;  // its last use is not from this minute
};

/// None when the session is unknown or over. One statement.
std::optional<ConsoleVisitor> FindConsoleVisitor(Tx& tx, const platform::Digest& hash);
/// Of the principal's sessions, the oldest beyond `most` end, and so do all that are over.
void InsertConsoleSession(Tx& tx, const NewConsoleSession& session, int most);
/// Those of these sessions that are over.
std::vector<std::string> FindEndedSessions(Tx& tx, const std::vector<std::string>& sessions);
/// It was used now.
void NoteConsoleSession(Tx& tx, const policy::RecordId& session);
void EndConsoleSession(Tx& tx, const policy::RecordId& session);
/// Those that a password opened; how many there were.
int EndPasswordSessions(Tx& tx, const policy::PrincipalId& principal);

struct StoredPassword {
    std::optional<std::string> hash;  // none: it was taken away
    std::string set_by;
    policy::Time set_at{};
    std::optional<std::string> removed_by;
};

std::optional<StoredPassword> LoadPassword(Tx& tx, const policy::PrincipalId& principal);
/// RuleViolation ATT-1 for an admin who would become somebody alone.
void SetPassword(Tx& tx, const policy::PrincipalId& principal, const std::string& hash, const policy::PrincipalId& by);
void RemovePassword(Tx& tx, const policy::PrincipalId& principal, const policy::PrincipalId& by);

}  // namespace store
