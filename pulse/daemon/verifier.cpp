#include "pulse/daemon/verifier.hpp"

#include <exception>

#include "platform/base/invariant.hpp"
#include "platform/log/log.hpp"
#include "pulse/ws/hub.hpp"
#include "tenancy/store/session.hpp"

namespace pulse::daemon {
namespace {

namespace probe = tenancy::probe;
namespace tenancy_wire = tenancy::wire;
using std::chrono::milliseconds;

constexpr std::size_t kMostWaiting = 4;

/// Where a request of this machine reaches what listens at `address`.
std::string HostOf(const std::string& address) {
    if (address.empty() || address == "0.0.0.0") {
        return "127.0.0.1";
    }
    if (address == "::") {
        return "[::1]";
    }
    return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

std::string UrlOf(const std::string& address, std::uint16_t port) {
    return "http://" + HostOf(address) + ":" + std::to_string(port);
}

tenancy_wire::Evidence Inconclusive(const tenancy_wire::VerifyRequest& request, const std::string& detail) {
    tenancy_wire::Evidence evidence;
    evidence.request = request.request;
    evidence.sent_at = platform::SystemNow();
    tenancy_wire::ProbeStep step;
    step.step = request.purpose == tenancy_wire::VerifyPurpose::kWatch ? tenancy_wire::ProbeKind::kWatch
                                                                       : tenancy_wire::ProbeKind::kProbes;
    step.at = evidence.sent_at;
    step.detail = detail;
    evidence.steps.push_back(std::move(step));
    return evidence;
}

}  // namespace

Verifier::Verifier(VerifierOptions options, app::Services& services, app::TenantDigests& digests)
    : options_(std::move(options)),
      services_(services),
      digests_(digests),
      canary_(services, HostOf(options_.listen_address)),
      began_(platform::SteadyNow() - std::chrono::duration_cast<platform::SteadyTime::duration>(
                                         platform::SystemNow() - services.instance.started_at)) {
    thread_ = std::thread([this] { Loop(); });
}

Verifier::~Verifier() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Verifier::AddStep(MoreSteps step) {
    more_steps_.push_back(std::move(step));
}

void Verifier::Verify(const tenancy_wire::VerifyRequest& request, Reply reply) {
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() == kMostWaiting) {
            waiting_.pop_front();
        }
        waiting_.emplace_back(request, std::move(reply));
    }
    changed_.notify_all();
}

void Verifier::Loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) {
            return;
        }
        const auto [request, reply] = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        tenancy_wire::Evidence evidence;
        try {
            evidence = Look(request);
        } catch (const std::exception& error) {
            static platform::LogLimiter limiter(std::chrono::seconds(10));
            platform::LogLimited(limiter, platform::Level::kError, "verification.failed",
                                 {{"error", std::string_view(error.what())}});
            // What it was is in this instance's log; it is nothing for others.
            evidence = Inconclusive(request, "The instance could not look at itself; its log says why.");
        }
        reply(evidence);
        lock.lock();
    }
}

void Verifier::FindTenants(probe::Target& target) {
    const auto scope = tenancy::PlatformScope::For("system", "verification");
    PORTCULLIS_INVARIANT(scope.has_value(), "an act names who acts and why");
    target.tenants = probe::Tenants::kNone;
    for (const tenancy::OrgId& id : tenancy::store::ListOrgIds(services_.database, *scope)) {
        const auto org = id.IsDefault() ? nullptr : services_.directory.Find(id);
        // One that a rollout has not reached says nothing of the switch.
        if (!org || org->lifecycle.status != tenancy::OrgStatus::kActive ||
            (!services_.Hosted() && !services_.control_link.TenancyIsOn(id))) {
            continue;
        }
        if (target.tenants == probe::Tenants::kSome) {
            target.other_tenant = id.Text();
            return;
        }
        target.tenants = probe::Tenants::kSome;
        target.tenant = id.Text();
        target.tenant_canary = canary_.OfTenant(id);
    }
}

probe::ProcessState Verifier::State() const {
    probe::ProcessState state;
    state.source = "the process";
    state.enabled = services_.tenant_switch.Enabled();
    state.generation = services_.control_link.Generation();
    state.problem = services_.control_link.Problem();
    state.boot_id = services_.instance.boot_id;
    state.age = std::chrono::duration_cast<milliseconds>(platform::SteadyNow() - began_);
    state.hosted = services_.Hosted();
    if (services_.sockets != nullptr) {
        state.tenant_sockets = static_cast<std::int64_t>(services_.sockets->CountOfTenants());
    }
    return state;
}

probe::TenantData Verifier::Data(const probe::Expectation& expectation) {
    probe::TenantData data;
    try {
        data.now = digests_.Take();
        if (expectation.baseline && *expectation.baseline == *data.now) {
            digests_.SameAsBefore(*data.now);
        } else if (expectation.baseline && !expectation.enabled) {
            data.since_off = digests_.SinceOff();
            data.now = digests_.Take();
        }
    } catch (const std::exception& error) {
        data.now.reset();
        data.problem = "the records could not be read";
        platform::Log(platform::Level::kWarning, "verification.no_digest", {{"error", std::string_view(error.what())}});
    }
    return data;
}

tenancy_wire::Evidence Verifier::Look(const tenancy_wire::VerifyRequest& request) {
    probe::Target target;
    target.base_url = UrlOf(options_.listen_address, options_.port);
    target.metrics_url = UrlOf(options_.metrics_address, options_.metrics_port) + "/metrics";
    target.surface = probe::Surface::kPulsed;
    target.probed_by = "instance";
    target.canary = canary_.OfDefault();
    target.canary_may_write = !services_.demo;
    tenancy_wire::Evidence evidence;
    evidence.request = request.request;
    if (request.purpose == tenancy_wire::VerifyPurpose::kWatch) {
        probe::Watched watched = probe::Sample(target);
        evidence.steps.push_back(std::move(watched.step));
        evidence.sample = watched.sample;
        evidence.sent_at = platform::SystemNow();
        return evidence;
    }
    FindTenants(target);
    probe::Expectation expectation = probe::Expectation::Of(request);
    if (!expectation.baseline) {
        expectation.baseline = digests_.BeforeOff();
    }
    if (request.kind != tenancy_wire::VerifyKind::kMultiTenant) {
        // Such an order leaves the switch as it is.
        expectation.enabled = services_.tenant_switch.Enabled();
        const auto licence = services_.licences.OfInstallation();
        expectation.licensed = licence && app::HasMultiTenant(*licence) == tenancy::Fact::kYes;
    }
    evidence.steps = probe::RunChecklist(target, expectation, State(), Data(expectation));
    for (const MoreSteps& more : more_steps_) {
        if (auto step = more(request, {target, canary_})) {
            evidence.steps.push_back(std::move(*step));
        }
    }
    evidence.sent_at = platform::SystemNow();
    return evidence;
}

}  // namespace pulse::daemon
