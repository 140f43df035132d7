#include "controller/wire/manifest.hpp"

#include <algorithm>
#include <tuple>

#include "controller/wire/fields.hpp"
#include "controller/wire/manifest_json.hpp"
#include "controller/wire/plan.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace wire {
namespace {

using platform::Json;

Json DataChangesToJson(const policy::DataChanges& changes) {
    if (!changes.present) {
        return "none";
    }
    Json json{{"description", changes.description}};
    if (changes.has_migration) {
        json["migration"] = {{"idempotent", changes.idempotent}, {"reversible", changes.reversible}};
    }
    if (!changes.restore_path.empty()) {
        json["restore_path"] = changes.restore_path;
    }
    return json;
}

Json ArtifactsToJson(const std::vector<policy::Artifact>& artifacts) {
    Json list = Json::array();
    for (const policy::Artifact& artifact : artifacts) {
        list.push_back({{"name", artifact.name}, {"digest", artifact.digest}});
    }
    return list;
}

Json KillSwitchToJson(const policy::KillSwitch& kill_switch) {
    Json json{{"flag", kill_switch.flag},
              {"default", kill_switch.default_on},
              {"needs_deployment", kill_switch.needs_deployment}};
    if (!kill_switch.enabled_for.empty()) {
        json["enabled_for"] = kill_switch.enabled_for;
    }
    if (!kill_switch.activation.empty()) {
        json["activation"] = kill_switch.activation;
    }
    return json;
}

Json RequirementToJson(const policy::Requirement& requirement) {
    Json json{{"for", platform::EnumText(requirement.from)}};
    if (requirement.rollout) {
        json["rollout"] = requirement.rollout->Text();
        json["stage"] = requirement.stage;
    }
    if (requirement.programme) {
        json["programme"] = requirement.programme->Text();
    }
    return json;
}

Json RollbackToJson(const policy::RollbackPlan& plan) {
    Json json = Json::object();
    for (const policy::RollbackTrigger& trigger : plan.triggers) {
        json["triggers"].push_back(trigger.limit ? Json{{"text", trigger.text}, {"limit", LimitToJson(*trigger.limit)}}
                                                 : Json(trigger.text));
    }
    if (!plan.procedure.empty()) {
        json["procedure"] = plan.procedure;
    }
    if (!plan.verification.empty()) {
        json["verification"] = plan.verification;
    }
    if (!plan.data_recovery.empty()) {
        json["data_recovery"] = plan.data_recovery;
    }
    for (const policy::Communication& communication : plan.communication) {
        json["communication"].push_back({{"who", communication.who}, {"when", communication.when}});
    }
    if (!plan.owner.empty()) {
        json["owner"] = plan.owner;
    }
    return json;
}

}  // namespace

Json ManifestToJson(const policy::Manifest& manifest) {
    Json json{{"id", manifest.id},
              {"title", manifest.title},
              {"description", manifest.description},
              {"files_changed", manifest.files_changed},
              {"data_changes", DataChangesToJson(manifest.data_changes)}};
    if (manifest.classification) {
        json["classification"] = platform::EnumText(*manifest.classification);
    }
    if (!manifest.version.empty()) {
        json["version"] = manifest.version;
    }
    if (!manifest.artifacts.empty()) {
        json["artifacts"] = ArtifactsToJson(manifest.artifacts);
    }
    if (manifest.kill_switch) {
        json["kill_switch"] = KillSwitchToJson(*manifest.kill_switch);
    }
    if (manifest.rollback) {
        json["rollback"] = RollbackToJson(*manifest.rollback);
    }
    if (!manifest.observability.empty()) {
        json["observability"] = manifest.observability;
    }
    for (const policy::Requirement& requirement : manifest.requirements) {
        json["requires"].push_back(RequirementToJson(requirement));
    }
    for (const policy::Link& link : manifest.links) {
        json["links"].push_back({{"title", link.title}, {"url", link.url}});
    }
    return json;
}

std::string EncodeManifest(const policy::Manifest& manifest) {
    return platform::CanonicalJson(ManifestToJson(manifest));
}

std::string ContentHash(const policy::Manifest& manifest) {
    return platform::Sha256Hex(EncodeManifest(manifest));
}

std::string ChangeHash(const policy::Manifest& manifest) {
    std::vector<std::string> files = manifest.files_changed;
    std::sort(files.begin(), files.end());
    std::vector<policy::Artifact> artifacts = manifest.artifacts;
    std::sort(artifacts.begin(), artifacts.end(), [](const policy::Artifact& a, const policy::Artifact& b) {
        return std::tie(a.name, a.digest) < std::tie(b.name, b.digest);
    });
    const Json frozen{
        {"classification", manifest.classification ? Json(platform::EnumText(*manifest.classification)) : Json()},
        {"files_changed", files},
        {"artifacts", ArtifactsToJson(artifacts)},
        {"data_changes", DataChangesToJson(manifest.data_changes)},
        {"kill_switch_flag", manifest.kill_switch ? Json(manifest.kill_switch->flag) : Json()},
        {"version", manifest.version}};
    return platform::Sha256Hex(platform::CanonicalJson(frozen));
}

std::optional<policy::Duration> ParseWithin(std::string_view when) {
    const std::string text = platform::ToLowerAscii(platform::Trim(when));
    if (text == "immediately" || text == "at once") {
        return policy::Duration::zero();
    }
    constexpr std::string_view kWithin = "within ";
    if (text.rfind(kWithin, 0) != 0) {
        return std::nullopt;
    }
    return ParseSpan(platform::Trim(std::string_view(text).substr(kWithin.size())));
}

}  // namespace wire
