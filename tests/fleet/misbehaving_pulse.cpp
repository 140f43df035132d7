#include "tests/fleet/misbehaving_pulse.hpp"

#include "platform/ws/upgrade.hpp"

namespace fleet_test {
namespace {

using platform::HttpRequest;
using platform::HttpResponse;

constexpr std::string_view kCanary = "0123456789abcdef-canary";
constexpr const char* kOff = R"({"error":"feature_disabled","message":"PULSE_MULTI_TENANT_ENABLED is not true"})";

bool IsAboutOrganizations(const std::string& path) {
    return path.starts_with("/api/orgs") || path.starts_with("/api/org-invitations");
}

}  // namespace

HttpResponse JsonText(int status, const std::string& body) {
    return {status, {{"Content-Type", "application/json"}}, body, {}};
}

HttpResponse Html(const std::string& body) {
    return {200, {{"Content-Type", "text/html; charset=utf-8"}}, body, {}};
}

bool SelectsTenant(const HttpRequest& request) {
    return !request.Header("x-pulse-org-id").empty() || !request.Header("x-org-id").empty() ||
           request.Header("cookie").find("pulse_org_id=") != std::string_view::npos;
}

MisbehavingPulse::MisbehavingPulse()
    : sockets_({}, {.on_open = {}, .on_message = {}, .on_closed = {}}),
      http_({.threads = 3}, [this](const HttpRequest& request) {
          const auto odd = odd_.find(request.path);
          return odd == odd_.end() ? Good(request) : odd->second(request);
      }) {
    sockets_.Start();
    http_.Start();
}

MisbehavingPulse::~MisbehavingPulse() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    http_.Drain(std::chrono::seconds(1));
    sockets_.Drain(std::chrono::seconds(1));
}

void MisbehavingPulse::At(const std::string& path, Answer answer) {
    odd_[path] = std::move(answer);
}

MisbehavingPulse::Answer MisbehavingPulse::Silence() {
    return [this](const HttpRequest&) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ending_; });
        return HttpResponse{503, {}, {}, {}};
    };
}

MisbehavingPulse::Answer MisbehavingPulse::TakesEverySocket() {
    return [this](const HttpRequest& request) {
        return platform::CheckUpgrade(request) ? HttpResponse{400, {}, {}, {}} : Open();
    };
}

HttpResponse MisbehavingPulse::Open() {
    return sockets_.Accept({}).value_or(HttpResponse{503, {}, {}, {}});
}

HttpResponse MisbehavingPulse::Good(const HttpRequest& request) {
    if (request.path == "/metrics") {
        return {200, {{"Content-Type", "text/plain"}}, "pulse_http_requests_total{status=\"200\"} 20\n", {}};
    }
    if (request.path == "/") {
        HttpResponse page = Html("<!doctype html><title>Pulse</title><script src=\"/assets/console.js\"></script>");
        if (SelectsTenant(request)) {
            page.headers.emplace_back("Set-Cookie", "pulse_org_id=; Path=/; Max-Age=0");
        }
        return page;
    }
    if (request.path == "/assets/console.js") {
        return {200, {{"Content-Type", "text/javascript"}}, "document.title = 'Pulse';", {}};
    }
    if (request.path == "/api/health") {
        return JsonText(200, R"({"status":"ok"})");
    }
    if (request.Header("x-api-token") != kCanary) {
        return JsonText(401, R"({"error":"Authentication required"})");
    }
    if (SelectsTenant(request) || IsAboutOrganizations(request.path)) {
        return JsonText(501, kOff);
    }
    if (request.path == "/ws") {
        return platform::CheckUpgrade(request) ? HttpResponse{400, {}, {}, {}} : Open();
    }
    if (request.path == "/api/alerts/active") {
        return JsonText(200, "[]");
    }
    if (request.path == "/api/ui/session") {
        return JsonText(200, R"({"signedIn":true,"user":{"id":"token:canary"},"superAdmin":false,"extensions":[]})");
    }
    return {404, {{"Content-Type", "text/plain"}}, "404 page not found", {}};
}

tenancy::probe::Target MisbehavingPulse::Target() const {
    tenancy::probe::Target target;
    target.base_url = "http://127.0.0.1:" + std::to_string(http_.Port());
    target.metrics_url = target.base_url + "/metrics";
    target.probed_by = "controller";
    target.canary = kCanary;
    target.tenants = tenancy::probe::Tenants::kSome;
    target.tenant = "acme";
    // Long enough for a machine with much to do; what hangs is asked one question, and then time is over.
    target.request_timeout = std::chrono::milliseconds(3'000);
    target.deadline = std::chrono::milliseconds(20'000);
    return target;
}

}  // namespace fleet_test
