// Two controllers on one database, with instances at both: what one was told reaches the other's instances, and when
// one is killed, or PostgreSQL, in the middle of an operation, it goes on to its end and nothing happens twice.
#include <csignal>
#include <filesystem>

#include "platform/base/text.hpp"
#include "platform/postgres/access.hpp"
#include "tests/fleet/fleet_world.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

constexpr const char* kFailoverReason = "isolation of tenants is in doubt";

/// A portcullisd that others share the database and the signing key with.
class Replica {
public:
    explicit Replica(std::vector<std::string> arguments) : port_(support::FreePort()) {
        data_.LetThrough();
        std::vector<std::string> command = {support::BuiltProgram("portcullisd"),
                                            "--data-dir=" + (data_ / "state").string(),
                                            "--listen-port=0",
                                            "--threads=4",
                                            "--rate-limit=0",
                                            "--fleet-patience=2s",
                                            "--fleet-listen-address=127.0.0.1",
                                            "--fleet-listen-port=" + std::to_string(port_)};
        command.insert(command.end(), arguments.begin(), arguments.end());
        process_ = std::make_unique<support::Process>(std::move(command));
        const auto line = process_->WaitForLine("listens on http", std::chrono::seconds(60));
        if (!line) {
            throw std::runtime_error("portcullisd did not start: " + process_->Error());
        }
        const auto begin = line->find("http://");
        url_ = line->substr(begin, line->find(' ', begin) - begin);
    }

    const std::string& Url() const {
        return url_;
    }
    std::string FleetUrl() const {
        return "ws://127.0.0.1:" + std::to_string(port_);
    }
    std::filesystem::path StateDir() const {
        return data_ / "state";
    }
    std::string Log() const {
        return process_->Error();
    }
    void Kill() {
        process_->Signal(SIGKILL);
        EXPECT_TRUE(process_->Wait()) << Log();
    }

private:
    support::TempDir data_{"replica"};
    std::uint16_t port_;
    std::string url_;
    std::unique_ptr<support::Process> process_;
};

/// Beside a controller of the harness.
std::unique_ptr<Replica> Beside(Controller& first) {
    const std::filesystem::path files = std::filesystem::path(first.Server().DataDir()).parent_path();
    return std::make_unique<Replica>(
        std::vector<std::string>{"--database-url-file=" + (files / "app.url").string(),
                                 "--signing-key-file=" + first.Server().DataDir() + "/signing.key"});
}

/// A pulsed that dials these controllers, the first of them first.
std::unique_ptr<pulse_test::OwnPulsed> StartAt(const std::string& name, const std::string& token_file,
                                               const std::vector<std::string>& controllers) {
    std::string urls;
    for (const std::string& url : controllers) {
        urls += (urls.empty() ? "" : ",") + url;
    }
    pulse_test::PulsedOptions options;
    options.people = "few_people.json";
    options.arguments = {"--instance=" + name, "--controller-url=" + urls, "--enrolment-token-file=" + token_file,
                         "--port-file=" + token_file + ".port"};
    return std::make_unique<pulse_test::OwnPulsed>(std::move(options));
}

std::string ControllerOf(const api_test::Caller& anybody, const std::string& instance) {
    const Json shown = anybody.Get("/v1/instances/" + instance).Body();
    return shown.contains("state") && shown["state"].value("connected", false) ? shown["state"].value("controller", "")
                                                                               : std::string();
}

Json OperationNow(const api_test::Caller& anybody, const std::string& operation) {
    const auto reply = anybody.Get("/v1/operations/" + operation);
    return reply.Status() == 200 ? reply.Body() : Json::object();
}

/// Every instance verified, whatever had to be gone through.
testing::AssertionResult EndsComplete(const api_test::Caller& anybody, const std::string& operation) {
    Json shown;
    const bool complete = Eventually([&] {
        shown = OperationNow(anybody, operation);
        return shown.value("complete", false);
    });
    return complete ? testing::AssertionSuccess() : testing::AssertionFailure() << shown.dump();
}

