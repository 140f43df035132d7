#include "tests/bench/fleet_load.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "platform/crypto/crypto.hpp"
#include "tenancy/link/credential.hpp"
#include "tenancy/wire/control_document.hpp"
#include "tenancy/wire/inventory.hpp"
#include "tests/bench/fleet_plan.hpp"

namespace bench {
namespace {

constexpr std::chrono::seconds kLongestWelcome{120};
constexpr std::chrono::milliseconds kHeartbeat{10'000};
constexpr std::size_t kConnectors = 8;
constexpr std::size_t kWorkers = 2;
constexpr int kWorkPriority = 10;

}  // namespace

double MillisecondsBetween(platform::SteadyTime from, platform::SteadyTime to) {
    return std::chrono::duration<double, std::milli>(to - from).count();
}

// --- Getting in ---------------------------------------------------------------------------------------------------

SimulatedFleet::SimulatedFleet(const FleetController& controller, const std::string& prefix, std::size_t size,
                               FleetProber* prober)
    : prober_(prober), sockets_(std::make_shared<platform::WsThread>()), began_(platform::SteadyNow()) {
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
    for (std::size_t n = 0; n < kWorkers; ++n) {
        workers_.push_back(std::make_unique<Worker>());
        workers_.back()->thread = std::thread([this, n] { Work(*workers_[n]); });
    }
    {
        std::vector<std::jthread> connectors;
        for (std::size_t n = 0; n < kConnectors; ++n) {
            connectors.emplace_back([this, &controller, n] { ConnectSome(controller, n, kConnectors); });
        }
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kLongestWelcome, [&] { return !problem_.empty() || welcomed_ == size; });
    if (welcomed_ != size || !problem_.empty()) {
        const std::string why = problem_.empty() ? "only " + std::to_string(welcomed_) + " were let in" : problem_;
        lock.unlock();
        EndWorkers();
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
    changed_.notify_all();
    beats_.join();
    EndWorkers();
    if (prober_ != nullptr) {
        prober_->Leave(Names());
    }
    for (const auto& instance : instances_) {
        instance->client.reset();
    }
}

void SimulatedFleet::EndWorkers() {
    for (const auto& worker : workers_) {
        {
            const std::lock_guard lock(worker->mutex);
            worker->over = true;
        }
        worker->changed.notify_all();
        worker->thread.join();
    }
}

void SimulatedFleet::ConnectSome(const FleetController& controller, std::size_t from, std::size_t step) {
    platform::HttpClient http;
    for (std::size_t i = from; i < instances_.size(); i += step) {
        try {
            ConnectOne(controller, http, i);
        } catch (const std::exception& error) {
            const std::lock_guard lock(mutex_);
            problem_ = error.what();
            changed_.notify_all();
            return;
        }
    }
}

void SimulatedFleet::ConnectOne(const FleetController& controller, platform::HttpClient& http, std::size_t index) {
    Instance& instance = *instances_[index];
    const auto token = tenancy::link::ParseEnrolmentToken(controller.Enrol(http, instance.name));
    if (!token) {
        throw std::runtime_error("the enrolment has no token");
    }
    Worker& worker = *workers_[index % kWorkers];
    platform::WsClientOptions options;
    options.url = controller.FleetUrl() + std::string(tenancy::wire::kChannelPath);
    options.headers = {{"Authorization", "Bearer " + token->secret},
                       {std::string(tenancy::wire::kNewCredentialHeader), platform::Sha256Hex(instance.credential)}};
    options.limits.max_message_bytes = 2 * tenancy::wire::kMaxControlBytes;
    options.thread = sockets_;
    options.on_message = [&worker, index](std::string_view text) {
        const platform::SteadyTime now = platform::SteadyNow();
        {
            const std::lock_guard lock(worker.mutex);
            worker.arrived.push_back({index, std::string(text), now});
        }
        worker.changed.notify_one();
    };
    auto client = platform::WsClient::Connect(std::move(options));
    if (!client) {
        throw std::runtime_error(client.error().message);
    }
    const std::lock_guard lock(worker.mutex);
    instance.client = std::move(*client);
    worker.changed.notify_one();
}

// --- What arrives -------------------------------------------------------------------------------------------------

void SimulatedFleet::Work(Worker& worker) {
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kWorkPriority);  // of this thread alone
    std::unique_lock lock(worker.mutex);
    for (;;) {
        // What arrives before its connection is known here waits for that.
        worker.changed.wait(lock, [&] {
            return worker.over ||
                   (!worker.arrived.empty() && instances_[worker.arrived.front().instance]->client.has_value());
        });
        if (worker.over) {
            return;
        }
        const Arrived next = std::move(worker.arrived.front());
        worker.arrived.pop_front();
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
    } else if (const auto* welcome = std::get_if<tenancy::wire::Welcome>(&*message)) {
        TakeWelcome(instance, *welcome);
    } else if (const auto* order = std::get_if<tenancy::wire::Order>(&*message)) {
        TakeOrder(instance, *order, arrived.at);
    } else if (const auto* request = std::get_if<tenancy::wire::VerifyRequest>(&*message)) {
        TakeQuestion(instance, *request);
    }
}

void SimulatedFleet::TakeWelcome(Instance& instance, const tenancy::wire::Welcome& welcome) {
    const auto pinned = instance.link->PinKey(welcome.controller_key);
    instance.client->Send(ReportOf(instance, std::nullopt));
    const tenancy::wire::TenantDigest tenants = SimulatedTenants();
    instance.client->Send(tenancy::wire::EncodeInventory(
        {{"acme", "default", "globex"}, {tenants.count, tenants.digest}, {}, platform::SystemNow()}));
    const std::lock_guard lock(mutex_);
    ++welcomed_;
    if (!pinned) {
        problem_ = pinned.error();
    }
    changed_.notify_all();
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
            changed_.notify_all();
        }
    }
}

