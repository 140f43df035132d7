#include "tests/bench/pulse_world.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "platform/json/json.hpp"
#include "tests/support/postgres.hpp"

namespace bench {
namespace {

constexpr std::chrono::seconds kLongestPulsedStart{60};
constexpr const char* kPassword = "a password of the benchmark";

std::string PrivateFile(const std::filesystem::path& path, const std::string& content) {
    support::WriteFile(path, content);
    std::filesystem::permissions(path, std::filesystem::perms(0600));
    return path.string();
}

std::string CookieOf(const platform::ClientResponse& response, const std::string& name) {
    for (const auto& [header, value] : response.headers) {
        if (header == "set-cookie" && value.starts_with(name + "=")) {
            return value.substr(name.size() + 1, value.find(';') - name.size() - 1);
        }
    }
    throw std::runtime_error("the answer to a login has no cookie " + name);
}

}  // namespace

PulseWorld::PulseWorld(int threads, std::vector<std::string> arguments) : folder_("bench-pulse") {
    cluster_ = std::make_unique<platform::PrivateCluster>(support::DurableClusterOptions(folder_.Path()));
    cluster_->Start();
    cluster_->EnsureDatabase("pulse");
    const auto data = folder_.Path() / "state";
    std::filesystem::create_directories(data);
    support::WriteFile(data / "billing.json", R"({"capabilities":["multi_tenant"]})");
    support::ProcessOptions options;
    options.environment["PULSE_MULTI_TENANT_ENABLED"] = "true";
    std::vector<std::string> command = {
        support::BuiltProgram("pulsed"),
        "--data-dir=" + data.string(),
        "--listen-port=0",
        "--metrics-port=0",
        "--log-level=warning",
        "--threads=" + std::to_string(threads),
        "--port-file=" + (folder_.Path() / "port").string(),
        "--admin-password-file=" + PrivateFile(folder_.Path() / "password", kPassword),
        "--database-url-file=" + PrivateFile(folder_.Path() / "app.url", cluster_->AppConninfo("pulse")),
        "--owner-database-url-file=" + PrivateFile(folder_.Path() / "owner.url", cluster_->OwnerConninfo("pulse"))};
    command.insert(command.end(), arguments.begin(), arguments.end());
    process_ = std::make_unique<support::Process>(std::move(command), options);
    if (!process_->WaitForLine("listens on http", kLongestPulsedStart)) {
        throw std::runtime_error("pulsed did not start:\n" + process_->Error());
    }
    port_ = static_cast<std::uint16_t>(std::stoi(support::ReadFile(folder_.Path() / "port")));
    platform::ClientRequest login;
    login.method = "POST";
    login.url = "http://127.0.0.1:" + std::to_string(port_) + "/api/login";
    login.body = platform::Json{{"username", "admin"}, {"password", kPassword}}.dump();
    const auto answer = client_.Send(login);
    if (!answer || answer->status != 200) {
        throw std::runtime_error("nobody can log in: " + (answer ? answer->body : answer.error().message));
    }
    cookie_ = "pulse_session=" + CookieOf(*answer, "pulse_session");
    csrf_ = CookieOf(*answer, "pulse_csrf");
}

PulseWorld::~PulseWorld() {
    process_->Signal(SIGTERM);
    process_->Wait();
}

double PulseWorld::ResidentMebibytes() const {
    std::ifstream status("/proc/" + std::to_string(process_->Pid()) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) {
            return std::stod(line.substr(6)) / 1024;
        }
    }
    throw std::runtime_error("the process has no resident memory to read");
}

std::string PulseWorld::Send(const std::string& method, const std::string& path, const platform::HeaderList& headers,
                             const std::string& body) {
    platform::ClientRequest request;
    request.method = method;
    request.url = "http://127.0.0.1:" + std::to_string(port_) + path;
    request.headers = headers;
    request.body = body;
    const auto answer = client_.Send(request);
    if (!answer || answer->status / 100 != 2) {
        throw std::runtime_error(method + " " + path + ": " + (answer ? answer->body : answer.error().message));
    }
    return answer->body;
}

std::string PulseWorld::MakeToken() {
    const std::string made =
        Send("POST", "/api/security/tokens", {{"Cookie", cookie_}, {"X-CSRF-Token", csrf_}}, R"({"name":"bench"})");
    return platform::Json::parse(made).at("token").get<std::string>();
}

BenchTenant PulseWorld::MakeTenant(const std::string& org) {
    platform::HeaderList admin = {{"Cookie", cookie_}, {"X-CSRF-Token", csrf_}};
    Send("POST", "/api/orgs", admin, platform::Json{{"id", org}, {"displayName", org}}.dump());
    Send("PUT", "/api/admin/tenants/" + org + "/quotas", admin,
         platform::Json{{"apiCalls", 1'000'000'000}, {"customers", 1'000'000}}.dump());
    admin.emplace_back("X-Pulse-Org-ID", org);
    const std::string made = Send("POST", "/api/security/tokens", admin, R"({"name":"bench"})");
    return {org, platform::Json::parse(made).at("token").get<std::string>()};
}

}  // namespace bench
