#include <algorithm>
#include <unordered_set>
#include <utility>

#include "controller/wire/fields.hpp"
#include "controller/wire/manifest.hpp"
#include "controller/wire/manifest_json.hpp"
#include "platform/base/text.hpp"

namespace wire {
namespace {

using platform::Json;
using platform::TextRule;

constexpr TextRule kTitle{.min = 1, .max = 200};
constexpr TextRule kDescription{.min = 1, .max = 10'000};
constexpr TextRule kStep{.min = 1, .max = 1'000};
constexpr TextRule kPath{.min = 1, .max = 500};
constexpr std::size_t kMostFiles = 5'000;
constexpr std::size_t kMostArtifacts = 500;
constexpr std::size_t kMostSteps = 100;
constexpr std::size_t kMostEnabledFor = 1'000;
constexpr std::size_t kMostLinks = 50;
constexpr std::size_t kMostRequirements = 20;

/// What is wrong with a changed file's path; empty when nothing is. CLS-5 matches patterns against these paths, so
/// there must be one way only to write each of them.
std::string PathProblem(std::string_view path) {
    if (path.front() == '/' || path.front() == '~' || (path.size() > 1 && path[1] == ':')) {
        return "must be relative to the repository's root";
    }
    if (path.find('\\') != std::string_view::npos) {
        return "must separate folders by '/', not by a backslash";
    }
    for (const std::string_view part : platform::Split(path, '/')) {
        if (part == "..") {
            return "must not leave the repository by '..'";
        }
        if (part.empty() || part == ".") {
            return "must not have empty or '.' parts";
        }
    }
    return {};
}

void ReadFiles(DocumentReader& in, policy::Manifest& manifest) {
    manifest.files_changed = in.OptionalLines("files_changed", kMostFiles, kPath);
    const Json* const list = in.In().Any("files_changed");
    if (list == nullptr || (list->is_array() && list->empty())) {
        in.In().Error("files_changed",
                      "must list the files this release changes: which class they suggest is derived "
                      "from their paths (CLS-5)");
        return;
    }
    if (!list->is_array() || list->size() > kMostFiles) {
        return;  // reported above
    }
    std::unordered_set<std::string_view> seen;
    in.EachOf("files_changed", kMostFiles, [&](const Json& item, const std::string& pointer) {
        if (!item.is_string() || item.get_ref<const std::string&>().empty()) {
            return;  // reported above
        }
        const auto& path = item.get_ref<const std::string&>();
        if (const std::string problem = PathProblem(path); !problem.empty()) {
            in.ErrorAt(pointer, problem + ", not " + platform::QuoteForMessage(path));
        } else if (!seen.insert(path).second) {
            in.ErrorAt(pointer, platform::QuoteForMessage(path) + " is listed twice");
        }
    });
}

bool IsArtifactDigest(std::string_view text) {
    constexpr std::string_view kPrefix = "sha256:";
    constexpr std::size_t kHexDigits = 64;
    return text.size() == kPrefix.size() + kHexDigits && text.substr(0, kPrefix.size()) == kPrefix &&
           text.substr(kPrefix.size()).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void ReadArtifacts(DocumentReader& in, policy::Manifest& manifest) {
    std::unordered_set<std::string> seen;
    in.EachOf("artifacts", kMostArtifacts, [&](const Json& json, const std::string& pointer) {
        DocumentReader item(json, pointer, in.Errors());
        policy::Artifact artifact;
        artifact.name = item.Line("name", kTitle);
        artifact.digest = item.In().Text("digest", {.min = 1, .max = 200});
        item.Finish();
        if (!artifact.digest.empty() && !IsArtifactDigest(artifact.digest)) {
            item.In().Error("digest", "must be 'sha256:' and 64 lower-case hexadecimal digits, not " +
                                          platform::QuoteForMessage(artifact.digest));
        }
        if (!artifact.name.empty() && !seen.insert(artifact.name).second) {
            item.In().Error("name", platform::QuoteForMessage(artifact.name) + " is listed twice");
        }
        manifest.artifacts.push_back(std::move(artifact));
    });
}

void ReadDataChanges(DocumentReader& in, policy::Manifest& manifest) {
    constexpr std::string_view kExpected =
        "must be the text 'none', or an object with description, migration and restore_path";
    const Json* const json = in.In().Any("data_changes");
    if (json == nullptr || json->is_null()) {
        in.In().Error("data_changes", "is missing: " + std::string(kExpected) +
                                          "; that data is untouched has to be said, it is never assumed");
        return;
    }
    if (json->is_string()) {
        if (json->get_ref<const std::string&>() != "none") {
            in.In().Error("data_changes", std::string(kExpected) + ", not " +
                                              platform::QuoteForMessage(json->get_ref<const std::string&>()));
        }
        return;
    }
    if (!json->is_object()) {
        in.In().Error("data_changes", std::string(kExpected));
        return;
    }
    DocumentReader changes(*json, in.In().PointerTo("data_changes"), in.Errors());
    manifest.data_changes.present = true;
    manifest.data_changes.description = changes.Prose("description", kDescription);
    manifest.data_changes.restore_path = changes.OptionalProse("restore_path", kDescription);
    if (const Json* const migration = changes.In().OptionalObject("migration")) {
        DocumentReader fields(*migration, changes.In().PointerTo("migration"), in.Errors());
        manifest.data_changes.has_migration = true;
        manifest.data_changes.idempotent = fields.In().Boolean("idempotent");
        manifest.data_changes.reversible = fields.In().Boolean("reversible");
        fields.Finish();
    }
    changes.Finish();
}

bool IsFlagName(std::string_view text) {
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    return !text.empty() && kLetters.find(text.front()) != std::string_view::npos &&
           text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
               std::string_view::npos;
}

void ReadKillSwitch(DocumentReader& in, policy::Manifest& manifest) {
    const Json* const json = in.In().OptionalObject("kill_switch");
    if (json == nullptr) {
        return;
    }
    DocumentReader fields(*json, in.In().PointerTo("kill_switch"), in.Errors());
    policy::KillSwitch kill_switch;
    kill_switch.flag = fields.In().Text("flag", {.min = 1, .max = 100});
    if (!kill_switch.flag.empty() && !IsFlagName(kill_switch.flag)) {
        fields.In().Error("flag",
                          "must be a flag's name such as NEW_PANEL_ENABLED: letters, digits, '.', '_' and '-', "
                          "starting with a letter; not " +
                              platform::QuoteForMessage(kill_switch.flag));
    }
    kill_switch.default_on = fields.In().Boolean("default");
    kill_switch.enabled_for = fields.OptionalLines("enabled_for", kMostEnabledFor, kTitle);
    kill_switch.activation = fields.OptionalProse("activation", kStep);
    kill_switch.needs_deployment = fields.In().OptionalBoolean("needs_deployment").value_or(false);
    fields.Finish();
    manifest.kill_switch = std::move(kill_switch);
}

policy::RollbackTrigger ReadTrigger(const Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    policy::RollbackTrigger trigger;
    if (json.is_string()) {
        // Read through an object, so that a text alone is held to the same rule as one in an object.
        const Json wrapped{{"text", json}};
        platform::FieldErrors found;
        DocumentReader in(wrapped, "", found);
        trigger.text = in.Prose("text", kStep);
        for (platform::FieldError& error : found) {
            errors.push_back({pointer, std::move(error.message)});
        }
        return trigger;
    }
    if (!json.is_object()) {
        errors.push_back({pointer, "must be a text, or an object with text and limit"});
        return trigger;
    }
    DocumentReader in(json, pointer, errors);
    trigger.text = in.Prose("text", kStep);
    trigger.limit = in.OptionalLimit("limit");
    in.Finish();
    return trigger;
}

void ReadRollback(DocumentReader& in, policy::Manifest& manifest) {
    const Json* const json = in.In().OptionalObject("rollback");
    if (json == nullptr) {
        return;
    }
    DocumentReader fields(*json, in.In().PointerTo("rollback"), in.Errors());
    policy::RollbackPlan plan;
    fields.EachOf("triggers", kMostSteps, [&](const Json& item, const std::string& pointer) {
        plan.triggers.push_back(ReadTrigger(item, pointer, in.Errors()));
    });
    plan.procedure = fields.OptionalProses("procedure", kMostSteps, kStep);
    plan.verification = fields.OptionalProses("verification", kMostSteps, kStep);
    plan.data_recovery = fields.OptionalProse("data_recovery", kDescription);
    fields.EachOf("communication", kMostSteps, [&](const Json& item, const std::string& pointer) {
        DocumentReader person(item, pointer, in.Errors());
        policy::Communication communication;
        communication.who = person.Line("who", kTitle);
        communication.when = person.Line("when", kTitle);
        communication.within = ParseWithin(communication.when);
        person.Finish();
        plan.communication.push_back(std::move(communication));
    });
    plan.owner = fields.OptionalPrincipal("owner");
    fields.Finish();
    manifest.rollback = std::move(plan);
}

/// What is wrong with a link's address; empty when nothing is. Rendered into pages and memos, so only what a browser
/// fetches by itself: no script, no file, no data address.
std::string UrlProblem(std::string_view url) {
    const std::size_t scheme_end = url.find("://");
    const std::string scheme = platform::ToLowerAscii(url.substr(0, std::min(scheme_end, url.size())));
    if (scheme_end == std::string_view::npos || (scheme != "http" && scheme != "https")) {
        return "must be an http or https address";
    }
    const std::string_view rest = url.substr(scheme_end + 3);
    const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
    if (host.empty() || host.front() == ':') {
        return "must name a host";
    }
    if (host.find('@') != std::string_view::npos) {
        return "must not carry a user's name or password";
    }
    for (const char c : url) {
        if (c <= ' ' || c > '~' || std::string_view("\"<>\\^`{|}").find(c) != std::string_view::npos) {
            return "must be percent-encoded: no spaces, quotes, brackets or letters beyond ASCII";
        }
    }
    return {};
}

void ReadLinks(DocumentReader& in, policy::Manifest& manifest) {
    in.EachOf("links", kMostLinks, [&](const Json& json, const std::string& pointer) {
        DocumentReader item(json, pointer, in.Errors());
        policy::Link link;
        link.title = item.Line("title", kTitle);
        link.url = item.In().Text("url", {.min = 1, .max = 2'000});
        item.Finish();
        if (!link.url.empty()) {
            if (const std::string problem = UrlProblem(link.url); !problem.empty()) {
                item.In().Error("url", problem + ", not " + platform::QuoteForMessage(link.url));
            }
        }
        manifest.links.push_back(std::move(link));
    });
}

void ReadRequirements(DocumentReader& in, policy::Manifest& manifest) {
    in.EachOf("requires", kMostRequirements, [&](const Json& json, const std::string& pointer) {
        DocumentReader item(json, pointer, in.Errors());
        const std::size_t errors_before = in.Errors().size();
        policy::Requirement requirement;
        requirement.from = item.In().Enum<policy::Channel>("for");
        const std::string rollout = item.In().OptionalText("rollout", {.min = 1, .max = 200}).value_or("");
        const std::string programme = item.In().OptionalText("programme", {.min = 1, .max = 200}).value_or("");
        const auto stage = item.In().OptionalInteger("stage", 0, policy::kLastStage);
        item.Finish();
        if (in.Errors().size() != errors_before) {
            return;
        }
        if (requirement.from == policy::Channel::kDev) {
            item.In().Error("for", "must be experimental, candidate or stable: a release begins in dev");
        }
        if (rollout.empty() == programme.empty()) {
            in.ErrorAt(pointer, "must name a rollout with its stage, or a programme, and not both");
            return;
        }
        if (stage.has_value() == rollout.empty()) {
            item.In().Error("stage", rollout.empty() ? "belongs to a rollout; a programme has none"
                                                     : "is missing: the rollout's stage that is needed, 0 to 3");
        }
        requirement.stage = stage.value_or(0);
        requirement.rollout = policy::RolloutId::Parse(rollout);
        requirement.programme = policy::ProgrammeId::Parse(programme);
        if (!rollout.empty() && !requirement.rollout) {
            item.In().Error("rollout", "must be a rollout's id, not " + platform::QuoteForMessage(rollout));
        }
        if (!programme.empty() && !requirement.programme) {
            item.In().Error("programme", "must be a programme's id, not " + platform::QuoteForMessage(programme));
        }
        if (std::ranges::find(manifest.requirements, requirement) != manifest.requirements.end()) {
            in.ErrorAt(pointer, "is listed twice");
        }
        manifest.requirements.push_back(std::move(requirement));
    });
}

}  // namespace

platform::Expected<policy::Manifest, platform::FieldErrors> DecodeManifestJson(const Json& document) {
    platform::FieldErrors errors;
    DocumentReader in(document, "", errors);
    policy::Manifest manifest;
    manifest.id = in.In().Text("id", {.min = 1, .max = 200});
    if (!manifest.id.empty() && !policy::ReleaseId::Parse(manifest.id)) {
        in.In().Error("id",
                      "must be a release's id such as 2025-01-15-audit-filter-ui: letters, digits, '.', '_' and "
                      "'-', starting with a letter or digit, without '..', at most " +
                          std::to_string(policy::ReleaseTag::kMaxLength) + " characters; not " +
                          platform::QuoteForMessage(manifest.id));
    }
    manifest.title = in.Line("title", kTitle);
    manifest.description = in.Prose("description", kDescription);
    manifest.classification = in.In().OptionalEnum<policy::ReleaseClass>("classification");
    manifest.version = in.OptionalLine("version", {.min = 1, .max = 100});
    ReadFiles(in, manifest);
    ReadArtifacts(in, manifest);
    ReadDataChanges(in, manifest);
    ReadKillSwitch(in, manifest);
    ReadRollback(in, manifest);
    manifest.observability = in.OptionalProses("observability", kMostSteps, kStep);
    ReadRequirements(in, manifest);
    ReadLinks(in, manifest);
    in.Finish();
    return ValueOrErrors(std::move(manifest), std::move(errors));
}

platform::Expected<policy::Manifest, platform::FieldErrors> DecodeManifest(std::string_view json) {
    const auto document = platform::ParseJson(json, kManifestLimits);
    if (!document) {
        return platform::Unexpected<platform::FieldErrors>(document.error());
    }
    return DecodeManifestJson(*document);
}

}  // namespace wire
