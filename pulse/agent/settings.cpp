#include "pulse/agent/settings.hpp"

#include <filesystem>
#include <functional>

#include "platform/base/text.hpp"
#include "platform/service/start_error.hpp"
#include "pulse/agent/command.hpp"
#include "pulse/agent/examiner.hpp"

namespace pulse::agent {

using platform::Setting;
using platform::SettingType;

namespace {

std::vector<Setting> ChannelSettings() {
    constexpr std::string_view kGroup = "Controller";
    return {
        {.key = "data-dir",
         .type = SettingType::kPath,
         .fallback = "/var/lib/pulse-agent",
         .help = "Folder of the controller's orders and of what became of them.",
         .group = kGroup},
        {.key = "instance",
         .type = SettingType::kText,
         .fallback = "pulse",
         .help = "Name of this instance in the controller's orders.",
         .group = kGroup},
        {.key = "controller-url",
         .type = SettingType::kText,
         .help = "The controller that orders this instance's switch: wss://host:port, or ws:// on a private network; "
                 "several that share a database with commas between them. Without it only the operator on this "
                 "machine decides.",
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
        {.key = "first-switch-on",
         .type = SettingType::kBoolean,
         .fallback = "false",
         .help = "Whether an order may switch tenants on where they were off before there was any order. The first "
                 "start with the switch on moves files of the data folder: make a backup before.",
         .group = kGroup},
    };
}

std::vector<Setting> PlaceSettings() {
    constexpr std::string_view kGroup = "Where the process gets its environment";
    return {
        {.key = "place",
         .type = SettingType::kChoice,
         .fallback = "systemd",
         .help = "systemd: a drop-in of the unit with a file of its own. compose: a compose file that is merged last. "
                 "file: an environment file that the restart command reads.",
         .choices = {"systemd", "compose", "file"},
         .group = kGroup},
        {.key = "unit",
         .type = SettingType::kText,
         .fallback = "pulse.service",
         .help = "systemd: the unit of the process.",
         .group = kGroup},
        {.key = "systemd-root",
         .type = SettingType::kPath,
         .help = "systemd: folder that stands for / where unit files are looked at and written.",
         .group = kGroup},
        {.key = "env-file",
         .type = SettingType::kPath,
         .help = "file: the environment file; the agent sets one variable in it and keeps the rest. systemd: the "
                 "agent's own file, /etc/pulse-agent/<unit>.env when not given.",
         .group = kGroup},
        {.key = "later-files",
         .type = SettingType::kText,
         .help = "file: environment files, separated by commas, that are read behind it and so beat it.",
         .group = kGroup},
        {.key = "compose-files",
         .type = SettingType::kText,
         .help = "compose: the files, separated by commas, in the order in which docker compose is given them. The "
                 "last one is the agent's: it is made when it is missing.",
         .group = kGroup},
        {.key = "compose-service",
         .type = SettingType::kText,
         .fallback = "pulse",
         .help = "compose: the service of the process.",
         .group = kGroup},
    };
}

std::vector<Setting> CommandSettings() {
    constexpr std::string_view kGroup = "Commands";
    return {
        {.key = "reload-command",
         .type = SettingType::kText,
         .help = "Run before the restart; systemd: systemctl daemon-reload when not given. Commands are words between "
                 "blanks, or a JSON list of words; no shell reads them.",
         .group = kGroup},
        {.key = "restart-command",
         .type = SettingType::kText,
         .help = "Starts the process again with its new environment; systemd: systemctl restart <unit> when not "
                 "given. With docker compose it is `up -d`: `restart` keeps the old environment.",
         .group = kGroup},
        {.key = "command-timeout",
         .type = SettingType::kDuration,
         .fallback = "2m",
         .help = "For one command; after it, the command is ended and the order has failed.",
         .min = "100ms",
         .max = "1h",
         .group = kGroup},
        {.key = "restart-timeout",
         .type = SettingType::kDuration,
         .fallback = "1m",
         .help = "From the end of the command until the process runs as ordered.",
         .min = "100ms",
         .max = "1h",
         .group = kGroup},
        {.key = "settle",
         .type = SettingType::kDuration,
         .fallback = "1s",
         .help = "How long a new process is watched before it is believed.",
         .min = "10ms",
         .max = "10m",
         .group = kGroup},
    };
}

std::vector<Setting> ProcessSettings() {
    constexpr std::string_view kGroup = "The process";
    return {
        {.key = "process-command",
         .type = SettingType::kText,
         .help = "Prints the process id; systemd: systemctl show --property=MainPID --value <unit> when no other way "
                 "is given. With docker: docker inspect --format {{.State.Pid}} <container>.",
         .group = kGroup},
        {.key = "pid-file", .type = SettingType::kPath, .help = "File that holds the process id.", .group = kGroup},
        {.key = "process-port",
         .type = SettingType::kInteger,
         .help = "TCP port on which the process listens; it must be in the agent's network namespace.",
         .min = "1",
         .max = "65535",
         .group = kGroup},
        {.key = "process-program",
         .type = SettingType::kText,
         .help = "Program that the process runs: its path, or its name alone when only one such process runs here.",
         .group = kGroup},
        {.key = "look-every",
         .type = SettingType::kDuration,
         .fallback = "1s",
         .help = "How often the process is looked at.",
         .min = "20ms",
         .max = "1m",
         .group = kGroup},
    };
}

std::vector<Setting> ProbeSettings() {
    constexpr std::string_view kGroup = "Probes";
    return {
        {.key = "url",
         .type = SettingType::kText,
         .help = "Where the process answers, http://127.0.0.1:7655. Without it orders are carried out and cannot be "
                 "verified.",
         .group = kGroup},
        {.key = "metrics-url",
         .type = SettingType::kText,
         .help = "Its metrics, http://127.0.0.1:9091/metrics. Without it nothing can be watched after an order.",
         .group = kGroup},
        {.key = "canary-file",
         .type = SettingType::kSecretFile,
         .help = "API token of the default organization with monitoring:read and settings:read; with settings:write "
                 "the writing routes are asked, too. None of them ever changes anything.",
         .group = kGroup},
        {.key = "canary-may-write",
         .type = SettingType::kBoolean,
         .fallback = "true",
         .help = "Whether that token has settings:write.",
         .group = kGroup},
        {.key = "tenant",
         .type = SettingType::kText,
         .help = "An active organization beside the default one; the first in --orgs-folder when not given.",
         .group = kGroup},
        {.key = "tenant-canary-file",
         .type = SettingType::kSecretFile,
         .help = "API token of that organization with monitoring:read.",
         .group = kGroup},
        {.key = "orgs-folder",
         .type = SettingType::kPath,
         .help = "The folder `orgs` in the data folder of the process. What there is of tenants is compared before and "
                 "after an order.",
         .group = kGroup},
    };
}

std::vector<Setting> LogSettings() {
    return {
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

std::vector<std::string> PathsIn(const std::string& text) {
    std::vector<std::string> paths;
    for (const std::string_view part : platform::Split(text, ',')) {
        if (const auto path = platform::Trim(part); !path.empty()) {
            paths.emplace_back(path);
        }
    }
    return paths;
}

std::chrono::milliseconds Milliseconds(platform::Duration span) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(span);
}

/// Reads what depends on other settings, and collects what is wrong.
class OptionsReader {
public:
    explicit OptionsReader(const platform::Settings& settings)
        : settings_(settings), place_(settings.Text("place")), unit_(settings.Text("unit")) {}

    AgentOptions Read() {
        AgentOptions options;
        ReadCommands(options.keeper);
        ReadProcess(options.keeper.process);
        options.place = ReadPlace(options.keeper.restart_command);
        ReadTarget(options.target);
        options.orgs_folder = settings_.Text("orgs-folder");
        KeeperOptions& keeper = options.keeper;
        keeper.folder = settings_.Text("data-dir");
        keeper.first_switch_on = settings_.Boolean("first-switch-on");
        keeper.command_timeout = Milliseconds(settings_.DurationOf("command-timeout"));
        keeper.restart_timeout = Milliseconds(settings_.DurationOf("restart-timeout"));
        keeper.settle = Milliseconds(settings_.DurationOf("settle"));
        keeper.look_every = Milliseconds(settings_.DurationOf("look-every"));
        const tenancy::probe::Target& target = options.target;
        if (!target.base_url.empty() && !target.canary.empty()) {
            keeper.ask = [url = target.base_url, canary = target.canary] { return AskSwitch(url, canary); };
        }
        if (!problems_.empty()) {
            throw platform::StartError(platform::kStartUsage, platform::Join(problems_, "; "));
        }
        return options;
    }

private:
    bool Systemd() const {
        return place_ == "systemd";
    }

    std::vector<std::string> Command(std::string_view key, const std::string& otherwise) {
        const std::string& given = settings_.Text(key);
        const std::string& text = given.empty() ? otherwise : given;
        if (text.empty()) {
            return {};
        }
        auto words = CommandWords(text);
        if (!words) {
            problems_.push_back("--" + std::string(key) + ": " + words.error());
            return {};
        }
        return std::move(*words);
    }

    void ReadCommands(KeeperOptions& keeper) {
        keeper.reload_command = Command("reload-command", Systemd() ? "systemctl daemon-reload" : "");
        keeper.restart_command = Command("restart-command", Systemd() ? "systemctl restart " + unit_ : "");
        if (keeper.restart_command.empty() && settings_.Text("restart-command").empty()) {
            problems_.push_back("say how the process is started again: --restart-command");
        }
    }

    void ReadProcess(ProcessRule& rule) {
        const bool has_port = settings_.Has("process-port");
        rule.pid_file = settings_.Text("pid-file");
        rule.program = settings_.Text("process-program");
        rule.port = has_port ? static_cast<int>(settings_.Integer("process-port")) : 0;
        int ways = (rule.pid_file.empty() ? 0 : 1) + (rule.program.empty() ? 0 : 1) + (has_port ? 1 : 0);
        const bool asks = !settings_.Text("process-command").empty();
        ways += asks ? 1 : 0;
        if (asks || (ways == 0 && Systemd())) {
            rule.command = Command("process-command", "systemctl show --property=MainPID --value " + unit_);
        }
        if (ways > 1) {
            problems_.push_back(
                "say in one way which process is meant: --process-command, --pid-file, --process-port or "
                "--process-program");
        } else if (ways == 0 && !Systemd()) {
            problems_.push_back(
                "say which process is meant: --process-command, --pid-file, --process-port or --process-program");
        }
    }

    std::unique_ptr<Place> ReadPlace(const std::vector<std::string>& restart_command) {
        if (Systemd()) {
            std::string root = settings_.Text("systemd-root");
            while (root.ends_with('/')) {
                root.pop_back();
            }
            const std::string& given = settings_.Text("env-file");
            return MakeSystemdPlace({.unit = unit_,
                                     .root = root,
                                     .env_file = given.empty() ? "/etc/pulse-agent/" + unit_ + ".env" : given});
        }
        if (place_ == "compose") {
            auto files = PathsIn(settings_.Text("compose-files"));
            if (files.empty()) {
                problems_.push_back("name the compose files, the agent's own as the last one: --compose-files");
                return nullptr;
            }
            return MakeComposePlace(
                {.files = files, .service = settings_.Text("compose-service"), .command = restart_command});
        }
        if (settings_.Text("env-file").empty()) {
            problems_.push_back("name the environment file: --env-file");
            return nullptr;
        }
        return MakeFilePlace(
            {.env_file = settings_.Text("env-file"), .later_files = PathsIn(settings_.Text("later-files"))});
    }

    void ReadTarget(tenancy::probe::Target& target) {
        target.base_url = settings_.Text("url");
        while (target.base_url.ends_with('/')) {
            target.base_url.pop_back();
        }
        target.metrics_url = settings_.Text("metrics-url");
        target.surface = tenancy::probe::Surface::kPulse;
        target.probed_by = "agent";
        target.canary = settings_.Secret("canary-file");
        target.canary_may_write = settings_.Boolean("canary-may-write");
        target.tenant = settings_.Text("tenant");
        target.tenants = target.tenant.empty() ? tenancy::probe::Tenants::kUnknown : tenancy::probe::Tenants::kSome;
        target.tenant_canary = settings_.Secret("tenant-canary-file");
        if (!target.tenant_canary.empty() && target.tenant.empty()) {
            problems_.push_back("--tenant-canary-file needs the organization it is of: --tenant");
        }
    }

    const platform::Settings& settings_;
    const std::string place_;
    const std::string unit_;
    std::vector<std::string> problems_;
};

}  // namespace

const platform::SettingsTable& AgentSettings() {
    static const platform::SettingsTable table = [] {
        platform::SettingsTable made;
        made.program = "pulse-agent";
        made.version = PORTCULLIS_VERSION;
        made.summary =
            "Keeps the tenant switch of an unmodified Pulse as its controller orders it, and says what the "
            "process really runs with.";
        made.prefix = "PULSE_AGENT_";
        for (const auto& group : {ChannelSettings(), PlaceSettings(), CommandSettings(), ProcessSettings(),
                                  ProbeSettings(), LogSettings()}) {
            made.settings.insert(made.settings.end(), group.begin(), group.end());
        }
        made.commands = {
            {.name = "run", .help = "Serve until a signal; what happens without a command."},
            {.name = "check",
             .help = "Look at the process and at the sources of its environment, change nothing, and end with 1 when "
                     "an order would not reach it."},
            {.name = "switch",
             .help = "Switch tenants off on this machine, whatever the controller says; give the decision back; or say "
                     "what is in force.",
             .arguments = "on|off|status [REASON]",
             .most_arguments = 2},
        };
        return made;
    }();
    return table;
}

AgentOptions ReadAgentOptions(const platform::Settings& settings) {
    return OptionsReader(settings).Read();
}

std::string ControlFolder(const platform::Settings& settings) {
    return (std::filesystem::path(settings.Text("data-dir")) / "control").string();
}

}  // namespace pulse::agent