/// Each took one order, none was sent it again, each is on record once, and the switch is off.
void ExpectOnceEach(const api_test::Caller& auditor, const std::string& operation,
                    std::map<std::string, std::unique_ptr<pulse_test::OwnPulsed>>& fleet) {
    const Json shown = OperationNow(auditor, operation);
    EXPECT_EQ(shown["instances"].size(), fleet.size());
    std::map<std::string, int> applied;
    for (const Json& entry : auditor.All("/v1/audit?action=kill_switch.applied")) {
        const Json details = entry.value("details", Json::object());
        if (details.value("operation", "") == operation) {
            for (const Json& instance : details.value("instances", Json::array())) {
                ++applied[instance.get<std::string>()];
            }
        }
    }
    for (auto& [name, pulsed] : fleet) {
        EXPECT_EQ(TenantsAnswer(*pulsed), 501) << name;
        EXPECT_EQ(CountOf(pulsed->Log(), "controller.order_taken"), 1U) << name << pulsed->Log();
        EXPECT_EQ(CountOf(pulsed->Log(), "controller.order_refused"), 0U) << name << pulsed->Log();
        EXPECT_EQ(applied[name], 1) << name;
        const Json instance = auditor.Get("/v1/instances/" + name).Body();
        EXPECT_EQ(instance["state"]["generation"], instance["order"]["generation"]) << instance.dump();
    }
}

Json KillInBatches(int size) {
    return {{"enabled", false},   {"scope", {{"all", true}}}, {"reason", kFailoverReason},
            {"batch_size", size}, {"verify", true},           {"watch_for", "0s"},
            {"mode", "hot"},      {"stop_on_failure", false}};
}

class Failover : public ::testing::Test {
protected:
    void StartFleet(const std::map<std::string, bool>& at_second) {
        second_ = Beside(first_);
        for (const auto& [name, prefers_second] : at_second) {
            const std::string file = first_.EnrolInto((tokens_ / (name + ".token")).string(), name);
            std::vector<std::string> urls = {first_.FleetUrl(), second_->FleetUrl()};
            if (prefers_second) {
                std::swap(urls[0], urls[1]);
            }
            fleet_[name] = StartAt(name, file, urls);
            EXPECT_TRUE(Eventually([&, &name = name] { return first_.IsConnected(name); })) << fleet_[name]->Log();
        }
        for (const auto& [name, pulsed] : fleet_) {
            EXPECT_TRUE(HasCountedTenants(first_.As("nora.none"), name)) << pulsed->Log();
        }
    }
    api_test::Caller AtSecond(std::string_view person) {
        return {second_->Url(), first_.Server().Token(person)};
    }

    Controller first_;
    std::unique_ptr<Replica> second_;
    support::TempDir tokens_{"failover"};
    std::map<std::string, std::unique_ptr<pulse_test::OwnPulsed>> fleet_;
};

TEST_F(Failover, AnOrderGivenToEitherReachesTheInstancesOfBoth) {
    StartFleet({{"eu-1", false}, {"eu-2", true}});
    EXPECT_NE(ControllerOf(first_.As("nora.none"), "eu-1"), ControllerOf(first_.As("nora.none"), "eu-2"));
    const auto killed = AtSecond("otto.operator")
                            .Post("/v1/kill-switch/multi-tenant", {{"enabled", false},
                                                                   {"scope", {{"all", true}}},
                                                                   {"verify", true},
                                                                   {"watch_for", "0s"},
                                                                   {"reason", kFailoverReason}});
    killed.Expect(202);
    EXPECT_TRUE(EndsComplete(first_.As("nora.none"), killed.Id()));
    EXPECT_TRUE(EndsComplete(AtSecond("nora.none"), killed.Id()));
    ExpectOnceEach(first_.As("anna.auditor"), killed.Id(), fleet_);
    first_.SwitchOnAll();
    for (auto& [name, pulsed] : fleet_) {
        EXPECT_TRUE(Eventually([&, &pulsed = pulsed] { return TenantsAnswer(*pulsed) == 200; })) << name;
    }
}

