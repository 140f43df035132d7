// Any manifest and any plan that decodes comes back as it was, and arbitrary documents never do worse than errors.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "controller/wire/audit_entry.hpp"
#include "controller/wire/fields.hpp"
#include "controller/wire/manifest.hpp"
#include "controller/wire/manifest_json.hpp"
#include "controller/wire/plan.hpp"
#include "controller/wire/plan_json.hpp"
#include "platform/base/text.hpp"
#include "tests/unit/wire/samples.hpp"

namespace wire {
namespace {

using platform::Json;

rc::Gen<std::string> Word() {
    return rc::gen::element<std::string>("a", "Release 7", "x y", "\xC3\xBC", "\"quoted\"", "back\\slash", "100 %",
                                         "\xF0\x9F\x98\x80", "a: b", "- item", "#1", "'", "{}", "null", "0");
}

rc::Gen<std::string> Path() {
    return rc::gen::map(
        rc::gen::pair(rc::gen::inRange(0, 1'000'000), rc::gen::element<std::string>("src", "docs/a b", ".ci")),
        [](const auto& pair) { return pair.second + "/" + std::to_string(pair.first); });
}

policy::Limit AnyLimit() {
    return {*Word(), *rc::gen::element(policy::Comparison::kLess, policy::Comparison::kEqual),
            *rc::gen::map(rc::gen::inRange(-1'000'000, 1'000'000), [](int n) { return n / 8.0; }), *Word()};
}

policy::Manifest AnyManifest() {
    policy::Manifest manifest;
    manifest.id = "r" + std::to_string(*rc::gen::inRange(0, 1'000'000));
    manifest.title = *Word();
    manifest.description = *Word() + "\n" + *Word();
    if (*rc::gen::arbitrary<bool>()) {
        manifest.classification = *rc::gen::element(policy::ReleaseClass::kUiOnly, policy::ReleaseClass::kMechanism);
    }
    manifest.version = *rc::gen::element<std::string>("", "1.10", "v2");
    manifest.files_changed = *rc::gen::nonEmpty(rc::gen::unique<std::vector<std::string>>(Path()));
    manifest.data_changes.present = *rc::gen::arbitrary<bool>();
    if (manifest.data_changes.present) {
        manifest.data_changes.description = *Word();
        manifest.data_changes.has_migration = *rc::gen::arbitrary<bool>();
        manifest.data_changes.idempotent = manifest.data_changes.has_migration && *rc::gen::arbitrary<bool>();
        manifest.data_changes.reversible = manifest.data_changes.has_migration && *rc::gen::arbitrary<bool>();
        manifest.data_changes.restore_path = *rc::gen::element<std::string>("", "Runbook");
    }
    if (*rc::gen::arbitrary<bool>()) {
        manifest.kill_switch = policy::KillSwitch{.flag = "F_1",
                                                  .default_on = *rc::gen::arbitrary<bool>(),
                                                  .enabled_for = *rc::gen::container<std::vector<std::string>>(Word()),
                                                  .activation = *rc::gen::element<std::string>("", "by hand"),
                                                  .needs_deployment = *rc::gen::arbitrary<bool>()};
    }
    if (*rc::gen::arbitrary<bool>()) {
        policy::RollbackPlan plan;
        const int triggers = *rc::gen::inRange(0, 4);
        for (int i = 0; i < triggers; ++i) {
            plan.triggers.push_back({*Word(), std::nullopt});
            if (*rc::gen::arbitrary<bool>()) {
                plan.triggers.back().limit = AnyLimit();
            }
        }
        plan.procedure = *rc::gen::container<std::vector<std::string>>(Word());
        plan.owner = *rc::gen::element<std::string>("", "jane.doe");
        manifest.rollback = plan;
    }
    return manifest;
}

RC_GTEST_PROP(RoundTrip, OfAManifestKeepsItsText, ()) {
    const policy::Manifest manifest = AnyManifest();
    const std::string text = EncodeManifest(manifest);
    const auto decoded = DecodeManifest(text);
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(EncodeManifest(*decoded) == text);
    RC_ASSERT(ContentHash(*decoded) == ContentHash(manifest));
    RC_ASSERT(ChangeHash(*decoded) == ChangeHash(manifest));
    // Through YAML as well.
    const auto yaml = platform::ParseYaml(platform::ToYaml(ManifestToJson(manifest)));
    RC_ASSERT(yaml.has_value());
    const auto from_yaml = DecodeManifestJson(*yaml);
    RC_ASSERT(from_yaml.has_value());
    RC_ASSERT(EncodeManifest(*from_yaml) == text);
}

RC_GTEST_PROP(RoundTrip, OfAPlanKeepsItsText, ()) {
    policy::ExposurePlan plan = FullPlan();
    plan.minimum_stay = std::chrono::seconds(*rc::gen::inRange(1, 10'000'000));
    plan.maximum_stay = *plan.minimum_stay + std::chrono::minutes(*rc::gen::inRange(0, 1'000'000));
    plan.exit_criteria.clear();
    const int criteria = *rc::gen::inRange(1, 6);
    for (int i = 0; i < criteria; ++i) {
        policy::ExitCriterion criterion{.key = "k" + std::to_string(i), .text = *Word()};
        if (*rc::gen::arbitrary<bool>()) {
            criterion.limit = AnyLimit();
        } else {
            criterion.metric = policy::MetricCheck{.query = *Word(), .limit = AnyLimit(), .min_samples = i + 1};
        }
        plan.exit_criteria.push_back(criterion);
    }
    const std::string text = EncodePlan(plan);
    const auto decoded = DecodePlan(text);
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(EncodePlan(*decoded) == text);
}

RC_GTEST_PROP(RoundTrip, OfAnAuditEntryTakesAnyBytes, (const std::string& summary, const std::string& actor)) {
    AuditEntry entry;
    entry.seq = 1;
    entry.action = "x";
    entry.actor = actor;
    entry.summary = summary;
    const std::string text = EncodeAuditDocument(entry);
    const auto decoded = DecodeAuditDocument(text);
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(EncodeAuditDocument(*decoded) == text);
}

RC_GTEST_PROP(CleanText, IsUtf8AndKeepsWhatWas, (const std::string& bytes)) {
    const std::string clean = CleanUtf8(bytes);
    RC_ASSERT(platform::IsValidUtf8(clean));
    RC_ASSERT(clean.find('\0') == std::string::npos);
    RC_ASSERT(CleanUtf8(clean) == clean);
    if (platform::IsValidUtf8(bytes) && bytes.find('\0') == std::string::npos) {
        RC_ASSERT(clean == bytes);
    }
}

/// The full documents with some nodes replaced by others of their own.
RC_GTEST_PROP(Scrambled, DocumentsDecodeOrSayWhy, ()) {
    Json json = {{"manifest", ManifestToJson(FullManifest())}, {"plan", PlanToJson(FullPlan())}};
    const Json flat = json.flatten();
    const int changes = *rc::gen::inRange(1, 5);
    for (int i = 0; i < changes; ++i) {
        auto from = flat.begin();
        std::advance(from, *rc::gen::inRange<std::size_t>(0, flat.size()));
        auto to = flat.begin();
        std::advance(to, *rc::gen::inRange<std::size_t>(0, flat.size()));
        Json::json_pointer at(to.key());
        if (*rc::gen::arbitrary<bool>()) {
            at = at.parent_pointer();
        }
        if (json.contains(at) && !at.empty()) {
            json[at] = from.value();
        }
    }
    const auto manifest = DecodeManifestJson(json.value("manifest", Json()));
    const auto plan = DecodePlanJson(json.value("plan", Json()));
    RC_ASSERT(manifest.has_value() || !manifest.error().empty());
    RC_ASSERT(plan.has_value() || !plan.error().empty());
    if (manifest) {
        RC_ASSERT(DecodeManifest(EncodeManifest(*manifest)).has_value());
    }
    if (plan) {
        RC_ASSERT(DecodePlan(EncodePlan(*plan)).has_value());
    }
}

}  // namespace
}  // namespace wire
