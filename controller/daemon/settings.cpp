#include "controller/daemon/settings.hpp"

namespace controller::daemon {

using platform::SettingType;

const platform::SettingsTable& DaemonSettings() {
    static const platform::SettingsTable table = {
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
                 .help = "For requests in flight when the program is asked to end. A second signal ends it at once.",
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
                 .help =
                     "A database of your own, as libpq reads it; several hosts with "
                     "target_session_attrs=read-write are fine. Without it a private one in the data folder is used.",
                 .group = "Data"},
                {.key = "database-url-file",
                 .type = SettingType::kSecretFile,
                 .help = "The same, from a file: for one that holds a password.",
                 .group = "Data"},
                {.key = "owner-database-url-file",
                 .type = SettingType::kSecretFile,
                 .help =
                     "The same database as the owner of its tables, for migrations. With it, portcullisd migrates by "
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
                 .help = "Ed25519 key (PEM) that signs verdicts and audit checkpoints. Without it, one is made in the "
                         "data folder. Controllers that share a database share the key.",
                 .group = "Data"},
                {.key = "simulated-clock",
                 .type = SettingType::kText,
                 .help =
                     "For demonstrations and tests: a clock that is moved by hand, beginning at this RFC 3339 time, or "
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
                {.key = "fleet-patience",
                 .type = SettingType::kDuration,
                 .fallback = "10s",
                 .help = "For an instance to answer an order; after that it is reported as unreachable, which is not "
                         "killed.",
                 .min = "1s",
                 .max = "10m",
                 .group = "Fleet"},
                {.key = "prometheus-url",
                 .type = SettingType::kText,
                 .help = "Prometheus that is asked for metric exit criteria. Without it they are inconclusive, which "
                         "blocks.",
                 .group = "Other services"},
                {.key = "prometheus-timeout",
                 .type = SettingType::kDuration,
                 .fallback = "2s",
                 .help = "For one query.",
                 .min = "100ms",
                 .max = "1m",
                 .group = "Other services"},
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
                 .help =
                     "Change the schema as the owner of the database: all the way up, one step down, or to a version "
                     "with --to.",
                 .arguments = "up|down|status [--to VERSION]",
                 .most_arguments = 2},
                {.name = "bootstrap-check", .help = "Read the file of --bootstrap and say what it would do."},
            },
        .foreign_variables = {"URL", "TOKEN", "TOKEN_FILE", "PROFILE", "TEST_*", "BIN_DIR", "CLI_*"},
    };
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
