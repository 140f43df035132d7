#include "tests/bench/fleet_load.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <stdexcept>

#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "tenancy/link/credential.hpp"
#include "tenancy/wire/control_document.hpp"
#include "tests/support/postgres.hpp"

namespace bench {
namespace {

constexpr std::chrono::seconds kLongestStart{60};
constexpr std::chrono::seconds kLongestWelcome{60};
constexpr std::chrono::milliseconds kHeartbeat{10'000};
constexpr std::size_t kConnectors = 4;

std::string PrivateTextFile(const std::filesystem::path& path, const std::string& content) {
    support::WriteFile(path, content);
    std::filesystem::permissions(path, std::filesystem::perms(0600));
    return path.string();
}

std::uint16_t PortIn(const std::filesystem::path& path) {
    return static_cast<std::uint16_t>(std::stoi(support::ReadFile(path)));
}

double MedianOf(std::vector<double> values) {
    return PercentileOf(std::move(values), 0.5);
}

}  // namespace

double MillisecondsBetween(platform::SteadyTime from, platform::SteadyTime to) {
    return std::chrono::duration<double, std::milli>(to - from).count();
}

double PercentileOf(std::vector<double> values, double share) {
    std::ranges::sort(values);
    return values.at(std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size()))));
}

// --- The controller -----------------------------------------------------------------------------------------------

BenchController::BenchController(std::vector<std::string> arguments) : folder_("bench-fleet") {
    folder_.LetThrough();
    cluster_ = std::make_unique<platform::PrivateCluster>(support::DurableClusterOptions(folder_.Path()));
    cluster_->Start();
    cluster_->EnsureDatabase("portcullis");
    const auto state = folder_.Path() / "state";
    std::vector<std::string> command = {
        support::BuiltProgram("portcullisd"),
        "--data-dir=" + state.string(),
        "--listen-port=0",
        "--port-file=" + (folder_.Path() / "port").string(),
        "--fleet-listen-address=127.0.0.1",
        "--fleet-listen-port=0",
        "--fleet-port-file=" + (folder_.Path() / "fleet-port").string(),
        "--fleet-max-instances=20000",
        "--rate-limit=0",
        "--log-level=warning",
        "--database-url-file=" + PrivateTextFile(folder_.Path() / "app.url", cluster_->AppConninfo("portcullis")),
        "--owner-database-url-file=" +
            PrivateTextFile(folder_.Path() / "owner.url", cluster_->OwnerConninfo("portcullis")),
        "--bootstrap=" PORTCULLIS_SOURCE_DIR "/tests/api/principals.yaml"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    process_ = std::make_unique<support::Process>(std::move(command));
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

BenchController::~BenchController() {
    process_->Signal(SIGTERM);
    process_->Wait(kLongestStart);
}

platform::Json BenchController::Call(platform::HttpClient& client, const std::string& method, const std::string& path,
                                     const platform::Json& body) const {
    platform::ClientRequest request;
    request.method = method;
    request.url = "http://127.0.0.1:" + std::to_string(port_) + path;
    request.headers = {{"Authorization", "Bearer " + token_}};
    if (!body.is_null()) {
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = body.dump();
    }
    request.timeout = std::chrono::seconds(90);
    const auto answer = client.Send(request);
    if (!answer || answer->status / 100 != 2) {
        throw std::runtime_error(
            method + " " + path + ": " +
            (answer ? std::to_string(answer->status) + " " + answer->body.substr(0, 2000) : answer.error().message));
    }
    return platform::Json::parse(answer->body);
}

double BenchController::ResidentMebibytes() const {
    std::ifstream status("/proc/" + std::to_string(process_->Pid()) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) {
            return std::stod(line.substr(6)) / 1024;
        }
    }
    throw std::runtime_error("the process has no resident memory to read:\n" + process_->Error());
}

std::string BenchController::Enrol(platform::HttpClient& client, const std::string& instance) const {
    return Call(client, "POST", "/v1/enrolments", {{"instance", instance}}).at("token").get<std::string>();
}

platform::Json BenchController::Kill(platform::HttpClient& client, const std::vector<std::string>& instances) const {
    const platform::Json scope =
        instances.empty() ? platform::Json{{"all", true}} : platform::Json{{"instances", instances}};
    return Call(client, "POST", "/v1/kill-switch/multi-tenant",
                {{"enabled", false}, {"scope", scope}, {"reason", "an order of the benchmark"}});
}

// --- The fleet ----------------------------------------------------------------------------------------------------

SimulatedFleet::SimulatedFleet(const BenchController& controller, const std::string& prefix, std::size_t size)
    : sockets_(std::make_shared<platform::WsThread>()), began_(platform::SteadyNow()) {
    for (std::size_t i = 0; i < size; ++i) {
        auto instance = std::make_unique<Instance>();
        instance->name = prefix + "-" + std::to_string(i);
        instance->boot_id = "boot_" + instance->name;
        instance->credential =
            std::string(tenancy::wire::kCredentialPrefix) + platform::Base64UrlEncode(platform::RandomBytes(32));
        const auto folder = folder_ / instance->name;
        std::filesystem::create_directory(folder);
        instance->link = std::make_unique<tenancy::link::ControlLink>(
            tenancy::link::LinkOptions{folder.string(), instance->name, true}, instance->tenants);
        instances_.push_back(std::move(instance));
    }
    worker_ = std::thread([this] { Work(); });
    {
        std::vector<std::jthread> connectors;
        for (std::size_t n = 0; n < kConnectors; ++n) {
            connectors.emplace_back([this, &controller, n] { Connect(controller, n, kConnectors); });
        }
    }
    std::unique_lock lock(mutex_);
    const bool all = done_.wait_for(lock, kLongestWelcome, [&] { return !problem_.empty() || welcomed_ == size; });
    if (!all || !problem_.empty()) {
        const std::string why = problem_.empty() ? "only " + std::to_string(welcomed_) + " were let in" : problem_;
        over_ = true;
        lock.unlock();
        arrived_changed_.notify_all();
        worker_.join();
        throw std::runtime_error("the fleet could not be connected: " + why);
    }
    lock.unlock();
    beats_ = std::thread([this] { Beat(); });
}

SimulatedFleet::~SimulatedFleet() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    arrived_changed_.notify_all();
    done_.notify_all();
    if (beats_.joinable()) {
        beats_.join();
    }
    if (worker_.joinable()) {
        worker_.join();
    }
    for (const auto& instance : instances_) {
        instance->client.reset();
    }
}

