#include <pqxx/pqxx>

#include "controller/store/callers.hpp"
#include "controller/store/migrations.hpp"
#include "controller/store/tx.hpp"
#include "platform/sql/owner_session.hpp"

namespace store {
namespace {

// "bootstrap" is nobody who could be granted anything: who started the installation is in the operator's own records.
constexpr const char* kBootstrapActor = "bootstrap";

constexpr const char* kFindClock = "SELECT simulated FROM portcullis.clock";
constexpr const char* kInsertClock = R"sql(
    INSERT INTO portcullis.clock (simulated, "offset") VALUES ($1::boolean,
        coalesce(extract(epoch FROM $2::timestamptz - transaction_timestamp()) * interval '1 second', interval '0')))sql";
constexpr const char* kInsertFirstPrincipal = R"sql(
    INSERT INTO portcullis.principals (id, kind, display_name, email, created_by) VALUES ($1, $2, $3, $4, $5))sql";
constexpr const char* kInsertFirstGrant = R"sql(
    INSERT INTO portcullis.role_grants (id, principal_id, role, status, proposed_by, bootstrap)
    VALUES ($1, $2, $3, 'active', $4, true))sql";
constexpr const char* kInsertFirstToken = R"sql(
    INSERT INTO portcullis.tokens (id, principal_id, name, hash, roles, created_by)
    VALUES ($1, $2, 'bootstrap', decode($3, 'hex'), $4::text[], $5))sql";
constexpr const char* kInsertPathRule = R"sql(
    INSERT INTO portcullis.path_rules (pattern, floor, topic) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING)sql";

template <typename... Args>
void Run(pqxx::work& work, const char* sql, const Args&... args) {
    const std::vector<Bound> values = {Bind(args)...};
    std::vector<const char*> texts;
    for (const Bound& value : values) {
        texts.push_back(value ? value->c_str() : nullptr);
    }
    work.exec_params(sql, pqxx::prepare::make_dynamic_params(texts));
}

policy::RecordId FirstGrantId() {
    return policy::RecordId::Trusted("rgr_" + platform::MakeUlid(0));
}

// A token acts with what it carries as far as its principal holds it. The first one carries every role, so that roles
// granted later need no new token.
std::vector<policy::Role> EveryRole() {
    std::vector<policy::Role> roles;
    for (const auto& name : platform::EnumNames<policy::Role>::kNames) {
        roles.push_back(name.value);
    }
    return roles;
}

void InsertFirstPrincipal(pqxx::work& work, const BootstrapPrincipal& principal) {
    Run(work, kInsertFirstPrincipal, principal.id, principal.kind, principal.display_name, principal.email,
        kBootstrapActor);
    for (const policy::Role role : principal.roles) {
        Run(work, kInsertFirstGrant, FirstGrantId(), principal.id, role, kBootstrapActor);
    }
    if (principal.token_hash) {
        Run(work, kInsertFirstToken, principal.token_id, principal.id, DigestHex(*principal.token_hash), EveryRole(),
            kBootstrapActor);
    }
}

void RequireSameClock(bool simulated, bool wanted) {
    if (simulated == wanted) {
        return;
    }
    throw MigrationError(simulated
                             ? "this database was made with a simulated clock; start with --simulated-clock, or "
                               "make another database for real use"
                             : "this database was made with a real clock and refuses a simulated one forever; make "
                               "another database for demonstrations and tests");
}

}  // namespace

bool Initialise(const std::string& owner_conninfo, const InitialiseOptions& options) {
    if (options.start && !options.simulated_clock) {
        throw MigrationError("a real clock cannot be set; only a simulated one has a start time");
    }
    platform::OwnerSession session(owner_conninfo);
    session.LockMigrations();
    try {
        pqxx::work work(session.Pq());
        const pqxx::result clock = work.exec(kFindClock);
        if (!clock.empty()) {
            RequireSameClock(clock[0][0].as<bool>(), options.simulated_clock);
            return false;
        }
        Run(work, kInsertClock, options.simulated_clock, options.start);
        for (const BootstrapPrincipal& principal : options.principals) {
            InsertFirstPrincipal(work, principal);
        }
        for (const policy::PathRule& rule : options.path_rules) {
            Run(work, kInsertPathRule, rule.pattern, rule.floor, rule.topic);
        }
        work.commit();
        return true;
    } catch (const pqxx::sql_error& error) {
        throw MigrationError(std::string("the database could not be initialised: ") + error.what());
    }
}

}  // namespace store
