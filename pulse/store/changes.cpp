#include "pulse/store/changes.hpp"

#include <utility>

#include "platform/sql/notification_listener.hpp"

namespace pulse::store {
namespace {

constexpr const char* kIdentityChannel = "pulse_identity";
constexpr std::int64_t kInstanceLock = 6370317;  // any number nobody else uses in this database

void SayWhat(const ChangeHandlers& handlers, std::string_view payload) {
    const auto space = payload.find(' ');
    handlers.on_change(payload.substr(0, space),
                       space == std::string_view::npos ? std::string_view() : payload.substr(space + 1));
}

// A silence is no reason to forget who everybody is: a server that does not answer when asked is kLost within seconds.
void SayWhether(const ChangeHandlers& handlers, platform::Hearing hearing) {
    if (hearing == platform::Hearing::kFresh || hearing == platform::Hearing::kLost) {
        handlers.on_trust(hearing == platform::Hearing::kFresh);
    }
}

}  // namespace

struct ChangeListener::Impl {
    Impl(const std::string& conninfo, ChangeHandlers given)
        : handlers(std::move(given)),
          listener({conninfo, "pulsed listener", kIdentityChannel, kInstanceLock},
                   {[this](platform::Hearing hearing) { SayWhether(handlers, hearing); },
                    [this](std::string_view payload) { SayWhat(handlers, payload); }, handlers.on_state}) {}

    const ChangeHandlers handlers;
    platform::NotificationListener listener;  // last: ends first, then nothing is told any more
};

ChangeListener::ChangeListener(std::string conninfo, ChangeHandlers handlers) {
    try {
        impl_ = std::make_unique<Impl>(conninfo, std::move(handlers));
    } catch (const platform::SessionLockTaken&) {
        throw DatabaseTaken(
            "another pulsed uses this database; one database belongs to one instance. Stop that one, or give this one "
            "a "
            "database of its own");
    }
}

ChangeListener::~ChangeListener() = default;

}  // namespace pulse::store
