#include "controller/daemon/monitoring_file.hpp"

#include <sys/stat.h>

#include <set>
#include <stdexcept>

#include "platform/base/files.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "tenancy/org_id.hpp"

namespace controller::daemon {
namespace {

constexpr std::size_t kMostMonitoringBytes = std::size_t{4} * 1024 * 1024;
constexpr std::size_t kMostMonitored = 10'000;
constexpr std::size_t kLongestMonitoredText = 1'000;
constexpr std::size_t kLongestMonitoringToken = 8'192;

bool BeginsAsAddress(const std::string& url) {
    const std::size_t begin = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : std::string::npos;
    return begin != std::string::npos && url.size() > begin && url.find_first_of("@ \\#", begin) == std::string::npos;
}

std::string ReadCanaryTenant(platform::ObjectReader& in, const char* field) {
    std::string tenant = in.Text(field, {.min = 1, .max = 64});
    if (!tenant.empty() && (!tenancy::IsOrgIdText(tenant) || tenant == tenancy::kDefaultOrg)) {
        in.Error(field, platform::QuoteForMessage(tenant) + " cannot be the id of a tenant");
    }
    return tenant;
}

void CheckPlainAddress(platform::ObjectReader& in, const std::string& url) {
    if (!url.empty() && (!BeginsAsAddress(url) || url.find_first_of("/?", url.find("://") + 3) != std::string::npos)) {
        in.Error("url", "must be http:// or https:// with host and port and nothing behind them, not " +
                            platform::QuoteForMessage(url));
    }
}

MonitoredTenants ReadMonitoredTenants(const platform::Json& json, const std::string& pointer,
                                      platform::FieldErrors& errors) {
    platform::ObjectReader in(json, pointer, errors);
    MonitoredTenants tenants;
    tenants.url = in.Text("url", {.min = 1, .max = kLongestMonitoredText});
    CheckPlainAddress(in, tenants.url);
    tenants.token_file = in.Text("token_file", {.min = 1, .max = kLongestMonitoredText});
    in.Finish();
    return tenants;
}

MonitoredCanary ReadMonitoredCanary(const platform::Json& json, const std::string& pointer,
                                    platform::FieldErrors& errors) {
    platform::ObjectReader in(json, pointer, errors);
    MonitoredCanary canary;
    canary.at.base_url = in.Text("url", {.min = 1, .max = kLongestMonitoredText});
    CheckPlainAddress(in, canary.at.base_url);
    canary.at.tenant = ReadCanaryTenant(in, "tenant");
    canary.token_file = in.Text("token_file", {.min = 1, .max = kLongestMonitoredText});
    canary.at.other = ReadCanaryTenant(in, "other_tenant");
    canary.other_token_file = in.Text("other_token_file", {.min = 1, .max = kLongestMonitoredText});
    if (!canary.at.tenant.empty() && canary.at.tenant == canary.at.other) {
        in.Error("other_tenant", "must be another tenant than the one that tries");
    }
    in.Finish();
    return canary;
}

MonitoredTarget ReadMonitored(const platform::Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    platform::ObjectReader in(json, pointer, errors);
    MonitoredTarget target;
    const std::string instance = in.Text("instance", {.min = 1, .max = policy::InstanceTag::kMaxLength});
    if (auto id = policy::InstanceId::Parse(instance)) {
        target.instance = std::move(*id);
    } else if (!instance.empty()) {
        in.Error("instance", platform::QuoteForMessage(instance) + " cannot be the name of an instance");
    }
    target.metrics_url = in.OptionalText("metrics_url", {.min = 1, .max = kLongestMonitoredText}).value_or("");
    if (!target.metrics_url.empty() && !BeginsAsAddress(target.metrics_url)) {
        in.Error("metrics_url", "must be an http:// or https:// address without a name and password, not " +
                                    platform::QuoteForMessage(target.metrics_url));
    }
    target.metrics_match = in.OptionalText("metrics_match", {.min = 1, .max = kLongestMonitoredText}).value_or("");
    if (!target.metrics_match.empty() && target.metrics_match.find_first_of("{}\n") != std::string::npos) {
        in.Error("metrics_match", "must be matchers such as job=\"pulse\",instance=\"10.0.0.7:9091\", without braces");
    }
    if (!target.metrics_match.empty() && !target.metrics_url.empty()) {
        in.Error("metrics_match", "stands beside metrics_url: a server is asked, or the instance itself");
    }
    target.metrics_token_file =
        in.OptionalText("metrics_token_file", {.min = 1, .max = kLongestMonitoredText}).value_or("");
    if (!target.metrics_token_file.empty() && !target.HasMetrics()) {
        in.Error("metrics_token_file", "is for metrics_url or metrics_match, and neither is there");
    }
    if (in.Has("tenants")) {
        if (const platform::Json* tenants = in.Object("tenants")) {
            target.tenants = ReadMonitoredTenants(*tenants, in.PointerTo("tenants"), errors);
        }
    }
    if (in.Has("canary")) {
        if (const platform::Json* canary = in.Object("canary")) {
            target.canary = ReadMonitoredCanary(*canary, in.PointerTo("canary"), errors);
        }
    }
    if (!target.HasMetrics() && !in.Has("tenants") && !in.Has("canary")) {
        in.Error("metrics_url", "is missing, and so are metrics_match, tenants and canary: nothing would be watched");
    }
    in.Finish();
    return target;
}

[[noreturn]] void ThrowMonitoringErrors(const std::string& path, const platform::FieldErrors& errors) {
    std::string problems = "the file of monitored instances " + path + " cannot be used:";
    for (const platform::FieldError& error : errors) {
        problems += "\n  " + (error.pointer.empty() ? "" : error.pointer + ": ") + error.message;
    }
    throw std::runtime_error(problems);
}

}  // namespace

std::vector<MonitoredTarget> ReadMonitoringFile(const std::string& path) {
    const auto text = platform::ReadFile(path, kMostMonitoringBytes);
    if (!text) {
        throw std::runtime_error(text.error().message);
    }
    const auto document = platform::ParseYaml(*text);
    if (!document) {
        ThrowMonitoringErrors(path, document.error());
    }
    platform::FieldErrors errors;
    platform::ObjectReader in(*document, "", errors);
    std::vector<MonitoredTarget> targets;
    std::set<std::string> seen;
    if (const platform::Json* list = in.Array("instances", kMostMonitored)) {
        for (std::size_t at = 0; at < list->size(); ++at) {
            const std::string pointer = "/instances/" + std::to_string(at);
            targets.push_back(ReadMonitored((*list)[at], pointer, errors));
            if (!seen.insert(targets.back().instance.Text()).second) {
                errors.push_back({pointer + "/instance", "is listed twice"});
            }
        }
    }
    in.Finish();
    if (!errors.empty()) {
        ThrowMonitoringErrors(path, errors);
    }
    return targets;
}

std::string ReadMonitoringToken(const std::string& path) {
    const auto text = platform::ReadFile(path, kLongestMonitoringToken);
    return text ? std::string(platform::Trim(*text)) : std::string();
}

std::string FileStamp(const std::string& path) {
    struct stat now {};
    if (::stat(path.c_str(), &now) != 0) {
        return "none";
    }
    const auto moment = [](const timespec& at) { return std::to_string(at.tv_sec) + "." + std::to_string(at.tv_nsec); };
    return std::to_string(now.st_dev) + " " + std::to_string(now.st_ino) + " " + std::to_string(now.st_size) + " " +
           moment(now.st_mtim) + " " + moment(now.st_ctim);
}

}  // namespace controller::daemon
