// A process that stands in for an unmodified Pulse: it reads its environment once, when it starts, and answers the
// routes that an operator's checklist asks, truthfully according to that. For demonstrations and tests of pulse-agent.
//
//   PULSE_MULTI_TENANT_ENABLED=true pulse_standin --data-dir=FOLDER --tenants=acme,zeta --canary-file=FILE
//
// Read from the environment, before anything else: PULSE_MULTI_TENANT_ENABLED (`true` in any case), PULSE_HOSTED_MODE
// (`true`). Nothing changes them but another start. Tenants are folders in `orgs` of the data folder, as Pulse has
// them, and stay what they are whatever the switch says. SIGTERM ends it.
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>

#include "platform/base/clock.hpp"
#include "platform/base/files.hpp"
#include "platform/base/text.hpp"
#include "platform/httpd/server.hpp"
#include "platform/json/json.hpp"
#include "platform/service/signals.hpp"
#include "platform/settings/settings.hpp"
#include "platform/ws/server.hpp"
#include "platform/ws/upgrade.hpp"
#include "tenancy/kill_switch.hpp"

namespace {

using platform::HttpRequest;
using platform::HttpResponse;
using platform::Json;
using platform::Setting;
using platform::SettingType;

const platform::SettingsTable& StandinSettings() {
    static const platform::SettingsTable table = [] {
        platform::SettingsTable made;
        made.program = "pulse_standin";
        made.version = PORTCULLIS_VERSION;
        made.summary = "Stands in for an unmodified Pulse, whose switch is read when it starts.";
        made.prefix = "PULSE_STANDIN_";
        made.settings = {
            {.key = "data-dir",
             .type = SettingType::kPath,
             .help = "Folder of its tenants; made when missing.",
             .required = true},
            {.key = "listen-port",
             .type = SettingType::kInteger,
             .fallback = "0",
             .help = "Port on 127.0.0.1; 0 takes a free one.",
             .min = "0",
             .max = "65535"},
            {.key = "metrics-port",
             .type = SettingType::kInteger,
             .fallback = "0",
             .help = "Port of the metrics; 0 takes a free one.",
             .min = "0",
             .max = "65535"},
            {.key = "port-file", .type = SettingType::kPath, .help = "File to write the port into."},
            {.key = "metrics-port-file", .type = SettingType::kPath, .help = "File to write that port into."},
            {.key = "pid-file", .type = SettingType::kPath, .help = "File to write the process id into."},
            {.key = "tenants", .type = SettingType::kText, .help = "Tenants to make, separated by commas."},
            {.key = "canary-file",
             .type = SettingType::kSecretFile,
             .help = "Token bound to the default organization; may read and write settings."},
            {.key = "tenant-canary-file", .type = SettingType::kSecretFile, .help = "Token bound to the first tenant."},
            {.key = "licence",
             .type = SettingType::kChoice,
             .fallback = "with-switch",
             .help =
                 "Whether there is a licence for tenants: none; always, as a release with one; with the switch, as a "
                 "development build.",
             .choices = {"with-switch", "always", "none"}},
        };
        return made;
    }();
    return table;
}

HttpResponse JsonAnswer(int status, const Json& body) {
    return {status, {{"Content-Type", "application/json"}}, body.dump(), {}};
}

HttpResponse TextAnswer(int status, const std::string& text) {
    return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, text + "\n", {}};
}

HttpResponse FeatureDisabled() {
    return JsonAnswer(501, {{"error", "feature_disabled"},
                            {"message", "Multi-tenancy is off: set PULSE_MULTI_TENANT_ENABLED=true and start again."}});
}

HttpResponse LicenceRequired() {
    return JsonAnswer(402, {{"error", "license_required"},
                            {"message", "Multi-tenancy needs a licence."},
                            {"feature", "multi_tenant"},
                            {"tier", "enterprise"}});
}

HttpResponse Envelope(int status, const char* code, const char* text) {
    return JsonAnswer(status, {{"error", text}, {"code", code}, {"status_code", status}, {"details", Json::object()}});
}

/// The layer of the selected organization has the code in the other key.
HttpResponse TenantRefusal(int status, const char* code, const char* text) {
    return JsonAnswer(status, {{"error", code}, {"message", text}});
}

std::vector<std::string> ListOf(const std::string& text) {
    std::vector<std::string> list;
    for (const std::string_view part : platform::Split(text, ',')) {
        if (const auto entry = platform::Trim(part); !entry.empty()) {
            list.emplace_back(entry);
        }
    }
    return list;
}

std::string CookieOf(const HttpRequest& request, std::string_view name) {
    for (const std::string_view part : platform::Split(request.Header("cookie"), ';')) {
        const std::string_view pair = platform::Trim(part);
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
            return std::string(pair.substr(name.size() + 1));
        }
    }
    return {};
}

