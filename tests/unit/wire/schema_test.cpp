// The JSON Schemas under manifests/ and the codec must say the same: a document is valid against the schema exactly
// when it decodes, but for what a schema cannot say, which is listed.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "controller/wire/manifest_json.hpp"
#include "controller/wire/plan_json.hpp"
#include "tests/unit/wire/samples.hpp"

namespace wire {
namespace {

using platform::Json;

class SchemaFile {
public:
    explicit SchemaFile(const std::string& path) : json_(Json::parse(SourceFile(path))) {
        valijson::SchemaParser(valijson::SchemaParser::kDraft7)
            .populateSchema(valijson::adapters::NlohmannJsonAdapter(json_), schema_);
    }
    bool Accepts(const Json& document) {
        return validator_.validate(schema_, valijson::adapters::NlohmannJsonAdapter(document), nullptr);
    }
    const Json& Text() const {
        return json_;
    }

private:
    Json json_;
    valijson::Schema schema_;
    valijson::Validator validator_{valijson::Validator::kStrongTypes};  // keeps the patterns it has compiled
};

SchemaFile& ManifestSchema() {
    static SchemaFile schema("manifests/release-manifest.schema.json");
    return schema;
}
SchemaFile& PlanSchema() {
    static SchemaFile schema("manifests/exposure-plan.schema.json");
    return schema;
}

/// Documents that differ from a good one in one place: every value in turn replaced by many others, every field in turn
/// left out, and one more put in.
std::vector<Json> Variants(const Json& good) {
    const std::vector<Json> values = {"",
                                      " ",
                                      "x",
                                      "none",
                                      "a b",
                                      "../x",
                                      "/x",
                                      "a//b",
                                      "a\\b",
                                      "a\nb",
                                      "C:/a",
                                      "~a",
                                      "...",
                                      "..",
                                      "a..b",
                                      "-a",
                                      ".a",
                                      "1a",
                                      "7d",
                                      "1 week",
                                      "0d",
                                      "2025-01-15",
                                      "2025-1-5",
                                      "https://host/a?b#c",
                                      "javascript:x",
                                      "http://",
                                      "https://u@h/",
                                      "https://h/a b",
                                      "sha256:" + std::string(64, '0'),
                                      "workflow",
                                      "<",
                                      "=<",
                                      "jane.doe",
                                      "Jane Doe",
                                      std::string(64, 'a'),
                                      std::string(65, 'a'),
                                      std::string(101, 'a'),
                                      std::string(201, 'a'),
                                      std::string(501, 'a'),
                                      std::string(1001, 'a'),
                                      0,
                                      1,
                                      -1,
                                      1.5,
                                      1'000'000'001,
                                      true,
                                      false,
                                      Json::array(),
                                      Json::array({"a"}),
                                      Json::array({1}),
                                      Json::array({""}),
                                      Json::object(),
                                      Json{{"text", "a"}},
                                      Json{{"x", 1}},
                                      "\xC3\xBC",
                                      "a\x7f",
                                      "immediately"};
    std::vector<Json> variants = {good, Json::array(), "x", 5, Json::object()};
    std::vector<std::string> pointers;
    // Every node of the document, inner ones too.
    const std::function<void(const Json&, const std::string&)> walk = [&](const Json& node,
                                                                          const std::string& pointer) {
        pointers.push_back(pointer);
        if (node.is_object()) {
            for (const auto& item : node.items()) {
                walk(item.value(), pointer + "/" + item.key());
            }
        } else if (node.is_array()) {
            for (std::size_t i = 0; i < node.size(); ++i) {
                walk(node[i], pointer + "/" + std::to_string(i));
            }
        }
    };
    walk(good, "");
    for (const std::string& pointer : pointers) {
        const Json::json_pointer at(pointer);
        for (const Json& value : values) {
            Json variant = good;
            variant[at] = value;
            variants.push_back(std::move(variant));
        }
        if (good[at].is_object()) {
            for (const auto& item : good[at].items()) {
                Json variant = good;
                variant[at].erase(item.key());
                variants.push_back(std::move(variant));
            }
            Json variant = good;
            variant[at]["another"] = "x";
            variants.push_back(std::move(variant));
        }
    }
    return variants;
}

/// What a schema cannot say; the codec alone refuses it.
bool IsBeyondASchema(const platform::FieldErrors& errors) {
    return std::all_of(errors.begin(), errors.end(), [](const platform::FieldError& error) {
        for (const char* part : {"listed twice", "two criteria have the key", "must not be shorter than minimum_stay",
                                 "must be a day", "direction of text", "must not contain control characters"}) {
            if (error.message.find(part) != std::string::npos) {
                return true;
            }
        }
        return false;
    });
}

template <typename Decode>
void ExpectAgreement(SchemaFile& schema, const Json& good, Decode decode) {
    int accepted = 0;
    int refused = 0;
    for (const Json& variant : Variants(good)) {
        const auto decoded = decode(variant);
        const bool valid = schema.Accepts(variant);
        (decoded ? accepted : refused) += 1;
        if (decoded) {
            EXPECT_TRUE(valid) << "decodes, but the schema refuses " << variant.dump().substr(0, 2'000);
        } else if (!IsBeyondASchema(decoded.error())) {
            EXPECT_FALSE(valid) << ErrorText(decoded.error()) << variant.dump().substr(0, 2'000);
        }
        if (testing::Test::HasFailure()) {
            return;  // one is enough to read
        }
    }
    EXPECT_GT(accepted, 100);
    EXPECT_GT(refused, 1'000);
}

TEST(ManifestSchemaFile, AgreesWithTheCodec) {
    ExpectAgreement(ManifestSchema(), ManifestToJson(FullManifest()), DecodeManifestJson);
}

TEST(ManifestSchemaFile, AgreesAboutTheLongestText) {
    Json json = ManifestToJson(FullManifest());
    for (const std::size_t length : {10'000U, 10'001U}) {
        json["description"] = std::string(length, 'a');
        EXPECT_EQ(ManifestSchema().Accepts(json), length == 10'000U);
        EXPECT_EQ(DecodeManifestJson(json).has_value(), length == 10'000U);
    }
}

TEST(ManifestSchemaFile, AgreesAboutDrafts) {
    const Json draft = {{"id", "r1"},
                        {"title", "T"},
                        {"description", "D"},
                        {"files_changed", {"a"}},
                        {"data_changes", "none"},
                        {"classification", nullptr}};
    EXPECT_TRUE(ManifestSchema().Accepts(draft));
    EXPECT_TRUE(DecodeManifestJson(draft));
}

TEST(PlanSchemaFile, AgreesWithTheCodec) {
    ExpectAgreement(PlanSchema(), PlanToJson(FullPlan()), DecodePlanJson);
}

TEST(SchemaFiles, AcceptTheExamples) {
    for (const char* name : {"2025-01-15-audit-filter-ui.as-dated.yaml", "2025-01-15-audit-filter-ui.corrected.yaml",
                             "2025-03-03-event-ledger.yaml", "2025-04-07-member-search.yaml"}) {
        const auto file = platform::ParseYaml(SourceFile(std::string("manifests/examples/") + name));
        ASSERT_TRUE(file) << ErrorText(file.error());
        EXPECT_TRUE(ManifestSchema().Accepts((*file)["manifest"])) << name;
        EXPECT_TRUE(PlanSchema().Accepts((*file)["exposure_plan"])) << name;
    }
}

TEST(SchemaFiles, KnowTheSameFieldsAndChoices) {
    const Json& manifest = ManifestSchema().Text();
    for (const auto& name : platform::EnumNames<policy::ReleaseClass>::kNames) {
        const Json& choices = manifest["properties"]["classification"]["enum"];
        EXPECT_NE(std::find(choices.begin(), choices.end(), name.text), choices.end()) << name.text;
    }
    const Json full = ManifestToJson(FullManifest());
    for (const auto& item : full.items()) {
        EXPECT_TRUE(manifest["properties"].contains(item.key())) << item.key();
    }
    EXPECT_EQ(manifest["properties"].size(), full.size());
    EXPECT_EQ(PlanSchema().Text()["properties"].size(), PlanToJson(FullPlan()).size());
}

}  // namespace
}  // namespace wire
