#include "pulse/wire/service_json.hpp"

#include <chrono>

#include "platform/json/json.hpp"

namespace pulse::wire {

using platform::Json;

std::string EncodeHealth(const Health& health) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(health.now).time_since_epoch().count();
    return Json{{"status", health.healthy ? "healthy" : "unhealthy"},
                {"timestamp", seconds},
                {"uptime", std::chrono::duration<double>(health.uptime).count()},
                {"startedAt", platform::FormatTime(health.started_at)},
                {"bootId", health.boot_id},
                {"dependencies",
                 {{"monitor", health.database}, {"scheduler", health.scheduler}, {"websocket", health.websocket}}}}
        .dump();
}

std::string EncodeVersion(const Version& version) {
    return Json{{"version", version.version},
                {"build", "release"},
                {"runtime", "c++"},
                {"channel", "stable"},
                {"deploymentType", version.deployment},
                {"isDocker", version.deployment == "docker"},
                {"isSourceBuild", version.deployment == "source"},
                {"isDevelopment", false}}
        .dump();
}

std::string EncodeSecurityStatus(const SecurityStatus& status) {
    Json document{{"hasAuthentication", status.has_authentication},
                  {"requiresAuth", true},
                  {"apiTokenConfigured", status.tokens_exist},
                  {"clientIP", status.client_ip},
                  {"isPrivateNetwork", status.loopback},
                  {"publicAccess", !status.loopback},
                  {"hasHTTPS", false},
                  {"hasAuditLogging", true},
                  {"credentialsEncrypted", true},
                  {"hasProxyAuth", false},
                  {"oidcEnabled", false},
                  {"hostedMode", status.hosted},
                  {"demoMode", status.demo},
                  {"authenticated", !status.username.empty()}};
    if (!status.username.empty()) {
        document["authUsername"] = status.username;
        document["isAdmin"] = status.super_admin;
    }
    return document.dump();
}

}  // namespace pulse::wire