class Standin {
public:
    Standin(const platform::Settings& settings, bool enabled, bool hosted)
        : enabled_(enabled),
          hosted_(hosted),
          licensed_(settings.Text("licence") == "always" || (settings.Text("licence") == "with-switch" && enabled)),
          orgs_(std::filesystem::path(settings.Text("data-dir")) / "orgs"),
          canary_(settings.Secret("canary-file")),
          tenant_canary_(settings.Secret("tenant-canary-file")),
          sockets_({}, {.on_open = {}, .on_message = {}, .on_closed = {}}) {
        std::filesystem::create_directories(orgs_);
        for (const std::string& tenant : ListOf(settings.Text("tenants"))) {
            if (first_tenant_.empty()) {
                first_tenant_ = tenant;
            }
            std::filesystem::create_directories(orgs_ / tenant);
            const auto record = (orgs_ / tenant / "org.json").string();
            if (!std::filesystem::exists(record)) {
                const Json org{{"id", tenant}, {"displayName", tenant}, {"ownerUserId", "admin"}};
                static_cast<void>(platform::WriteFileAtomically(record, org.dump(2) + "\n", 0600));
            }
        }
    }

    void Start() {
        sockets_.Start();
    }
    void Drain() {
        sockets_.Drain(std::chrono::milliseconds(500));
    }

    HttpResponse Handle(const HttpRequest& request) {
        bool counted = true;
        HttpResponse answer = Answer(request, counted);
        if (counted && !answer.take_over) {
            const std::lock_guard lock(mutex_);
            ++answered_[{request.method, answer.status}];
        }
        return answer;
    }

    HttpResponse Metrics() {
        std::string text = "# TYPE pulse_http_requests_total counter\n";
        const std::lock_guard lock(mutex_);
        for (const auto& [key, count] : answered_) {
            text += "pulse_http_requests_total{method=\"" + key.first + "\",route=\"/\",status=\"" +
                    std::to_string(key.second) + "\"} " + std::to_string(count) + "\n";
        }
        return {200, {{"Content-Type", "text/plain; version=0.0.4"}}, text, {}};
    }

private:
    struct Caller {
        bool known = false;
        std::string bound_to;  // the organization of the token
    };

    Caller CallerOf(const HttpRequest& request) const {
        std::string_view token = request.Header("x-api-token");
        if (const std::string_view bearer = request.Header("authorization"); token.empty() && bearer.size() > 7) {
            token = bearer.substr(7);
        }
        if (!token.empty() && token == canary_) {
            return {true, "default"};
        }
        if (!token.empty() && token == tenant_canary_) {
            return {true, first_tenant_};
        }
        return {};
    }

    /// As the real one, the layer in front of everything refuses without being counted.
    std::optional<HttpResponse> Select(const HttpRequest& request, const Caller& caller) const {
        std::string org(platform::Trim(request.Header("x-pulse-org-id")));
        if (org.empty()) {
            org = CookieOf(request, "pulse_org_id");
        }
        if (org.empty() && caller.known) {
            org = caller.bound_to;
        }
        if (org.empty() || org == "default") {
            if (caller.known && caller.bound_to != "default") {
                return TenantRefusal(403, "access_denied", "Token is not authorized for this organization");
            }
            return std::nullopt;
        }
        const bool safe = org.find('/') == std::string::npos && !org.starts_with('.');
        if (!safe || !std::filesystem::is_directory(orgs_ / org)) {
            return TenantRefusal(400, "invalid_org", "Unknown organization");
        }
        if (!hosted_ && !enabled_) {
            return FeatureDisabled();
        }
        if (!hosted_ && !licensed_) {
            return LicenceRequired();
        }
        if (caller.known && caller.bound_to != org) {
            return TenantRefusal(403, "access_denied", "Token is not authorized for this organization");
        }
        return std::nullopt;
    }

    HttpResponse Answer(const HttpRequest& request, bool& counted) {
        const Caller caller = CallerOf(request);
        if (auto refused = Select(request, caller)) {
            counted = false;
            return std::move(*refused);
        }
        if (request.path == "/ws") {
            counted = false;
            return OpenSocket(request, caller);
        }
        if (request.path == "/api/health") {
            return JsonAnswer(200, {{"status", "healthy"},
                                    {"uptime", std::chrono::duration<double>(since_.Elapsed()).count()},
                                    {"dependencies", {{"monitor", true}, {"scheduler", true}, {"websocket", true}}}});
        }
        if (request.path == "/api/version") {
            return JsonAnswer(200, {{"version", "6.3.0"}, {"channel", "stable"}, {"deploymentType", "systemd"}});
        }
        if (request.path == "/") {
            return Page();
        }
        if (!request.path.starts_with("/api/")) {
            return TextAnswer(404, "404 page not found");
        }
        if (!caller.known) {
            return JsonAnswer(401, {{"error", "Authentication required"}});
        }
        if (request.path.starts_with("/api/orgs") || request.path.starts_with("/api/org-invitations")) {
            return Organizations(request, caller);
        }
        if (request.path == "/api/license/runtime-capabilities") {
            return JsonAnswer(200, {{"capabilities", licensed_ ? Json::array({"multi_tenant"}) : Json::array()},
                                    {"hosted_mode", hosted_}});
        }
        if (request.path == "/api/alerts/active") {
            return JsonAnswer(200, Json::array());
        }
        if (request.path == "/api/state") {
            return JsonAnswer(200, {{"resources", Json::array()}});
        }
        return TextAnswer(404, "404 page not found");
    }

