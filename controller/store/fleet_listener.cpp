#include "controller/store/fleet_listener.hpp"

#include <array>
#include <utility>

#include "platform/sql/notification_listener.hpp"

namespace store {
namespace {

constexpr std::array<std::pair<std::string_view, FleetNews>, 6> kWords{{
    {"orders", FleetNews::kOrders},
    {"steps", FleetNews::kSteps},
    {"credentials", FleetNews::kCredentials},
    {"verify", FleetNews::kVerify},
    {"exposure", FleetNews::kExposure},
    {"keys", FleetNews::kKeys},
}};

FleetNews NewsOf(std::string_view payload) {
    for (const auto& [word, news] : kWords) {
        if (payload == word) {
            return news;
        }
    }
    return FleetNews::kAnything;
}

}  // namespace

struct FleetListener::Impl {
    explicit Impl(const FleetListenerOptions& options)
        : listener({.conninfo = options.conninfo,
                    .application_name = "portcullisd fleet",
                    .channel = "portcullis_fleet",
                    .session_lock = std::nullopt},
                   {.on_hearing =
                        [tell = options.on_news](platform::Hearing hearing) {
                            if (hearing == platform::Hearing::kFresh) {
                                tell(FleetNews::kAnything);
                            }
                        },
                    .on_payload = [tell = options.on_news](std::string_view payload) { tell(NewsOf(payload)); },
                    .on_state = options.on_state}) {}

    platform::NotificationListener listener;
};

FleetListener::FleetListener(const FleetListenerOptions& options) : impl_(std::make_unique<Impl>(options)) {}

FleetListener::~FleetListener() = default;

}  // namespace store
