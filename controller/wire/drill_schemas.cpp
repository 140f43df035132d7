// The schemas of drill_json.hpp.

#include "controller/wire/drill_json.hpp"

namespace wire {
namespace {

Schemas DrillCommandSchemas() {
    return {
        {"NewDrill",
         R"({"type":"object","required":["instances","reason"],
             "properties":{
               "instances":{"type":"array","minItems":1,"items":{"$ref":"Id"}},
               "mode":{"type":"string","enum":["hot","restart"]},
               "reason":{"type":"string","maxLength":2000},
               "releases":{"type":"array","items":{"$ref":"Id"},"description":"whose evidence it is to be; every active one when left out"}}})",
         R"({"instances":["pulse-eu-1"],"reason":"the drill of this month"})"},
        {"NewDrillApproval",
         R"({"type":"object","required":["instances","reason"],
             "properties":{
               "instances":{"type":"array","minItems":1,"items":{"$ref":"Id"},"description":"that the drill may switch back on"},
               "reason":{"type":"string","minLength":1}}})",
         R"({"instances":["pulse-eu-1"],"reason":"the drill of this month"})"},
        {"NewDrillSchedule",
         R"({"type":"object","required":["instances","every","reason"],
             "properties":{
               "instances":{"type":"array","minItems":1,"items":{"$ref":"Id"}},
               "mode":{"type":"string","enum":["hot","restart"]},
               "every":{"type":"string","description":"a span from 1m to 90d"},
               "reason":{"type":"string","maxLength":2000},
               "first_at":{"$ref":"Instant","description":"one period from now when left out"}}})",
         R"({"instances":["pulse-eu-1"],"every":"7d","reason":"weekly drill"})"},
        {"ApproveDrillSchedule",
         R"({"type":"object","required":["reason"],
             "properties":{
               "reason":{"type":"string","minLength":1},
               "valid_for":{"type":"string","description":"a span from 1h to 90d; 90d when left out"}}})",
         R"({"reason":"weekly drills on the canary","valid_for":"90d"})"},
    };
}

}  // namespace

Schemas DrillSchemas() {
    Schemas all = DrillCommandSchemas();
    const Schemas answers = {
        {"DrillApproval",
         R"({"type":"object","required":["id","instances","reason","approved_by","approved_at","expires_at"],
             "properties":{"id":{"$ref":"Id"},"schedule":{"$ref":"Id"},
               "instances":{"type":"array","items":{"$ref":"Id"}},"reason":{"type":"string"},
               "approved_by":{"$ref":"Id"},"approved_at":{"$ref":"Instant"},"expires_at":{"$ref":"Instant"}}})",
         ""},
        {"DrillSchedule",
         R"({"type":"object","required":["id","instances","mode","every","reason","created_by","created_at","next_at",
               "approved","problem"],
             "properties":{"id":{"$ref":"Id"},"instances":{"type":"array","items":{"$ref":"Id"}},
               "mode":{"type":"string","enum":["hot","restart"]},"every":{"type":"string"},"reason":{"type":"string"},
               "created_by":{"$ref":"Id"},"created_at":{"$ref":"Instant"},"next_at":{"$ref":"Instant"},
               "approval":{"$ref":"DrillApproval"},
               "approved":{"type":"boolean","description":"false: nothing is ordered, and each time that passes is in the audit log"},
               "problem":{"type":"string","description":"what the drill that is due waits for, or why the last one that was due was not ordered"},
               "last_drill":{"$ref":"Id"},"cancelled_by":{"$ref":"Id"},"cancelled_at":{"$ref":"Instant"}}})",
         ""},
        {"TenantData",
         R"({"type":"object","required":["count","digest"],"description":"tenant records of an instance",
             "properties":{"count":{"type":"integer"},"digest":{"type":"string"}}})",
         ""},
        {"DrillPhase",
         R"({"type":"object","required":["outcome","why"],"description":"one direction on one instance",
             "properties":{"outcome":{"type":"string"},"why":{"type":"string"},
               "applied_ms":{"type":"integer","description":"since it was ordered, by the controllers' machine clock"},
               "verified_ms":{"type":"integer"},
               "data_before":{"$ref":"TenantData"},"data":{"$ref":"TenantData"}}})",
         ""},
        {"DrillSpans",
         R"({"type":"object","required":["p50","p99","max"],
             "properties":{"p50":{"type":"integer"},"p99":{"type":"integer"},"max":{"type":"integer"}}})",
         ""},
        {"DrillTimings",
         R"({"type":"object","properties":{"applied_ms":{"$ref":"DrillSpans"},"verified_ms":{"$ref":"DrillSpans"}}})",
         ""},
        {"Drill",
         R"({"type":"object","required":["id","state","mode","reason","ordered_by","ordered_at","approval","approved_by",
               "finished","summary","releases","timings","instances"],
             "properties":{"id":{"$ref":"Id"},
               "state":{"type":"string","enum":["killing","restoring","passed","failed","aborted"]},
               "mode":{"type":"string","enum":["hot","restart"]},"reason":{"type":"string"},
               "ordered_by":{"$ref":"Id"},"ordered_at":{"$ref":"Instant"},"approval":{"$ref":"Id"},
               "approved_by":{"$ref":"Id"},"schedule":{"$ref":"Id"},
               "finished":{"type":"boolean"},"summary":{"type":"string"},
               "releases":{"type":"array","items":{"$ref":"Id"},"description":"whose evidence it is to be; empty: of every active one"},
               "kill":{"$ref":"Id","description":"the operation that switches off"},
               "restore":{"$ref":"Id","description":"the operation that switches back on"},
               "aborted_by":{"$ref":"Id"},"abort_reason":{"type":"string"},
               "not_restored":{"type":"string","description":"who stays off, and why"},
               "finished_at":{"$ref":"Instant"},
               "timings":{"type":"object","required":["kill","restore"],
                 "properties":{"kill":{"$ref":"DrillTimings"},"restore":{"$ref":"DrillTimings"}}},
               "instances":{"type":"array","items":{"type":"object","required":["instance"],
                 "properties":{"instance":{"$ref":"Id"},"kill":{"$ref":"DrillPhase"},"restore":{"$ref":"DrillPhase"},
                   "data_kept":{"type":"boolean","description":"no record of tenants was lost, KSW-4"},
                   "data_unchanged":{"type":"boolean","description":"not one has changed; tenants work again after the restore, so they may"}}}}}})",
         ""},
    };
    all.insert(all.end(), answers.begin(), answers.end());
    return all;
}

}  // namespace wire
