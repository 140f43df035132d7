#include "controller/wire/communication_json.hpp"

#include <chrono>

#include "controller/policy/rollouts.hpp"
#include "controller/wire/manifest.hpp"
#include "controller/wire/plan.hpp"
#include "controller/wire/reading.hpp"

namespace wire {
namespace {

using platform::FormatTime;
using platform::Json;

constexpr platform::TextRule kWhoRule{.min = 1, .max = 200};
constexpr platform::TextRule kMessageRule{.min = 1, .max = 2000};
constexpr platform::TextRule kRecordRule{.min = 3, .max = 2000};
constexpr platform::TextRule kWhenRule{.min = 1, .max = 60};
constexpr platform::Duration kLongestWait = std::chrono::days{366};

void ReadEntry(platform::ObjectReader& in, PlanCommunication& out) {
    out.who = ReadLine(in, "who", kWhoRule);
    out.text = ReadProse(in, "text", kMessageRule);
    const auto when = ReadOptionalLine(in, "when", kWhenRule);
    out.at = in.OptionalInstant("at");
    if (when.has_value() == out.at.has_value()) {
        in.Error("when", "or at: say either a span (\"immediately\", \"within 2h\") or an instant");
    }
    if (when) {
        out.within = ParseWithin(*when);
        if (!out.within || *out.within > kLongestWait) {
            in.Error("when",
                     "must be \"immediately\" or \"within\" a span of at most 366 days, as \"within 2h\"; not '" +
                         *when + "'");
        }
    }
}

}  // namespace

std::string_view StateOf(const Communication& entry) {
    if (entry.outcome) {
        return *entry.outcome;
    }
    return entry.sent_at ? "sent" : entry.due_at ? "planned" : "waiting";
}

std::string EncodeCommunication(const Communication& entry) {
    Json json = {{"n", entry.n},
                 {"who", entry.who},
                 {"text", entry.text},
                 {"state", StateOf(entry)},
                 {"added_by", entry.added_by},
                 {"added_at", FormatTime(entry.added_at)}};
    if (entry.stage) {
        json["stage"] = *entry.stage;
    }
    if (entry.due_after) {
        json["within"] = FormatSpan(*entry.due_after);
    }
    PutOptional(json, "due_at", entry.due_at);
    PutOptional(json, "sent_at", entry.sent_at);
    if (!entry.note.empty()) {
        json["note"] = entry.note;
    }
    PutOptional(json, "recorded_by", entry.recorded_by);
    PutOptional(json, "recorded_at", entry.recorded_at);
    return json.dump();
}

Decoded<PlanCommunication> DecodePlanCommunication(const Document& document) {
    return ReadObject<PlanCommunication>(document, ReadEntry);
}

Decoded<PlanCommunication> DecodePlanRolloutCommunication(const Document& document) {
    return ReadObject<PlanCommunication>(document, [](platform::ObjectReader& in, PlanCommunication& out) {
        ReadEntry(in, out);
        out.stage = in.OptionalInteger("stage", 0, policy::kLastStage);
        if (out.stage && out.at) {
            in.Error("stage", "goes with when: an instant does not wait for a stage");
        }
    });
}

Decoded<RecordCommunication> DecodeRecordCommunication(const Document& document) {
    return ReadObject<RecordCommunication>(document, [](platform::ObjectReader& in, RecordCommunication& out) {
        const std::string outcome = in.Text("outcome", {.min = 1, .max = 20});
        if (outcome != "told" && outcome != "not_needed") {
            in.Error("outcome", "must be told or not_needed, not '" + outcome + "'");
        }
        out.told = outcome == "told";
        out.note = ReadProse(in, "note", kRecordRule);
    });
}

Schemas CommunicationSchemas() {
    return {
        {"Communication",
         R"({"type":"object","required":["n","who","text","state","added_by","added_at"],
             "properties":{"n":{"type":"integer"},"who":{"type":"string"},"text":{"type":"string"},
               "state":{"type":"string","enum":["waiting","planned","sent","told","not_needed"],
                 "description":"waiting: for its stage to be entered; sent: to subscribers, nobody has said yet that they were told"},
               "stage":{"type":"integer"},"within":{"$ref":"Span"},"due_at":{"$ref":"Instant"},
               "added_by":{"$ref":"Id"},"added_at":{"$ref":"Instant"},"sent_at":{"$ref":"Instant"},
               "note":{"type":"string"},"recorded_by":{"$ref":"Id"},"recorded_at":{"$ref":"Instant"}}})",
         ""},
        {"PlanCommunication",
         R"({"type":"object","required":["who","text"],
             "properties":{"who":{"type":"string","minLength":1,"maxLength":200},
               "text":{"type":"string","minLength":1,"maxLength":2000},
               "when":{"type":"string","description":"\"immediately\", or \"within 2h\" of the opening; or at"},
               "at":{"$ref":"Instant"}}})",
         R"({"who":"customers in the north","text":"what is slow, since when, and when they hear again",
             "when":"within 1h"})"},
        {"PlanRolloutCommunication",
         R"({"type":"object","required":["who","text"],
             "properties":{"who":{"type":"string","minLength":1,"maxLength":200},
               "text":{"type":"string","minLength":1,"maxLength":2000},
               "when":{"type":"string",
                 "description":"\"immediately\", or \"within 2h\" of the stage being entered, without a stage of now; or at"},
               "at":{"$ref":"Instant"},"stage":{"type":"integer","minimum":0,"maximum":3}}})",
         R"({"who":"the pilot's administrator","text":"organizations are on; whom to call","stage":1,
             "when":"immediately"})"},
        {"RecordCommunication",
         R"({"type":"object","required":["outcome","note"],
             "properties":{"outcome":{"type":"string","enum":["told","not_needed"]},
               "note":{"type":"string","minLength":3,"maxLength":2000}}})",
         R"({"outcome":"told","note":"called at 10:05, they know what to do"})"},
    };
}

}  // namespace wire
