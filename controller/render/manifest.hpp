// A release manifest as a document, with the parts and labels of the specification's example (section 10): manifest,
// data safety verification, kill switch configuration, rollback plan. Deterministic; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/manifest.hpp"
#include "controller/render/format.hpp"
#include "controller/render/templates.hpp"

namespace render {

/// One box of the data safety verification.
struct ManifestCheck {
    std::string title;                            // "No cross-tenant data access possible"
    std::optional<policy::CheckOutcome> outcome;  // none: not recorded yet
    std::string detail;                           // by whom, when, or the reason for "not applicable"
};

struct ManifestDocument {
    policy::Manifest manifest;
    std::int64_t revision = 0;
    std::string content_hash;
    std::string submitted_by;  // display name
    policy::Time submitted_at{};
    std::string rollback_owner;  // display name; empty: the id in the manifest is shown
    std::vector<ManifestCheck> data_safety;
    std::string kill_switch_tested;  // "2025-01-14 in dev"; empty: no drill is recorded
};

std::string RenderManifest(const ManifestDocument& document, Format format,
                           const Templates& templates = Templates::BuiltIn());

}  // namespace render
