#include "tests/fleet/played_instance.hpp"

#include "platform/crypto/crypto.hpp"
#include "tenancy/wire/control_document.hpp"
#include "tenancy/wire/inventory.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

namespace wire = tenancy::wire;

constexpr std::chrono::milliseconds kListenFor{100};
constexpr std::chrono::seconds kHeartbeat{5};
constexpr std::chrono::hours kAgeAtFirst{5};

platform::Time ItsClock(std::chrono::seconds ahead) {
    return platform::SystemNow() + ahead;
}

std::unique_ptr<platform::WsClient> DialAsNew(const Controller& controller, const std::string& name) {
    const support::TempDir folder("played");
    const std::string token = support::ReadFile(controller.EnrolInto((folder / "token").string(), name));
    platform::WsClientOptions options;
    options.url = controller.FleetUrl() + std::string(wire::kChannelPath);
    options.headers.emplace_back("Authorization", "Bearer " + token.substr(0, token.find('.')));
    options.headers.emplace_back(std::string(wire::kNewCredentialHeader), platform::Sha256Hex("credential of " + name));
    auto client = platform::WsClient::Connect(std::move(options));
    if (!client) {
        ADD_FAILURE() << client.error().message;
        return nullptr;
    }
    return std::make_unique<platform::WsClient>(std::move(*client));
}

}  // namespace

PlayedInstance::PlayedInstance(const Controller& controller, const std::string& name, Conduct conduct)
    : conduct_(std::move(conduct)),
      began_(platform::SteadyNow() - kAgeAtFirst),
      client_(DialAsNew(controller, name)),
      thread_([this] { Run(); }) {
    EXPECT_TRUE(api_test::Eventually([&] { return controller.IsConnected(name); }));
}

PlayedInstance::~PlayedInstance() {
    stopping_ = true;
    thread_.join();
}

void PlayedInstance::Behave(const std::function<void(Conduct&)>& change) {
    const std::lock_guard lock(mutex_);
    change(conduct_);
}

void PlayedInstance::TellTenants(std::int64_t records) {
    wire::Inventory inventory;
    inventory.orgs = {"default"};
    inventory.tenants = {records, platform::Sha256Hex(std::to_string(records))};
    const std::lock_guard lock(mutex_);
    inventory.sent_at = ItsClock(conduct_.clock_ahead);
    client_->Send(wire::EncodeInventory(inventory));
}

void PlayedInstance::Tell(const wire::Inventory& inventory) const {
    const std::lock_guard lock(mutex_);
    client_->Send(wire::EncodeInventory(inventory));
}

int PlayedInstance::Questions() const {
    const std::lock_guard lock(mutex_);
    return questions_;
}

std::int64_t PlayedInstance::Generation() const {
    const std::lock_guard lock(mutex_);
    return generation_;
}

int PlayedInstance::Orders() const {
    const std::lock_guard lock(mutex_);
    return orders_;
}

void PlayedInstance::Run() {
    if (!client_) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        Report();
    }
    while (!stopping_) {
        const auto text = client_->Receive(kListenFor);
        if (!text) {
            if (client_->Closed()) {
                return;
            }
            const std::lock_guard lock(mutex_);
            if (platform::SteadyNow() - reported_ > kHeartbeat) {
                Report();
            }
            continue;
        }
        const auto message = wire::DecodeControllerMessage(*text);
        const std::lock_guard lock(mutex_);
        if (!message) {
            ADD_FAILURE() << *text;
        } else if (const auto* order = std::get_if<wire::Order>(&*message)) {
            OnOrder(*order);
        } else if (const auto* question = std::get_if<wire::VerifyRequest>(&*message)) {
            OnQuestion(*question);
        }
    }
}

void PlayedInstance::OnOrder(const wire::Order& order) {
    ++orders_;
    const auto document = wire::DecodeControlDocument(order.document);
    if (!document || !conduct_.takes_orders) {
        return;
    }
    generation_ = document->generation;
    if (document->mode == wire::ApplyMode::kRestart) {
        Report();  // taken; what serves is the process from before
        if (!conduct_.restarts) {
            return;
        }
        boot_ += conduct_.keeps_its_boot_id ? 0 : 1;
        began_ = platform::SteadyNow();
    }
    if (conduct_.switches) {
        enabled_ = document->enabled;
    }
    Report();
}

void PlayedInstance::OnQuestion(const wire::VerifyRequest& question) {
    ++questions_;
    if (!conduct_.answers_questions) {
        return;
    }
    wire::Evidence answer;
    answer.request = question.request;
    answer.sent_at = ItsClock(conduct_.clock_ahead);
    if (question.purpose == wire::VerifyPurpose::kWatch) {
        counted_.requests += conduct_.sample.requests;
        counted_.errors_5xx += conduct_.sample.errors_5xx;
        counted_.errors_501 += conduct_.sample.errors_501;
        counted_.default_org_ok = conduct_.sample.default_org_ok;
        if (conduct_.sends_samples) {
            answer.sample = counted_;
        }
    } else {
        for (const auto& name : platform::EnumNames<wire::ProbeKind>::kNames) {
            if (name.value != wire::ProbeKind::kWatch &&
                (conduct_.says_only.empty() || conduct_.says_only == name.text) &&
                (name.value != wire::ProbeKind::kRestart || question.mode == wire::ApplyMode::kRestart)) {
                const auto told = conduct_.outcomes.find(std::string(name.text));
                const auto outcome = told == conduct_.outcomes.end() ? wire::ProbeOutcome::kPassed : told->second;
                answer.steps.push_back({name.value, outcome, answer.sent_at, "played", "{}"});
            }
        }
    }
    client_->Send(wire::EncodeEvidence(answer));
}

void PlayedInstance::Report() {
    wire::Report report;
    report.boot_id = "boot_played_" + std::to_string(boot_);
    report.sent_at = ItsClock(conduct_.clock_ahead);
    report.process_started_at =
        report.sent_at - std::chrono::duration_cast<platform::Duration>(platform::SteadyNow() - began_);
    reported_ = platform::SteadyNow();
    report.program = "played 1";
    report.enabled = enabled_;
    report.generation = generation_;
    client_->Send(wire::EncodeReport(report));
}

}  // namespace fleet_test
