// What an order is verified by (docs/fleet.md): the steps that are due for it, and what the evidence says of them.
//
// Of several attempts at a step the latest counts. A step that is due and missing, or that came out inconclusive, is
// not passed: nothing is verified while there is one. Pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "platform/base/enum_text.hpp"

namespace fleet {

enum class OperationKind : std::uint8_t {
    kMultiTenant,  // the switch
    kFlag,         // a flag of a release
    kRollback      // of a release: its flags
};

/// What is recorded of an order on an instance: first what follows from its reports, then what it was verified by.
enum class Step : std::uint8_t {
    kApplied,
    kContradicted,
    kRefused,
    kValue,
    kRestart,
    kProbes,
    kUi,
    kWebsocket,
    kData,
    kFlags,
    kWatch
};

enum class StepOutcome : std::uint8_t { kPassed, kFailed, kInconclusive };

/// The latest attempt at a step.
struct StepFacts {
    Step step = Step::kApplied;
    StepOutcome outcome = StepOutcome::kInconclusive;
    std::string detail;  // for people
};

struct CheckPlan {
    OperationKind kind = OperationKind::kMultiTenant;
    bool restart = false;  // the order's mode
    bool verify = true;
    bool watch = true;  // there is a window
};

/// What must have passed for the order to be verified, but for the watch; empty when it is not to be verified.
std::vector<Step> DueSteps(const CheckPlan& plan);

/// The latest attempt at the step; null when there was none.
const StepFacts* FindStep(const std::vector<StepFacts>& steps, Step step);

/// Whether a due step was seen to fail; one that is inconclusive or missing has not.
bool AnyFailed(const CheckPlan& plan, const std::vector<StepFacts>& steps);
/// Those due steps that have not passed, "probes failed (GET /api/orgs answered 200), ui is missing"; empty when all
/// have, and only then.
std::string NotPassed(const CheckPlan& plan, const std::vector<StepFacts>& steps);

}  // namespace fleet

namespace platform {

template <>
struct EnumNames<fleet::OperationKind> {
    static constexpr std::array<EnumName<fleet::OperationKind>, 3> kNames{{
        {fleet::OperationKind::kMultiTenant, "multi_tenant"},
        {fleet::OperationKind::kFlag, "flag"},
        {fleet::OperationKind::kRollback, "rollback"},
    }};
};

template <>
struct EnumNames<fleet::Step> {
    static constexpr std::array<EnumName<fleet::Step>, 11> kNames{{
        {fleet::Step::kApplied, "applied"},
        {fleet::Step::kContradicted, "contradicted"},
        {fleet::Step::kRefused, "refused"},
        {fleet::Step::kValue, "value"},
        {fleet::Step::kRestart, "restart"},
        {fleet::Step::kProbes, "probes"},
        {fleet::Step::kUi, "ui"},
        {fleet::Step::kWebsocket, "websocket"},
        {fleet::Step::kData, "data"},
        {fleet::Step::kFlags, "flags"},
        {fleet::Step::kWatch, "watch"},
    }};
};

template <>
struct EnumNames<fleet::StepOutcome> {
    static constexpr std::array<EnumName<fleet::StepOutcome>, 3> kNames{{
        {fleet::StepOutcome::kPassed, "passed"},
        {fleet::StepOutcome::kFailed, "failed"},
        {fleet::StepOutcome::kInconclusive, "inconclusive"},
    }};
};

}  // namespace platform
