#include "controller/http/openapi.hpp"

#include <map>
#include <set>
#include <stdexcept>

#include "controller/http/gatekeeper.hpp"
#include "controller/http/media_type.hpp"
#include "controller/http/routes.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace http {
namespace {

using platform::Json;

constexpr std::string_view kPagePrefix = "Page:";
constexpr std::string_view kComponents = "#/components/schemas/";

Json RefTo(std::string_view schema) {
    return {{"$ref", std::string(kComponents) + ComponentName(schema)}};
}

/// Expands the shorthand references, in place.
void ExpandRefs(Json& schema) {
    if (schema.is_object()) {
        if (const auto ref = schema.find("$ref"); ref != schema.end() && ref->is_string()) {
            const std::string name = ref->get<std::string>();
            if (!name.starts_with('#')) {
                *ref = std::string(kComponents) + name;
            }
        }
    }
    for (Json& child : schema) {
        if (child.is_structured()) {
            ExpandRefs(child);
        }
    }
}

/// Requests forbid what they do not name, because the decoders do. Answers stay open: a later server may say more.
void CloseObjects(Json& schema) {
    if (schema.is_object() && schema.contains("properties") && schema["properties"].is_object() &&
        !schema.contains("additionalProperties")) {
        schema["additionalProperties"] = false;
    }
    for (Json& child : schema) {
        if (child.is_structured()) {
            CloseObjects(child);
        }
    }
}

void CollectRefs(const Json& schema, std::set<std::string>& names) {
    if (schema.is_object()) {
        if (const auto ref = schema.find("$ref"); ref != schema.end() && ref->is_string()) {
            names.insert(ref->get<std::string>().substr(kComponents.size()));
        }
    }
    for (const Json& child : schema) {
        if (child.is_structured()) {
            CollectRefs(child, names);
        }
    }
}

class ComponentTable {
public:
    explicit ComponentTable(const wire::Schemas& schemas) {
        for (const wire::Schema& schema : schemas) {
            Add(schema.name, schema.json);
            if (!schema.example.empty()) {
                components_[schema.name]["examples"] = Json::array({Json::parse(schema.example)});
            }
        }
    }

    void AddPage(std::string_view schema) {
        if (schema.starts_with(kPagePrefix) && !components_.contains(ComponentName(schema))) {
            Add(ComponentName(schema), wire::PageSchema(schema.substr(kPagePrefix.size())));
        }
    }

    void Close(const std::string& name, std::set<std::string>& closed) {
        if (!closed.insert(name).second) {
            return;
        }
        Json& schema = Find(name);
        CloseObjects(schema);
        std::set<std::string> names;
        CollectRefs(schema, names);
        for (const std::string& next : names) {
            Close(next, closed);
        }
    }

    Json& Find(const std::string& name) {
        const auto found = components_.find(name);
        if (found == components_.end()) {
            throw std::logic_error("the route table names the schema '" + name + "', which does not exist");
        }
        return found->second;
    }

    Json ToJson() const {
        return Json(components_);
    }

private:
    void Add(const std::string& name, const std::string& text) {
        Json schema = Json::parse(text, nullptr, false);
        if (schema.is_discarded() || !components_.emplace(name, schema).second) {
            throw std::logic_error("schema '" + name + "' is malformed or exists twice");
        }
        ExpandRefs(components_[name]);
    }

    std::map<std::string, Json> components_;
};

std::string OperationId(const Route& route) {
    std::string id = platform::ToLowerAscii(MethodText(route.method));
    for (const char c : route.pattern) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            id += c;
        } else if (id.back() != '_') {
            id += '_';
        }
    }
    return id.substr(0, id.find_last_not_of('_') + 1);
}

Json Parameter(std::string_view name, std::string_view in, bool required, Json schema, std::string_view description) {
    Json parameter{{"name", name}, {"in", in}, {"required", required}, {"schema", std::move(schema)}};
    if (!description.empty()) {
        parameter["description"] = description;
    }
    return parameter;
}

Json Parameters(const Route& route) {
    Json parameters = Json::array();
    std::string_view rest = route.pattern;
    for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
        rest.remove_prefix(open + 1);
        parameters.push_back(Parameter(rest.substr(0, rest.find('}')), "path", true, {{"type", "string"}}, ""));
    }
    for (const QueryParameter& query : route.query) {
        Json schema = Json::parse(query.schema);
        ExpandRefs(schema);
        parameters.push_back(Parameter(query.name, "query", false, std::move(schema), query.description));
    }
    if (route.kind == Kind::kList) {
        parameters.push_back(Parameter("limit", "query", false,
                                       {{"type", "integer"}, {"minimum", 1}, {"maximum", 500}, {"default", 50}},
                                       "Items on a page."));
        parameters.push_back(
            Parameter("cursor", "query", false, {{"type", "string"}}, "The field next of the page before."));
    }
    if (Mutates(route.kind)) {
        parameters.push_back(Parameter("Idempotency-Key", "header", false,
                                       {{"type", "string"}, {"minLength", 1}, {"maxLength", 200}},
                                       "The same key with the same request replays the first answer for a day."));
    }
    if (route.kind == Kind::kChange) {
        parameters.push_back(
            Parameter("If-Match", "header", true, {{"type", "string"}}, "The ETag of the resource as it was read."));
    }
    return parameters;
}

