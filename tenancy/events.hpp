// To whom an event goes. Everything about an organization's data goes to that organization's subscribers alone; the
// few global types, which hold nothing of anybody's data, go to all.
//
// The scope of a type is in one table below: a new type has to state its own. An event without an organization belongs
// to `default`; one for an organization nobody subscribed to reaches nobody. Pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "platform/base/enum_text.hpp"
#include "tenancy/org_id.hpp"

namespace tenancy {

enum class EventType : std::uint8_t {
    kWelcome,
    kInitialState,
    kRawData,
    kAlert,
    kAlertResolved,
    kCustom,
    kPing,
    kPong,
    kUpdateProgress,
    kNodeConfigChanged,
    kDiscoveryUpdate,
    kSettingsUpdate,
};

enum class EventScope : std::uint8_t { kTenant, kGlobal };

constexpr EventScope ScopeOf(EventType type) noexcept {
    switch (type) {
        case EventType::kWelcome:
        case EventType::kInitialState:
        case EventType::kRawData:
        case EventType::kAlert:
        case EventType::kAlertResolved:
        case EventType::kCustom:
        case EventType::kPong:
            return EventScope::kTenant;
        case EventType::kPing:
        case EventType::kUpdateProgress:
        case EventType::kNodeConfigChanged:
        case EventType::kDiscoveryUpdate:
        case EventType::kSettingsUpdate:
            return EventScope::kGlobal;
    }
    return EventScope::kTenant;
}

struct Event {
    EventType type = EventType::kCustom;
    OrgId org;  // default unless said otherwise; of no meaning for a global type
    /// The message as it is sent, encoded once for all subscribers.
    std::shared_ptr<const std::string> message;
};

/// Whether a subscriber of `subscriber` receives it.
bool DeliverTo(const Event& event, const OrgId& subscriber) noexcept;

}  // namespace tenancy

namespace platform {

/// The `type` of the message on the wire.
template <>
struct EnumNames<tenancy::EventType> {
    static constexpr std::array<EnumName<tenancy::EventType>, 12> kNames{{
        {tenancy::EventType::kWelcome, "welcome"},
        {tenancy::EventType::kInitialState, "initialState"},
        {tenancy::EventType::kRawData, "rawData"},
        {tenancy::EventType::kAlert, "alert"},
        {tenancy::EventType::kAlertResolved, "alertResolved"},
        {tenancy::EventType::kCustom, "custom"},
        {tenancy::EventType::kPing, "ping"},
        {tenancy::EventType::kPong, "pong"},
        {tenancy::EventType::kUpdateProgress, "update:progress"},
        {tenancy::EventType::kNodeConfigChanged, "node_config_changed"},
        {tenancy::EventType::kDiscoveryUpdate, "discovery_update"},
        {tenancy::EventType::kSettingsUpdate, "settings_update"},
    }};
};

}  // namespace platform
