// The digest over all tenants' records: as it was while tenants could work, as it was when they no longer could, and as
// it is.
//
// What is taken costs one statement over every tenant's rows, so it is taken when asked for, now and then while tenants
// work (never more often than every `kEvery`, nor for more than a fiftieth of the time), and once behind a switch that
// has gone off, when what was on its way has ended.
// Errors: platform::Unavailable and what else the database throws. Thread safe.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

#include "platform/base/clock.hpp"
#include "pulse/app/services.hpp"
#include "tenancy/wire/evidence.hpp"

namespace pulse::app {

class TenantDigests {
public:
    explicit TenantDigests(Services& services);

    /// Takes it now.
    tenancy::wire::TenantDigest Take();
    /// The newest that was taken; nothing before the first.
    std::optional<tenancy::wire::TenantDigest> Latest() const;
    /// Takes it when the newest is old, and when one behind the switch is due.
    void Refresh();

    /// The newest from before the switch went off.
    std::optional<tenancy::wire::TenantDigest> BeforeOff() const;
    /// The first from behind it; nothing while the switch is on. Waits until one can be taken, a fraction of a second.
    std::optional<tenancy::wire::TenantDigest> SinceOff();
    /// What was taken behind the switch was found to be as before it: nothing was on its way, so it is that first one.
    void SameAsBefore(const tenancy::wire::TenantDigest& digest);

private:
    void Moved(bool enabled);

    Services& services_;
    mutable std::mutex mutex_;
    std::condition_variable moved_;
    std::optional<tenancy::wire::TenantDigest> latest_;
    platform::SteadyTime take_again_at_{};
    std::optional<tenancy::wire::TenantDigest> before_off_;
    std::optional<tenancy::wire::TenantDigest> since_off_;
    std::optional<platform::SteadyTime> off_at_;  // nothing while on
    tenancy::TenantSwitch::Observation observation_;
};

}  // namespace pulse::app
