#include "pulse/app/licence.hpp"

#include <algorithm>
#include <limits>

#include "platform/base/files.hpp"
#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "platform/log/log.hpp"
#include "pulse/store/billing.hpp"

namespace pulse::app {
namespace {

constexpr std::size_t kMostLicenceBytes = std::size_t{64} * 1024;
constexpr std::size_t kMostTenantsInMemory = 10'000;
constexpr std::chrono::seconds kLookEvery{1};

std::shared_ptr<const wire::BillingState> NoLicence() {
    static const auto none = std::make_shared<const wire::BillingState>();
    return none;
}

tenancy::TenantScope BillingScope(std::string_view org_id, std::string_view actor, std::string_view reason) {
    auto scope = tenancy::TenantScope::PlatformAct(tenancy::OrgId::Trusted(std::string(org_id)), std::string(actor),
                                                   std::string(reason));
    PORTCULLIS_INVARIANT(scope.has_value(), "an act names who acts and why");
    return std::move(*scope);
}

}  // namespace

Licences::Licences(std::filesystem::path file, platform::Database& database)
    : file_(std::move(file)), database_(database), installed_(NoLicence()), tenants_(kMostTenantsInMemory) {}

std::shared_ptr<const wire::BillingState> Licences::OfInstallation() {
    const std::lock_guard lock(mutex_);
    if (!file_.empty() && platform::SteadyNow() >= look_again_at_) {
        LookAgain();
        look_again_at_ = platform::SteadyNow() + kLookEvery;
    }
    return installed_;
}

void Licences::LookAgain() {
    std::error_code error;
    const auto time = std::filesystem::last_write_time(file_, error);
    if (error) {
        if (read_time_) {
            platform::Log(platform::Level::kWarning, "licence.gone", {{"file", file_.string()}});
        }
        installed_ = NoLicence();
        read_time_.reset();
        return;
    }
    if (read_time_ == time) {
        return;
    }
    read_time_ = time;
    const auto text = platform::ReadFile(file_.string(), kMostLicenceBytes);
    auto state = text ? wire::DecodeBillingState(*text) : std::nullopt;
    if (!state) {
        platform::Log(platform::Level::kError, "licence.unreadable",
                      {{"file", file_.string()},
                       {"hint", text ? "it is not a licence document; nothing is licensed until it is one"
                                     : std::string_view(text.error().message)}});
    } else {
        platform::Log(platform::Level::kInfo, "licence.read",
                      {{"file", file_.string()}, {"capabilities", platform::Join(state->capabilities, ",")}});
    }
    installed_ = state ? std::make_shared<const wire::BillingState>(std::move(*state)) : NoLicence();
}

std::shared_ptr<const wire::BillingState> Licences::OfTenant(std::string_view org_id) {
    return tenants_.Get(org_id, [&](std::string_view key) -> std::optional<wire::BillingState> {
        const auto document = tenancy::store::OneTrip(
            database_, BillingScope(key, "system", "deciding about a request"), store::FindBillingState);
        return document ? wire::DecodeBillingState(*document) : std::nullopt;
    });
}

void Licences::PutTenant(std::string_view org_id, const wire::BillingState& state, std::string_view actor) {
    const std::string document = wire::EncodeBillingState(state);
    tenancy::store::Write(database_, BillingScope(org_id, actor, "setting the billing state"),
                          [&](tenancy::store::TenantTx& tx) { store::PutBillingState(tx, document, actor); });
    ForgetTenant(org_id);
}

void Licences::ForgetTenant(std::string_view org_id) {
    tenants_.Forget(org_id);
}

void Licences::EnableCaches(bool enabled) {
    tenants_.Enable(enabled);
}

tenancy::Fact HasMultiTenant(const wire::BillingState& state) {
    return tenancy::FactOf(std::ranges::find(state.capabilities, kMultiTenantFeature) != state.capabilities.end());
}

std::optional<int> MaxUsers(const wire::BillingState& state) {
    const auto found = state.limits.find(std::string(kUserLimit));
    if (found == state.limits.end() || found->second <= 0) {
        return std::nullopt;
    }
    return static_cast<int>(std::min<std::int64_t>(found->second, std::numeric_limits<int>::max()));
}

tenancy::Subscription SubscriptionOf(const wire::BillingState* state, platform::Time now) {
    using tenancy::Subscription;
    if (state == nullptr) {
        return Subscription::kNone;
    }
    if (state->subscription_state == "active") {
        return Subscription::kActive;
    }
    if (state->subscription_state == "grace") {
        return Subscription::kGrace;
    }
    if (state->subscription_state == "trial") {
        const auto now_seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
        return state->trial_ends_at && *state->trial_ends_at > now_seconds ? Subscription::kTrial
                                                                           : Subscription::kTrialOver;
    }
    return Subscription::kNone;
}

}  // namespace pulse::app
