#include "pulse/daemon/settings.hpp"

namespace pulse::daemon {

using platform::Setting;
using platform::SettingType;

namespace {

std::vector<Setting> ServiceSettings() {
    constexpr std::string_view kGroup = "Service";
    return {
        {.key = "listen-address",
         .type = SettingType::kText,
         .fallback = "127.0.0.1",
         .help = "Address to listen on. TLS is a reverse proxy's work.",
         .group = kGroup},
        {.key = "listen-port",
         .type = SettingType::kInteger,
         .fallback = "7655",
         .help = "Port to listen on; 0 takes a free one.",
         .min = "0",
         .max = "65535",
         .group = kGroup},
        {.key = "port-file",
         .type = SettingType::kPath,
         .help = "File to write the port into once requests are answered.",
         .group = kGroup},
        {.key = "threads",
         .type = SettingType::kInteger,
         .fallback = "8",
         .help = "Requests that are worked on at a time; each may hold one connection to the database.",
         .unit = "threads",
         .min = "1",
         .max = "256",
         .group = kGroup},
        {.key = "max-connections",
         .type = SettingType::kInteger,
         .fallback = "1024",
         .help = "Connections of clients; more are closed at once.",
         .unit = "connections",
         .min = "1",
         .max = "65536",
         .group = kGroup},
        {.key = "max-body",
         .type = SettingType::kInteger,
         .fallback = "67108864",
         .help = "Largest request body of any route; most routes take 64 KiB.",
         .unit = "bytes",
         .min = "131072",
         .max = "268435456",
         .group = kGroup},
        {.key = "header-timeout",
         .type = SettingType::kDuration,
         .fallback = "10s",
         .help = "For the headers of a request, from its first byte on.",
         .min = "100ms",
         .max = "5m",
         .group = kGroup},
        {.key = "body-timeout",
         .type = SettingType::kDuration,
         .fallback = "30s",
         .help = "For the body of a request.",
         .min = "100ms",
         .max = "10m",
         .group = kGroup},
        {.key = "drain-timeout",
         .type = SettingType::kDuration,
         .fallback = "20s",
         .help = "For requests in flight when the program is asked to end. A second signal ends it at once.",
         .min = "0s",
         .max = "10m",
         .group = kGroup},
        {.key = "metrics-bind-address",
         .type = SettingType::kText,
         .fallback = "127.0.0.1",
         .help = "Address of the listener for Prometheus (/metrics). It asks nobody for a name: keep it private.",
         .group = kGroup},
        {.key = "metrics-port",
         .type = SettingType::kInteger,
         .fallback = "9091",
         .help = "Port of the listener for Prometheus; 0 takes a free one.",
         .min = "0",
         .max = "65535",
         .group = kGroup},
        {.key = "metrics-port-file",
         .type = SettingType::kPath,
         .help = "File to write the port of the listener for Prometheus into.",
         .group = kGroup},
    };
}

std::vector<Setting> AccessSettings() {
    constexpr std::string_view kGroup = "Access";
    return {
        {.key = "admin-user",
         .type = SettingType::kText,
         .fallback = "admin",
         .help = "Name of the first super admin, made when the database is new.",
         .group = kGroup},
        {.key = "admin-password-file",
         .type = SettingType::kSecretFile,
         .help = "Password of the first super admin. Without it, one is made up and written to "
                 "initial-admin-password in the data folder.",
         .group = kGroup},
        {.key = "licence-file",
         .type = SettingType::kPath,
         .help = "The licence document; billing.json in the data folder when not given. Read again when it changes.",
         .group = kGroup},
        {.key = "secure-cookies",
         .type = SettingType::kBoolean,
         .fallback = "false",
         .help = "Cookies are sent over TLS only. Set it when a reverse proxy speaks TLS.",
         .group = kGroup},
        {.key = "trusted-proxies",
         .type = SettingType::kText,
         .help = "Addresses, separated by commas, whose X-Forwarded-For is believed.",
         .group = kGroup},
        {.key = "rate-limit",
         .type = SettingType::kInteger,
         .fallback = "500",
         .help = "Requests one address may send; 0 for no limit.",
         .unit = "requests per minute",
         .min = "0",
         .max = "10000000",
         .group = kGroup},
        {.key = "login-rate-limit",
         .type = SettingType::kInteger,
         .fallback = "10",
         .help = "Attempts to log in one address may make; 0 for no limit.",
         .unit = "requests per minute",
         .min = "0",
         .max = "10000000",
         .group = kGroup},
        {.key = "tenant-rate-limit",
         .type = SettingType::kInteger,
         .fallback = "2000",
         .help = "Requests to one tenant, hosted mode only; 0 for no limit.",
         .unit = "requests per minute",
         .min = "0",
         .max = "10000000",
         .group = kGroup},
        {.key = "rate-limit-loopback",
         .type = SettingType::kBoolean,
         .fallback = "false",
         .help = "Whether callers on this machine are limited, too.",
         .group = kGroup},
        {.key = "demo-mode",
         .type = SettingType::kBoolean,
         .fallback = "false",
         .help = "A demonstration: whatever would change something is refused.",
         .group = kGroup},
    };
}

std::vector<Setting> WebSocketSettings() {
    constexpr std::string_view kGroup = "WebSocket";
    return {
        {.key = "websocket-connections",
         .type = SettingType::kInteger,
         .fallback = "4096",
         .help =
             "WebSockets open at a time; more are answered 503. They do not count as connections of max-connections.",
         .unit = "connections",
         .min = "1",
         .max = "65536",
         .group = kGroup},
        {.key = "websocket-tenant-connections",
         .type = SettingType::kInteger,
         .fallback = "1024",
         .help = "Of them, those of one tenant.",
         .unit = "connections",
         .min = "1",
         .max = "65536",
         .group = kGroup},
        {.key = "websocket-ping-interval",
         .type = SettingType::kDuration,
         .fallback = "30s",
         .help = "Between two pings.",
         .min = "100ms",
         .max = "10m",
         .group = kGroup},
        {.key = "websocket-silence-limit",
         .type = SettingType::kDuration,
         .fallback = "90s",
         .help = "A client that nothing is heard of for so long is dropped.",
         .min = "200ms",
         .max = "1h",
         .group = kGroup},
        {.key = "allowed-origins",
         .type = SettingType::kText,
         .help = "Origins, separated by commas, whose pages may open a WebSocket beside this server's own; * for all. "
                 "Without any, pages of private networks may, for clients in private networks.",
         .group = kGroup},
    };
}

std::vector<Setting> DataSettings() {
    constexpr std::string_view kGroup = "Data";
    return {
        {.key = "data-dir",
         .type = SettingType::kPath,
         .fallback = "/var/lib/pulse",
         .help = "Folder of everything that must not be lost: the private database, the orders of the controller.",
         .group = kGroup},
        {.key = "instance",
         .type = SettingType::kText,
         .fallback = "pulse",
         .help = "Name of this instance in the controller's orders.",
         .group = kGroup},
        {.key = "controller-url",
         .type = SettingType::kText,
         .help = "The controller that orders this instance's switch: wss://host:port, or ws:// on a private network; "
                 "several that share a database with commas between them. "
                 "Without it the environment and the operator on this machine decide alone.",
         .group = kGroup},
        {.key = "controller-ca-file",
         .type = SettingType::kPath,
         .help =
             "Authorities (PEM) that the controller's certificate is checked against; the machine's own without it.",
         .group = kGroup},
        {.key = "enrolment-token-file",
         .type = SettingType::kPath,
         .help =
             "File with the token that lets this instance in, from portcullis fleet enrol. Not needed once it is in.",
         .group = kGroup},
        {.key = "before-first-order",
         .type = SettingType::kChoice,
         .fallback = "everybody",
         .help = "For whom tenancy is until the controller's first order, where the environment says on. With nobody, "
                 "only the default organization is served until then: for an instance that joins during a rollout.",
         .choices = {"everybody", "nobody"},
         .group = kGroup},
        {.key = "deployment",
         .type = SettingType::kChoice,
         .fallback = "systemd",
         .help = "How this instance was installed, for /api/version.",
         .choices = {"systemd", "docker", "source"},
         .group = kGroup},
        {.key = "database-url",
         .type = SettingType::kText,
         .help = "A database of your own, as libpq reads it. Without it a private one in the data folder is used.",
         .group = kGroup},
        {.key = "database-url-file",
         .type = SettingType::kSecretFile,
         .help = "The same, from a file: for one that holds a password.",
         .group = kGroup},
        {.key = "owner-database-url-file",
         .type = SettingType::kSecretFile,
         .help = "The same database as the owner of its tables, for migrations. With it, pulsed migrates by itself.",
         .group = kGroup},
        {.key = "statement-timeout",
         .type = SettingType::kDuration,
         .fallback = "5s",
         .help = "For one statement in the database.",
         .min = "100ms",
         .max = "5m",
         .group = kGroup},
        {.key = "seed",
         .type = SettingType::kPath,
         .help = "JSON file of people, organizations and records to make when they are missing; for demonstrations.",
         .group = kGroup},
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
    };
}

}  // namespace

const platform::SettingsTable& DaemonSettings() {
    static const platform::SettingsTable table = [] {
        platform::SettingsTable made;
        made.program = "pulsed";
        made.version = PORTCULLIS_VERSION;
        made.summary = "A Pulse instance: monitoring for one organization or, when that is switched on, for many.";
        made.prefix = "PULSE_";
        for (const auto& group : {ServiceSettings(), AccessSettings(), WebSocketSettings(), DataSettings()}) {
            made.settings.insert(made.settings.end(), group.begin(), group.end());
        }
        made.commands = {
            {.name = "run", .help = "Serve until a signal; what happens without a command."},
            {.name = "switch",
             .help = "Switch tenants off on this machine, whatever the controller says; give the decision back; or say "
                     "what is in force.",
             .arguments = "on|off|status [REASON]",
             .most_arguments = 2},
        };
        // Read as they always were: the switch and the mode of the installation (tenancy/kill_switch.hpp).
        made.foreign_variables = {"MULTI_TENANT_ENABLED", "HOSTED_MODE", "AGENT_*", "STANDIN_*", "TEST_*"};
        return made;
    }();
    return table;
}

}  // namespace pulse::daemon
