#include "controller/wire/operation_record.hpp"

#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace wire {
namespace {

using platform::Json;

std::string FactText(const Json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (value.is_boolean()) {
        return value.get<bool>() ? "yes" : "no";
    }
    return value.is_null() ? "not known" : value.dump();
}

bool IsFlat(const Json& value) {
    for (const Json& item : value) {
        if (item.is_structured()) {
            return false;
        }
    }
    return true;
}

std::string FlatText(const Json& value) {
    std::string text;
    if (value.is_array()) {
        for (const Json& item : value) {
            text += (text.empty() ? "" : ", ") + FactText(item);
        }
    } else {
        for (const auto& [name, item] : value.items()) {
            text += (text.empty() ? "" : ", ") + name + " " + FactText(item);
        }
    }
    return text.empty() ? "none" : text;
}

class EvidenceReader {
public:
    explicit EvidenceReader(std::size_t most) : most_(most) {}

    void Read(const Json& evidence) {
        view_.boot_id = Said(evidence, "boot_id");
        view_.boot_before = Said(evidence, "previous_boot_id");
        for (const auto& [name, value] : evidence.items()) {
            if (name == "checks" && value.is_array()) {
                for (const Json& check : value) {
                    AddCheck(check);
                }
            } else if ((name == "tenants" || name == "baseline") && IsDigest(value)) {
                (name == "tenants" ? view_.tenants : view_.baseline) =
                    platform::Plural(value["count"].get<std::int64_t>(), "record") + ", sha256 " +
                    value["digest"].get<std::string>();
            } else {
                AddFacts(name, value);
            }
        }
    }

    void AddFacts(const std::string& name, const Json& value) {
        if (!value.is_structured()) {
            AddFact(name, FactText(value));
        } else if (IsFlat(value)) {
            AddFact(name, FlatText(value));
        } else if (value.is_array()) {
            for (const Json& item : value) {
                AddFacts(name, item);
            }
        } else {
            for (const auto& [inner, item] : value.items()) {
                AddFacts(name + "/" + inner, item);
            }
        }
    }

    EvidenceView Take() {
        return std::move(view_);
    }

private:
    /// In the evidence itself, or among its facts.
    static std::string Said(const Json& evidence, const char* name) {
        for (const Json* part : {&evidence, evidence.contains("facts") ? &evidence["facts"] : nullptr}) {
            if (part != nullptr && part->is_object() && part->contains(name) && (*part)[name].is_string()) {
                return (*part)[name].get<std::string>();
            }
        }
        return {};
    }
    static bool IsDigest(const Json& value) {
        return value.is_object() && value.contains("count") && value["count"].is_number_integer() &&
               value.contains("digest") && value["digest"].is_string();
    }

    void AddFact(const std::string& name, std::string text) {
        if (view_.facts.size() == most_) {
            ++view_.left_out;
        } else {
            view_.facts.emplace_back(name, std::move(text));
        }
    }

    void AddCheck(const Json& check) {
        if (!check.is_object()) {
            AddFacts("checks", check);
            return;
        }
        if (view_.checks.size() == most_) {
            ++view_.left_out;
            return;
        }
        const auto text = [&](const char* field) {
            return check.contains(field) ? FactText(check[field]) : std::string();
        };
        view_.checks.push_back(
            {text("what"), text("with"), text("expected"), text("got"), text("outcome"), text("excerpt")});
    }

    std::size_t most_;
    EvidenceView view_;
};

}  // namespace

std::string EncodeOperationRecord(const OperationRecord& record) {
    Json json{{"operation", Json::parse(EncodeOperation(record.operation))},
              {"simulated_clock", record.simulated_clock}};
    if (record.approval) {
        json["approval"] = Json::parse(EncodeSwitchApproval(*record.approval));
    }
    if (record.review) {
        json["review"] = Json::parse(EncodeKillReview(*record.review));
    }
    if (record.audit_entries > 0) {
        json["audit"] = {{"first", record.audit_first}, {"last", record.audit_last}, {"entries", record.audit_entries}};
    }
    if (record.as_of) {
        json["as_of"] = platform::FormatTime(*record.as_of);
    }
    return platform::CanonicalJson(json);
}

EvidenceView ViewEvidence(std::string_view evidence, std::size_t most) {
    EvidenceReader reader(most);
    const auto parsed = platform::ParseJson(evidence);
    if (parsed && parsed->is_object()) {
        reader.Read(*parsed);
    } else {
        reader.AddFacts("evidence", Json(std::string(evidence)));
    }
    return reader.Take();
}

Schemas OperationRecordSchemas() {
    return {{"OperationRecord",
             R"({"type":"object","required":["operation","simulated_clock"],
                 "properties":{
                   "operation":{"$ref":"Operation"},
                   "approval":{"$ref":"SwitchApproval"},
                   "review":{"$ref":"KillReview"},
                   "audit":{"type":"object","required":["first","last","entries"],
                     "properties":{"first":{"type":"integer"},"last":{"type":"integer"},
                       "entries":{"type":"integer","description":"of this operation, among those from first to last"}}},
                   "as_of":{"type":"string","format":"date-time","description":"while somebody is still to answer or is not heard: when this was said"},
                   "simulated_clock":{"type":"boolean"}}})",
             ""}};
}

}  // namespace wire
