#include "controller/wire/rule_json.hpp"

#include "controller/wire/reading.hpp"

namespace wire {
namespace {

/// What a rule judges, by the facts its function takes.
struct JudgedName {
    std::string_view operator()(std::monostate) const {
        return "held by the database or the type system alone";
    }
    std::string_view operator()(policy::Check<policy::PromotionFacts>) const {
        return "promotion";
    }
    std::string_view operator()(policy::Check<policy::ManifestFacts>) const {
        return "manifest";
    }
    std::string_view operator()(policy::Check<policy::PlanFactsAct>) const {
        return "exposure plan";
    }
    std::string_view operator()(policy::Check<policy::ApprovalAct>) const {
        return "approval";
    }
    std::string_view operator()(policy::Check<policy::ConsentAct>) const {
        return "consent";
    }
    std::string_view operator()(policy::Check<policy::CheckAct>) const {
        return "evidence";
    }
    std::string_view operator()(policy::Check<policy::RiskAcceptanceAct>) const {
        return "risk acceptance";
    }
    std::string_view operator()(policy::Check<policy::HardStopResolutionAct>) const {
        return "hard stop resolution";
    }
    std::string_view operator()(policy::Check<policy::MemoAct>) const {
        return "decision memo";
    }
    std::string_view operator()(policy::Check<policy::SignatureAct>) const {
        return "memo signature";
    }
    std::string_view operator()(policy::Check<policy::RollbackAct>) const {
        return "rollback";
    }
    std::string_view operator()(policy::Check<policy::KillAct>) const {
        return "kill switch";
    }
    std::string_view operator()(policy::Check<policy::RoleGrantAct>) const {
        return "role grant";
    }
    std::string_view operator()(policy::Check<policy::SeverityChangeAct>) const {
        return "severity change";
    }
    std::string_view operator()(policy::Check<policy::AuditAct>) const {
        return "audit entry";
    }
};

platform::Json RuleToJson(const policy::Rule& rule) {
    platform::Json json{{"id", rule.id},
                        {"title", rule.title},
                        {"reference", rule.reference},
                        {"hard_stop", rule.hard_stop},
                        {"judges", std::visit(JudgedName{}, rule.check)}};
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
