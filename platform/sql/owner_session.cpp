#include "platform/sql/owner_session.hpp"

#include "platform/sql/conninfo.hpp"
#include "platform/sql/migrations.hpp"

namespace platform {
namespace {

constexpr std::chrono::seconds kOwnerConnectTimeout{10};
constexpr std::chrono::seconds kSettingsPatience{10};
constexpr std::chrono::hours kLongestSession{1};
constexpr const char* kOwnerSettings =
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET client_encoding = 'UTF8'; "
    "SET client_min_messages = warning; SET lock_timeout = '60s'; SET jit = off";
// Any number, as long as everybody who migrates takes the same one.
constexpr const char* kTakeLock = "SELECT pg_advisory_lock(7022653195208713)";

}  // namespace

OwnerSession::OwnerSession(const std::string& owner_conninfo) {
    try {
        connection_ = std::make_unique<pqxx::connection>(
            SessionConninfo(owner_conninfo, "portcullis migrate", kOwnerConnectTimeout));
        socket_ = std::make_unique<WatchedSocket>(connection_->sock());
        {
            const TimeLimit limit(*socket_, kSettingsPatience);
            pqxx::nontransaction(*connection_).exec(kOwnerSettings);
        }
        socket_->Begin(kLongestSession);
    } catch (const pqxx::broken_connection& error) {
        throw Unavailable(std::string("connecting to the database as its owner: ") + error.what());
    }
}

void OwnerSession::LockMigrations() {
    try {
        pqxx::nontransaction(*connection_).exec(kTakeLock);
    } catch (const pqxx::sql_error&) {
        throw MigrationError(
            "another migration of this database has been running for more than 60 s; wait for it, or end "
            "its session (application_name 'portcullis migrate' in pg_stat_activity)");
    }
}

}  // namespace platform
