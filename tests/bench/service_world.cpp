#include "tests/bench/service_world.hpp"

#include <algorithm>
#include <stdexcept>

#include "controller/app/authenticate.hpp"
#include "controller/app/evidence.hpp"
#include "controller/app/plans.hpp"
#include "controller/app/releases.hpp"
#include "controller/http/routes.hpp"
#include "controller/policy/classification.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/consents.hpp"
#include "controller/store/installation.hpp"
#include "controller/store/migrations.hpp"
#include "controller/store/tenants.hpp"
#include "tests/support/postgres.hpp"

namespace bench {
namespace {

constexpr int kThreads = 4;

policy::PrincipalId Someone(const char* id) {
    return policy::PrincipalId::Trusted(id);
}

app::Call CallOf(const char* id, std::vector<policy::Role> roles) {
    app::Call call;
    call.actor = {Someone(id), policy::PrincipalKind::kUser, std::move(roles)};
    call.display_name = id;
    call.request_id = "bench";
    return call;
}

template <typename T>
T Must(app::Outcome<T> outcome) {
    if (!outcome) {
        std::string why = outcome.error().detail;
        for (const policy::Finding& finding : outcome.error().findings) {
            why += "\n  " + std::string(finding.rule) + ": " + finding.message;
        }
        throw std::runtime_error("the benchmark's release could not be made ready: " + why);
    }
    return std::move(*outcome);
}

/// Of "release-7" RELEASE_7_ENABLED: each release has a flag of its own.
std::string FlagOf(std::string id) {
    std::ranges::transform(id, id.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter == '-' ? '_' : letter;
    });
    return id + "_ENABLED";
}

policy::Manifest ReadyManifest(const std::string& id) {
    policy::Manifest manifest;
    manifest.id = id;
    manifest.title = "Benchmark release";
    manifest.description = "A label of a button";
    manifest.classification = policy::ReleaseClass::kUiOnly;
    manifest.version = "1.0.0";
    manifest.files_changed = {"src/components/list/Label.tsx"};
    manifest.kill_switch = policy::KillSwitch{FlagOf(id), false, {"dev"}, "environment variable", false};
    manifest.rollback = policy::RollbackPlan{{{"the label is wrong", std::nullopt}},
                                             {"Revert the commit", "Set " + FlagOf(id) + "=false"},
                                             {"the old label is shown"},
                                             "not needed",
                                             {{"dev lead", "immediately", policy::Duration::zero()}},
                                             "dora"};
    return manifest;
}

store::InitialiseOptions MakeInitialState(const std::string& token) {
    store::InitialiseOptions options;
    options.simulated_clock = true;
    const auto person = [&](const char* id, std::vector<policy::Role> roles) {
        store::BootstrapPrincipal principal;
        principal.id = Someone(id);
        principal.display_name = id;
        principal.roles = std::move(roles);
        options.principals.push_back(std::move(principal));
    };
    person("rita", {policy::Role::kReleaseManager});
    options.principals.back().token_hash = app::TokenHash(token);
    options.principals.back().token_id = policy::RecordId::Trusted("tok_bench");
    person("dora", {policy::Role::kDevLead});
    person("sam", {policy::Role::kSystemOwner});
    person("ada", {policy::Role::kAdmin});
    person("ben", {policy::Role::kAdmin});
    person("max", {policy::Role::kDevLead, policy::Role::kQa, policy::Role::kSystemOwner, policy::Role::kReleaseManager,
                   policy::Role::kOperator, policy::Role::kAuditor, policy::Role::kAdmin});
    for (const policy::PathRule& rule : policy::DefaultPathRules()) {
        options.path_rules.push_back(rule);
    }
    return options;
}

}  // namespace

