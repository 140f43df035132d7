#include "tests/agent/agent_world.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "platform/base/clock.hpp"
#include "platform/httpc/client.hpp"
#include "platform/json/json.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/process.hpp"

namespace agent_test {
namespace {

constexpr std::chrono::seconds kPatience{120};
constexpr const char* kCanary = "canary-of-the-test";

/// Short pauses between looks, for what tells nobody when it changes.
class Pauses {
public:
    void Next() {
        std::unique_lock lock(mutex_);
        never_.wait_for(lock, std::chrono::milliseconds(20), [] { return false; });
    }

private:
    std::mutex mutex_;
    std::condition_variable never_;
};

bool HoldsBeforeLong(const std::function<bool()>& condition) {
    const platform::Deadline deadline(kPatience);
    for (Pauses pauses; !condition(); pauses.Next()) {
        if (deadline.Passed()) {
            return false;
        }
    }
    return true;
}

}  // namespace

Standin::Standin(std::vector<std::string> how)
    : how_(std::move(how)), port_(support::FreePort()), metrics_port_(support::FreePort()) {
    support::WriteFile(folder_ / "canary", kCanary);
    std::filesystem::permissions(folder_ / "canary", std::filesystem::perms(0600));
    Restart();
    EXPECT_TRUE(HoldsBeforeLong([this] { return TenantsAnswer() != 0; })) << support::ReadFile(folder_ / "log");
}

Standin::~Standin() {
    for (const char* fault : {"fail", "hang", "do-nothing"}) {
        Behave(fault);
    }
    Misbehave("stop-only");
    Restart();
}

std::vector<std::string> Standin::RestartCommand() const {
    std::vector<std::string> words{support::BuiltProgram("pulse_starter")};
    words.insert(words.end(), how_.begin(), how_.end());
    for (const std::string& word :
         {std::string("--"), folder_.Path().string(), support::BuiltProgram("pulse_standin"),
          "--data-dir=" + (folder_ / "data").string(), "--listen-port=" + std::to_string(port_),
          "--metrics-port=" + std::to_string(metrics_port_), std::string("--tenants=acme,zeta"),
          "--canary-file=" + CanaryFile()}) {
        words.push_back(word);
    }
    return words;
}

std::vector<std::string> Standin::AgentArguments() const {
    return {"--restart-command=" + platform::Json(RestartCommand()).dump(),
            "--pid-file=" + PidFile(),
            "--url=" + Url(),
            "--metrics-url=" + MetricsUrl(),
            "--canary-file=" + CanaryFile(),
            "--orgs-folder=" + OrgsFolder(),
            "--settle=100ms",
            "--look-every=100ms"};
}

void Standin::Restart() const {
    const auto done = support::RunToEnd(RestartCommand());
    EXPECT_EQ(done.exit_code, 0) << done.output << done.error;
}

void Standin::Misbehave(const std::string& fault, const std::string& content) const {
    support::WriteFile(folder_ / fault, content);
}

void Standin::Behave(const std::string& fault) const {
    std::filesystem::remove(folder_ / fault);
}

int Standin::Restarts() const {
    std::ifstream file(folder_ / "restarts");
    int count = 0;
    for (std::string line; std::getline(file, line);) {
        ++count;
    }
    return count - 1;  // the first start
}

std::string Standin::Url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
}

std::string Standin::MetricsUrl() const {
    return "http://127.0.0.1:" + std::to_string(metrics_port_) + "/metrics";
}

int Standin::TenantsAnswer() const {
    platform::HttpClient client;
    platform::ClientRequest request;
    request.url = Url() + "/api/orgs";
    request.headers = {{"X-API-Token", kCanary}};
    request.timeout = std::chrono::seconds(5);
    const auto response = client.Send(request);
    return response ? response->status : 0;
}

bool Standin::Answers(int status) const {
    return HoldsBeforeLong([&] { return TenantsAnswer() == status; });
}

AgentWorld::AgentWorld(Standin& standin, std::unique_ptr<pulse::agent::Place> place)
    : standin_(standin), place_(std::move(place)) {}

AgentWorld::~AgentWorld() {
    Stop();
}

void AgentWorld::Start(const std::function<void(pulse::agent::KeeperOptions&)>& change) {
    change_ = change;
    switch_ = std::make_unique<tenancy::TenantSwitch>();
    link_ = std::make_unique<tenancy::link::ControlLink>(
        tenancy::link::LinkOptions{Folder(), "pulse-1", true, tenancy::link::Applying::kElsewhere}, *switch_);
    ASSERT_TRUE(link_->PinKey(key_.PublicPem()));
    pulse::agent::KeeperOptions options;
    options.folder = Folder();
    options.process.pid_file = standin_.PidFile();
    options.restart_command = standin_.RestartCommand();
    options.settle = std::chrono::milliseconds(50);
    options.look_every = std::chrono::milliseconds(50);
    options.first_retry = std::chrono::seconds(100);
    options.on_outcome = [this](std::int64_t generation, bool applied, const std::string& reason) {
        const std::lock_guard lock(mutex_);
        outcomes_.push_back({generation, applied, reason});
        changed_.notify_all();
    };
    options.on_change = [] {};
    options.on_look = [] {};
    options.on_event = [](bool, std::string_view, std::string_view) {};
    if (change_) {
        change_(options);
    }
    keeper_ = std::make_unique<pulse::agent::Keeper>(std::move(options), *place_, *link_);
    keeper_->Start();
}

void AgentWorld::Stop() {
    keeper_.reset();
    link_.reset();
    switch_.reset();
}

void AgentWorld::Restart() {
    Stop();
    Start(change_);
}

tenancy::link::AcceptResult AgentWorld::Order(std::int64_t generation, bool enabled, const std::string& mode,
                                              const std::string& operation) {
    tenancy::wire::ControlDocument document;
    document.instance = "pulse-1";
    document.generation = generation;
    document.enabled = enabled;
    document.mode = *platform::ParseEnum<tenancy::wire::ApplyMode>(mode);
    document.reason = "test";
    document.operation = operation.empty() ? "op_" + std::to_string(generation) : operation;
    const std::string text = EncodeControlDocument(document);
    const auto result = link_->Accept(text, key_.Sign(text));
    keeper_->Wake();
    return result;
}

Outcome AgentWorld::AwaitAny() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [this] { return !outcomes_.empty(); })) {
        ADD_FAILURE() << "no outcome; " << keeper_->Look().problem;
        return {};
    }
    last_ = outcomes_.front();
    outcomes_.erase(outcomes_.begin());
    return last_;
}

Outcome AgentWorld::Await() {
    const Outcome before = last_;
    const platform::Deadline deadline(kPatience);
    while (AwaitAny() == before && !deadline.Passed()) {
    }
    return last_;
}

bool AgentWorld::Eventually(const std::function<bool()>& condition) const {
    return HoldsBeforeLong(condition);
}

}  // namespace agent_test
