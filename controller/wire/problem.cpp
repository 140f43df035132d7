#include "controller/wire/problem.hpp"

#include <utility>

#include "controller/wire/fields.hpp"
#include "controller/wire/finding_json.hpp"

namespace wire {
namespace {

using platform::Json;

constexpr std::string_view kTypePrefix = "urn:portcullis:problem:";
constexpr platform::DocumentLimits kProblemLimits{.max_bytes = 8 * 1024 * 1024, .max_depth = 16, .max_nodes = 200'000};

std::string TextOr(const Json& json, const char* field, std::string_view otherwise) {
    const auto found = json.find(field);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string(otherwise);
}

}  // namespace

std::string ProblemText(const Problem& problem) {
    Json json{{"type", std::string(kTypePrefix) + CleanUtf8(problem.code)},
              {"title", CleanUtf8(problem.title)},
              {"status", problem.status}};
    const auto put = [&](const char* field, const std::string& text) {
        if (!text.empty()) {
            json[field] = CleanUtf8(text);
        }
    };
    put("detail", problem.detail);
    put("instance", problem.instance);
    put("request_id", problem.request_id);
    if (!problem.findings.empty()) {
        json["findings"] = ToJson(problem.findings);
    }
    for (const platform::FieldError& error : problem.errors) {
        json["errors"].push_back({{"pointer", CleanUtf8(error.pointer)}, {"message", CleanUtf8(error.message)}});
    }
    return platform::CanonicalJson(json);
}

platform::Expected<Problem, platform::FieldErrors> DecodeProblem(std::string_view json) {
    const auto document = platform::ParseJson(json, kProblemLimits);
    if (!document) {
        return platform::Unexpected<platform::FieldErrors>(document.error());
    }
    platform::FieldErrors errors;
    Problem problem;
    const std::string type = document->is_object() ? TextOr(*document, "type", "") : std::string();
    if (type.rfind(kTypePrefix, 0) != 0) {
        errors.push_back({"/type", "must start with " + std::string(kTypePrefix) + ": this is no answer of ours"});
        return platform::Unexpected<platform::FieldErrors>(std::move(errors));
    }
    problem.code = type.substr(kTypePrefix.size());
    problem.title = TextOr(*document, "title", "");
    problem.detail = TextOr(*document, "detail", "");
    problem.instance = TextOr(*document, "instance", "");
    problem.request_id = TextOr(*document, "request_id", "");
    if (const auto status = document->find("status"); status != document->end() && status->is_number_integer()) {
        problem.status = status->get<int>();
    }
    if (const auto findings = document->find("findings"); findings != document->end()) {
        problem.findings = ReadFindings(*findings, "/findings", errors);
    }
    if (const auto list = document->find("errors"); list != document->end() && list->is_array()) {
        for (const Json& item : *list) {
            if (item.is_object()) {
                problem.errors.push_back({TextOr(item, "pointer", ""), TextOr(item, "message", "")});
            }
        }
    }
    return ValueOrErrors(std::move(problem), std::move(errors));
}

}  // namespace wire