void SimulatedFleet::Connect(const BenchController& controller, std::size_t from, std::size_t step) {
    platform::HttpClient http;
    for (std::size_t i = from; i < instances_.size(); i += step) {
        try {
            ConnectOne(controller, http, i);
        } catch (const std::exception& error) {
            const std::lock_guard lock(mutex_);
            problem_ = error.what();
            done_.notify_all();
            return;
        }
    }
}

void SimulatedFleet::ConnectOne(const BenchController& controller, platform::HttpClient& http, std::size_t index) {
    Instance& instance = *instances_[index];
    const auto token = tenancy::link::ParseEnrolmentToken(controller.Enrol(http, instance.name));
    if (!token) {
        throw std::runtime_error("the enrolment has no token");
    }
    platform::WsClientOptions options;
    options.url = "ws://127.0.0.1:" + std::to_string(controller.FleetPort()) + std::string(tenancy::wire::kChannelPath);
    options.headers = {{"Authorization", "Bearer " + token->secret},
                       {std::string(tenancy::wire::kNewCredentialHeader), platform::Sha256Hex(instance.credential)}};
    options.limits.max_message_bytes = 2 * tenancy::wire::kMaxControlBytes;
    options.thread = sockets_;
    options.on_message = [this, index](std::string_view text) {
        const platform::SteadyTime now = platform::SteadyNow();
        {
            const std::lock_guard lock(mutex_);
            arrived_.push_back({index, std::string(text), now});
        }
        arrived_changed_.notify_one();
    };
    auto client = platform::WsClient::Connect(std::move(options));
    if (!client) {
        throw std::runtime_error(client.error().message);
    }
    const std::lock_guard lock(mutex_);
    instance.client = std::move(*client);
    arrived_changed_.notify_one();
}

void SimulatedFleet::Work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        // What arrives before its connection is known here waits for that.
        arrived_changed_.wait(lock, [this] {
            return over_ || (!arrived_.empty() && instances_[arrived_.front().instance]->client.has_value());
        });
        if (over_) {
            return;
        }
        const Arrived next = std::move(arrived_.front());
        arrived_.pop_front();
        lock.unlock();
        Take(next);
        lock.lock();
    }
}

void SimulatedFleet::Take(const Arrived& arrived) {
    Instance& instance = *instances_[arrived.instance];
    const auto message = tenancy::wire::DecodeControllerMessage(arrived.text);
    if (!message) {
        refused_.fetch_add(1);
        return;
    }
    if (const auto* welcome = std::get_if<tenancy::wire::Welcome>(&*message)) {
        const auto pinned = instance.link->PinKey(welcome->controller_key);
        instance.client->Send(ReportOf(instance, std::nullopt));
        const std::lock_guard lock(mutex_);
        ++welcomed_;
        if (!pinned) {
            problem_ = pinned.error();
        }
        done_.notify_all();
    } else if (const auto* order = std::get_if<tenancy::wire::Order>(&*message)) {
        TakeOrder(instance, *order, arrived.at);
    }
}

