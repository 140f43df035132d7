#include "controller/daemon/settings.hpp"

#include <algorithm>

#include "controller/daemon/settings_parts.hpp"

namespace controller::daemon {

using platform::SettingType;

namespace {

const platform::SettingsTable& MainSettings() {
    static const platform::SettingsTable table =
        {
            .program = "portcullisd",
            .version = PORTCULLIS_VERSION,
            .summary = "Keeps what was submitted, approved and measured about releases, and says which may go on.",
            .prefix = "PORTCULLIS_",
            .settings =
                {
                    {.key = "listen-address",
                     .type = SettingType::kText,
                     .fallback = "127.0.0.1",
                     .help = "Address to listen on. TLS is a reverse proxy's work: see docs/operations.md.",
                     .group = "Service"},
                    {.key = "listen-port",
                     .type = SettingType::kInteger,
                     .fallback = "8600",
                     .help = "Port to listen on; 0 takes a free one.",
                     .min = "0",
                     .max = "65535",
                     .group = "Service"},
                    {.key = "port-file",
                     .type = SettingType::kPath,
                     .help = "File to write the port into once requests are answered.",
                     .group = "Service"},
                    {.key = "threads",
                     .type = SettingType::kInteger,
                     .fallback = "16",
                     .help = "Requests that are worked on at a time; each may hold one connection to the database.",
                     .unit = "threads",
                     .min = "1",
                     .max = "256",
                     .group = "Service"},
                    {.key = "max-connections",
                     .type = SettingType::kInteger,
                     .fallback = "1024",
                     .help = "Connections of clients; more are closed at once.",
                     .unit = "connections",
                     .min = "1",
                     .max = "65536",
                     .group = "Service"},
                    {.key = "max-body",
                     .type = SettingType::kInteger,
                     .fallback = "4194304",
                     .help = "Largest request body of any route; each route has its own limit below it.",
                     .unit = "bytes",
                     .min = "65536",
                     .max = "67108864",
                     .group = "Service"},
                    {.key = "header-timeout",
                     .type = SettingType::kDuration,
                     .fallback = "10s",
                     .help = "For the headers of a request, from its first byte on.",
                     .min = "100ms",
                     .max = "5m",
                     .group = "Service"},
                    {.key = "body-timeout",
                     .type = SettingType::kDuration,
                     .fallback = "30s",
                     .help = "For the body of a request.",
                     .min = "100ms",
                     .max = "10m",
                     .group = "Service"},
                    {.key = "drain-timeout",
                     .type = SettingType::kDuration,
                     .fallback = "20s",
                     .help =
                         "For requests in flight when the program is asked to end. A second signal ends it at once.",
                     .min = "0s",
                     .max = "10m",
                     .group = "Service"},
                    {.key = "rate-limit",
                     .type = SettingType::kInteger,
                     .fallback = "100",
                     .help = "Requests that one principal may send in the long run; 0 for no limit.",
                     .unit = "requests per second",
                     .min = "0",
                     .max = "1000000",
                     .group = "Service"},
                    {.key = "rate-burst",
                     .type = SettingType::kInteger,
                     .fallback = "400",
                     .help = "Requests that one principal may send at once.",
                     .unit = "requests",
                     .min = "1",
                     .max = "1000000",
                     .group = "Service"},
                    {.key = "data-dir",
                     .type = SettingType::kPath,
                     .fallback = "/var/lib/portcullis",
                     .help = "Folder of everything that must not be lost: the private database, the signing key.",
                     .group = "Data"},
                    {.key = "database-url",
                     .type = SettingType::kText,
                     .help = "A database of your own, as libpq reads it; several hosts with "
                             "target_session_attrs=read-write are fine. Without it a private one in the data folder is "
                             "used.",
                     .group = "Data"},
                    {.key = "database-url-file",
                     .type = SettingType::kSecretFile,
                     .help = "The same, from a file: for one that holds a password.",
                     .group = "Data"},
                    {.key = "owner-database-url-file",
                     .type = SettingType::kSecretFile,
                     .help = "The same database as the owner of its tables, for migrations. With it, portcullisd "
                             "migrates by "
                             "itself; without it, somebody runs portcullisd migrate up.",
                     .group = "Data"},
                    {.key = "statement-timeout",
                     .type = SettingType::kDuration,
                     .fallback = "5s",
                     .help = "For one statement in the database.",
                     .min = "100ms",
                     .max = "5m",
                     .group = "Data"},
                    {.key = "bootstrap",
                     .type = SettingType::kPath,
                     .help = "YAML file of the first principals, read once, when the database is new. Their tokens are "
                             "written to initial-tokens in the data folder.",
                     .group = "Data"},
                    {.key = "signing-key-file",
                     .type = SettingType::kSecretFile,
                     .help =
                         "Ed25519 key (PEM) that signs verdicts and audit checkpoints. Without it, one is made in the "
                         "data folder. Controllers that share a database share the key.",
                     .group = "Data"},
                    {.key = "simulated-clock",
                     .type = SettingType::kText,
                     .help = "For demonstrations and tests: a clock that is moved by hand, beginning at this RFC 3339 "
                             "time, or "
                             "'now'. Only for a database that was made with it; shown everywhere.",
                     .group = "Data"},
                    {.key = "checkpoint-entries",
                     .type = SettingType::kInteger,
                     .fallback = "1000",
                     .help = "A signed checkpoint of the audit log after this many entries at the latest.",
                     .unit = "entries",
                     .min = "1",
                     .max = "1000000",
                     .group = "Data"},
                    {.key = "checkpoint-interval",
                     .type = SettingType::kDuration,
                     .fallback = "10m",
                     .help = "And after this time, when entries were added.",
                     .min = "1s",
                     .max = "7d",
                     .group = "Data"},
                    {.key = "fleet-listen-address",
                     .type = SettingType::kText,
                     .help = "Address of the listener that managed instances dial; without it there is none. TLS is a "
                             "reverse proxy's work.",
                     .group = "Fleet"},
                    {.key = "fleet-listen-port",
                     .type = SettingType::kInteger,
                     .fallback = "8601",
                     .help = "Port of the listener for instances; 0 takes a free one.",
                     .min = "0",
                     .max = "65535",
                     .group = "Fleet"},
                    {.key = "fleet-port-file",
                     .type = SettingType::kPath,
                     .help = "File to write the port of the listener for instances into.",
                     .group = "Fleet"},
                    {.key = "fleet-max-instances",
                     .type = SettingType::kInteger,
                     .fallback = "10000",
                     .help = "Instances that may be connected to this controller.",
                     .unit = "instances",
                     .min = "1",
                     .max = "60000",
                     .group = "Fleet"},
                    {.key = "fleet-refused-burst",
                     .type = SettingType::kInteger,
                     .fallback = "30",
                     .help = "Handshakes of one address that may be refused at once; then it waits, unless it shows a "
                             "credential that was good before.",
                     .unit = "handshakes",
                     .min = "1",
                     .max = "100000",
                     .group = "Fleet"},
                    {.key = "fleet-refused-rate",
                     .type = SettingType::kInteger,
                     .fallback = "60",
                     .help = "And in the long run; 0 for no limit.",
                     .unit = "handshakes per minute",
                     .min = "0",
                     .max = "60000",
                     .group = "Fleet"},
                    {.key = "fleet-opening-burst",
                     .type = SettingType::kInteger,
                     .fallback = "10",
                     .help = "Connections that one instance may open at once; the newest is the one that counts.",
                     .unit = "connections",
                     .min = "1",
                     .max = "10000",
                     .group = "Fleet"},
                    {.key = "fleet-opening-rate",
                     .type = SettingType::kInteger,
                     .fallback = "12",
                     .help = "And in the long run; 0 for no limit.",
                     .unit = "connections per minute",
                     .min = "0",
                     .max = "60000",
                     .group = "Fleet"},
                    {.key = "fleet-max-handshakes",
                     .type = SettingType::kInteger,
                     .fallback = "1024",
                     .help = "Connections to the listener that have not been let in yet; more are closed at once.",
                     .unit = "connections",
                     .min = "8",
                     .max = "65536",
                     .group = "Fleet"},
                    {.key = "fleet-handshake-timeout",
                     .type = SettingType::kDuration,
                     .fallback = "10s",
                     .help = "For a connection that has not been let in, to begin and to end its handshake.",
                     .min = "100ms",
                     .max = "5m",
                     .group = "Fleet"},
                    {.key = "fleet-handshake-threads",
                     .type = SettingType::kInteger,
                     .fallback = "2",
                     .help = "Handshakes that are worked on at a time; each may hold one connection to the database.",
                     .unit = "threads",
                     .min = "1",
                     .max = "64",
                     .group = "Fleet"},
                    {.key = "fleet-message-burst",
                     .type = SettingType::kInteger,
                     .fallback = "200",
                     .help = "Messages that one connection may send in each fleet-message-window; after more it is cut "
                             "off.",
                     .unit = "messages",
                     .min = "20",
                     .max = "100000",
                     .group = "Fleet"},
                    {.key = "fleet-message-window",
                     .type = SettingType::kDuration,
                     .fallback = "10s",
                     .help = "See fleet-message-burst. An instance says how it stands every ten seconds.",
                     .min = "1s",
                     .max = "10m",
                     .group = "Fleet"},
                    {.key = "fleet-max-message",
                     .type = SettingType::kInteger,
                     .fallback = "262144",
                     .help = "Largest message of an instance, whatever its kind may have; a larger one ends the "
                             "connection. An instance with thousands of organizations needs the most there is.",
                     .unit = "bytes",
                     .min = "65536",
                     .max = "262144",
                     .group = "Fleet"},
                    {.key = "fleet-silence",
                     .type = SettingType::kDuration,
                     .fallback = "25s",
                     .help = "An instance that is not heard for so long is cut off.",
                     .min = "15s",
                     .max = "10m",
                     .group = "Fleet"},
                    {.key = "fleet-credential-lifetime",
                     .type = SettingType::kDuration,
                     .fallback = "90d",
                     .help = "After this an instance is asked to make itself a new credential.",
                     .min = "1m",
                     .max = "3650d",
                     .group = "Fleet"},
                    {.key = "fleet-patience",
                     .type = SettingType::kDuration,
                     .fallback = "10s",
                     .help = "For an instance to answer an order; after that it is reported as unreachable, which is "
                             "not "
                             "killed.",
                     .min = "1s",
                     .max = "10m",
                     .group = "Fleet"},
                    {.key = "fleet-restart-patience",
                     .type = SettingType::kDuration,
                     .fallback = "90s",
                     .help = "For an instance to restart and answer, when it was ordered to restart; after that it has "
                             "failed, or is unreachable.",
                     .min = "1s",
                     .max = "1h",
                     .group = "Fleet"},
                    {.key = "fleet-verify-patience",
                     .type = SettingType::kDuration,
                     .fallback = "30s",
                     .help = "For an instance that has applied an order to be verified; after that it has failed if a "
                             "step of the checklist failed, and else stays applied.",
                     .min = "1s",
                     .max = "1h",
                     .group = "Fleet"},
                    {.key = "fleet-watch-errors",
                     .type = SettingType::kInteger,
                     .fallback = "1",
                     .help = "Share of answers that may be errors (5xx, but 501) while an instance is watched.",
                     .unit = "percent",
                     .min = "0",
                     .max = "100",
                     .group = "Fleet"},
                    {.key = "fleet-drift-patience",
                     .type = SettingType::kDuration,
                     .fallback = "15s",
                     .help = "For an instance to have in force what it was ordered to expose; after that a difference "
                             "is drift, which blocks promotions. The same for all controllers of a database: the one "
                             "that was started last decides.",
                     .min = "1s",
                     .max = "10m",
                     .group = "Fleet"},
                    {.key = "direct-probes-file",
                     .type = SettingType::kPath,
                     .help = "YAML file of instances that this controller looks at itself, beside what they say of "
                             "themselves: address, canary token, tenant. Read again when it changes; replace it in one "
                             "step. The same for all controllers of a database.",
                     .group = "Fleet"},
                    {.key = "direct-probes-interval",
                     .type = SettingType::kDuration,
                     .fallback = "30s",
                     .help = "How often it looks at what those serve as features, between orders.",
                     .min = "1s",
                     .max = "1h",
                     .group = "Fleet"},
                    {.key = "prometheus-url",
                     .type = SettingType::kText,
                     .help = "Prometheus that is asked for metric exit criteria, and about monitored instances that "
                             "their file names by metrics_match. Without it the criteria are inconclusive, which "
                             "blocks.",
                     .group = "Other services"},
                    {.key = "prometheus-timeout",
                     .type = SettingType::kDuration,
                     .fallback = "2s",
                     .help = "For one query.",
                     .min = "100ms",
                     .max = "1m",
                     .group = "Other services"},
                    {.key = "console-idle",
                     .type = SettingType::kDuration,
                     .fallback = "2h",
                     .help = "A session of the web console that nobody uses for so long is over.",
                     .min = "1m",
                     .max = "7d",
                     .group = "Web console"},
                    {.key = "console-lifetime",
                     .type = SettingType::kDuration,
                     .fallback = "12h",
                     .help = "A session of the web console is over after this, however much it is used.",
                     .min = "1m",
                     .max = "30d",
                     .group = "Web console"},
                    {.key = "console-trusted-proxies",
                     .type = SettingType::kText,
                     .help = "Addresses and networks of reverse proxies, with commas between: from them, and from "
                             "nobody else, X-Forwarded-For says where somebody signs in from, so that guessing from "
                             "one "
                             "address locks only that one out.",
                     .group = "Web console"},
                    {.key = "oidc-config",
                     .type = SettingType::kPath,
                     .help = "YAML file of the OpenID Connect issuers whose tokens name principals.",
                     .group = "Other services"},
                    {.key = "log-level",
                     .type = SettingType::kChoice,
                     .fallback = "info",
                     .help = "Least important lines to write.",
                     .choices = {"debug", "info", "warning", "error"},
                     .group = "Log"},
                    {.key = "log-format",
                     .type = SettingType::kChoice,
                     .fallback = "json",
                     .help = "Form of the lines on standard error.",
                     .choices = {"json", "text"},
                     .group = "Log"},
                },
            .commands =
                {
                    {.name = "run", .help = "Serve until a signal; what happens without a command."},
                    {.name = "migrate",
                     .help = "Change the schema as the owner of the database: all the way up, one step down, or to a "
                             "version "
                             "with --to.",
                     .arguments = "up|down|status [--to VERSION]",
                     .most_arguments = 2},
                    {.name = "next-key",
                     .help = "Make the key that portcullis keys rotate hands over to, beside the one in use."},
                    {.name = "bootstrap-check", .help = "Read the file of --bootstrap and say what it would do."},
                },
            .foreign_variables = {"URL", "TOKEN", "TOKEN_FILE", "PROFILE", "TEST_*", "BIN_DIR", "CLI_*"},
        };
    return table;
}

}  // namespace

const platform::SettingsTable& DaemonSettings() {
    static const platform::SettingsTable table = [] {
        platform::SettingsTable all = MainSettings();
        const auto add = [&](const std::vector<platform::Setting>& part, std::string_view before) {
            const auto place = std::ranges::find(all.settings, before, &platform::Setting::key);
            all.settings.insert(place, part.begin(), part.end());
        };
        add(NotificationSettings(), "console-idle");
        add(MonitoringSettings(), "oidc-config");
        return all;
    }();
    return table;
}

platform::SettingsInput ReadInput(int argc, const char* const* argv, const char* const* environment) {
    platform::SettingsInput input = platform::SettingsInputOf(argc, argv, environment);
    std::vector<std::string> arguments;
    for (std::size_t i = 0; i < input.arguments.size(); ++i) {
        const std::string& argument = input.arguments[i];
        const bool last = i + 1 == input.arguments.size();
        if (argument == "--simulated-clock" && (last || input.arguments[i + 1].starts_with("--"))) {
            arguments.emplace_back("--simulated-clock=now");
        } else if (argument == "--to" && !last) {
            arguments.push_back(input.arguments[++i]);
        } else if (argument.starts_with("--to=")) {
            arguments.push_back(argument.substr(5));
        } else {
            arguments.push_back(argument);
        }
    }
    input.arguments = std::move(arguments);
    return input;
}

}  // namespace controller::daemon
