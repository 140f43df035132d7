// A tenant exposure plan as a document, in the layout of the specification's template (section 5).
// Deterministic; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/manifest.hpp"
#include "controller/render/format.hpp"
#include "controller/render/templates.hpp"

namespace render {

struct PlanTenant {
    policy::TenantId id;
    std::string consent;  // "written confirmation of 2025-01-14 by A. Partner", "no consent"
};

struct PlanApproval {
    std::string name;
    policy::Time at{};
    bool self_approved = false;  // SOD-3
};

struct PlanDocument {
    policy::ReleaseId release;
    std::string title;
    std::optional<policy::ReleaseClass> classification;
    policy::ExposurePlan plan;
    std::int64_t revision = 0;
    std::string content_hash;
    std::string owner;                 // display name; empty: the id in the plan is shown
    std::vector<PlanTenant> consents;  // for tenants of the plan, in any order
    std::vector<PlanApproval> approvals;
};

std::string RenderPlan(const PlanDocument& document, Format format, const Templates& templates = Templates::BuiltIn());

}  // namespace render
