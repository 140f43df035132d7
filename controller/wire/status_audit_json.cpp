#include "controller/wire/status_audit_json.hpp"

#include <algorithm>
#include <array>

#include "controller/wire/reading.hpp"

namespace wire {
namespace {

using platform::Json;

constexpr std::size_t kMostGates = 1000;
constexpr std::size_t kMostBlockers = 200;
constexpr platform::TextRule kShort{.min = 1, .max = 200};

/// Lowest first, as the report ranks them; -1 for a word it does not use.
int RankOfTier(const std::string& tier) {
    constexpr std::array<std::string_view, 5> kTiers = {"test-proof", "local-rehearsal", "managed-runtime-exercise",
                                                        "real-external-e2e", "production-observed"};
    const auto found = std::find(kTiers.begin(), kTiers.end(), tier);
    return found == kTiers.end() ? -1 : static_cast<int>(found - kTiers.begin());
}

/// A gate that says it passed has passed only with the evidence it asks for.
bool Holds(const AuditedGate& gate) {
    if (gate.effective_status != "passed") {
        return false;
    }
    return gate.minimum_tier.empty() ||
           (RankOfTier(gate.minimum_tier) >= 0 && RankOfTier(gate.highest_tier) >= RankOfTier(gate.minimum_tier));
}

AuditedGate ReadGate(const Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    AuditedGate gate;
    platform::ObjectReader in(json, pointer, errors);
    gate.id = in.Text("id", kShort);
    gate.blocking_level = in.OptionalText("blocking_level", kShort).value_or("");
    gate.status = in.Text("status", kShort);
    gate.effective_status = in.OptionalText("effective_status", kShort).value_or(gate.status);
    gate.minimum_tier = in.OptionalText("minimum_evidence_tier", kShort).value_or("");
    gate.highest_tier = in.OptionalText("highest_evidence_tier", kShort).value_or("");
    return gate;
}

void ReadReport(const Json& report, ImportStatusAudit& out, platform::FieldErrors& errors) {
    platform::ObjectReader in(report, "/report", errors);
    if (const Json* summary = in.Object("summary")) {
        platform::ObjectReader flags(*summary, "/report/summary", errors);
        out.repo_ready = flags.Boolean("repo_ready");
        out.rc_ready = flags.Boolean("rc_ready");
        out.release_ready = flags.Boolean("release_ready");
    }
    if (const Json* problems = in.OptionalArray("errors", 10'000)) {
        out.errors = static_cast<std::int64_t>(problems->size());
    }
    if (const Json* readiness = in.OptionalObject("readiness")) {
        platform::ObjectReader lists(*readiness, "/report/readiness", errors);
        for (const char* field : {"rc_blockers", "release_blockers"}) {
            for (std::string& blocker : lists.OptionalTextList(field, kMostBlockers, {.min = 1, .max = 1000})) {
                if (std::find(out.blockers.begin(), out.blockers.end(), blocker) == out.blockers.end()) {
                    out.blockers.push_back(std::move(blocker));
                }
            }
        }
    }
    if (const Json* gates = in.Array("release_gates", kMostGates)) {
        for (std::size_t i = 0; i < gates->size(); ++i) {
            AuditedGate gate = ReadGate((*gates)[i], "/report/release_gates/" + std::to_string(i), errors);
            if (!Holds(gate)) {
                out.failing_gates.push_back(gate.id);
            }
            out.gates.push_back(std::move(gate));
        }
        if (gates->empty()) {
            in.Error("release_gates", "holds no gate; an audit of nothing shows nothing");
        }
    }
    out.document = platform::CanonicalJson(report);
}

}  // namespace

Decoded<ImportStatusAudit> DecodeStatusAudit(const Document& document) {
    platform::FieldErrors errors;
    ImportStatusAudit out;
    platform::ObjectReader in(document.Root(), "", errors);
    out.commit = platform::ToLowerAscii(in.Text("commit", {.min = 7, .max = 64}));
    if (out.commit.find_first_not_of("0123456789abcdef") != std::string::npos) {
        in.Error("commit", "must be the hash of a commit: 7 to 64 hex digits");
    }
    if (const Json* report = in.Object("report")) {
        ReadReport(*report, out, errors);
    }
    in.Finish();
    return ValueOrErrors(std::move(out), std::move(errors));
}

std::string EncodeAuditedGates(const std::vector<AuditedGate>& gates) {
    Json json = Json::array();
    for (const AuditedGate& gate : gates) {
        Json entry = {{"id", gate.id}, {"status", gate.status}, {"effective_status", gate.effective_status}};
        for (const auto& [field, value] :
             {std::pair{"blocking_level", gate.blocking_level}, std::pair{"minimum_evidence_tier", gate.minimum_tier},
              std::pair{"highest_evidence_tier", gate.highest_tier}}) {
            if (!value.empty()) {
                entry[field] = value;
            }
        }
        json.push_back(std::move(entry));
    }
    return json.dump();
}

std::string EncodeStatusAudit(const StatusAudit& audit) {
    return Json{{"id", audit.id},
                {"programme", audit.programme},
                {"commit", audit.commit},
                {"document_sha256", audit.document_sha256},
                {"repo_ready", audit.repo_ready},
                {"rc_ready", audit.rc_ready},
                {"release_ready", audit.release_ready},
                {"errors", audit.errors},
                {"gates", Json::parse(audit.gates)},
                {"blockers", audit.blockers},
                {"failing_gates", audit.failing_gates},
                {"green", audit.green},
                {"recorded_by", audit.recorded_by},
                {"recorded_at", platform::FormatTime(audit.recorded_at)}}
        .dump();
}

Schemas StatusAuditSchemas() {
    return {
        {"StatusAudit",
         R"({"type":"object","required":["id","programme","commit","document_sha256","repo_ready","rc_ready",
               "release_ready","errors","gates","blockers","failing_gates","green","recorded_by","recorded_at"],
             "properties":{"id":{"$ref":"Id"},"programme":{"$ref":"Id"},"commit":{"type":"string"},
               "document_sha256":{"$ref":"ContentHash"},"repo_ready":{"type":"boolean"},"rc_ready":{"type":"boolean"},
               "release_ready":{"type":"boolean"},"errors":{"type":"integer"},
               "gates":{"type":"array","items":{"type":"object","required":["id","status","effective_status"],
                 "properties":{"id":{"type":"string"},"blocking_level":{"type":"string"},"status":{"type":"string"},
                   "effective_status":{"type":"string"},"minimum_evidence_tier":{"type":"string"},
                   "highest_evidence_tier":{"type":"string"}}}},
               "blockers":{"type":"array","items":{"type":"string"}},
               "failing_gates":{"type":"array","items":{"type":"string"}},"green":{"type":"boolean"},
               "recorded_by":{"$ref":"Id"},"recorded_at":{"$ref":"Instant"}}})",
         ""},
        {"ImportStatusAudit",
         R"({"type":"object","required":["commit","report"],
             "properties":{"commit":{"type":"string","minLength":7,"maxLength":64},
               "report":{"type":"object","additionalProperties":true,"required":["summary","release_gates"],
                 "description":"what status_audit.py --check prints",
                 "properties":{"summary":{"type":"object","additionalProperties":true},
                   "release_gates":{"type":"array","minItems":1,
                     "items":{"type":"object","additionalProperties":true}}}}}})",
         R"({"commit":"0badcafe12","report":{"summary":{"repo_ready":true,"rc_ready":true,"release_ready":true},
             "errors":[],"release_gates":[{"id":"parcels-are-found","blocking_level":"release-ready","status":"passed",
               "effective_status":"passed","minimum_evidence_tier":"local-rehearsal",
               "highest_evidence_tier":"managed-runtime-exercise"}]}})"},
    };
}

}  // namespace wire
