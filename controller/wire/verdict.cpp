#include "controller/wire/verdict.hpp"

#include <utility>

#include "controller/policy/catalogue.hpp"
#include "controller/wire/fields.hpp"
#include "controller/wire/finding_json.hpp"
#include "controller/wire/json_text.hpp"
#include "platform/json/json.hpp"

namespace wire {
namespace {

using platform::Json;

constexpr platform::DocumentLimits kVerdictLimits{.max_bytes = 8 * 1024 * 1024, .max_depth = 16, .max_nodes = 200'000};
constexpr platform::TextRule kShortText{.min = 0, .max = 500};

/// What another program wrote, control characters and all: reports escape it, the terminal's printer too.
std::string RawText(platform::ObjectReader& in, std::string_view field, bool required) {
    const Json* const value = in.Any(field);
    if (value != nullptr && value->is_string()) {
        return value->get<std::string>();
    }
    if (value != nullptr || required) {
        in.Error(field, value == nullptr ? "is required" : "must be text");
    }
    return {};
}

FindingDocument ReadFinding(const Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    platform::ObjectReader in(json, pointer, errors);
    FindingDocument finding;
    finding.rule = in.Text("rule", kShortText);
    finding.kind = in.Enum<policy::FindingKind>("kind");
    finding.hard_stop = in.OptionalBoolean("hard_stop").value_or(false);
    finding.message = RawText(in, "message", true);
    finding.remedy = RawText(in, "remedy", false);
    finding.subject = RawText(in, "subject", false);
    finding.reference = RawText(in, "reference", false);
    finding.ends_at = in.OptionalInstant("ends_at");
    return finding;
}

void PutFinding(JsonText& out, const FindingDocument& finding) {
    out.BeginObject();
    if (finding.ends_at) {
        out.Key("ends_at");
        out.PlainText(platform::FormatTime(*finding.ends_at));
    }
    out.Key("hard_stop");
    out.Boolean(finding.hard_stop);
    out.Key("kind");
    out.PlainText(platform::EnumText(finding.kind));
    out.Key("message");
    out.Text(finding.message);
    if (!finding.reference.empty()) {
        out.Key("reference");
        out.Text(finding.reference);
    }
    out.Key("remedy");
    out.Text(finding.remedy);
    out.Key("rule");
    out.Text(finding.rule);
    if (!finding.subject.empty()) {
        out.Key("subject");
        out.Text(finding.subject);
    }
    out.EndObject();
}

}  // namespace

GateDecision DecisionOf(policy::VerdictState state) {
    switch (state) {
        case policy::VerdictState::kAllow:
            return GateDecision::kAllow;
        case policy::VerdictState::kDeny:
        case policy::VerdictState::kPending:
            return GateDecision::kDeny;
        case policy::VerdictState::kIndeterminate:
            break;
    }
    return GateDecision::kIndeterminate;
}

FindingDocument MakeFindingDocument(const policy::Finding& finding) {
    const policy::Rule* const rule = policy::FindRule(finding.rule);
    return {.rule = std::string(finding.rule),
            .kind = finding.kind,
            .hard_stop = finding.hard_stop,
            .message = finding.message,
            .remedy = finding.remedy,
            .subject = finding.subject,
            .reference = rule == nullptr ? std::string() : std::string(rule->reference),
            .ends_at = finding.ends_at};
}

std::vector<FindingDocument> MakeFindingDocuments(const policy::Findings& findings) {
    std::vector<FindingDocument> documents;
    documents.reserve(findings.size());
    for (const policy::Finding& finding : findings) {
        documents.push_back(MakeFindingDocument(finding));
    }
    return documents;
}

VerdictDocument MakeVerdictDocument(const policy::PromotionFacts& facts, const policy::Verdict& verdict,
                                    std::string facts_hash) {
    return {.release = facts.release.id.Text(),
            .from = facts.release.channel,
            .to = facts.to,
            .classification = facts.manifest.classification,
            .state = verdict.state,
            .findings = MakeFindingDocuments(verdict.findings),
            .earliest = verdict.earliest,
            .evaluated_at = facts.now,
            .facts_hash = std::move(facts_hash),
            .catalogue_version = policy::kCatalogueVersion};
}

Json ToJson(const FindingDocument& finding) {
    Json json{{"rule", CleanUtf8(finding.rule)},
              {"kind", platform::EnumText(finding.kind)},
              {"hard_stop", finding.hard_stop},
              {"message", CleanUtf8(finding.message)},
              {"remedy", CleanUtf8(finding.remedy)}};
    if (!finding.subject.empty()) {
        json["subject"] = CleanUtf8(finding.subject);
    }
    if (!finding.reference.empty()) {
        json["reference"] = CleanUtf8(finding.reference);
    }
    if (finding.ends_at) {
        json["ends_at"] = platform::FormatTime(*finding.ends_at);
    }
    return json;
}

Json ToJson(const policy::Finding& finding) {
    return ToJson(MakeFindingDocument(finding));
}

Json ToJson(const std::vector<FindingDocument>& findings) {
    Json list = Json::array();
    for (const FindingDocument& finding : findings) {
        list.push_back(ToJson(finding));
    }
    return list;
}

Json ToJson(const policy::Findings& findings) {
    return ToJson(MakeFindingDocuments(findings));
}

Json ToJson(const VerdictDocument& verdict) {
    Json json{{"release", CleanUtf8(verdict.release)},
              {"from", platform::EnumText(verdict.from)},
              {"to", platform::EnumText(verdict.to)},
              {"state", platform::EnumText(verdict.state)},
              {"decision", platform::EnumText(DecisionOf(verdict.state))},
              {"findings", ToJson(verdict.findings)},
              {"evaluated_at", platform::FormatTime(verdict.evaluated_at)},
              {"facts_hash", CleanUtf8(verdict.facts_hash)},
              {"catalogue_version", verdict.catalogue_version}};
    if (verdict.classification) {
        json["class"] = platform::EnumText(*verdict.classification);
    }
    if (verdict.earliest) {
        json["earliest"] = platform::FormatTime(*verdict.earliest);
    }
    if (verdict.what_if) {
        json["what_if"] = true;
    }
    if (verdict.simulated_clock) {
        json["simulated_clock"] = true;
    }
    return json;
}

std::vector<FindingDocument> ReadFindings(const Json& list, const std::string& pointer, platform::FieldErrors& errors) {
    std::vector<FindingDocument> findings;
    if (!list.is_array()) {
        errors.push_back({pointer, "must be a list"});
        return findings;
    }
    for (const Json& item : list) {
        findings.push_back(ReadFinding(item, pointer + "/" + std::to_string(findings.size()), errors));
    }
    return findings;
}

platform::Expected<VerdictDocument, platform::FieldErrors> DecodeVerdictJson(const Json& document) {
    platform::FieldErrors errors;
    platform::ObjectReader in(document, "", errors);
    VerdictDocument verdict;
    verdict.release = in.Text("release", kShortText);
    verdict.from = in.Enum<policy::Channel>("from");
    verdict.to = in.Enum<policy::Channel>("to");
    verdict.classification = in.OptionalEnum<policy::ReleaseClass>("class");
    verdict.state = in.Enum<policy::VerdictState>("state");
    if (const Json* const findings = in.Any("findings")) {
        verdict.findings = ReadFindings(*findings, in.PointerTo("findings"), errors);
    } else {
        in.Error("findings", "is required");
    }
    verdict.earliest = in.OptionalInstant("earliest");
    verdict.evaluated_at = in.Instant("evaluated_at");
    verdict.facts_hash = in.Text("facts_hash", kShortText);
    verdict.catalogue_version = static_cast<int>(in.Integer("catalogue_version", 0, 1'000'000));
    verdict.what_if = in.OptionalBoolean("what_if").value_or(false);
    verdict.simulated_clock = in.OptionalBoolean("simulated_clock").value_or(false);
    // The decision follows from the state; a document that says otherwise is no verdict of ours.
    const auto decision = in.Enum<GateDecision>("decision");
    if (errors.empty() && decision != DecisionOf(verdict.state)) {
        in.Error("decision", "must be '" + std::string(platform::EnumText(DecisionOf(verdict.state))) +
                                 "' in the state '" + std::string(platform::EnumText(verdict.state)) + "'");
    }
    return ValueOrErrors(std::move(verdict), std::move(errors));
}

// Fields in the order of their names, so that this is the canonical text of ToJson(verdict).
std::string EncodeVerdict(const VerdictDocument& verdict) {
    JsonText out;
    out.BeginObject();
    out.Key("catalogue_version");
    out.Integer(verdict.catalogue_version);
    if (verdict.classification) {
        out.Key("class");
        out.PlainText(platform::EnumText(*verdict.classification));
    }
    out.Key("decision");
    out.PlainText(platform::EnumText(DecisionOf(verdict.state)));
    if (verdict.earliest) {
        out.Key("earliest");
        out.PlainText(platform::FormatTime(*verdict.earliest));
    }
    out.Key("evaluated_at");
    out.PlainText(platform::FormatTime(verdict.evaluated_at));
    out.Key("facts_hash");
    out.Text(verdict.facts_hash);
    out.Key("findings");
    out.BeginArray();
    for (const FindingDocument& finding : verdict.findings) {
        PutFinding(out, finding);
    }
    out.EndArray();
    out.Key("from");
    out.PlainText(platform::EnumText(verdict.from));
    out.Key("release");
    out.Text(verdict.release);
    if (verdict.simulated_clock) {
        out.Key("simulated_clock");
        out.Boolean(true);
    }
    out.Key("state");
    out.PlainText(platform::EnumText(verdict.state));
    out.Key("to");
    out.PlainText(platform::EnumText(verdict.to));
    if (verdict.what_if) {
        out.Key("what_if");
        out.Boolean(true);
    }
    out.EndObject();
    return out.Take();
}

platform::Expected<VerdictDocument, platform::FieldErrors> DecodeVerdict(std::string_view json) {
    const auto document = platform::ParseJson(json, kVerdictLimits);
    if (!document) {
        return platform::Unexpected<platform::FieldErrors>(document.error());
    }
    return DecodeVerdictJson(*document);
}

}  // namespace wire
