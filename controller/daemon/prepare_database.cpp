#include "controller/daemon/prepare_database.hpp"

#include <filesystem>

#include "controller/app/authenticate.hpp"
#include "controller/daemon/bootstrap.hpp"
#include "controller/daemon/data_dir.hpp"
#include "controller/daemon/run.hpp"
#include "controller/policy/classification.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/migrations.hpp"
#include "platform/base/clock.hpp"
#include "platform/log/log.hpp"
#include "platform/service/start_error.hpp"

namespace controller::daemon {
namespace {

constexpr int kUnavailable = 4;

/// The first principals with a token each; the texts of the tokens go to `tokens`.
std::vector<store::BootstrapPrincipal> MakeFirstPrincipals(const std::string& path, std::vector<FirstToken>& tokens) {
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(platform::SystemNow().time_since_epoch());
    std::vector<store::BootstrapPrincipal> principals;
    for (const wire::BootstrapPrincipal& named : ReadBootstrapFile(path)) {
        FirstToken token{named.id, app::MakeTokenText()};
        store::BootstrapPrincipal principal;
        principal.id = named.id;
        principal.kind = named.kind;
        principal.display_name = named.display_name;
        principal.email = named.email;
        principal.roles = named.roles;
        principal.token_hash = platform::Sha256(token.text);
        principal.token_id = policy::RecordId::Trusted("tok_" + platform::MakeUlid(now.count()));
        principals.push_back(std::move(principal));
        tokens.push_back(std::move(token));
    }
    return principals;
}

void InitialiseNew(const std::string& owner, const platform::Settings& settings, store::InitialiseOptions options) {
    const std::filesystem::path data_dir(settings.Text("data-dir"));
    const std::string& file = settings.Text("bootstrap");
    if (file.empty()) {
        throw platform::StartError(
            platform::kStartUsage,
            "this database is new, and nobody could be let into it: name the first principals in a file and "
            "give it as --bootstrap FILE. At least two of them are users with the role admin; "
            "manifests/examples/principals.yaml is an example, portcullisd bootstrap-check reads one");
    }
    std::vector<FirstToken> tokens;
    options.principals = MakeFirstPrincipals(file, tokens);
    const auto rules = policy::DefaultPathRules();
    options.path_rules.assign(rules.begin(), rules.end());
    // The tokens are on the disk before they are good: after a crash in between, the next start makes new ones.
    WriteInitialTokens(data_dir, tokens);
    if (!store::Initialise(owner, options)) {
        RemoveInitialTokens(data_dir);  // another controller was faster; its tokens count
        return;
    }
    platform::Log(platform::Level::kInfo, "database.initialised",
                  {{"principals", static_cast<std::int64_t>(tokens.size())},
                   {"tokens_in", InitialTokensPath(data_dir).string()},
                   {"simulated_clock", options.simulated_clock}});
}

/// What a controller without the owner's access can say about the database.
void CheckDatabase(const std::string& app, bool simulated) {
    store::Database database({.conninfo = app, .connections = 1});
    if (const platform::SchemaLook schema = store::LookAtSchema(database); !schema.lacks.empty()) {
        throw platform::StartError(kUnavailable, "the database has schema version " + schema.lacks +
                                                     ": run portcullisd migrate up with --owner-database-url-file");
    }
    const bool is_simulated = database.Read([](store::Tx& tx) { return store::IsClockSimulated(tx); });
    if (is_simulated != simulated) {
        throw platform::StartError(platform::kStartUsage,
                                   is_simulated
                                       ? "this database was made with a simulated clock: give --simulated-clock"
                                       : "this database was made with the real clock and refuses a simulated one "
                                         "for good");
    }
}

}  // namespace

ClockChoice ReadClockChoice(const platform::Settings& settings) {
    const std::string& text = settings.Text("simulated-clock");
    if (text.empty()) {
        return {};
    }
    if (text == "now") {
        return {true, std::nullopt};
    }
    const auto start = platform::ParseTime(text);
    if (!start) {
        throw platform::StartError(
            platform::kStartUsage,
            "--simulated-clock must be an RFC 3339 time such as 2025-01-14T09:00:00Z, or now; not '" + text + "'");
    }
    return {true, start};
}

void PrepareDatabase(const platform::DatabaseAccess& access, const platform::Settings& settings) {
    const ClockChoice clock = ReadClockChoice(settings);
    if (!access.Owner()) {
        CheckDatabase(access.App(), clock.simulated);
        return;
    }
    for (const int version : store::MigrateUp(*access.Owner())) {
        platform::Log(platform::Level::kInfo, "database.migrated", {{"version", version}});
    }
    store::InitialiseOptions options;
    options.simulated_clock = clock.simulated;
    options.start = clock.start;
    store::Database database({.conninfo = access.App(), .connections = 1});
    if (store::IsInitialised(database)) {
        options.start = std::nullopt;  // the clock has been moved since; only its kind must be the same
        store::Initialise(*access.Owner(), options);
    } else {
        InitialiseNew(*access.Owner(), settings, std::move(options));
    }
}

}  // namespace controller::daemon
