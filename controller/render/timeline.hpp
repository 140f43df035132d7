// Everything that happened to a release, in order, refusals included. Deterministic; thread safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/render/format.hpp"
#include "controller/render/templates.hpp"

namespace render {

struct TimelineEntry {
    policy::Time at{};
    std::int64_t audit_number = 0;  // 0: no audit entry stands for it
    std::string actor;              // display name or component
    std::string action;             // "release.promote"
    std::string text;               // one sentence for people
    bool refused = false;
    std::vector<std::string> reasons;  // of a refusal
};

struct TimelineDocument {
    policy::ReleaseId release;
    std::string title;
    std::string state;  // "stable since 2025-02-12 09:00 UTC"
    std::vector<TimelineEntry> entries;
    bool simulated_clock = false;
};

std::string RenderTimeline(const TimelineDocument& document, Format format,
                           const Templates& templates = Templates::BuiltIn());

}  // namespace render
