// The exposure plan as a JSON value, for http, cli and the bundle. Pulls the JSON library in; see
// controller/wire/plan.hpp for what decoding means. Pure; thread safe.
#pragma once

#include "controller/policy/manifest.hpp"
#include "platform/json/json.hpp"

namespace wire {

inline constexpr platform::DocumentLimits kPlanLimits{
    .max_bytes = 2 * 1024 * 1024, .max_depth = 12, .max_nodes = 20'000};

platform::Expected<policy::ExposurePlan, platform::FieldErrors> DecodePlanJson(const platform::Json& document);
platform::Json PlanToJson(const policy::ExposurePlan& plan);

}  // namespace wire