TEST_F(Failover, ARollingOperationGoesOnUnderTheOther) {
    StartFleet({{"eu-1", true}, {"eu-2", false}, {"eu-3", true}, {"eu-4", true}});
    SignalInstance(*fleet_["eu-2"], SIGSTOP);  // the second batch cannot end
    const auto killed = AtSecond("otto.operator").Post("/v1/kill-switch/multi-tenant", KillInBatches(1));
    killed.Expect(202);
    const auto outcome = [&](const char* instance) {
        return OutcomeOf(OperationNow(first_.As("nora.none"), killed.Id()), instance);
    };
    EXPECT_TRUE(Eventually([&] { return outcome("eu-1") == "verified"; }));
    EXPECT_EQ(outcome("eu-4"), "waiting");
    second_->Kill();
    SignalInstance(*fleet_["eu-2"], SIGCONT);
    EXPECT_TRUE(EndsComplete(first_.As("nora.none"), killed.Id()));
    const std::string survivor = ControllerOf(first_.As("nora.none"), "eu-2");
    for (const char* moved : {"eu-1", "eu-3", "eu-4"}) {
        EXPECT_TRUE(Eventually([&] { return ControllerOf(first_.As("nora.none"), moved) == survivor; })) << moved;
    }
    ExpectOnceEach(first_.As("anna.auditor"), killed.Id(), fleet_);
}

TEST_F(Failover, WhatTheDeadOneSentIsHeardByTheOtherAndVerified) {
    StartFleet({{"eu-1", false}, {"eu-2", true}});
    // It has the order in its socket, and says what became of it when the one that sent it is dead.
    SignalInstance(*fleet_["eu-2"], SIGSTOP);
    const auto killed = AtSecond("otto.operator").Post("/v1/kill-switch/multi-tenant", KillInBatches(10));
    killed.Expect(202);
    EXPECT_TRUE(Eventually([&] {
        return OutcomeOf(OperationNow(first_.As("nora.none"), killed.Id()), "eu-1") == "verified";
    })) << OperationNow(first_.As("nora.none"), killed.Id()).dump();
    second_->Kill();
    SignalInstance(*fleet_["eu-2"], SIGCONT);
    EXPECT_TRUE(EndsComplete(first_.As("nora.none"), killed.Id()));
    ExpectOnceEach(first_.As("anna.auditor"), killed.Id(), fleet_);
}

TEST_F(Failover, AVerificationThatTheDeadOneAskedForIsAskedAgain) {
    StartFleet({{"eu-1", true}, {"eu-2", true}, {"eu-3", true}});
    const auto killed = AtSecond("otto.operator").Post("/v1/kill-switch/multi-tenant", KillInBatches(10));
    killed.Expect(202);
    EXPECT_TRUE(Eventually([&] {
        const std::string outcome = OutcomeOf(OperationNow(first_.As("nora.none"), killed.Id()), "eu-1");
        return outcome == "applied" || outcome == "verified";
    }));
    second_->Kill();
    EXPECT_TRUE(EndsComplete(first_.As("nora.none"), killed.Id()));
    ExpectOnceEach(first_.As("anna.auditor"), killed.Id(), fleet_);
}

/// As KillInBatches, by processes that are started again for it.
Json RestartInBatches(int size) {
    Json order = KillInBatches(size);
    order["mode"] = "restart";
    return order;
}

