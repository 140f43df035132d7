#include "controller/wire/manifest.hpp"

#include <gtest/gtest.h>

#include "controller/wire/manifest_json.hpp"
#include "tests/unit/wire/samples.hpp"

namespace wire {
namespace {

using platform::Json;

Json FullJson() {
    return ManifestToJson(FullManifest());
}

/// The errors of the full manifest with one change.
platform::FieldErrors ErrorsWith(const std::string& pointer, const Json& value) {
    Json json = FullJson();
    json[Json::json_pointer(pointer)] = value;
    const auto decoded = DecodeManifestJson(json);
    return decoded ? platform::FieldErrors() : decoded.error();
}

void ExpectError(const std::string& pointer, const Json& value, std::string_view message,
                 const std::string& reported_at = {}) {
    const auto errors = ErrorsWith(pointer, value);
    EXPECT_TRUE(HasError(errors, reported_at.empty() ? pointer : reported_at, message))
        << value.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n"
        << ErrorText(errors);
    EXPECT_EQ(errors.size(), 1U) << ErrorText(errors);
}

void ExpectAccepted(const std::string& pointer, const Json& value) {
    const auto errors = ErrorsWith(pointer, value);
    EXPECT_TRUE(errors.empty()) << ErrorText(errors);
}

TEST(ManifestCodec, GivesBackWhatItWrote) {
    const std::string text = EncodeManifest(FullManifest());
    const auto decoded = DecodeManifest(text);
    ASSERT_TRUE(decoded) << ErrorText(decoded.error());
    EXPECT_EQ(EncodeManifest(*decoded), text);
    EXPECT_EQ(decoded->title, FullManifest().title);
    EXPECT_EQ(decoded->classification, policy::ReleaseClass::kMechanism);
    EXPECT_EQ(decoded->files_changed, FullManifest().files_changed);
    EXPECT_TRUE(decoded->data_changes.reversible);
    ASSERT_TRUE(decoded->rollback);
    EXPECT_EQ(decoded->rollback->triggers[1].limit->comparison, policy::Comparison::kGreaterOrEqual);
    EXPECT_EQ(decoded->rollback->communication[0].within, policy::Duration::zero());
    EXPECT_EQ(decoded->rollback->communication[1].within, std::chrono::hours(1));
    EXPECT_FALSE(decoded->rollback->communication[2].within);
}

TEST(ManifestCodec, KeepsADraftWithOnlyWhatADraftNeeds) {
    const auto decoded = DecodeManifest(
        R"({"id":"r1","title":"T","description":"D","files_changed":["a"],"data_changes":"none","classification":null})");
    ASSERT_TRUE(decoded) << ErrorText(decoded.error());
    EXPECT_FALSE(decoded->classification);
    EXPECT_FALSE(decoded->kill_switch);
    EXPECT_FALSE(decoded->rollback);
    EXPECT_FALSE(decoded->data_changes.present);
    EXPECT_EQ(EncodeManifest(*decoded),
              R"({"data_changes":"none","description":"D","files_changed":["a"],"id":"r1","title":"T"})");
}

TEST(ManifestCodec, ReadsWhatAReleaseRequires) {
    const auto decoded = DecodeManifest(EncodeManifest(FullManifest()));
    ASSERT_TRUE(decoded) << ErrorText(decoded.error());
    EXPECT_EQ(decoded->requirements, FullManifest().requirements);
    ExpectError("/requires/0", {{"for", "stable"}}, "must name a rollout with its stage, or a programme");
    ExpectError("/requires/0", {{"for", "stable"}, {"rollout", "a"}, {"stage", 1}, {"programme", "b"}}, "and not both");
    ExpectError("/requires/0", {{"for", "stable"}, {"rollout", "a"}}, "is missing", "/requires/0/stage");
    ExpectError("/requires/0", {{"for", "stable"}, {"programme", "a"}, {"stage", 1}}, "belongs to a rollout",
                "/requires/0/stage");
    ExpectError("/requires/0/for", "dev", "a release begins in dev");
    ExpectError("/requires/0/rollout", "no id", "must be a rollout's id");
    ExpectError("/requires/0/stage", 4, "3");
    ExpectError("/requires/0", {{"for", "candidate"}, {"programme", "parcels"}}, "is listed twice", "/requires/1");
}

TEST(ManifestCodec, HasOneTextForOneManifest) {
    const auto a = DecodeManifest(
        R"({"id":"r1","title":"T","description":"D","files_changed":["a"],"data_changes":"none","links":[],)"
        R"("kill_switch":{"flag":"F","default":false,"enabled_for":[]}})");
    const auto b =
        DecodeManifest(R"( {"kill_switch":{"needs_deployment":false,"default":false,"flag":"F"},"data_changes":"none",)"
                       R"("files_changed":["a"],"description":"D","title":"T","id":"r1","classification":null} )");
    ASSERT_TRUE(a && b);
    EXPECT_EQ(EncodeManifest(*a), EncodeManifest(*b));
    EXPECT_EQ(ContentHash(*a), ContentHash(*b));
}

TEST(ManifestCodec, ListsEverythingThatIsWrong) {
    const auto decoded = DecodeManifest(
        R"({"id":"..","title":"","files_changed":[],"data_changes":"maybe","clasification":"workflow","links":[{"title":"x"}]})");
    ASSERT_FALSE(decoded);
    const auto& errors = decoded.error();
    EXPECT_TRUE(HasError(errors, "/id", "release's id")) << ErrorText(errors);
    EXPECT_TRUE(HasError(errors, "/title", "must not be empty")) << ErrorText(errors);
    EXPECT_TRUE(HasError(errors, "/description", "required")) << ErrorText(errors);
    EXPECT_TRUE(HasError(errors, "/files_changed", "CLS-5")) << ErrorText(errors);
    EXPECT_TRUE(HasError(errors, "/data_changes", "'none'")) << ErrorText(errors);
    EXPECT_TRUE(HasError(errors, "/clasification", "did you mean 'classification'")) << ErrorText(errors);
    EXPECT_TRUE(HasError(errors, "/links/0/url", "required")) << ErrorText(errors);
}

TEST(ManifestCodec, NeverAssumesThatDataIsUntouched) {
    Json json = FullJson();
    json.erase("data_changes");
    auto decoded = DecodeManifestJson(json);
    ASSERT_FALSE(decoded);
    EXPECT_TRUE(HasError(decoded.error(), "/data_changes", "never assumed"));
    ExpectError("/data_changes", nullptr, "never assumed");
    ExpectError("/data_changes", "None", "not 'None'");
    ExpectError("/data_changes", false, "must be the text 'none'");
    ExpectError("/data_changes", Json::object(), "required", "/data_changes/description");
    ExpectError("/data_changes/migration", {{"idempotent", true}}, "required", "/data_changes/migration/reversible");
    ExpectError("/data_changes/migration/reversible", "yes", "true or false");
}

TEST(ManifestCodec, RefusesPathsThatAreUnsafeOrAmbiguous) {
    for (const char* path : {"/etc/passwd", "../secret", "a/../b", "..", "a/..", "a//b", "a/", "./a", "a/.", ".",
                             "C:/x", "~/x", "a\\b", "a\nb", "a\x1b[0m", "  "}) {
        const auto errors = ErrorsWith("/files_changed/0", path);
        ASSERT_FALSE(errors.empty()) << path;
        EXPECT_EQ(errors.front().pointer, "/files_changed/0") << path;
    }
    ExpectError("/files_changed/0", std::string(501, 'a'), "at most 500");
    ExpectError("/files_changed/0", "", "must not be empty");
    ExpectError("/files_changed/0", 7, "must be text");
    ExpectError("/files_changed/1", "src/b.cpp", "listed twice");
    ExpectError("/files_changed", "src", "must be a list");
    ExpectAccepted("/files_changed/0", "..a/b..c/...d");
    ExpectAccepted("/files_changed/0", ".github/workflows/ci.yml");
    ExpectAccepted("/files_changed/0", "src/a b/\xE4\xB8\xAD.ts");
}

TEST(ManifestCodec, NamesTheItemThatIsWrongAfterOthersThatAre) {
    const auto errors = ErrorsWith("/files_changed", {1, "../x", "ok", "a\tb", "ok"});
    EXPECT_TRUE(HasError(errors, "/files_changed/0", "text")) << ErrorText(errors);
    EXPECT_TRUE(HasError(errors, "/files_changed/1", "'..'")) << ErrorText(errors);
    EXPECT_TRUE(HasError(errors, "/files_changed/3", "one line")) << ErrorText(errors);
    EXPECT_TRUE(HasError(errors, "/files_changed/4", "twice")) << ErrorText(errors);
}

TEST(ManifestCodec, BoundsEveryList) {
    Json files = Json::array();
    for (int i = 0; i < 5001; ++i) {
        files.push_back("f" + std::to_string(i));
    }
    ExpectError("/files_changed", files, "at most 5000 items");
    files.erase(files.size() - 1);
    ExpectAccepted("/files_changed", files);
    const Json steps(101, "step");
    for (const char* list : {"/rollback/procedure", "/rollback/verification", "/rollback/triggers", "/observability"}) {
        ExpectError(list, steps, "at most 100 items");
    }
    ExpectError("/rollback/communication", Json(101, {{"who", "a"}, {"when", "b"}}), "at most 100 items");
    ExpectError("/links", Json(51, {{"title", "a"}, {"url", "https://a"}}), "at most 50 items");
}

TEST(ManifestCodec, ReportsABoundedNumberOfErrors) {
    const auto errors = ErrorsWith("/files_changed", Json(5000, "../x"));
    ASSERT_EQ(errors.size(), 101U);
    EXPECT_EQ(errors.back().message, "there are 4900 more errors; the first 100 are listed");
}

TEST(ManifestCodec, RefusesTextThatHidesSomething) {
    ExpectError("/title", "a\nb", "one line");
    ExpectError("/title",
                "\xE2\x80\xAE"
                "cipitsop",
                "direction");
    ExpectError("/title", "a\xE2\x81\xA6z", "direction");
    ExpectError("/title",
                "a\xC2\x85"
                "b",
                "control");
    ExpectError("/title", " \t", "blank");
    ExpectError("/description", " \n ", "blank");
    ExpectError("/description", "a\x1b[2J", "control");
    ExpectError("/kill_switch/activation", "\xE2\x80\xA8", "direction");
    ExpectError("/rollback/triggers/0", "a\x07", "control");
    ExpectError("/rollback/triggers/0", "", "must not be empty");
    ExpectAccepted("/description", "line\n\tline \xE2\x80\x93 \xF0\x9F\x98\x80");
}

TEST(ManifestCodec, HoldsArtifactsToADigest) {
    ExpectError("/artifacts/0/digest", "sha256:" + std::string(64, 'A'), "lower-case");
    ExpectError("/artifacts/0/digest", "sha256:" + std::string(63, 'a'), "64");
    ExpectError("/artifacts/0/digest", std::string(64, 'a'), "sha256:");
    ExpectError("/artifacts/0/digest", "sha512:" + std::string(64, 'a'), "sha256:");
    ExpectError("/artifacts/1/name", "web", "listed twice");
    ExpectError("/artifacts/0/size", 3, "unknown field");
}

TEST(ManifestCodec, TakesOnlyLinksThatABrowserMayFollow) {
    for (const char* url : {"javascript:alert(1)", "ftp://host/x", "https://", "http:///x", "https://:80/",
                            "data:text/html,x", "https://user:pw@host/", "https://host/a b", "https://host/\"><script>",
                            "//host", "https://h\xC3\xB6st/", "https://host/\\..", "https://host/\x7f"}) {
        const auto errors = ErrorsWith("/links/0/url", url);
        ASSERT_FALSE(errors.empty()) << url;
        EXPECT_EQ(errors.front().pointer, "/links/0/url");
    }
    for (const char* url : {"http://host", "HTTPS://host:8080/a/b?c=d&e=%20#f", "https://[::1]/x", "https://h/~a/@b"}) {
        ExpectAccepted("/links/0/url", url);
    }
}

TEST(ManifestCodec, HoldsTheKillSwitchToAName) {
    ExpectError("/kill_switch/flag", "1_FLAG", "flag's name");
    ExpectError("/kill_switch/flag", "A/B", "flag's name");
    ExpectError("/kill_switch/flag", "A B", "flag's name");
    ExpectError("/kill_switch/default", "false", "true or false");
    ExpectError("/kill_switch/needs_deploy", true, "did you mean 'needs_deployment'");
    Json json = FullJson();
    json["kill_switch"].erase("default");
    const auto decoded = DecodeManifestJson(json);
    ASSERT_FALSE(decoded);
    EXPECT_TRUE(HasError(decoded.error(), "/kill_switch/default", "required"));
}

TEST(ManifestCodec, LeavesAnIncompleteRollbackPlanToTheRules) {
    ExpectAccepted("/rollback", Json::object());
    ExpectAccepted("/rollback/triggers", Json::array());
    Json json = FullJson();
    json["rollback"] = Json::object();
    const auto decoded = DecodeManifestJson(json);
    ASSERT_TRUE(decoded && decoded->rollback);
    EXPECT_TRUE(decoded->rollback->owner.empty());
    ExpectError("/rollback/owner", "Jane Doe", "id of a person");
    ExpectError("/rollback/triggers/1/limit/comparison", "=<", "must be one of");
    ExpectError("/rollback/triggers/1/limit/threshold", "5", "number");
    ExpectError("/rollback/triggers/1/limit/when", "now", "unknown field");
    ExpectError("/rollback/triggers/1", 5, "must be a text");
    ExpectError("/rollback/communication/0/when", "", "must not be empty");
}

TEST(ManifestCodec, RefusesWhatIsNoManifestAtAll) {
    for (const char* text :
         {"", "null", "[]", "7", "\"x\"", "{", "{\"id\":\"a\",\"id\":\"b\"}", "{\"id\":\"a\\u0000\"}"}) {
        EXPECT_FALSE(DecodeManifest(text)) << text;
    }
    EXPECT_FALSE(DecodeManifest("{\"id\":\"\xff\"}"));
    EXPECT_FALSE(DecodeManifest(std::string(100'000, '[')));
    EXPECT_FALSE(DecodeManifest("{\"id\":\"" + std::string(5 * 1024 * 1024, 'a') + "\"}"));
}

TEST(ManifestHashes, ContentHashFollowsEveryField) {
    const std::string hash = ContentHash(FullManifest());
    EXPECT_EQ(hash.size(), 64U);
    const Json full = FullJson();
    const Json leaves = full.flatten();
    for (const auto& item : leaves.items()) {
        Json changed = full;
        Json& leaf = changed[Json::json_pointer(item.key())];
        if (leaf.is_boolean()) {
            leaf = !leaf.get<bool>();
        } else if (leaf.is_number_integer()) {
            leaf = leaf.get<std::int64_t>() + 1;
        } else if (leaf.is_number()) {
            leaf = leaf.get<double>() + 1;
        } else if (item.key() == "/classification") {
            leaf = "workflow";
        } else if (item.key().ends_with("/comparison")) {
            leaf = "<";
        } else if (item.key().ends_with("/for")) {
            leaf = "experimental";
        } else if (item.key().ends_with("/digest")) {
            leaf = "sha256:" + std::string(64, 'c');
        } else {
            leaf = leaf.get<std::string>() + "x";
        }
        const auto decoded = DecodeManifestJson(changed);
        ASSERT_TRUE(decoded) << item.key() << "\n" << ErrorText(decoded.error());
        EXPECT_NE(ContentHash(*decoded), hash) << item.key();
    }
}

TEST(ManifestHashes, ChangeHashFollowsOnlyWhatIsFrozen) {
    const policy::Manifest full = FullManifest();
    const std::string hash = ChangeHash(full);
    const auto hash_with = [&](auto change) {
        policy::Manifest manifest = full;
        change(manifest);
        return ChangeHash(manifest);
    };
    using policy::Manifest;
    EXPECT_NE(hash_with([](Manifest& m) { m.classification.reset(); }), hash);
    EXPECT_NE(hash_with([](Manifest& m) { m.classification = policy::ReleaseClass::kUiOnly; }), hash);
    EXPECT_NE(hash_with([](Manifest& m) { m.files_changed.pop_back(); }), hash);
    EXPECT_NE(hash_with([](Manifest& m) { m.artifacts[0].digest.back() = 'c'; }), hash);
    EXPECT_NE(hash_with([](Manifest& m) { m.artifacts[0].name = "x"; }), hash);
    EXPECT_NE(hash_with([](Manifest& m) { m.data_changes = {}; }), hash);
    EXPECT_NE(hash_with([](Manifest& m) { m.data_changes.reversible = false; }), hash);
    EXPECT_NE(hash_with([](Manifest& m) { m.data_changes.restore_path = "?"; }), hash);
    EXPECT_NE(hash_with([](Manifest& m) { m.kill_switch->flag = "OTHER"; }), hash);
    EXPECT_NE(hash_with([](Manifest& m) { m.kill_switch.reset(); }), hash);
    EXPECT_NE(hash_with([](Manifest& m) { m.version = "2"; }), hash);

    EXPECT_EQ(hash_with([](Manifest& m) { m.title = "x"; }), hash);
    EXPECT_EQ(hash_with([](Manifest& m) { m.description = "x"; }), hash);
    EXPECT_EQ(hash_with([](Manifest& m) { m.rollback.reset(); }), hash);
    EXPECT_EQ(hash_with([](Manifest& m) { m.kill_switch->activation = "x"; }), hash);
    EXPECT_EQ(hash_with([](Manifest& m) { m.links.clear(); }), hash);
    EXPECT_EQ(hash_with([](Manifest& m) { m.observability.clear(); }), hash);
    EXPECT_EQ(hash_with([](Manifest& m) { std::swap(m.files_changed[0], m.files_changed[1]); }), hash);
    EXPECT_EQ(hash_with([](Manifest& m) { std::swap(m.artifacts[0], m.artifacts[1]); }), hash);
}

TEST(CommunicationSpan, IsReadWhereTheTextStatesOne) {
    EXPECT_EQ(ParseWithin("immediately"), policy::Duration::zero());
    EXPECT_EQ(ParseWithin(" Immediately "), policy::Duration::zero());
    EXPECT_EQ(ParseWithin("at once"), policy::Duration::zero());
    EXPECT_EQ(ParseWithin("within 1 hour"), std::chrono::hours(1));
    EXPECT_EQ(ParseWithin("Within 30 minutes"), std::chrono::minutes(30));
    EXPECT_EQ(ParseWithin("within 45m"), std::chrono::minutes(45));
    EXPECT_EQ(ParseWithin("within 2 days"), std::chrono::days(2));
    for (const char* text :
         {"within 2 business days", "soon", "", "within", "within ", "within an hour", "within 0 hours",
          "within -1 hour", "within 1 hour of the rollback", "after 1 hour", "1 hour"}) {
        EXPECT_FALSE(ParseWithin(text)) << text;
    }
}

}  // namespace
}  // namespace wire
