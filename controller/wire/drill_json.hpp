// Drills of the kill switch, their approvals and schedules, as the API and the command line see them.
// Value types; the functions are pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/policy/instance_id.hpp"
#include "controller/policy/types.hpp"
#include "controller/wire/document.hpp"
#include "controller/wire/fleet_json.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

struct NewDrill {
    std::vector<policy::InstanceId> instances;
    std::string mode = "hot";
    std::string reason;
    std::vector<policy::ReleaseId> releases;  // whose evidence it is to be; empty: of every active one
};

struct NewDrillApproval {
    std::vector<policy::InstanceId> instances;
    std::string reason;
};

struct NewDrillSchedule {
    std::vector<policy::InstanceId> instances;
    std::string mode = "hot";
    platform::Duration every{};
    std::string reason;
    std::optional<platform::Time> first_at;
};

struct ApproveDrillSchedule {
    std::string reason;
    platform::Duration valid_for = std::chrono::hours(24 * 90);
};

struct DrillApproval {
    std::string id;
    std::optional<std::string> schedule;
    std::vector<std::string> instances;
    std::string reason;
    std::string approved_by;
    platform::Time approved_at{};
    platform::Time expires_at{};
};

struct DrillSchedule {
    std::string id;
    std::vector<std::string> instances;
    std::string mode;
    platform::Duration every{};
    std::string reason;
    std::string created_by;
    platform::Time created_at{};
    platform::Time next_at{};
    std::optional<DrillApproval> approval;  // the newest; `approved` says whether it counts
    bool approved = false;
    std::string problem;
    std::optional<std::string> last_drill;
    std::optional<std::string> cancelled_by;
    std::optional<platform::Time> cancelled_at;
    std::int64_t version = 1;
};

/// One direction on one instance.
struct DrillPhase {
    std::string outcome;
    std::string why;
    std::optional<std::int64_t> applied_ms;  // since it was ordered
    std::optional<std::int64_t> verified_ms;
    std::optional<TenantData> before;  // the order
    std::optional<TenantData> data;    // after it
};

/// What one direction came to, instance by instance; kept with the drill when it ends.
using DrillPhases = std::vector<std::pair<std::string, DrillPhase>>;

struct Drill {
    std::string id;
    std::string state;  // "killing", "restoring", "passed", "failed", "aborted"
    std::string mode;
    std::string reason;
    std::string ordered_by;
    platform::Time ordered_at{};
    std::string approval;
    std::string approved_by;
    std::optional<std::string> schedule;
    std::vector<std::string> releases;
    std::optional<std::string> kill;  // operations
    std::optional<std::string> restore;
    std::optional<std::string> aborted_by;
    std::optional<std::string> abort_reason;
    std::optional<std::string> not_restored;
    std::string summary;
    std::optional<platform::Time> finished_at;
    std::vector<std::string> instances;
    DrillPhases killed;
    DrillPhases restored;
};

Decoded<NewDrill> DecodeNewDrill(const Document& document);
Decoded<NewDrillApproval> DecodeNewDrillApproval(const Document& document);
Decoded<NewDrillSchedule> DecodeNewDrillSchedule(const Document& document);
Decoded<ApproveDrillSchedule> DecodeApproveDrillSchedule(const Document& document);

std::string EncodeDrill(const Drill& drill);
std::string EncodeDrillApproval(const DrillApproval& approval);
std::string EncodeDrillSchedule(const DrillSchedule& schedule);

std::string EncodeDrillPhases(const DrillPhases& phases);
/// Of text that EncodeDrillPhases made.
DrillPhases DecodeDrillPhases(const std::string& json);
/// The evidence that a finished drill is for a release: an object with a text and the drill.
std::string EncodeDrillEvidence(const Drill& drill);
/// Count and digest that the evidence of a step carries under `field` ("tenants", "baseline"), when it does.
std::optional<TenantData> TenantDataOf(const std::string& evidence, const char* field);

Schemas DrillSchemas();

}  // namespace wire
