#include "pulse/daemon/switch_journal.hpp"

#include "platform/base/clock.hpp"
#include "platform/log/log.hpp"
#include "pulse/auth/credentials.hpp"
#include "tenancy/store/audit.hpp"

namespace pulse::daemon {

SwitchJournal::SwitchJournal(app::Services& services)
    : services_(services), observation_(services.tenant_switch.Observe([this](bool enabled) { Note(enabled); })) {}

void SwitchJournal::Note(bool enabled) {
    const auto reason = platform::EnumText(tenancy::ReasonOf(services_.tenant_switch.Inputs()));
    platform::Log(platform::Level::kWarning, "tenant_switch.changed", {{"enabled", enabled}, {"reason", reason}});
    tenancy::AuditEvent event;
    event.id = auth::MakeRecordId("");
    event.at = platform::SystemNow();
    event.event = enabled ? tenancy::audit_event::kSwitchedOn : tenancy::audit_event::kSwitchedOff;
    event.actor = "system";
    event.details = reason;
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(event));
}

void SwitchJournal::Write() {
    for (;;) {
        tenancy::AuditEvent event;
        {
            const std::lock_guard lock(mutex_);
            if (waiting_.empty()) {
                return;
            }
            event = waiting_.front();
        }
        tenancy::store::AppendAudit(services_.database, event);
        const std::lock_guard lock(mutex_);
        waiting_.pop_front();
    }
}

}  // namespace pulse::daemon
