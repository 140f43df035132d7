// The tenant exposure plan as a document (specification, section 5): JSON text in, policy::ExposurePlan out, and back.
//
// Decoding is strict, as for the manifest. A plan without tenants or without exit criteria is invalid (CHN-9), never
// trivially satisfied; EXP-1..5 must all be there. Keys of criteria are unique; one left out is "c1", "c2" ... by
// position, and the canonical text always has it.
// Text and structs only. Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "controller/policy/manifest.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"

namespace wire {

platform::Expected<policy::ExposurePlan, platform::FieldErrors> DecodePlan(std::string_view json);

/// The canonical JSON text.
std::string EncodePlan(const policy::ExposurePlan& plan);

/// SHA-256 hex of the canonical text: what the plan's approval binds to.
std::string ContentHash(const policy::ExposurePlan& plan);

/// "7d", "2w", "48h", and in words "1 week", "14 days"; at most ten years. What ParseDuration reads, and the words.
std::optional<policy::Duration> ParseSpan(std::string_view text);
/// In the largest unit up to days that has no remainder: "7d", "36h". Whole seconds; ParseSpan reads it back.
std::string FormatSpan(policy::Duration span);

}  // namespace wire
