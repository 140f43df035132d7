#include "pulse/app/tenant_digests.hpp"

#include <algorithm>

#include "platform/base/invariant.hpp"
#include "tenancy/store/records.hpp"

namespace pulse::app {
namespace {

constexpr std::chrono::seconds kEvery{5};
constexpr int kShareOfTime = 50;
/// Requests that were let in while the switch was on end within it.
constexpr std::chrono::milliseconds kUnderWay{250};

}  // namespace

TenantDigests::TenantDigests(Services& services) : services_(services) {
    observation_ = services_.tenant_switch.Observe([this](bool enabled) { Moved(enabled); });
    Moved(services_.tenant_switch.Enabled());
}

void TenantDigests::Moved(bool enabled) {
    const std::lock_guard lock(mutex_);
    since_off_.reset();
    moved_.notify_all();
    if (enabled) {
        off_at_.reset();
        return;
    }
    before_off_ = latest_;
    off_at_ = platform::SteadyNow();
}

tenancy::wire::TenantDigest TenantDigests::Take() {
    const auto scope = tenancy::PlatformScope::For("system", "verification of tenants' records");
    PORTCULLIS_INVARIANT(scope.has_value(), "an act names who acts and why");
    const auto begun = platform::SteadyNow();
    auto digest = tenancy::store::Read(
        services_.database, *scope, [](tenancy::store::PlatformTx& tx) { return tenancy::store::DigestTenants(tx); });
    const auto now = platform::SteadyNow();
    const std::lock_guard lock(mutex_);
    latest_ = digest;
    take_again_at_ = now + std::max<platform::SteadyTime::duration>(kEvery, (now - begun) * kShareOfTime);
    if (off_at_ && !since_off_ && begun >= *off_at_ + kUnderWay) {
        since_off_ = digest;
    }
    return digest;
}

std::optional<tenancy::wire::TenantDigest> TenantDigests::Latest() const {
    const std::lock_guard lock(mutex_);
    return latest_;
}

std::optional<tenancy::wire::TenantDigest> TenantDigests::BeforeOff() const {
    const std::lock_guard lock(mutex_);
    return before_off_;
}

void TenantDigests::SameAsBefore(const tenancy::wire::TenantDigest& digest) {
    const std::lock_guard lock(mutex_);
    if (off_at_ && !since_off_) {
        since_off_ = digest;
    }
}

void TenantDigests::Refresh() {
    {
        const std::lock_guard lock(mutex_);
        const bool behind = off_at_ && !since_off_;
        const auto due = behind ? *off_at_ + kUnderWay : take_again_at_;
        if (platform::SteadyNow() < due || (off_at_ && since_off_)) {
            return;
        }
    }
    Take();
}

std::optional<tenancy::wire::TenantDigest> TenantDigests::SinceOff() {
    {
        std::unique_lock lock(mutex_);
        while (off_at_ && !since_off_ && platform::SteadyNow() < *off_at_ + kUnderWay) {
            moved_.wait_until(lock, *off_at_ + kUnderWay);
        }
        if (!off_at_ || since_off_) {
            return since_off_;
        }
    }
    Take();
    const std::lock_guard lock(mutex_);
    return since_off_;
}

}  // namespace pulse::app
