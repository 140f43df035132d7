// What a rollback was allowed by, did, verified, told and came to (specification, section 7). Deterministic; thread
// safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/render/format.hpp"
#include "controller/render/templates.hpp"

namespace render {

enum class StepState : std::uint8_t { kPending, kDone, kFailed };

struct RollbackReportStep {
    std::string kind;  // "procedure", "verification", "communication", "watch"
    std::string text;
    StepState state = StepState::kPending;
    std::optional<policy::Time> due_at;
    std::optional<policy::Time> done_at;
    std::string done_by;  // display name
    std::string evidence;
};

struct RollbackReport {
    policy::ReleaseId release;
    std::string title;
    std::optional<policy::ReleaseClass> classification;
    std::string id;
    std::string reason;
    std::string authority;    // which rule allowed it: "RBA-3, approved by Bob Smith"
    std::string approved_by;  // empty: no approval was needed
    std::string incident;     // id; empty: none
    std::string started_by;
    policy::Time started_at{};
    int watch_minutes = 0;
    std::optional<policy::Time> watch_until;
    std::vector<RollbackReportStep> steps;  // in order
    std::string outcome;                    // "succeeded", "failed"; empty: running
    std::string outcome_reason;
    std::string finished_by;
    std::optional<policy::Time> finished_at;
    bool simulated_clock = false;
};

std::string RenderRollbackReport(const RollbackReport& report, Format format,
                                 const Templates& templates = Templates::BuiltIn());

}  // namespace render