ServiceWorld::ServiceWorld() : folder_("bench"), token_(app::MakeTokenText()) {
    cluster_ = std::make_unique<platform::PrivateCluster>(support::DurableClusterOptions(folder_.Path()));
    cluster_->Start();
    const std::string owner = cluster_->OwnerConninfo("portcullis");
    store::MigrateUp(owner);
    store::Initialise(owner, MakeInitialState(token_));
    store::DatabaseOptions options;
    options.conninfo = cluster_->AppConninfo("portcullis");
    options.connections = 2 * kThreads + 2;
    database_ = std::make_unique<store::Database>(options);
    readiness_ = std::make_unique<app::Readiness>(*database_);
    database_->Write([](store::Tx& tx) { store::SetInstallationValue(tx, "bench", "1"); });
    callers_ = std::make_unique<app::KnownCallers>(app::KnownCallersOptions{.conninfo = options.conninfo});
    kill_journal_ = std::make_unique<fleet::KillJournal>((folder_.Path() / "kill-journal").string());
    app::KillFirstOptions kill_options;
    kill_options.controller = "bench";
    kill_options.on_event = [](std::string_view, std::string_view, std::string_view) {};
    kills_ = std::make_unique<app::KillFirst>(kill_options, *database_, *callers_, *kill_journal_);
    services_ = std::make_unique<app::Services>(app::Services{.database = *database_,
                                                              .gates = gates_,
                                                              .metrics = metrics_,
                                                              .signing_key = key_,
                                                              .readiness = *readiness_,
                                                              .fleet = fleet_,
                                                              .callers = *callers_,
                                                              .kills = *kills_,
                                                              .registry = registry_,
                                                              .webhook_key = webhook_key_,
                                                              .simulated_clock = true});
    http::ApiOptions api_options;
    api_options.per_principal = {0, 0};
    api_ = std::make_unique<http::Api>(*services_, http::AllRoutes(), api_options);
    platform::HttpServerOptions server;
    server.threads = kThreads;
    api_server_ = std::make_unique<platform::HttpServer>(
        server, [this](const platform::HttpRequest& request) { return api_->Handle(request); });
    api_server_->Start();
    bare_server_ = std::make_unique<platform::HttpServer>(server, [this](const platform::HttpRequest&) {
        const auto value = database_->Once([](store::Tx& tx) { return store::LoadInstallationValue(tx, "bench"); });
        return platform::HttpResponse{
            200, {{"Content-Type", "application/json"}}, "{\"value\":\"" + value.value_or("") + "\"}"};
    });
    bare_server_->Start();
}

ServiceWorld::~ServiceWorld() {
    api_server_->Drain(std::chrono::seconds(2));
    bare_server_->Drain(std::chrono::seconds(2));
}

void ServiceWorld::MakeReadyRelease(const std::string& id, int tenants) {
    const app::Call manager = CallOf("rita", {policy::Role::kReleaseManager});
    const app::Call lead = CallOf("dora", {policy::Role::kDevLead});
    const auto release = policy::ReleaseId::Trusted(id);
    database_->Write([&](store::Tx& tx) {
        Must(app::SubmitManifest(tx, manager, ReadyManifest(id)));
        policy::ExposurePlan plan;
        for (int n = 0; n < tenants; ++n) {
            const auto tenant = policy::TenantId::Trusted("tenant-" + std::to_string(n));
            if (!store::LoadTenant(tx, tenant)) {
                store::InsertTenant(tx, {tenant, tenant.Text(), policy::TenantKind::kProduction,
                                         policy::ChannelPreference::kAny, "rita"});
            }
            const auto consent = policy::RecordId::Trusted("con_" + id + std::to_string(n));
            store::InsertConsent(tx, {consent, tenant, release, "Tenant's admin", "administrator", "a signed form",
                                      store::Now(tx), std::nullopt, Someone("rita")});
            plan.tenants.push_back(tenant);
        }
        plan.opt_in_method = "written confirmation";
        plan.start_date = platform::DateOf(store::Now(tx));
        plan.minimum_stay = std::chrono::days{7};
        plan.exit_criteria = {{"c1", "no errors", std::nullopt, std::nullopt}};
        plan.owner = "sam";
        Must(app::SetPlan(tx, manager, release, 1, plan));
        for (const auto scope :
             {policy::ApprovalScope::kClass, policy::ApprovalScope::kPlan, policy::ApprovalScope::kExperimental}) {
            Must(app::GiveApproval(tx, lead, release, {policy::Role::kDevLead, scope, "", std::nullopt}));
        }
        for (const auto& [control, tier] :
             {std::pair{policy::Control::kTests, policy::EvidenceTier::kTest},
              std::pair{policy::Control::kRegressions, policy::EvidenceTier::kTest},
              std::pair{policy::Control::kKillSwitchDrill, policy::EvidenceTier::kRehearsal},
              std::pair{policy::Control::kObs4, policy::EvidenceTier::kManagedRuntime}}) {
            wire::RecordCheck check;
            check.control = control;
            check.outcome = policy::CheckOutcome::kPassed;
            check.tier = tier;
            check.evidence = R"({"text":"measured"})";
            check.has_evidence = true;
            Must(app::RecordCheck(tx, lead, release, check));
        }
    });
}

}  // namespace bench