std::vector<std::string> BodyTypes(BodyKind kind) {
    switch (kind) {
        case BodyKind::kNone:
            return {};
        case BodyKind::kJson:
        case BodyKind::kOptionalJson:
            return {"application/json"};
        case BodyKind::kJsonOrYaml:
            return {"application/json", "application/yaml"};
        case BodyKind::kText:
            return {"text/markdown", "text/plain"};
    }
    return {};
}

Json RequestBody(const Route& route) {
    Json body{{"required", route.body.kind != BodyKind::kOptionalJson}, {"content", Json::object()}};
    for (const std::string& type : BodyTypes(route.body.kind)) {
        Json& content = body["content"][type];
        content["schema"] = route.body.schema.empty() ? Json{{"type", "string"}} : RefTo(route.body.schema);
        if (!route.body.example.empty() && type == "application/json") {
            content["example"] = Json::parse(route.body.example);
        }
    }
    return body;
}

Json SuccessAnswer(const Route& route) {
    Json answer{{"description", "Success."},
                {"headers",
                 {{"ETag", {{"schema", {{"type", "string"}}}}}, {"X-Request-Id", {{"schema", {{"type", "string"}}}}}}}};
    bool first = true;
    for (const std::string_view type : platform::Split(route.answer.media_types, ',')) {
        answer["content"][std::string(type)]["schema"] =
            first && type == "application/json" && !route.answer.schema.empty() ? RefTo(route.answer.schema)
                                                                                : Json{{"type", "string"}};
        first = false;
    }
    if (route.kind == Kind::kCreate) {
        answer["headers"]["Location"] = {{"schema", {{"type", "string"}}}};
    }
    return answer;
}

Json Operation(const Route& route) {
    Json operation{{"operationId", OperationId(route)},
                   {"summary", route.summary},
                   {"tags", {route.area}},
                   {"parameters", Parameters(route)}};
    if (route.access == Access::kOpen) {
        operation["security"] = Json::array();
    } else {
        operation["description"] = "It " + NeededRoles(route.permission) + ".";
    }
    if (route.body.kind != BodyKind::kNone) {
        operation["requestBody"] = RequestBody(route);
    }
    operation["responses"][std::to_string(route.answer.status)] = SuccessAnswer(route);
    for (const int status : RefusalStatuses(route)) {
        operation["responses"][std::to_string(status)] = {
            {"$ref", "#/components/responses/Problem" + std::to_string(status)}};
    }
    return operation;
}

std::string_view MeaningOf(int status) {
    switch (status) {
        case 400:
            return "The request cannot be read.";
        case 401:
            return "Nobody is named as the caller.";
        case 403:
            return "A role is missing, or somebody else has to do this.";
        case 404:
            return "There is no such resource.";
        case 409:
            return "The rules or the resource's state do not allow this now; every finding is listed.";
        case 412:
            return "The resource has changed since the version that If-Match names.";
        case 413:
            return "The body is too large.";
        case 415:
            return "The media type is not accepted here.";
        case 422:
            return "The body's values do not hold; every error is listed.";
        case 428:
            return "If-Match is missing.";
        case 429:
            return "Too many requests; see Retry-After.";
        case 500:
            return "The server has a fault.";
        case 503:
            return "It could not be decided, mostly because the database cannot be used.";
        default:
            return "A problem.";
    }
}

Json ProblemAnswers() {
    Json answers = Json::object();
    for (const int status : {400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 500, 503}) {
        answers["Problem" + std::to_string(status)] = {
            {"description", MeaningOf(status)},
            {"content", {{"application/problem+json", {{"schema", RefTo("Problem")}}}}}};
    }
    return answers;
}

}  // namespace

std::string ComponentName(std::string_view schema) {
    return schema.starts_with(kPagePrefix) ? std::string(schema.substr(kPagePrefix.size())) + "Page"
                                           : std::string(schema);
}

std::string MakeOpenApi(std::span<const Route> routes, const wire::Schemas& schemas) {
    ComponentTable components(schemas);
    std::set<std::string> closed;
    Json paths = Json::object();
    for (const Route& route : routes) {
        if (!route.answer.schema.empty()) {
            components.AddPage(route.answer.schema);
            components.Find(ComponentName(route.answer.schema));
        }
        if (route.body.kind != BodyKind::kNone && !route.body.schema.empty()) {
            components.Close(std::string(route.body.schema), closed);
        }
        paths[std::string(route.pattern)][platform::ToLowerAscii(MethodText(route.method))] = Operation(route);
    }
    const Json document{{"openapi", "3.1.0"},
                        {"info",
                         {{"title", "Portcullis"},
                          {"version", PORTCULLIS_VERSION},
                          {"summary", "Release governance and rollout control for multi-tenant fleets."},
                          {"description",
                           "Errors are application/problem+json (RFC 9457) with all findings at once. The conventions "
                           "(Idempotency-Key, If-Match, cursors) are those of docs/api.md."}}},
                        {"paths", std::move(paths)},
                        {"components",
                         {{"schemas", components.ToJson()},
                          {"responses", ProblemAnswers()},
                          {"securitySchemes", {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}}}}}},
                        {"security", Json::array({{{"bearer", Json::array()}}})}};
    return document.dump();
}

const std::string& OpenApiText() {
    static const std::string text = MakeOpenApi(AllRoutes(), AllSchemas());
    return text;
}

}  // namespace http