/// Failover of orders that each process is started again for, which is not to happen twice.
class FailoverOfRestarts : public Failover {
protected:
    void StartRestarting(const std::map<std::string, bool>& at_second) {
        StartFleet(at_second);
        for (const auto& [name, pulsed] : fleet_) {
            boots_[name] = BootOf(name);
            EXPECT_NE(boots_[name], "") << name;
        }
    }
    std::string BootOf(const std::string& name) const {
        return first_.Instance(name)["state"].value("boot_id", "");
    }
    /// Wherever it listens now.
    int TenantsAnswerOf(const std::string& name) const {
        const std::string port(platform::Trim(support::ReadFile(tokens_ / (name + ".token.port"))));
        return pulse_test::Caller("http://127.0.0.1:" + port)
            .With("X-API-Token", fleet_.at(name)->TokenSecret("default-reader"))
            .Get("/api/orgs")
            .Status();
    }
    void ExpectRestartedOnceEach(const std::string& operation) {
        const Json shown = OperationNow(first_.As("nora.none"), operation);
        for (const Json& part : shown["instances"]) {
            const std::string name = part.value("instance", "");
            EXPECT_EQ(part["process_before"].value("boot_id", ""), boots_[name]) << part.dump(1);
            EXPECT_NE(BootOf(name), boots_[name]) << name;
            EXPECT_EQ(part["process"].value("boot_id", ""), BootOf(name)) << "and no other since; " << part.dump(1);
        }
        for (const auto& [name, pulsed] : fleet_) {
            EXPECT_EQ(TenantsAnswerOf(name), 501) << name;
            EXPECT_EQ(CountOf(pulsed->Log(), "daemon.restart_ordered"), 1U) << name << pulsed->Log();
            EXPECT_EQ(CountOf(pulsed->Log(), "controller.order_taken"), 1U) << name << pulsed->Log();
        }
    }

    std::map<std::string, std::string> boots_;
};

TEST_F(FailoverOfRestarts, BatchesGoOnUnderTheOtherAndNobodyIsRestartedTwice) {
    StartRestarting({{"eu-1", true}, {"eu-2", false}, {"eu-3", true}});
    SignalInstance(*fleet_["eu-2"], SIGSTOP);  // the second batch cannot end
    const auto killed = AtSecond("otto.operator").Post("/v1/kill-switch/multi-tenant", RestartInBatches(1));
    killed.Expect(202);
    const auto outcome = [&](const char* instance) {
        return OutcomeOf(OperationNow(first_.As("nora.none"), killed.Id()), instance);
    };
    EXPECT_TRUE(Eventually([&] { return outcome("eu-1") == "verified"; }));
    EXPECT_EQ(outcome("eu-3"), "waiting");
    second_->Kill();
    SignalInstance(*fleet_["eu-2"], SIGCONT);
    EXPECT_TRUE(EndsComplete(first_.As("nora.none"), killed.Id()));
    ExpectRestartedOnceEach(killed.Id());
}

TEST_F(FailoverOfRestarts, WhoIsAboutToRestartWhenItsControllerDiesIsHeardByTheOther) {
    StartRestarting({{"eu-1", true}, {"eu-2", true}, {"eu-3", false}});
    const auto killed = AtSecond("otto.operator").Post("/v1/kill-switch/multi-tenant", RestartInBatches(10));
    killed.Expect(202);
    second_->Kill();
    EXPECT_TRUE(EndsComplete(first_.As("nora.none"), killed.Id()));
    ExpectRestartedOnceEach(killed.Id());
}

TEST_F(Failover, TwoProcessesWithOneCredentialAtTwoControllersAreNotCalledKilled) {
    second_ = Beside(first_);
    const std::string token = first_.EnrolInto((tokens_ / "eu-1.token").string(), "eu-1");
    const auto one = StartAt("eu-1", token, {first_.FleetUrl()});
    EXPECT_TRUE(Eventually([&] { return first_.IsConnected("eu-1"); })) << one->Log();
    // The other has a copy of what makes it the instance, as from a copy of the machine.
    support::WriteFile(tokens_ / "none.token", "of no use");
    const auto other = StartAt("eu-1", (tokens_ / "none.token").string(), {second_->FleetUrl()});
    ASSERT_EQ(other->Stop(), 0);
    const auto control = [](const pulse_test::OwnPulsed& pulsed) {
        return std::filesystem::path(pulsed.DataDir()) / "control";
    };
    std::filesystem::remove_all(control(*other));
    std::filesystem::copy(control(*one), control(*other), std::filesystem::copy_options::recursive);
    other->Start();
    const auto shown = [&] { return first_.Instance("eu-1"); };
    EXPECT_TRUE(Eventually([&] { return shown()["state"].value("problem", "").starts_with("Two processes"); }))
        << shown().dump(1) << other->Log();
    EXPECT_NE(shown().value("summary", "").find("two processes use its name"), std::string::npos) << shown().dump(1);

    const std::string kill = first_.KillAll();
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*one) == 501 && TenantsAnswer(*other) == 501; }))
        << "both have it all the same";
    const auto operation = [&] { return OperationNow(first_.As("nora.none"), kill); };
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(operation(), "eu-1") == "failed"; })) << operation().dump(1);
    EXPECT_NE(WhyOf(operation(), "eu-1").find("Two processes"), std::string::npos) << WhyOf(operation(), "eu-1");

    // One of them ends, and what it had is worth nothing any more.
    ASSERT_EQ(other->Stop(), 0);
    first_.As("otto.operator")
        .Post("/v1/instances/eu-1:rotate-credential", {{"reason", "a copy of it was found"}})
        .Expect(200);
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(operation(), "eu-1") == "applied"; }))
        << operation().dump(1) << first_.Audit("credential.register") << one->Log();
    EXPECT_EQ(shown()["state"].value("problem", "-"), "") << shown().dump(1);
}

