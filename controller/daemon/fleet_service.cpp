#include "controller/daemon/fleet_service.hpp"

#include "controller/daemon/signing_keys.hpp"

#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "controller/fleet/kill_sender.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/files.hpp"
#include "platform/log/log.hpp"
#include "platform/service/start_error.hpp"

namespace controller::daemon {
namespace {

using platform::Level;

constexpr std::size_t kRandomBytesOfName = 4;

void LogListenerState(std::string_view problem) {
    if (problem.empty()) {
        platform::Log(Level::kInfo, "fleet.news_heard", {});
    } else {
        platform::Log(Level::kWarning, "fleet.news_unheard", {{"error", problem}});
    }
}

fleet::HandshakeLimits HandshakeLimitsOf(const platform::Settings& settings) {
    constexpr double kSecondsOfMinute = 60;
    const auto rate = [&](std::string_view each_minute, std::string_view at_once) {
        return fleet::Rate{static_cast<double>(settings.Integer(each_minute)) / kSecondsOfMinute,
                           static_cast<double>(settings.Integer(at_once))};
    };
    fleet::HandshakeLimits limits;
    limits.failures = rate("fleet-refused-rate", "fleet-refused-burst");
    limits.openings = rate("fleet-opening-rate", "fleet-opening-burst");
    limits.threads = static_cast<int>(settings.Integer("fleet-handshake-threads"));
    limits.waiting = static_cast<std::size_t>(settings.Integer("fleet-max-handshakes"));
    limits.patience =
        std::chrono::duration_cast<std::chrono::milliseconds>(settings.DurationOf("fleet-handshake-timeout"));
    return limits;
}

fleet::MessageLimits MessageLimitsOf(const platform::Settings& settings) {
    fleet::MessageLimits limits;
    limits.count = static_cast<int>(settings.Integer("fleet-message-burst"));
    limits.window = std::chrono::duration_cast<std::chrono::milliseconds>(settings.DurationOf("fleet-message-window"));
    limits.largest = static_cast<std::size_t>(settings.Integer("fleet-max-message"));
    return limits;
}

fleet::ChannelOptions ChannelOptionsOf(const platform::Settings& settings, const std::string& controller) {
    fleet::ChannelOptions options;
    options.address = settings.Text("fleet-listen-address");
    options.port = static_cast<std::uint16_t>(settings.Integer("fleet-listen-port"));
    options.controller = controller;
    options.key_files = {NextKeyPath(settings), SigningKeyPath(settings)};
    options.credential_lifetime = settings.DurationOf("fleet-credential-lifetime");
    options.max_instances = static_cast<std::size_t>(settings.Integer("fleet-max-instances"));
    options.silence = std::chrono::duration_cast<std::chrono::milliseconds>(settings.DurationOf("fleet-silence"));
    options.handshakes = HandshakeLimitsOf(settings);
    options.messages = MessageLimitsOf(settings);
    options.patience = FleetPatienceOf(settings);
    options.watch_band.errors = static_cast<double>(settings.Integer("fleet-watch-errors")) / 100;
    options.sight_every =
        std::chrono::duration_cast<std::chrono::milliseconds>(settings.DurationOf("direct-probes-interval"));
    options.on_event = [](std::string_view event, std::string_view instance, std::string_view detail) {
        platform::Log(Level::kInfo, event, {{"instance", instance}, {"detail", detail}});
    };
    options.on_error = [](std::string_view text) {
        static platform::LogLimiter limiter(std::chrono::seconds(1));
        platform::LogLimited(limiter, Level::kWarning, "fleet.failed", {{"error", text}});
    };
    return options;
}

std::unique_ptr<DirectProbesFile> ReadProbesFile(const std::string& path, platform::Metrics& registry) {
    try {
        return std::make_unique<DirectProbesFile>(path, registry);
    } catch (const std::runtime_error& error) {
        throw platform::StartError(platform::kStartUsage, error.what());
    }
}

void WriteFleetPort(const platform::Settings& settings, std::uint16_t port) {
    const std::string& path = settings.Text("fleet-port-file");
    if (path.empty()) {
        return;
    }
    if (const auto written = platform::WriteFileAtomically(path, std::to_string(port) + "\n", 0644); !written) {
        throw platform::StartError(platform::kStartUsage, written.error().message);
    }
}

}  // namespace

FleetService::FleetService(const platform::Settings& settings, const std::string& conninfo, store::Database& database,
                           const platform::SigningKey& key, app::FleetWatch& watch, app::KillFirst& kills,
                           const fleet::SignedMemory& instance_memory, const std::string& controller,
                           fleet::Meter& meter, platform::Metrics& registry)
    : kills_(kills) {
    if (!settings.Text("fleet-listen-address").empty()) {
        fleet::ChannelOptions options = ChannelOptionsOf(settings, controller);
        options.memory = &instance_memory;
        if (const std::string& path = settings.Text("direct-probes-file"); !path.empty()) {
            direct_probes_ = ReadProbesFile(path, registry);
            options.direct_probes = direct_probes_->Targets();
        }
        channel_ = std::make_unique<fleet::Channel>(std::move(options), database, key, meter);
        AttachKills();  // before the first instance is let in
        channel_->Start();
        if (direct_probes_) {
            direct_probes_->Watch(
                [this](std::vector<fleet::DirectTarget> targets) { channel_->LookAt(std::move(targets)); });
        }
        WriteFleetPort(settings, channel_->Port());
        platform::Log(Level::kInfo, "fleet.started",
                      {{"address", settings.Text("fleet-listen-address")},
                       {"port", static_cast<std::int64_t>(channel_->Port())}});
    }
    exposure_ = std::make_unique<ExposureKeeper>(database, settings.DurationOf("fleet-drift-patience"));
    listener_ =
        std::make_unique<store::FleetListener>(store::FleetListenerOptions{.conninfo = conninfo,
                                                                           .on_news =
                                                                               [this, &watch](store::FleetNews news) {
                                                                                   watch.Tell();
                                                                                   exposure_->News(news);
                                                                                   if (channel_) {
                                                                                       channel_->News(news);
                                                                                   }
                                                                               },
                                                                           .on_state = LogListenerState});
}

void FleetService::AttachKills() {
    fleet::Channel& channel = *channel_;
    fleet::KillSender& sender = channel.Kills();
    app::KillChannel attached;
    attached.aim = [&sender](wire::KillEntry& entry, const wire::SwitchOrder& order) { sender.Aim(entry, order); };
    attached.push = [&sender](const wire::KillEntry& entry) { sender.Push(entry); };
    attached.hold = [&sender](const policy::RecordId& operation) { sender.Hold(operation); };
    attached.entered = [&sender, &channel](const policy::RecordId& operation) {
        sender.Entered(operation);
        channel.News(store::FleetNews::kOrders);
    };
    attached.answers_first = [answers = sender.Answers()] { answers->Await(); };
    attached.heard = [&channel](const policy::InstanceId& instance) {
        const auto word = channel.Heard(instance);
        return word ? std::optional(app::HeardInstance{word->generation, word->enabled, word->hosted}) : std::nullopt;
    };
    attached.connected = [&channel] { return channel.Instances(); };
    kills_.Attach(std::move(attached));
}

FleetService::~FleetService() {
    kills_.Attach({});
    listener_.reset();
    exposure_.reset();
    direct_probes_.reset();
    channel_.reset();
}

std::string ControllerName() {
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) {
        host[0] = '\0';
    }
    return std::string(host.data()) + "/" + platform::HexEncode(platform::RandomBytes(kRandomBytesOfName));
}

fleet::Patience FleetPatienceOf(const platform::Settings& settings) {
    fleet::Patience patience;
    patience.answer = settings.DurationOf("fleet-patience");
    patience.restart = settings.DurationOf("fleet-restart-patience");
    patience.verify = settings.DurationOf("fleet-verify-patience");
    return patience;
}

}  // namespace controller::daemon
