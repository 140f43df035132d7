#include "controller/daemon/fleet_service.hpp"

#include "platform/log/log.hpp"

namespace controller::daemon {
namespace {

void LogListenerState(std::string_view problem) {
    if (problem.empty()) {
        platform::Log(platform::Level::kInfo, "fleet.news_heard", {});
    } else {
        platform::Log(platform::Level::kWarning, "fleet.news_unheard", {{"error", problem}});
    }
}

}  // namespace

FleetService::FleetService(const std::string& conninfo, app::FleetWatch& watch)
    : listener_(std::make_unique<store::FleetListener>(store::FleetListenerOptions{
          .conninfo = conninfo, .on_news = [&watch](store::FleetNews) { watch.Tell(); }, .on_state = LogListenerState})) {
}

FleetService::~FleetService() = default;

}  // namespace controller::daemon