    HttpResponse Organizations(const HttpRequest& request, const Caller& caller) const {
        if (!hosted_ && !enabled_) {
            return FeatureDisabled();
        }
        if (!hosted_ && !licensed_) {
            return LicenceRequired();
        }
        if (request.method != "GET") {
            return Envelope(403, "session_required", "Session-based user authentication required");
        }
        if (request.path == "/api/orgs") {
            return JsonAnswer(200, Json::array({{{"id", caller.bound_to}, {"displayName", caller.bound_to}}}));
        }
        const std::string id(request.path.substr(std::string_view("/api/orgs/").size()));
        if (id != caller.bound_to) {
            const bool there = id.find('/') == std::string::npos && std::filesystem::is_directory(orgs_ / id);
            return there ? Envelope(403, "access_denied", "Access denied")
                         : Envelope(404, "not_found", "Organization not found");
        }
        return JsonAnswer(200, {{"id", id}, {"displayName", id}});
    }

    HttpResponse Page() const {
        std::string page =
            "<!doctype html><html><head><title>Pulse</title></head><body><h1>Pulse</h1><main>"
            "<p>All is well.</p></main>";
        if ((hosted_ || enabled_) && licensed_) {
            page +=
                "<nav><label>Organization <select id=\"org-switcher\"><option>default</option></select></label>"
                "<a href=\"/settings/organization\">Organization settings</a></nav>";
        }
        return {200, {{"Content-Type", "text/html; charset=utf-8"}}, page + "</body></html>\n", {}};
    }

    HttpResponse OpenSocket(const HttpRequest& request, const Caller& caller) {
        if (!caller.known) {
            return JsonAnswer(401, {{"error", "Authentication required"}});
        }
        if (const auto refusal = platform::CheckUpgrade(request)) {
            return TextAnswer(refusal->status, refusal->detail);
        }
        if (request.Header("origin").empty()) {
            return TextAnswer(403, "Origin required");
        }
        return sockets_.Accept({}).value_or(TextAnswer(503, "No more connections"));
    }

    const bool enabled_;
    const bool hosted_;
    const bool licensed_;
    const std::filesystem::path orgs_;
    const std::string canary_;
    const std::string tenant_canary_;
    std::string first_tenant_;
    const platform::Stopwatch since_;
    std::mutex mutex_;
    std::map<std::pair<std::string, int>, int> answered_;
    platform::WsServer sockets_;
};

bool Tell(const std::string& path, long number) {
    return path.empty() || platform::WriteFileAtomically(path, std::to_string(number) + "\n", 0644);
}

int Run(int argc, char** argv) {
    const platform::SettingsInput input = platform::SettingsInputOf(argc, argv, environ);
    const auto variable = [&](std::string_view name) -> std::optional<std::string_view> {
        for (const std::string_view entry : input.environment) {
            if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') {
                return entry.substr(name.size() + 1);
            }
        }
        return std::nullopt;
    };
    const bool enabled = tenancy::EnvironmentSaysOn(variable(tenancy::kSwitchVariable));
    const bool hosted = tenancy::EnvironmentSaysHosted(variable(tenancy::kHostedVariable));
    const platform::SettingsOutcome outcome = platform::LoadSettings(StandinSettings(), input);
    if (outcome.page) {
        std::fputs(outcome.page->c_str(), stdout);
        return 0;
    }
    if (!outcome.problems.empty()) {
        std::fputs(platform::ProblemsPage(StandinSettings(), outcome.problems).c_str(), stderr);
        return 2;
    }
    const platform::Settings& settings = outcome.settings;
    Standin standin(settings, enabled, hosted);
    platform::HttpServer server({.port = static_cast<std::uint16_t>(settings.Integer("listen-port"))},
                                [&](const HttpRequest& request) { return standin.Handle(request); });
    platform::HttpServer metrics({.port = static_cast<std::uint16_t>(settings.Integer("metrics-port")), .threads = 1},
                                 [&](const HttpRequest&) { return standin.Metrics(); });
    platform::Signals signals;
    standin.Start();
    server.Start();
    metrics.Start();
    if (!Tell(settings.Text("port-file"), server.Port()) || !Tell(settings.Text("metrics-port-file"), metrics.Port()) ||
        !Tell(settings.Text("pid-file"), ::getpid())) {
        std::fputs("pulse_standin: a file cannot be written.\n", stderr);
        return 2;
    }
    std::printf("pulse_standin listens on http://127.0.0.1:%u (tenants %s)\n", static_cast<unsigned>(server.Port()),
                hosted ? "hosted" : (enabled ? "on" : "off"));
    std::fflush(stdout);
    signals.WaitForFirst();
    server.Drain(std::chrono::seconds(2));
    standin.Drain();
    metrics.Drain(std::chrono::milliseconds(200));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    platform::Signals::Block();
    try {
        return Run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "pulse_standin: %s\n", error.what());
        return 4;
    }
}
