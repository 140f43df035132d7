#include "tests/api/contract.hpp"

#include <mutex>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "platform/base/text.hpp"

namespace api_test {
namespace {

using platform::Json;

// The validator makes the expressions of a format anew for each text, which took a seventh of a test's processor time;
// those of a pattern it keeps.
constexpr const char* kDateTime =
    "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?Z$";
constexpr const char* kDate = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

void UsePatterns(Json& schema) {
    const Json format = schema.value("format", Json());
    if (format == "date-time" || format == "date") {
        schema.erase("format");
        schema["pattern"] = format == "date" ? kDate : kDateTime;
    }
}

void CloseAll(Json& schema) {
    if (schema.is_object()) {
        UsePatterns(schema);
    }
    if (schema.is_object() && schema.contains("properties") && schema["properties"].is_object() &&
        !schema.contains("additionalProperties")) {
        schema["additionalProperties"] = false;
    }
    for (Json& child : schema) {
        if (child.is_structured()) {
            CloseAll(child);
        }
    }
}

bool SegmentFits(std::string_view pattern, std::string_view segment) {
    if (!pattern.starts_with('{')) {
        return pattern == segment;
    }
    const std::string_view verb = pattern.substr(pattern.find('}') + 1);
    return segment.size() > verb.size() && segment.ends_with(verb) &&
           (!verb.empty() || segment.find(':') == std::string_view::npos);
}

bool Fits(std::string_view pattern, std::string_view path) {
    const auto patterns = platform::Split(pattern, '/');
    const auto segments = platform::Split(path, '/');
    if (patterns.size() != segments.size()) {
        return false;
    }
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        if (!SegmentFits(patterns[i], segments[i])) {
            return false;
        }
    }
    return true;
}

}  // namespace

struct Contract::Schemas {
    std::mutex mutex;
    std::map<std::string, std::unique_ptr<valijson::Schema>> by_ref;
    valijson::Validator validator;  // keeps what it compiled
};

Contract::Contract(Json document) : document_(std::move(document)), schemas_(std::make_unique<Schemas>()) {
    CloseAll(document_["components"]["schemas"]);
}
Contract::~Contract() = default;

std::string Contract::TemplateOf(const std::string& path) const {
    const std::string bare = path.substr(0, path.find('?'));
    std::string found;
    for (const auto& [pattern, operations] : document_["paths"].items()) {
        // A pattern without parameters wins over one with.
        if (Fits(pattern, bare) && (found.empty() || pattern.find('{') == std::string::npos)) {
            found = pattern;
        }
    }
    return found;
}

std::vector<std::string> Contract::SchemaComplaints(const std::string& component, const Json& document) const {
    const std::lock_guard lock(schemas_->mutex);
    auto& schema = schemas_->by_ref[component];
    if (!schema) {
        // The whole document is the schema's root, so that references into it resolve.
        Json root = document_;
        root["$ref"] = "#/components/schemas/" + component;
        Json only{{"components", document_["components"]}, {"allOf", Json::array({{{"$ref", root["$ref"]}}})}};
        schema = std::make_unique<valijson::Schema>();
        valijson::SchemaParser parser;
        parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(only), *schema);
    }
    valijson::ValidationResults results;
    std::vector<std::string> complaints;
    if (!schemas_->validator.validate(*schema, valijson::adapters::NlohmannJsonAdapter(document), &results)) {
        valijson::ValidationResults::Error error;
        while (results.popError(error)) {
            std::string where;
            for (const std::string& part : error.context) {
                where += part;
            }
            complaints.push_back(component + " " + where + ": " + error.description);
        }
    }
    return complaints;
}

std::vector<std::string> Contract::Complaints(const std::string& method, const std::string& path, int status,
                                              const std::string& content_type, const std::string& body) const {
    const std::string pattern = TemplateOf(path);
    const std::string verb = platform::ToLowerAscii(method == "HEAD" ? "GET" : method);
    if (pattern.empty() || !document_["paths"][pattern].contains(verb)) {
        // Nothing is promised but how errors look; 431, 414 and the like are below the routes.
        return status < 400 ? std::vector<std::string>{"an undocumented operation succeeded"}
                            : SchemaComplaints("Problem", Json::parse(body, nullptr, false));
    }
    const Json& answers = document_["paths"][pattern][verb]["responses"];
    if (status == 304) {
        return {};
    }
    // Refused before it was a request of any route: documented for all of them at once, in words.
    const bool below_routes =
        status == 408 || status == 414 || status == 417 || status == 431 || status == 501 || status == 505;
    if (!below_routes && !answers.contains(std::to_string(status))) {
        return {"status " + std::to_string(status) + " is not documented for " + method + " " + pattern};
    }
    const std::string type = content_type.substr(0, content_type.find(';'));
    if (status >= 400) {
        if (type != "application/problem+json") {
            return {"an error is application/problem+json, not " + type};
        }
        return SchemaComplaints("Problem", Json::parse(body, nullptr, false));
    }
    const Json& content = answers[std::to_string(status)]["content"];
    if (!content.contains(type)) {
        return {"media type " + type + " is not documented for " + method + " " + pattern};
    }
    const Json& schema = content[type]["schema"];
    if (method == "HEAD" || !schema.contains("$ref")) {
        return {};
    }
    const std::string ref = schema["$ref"].get<std::string>();
    return SchemaComplaints(ref.substr(ref.rfind('/') + 1), Json::parse(body, nullptr, false));
}

}  // namespace api_test
