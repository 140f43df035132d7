// Changes of the tenant switch, on their way into the audit log of the default organization.
//
// The change acts first and is logged at once; the entry is written by Write, which is called every second and at the
// end. While the database is away, entries wait in memory and are written, with the time of the change, when it is
// back. Thread safe. Must not outlive the services.
#pragma once

#include <deque>
#include <mutex>

#include "pulse/app/services.hpp"
#include "tenancy/audit.hpp"

namespace pulse::daemon {

class SwitchJournal {
public:
    explicit SwitchJournal(app::Services& services);
    SwitchJournal(const SwitchJournal&) = delete;
    SwitchJournal& operator=(const SwitchJournal&) = delete;

    /// platform::Unavailable: what is left is kept.
    void Write();

private:
    void Note(bool enabled);

    app::Services& services_;
    std::mutex mutex_;
    std::deque<tenancy::AuditEvent> waiting_;
    tenancy::TenantSwitch::Observation observation_;
};

}  // namespace pulse::daemon
