#include "controller/wire/key_json.hpp"

#include "platform/json/json.hpp"

namespace wire {

std::string EncodeSigningKeys(const SigningKeys& keys) {
    platform::Json handovers = platform::Json::array();
    for (const KeyHandover& handover : keys.handovers) {
        platform::Json json{{"id", handover.id},
                            {"from", handover.from_key},
                            {"to", handover.to_key},
                            {"reason", handover.reason},
                            {"created_at", platform::FormatTime(handover.created_at)},
                            {"created_by", handover.created_by},
                            {"behind", handover.behind}};
        if (handover.completed_at) {
            json["completed_at"] = platform::FormatTime(*handover.completed_at);
        }
        handovers.push_back(std::move(json));
    }
    return platform::Json{{"key", keys.key}, {"summary", keys.summary}, {"handovers", std::move(handovers)}}.dump();
}

Schemas KeySchemas() {
    return {
        {"SigningKeys",
         R"({"type":"object","required":["key","summary","handovers"],
             "properties":{
               "key":{"type":"string","description":"id of the newest key for orders"},
               "summary":{"type":"string"},
               "handovers":{"type":"array","description":"in the order in which one key followed the other",
                 "items":{"type":"object","required":["id","from","to","reason","created_at","created_by","behind"],
                   "properties":{
                     "id":{"$ref":"Id"},
                     "from":{"type":"string"},
                     "to":{"type":"string"},
                     "reason":{"type":"string"},
                     "created_at":{"$ref":"Instant"},
                     "created_by":{"$ref":"Id"},
                     "completed_at":{"$ref":"Instant"},
                     "behind":{"type":"integer","description":"instances that have not pinned this key, and still count"}}}}}})",
         R"({"key":"3f2504e04f8911d3","summary":"2 instances have not pinned the key 3f2504e04f8911d3 yet.","handovers":[
             {"id":"kho_01JHG2V8M0000000000000000","from":"9a0c0305e82c3301","to":"3f2504e04f8911d3","reason":"yearly",
              "created_at":"2025-01-14T09:00:00Z","created_by":"ada.admin","behind":2}]})"},
    };
}

}  // namespace wire
