// Everything a promotion may look at, as plain values: what the rules are functions of.
//
// Loaded by store::LoadPromotionFacts in one transaction; built by hand in tests. `now` is a field: no rule reads a
// clock. A fact that is missing is an empty optional or list and never means yes. Value types; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/instance_id.hpp"
#include "controller/policy/manifest.hpp"
#include "controller/policy/requirements.hpp"
#include "controller/policy/types.hpp"

namespace policy {

/// CLS-5: the lowest class the changed paths suggest, and the path and pattern that say so.
struct ClassFloor {
    ReleaseClass floor = ReleaseClass::kUiOnly;
    std::string path;
    std::string pattern;
    std::string topic;  // "auth", "audit", "schema" ...
};

struct PathRule {
    std::string pattern;  // glob over '/'-separated paths: `**` any folders, `*` within one, `?` one character;
                          // case-insensitive
    ReleaseClass floor = ReleaseClass::kMechanism;
    std::string topic;
};

struct ReleaseFacts {
    ReleaseId id;
    PrincipalId author;  // who submitted the current manifest revision
    Channel channel = Channel::kDev;
    ReleaseStatus status = ReleaseStatus::kActive;
    Time channel_entered_at{};
    Time content_since{};  // since when the current content hash is in force
    bool promotion_begun = false;
    std::string content_hash;  // SHA-256 hex of the canonical manifest
    std::string change_hash;  // SHA-256 hex of what CLS-6 freezes: class, files, artifacts, data changes, flag, version
    std::int64_t revision = 0;
};

struct ApprovalFacts {
    RecordId id;
    ApprovalScope scope = ApprovalScope::kClass;
    Role role = Role::kDevLead;
    PrincipalId principal;
    PrincipalKind principal_kind = PrincipalKind::kUser;
    bool entitled = false;      // SOD-4: active and holding that role now
    bool hash_matches = false;  // SOD-5: the content approved is the content now
    bool revoked = false;
    Time at{};
};

struct ConsentFacts {
    RecordId id;
    PrincipalKind recorded_by_kind = PrincipalKind::kUser;  // SOD-1
    std::string given_by;
    std::string capacity;
    std::string evidence;
    Time given_at{};
    std::optional<Time> expires_at;
    std::optional<Time> withdrawn_at;
};

struct TenantFacts {
    TenantId id;
    bool registered = false;
    TenantKind kind = TenantKind::kProduction;
    ChannelPreference preference = ChannelPreference::kAny;
    bool on_plan = false;
    std::optional<ConsentFacts> consent;  // the newest that covers this release's experimental exposure
};

enum class MeasurementState : std::uint8_t { kMet, kUnmet, kInconclusive };

/// The answer of a metrics source to one exit criterion. Absent: not asked yet, which is inconclusive.
struct Measurement {
    MeasurementState state = MeasurementState::kInconclusive;
    std::optional<double> value;
    std::optional<std::int64_t> samples;
    std::string detail;  // "1 series, 340 samples", "source did not answer within 2 s"
    Time at{};
};

struct CriterionFacts {
    ExitCriterion criterion;
    std::optional<Measurement> measurement;  // for a metric criterion
};

struct PlanFacts {
    std::int64_t revision = 0;
    std::string content_hash;
    std::string opt_in_method;
    std::optional<Date> start_date;
    std::optional<Duration> minimum_stay;
    std::optional<Duration> maximum_stay;
    std::string owner;
    std::vector<TenantFacts> tenants;
    std::vector<CriterionFacts> criteria;
};

struct CheckFacts {
    RecordId id;
    Control control = Control::kTests;
    std::string key;  // of the exit criterion; empty otherwise
    CheckOutcome outcome = CheckOutcome::kInconclusive;
    EvidenceTier tier = EvidenceTier::kDocumented;
    Channel channel = Channel::kDev;  // the release's channel when it was recorded
    Time performed_at{};
    Time recorded_at{};
    bool change_matches = false;  // recorded for the current change hash
    bool has_evidence = false;
    bool has_reason = false;  // needed by not_applicable
    bool resolved = false;    // a red item closed by a named resolution that cites it
};

struct IncidentFacts {
    RecordId id;
    Severity severity = Severity::kSev4;
    IncidentState state = IncidentState::kOpen;
    Time opened_at{};
    std::optional<Time> resolved_at;
    /// "tenant acme": not the release itself, but what it would reach; for open SEV-1 only (CHN-5).
    std::optional<std::string> through = {};
};

/// CHN-5: opened by a SEV-1; a person decides to roll back or to continue.
struct RollbackEvaluationFacts {
    RecordId id;
    RecordId incident;
    bool decided = false;
};

struct HardStopFacts {
    RecordId id;
    HardStop rule = HardStop::kHst1;
    std::string reason;
    std::string raised_by;
    bool open = true;
};

struct RiskAcceptanceFacts {
    RecordId id;
    PrincipalId principal;
    PrincipalKind principal_kind = PrincipalKind::kUser;
    bool entitled = false;
    bool hash_matches = false;
    bool revoked = false;
    std::string risk;
    std::string rationale;
    std::optional<Date> review_date;  // lapses at the start of that day, UTC
};

struct SignatureFacts {
    Role role = Role::kSystemOwner;
    PrincipalId principal;
    PrincipalKind principal_kind = PrincipalKind::kUser;
    bool entitled = false;
    bool hash_matches = false;  // signed hash == memo's content hash
    Time at{};
};

/// The newest decided memo for one target channel.
struct MemoFacts {
    std::int64_t number = 0;
    Channel target = Channel::kStable;
    Decision decision = Decision::kNoGo;
    bool manifest_matches = false;  // decided over the current manifest content hash
    Time decided_at{};
    std::vector<SignatureFacts> signatures;
};

/// One window, already turned into instants.
struct FreezeFacts {
    RecordId id;
    FreezeScope scope = FreezeScope::kGlobal;
    std::optional<Channel> channel;
    std::optional<TenantFacts> tenant;  // for scope tenant
    Time starts_at{};
    Time ends_at{};
    std::string reason;
};

/// What an instance reports differs from what the plan says.
enum class ExposureDrift : std::uint8_t {
    kExposed,       // the flag is on for tenants that are not to have it
    kMissing,       // it was ordered on for these long enough ago, and is not
    kContradicted,  // says another thing of these than a controller saw there, or than it says itself elsewhere
    kGone,          // said that it hosts these, which are to have it; now nobody says so
    kNotOrdered,    // these are to have it, and the instance was not told yet
    kUnknown,       // hosts organizations that are no tenants here
    kUnrestricted,  // was never told of a rollout's flag, or does not know it: on for these, which are not to have it
    kUnseen,        // a controller was told to look at it, and cannot
    kSilent         // never said what it hosts
};

struct ExposureDriftFacts {
    InstanceId instance;
    ExposureDrift kind = ExposureDrift::kSilent;
    std::vector<std::string> tenants;  // organizations of the instance
};

struct PromotionFacts {
    Time now{};
    Channel to = Channel::kExperimental;
    ReleaseFacts release;
    Manifest manifest;
    std::optional<ClassFloor> floor;
    std::optional<PlanFacts> plan;
    std::vector<ApprovalFacts> approvals;
    std::vector<CheckFacts> checks;
    std::vector<IncidentFacts> incidents;
    std::vector<RollbackEvaluationFacts> evaluations;
    std::vector<HardStopFacts> hard_stops;
    std::vector<RiskAcceptanceFacts> risk_acceptances;
    std::vector<MemoFacts> memos;
    std::vector<FreezeFacts> freezes;  // that may concern this release, past ones left out
    std::vector<ExposureDriftFacts> drifts;
    std::optional<RecordId> flag_killed_by;      // the operation; none: the flag is not killed
    std::vector<RequirementFacts> requirements;  // of the manifest, as they stand
};

}  // namespace policy

namespace platform {

template <>
struct EnumNames<policy::MeasurementState> {
    static constexpr std::array<EnumName<policy::MeasurementState>, 3> kNames{
        {{policy::MeasurementState::kMet, "met"},
         {policy::MeasurementState::kUnmet, "unmet"},
         {policy::MeasurementState::kInconclusive, "inconclusive"}}};
};
template <>
struct EnumNames<policy::ExposureDrift> {
    static constexpr std::array<EnumName<policy::ExposureDrift>, 9> kNames{
        {{policy::ExposureDrift::kExposed, "exposed"},
         {policy::ExposureDrift::kMissing, "missing"},
         {policy::ExposureDrift::kContradicted, "contradicted"},
         {policy::ExposureDrift::kGone, "gone"},
         {policy::ExposureDrift::kNotOrdered, "not_ordered"},
         {policy::ExposureDrift::kUnknown, "unknown"},
         {policy::ExposureDrift::kUnrestricted, "unrestricted"},
         {policy::ExposureDrift::kUnseen, "unseen"},
         {policy::ExposureDrift::kSilent, "silent"}}};
};

}  // namespace platform
