// The schemas of fleet_json.hpp.

#include "controller/wire/fleet_json.hpp"

namespace wire {
namespace {

Schemas InstanceSchemas() {
    return {
        {"Enrolment",
         R"({"type":"object","required":["id","instance","created_at","created_by","expires_at"],
             "properties":{
               "id":{"$ref":"Id"},
               "instance":{"$ref":"Id"},
               "created_at":{"$ref":"Instant"},
               "created_by":{"$ref":"Id"},
               "expires_at":{"$ref":"Instant"},
               "token":{"type":"string","description":"lets the instance in, once; only in the answer that made it. Its last part is the fingerprint of the controller's key"}}})",
         R"({"id":"enr_01JHG2V8M0000000000000000","instance":"pulse-eu-1","created_at":"2025-01-14T09:00:00Z",
             "created_by":"otto.operator","expires_at":"2025-01-14T10:00:00Z"})"},
        {"NewEnrolment",
         R"({"type":"object","required":["instance"],
             "properties":{
               "instance":{"type":"string","minLength":1,"maxLength":63,"description":"its name in orders; one that exists is let in anew and loses its credential"},
               "valid_for":{"type":"string","description":"a span from 1m to 7d; 1h when left out"}}})",
         R"({"instance":"pulse-eu-1","valid_for":"1h"})"},
        {"Instance",
         R"({"type":"object","required":["id","summary","killable","has_credential","created_at","created_by"],
             "properties":{
               "id":{"$ref":"Id"},
               "summary":{"type":"string"},
               "killable":{"type":"boolean","description":"false in hosted mode, where the switch does not decide"},
               "has_credential":{"type":"boolean"},
               "created_at":{"$ref":"Instant"},
               "created_by":{"$ref":"Id"},
               "retired_at":{"$ref":"Instant"},
               "retired_by":{"$ref":"Id"},
               "state":{"type":"object","description":"what it said last; absent when it never connected",
                 "required":["connected","boot_id","program","hosted","enabled","generation","rejected","problem"],
                 "properties":{
                   "connected":{"type":"boolean"},
                   "controller":{"type":"string","description":"that holds its connection"},
                   "last_seen_at":{"$ref":"Instant"},
                   "boot_id":{"type":"string","description":"another one after each start"},
                   "process_started_at":{"$ref":"Instant"},
                   "program":{"type":"string"},
                   "hosted":{"type":"boolean"},
                   "enabled":{"type":"boolean","description":"the switch as its process has it"},
                   "generation":{"type":"integer","description":"of the order in force there; 0: none"},
                   "rejected":{"type":"integer","description":"orders it turned away since its start"},
                   "problem":{"type":"string"}}},
               "order":{"type":"object","description":"what it is to do; absent when it was never ordered anything",
                 "required":["enabled","generation","operation","reason","issued_at"],
                 "properties":{
                   "enabled":{"type":"boolean"},
                   "generation":{"type":"integer"},
                   "operation":{"$ref":"Id"},
                   "reason":{"type":"string"},
                   "issued_at":{"$ref":"Instant"}}}}})",
         R"({"id":"pulse-eu-1","summary":"connected; switched off as ordered","killable":true,"has_credential":true,
             "created_at":"2025-01-14T09:00:00Z","created_by":"otto.operator"})"},
    };
}

}  // namespace

Schemas FleetSchemas() {
    Schemas all = InstanceSchemas();
    const Schemas operations = {
        {"SwitchOrder",
         R"({"type":"object","required":["enabled","scope","reason"],
             "properties":{
               "enabled":{"type":"boolean","description":"false is a kill, which nothing stops; true needs an approval and completed reviews, KSW-8"},
               "scope":{"type":"object","description":"Either of the two.",
                 "properties":{
                   "all":{"type":"boolean","description":"also those that join later"},
                   "instances":{"type":"array","items":{"$ref":"Id"}}}},
               "mode":{"type":"string","enum":["hot"]},
               "reason":{"type":"string","maxLength":2000}}})",
         R"({"enabled":false,"scope":{"all":true},"reason":"isolation of tenants is in doubt"})"},
        {"Operation",
         R"({"type":"object","required":["id","kind","enabled","mode","whole_fleet","reason","requested_by",
               "requested_at","finished","complete","summary","counts","instances"],
             "properties":{
               "id":{"$ref":"Id"},
               "kind":{"type":"string","enum":["multi_tenant"]},
               "enabled":{"type":"boolean"},
               "mode":{"type":"string","enum":["hot","restart"]},
               "whole_fleet":{"type":"boolean"},
               "reason":{"type":"string"},
               "requested_by":{"$ref":"Id"},
               "requested_at":{"$ref":"Instant"},
               "approval":{"$ref":"Id"},
               "finished":{"type":"boolean","description":"no instance is pending"},
               "complete":{"type":"boolean","description":"every instance applied it"},
               "summary":{"type":"string"},
               "counts":{"type":"object","additionalProperties":{"type":"integer"}},
               "instances":{"type":"array","items":{"type":"object",
                 "required":["instance","generation","outcome","why","steps"],
                 "properties":{
                   "instance":{"$ref":"Id"},
                   "generation":{"type":"integer"},
                   "outcome":{"type":"string","enum":["pending","applied","failed","unreachable","unkillable","superseded"]},
                   "why":{"type":"string"},
                   "steps":{"type":"array","items":{"type":"object","required":["step","at","evidence"],
                     "properties":{
                       "step":{"type":"string","enum":["applied","contradicted","refused"]},
                       "at":{"$ref":"Instant"},
                       "evidence":{"type":"object","additionalProperties":true}}}}}}}}})",
         ""},
        {"SwitchApproval",
         R"({"type":"object","required":["id","reason","approved_by","approved_at","expires_at"],
             "properties":{"id":{"$ref":"Id"},"reason":{"type":"string"},"approved_by":{"$ref":"Id"},
               "approved_at":{"$ref":"Instant"},"expires_at":{"$ref":"Instant"}}})",
         ""},
        {"KillReview",
         R"({"type":"object","required":["operation","opened_at","killed_by","reason","completed"],
             "properties":{"operation":{"$ref":"Id"},"opened_at":{"$ref":"Instant"},"killed_by":{"$ref":"Id"},
               "reason":{"type":"string"},"completed":{"type":"boolean"},"findings":{"type":"string"},
               "completed_by":{"$ref":"Id"},"completed_at":{"$ref":"Instant"}}})",
         ""},
        {"CompleteReview",
         R"({"type":"object","required":["findings"],
             "properties":{"findings":{"type":"string","minLength":10,"maxLength":4000}}})",
         R"({"findings":"a query lacked its tenant; fixed and tested in 1.4.2"})"},
    };
    all.insert(all.end(), operations.begin(), operations.end());
    return all;
}

}  // namespace wire
