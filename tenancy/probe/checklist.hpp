// The operator's checklist, executed: what an instance claims about the switch, held against what it does.
//
// Black box, over HTTP and WebSocket, against anything that has Pulse's surface. Every request has a time-out, every
// answer a limit, the whole run a deadline; redirects are not followed; what was not asked any more, not answered in
// time or not known is inconclusive, never passed. A step that did not pass says what was expected and what came.
//
//   value       what the process itself has in force, as the caller found it
//   restart     only when the order's mode is restart: the process began after the order, with another boot id
//   probes      default organization 200; off: every organization route and every selected tenant 501
//               feature_disabled; on: the list 200, the tenant 200 to who may and 403 to who may not
//   ui          the page of the default user; off: no switcher, no settings, no such wording
//   websocket   default organization connects; off: a selected tenant is refused; on: accepted for who may
//   data        count and digest of tenants' records
//   flags       what organizations are served as their features, against the flags ordered for them
//
// Writing routes are asked for an organization that cannot exist, by a token, which no writing route takes: whatever
// the instance does, nothing changes. Bodies of answers that were successful never become evidence, for they are
// tenants' data; neither do credentials.
//
// Functions have no state; each call uses connections of its own. Thread safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "platform/base/expected.hpp"
#include "tenancy/wire/evidence.hpp"

namespace tenancy::probe {

/// Where the instance's answers differ from each other by design.
enum class Surface : std::uint8_t {
    kPulsed,  // ours
    kPulse,   // the unmodified one: its known defects are named in the evidence
};

/// Whether there are tenants that could be selected.
enum class Tenants : std::uint8_t { kUnknown, kNone, kSome };

struct Target {
    std::string base_url;     // "http://127.0.0.1:7655", nothing behind it
    std::string metrics_url;  // "http://127.0.0.1:9091/metrics"; empty: not known, and nothing can be watched
    Surface surface = Surface::kPulsed;
    std::string probed_by;  // instance, agent or controller

    /// API token bound to the default organization: monitoring:read, settings:read and, for all routes to answer 501,
    /// settings:write. Without the last, or where nothing can be written, writing routes are not judged.
    std::string canary;
    bool canary_may_write = true;

    Tenants tenants = Tenants::kUnknown;
    std::string tenant;         // kSome: the id of an active one
    std::string tenant_canary;  // API token bound to `tenant`, monitoring:read; empty: there is none
    std::string other_tenant;   // another one, which `tenant_canary` must not enter; empty: not known

    std::chrono::milliseconds request_timeout{2'000};
    std::chrono::milliseconds deadline{8'000};  // of a whole run
};

/// What the process has in force, found by whoever can look into it. What is empty could not be found out.
struct ProcessState {
    std::optional<bool> enabled;
    std::string source;   // "the process", "/proc/4711/environ of pulse"
    std::string problem;  // for people: why it is not known, or what is odd about it
    std::optional<std::int64_t> generation;
    std::string boot_id;
    std::optional<std::chrono::milliseconds> age;  // since its start, by a clock that does not jump
    bool hosted = false;                           // the switch does not decide
    std::optional<std::int64_t> tenant_sockets;    // open WebSockets of tenants
};

/// What there is of tenants' records. What is empty is not known.
struct TenantData {
    std::optional<wire::TenantDigest> now;
    std::string problem;  // why it is not known
    /// Taken after the switch had gone off, when no tenant could write any more. With it, what tenants wrote between
    /// the baseline and the switch is told from what happened to their records afterwards.
    std::optional<wire::TenantDigest> since_off;
};

struct Expectation {
    wire::VerifyKind kind = wire::VerifyKind::kMultiTenant;
    bool enabled = false;
    wire::ApplyMode mode = wire::ApplyMode::kHot;
    std::int64_t generation = 0;
    std::chrono::milliseconds ordered_ago{0};
    std::optional<std::string> previous_boot_id;
    std::optional<wire::TenantDigest> baseline;
    /// False: the instance has no licence for tenants, and 402 is the right answer while on. An order to switch on is
    /// not carried out by an instance without a licence, so there it stays true.
    bool licensed = true;

    static Expectation Of(const wire::VerifyRequest& request);
};

/// All steps that are due, in the order of the checklist.
std::vector<wire::ProbeStep> RunChecklist(const Target& target, const Expectation& expectation,
                                          const ProcessState& process, const TenantData& data);
/// The steps that need nobody inside: probes, ui, websocket.
std::vector<wire::ProbeStep> ProbeFromOutside(const Target& target, const Expectation& expectation);

/// An organization, the API token to ask with (bound to it, monitoring:read), and the flags that are to be on there.
struct FeaturesAsked {
    std::string org;
    std::string credential;
    std::vector<std::string> on;
};
/// Whether organizations other than the default one are served at all.
enum class TenantsAre : std::uint8_t { kNotKnown, kServed, kSwitchedOff };
/// What is known of flags without asking: judged with the rest of the step.
struct FlagsInside {
    std::vector<wire::ProbeCheck> checks;
    std::map<std::string, std::variant<bool, std::int64_t, std::string>> facts;
    std::vector<std::string> remarks;
};
/// The step flags: each is asked, over HTTP, which features it has. Those that are not asked are not judged.
wire::ProbeStep ProbeFeatures(const Target& target, const std::vector<FeaturesAsked>& asked, TenantsAre tenants,
                              FlagsInside inside = {});

/// What one organization is served.
struct FeaturesSeen {
    enum class Answer : std::uint8_t { kOther, kListed, kSwitchedOff, kNoSuchOrganization, kRefused };
    std::string org;
    Answer answer = Answer::kOther;
    bool answered = false;        // by whatever
    std::vector<std::string> on;  // kListed; sorted
    std::string problem;          // what came instead of a list
    // kRefused: there is such an organization, and the token is not for it, or it is suspended.
};
FeaturesSeen SeeFeatures(const Target& target, const FeaturesAsked& asked);

struct Watched {
    wire::ProbeStep step;                     // watch: whether the default organization is healthy now
    std::optional<wire::WatchSample> sample;  // nothing when the counters could not be read
    /// Of the default organization alone; inconclusive when it did not answer, or there is nothing to ask with.
    wire::ProbeOutcome default_org = wire::ProbeOutcome::kInconclusive;
};
/// One sample of the watch: the default organization, and the counters of the process's metrics.
Watched Sample(const Target& target);

/// All of it for one request of the controller.
wire::Evidence Answer(const wire::VerifyRequest& request, const Target& target, const ProcessState& process,
                      const TenantData& data);

}  // namespace tenancy::probe
