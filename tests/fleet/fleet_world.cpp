#include "tests/fleet/fleet_world.hpp"

#include <csignal>
#include <filesystem>

#include "platform/service/process_file.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

constexpr const char* kFleetReason = "isolation of tenants is in doubt";

std::vector<std::string> FleetArguments(std::uint16_t port) {
    return {"--fleet-listen-address=127.0.0.1", "--fleet-listen-port=" + std::to_string(port), "--fleet-patience=2s"};
}

}  // namespace

Controller::Controller(std::vector<std::string> arguments, bool simulated_clock) : port_(support::FreePort()) {
    const auto own = FleetArguments(port_);
    arguments.insert(arguments.begin(), own.begin(), own.end());
    server_ = std::make_unique<api_test::OwnServer>(std::move(arguments), simulated_clock);
}

Controller::Controller(std::string app_conninfo, std::string owner_conninfo)
    : port_(support::FreePort()),
      server_(std::make_unique<api_test::OwnServer>(FleetArguments(port_), std::move(app_conninfo),
                                                    std::move(owner_conninfo))) {}

std::string Controller::FleetUrl() const {
    return "ws://127.0.0.1:" + std::to_string(port_);
}

void Controller::Restart() {
    EXPECT_EQ(server_->Stop(), 0) << server_->Log();
    server_->Start();
}

std::string Controller::EnrolInto(const std::string& file, const std::string& instance) const {
    const auto reply = As("otto.operator").Post("/v1/enrolments", {{"instance", instance}});
    reply.Expect(201);
    support::WriteFile(file, reply.Body().value("token", ""));
    std::filesystem::permissions(file, std::filesystem::perms(0600));
    return file;
}

Json Controller::Instance(const std::string& instance) const {
    return As("nora.none").Get("/v1/instances/" + instance).Body();
}

bool Controller::IsConnected(const std::string& instance) const {
    const Json shown = Instance(instance);
    return shown.contains("state") && shown["state"].value("connected", false);
}

std::string Controller::Order(bool enabled, const Json& scope) const {
    const auto reply = As("otto.operator")
                           .Post("/v1/kill-switch/multi-tenant",
                                 {{"enabled", enabled}, {"scope", scope}, {"reason", kFleetReason}, {"verify", false}});
    reply.Expect(202);
    return reply.Id();
}

std::string Controller::KillAll() const {
    return Order(false, {{"all", true}});
}

std::string Controller::SwitchOnAll() const {
    for (const Json& review : As("otto.operator").All("/v1/kill-switch/reviews?open=true")) {
        const std::string path = "/v1/kill-switch/reviews/" + review.value("operation", "");
        As("otto.operator")
            .IfMatch(As("otto.operator").Get(path).Etag())
            .Post(path + ":complete", {{"findings", "found and fixed"}})
            .Expect(200);
    }
    As("sam.owner").Post("/v1/kill-switch/approvals", {{"reason", "found and fixed"}}).Expect(201);
    return Order(true, {{"all", true}});
}

Json Controller::Await(const std::string& operation) const {
    const auto reply = As("nora.none").Get("/v1/operations/" + operation + "?wait=30s");
    reply.Expect(200);
    EXPECT_TRUE(reply.Body().value("finished", false)) << reply.Text();
    return reply.Body();
}

std::vector<Json> Controller::Audit(const std::string& action) const {
    return As("anna.auditor").All("/v1/audit?action=" + action);
}

Json PartOf(const Json& operation, const std::string& instance) {
    for (const Json& part : operation.value("instances", Json::array())) {
        if (part.value("instance", "") == instance) {
            return part;
        }
    }
    ADD_FAILURE() << instance << " is not in " << operation.dump();
    return Json::object();
}

Json StepOf(const Json& part, const std::string& name) {
    for (const Json& step : part.value("steps", Json::array())) {
        if (step.value("step", "") == name) {
            return step;
        }
    }
    return nullptr;
}

Json StepOf(const Json& operation, const std::string& instance, const std::string& name) {
    return StepOf(PartOf(operation, instance), name);
}

std::size_t CountOf(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) {
        ++count;
    }
    return count;
}

std::uint16_t PortOf(const std::string& url) {
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

std::string OutcomeOf(const Json& operation, const std::string& instance) {
    return PartOf(operation, instance).value("outcome", "");
}

std::string WhyOf(const Json& operation, const std::string& instance) {
    return PartOf(operation, instance).value("why", "");
}

bool HasCountedTenants(const api_test::Caller& anybody, const std::string& instance) {
    return api_test::Eventually([&] {
        const Json shown = anybody.Get("/v1/instances/" + instance).Body();
        return shown.contains("state") && shown["state"].contains("tenants");
    });
}

std::unique_ptr<pulse_test::OwnPulsed> StartInstance(const Controller& controller, const std::string& name,
                                                     const std::string& multi_tenant, const std::string& hosted) {
    static const support::TempDir tokens("fleet-tokens");
    const std::string file = controller.EnrolInto((tokens / (name + ".token")).string(), name);
    pulse_test::PulsedOptions options;
    options.people = "few_people.json";
    options.multi_tenant = multi_tenant;
    options.hosted = hosted;
    options.arguments = {"--instance=" + name, "--controller-url=" + controller.FleetUrl(),
                         "--enrolment-token-file=" + file};
    auto pulsed = std::make_unique<pulse_test::OwnPulsed>(std::move(options));
    EXPECT_TRUE(api_test::Eventually([&] { return controller.IsConnected(name); })) << pulsed->Log();
    return pulsed;
}

int TenantsAnswer(pulse_test::OwnPulsed& pulsed) {
    return pulsed.As("alice").Get("/api/orgs").Status();
}

void SignalInstance(const pulse_test::OwnPulsed& pulsed, int number) {
    const auto process = platform::FindServingProcess(pulsed.DataDir());
    ASSERT_TRUE(process);
    ASSERT_EQ(::kill(*process, number), 0);
}

}  // namespace fleet_test
