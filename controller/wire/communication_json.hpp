// Communication plans of incidents and rollouts: whom to tell what and by when, and what came of it. Pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"
#include "platform/base/time.hpp"

namespace wire {

struct Communication {
    std::int64_t n = 0;  // in the plan
    std::string who;
    std::string text;
    std::optional<std::int64_t> stage;  // of a rollout: due_after counts from when it is entered
    std::optional<platform::Duration> due_after;
    std::optional<platform::Time> due_at;  // none: the stage was not entered yet
    std::string added_by;
    platform::Time added_at{};
    std::optional<platform::Time> sent_at;  // to subscribers
    std::optional<std::string> outcome;     // told, not_needed
    std::string note;
    std::optional<std::string> recorded_by;
    std::optional<platform::Time> recorded_at;
};

/// Exactly one of `within` and `at`; a stage goes with `within`.
struct PlanCommunication {
    std::string who;
    std::string text;
    std::optional<platform::Duration> within;
    std::optional<platform::Time> at;
    std::optional<std::int64_t> stage;
};

struct RecordCommunication {
    bool told = true;  // else it was not needed
    std::string note;
};

/// "waiting" for its stage, "planned", "sent" to subscribers, or what is on record: "told", "not_needed".
std::string_view StateOf(const Communication& entry);
std::string EncodeCommunication(const Communication& entry);
Decoded<PlanCommunication> DecodePlanCommunication(const Document& document);
/// The same, with a stage.
Decoded<PlanCommunication> DecodePlanRolloutCommunication(const Document& document);
Decoded<RecordCommunication> DecodeRecordCommunication(const Document& document);

Schemas CommunicationSchemas();

}  // namespace wire