void SimulatedFleet::TakeQuestion(Instance& instance, const tenancy::wire::VerifyRequest& request) {
    if (prober_ == nullptr) {
        return;
    }
    const auto state = [this, &instance] {
        tenancy::probe::ProcessState found;
        found.source = "the process";
        found.enabled = instance.tenants.Enabled();
        found.generation = instance.link->Generation();
        found.problem = instance.link->Problem();
        found.boot_id = instance.boot_id;
        found.age = std::chrono::duration_cast<std::chrono::milliseconds>(platform::SteadyNow() - started_);
        found.tenant_sockets = 0;
        return found;
    };
    prober_->Ask(instance.name, {request, state, [&instance](const tenancy::wire::Evidence& evidence) {
                                     instance.client->Send(tenancy::wire::EncodeEvidence(evidence));
                                 }});
}

void SimulatedFleet::Beat() {
    // Evenly over the interval, as instances that started at different times do.
    const auto pause = std::chrono::duration_cast<std::chrono::microseconds>(kHeartbeat) / instances_.size();
    platform::SteadyTime next = platform::SteadyNow() + kHeartbeat / 2;
    for (std::size_t i = 0;; i = (i + 1) % instances_.size()) {
        {
            std::unique_lock lock(mutex_);
            if (changed_.wait_until(lock, next, [this] { return over_; })) {
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
    report.sent_at = platform::SystemNow();
    report.answer = answer;
    return tenancy::wire::EncodeReport(report);
}

// --- What became of it --------------------------------------------------------------------------------------------

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
    return changed_.wait_for(lock, patience, [this] { return times_.answered.size() == instances_.size(); });
}

OrderTimes SimulatedFleet::Times() const {
    const std::lock_guard lock(mutex_);
    return times_;
}

std::size_t SimulatedFleet::Following(const std::string& operation) const {
    return static_cast<std::size_t>(std::ranges::count_if(instances_, [&](const auto& instance) {
        const auto order = instance->link->Current();
        return order && order->operation == operation && instance->tenants.Enabled() == order->enabled;
    }));
}

std::size_t SimulatedFleet::Connected() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(instances_, [](const auto& instance) { return !instance->client->Closed(); }));
}

std::string SimulatedFleet::WhyLost() const {
    for (const auto& instance : instances_) {
        if (const auto closed = instance->client->Closed()) {
            return instance->name + ": " + std::to_string(closed->code) + " " + closed->reason;
        }
    }
    return {};
}

// --- One order ----------------------------------------------------------------------------------------------------

OneOrder MeasureOneOrder() {
    constexpr int kOrders = 50;
    const platform::SigningKey key = platform::SigningKey::Generate();
    std::vector<double> signing;
    const auto measure = [&](const support::TempDir& folder) {
        tenancy::TenantSwitch tenants;
        tenancy::link::ControlLink link({folder.Path().string(), "one", true}, tenants);
        if (!link.PinKey(key.PublicPem())) {
            throw std::runtime_error("no key can be pinned in " + folder.Path().string());
        }
        std::vector<double> taking;
        for (int generation = 1; generation <= kOrders; ++generation) {
            tenancy::wire::ControlDocument document;
            document.instance = "one";
            document.generation = generation;
            document.reason = "an order of the benchmark";
            document.operation = "op_bench";
            const platform::SteadyTime before = platform::SteadyNow();
            const std::string text = tenancy::wire::EncodeControlDocument(document);
            const std::string signature = key.Sign(text);
            const std::string message = tenancy::wire::EncodeOrder({generation, text, signature});
            const platform::SteadyTime sent = platform::SteadyNow();
            const auto read = tenancy::wire::DecodeControllerMessage(message);
            const auto* const order = read ? std::get_if<tenancy::wire::Order>(&*read) : nullptr;
            if (order == nullptr ||
                link.Accept(order->document, order->signature).outcome != tenancy::link::AcceptOutcome::kApplied) {
                throw std::runtime_error("an order could not be stored in " + folder.Path().string());
            }
            signing.push_back(MillisecondsBetween(before, sent));
            taking.push_back(MillisecondsBetween(sent, platform::SteadyNow()));
        }
        return MedianOf(std::move(taking));
    };
    const support::TempDir disk("bench-flush");
    const support::TempDir memory = support::TempDir::InMemory("bench-flush");
    OneOrder one{.disk = measure(disk), .memory = measure(memory)};
    one.sign = MedianOf(std::move(signing));
    return one;
}

}  // namespace bench
