// The instance looks at itself from outside when its controller asks: the checklist over its own HTTP listener, with a
// credential that it made for itself.
//
// One look at a time, on a thread of its own; of what waits the newest counts, for the controller asks again. What a
// look needs from inside (the switch, the order in force, the records of tenants) is read when it is its turn.
// Thread safe. `AddStep` before the first Verify.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "platform/base/clock.hpp"
#include "pulse/app/canary.hpp"
#include "pulse/app/services.hpp"
#include "pulse/app/tenant_digests.hpp"
#include "tenancy/probe/checklist.hpp"

namespace pulse::daemon {

struct VerifierOptions {
    std::string listen_address;  // as in the settings
    std::uint16_t port = 0;
    std::string metrics_address;
    std::uint16_t metrics_port = 0;
};

class Verifier {
public:
    using Reply = std::function<void(const tenancy::wire::Evidence&)>;
    /// How the instance is looked at: where it listens, and its credentials.
    struct Eyes {
        tenancy::probe::Target target;
        app::Canary& canary;
    };
    /// A step that this instance has beside those of the checklist; nothing when it is not due.
    using MoreSteps = std::function<std::optional<tenancy::wire::ProbeStep>(const tenancy::wire::VerifyRequest& request,
                                                                            const Eyes& eyes)>;

    /// What is given must outlive it.
    Verifier(VerifierOptions options, app::Services& services, app::TenantDigests& digests);
    ~Verifier();
    Verifier(const Verifier&) = delete;
    Verifier& operator=(const Verifier&) = delete;

    void AddStep(MoreSteps step);
    /// `reply` is called on the verifier's thread; not at all when the process ends before, or newer requests took the
    /// places.
    void Verify(const tenancy::wire::VerifyRequest& request, Reply reply);

private:
    void Loop();
    tenancy::wire::Evidence Look(const tenancy::wire::VerifyRequest& request);
    void FindTenants(tenancy::probe::Target& target);
    tenancy::probe::ProcessState State() const;
    tenancy::probe::TenantData Data(const tenancy::probe::Expectation& expectation);

    const VerifierOptions options_;
    app::Services& services_;
    app::TenantDigests& digests_;
    app::Canary canary_;
    const platform::SteadyTime began_;
    std::vector<MoreSteps> more_steps_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::pair<tenancy::wire::VerifyRequest, Reply>> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace pulse::daemon
