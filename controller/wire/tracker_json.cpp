#include "controller/wire/tracker_json.hpp"

#include <algorithm>

#include "platform/json/json.hpp"

namespace wire {
namespace {

using platform::EnumText;
using platform::Json;

Json BreachToJson(const tracker::Breach& breach) {
    Json json = {{"rule", breach.rule},       {"code", breach.code},
                 {"line", breach.line},       {"severity", EnumText(breach.severity)},
                 {"message", breach.message}, {"remedy", breach.remedy}};
    if (!breach.packet.empty()) {
        json["packet"] = breach.packet;
    }
    return json;
}

Json StandingToJson(const tracker::StandingRow& row) {
    Json json = {{"packet", row.id},
                 {"title", row.title},
                 {"line", row.line},
                 {"stands", EnumText(row.stands)},
                 {"boxes", row.boxes},
                 {"ticked", row.ticked},
                 {"commands", row.commands},
                 {"commands_with_exit_zero", row.commands_with_exit_zero},
                 {"contradictions", row.contradictions}};
    if (row.claimed) {
        json["claimed"] = EnumText(*row.claimed);
    }
    if (row.claimed_review) {
        json["claimed_review"] = EnumText(*row.claimed_review);
    }
    if (row.checkpoint) {
        json["checkpoint"] = *row.checkpoint;
    }
    return json;
}

}  // namespace

std::string EncodeTrackerJudgement(const tracker::Judgement& judgement) {
    Json findings = Json::array();
    for (const tracker::Breach& breach : judgement.breaches) {
        findings.push_back(BreachToJson(breach));
    }
    Json board = Json::array();
    for (const tracker::StandingRow& row : judgement.board) {
        board.push_back(StandingToJson(row));
    }
    return Json{{"findings", std::move(findings)},
                {"board", std::move(board)},
                {"contradictions", tracker::HasContradictions(judgement)},
                {"left_out", judgement.left_out}}
        .dump();
}

Schemas TrackerSchemas() {
    return {
        {"TrackerStatus", EnumSchema<tracker::Status>("of a packet, as a tracker writes it"), ""},
        {"TrackerReview", EnumSchema<tracker::Review>("of a packet, as a tracker writes it"), ""},
        {"TrackerFinding",
         R"({"type":"object","required":["rule","code","line","severity","message","remedy"],
             "properties":{"rule":{"type":"string"},"code":{"type":"string"},"line":{"type":"integer"},
               "severity":{"type":"string","enum":["contradiction","doubt","unreadable"]},"packet":{"type":"string"},
               "message":{"type":"string"},"remedy":{"type":"string"}}})",
         ""},
        {"TrackerJudgement",
         R"({"type":"object","required":["findings","board","contradictions","left_out"],
             "properties":{"findings":{"type":"array","items":{"$ref":"TrackerFinding"}},
               "board":{"type":"array","items":{"type":"object",
                 "required":["packet","title","line","stands","boxes","ticked","commands","commands_with_exit_zero",
                   "contradictions"],
                 "properties":{"packet":{"type":"string"},"title":{"type":"string"},"line":{"type":"integer"},
                   "claimed":{"$ref":"TrackerStatus"},"claimed_review":{"$ref":"TrackerReview"},
                   "stands":{"$ref":"TrackerStatus"},"boxes":{"type":"integer"},"ticked":{"type":"integer"},
                   "commands":{"type":"integer"},"commands_with_exit_zero":{"type":"integer"},
                   "contradictions":{"type":"integer"},"checkpoint":{"type":"string"}}}},
               "contradictions":{"type":"boolean"},"left_out":{"type":"integer"}}})",
         ""},
    };
}

}  // namespace wire
