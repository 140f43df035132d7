#include "controller/wire/schema.hpp"

#include "controller/policy/finding.hpp"
#include "controller/policy/types.hpp"

namespace wire {

std::string PageSchema(std::string_view item) {
    return R"({"type":"object","required":["items"],"properties":{"items":{"type":"array","items":{"$ref":")" +
           std::string(item) +
           R"("}},"next":{"type":"string","description":"cursor of the next page; absent on the last one"}}})";
}

Schemas CommonSchemas() {
    return {
        {"Id", R"({"type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._-]*$","minLength":1,"maxLength":100})", ""},
        {"Instant", R"({"type":"string","format":"date-time","description":"RFC 3339; answers are in UTC"})", ""},
        {"Day", R"({"type":"string","format":"date"})", ""},
        {"Span", R"({"type":"string","pattern":"^[0-9]+[smhdw]$","description":"30s, 15m, 48h, 7d, 2w"})", ""},
        {"ContentHash", R"({"type":"string","pattern":"^[0-9a-f]{64}$","description":"SHA-256, hex"})", ""},
        {"Role", EnumSchema<policy::Role>(), ""},
        {"PrincipalKind", EnumSchema<policy::PrincipalKind>(), ""},
        {"Channel", EnumSchema<policy::Channel>(), ""},
        {"ReleaseClass", EnumSchema<policy::ReleaseClass>(), ""},
        {"FindingKind",
         EnumSchema<policy::FindingKind>("denied: not in this state; pending: only time, an approval or evidence is "
                                         "missing; indeterminate: could not be decided; doubt: shown, does not block"),
         ""},
        {"Finding",
         R"({"type":"object","required":["rule","kind","hard_stop","message"],
             "properties":{
               "rule":{"type":"string"},
               "kind":{"$ref":"FindingKind"},
               "hard_stop":{"type":"boolean"},
               "message":{"type":"string"},
               "remedy":{"type":"string"},
               "subject":{"type":"string"},
               "reference":{"type":"string"},
               "ends_at":{"$ref":"Instant"}}})",
         ""},
        {"FieldError",
         R"({"type":"object","required":["pointer","message"],
             "properties":{
               "pointer":{"type":"string","description":"JSON pointer into the request's body"},
               "message":{"type":"string"}}})",
         ""},
        {"Problem",
         R"({"type":"object","required":["type","title","status","detail"],
             "description":"RFC 9457. The last part of type is the stable code.",
             "properties":{
               "type":{"type":"string"},
               "title":{"type":"string"},
               "status":{"type":"integer"},
               "detail":{"type":"string"},
               "instance":{"type":"string"},
               "request_id":{"type":"string"},
               "findings":{"type":"array","items":{"$ref":"Finding"}},
               "errors":{"type":"array","items":{"$ref":"FieldError"}}},
             "additionalProperties":true})",
         ""}};
}

}  // namespace wire
