// Releases, their documents and promotions as the API and the operations see them (specification, sections 3 to 5).
// Value types; the functions are pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/acts.hpp"
#include "controller/policy/eligibility.hpp"
#include "controller/policy/facts.hpp"
#include "controller/policy/finding.hpp"
#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

struct Stay {
    platform::Time since{};
    platform::Duration required{};
    std::optional<platform::Time> ends_at;  // none: no end in sight (an open incident), or stable
    std::optional<platform::Duration> left;
};

struct NextGate {
    policy::Channel to = policy::Channel::kExperimental;
    policy::VerdictState state = policy::VerdictState::kIndeterminate;
    int findings = 0;  // that block
};

struct Release {
    policy::ReleaseId id;
    std::string title;
    std::optional<policy::ReleaseClass> classification;
    policy::Channel channel = policy::Channel::kDev;
    policy::ReleaseStatus status = policy::ReleaseStatus::kActive;
    std::int64_t revision = 1;
    std::string content_hash;
    std::string change_hash;
    platform::Time channel_entered_at{};
    std::optional<platform::Time> promotion_begun_at;
    std::optional<std::int64_t> plan_revision;
    platform::Time created_at{};
    std::string created_by;
    std::string author;  // of the current revision
    std::optional<Stay> stay;
    std::optional<NextGate> next;
    std::int64_t version = 1;
};

struct Revision {
    std::int64_t revision = 1;
    std::string content_hash;
    std::string change_hash;
    std::optional<policy::ReleaseClass> classification;
    std::string manifest;  // canonical JSON
    platform::Time created_at{};
    std::string created_by;
    std::int64_t version = 1;  // of the release; the manifest's ETag
};

struct RevisionDiff {
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::string before;  // canonical JSON
    std::string after;
};

struct PlanApproval {
    std::string id;
    std::string principal;
    platform::Time at{};
    bool counts = false;
};

struct Plan {
    std::int64_t revision = 1;
    std::string content_hash;
    std::string plan;  // canonical JSON
    bool approved = false;
    std::vector<PlanApproval> approvals;
    policy::Findings findings;  // doubts that the rules have about it
    platform::Time created_at{};
    std::string created_by;
    std::int64_t version = 1;  // of the release
};

struct ExposureItem {
    policy::TenantKind kind = policy::TenantKind::kProduction;
    policy::Eligibility eligibility;
    std::optional<bool> hosted;  // by an instance's own word; nothing: it is not to have the flag, or there is no fleet
};

/// What one instance hosts, was ordered and reports of the release's flag.
struct InstanceExposure {
    std::string instance;
    bool managed = true;             // false: an unmodified Pulse, which has no flags
    bool reported = false;           // false: it never said what it hosts
    std::vector<std::string> hosts;  // organizations
    std::vector<std::string> ordered;
    std::vector<std::string> on;  // as it reports
    /// As a controller saw it; nothing when nobody is told to look.
    struct Seen {
        std::optional<policy::Time> at;   // nothing: nobody could yet
        std::vector<std::string> on;      // organizations
        std::vector<std::string> off;     // organizations that were seen without it
        std::vector<std::string> absent;  // organizations that are not there
        std::string problem;              // why not all could be seen; empty: all could
    };
    std::optional<Seen> seen;
    std::vector<policy::ExposureDriftFacts> drifts;
};

struct Exposure {
    policy::Channel channel = policy::Channel::kDev;
    std::vector<ExposureItem> items;
    std::optional<std::string> flag;       // of the release
    std::optional<std::string> killed_by;  // the operation that killed it
    std::vector<InstanceExposure> instances;
};

struct Promotion {
    std::string id;
    std::string release;
    policy::Channel from = policy::Channel::kDev;
    policy::Channel to = policy::Channel::kExperimental;
    std::string content_hash;
    std::optional<std::int64_t> memo;
    std::string facts_hash;
    std::string promoted_by;
    platform::Time promoted_at{};
    policy::Findings notes;  // doubts, shown with what happened
};

struct ReasonCommand {
    std::string reason;
};

struct PromoteCommand {
    policy::Channel to = policy::Channel::kExperimental;
};

/// What a what-if question assumes beside the facts.
struct AssumedApproval {
    policy::Role role = policy::Role::kDevLead;
    policy::ApprovalScope scope = policy::ApprovalScope::kClass;
};
struct AssumedCheck {
    policy::Control control = policy::Control::kTests;
    std::string key;
    policy::CheckOutcome outcome = policy::CheckOutcome::kPassed;
    policy::EvidenceTier tier = policy::EvidenceTier::kProductionObserved;
};
struct WhatIf {
    std::optional<platform::Time> at;
    std::vector<AssumedApproval> approvals;
    std::vector<AssumedCheck> checks;
    std::vector<std::string> incidents_resolved;
    std::vector<std::string> hard_stops_resolved;
    std::vector<std::string> requirements_met;  // rollouts and programmes by id
    std::optional<policy::Manifest> manifest;
    std::optional<policy::ExposurePlan> plan;
};

std::string EncodeRelease(const Release& release);
std::string EncodeRevision(const Revision& revision);
/// The manifest alone, as the manifest resource shows it.
std::string EncodeCurrentManifest(const Revision& revision);
std::string EncodeRevisionDiff(const RevisionDiff& diff);
std::string EncodePlanResource(const Plan& plan);
/// What a sighting says of one flag (store::SightingRow); without time and problem.
InstanceExposure::Seen ReadSeenFlags(std::string_view text, const std::string& flag);
std::string EncodeExposure(const Exposure& exposure);
std::string EncodePromotion(const Promotion& promotion);

Decoded<policy::Manifest> DecodeManifestDocument(const Document& document);
Decoded<policy::ExposurePlan> DecodePlanDocument(const Document& document);
Decoded<ReasonCommand> DecodeReason(const Document& document);
Decoded<PromoteCommand> DecodePromote(const Document& document);
Decoded<WhatIf> DecodeWhatIf(const Document& document);

Schemas ReleaseSchemas();

}  // namespace wire
