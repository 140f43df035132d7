#include "controller/daemon/direct_probe_config.hpp"

#include <set>
#include <stdexcept>

#include "platform/base/files.hpp"
#include "platform/json/json.hpp"

namespace controller::daemon {
namespace {

constexpr std::size_t kMostProbesBytes = 1024 * 1024;
constexpr std::size_t kMostProbed = 1'000;
constexpr std::size_t kLongestPath = 1'000;
constexpr std::size_t kMostTenantsOfOne = 20;

/// http or https, a host, perhaps a port, and no more.
bool IsBaseUrl(const std::string& url) {
    const std::size_t begin = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : std::string::npos;
    return begin != std::string::npos && url.size() > begin && url.find_first_of("/?#@ \\", begin) == std::string::npos;
}

void ReadMoreTenants(const platform::Json& list, const std::string& pointer, fleet::DirectTarget& target,
                     platform::FieldErrors& errors) {
    std::set<std::string> seen{target.at.tenant};
    for (std::size_t at = 0; at < list.size(); ++at) {
        platform::ObjectReader in(list[at], pointer + "/" + std::to_string(at), errors);
        const std::string tenant = in.Text("tenant", {.min = 1, .max = 64});
        if (!tenant.empty() && (!tenancy::IsOrgIdText(tenant) || tenant == tenancy::kDefaultOrg)) {
            in.Error("tenant", platform::QuoteForMessage(tenant) + " cannot be the id of a tenant");
        } else if (!tenant.empty() && !seen.insert(tenant).second) {
            in.Error("tenant", "is named twice");
        }
        target.feature_tenants.emplace_back(tenant, in.Text("tenant_token_file", {.min = 1, .max = kLongestPath}));
        in.Finish();
    }
}

fleet::DirectTarget ReadProbed(const platform::Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    platform::ObjectReader in(json, pointer, errors);
    fleet::DirectTarget target;
    const std::string instance = in.Text("instance", {.min = 1, .max = policy::InstanceTag::kMaxLength});
    if (auto id = policy::InstanceId::Parse(instance)) {
        target.instance = std::move(*id);
    } else if (!instance.empty()) {
        in.Error("instance", platform::QuoteForMessage(instance) + " cannot be the name of an instance");
    }
    target.at.base_url = in.Text("url", {.min = 1, .max = kLongestPath});
    if (!target.at.base_url.empty() && !IsBaseUrl(target.at.base_url)) {
        in.Error("url", "must be http:// or https:// with host and port and nothing behind them, not " +
                            platform::QuoteForMessage(target.at.base_url));
    }
    target.canary_file = in.Text("canary_token_file", {.min = 1, .max = kLongestPath});
    target.at.canary_may_write = in.OptionalBoolean("canary_may_write").value_or(false);
    if (const auto tenant = in.OptionalText("tenant", {.min = 1, .max = 64})) {
        target.at.tenants = tenancy::probe::Tenants::kSome;
        target.at.tenant = *tenant;
        if (!tenancy::IsOrgIdText(*tenant) || *tenant == tenancy::kDefaultOrg) {
            in.Error("tenant", platform::QuoteForMessage(*tenant) + " cannot be the id of a tenant");
        }
    }
    target.tenant_canary_file = in.OptionalText("tenant_token_file", {.min = 1, .max = kLongestPath}).value_or("");
    if (!target.tenant_canary_file.empty() && target.at.tenant.empty()) {
        in.Error("tenant_token_file", "is for a tenant, and none is named");
    }
    target.at.metrics_url = in.OptionalText("metrics_url", {.min = 1, .max = kLongestPath}).value_or("");
    if (!target.at.metrics_url.empty() && !target.at.metrics_url.starts_with("http://") &&
        !target.at.metrics_url.starts_with("https://")) {
        in.Error("metrics_url",
                 "must begin with http:// or https://, not " + platform::QuoteForMessage(target.at.metrics_url));
    }
    if (const platform::Json* more = in.OptionalArray("more_tenants", kMostTenantsOfOne)) {
        ReadMoreTenants(*more, pointer + "/more_tenants", target, errors);
    }
    const std::string surface = in.OptionalText("surface").value_or("pulsed");
    if (surface != "pulsed" && surface != "pulse") {
        in.Error("surface", "must be pulsed or pulse, not " + platform::QuoteForMessage(surface));
    }
    target.at.surface = surface == "pulse" ? tenancy::probe::Surface::kPulse : tenancy::probe::Surface::kPulsed;
    in.Finish();
    return target;
}

[[noreturn]] void ThrowProbesErrors(const std::string& path, const platform::FieldErrors& errors) {
    std::string problems = "the file of direct probes " + path + " cannot be used:";
    for (const platform::FieldError& error : errors) {
        problems += "\n  " + (error.pointer.empty() ? "" : error.pointer + ": ") + error.message;
    }
    throw std::runtime_error(problems);
}

}  // namespace

std::vector<fleet::DirectTarget> ReadDirectProbes(const std::string& path) {
    const auto text = platform::ReadFile(path, kMostProbesBytes);
    if (!text) {
        throw std::runtime_error(text.error().message);
    }
    const auto document = platform::ParseYaml(*text);
    if (!document) {
        ThrowProbesErrors(path, document.error());
    }
    platform::FieldErrors errors;
    platform::ObjectReader in(*document, "", errors);
    std::vector<fleet::DirectTarget> targets;
    std::set<std::string> seen;
    if (const platform::Json* list = in.Array("instances", kMostProbed)) {
        for (std::size_t at = 0; at < list->size(); ++at) {
            const std::string pointer = "/instances/" + std::to_string(at);
            targets.push_back(ReadProbed((*list)[at], pointer, errors));
            if (!seen.insert(targets.back().instance.Text()).second) {
                errors.push_back({pointer + "/instance", "is listed twice"});
            }
        }
    }
    in.Finish();
    if (!errors.empty()) {
        ThrowProbesErrors(path, errors);
    }
    return targets;
}

}  // namespace controller::daemon
