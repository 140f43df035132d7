#include "pulse/daemon/fleet_link.hpp"

#include "platform/log/log.hpp"

namespace pulse::daemon {
namespace {

using platform::Level;
using tenancy::link::ChannelEvent;

/// A controller that is away is tried again and again; one line in a while says so.
void LogChannel(ChannelEvent event, std::string_view detail) {
    static platform::LogLimiter away(std::chrono::seconds(10));
    static platform::LogLimiter refused(std::chrono::seconds(10));
    switch (event) {
        case ChannelEvent::kConnected:
            return platform::Log(Level::kInfo, "controller.connected", {{"key_id", detail}});
        case ChannelEvent::kEnrolled:
            return platform::Log(Level::kInfo, "controller.enrolled", {{"key_id", detail}});
        case ChannelEvent::kOrderTaken:
            return platform::Log(Level::kInfo, "controller.order_taken", {{"detail", detail}});
        case ChannelEvent::kOrderRefused:
            return platform::Log(Level::kWarning, "controller.order_refused", {{"detail", detail}});
        case ChannelEvent::kHandoverRefused:
            return platform::Log(Level::kWarning, "controller.handover_refused", {{"detail", detail}});
        case ChannelEvent::kDisconnected:
            return platform::LogLimited(away, Level::kWarning, "controller.away", {{"detail", detail}});
        case ChannelEvent::kRefused:
            return platform::LogLimited(refused, Level::kError, "controller.refuses", {{"detail", detail}});
    }
}

}  // namespace

std::unique_ptr<tenancy::link::ControlChannel> OpenFleetLink(const platform::Settings& settings,
                                                             const std::string& control_folder, app::Services& services,
                                                             Verifier& verifier, std::function<void()> restart) {
    if (settings.Text("controller-url").empty()) {
        return nullptr;
    }
    tenancy::link::ChannelOptions options;
    options.controller_url = settings.Text("controller-url");
    options.ca_file = settings.Text("controller-ca-file");
    options.folder = control_folder;
    options.enrolment_token_file = settings.Text("enrolment-token-file");
    options.describe = [&services](tenancy::wire::Report& report) {
        report.boot_id = services.instance.boot_id;
        report.process_started_at = services.instance.started_at;
        report.program = "pulsed " + services.instance.version;
        report.hosted = services.Hosted();
    };
    options.on_accepted = [restart = std::move(restart)](const tenancy::link::AcceptResult& result) {
        if (result.restart_due) {
            restart();
        }
    };
    options.on_verify = [&verifier](const tenancy::wire::VerifyRequest& request, Verifier::Reply reply) {
        verifier.Verify(request, std::move(reply));
    };
    options.on_event = LogChannel;
    options.on_error = [](std::string_view text) {
        platform::Log(Level::kWarning, "controller.channel_failed", {{"error", text}});
    };
    return std::make_unique<tenancy::link::ControlChannel>(std::move(options), services.control_link,
                                                           services.tenant_switch);
}

}  // namespace pulse::daemon