/// On a PostgreSQL of their own, which dies in the middle; the first of the two starts it again.
TEST(FailoverOfTheDatabase, AnOperationGoesOnWhenPostgresIsBack) {
    Replica first({"--bootstrap=" PORTCULLIS_SOURCE_DIR "/tests/api/principals.yaml"});
    const std::filesystem::path state = first.StateDir();
    const std::string tokens = support::ReadFile(state / "initial-tokens");
    const auto token_of = [&](const std::string& person) {
        const auto at = tokens.find(person + ": ") + person.size() + 2;
        return tokens.substr(at, tokens.find('\n', at) - at);
    };
    const support::TempDir files("failover");
    support::WriteFile(files / "app.url",
                       platform::ClusterAccess::FromDataDir(state / "database").AppConninfo("portcullis"));
    std::filesystem::permissions(files / "app.url", std::filesystem::perms(0600));
    const Replica second({"--database-url-file=" + (files / "app.url").string(),
                          "--signing-key-file=" + (state / "signing.key").string()});
    const api_test::Caller otto(first.Url(), token_of("otto.operator"));
    const api_test::Caller anna(second.Url(), token_of("anna.auditor"));
    std::map<std::string, std::unique_ptr<pulse_test::OwnPulsed>> fleet;
    for (const char* name : {"eu-1", "eu-2", "eu-3"}) {
        const auto made = otto.Post("/v1/enrolments", {{"instance", name}});
        made.Expect(201);
        const std::string file = (files / (std::string(name) + ".token")).string();
        support::WriteFile(file, made.Body().value("token", ""));
        std::filesystem::permissions(file, std::filesystem::perms(0600));
        fleet[name] = StartAt(name, file,
                              name == std::string("eu-2") ? std::vector{second.FleetUrl(), first.FleetUrl()}
                                                          : std::vector{first.FleetUrl(), second.FleetUrl()});
        EXPECT_TRUE(Eventually([&] { return !ControllerOf(otto, name).empty(); })) << fleet[name]->Log();
    }
    for (const auto& [name, pulsed] : fleet) {
        EXPECT_TRUE(HasCountedTenants(otto, name)) << pulsed->Log();
    }
    SignalInstance(*fleet["eu-2"], SIGSTOP);  // the second batch cannot end
    const auto killed = otto.Post("/v1/kill-switch/multi-tenant", KillInBatches(1));
    killed.Expect(202);
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(OperationNow(otto, killed.Id()), "eu-1") == "verified"; }));
    const auto server =
        static_cast<pid_t>(std::atol(support::ReadFile(state / "database" / "pg" / "postmaster.pid").c_str()));
    ASSERT_GT(server, 1);
    ASSERT_EQ(::kill(server, SIGKILL), 0);
    SignalInstance(*fleet["eu-2"], SIGCONT);
    EXPECT_TRUE(EndsComplete(otto, killed.Id())) << first.Log();
    EXPECT_TRUE(EndsComplete(anna, killed.Id())) << second.Log();
    ExpectOnceEach(anna, killed.Id(), fleet);
}

}  // namespace
}  // namespace fleet_test
