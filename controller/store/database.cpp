#include "controller/store/database.hpp"

#include <array>
#include <utility>

namespace store {
namespace {

constexpr std::array<platform::ConstraintRule, 9> kConstraintRules{{
    {"role_grants_not_to_oneself", "SOD-6", "Nobody grants a role to themselves; another admin can."},
    {"role_grants_two_people", "SOD-6", "This role needs a second person to confirm it."},
    {"hard_stops_another_person", "HSX-1", "A hard stop is resolved by another person than the one who raised it."},
    {"hard_stops_resolved_with_evidence", "HSX-1", "A hard stop is closed by a written resolution with evidence."},
    {"checks_not_in_the_future", "EVD-2", "A check cannot have been performed in the future."},
    {"consents_for_something", "EXP-2", "A consent is for one release or for the experimental channel, not for both."},
    {"freezes_window", "CHN-8", "A freeze must end after it starts."},
    {"freezes_scope_target", "CHN-8", "A freeze of a channel or a tenant names it, and no other does."},
    {"memo_signatures_release_id_number_principal_id_key", "SOD-2",
     "One person signs a memo in one role; another person must sign in the other."},
}};

DatabaseOptions NamedOptions(DatabaseOptions options) {
    if (options.application_name.empty()) {
        options.application_name = "portcullisd";
    }
    return options;
}

platform::DatabaseProfile ControllerProfile() {
    platform::DatabaseProfile profile;
    profile.search_path = "portcullis, pg_temp";
    // The clock of all rules (store/clock.hpp), and whether it is simulated. What portcullis.now() says, but without a
    // call.
    profile.clock = "SELECT transaction_timestamp() + \"offset\", simulated FROM portcullis.clock";
    // Decisions and their triggers look rows up by key: planning them anew for each value costs more than it gains.
    // Lists, whose filters may be absent, are planned for what was asked.
    profile.session_settings =
        "SET plan_cache_mode = force_generic_plan; "
        "PREPARE flush AS SELECT pg_logical_emit_message(true, 'portcullis', '')";
    profile.read_settings = "SET LOCAL plan_cache_mode = auto";
    // Locks go with the commit, and only then is the disk waited for: by a second, tiny transaction that commits
    // synchronously and so flushes everything before it. Writers that queue for the end of the audit chain thus share
    // their flushes. What is acknowledged is on the disk; docs/adr/0021 says what this costs.
    profile.write_settings = "SET LOCAL synchronous_commit = off";
    profile.after_commit = "EXECUTE flush";
    profile.rules = kConstraintRules;
    return profile;
}

}  // namespace

Database::Database(DatabaseOptions options)
    : platform::Database(NamedOptions(std::move(options)), ControllerProfile()) {}

}  // namespace store
