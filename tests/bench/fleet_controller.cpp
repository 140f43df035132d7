#include "tests/bench/fleet_controller.hpp"

#include <ctime>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "tests/support/postgres.hpp"

namespace bench {
namespace {

constexpr std::chrono::seconds kLongestStart{60};
constexpr std::chrono::seconds kLongestCall{90};

std::string PrivateTextFile(const std::filesystem::path& path, const std::string& content) {
    support::WriteFile(path, content);
    std::filesystem::permissions(path, std::filesystem::perms(0600));
    return path.string();
}

std::uint16_t PortIn(const std::filesystem::path& path) {
    return static_cast<std::uint16_t>(std::stoi(support::ReadFile(path)));
}

/// 0 for a process that has ended.
double MillisecondsOf(pid_t process) {
    clockid_t clock{};
    timespec worked{};
    if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &worked) != 0) {
        return 0;
    }
    return static_cast<double>(worked.tv_sec) * 1e3 + static_cast<double>(worked.tv_nsec) / 1e6;
}

std::vector<pid_t> ChildrenOf(pid_t process) {
    const std::string number = std::to_string(process);
    std::ifstream file("/proc/" + number + "/task/" + number + "/children");
    return {std::istream_iterator<pid_t>(file), std::istream_iterator<pid_t>()};
}

}  // namespace

FleetController::FleetController() : folder_("bench-fleet") {
    folder_.LetThrough();
    cluster_ = std::make_unique<platform::PrivateCluster>(support::DurableClusterOptions(folder_.Path()));
    cluster_->Start();
    cluster_->EnsureDatabase("portcullis");
    const auto state = folder_.Path() / "state";
    process_ = std::make_unique<support::Process>(std::vector<std::string>{
        support::BuiltProgram("portcullisd"), "--data-dir=" + state.string(), "--listen-port=0",
        "--port-file=" + (folder_.Path() / "port").string(), "--fleet-listen-address=127.0.0.1",
        "--fleet-listen-port=0", "--fleet-port-file=" + (folder_.Path() / "fleet-port").string(),
        "--fleet-max-instances=20000", "--rate-limit=0", "--log-level=warning",
        "--database-url-file=" + PrivateTextFile(folder_.Path() / "app.url", cluster_->AppConninfo("portcullis")),
        "--owner-database-url-file=" +
            PrivateTextFile(folder_.Path() / "owner.url", cluster_->OwnerConninfo("portcullis")),
        "--bootstrap=" PORTCULLIS_SOURCE_DIR "/tests/api/principals.yaml"});
    if (!process_->WaitForLine("listens on http", kLongestStart)) {
        throw std::runtime_error("portcullisd did not start:\n" + process_->Error());
    }
    port_ = PortIn(folder_.Path() / "port");
    fleet_port_ = PortIn(folder_.Path() / "fleet-port");
    const std::string tokens = support::ReadFile(state / "initial-tokens");
    constexpr std::string_view kOperator = "otto.operator: ";
    for (const std::string_view line : platform::Split(tokens, '\n')) {
        if (line.starts_with(kOperator)) {
            token_ = line.substr(kOperator.size());
        }
    }
}

FleetController::~FleetController() {
    process_->Signal(SIGTERM);
    process_->Wait(kLongestStart);
}

platform::Json FleetController::Call(platform::HttpClient& client, const std::string& method, const std::string& path,
                                     const platform::Json& body) const {
    platform::ClientRequest request;
    request.method = method;
    request.url = "http://127.0.0.1:" + std::to_string(port_) + path;
    request.headers = {{"Authorization", "Bearer " + token_}};
    if (method == "POST") {  // as the command line has it
        request.headers.emplace_back("Idempotency-Key", platform::HexEncode(platform::RandomBytes(16)));
    }
    if (!body.is_null()) {
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = body.dump();
    }
    request.timeout = kLongestCall;
    request.max_response_bytes = std::size_t{64} * 1024 * 1024;
    const auto answer = client.Send(request);
    if (!answer || answer->status / 100 != 2) {
        throw std::runtime_error(
            method + " " + path + ": " +
            (answer ? std::to_string(answer->status) + " " + answer->body.substr(0, 2000) : answer.error().message));
    }
    return platform::Json::parse(answer->body);
}

std::string FleetController::Enrol(platform::HttpClient& client, const std::string& instance) const {
    return Call(client, "POST", "/v1/enrolments", {{"instance", instance}}).at("token").get<std::string>();
}

std::string FleetController::Kill(platform::HttpClient& client, const std::vector<std::string>& instances) const {
    const platform::Json scope =
        instances.empty() ? platform::Json{{"all", true}} : platform::Json{{"instances", instances}};
    return Call(client, "POST", "/v1/kill-switch/multi-tenant",
                {{"enabled", false}, {"scope", scope}, {"reason", "an order of the benchmark"}, {"watch_for", "0s"}})
        .at("id")
        .get<std::string>();
}

bool FleetController::IsConnected(platform::HttpClient& client, const std::string& instance) const {
    const platform::Json shown = Call(client, "GET", "/v1/instances/" + instance);
    return shown.contains("state") && shown.at("state").value("connected", false);
}

std::string FleetController::FleetUrl() const {
    return "ws://127.0.0.1:" + std::to_string(fleet_port_);
}

ProcessorTimes FleetController::Worked() const {
    ProcessorTimes worked{MillisecondsOf(process_->Pid()), 0, MillisecondsOf(::getpid())};
    if (const auto server = cluster_->ServerPid()) {
        worked.database = MillisecondsOf(*server);
        for (const pid_t child : ChildrenOf(*server)) {
            worked.database += MillisecondsOf(child);
        }
    }
    return worked;
}

double FleetController::ResidentMebibytes() const {
    std::ifstream status("/proc/" + std::to_string(process_->Pid()) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) {
            return std::stod(line.substr(6)) / 1024;
        }
    }
    throw std::runtime_error("the process has no resident memory to read:\n" + process_->Error());
}

std::size_t FleetController::Logged(const std::string& event) const {
    const std::string log = process_->Error();
    std::size_t count = 0;
    for (std::size_t at = log.find(event); at != std::string::npos; at = log.find(event, at + 1)) {
        ++count;
    }
    return count;
}

}  // namespace bench
