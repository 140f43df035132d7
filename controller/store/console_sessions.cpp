#include "controller/store/console_sessions.hpp"

#include "controller/store/callers.hpp"
#include "controller/store/tx.hpp"

namespace store {
namespace {

// A session s with its principal p and its token t that is good now.
#define PORTCULLIS_GOOD_SESSION                                                                      \
    " FROM console_sessions s JOIN principals p ON p.id = s.principal_id"                            \
    " LEFT JOIN tokens t ON t.id = s.token_id"                                                       \
    " WHERE p.active AND s.opened_at + s.lifetime_seconds * interval '1 second' > clock_timestamp()" \
    " AND s.seen_at + s.idle_seconds * interval '1 second' > clock_timestamp()"                      \
    " AND (t.id IS NULL OR (t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > portcullis.now()))) "

constexpr Statement kFindVisitor{"find_console_visitor", R"sql(
    SELECT p.id, p.kind, p.display_name, coalesce(t.id, ''),
           (SELECT coalesce(string_agg(g.role, ',' ORDER BY g.role), '') FROM role_grants g
            WHERE g.principal_id = p.id AND g.status = 'active' AND (t.id IS NULL OR g.role = ANY (t.roles))),
           s.id, s.seen_at < clock_timestamp() - interval '1 minute')sql" PORTCULLIS_GOOD_SESSION
                                                         "AND s.hash = decode($1, 'hex')"};
constexpr Statement kFindEnded{
    "find_ended_sessions",
    "SELECT o.id FROM unnest($1::text[]) o (id) WHERE NOT EXISTS (SELECT" PORTCULLIS_GOOD_SESSION "AND s.id = o.id)"};

#undef PORTCULLIS_GOOD_SESSION
constexpr Statement kInsertSession{"insert_console_session", R"sql(
    INSERT INTO console_sessions (id, hash, principal_id, token_id, idle_seconds, lifetime_seconds)
    VALUES ($1, decode($2, 'hex'), $3, $4, $5, $6))sql"};
constexpr Statement kEndSpareSessions{"end_spare_console_sessions", R"sql(
    DELETE FROM console_sessions s WHERE s.principal_id = $1
      AND (s.opened_at + s.lifetime_seconds * interval '1 second' <= clock_timestamp()
           OR s.seen_at + s.idle_seconds * interval '1 second' <= clock_timestamp()
           OR s.id IN (SELECT n.id FROM console_sessions n WHERE n.principal_id = $1
                       ORDER BY n.opened_at DESC, n.id DESC OFFSET $2)))sql"};
constexpr Statement kNoteSession{"note_console_session",
                                 "UPDATE console_sessions SET seen_at = clock_timestamp() WHERE id = $1"};
constexpr Statement kEndSession{"end_console_session", "DELETE FROM console_sessions WHERE id = $1"};
constexpr Statement kEndPasswordSessions{"end_password_sessions",
                                         "DELETE FROM console_sessions WHERE principal_id = $1 AND token_id IS NULL"};
constexpr Statement kLoadPassword{"load_password",
                                  "SELECT hash, set_by, set_at, removed_by FROM passwords WHERE principal_id = $1"};
constexpr Statement kSetPassword{"set_password", R"sql(
    INSERT INTO passwords (principal_id, hash, set_by) VALUES ($1, $2, $3)
    ON CONFLICT (principal_id) DO UPDATE SET hash = excluded.hash, set_by = excluded.set_by)sql"};
constexpr Statement kRemovePassword{"remove_password",
                                    "UPDATE passwords SET hash = NULL, removed_by = $2 WHERE principal_id = $1"};

ConsoleVisitor ReadVisitor(Columns& in) {
    ConsoleVisitor visitor;
    visitor.caller = ReadCaller(in);
    visitor.session = in.Id<policy::RecordId>();
    visitor.note_use = in.Flag();
    return visitor;
}

StoredPassword ReadPassword(Columns& in) {
    StoredPassword password;
    password.hash = in.OptText();
    password.set_by = in.Text();
    password.set_at = in.Instant();
    password.removed_by = in.OptText();
    return password;
}

}  // namespace

std::optional<ConsoleVisitor> FindConsoleVisitor(Tx& tx, const platform::Digest& hash) {
    return tx.Find(kFindVisitor, ReadVisitor, DigestHex(hash));
}

std::vector<std::string> FindEndedSessions(Tx& tx, const std::vector<std::string>& sessions) {
    return tx.All(
        kFindEnded, [](Columns& in) { return in.Text(); }, sessions);
}

void InsertConsoleSession(Tx& tx, const NewConsoleSession& session, int most) {
    tx.Exec(kInsertSession, session.id, DigestHex(session.hash), session.principal, session.token,
            static_cast<std::int64_t>(session.idle.count()), static_cast<std::int64_t>(session.lifetime.count()));
    tx.Exec(kEndSpareSessions, session.principal, static_cast<std::int64_t>(most));
}

void NoteConsoleSession(Tx& tx, const policy::RecordId& session) {
    tx.Exec(kNoteSession, session);
}

void EndConsoleSession(Tx& tx, const policy::RecordId& session) {
    tx.Exec(kEndSession, session);
}

int EndPasswordSessions(Tx& tx, const policy::PrincipalId& principal) {
    return static_cast<int>(tx.Exec(kEndPasswordSessions, principal).affected_rows());
}

std::optional<StoredPassword> LoadPassword(Tx& tx, const policy::PrincipalId& principal) {
    return tx.Find(kLoadPassword, ReadPassword, principal);
}

void SetPassword(Tx& tx, const policy::PrincipalId& principal, const std::string& hash, const policy::PrincipalId& by) {
    tx.Exec(kSetPassword, principal, hash, by);
}

void RemovePassword(Tx& tx, const policy::PrincipalId& principal, const policy::PrincipalId& by) {
    tx.Exec(kRemovePassword, principal, by);
}

}  // namespace store