void SimulatedFleet::TakeOrder(Instance& instance, const tenancy::wire::Order& order, platform::SteadyTime at) {
    const auto result = instance.link->Accept(order.document, order.signature);
    tenancy::wire::OrderAnswer answer{order.generation, std::string(platform::EnumText(result.outcome)), result.reason};
    instance.client->Send(ReportOf(instance, answer));
    const platform::SteadyTime now = platform::SteadyNow();
    (result.outcome == tenancy::link::AcceptOutcome::kApplied ? orders_taken_ : refused_).fetch_add(1);
    const std::lock_guard lock(mutex_);
    if (!instance.measured && at >= began_) {
        instance.measured = true;
        times_.delivered.push_back(MillisecondsBetween(began_, at));
        times_.answered.push_back(MillisecondsBetween(began_, now));
        if (times_.answered.size() == instances_.size()) {
            done_.notify_all();
        }
    }
}

void SimulatedFleet::Beat() {
    // Evenly over the interval, as instances that started at different times do.
    const auto pause = std::chrono::duration_cast<std::chrono::microseconds>(kHeartbeat) / instances_.size();
    platform::SteadyTime next = platform::SteadyNow() + kHeartbeat / 2;
    for (std::size_t i = 0;; i = (i + 1) % instances_.size()) {
        {
            std::unique_lock lock(mutex_);
            if (done_.wait_until(lock, next, [this] { return over_; })) {
                return;
            }
        }
        instances_[i]->client->Send(ReportOf(*instances_[i], std::nullopt));
        next += pause;
    }
}

std::string SimulatedFleet::ReportOf(const Instance& instance,
                                     const std::optional<tenancy::wire::OrderAnswer>& answer) const {
    tenancy::wire::Report report;
    report.boot_id = instance.boot_id;
    report.process_started_at = started_at_;
    report.program = "bench_fleet";
    report.enabled = instance.tenants.Enabled();
    report.generation = instance.link->Generation();
    report.answer = answer;
    return tenancy::wire::EncodeReport(report);
}

std::vector<std::string> SimulatedFleet::Names() const {
    std::vector<std::string> names;
    for (const auto& instance : instances_) {
        names.push_back(instance->name);
    }
    return names;
}

void SimulatedFleet::Begin() {
    const std::lock_guard lock(mutex_);
    for (const auto& instance : instances_) {
        instance->measured = false;
    }
    times_ = {};
    began_ = platform::SteadyNow();
}

platform::SteadyTime SimulatedFleet::Began() const {
    const std::lock_guard lock(mutex_);
    return began_;
}

bool SimulatedFleet::AwaitAnswers(std::chrono::seconds patience) {
    std::unique_lock lock(mutex_);
    return done_.wait_for(lock, patience, [this] { return times_.answered.size() == instances_.size(); });
}

OrderTimes SimulatedFleet::Times() const {
    const std::lock_guard lock(mutex_);
    return times_;
}

std::optional<std::int64_t> SimulatedFleet::CommonGeneration() const {
    std::optional<std::int64_t> common;
    for (const auto& instance : instances_) {
        const std::int64_t generation = instance->link->Generation();
        if (common && *common != generation) {
            return std::nullopt;
        }
        common = generation;
    }
    return common;
}

std::size_t SimulatedFleet::Connected() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(instances_, [](const auto& instance) { return !instance->client->Closed(); }));
}

// --- One disk -----------------------------------------------------------------------------------------------------

FlushTimes MeasureFlush() {
    constexpr int kOrders = 50;
    const platform::SigningKey key = platform::SigningKey::Generate();
    const auto measure = [&](const support::TempDir& folder) {
        tenancy::TenantSwitch tenants;
        tenancy::link::ControlLink link({folder.Path().string(), "one", true}, tenants);
        if (!link.PinKey(key.PublicPem())) {
            throw std::runtime_error("no key can be pinned in " + folder.Path().string());
        }
        std::vector<double> milliseconds;
        for (int generation = 1; generation <= kOrders; ++generation) {
            tenancy::wire::ControlDocument document;
            document.instance = "one";
            document.generation = generation;
            document.reason = "an order of the benchmark";
            document.operation = "op_bench";
            const std::string text = tenancy::wire::EncodeControlDocument(document);
            const std::string signature = key.Sign(text);
            const platform::SteadyTime before = platform::SteadyNow();
            if (link.Accept(text, signature).outcome != tenancy::link::AcceptOutcome::kApplied) {
                throw std::runtime_error("an order could not be stored in " + folder.Path().string());
            }
            milliseconds.push_back(MillisecondsBetween(before, platform::SteadyNow()));
        }
        return MedianOf(std::move(milliseconds));
    };
    const support::TempDir disk("bench-flush");
    const support::TempDir memory = support::TempDir::InMemory("bench-flush");
    return {measure(disk), measure(memory)};
}

}  // namespace bench
