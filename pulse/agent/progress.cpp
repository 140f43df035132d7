#include "pulse/agent/progress.hpp"

#include "platform/base/files.hpp"
#include "platform/json/json.hpp"
#include "platform/json/number.hpp"

namespace pulse::agent {
namespace {

constexpr std::size_t kMostProgressBytes = 64 * 1024;
constexpr mode_t kProgressMode = 0600;

std::string ProgressPath(const std::string& folder) {
    return folder + "/agent-progress.json";
}

}  // namespace

std::optional<Progress> ReadProgress(const std::string& folder) {
    const auto text = platform::ReadFile(ProgressPath(folder), kMostProgressBytes);
    const auto json = platform::ParseJson(text ? std::string_view(*text) : std::string_view());
    if (!json) {
        return std::nullopt;
    }
    platform::FieldErrors errors;
    platform::ObjectReader in(*json, "", errors);
    Progress progress;
    progress.generation = in.Integer("generation", 0, platform::kLargestInteger);
    progress.operation = in.Text("operation", {0, 200});
    progress.enabled = in.Boolean("enabled");
    progress.begun_by_hand = in.Boolean("begun_by_hand");
    progress.boot_before = in.Text("boot_before", {0, 200});
    progress.done = in.Boolean("done");
    progress.applied_generation = in.Integer("applied_generation", 0, platform::kLargestInteger);
    progress.environment_on = in.OptionalBoolean("environment_on");
    in.Finish();
    return errors.empty() ? std::optional(std::move(progress)) : std::nullopt;
}

platform::Expected<void, std::string> WriteProgress(const std::string& folder, const Progress& progress) {
    platform::Json json{{"generation", progress.generation},
                        {"operation", progress.operation},
                        {"enabled", progress.enabled},
                        {"begun_by_hand", progress.begun_by_hand},
                        {"boot_before", progress.boot_before},
                        {"done", progress.done},
                        {"applied_generation", progress.applied_generation}};
    if (progress.environment_on) {
        json["environment_on"] = *progress.environment_on;
    }
    const auto written =
        platform::WriteFileAtomically(ProgressPath(folder), platform::CanonicalJson(json) + "\n", kProgressMode);
    if (!written) {
        return platform::Unexpected<std::string>(written.error().message);
    }
    return {};
}

}  // namespace pulse::agent
