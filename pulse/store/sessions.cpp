#include "pulse/store/sessions.hpp"

#include "platform/sql/tx.hpp"

namespace pulse::store {
namespace {

constexpr platform::Statement kFindSession{
    "pulse_find_session",
    "SELECT s.id, s.secret_hash, s.username, a.system_role, s.created_at, s.expires_at "
    "FROM pulse.sessions s JOIN pulse.accounts a USING (username) "
    "WHERE s.secret_hash = $1 AND a.active AND s.expires_at > now()"};
constexpr platform::Statement kInsertSession{"pulse_insert_session",
                                             "INSERT INTO pulse.sessions (id, secret_hash, username, expires_at, peer) "
                                             "VALUES ($1, $2, $3, transaction_timestamp() + $4::interval, $5)"};
constexpr platform::Statement kDropSession{"pulse_drop_session", "DELETE FROM pulse.sessions WHERE secret_hash = $1"};
constexpr platform::Statement kDropSessionsOf{"pulse_drop_sessions_of",
                                              "DELETE FROM pulse.sessions WHERE username = $1"};
constexpr platform::Statement kDropEnded{
    "pulse_drop_ended_sessions",
    "DELETE FROM pulse.sessions WHERE id IN "
    "(SELECT id FROM pulse.sessions WHERE expires_at <= now() ORDER BY expires_at LIMIT $1) RETURNING id"};

}  // namespace

std::optional<Session> FindSession(platform::Tx& tx, std::string_view secret_hash) {
    return tx.Find(
        kFindSession,
        [](platform::Columns& columns) {
            Session session;
            session.id = columns.Text();
            session.secret_hash = columns.Text();
            session.username = columns.Text();
            session.system_role = columns.Enum<SystemRole>();
            session.created_at = columns.Instant();
            session.expires_at = columns.Instant();
            return session;
        },
        secret_hash);
}

void InsertSession(platform::Tx& tx, const NewSession& session) {
    tx.Exec(kInsertSession, session.id, session.secret_hash, session.username, session.lifetime, session.peer);
}

void DropSession(platform::Tx& tx, std::string_view secret_hash) {
    tx.Exec(kDropSession, secret_hash);
}

void DropSessionsOf(platform::Tx& tx, std::string_view username) {
    tx.Exec(kDropSessionsOf, username);
}

int DropEndedSessions(platform::Tx& tx, int most) {
    return static_cast<int>(tx.Exec(kDropEnded, most).size());
}

}  // namespace pulse::store
