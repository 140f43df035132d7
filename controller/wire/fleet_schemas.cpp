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
                 "required":["connected","boot_id","program","agent","hosted","enabled","generation","rejected","problem"],
                 "properties":{
                   "connected":{"type":"boolean"},
                   "controller":{"type":"string","description":"that holds its connection"},
                   "last_seen_at":{"$ref":"Instant"},
                   "boot_id":{"type":"string","description":"another one after each start"},
                   "process_started_at":{"$ref":"Instant"},
                   "program":{"type":"string"},
                   "agent":{"type":"boolean","description":"it speaks for an unmodified Pulse: its switch is managed, flags are not"},
                   "hosted":{"type":"boolean"},
                   "enabled":{"type":"boolean","description":"the switch as its process has it"},
                   "generation":{"type":"integer","description":"of the order in force there; 0: none"},
                   "rejected":{"type":"integer","description":"orders it turned away since its start"},
                   "problem":{"type":"string"}}},
               "order":{"type":"object","description":"what it is to do; absent when it was never ordered anything",
                 "required":["enabled","generation","reason","issued_at"],
                 "properties":{
                   "enabled":{"type":"boolean"},
                   "generation":{"type":"integer"},
                   "operation":{"type":"string","description":"that moved the switch; absent: none did, and the order is about flags only"},
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
               "mode":{"type":"string","enum":["hot","restart"],"description":"hot when left out: in effect at once; restart: each instance restarts, and a new process is the proof"},
               "batch_size":{"type":"integer","minimum":1,"maximum":10000,"description":"so many instances at a time, the next when those before are done; all at once when left out"},
               "stop_on_failure":{"type":"boolean","description":"no further batch once an instance is not done; needs batch_size"},
               "verify":{"type":"boolean","description":"whether instances are verified once they have applied it; true when left out"},
               "watch_for":{"type":"string","description":"how long they are watched after that, a span to 7d; 30m when left out, 0s: not at all"},
               "reason":{"type":"string","maxLength":2000}}})",
         R"({"enabled":false,"scope":{"all":true},"reason":"isolation of tenants is in doubt"})"},
        {"Operation",
         R"({"type":"object","required":["id","kind","enabled","mode","whole_fleet","stop_on_failure","verify","watch",
               "reason","requested_by","requested_at","status","finished","complete","summary","timings","counts",
               "instances"],
             "properties":{
               "id":{"$ref":"Id"},
               "kind":{"type":"string","enum":["multi_tenant","flag","rollback"]},
               "release":{"$ref":"Id"},
               "flag":{"type":"string"},
               "enabled":{"type":"boolean"},
               "mode":{"type":"string","enum":["hot","restart"]},
               "whole_fleet":{"type":"boolean"},
               "batch_size":{"type":"integer","description":"absent: all at once"},
               "stop_on_failure":{"type":"boolean"},
               "verify":{"type":"boolean"},
               "watch":{"type":"object","required":["for","state"],
                 "properties":{
                   "for":{"type":"string"},
                   "until":{"$ref":"Instant"},
                   "state":{"type":"string","enum":["none","expected","watching","passed","failed","inconclusive"]}}},
               "reason":{"type":"string"},
               "requested_by":{"$ref":"Id"},
               "requested_at":{"$ref":"Instant"},
               "approval":{"$ref":"Id"},
               "drill":{"$ref":"Id"},
               "status":{"type":"string","enum":["running","watching","halted","done"]},
               "finished":{"type":"boolean","description":"it does not run any more: nothing changes by itself, but for a watch"},
               "complete":{"type":"boolean","description":"every instance is verified, or applied when it was not to be verified"},
               "summary":{"type":"string"},
               "halt":{"type":"object","description":"why further batches were not ordered","required":["batch","why","instances","at"],
                 "properties":{
                   "batch":{"type":"integer","description":"the last that was ordered"},
                   "why":{"type":"string"},
                   "instances":{"type":"array","items":{"$ref":"Id"}},
                   "at":{"$ref":"Instant"}}},
               "journal":{"type":"object","description":"of a kill that was sent before it was entered in the database","required":["given_at","controller","entered"],
                 "properties":{
                   "given_at":{"$ref":"Instant"},
                   "controller":{"type":"string"},
                   "entered":{"type":"boolean","description":"false: the database does not have it yet"}}},
               "warnings":{"type":"array","items":{"type":"string"}},
               "timings":{"type":"object","description":"milliseconds from the order, over the instances that came so far",
                 "properties":{"applied":{"$ref":"OperationTiming"},"verified":{"$ref":"OperationTiming"}}},
               "counts":{"type":"object","additionalProperties":{"type":"integer"}},
               "instances":{"type":"array","items":{"type":"object",
                 "required":["instance","batch","generation","outcome","watching","why","steps"],
                 "properties":{
                   "instance":{"$ref":"Id"},
                   "batch":{"type":"integer"},
                   "generation":{"type":"integer","description":"of its order; 0: its batch was not ordered"},
                   "outcome":{"type":"string","enum":["waiting","pending","applied","verified","failed","unreachable","unkillable","superseded","not_managed"]},
                   "watching":{"type":"boolean","description":"verified, and its watch has not ended"},
                   "why":{"type":"string"},
                   "applied_ms":{"type":"integer","description":"from the order until it said so"},
                   "verified_ms":{"type":"integer","description":"from the order until the last step had passed"},
                   "steps":{"type":"array","description":"the latest attempt at each","items":{"type":"object",
                     "required":["step","outcome","attempt","detail","at"],
                     "properties":{
                       "step":{"type":"string","enum":["applied","contradicted","refused","value","restart","probes","ui","websocket","data","flags","watch"]},
                       "outcome":{"type":"string","enum":["passed","failed","inconclusive"]},
                       "attempt":{"type":"integer"},
                       "detail":{"type":"string"},
                       "at":{"$ref":"Instant"},
                       "evidence":{"type":"object","additionalProperties":true}}}}}}}}})",
         ""},
        {"OperationTiming",
         R"({"type":"object","required":["count","p50","p99","max"],
             "properties":{"count":{"type":"integer"},"p50":{"type":"integer"},"p99":{"type":"integer"},
               "max":{"type":"integer"}}})",
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
