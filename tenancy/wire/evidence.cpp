#include "tenancy/wire/evidence.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "platform/json/number.hpp"
#include "tenancy/wire/digest_json.hpp"

namespace tenancy::wire {
namespace {

using platform::FieldErrors;
using platform::Json;
using platform::ObjectReader;

constexpr std::size_t kNameChars = 200;
constexpr std::size_t kDetailChars = 2000;
constexpr std::size_t kExpectationChars = 500;
constexpr std::size_t kExcerptChars = 600;
constexpr std::size_t kDigestChars = 64;
constexpr std::size_t kMostChecks = 100;
constexpr std::size_t kMostFacts = 50;
constexpr platform::TextRule kEvidenceName{0, kNameChars};
constexpr platform::TextRule kEvidenceDetail{0, kDetailChars};

/// Fit for a document whatever the bytes are: answers of a stranger end up here.
std::string CleanText(std::string_view text, std::size_t most) {
    const bool plain = platform::IsValidUtf8(text) && std::ranges::none_of(text, [](char c) {
                           return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
                       });
    return std::string(platform::TruncateUtf8(plain ? std::string(text) : platform::EscapeForLog(text), most));
}

/// Within what a document can hold.
std::int64_t CleanNumber(std::int64_t number) {
    return std::clamp(number, -platform::kLargestInteger, platform::kLargestInteger);
}

Json FactJson(const std::variant<bool, std::int64_t, std::string>& fact) {
    if (const auto* text = std::get_if<std::string>(&fact)) {
        return CleanText(*text, kExpectationChars);
    }
    if (const auto* number = std::get_if<std::int64_t>(&fact)) {
        return CleanNumber(*number);
    }
    return std::get<bool>(fact);
}

Json CheckJson(const ProbeCheck& check) {
    Json json{
        {"what", CleanText(check.what, kNameChars)},      {"with", CleanText(check.with, kNameChars)},
        {"outcome", platform::EnumText(check.outcome)},   {"expected", CleanText(check.expected, kExpectationChars)},
        {"got", CleanText(check.got, kExpectationChars)}, {"duration_ms", CleanNumber(check.duration_ms)}};
    if (!check.excerpt.empty()) {
        json["excerpt"] = CleanText(check.excerpt, kExcerptChars);
    }
    return json;
}

Json StepJson(const ProbeStep& step) {
    Json evidence = Json::parse(step.evidence, nullptr, false);
    if (!evidence.is_object()) {
        evidence = Json::object();
    }
    return {{"step", platform::EnumText(step.step)},
            {"outcome", platform::EnumText(step.outcome)},
            {"at", platform::FormatTime(step.at)},
            {"detail", CleanText(step.detail, kDetailChars)},
            {"evidence", std::move(evidence)}};
}

/// The step whose evidence takes the most room; that there was more than fits is said in its place.
void DropLargestEvidence(Json& steps) {
    Json* largest = nullptr;
    std::size_t size = 0;
    for (Json& step : steps) {
        const std::size_t bytes = step["evidence"].dump().size();
        if (largest == nullptr || bytes > size) {
            largest = &step;
            size = bytes;
        }
    }
    if (largest != nullptr) {
        (*largest)["evidence"] = {{"left_out", "the evidence was too large to send"}};
    }
}

ProbeStep ReadStep(const Json& json, const std::string& pointer, FieldErrors& errors) {
    ObjectReader in(json, pointer, errors);
    ProbeStep step;
    step.step = in.Enum<ProbeKind>("step");
    step.outcome = in.Enum<ProbeOutcome>("outcome");
    step.at = in.Instant("at");
    step.detail = in.Text("detail", kEvidenceDetail);
    if (const Json* evidence = in.Object("evidence")) {
        step.evidence = evidence->dump();
    }
    in.Finish();
    return step;
}

WatchSample ReadSample(const Json& json, const std::string& pointer, FieldErrors& errors) {
    ObjectReader in(json, pointer, errors);
    WatchSample sample;
    sample.requests = in.Integer("requests", 0, platform::kLargestInteger);
    sample.errors_5xx = in.Integer("errors_5xx", 0, platform::kLargestInteger);
    sample.errors_501 = in.Integer("errors_501", 0, platform::kLargestInteger);
    sample.default_org_ok = in.Boolean("default_org_ok");
    in.Finish();
    return sample;
}

}  // namespace

Json DigestJson(const TenantDigest& digest) {
    return {{"count", CleanNumber(digest.count)}, {"digest", digest.digest}};
}

TenantDigest ReadDigest(const Json& json, const std::string& pointer, FieldErrors& errors) {
    ObjectReader in(json, pointer, errors);
    TenantDigest digest;
    digest.count = in.Integer("count", 0, platform::kLargestInteger);
    digest.digest = in.Text("digest", {kDigestChars, kDigestChars});
    if (digest.digest.find_first_not_of("0123456789abcdef") != std::string::npos) {
        in.Error("digest", "must be a SHA-256 in lower-case hex");
    }
    in.Finish();
    return digest;
}

std::string EncodeProbeEvidence(const ProbeEvidence& evidence) {
    Json json{{"probed_by", CleanText(evidence.probed_by, kNameChars)}};
    for (const auto& [name, fact] : evidence.facts) {
        if (json.contains("facts") && json["facts"].size() == kMostFacts) {
            break;
        }
        json["facts"][CleanText(name, kNameChars)] = FactJson(fact);
    }
    if (evidence.tenants) {
        json["tenants"] = DigestJson(*evidence.tenants);
    }
    if (evidence.baseline) {
        json["baseline"] = DigestJson(*evidence.baseline);
    }
    for (std::size_t at = 0; at < std::min(evidence.checks.size(), kMostChecks); ++at) {
        json["checks"].push_back(CheckJson(evidence.checks[at]));
    }
    return json.dump();
}

std::string EncodeVerify(const VerifyRequest& request) {
    Json json{{"type", "verify"},
              {"request", request.request},
              {"purpose", platform::EnumText(request.purpose)},
              {"kind", platform::EnumText(request.kind)},
              {"operation", request.operation},
              {"generation", request.generation},
              {"enabled", request.enabled},
              {"mode", platform::EnumText(request.mode)},
              {"ordered_ms_ago", CleanNumber(request.ordered_ms_ago)},
              {"previous_boot_id", nullptr},
              {"baseline", nullptr}};
    if (request.previous_boot_id) {
        json["previous_boot_id"] = *request.previous_boot_id;
    }
    if (request.baseline) {
        json["baseline"] = DigestJson(*request.baseline);
    }
    return json.dump();
}

VerifyRequest ReadVerify(ObjectReader& in, FieldErrors& errors) {
    VerifyRequest request;
    request.request = in.Text("request", {1, kNameChars});
    request.purpose = in.Enum<VerifyPurpose>("purpose");
    request.kind = in.Enum<VerifyKind>("kind");
    request.operation = in.Text("operation", kEvidenceName);
    request.generation = in.Integer("generation", 0, platform::kLargestInteger);
    request.enabled = in.Boolean("enabled");
    request.mode = in.Enum<ApplyMode>("mode");
    request.ordered_ms_ago = in.Integer("ordered_ms_ago", 0, platform::kLargestInteger);
    request.previous_boot_id = in.OptionalText("previous_boot_id", {1, kNameChars});
    if (const Json* baseline = in.OptionalObject("baseline")) {
        request.baseline = ReadDigest(*baseline, in.PointerTo("baseline"), errors);
    }
    return request;
}

std::string EncodeEvidence(const Evidence& evidence) {
    Json steps = Json::array();
    for (const ProbeStep& step : evidence.steps) {
        steps.push_back(StepJson(step));
    }
    Json json{{"type", "evidence"},
              {"request", evidence.request},
              {"sent_at", platform::FormatTime(evidence.sent_at)},
              {"steps", std::move(steps)},
              {"sample", nullptr}};
    if (evidence.sample) {
        json["sample"] = {{"requests", CleanNumber(evidence.sample->requests)},
                          {"errors_5xx", CleanNumber(evidence.sample->errors_5xx)},
                          {"errors_501", CleanNumber(evidence.sample->errors_501)},
                          {"default_org_ok", evidence.sample->default_org_ok}};
    }
    std::string text = json.dump();
    for (std::size_t dropped = 0; text.size() > kMaxEvidenceBytes && dropped < evidence.steps.size(); ++dropped) {
        DropLargestEvidence(json["steps"]);
        text = json.dump();
    }
    return text;
}

platform::Expected<Evidence, FieldErrors> DecodeEvidence(std::string_view text) {
    const auto json = platform::ParseJson(text, {.max_bytes = kMaxEvidenceBytes, .max_depth = 10, .max_nodes = 20'000});
    if (!json) {
        return platform::Unexpected<FieldErrors>(json.error());
    }
    FieldErrors errors;
    ObjectReader in(*json, "", errors);
    Evidence evidence;
    if (in.Text("type") != "evidence") {
        in.Error("type", "must be evidence");
    }
    evidence.request = in.Text("request", {1, kNameChars});
    evidence.sent_at = in.Instant("sent_at");
    if (const Json* steps = in.Array("steps", kMaxProbeSteps)) {
        for (std::size_t at = 0; at < steps->size(); ++at) {
            evidence.steps.push_back(ReadStep((*steps)[at], in.PointerTo("steps") + "/" + std::to_string(at), errors));
        }
    }
    if (const Json* sample = in.OptionalObject("sample")) {
        evidence.sample = ReadSample(*sample, in.PointerTo("sample"), errors);
    }
    in.Finish();
    if (!errors.empty()) {
        return platform::Unexpected<FieldErrors>(std::move(errors));
    }
    return evidence;
}

}  // namespace tenancy::wire
