#include "controller/wire/rule_json.hpp"

#include "controller/wire/reading.hpp"

namespace wire {
namespace {

platform::Json RuleToJson(const policy::Rule& rule) {
    platform::Json json{{"id", rule.id},
                        {"title", rule.title},
                        {"reference", rule.reference},
                        {"hard_stop", rule.hard_stop},
                        {"judges", policy::DescribeChecks(rule)}};
    if (rule.from_transition_to) {
        json["needed_for"] = platform::EnumText(*rule.from_transition_to);
    }
    if (!rule.enforced_by.empty()) {
        json["enforced_by"] = rule.enforced_by;
    }
    return json;
}

}  // namespace

std::string EncodeRule(const policy::Rule& rule) {
    return RuleToJson(rule).dump();
}

std::string EncodeCatalogue() {
    platform::Json json{{"version", policy::kCatalogueVersion}, {"items", platform::Json::array()}};
    for (const policy::Rule& rule : policy::Catalogue()) {
        json["items"].push_back(RuleToJson(rule));
    }
    return json.dump();
}

Schemas RuleSchemas() {
    return {
        {"Rule",
         R"({"type":"object","required":["id","title","reference","hard_stop","judges"],
             "properties":{
               "id":{"type":"string"},
               "title":{"type":"string"},
               "reference":{"type":"string","description":"where it is written down"},
               "hard_stop":{"type":"boolean"},
               "judges":{"type":"string"},
               "needed_for":{"$ref":"Channel"},
               "enforced_by":{"type":"string","description":"what holds it beside the policy"}}})",
         ""},
        {"RuleCatalogue",
         R"({"type":"object","required":["version","items"],
             "properties":{"version":{"type":"integer"},"items":{"type":"array","items":{"$ref":"Rule"}}}})",
         ""},
    };
}

}  // namespace wire
