#include "tests/fault/database_world.hpp"

#include <algorithm>

namespace fault_test {

using api_test::Eventually;

void DatabaseAway::SetUpTestSuite() {
    folder_ = std::make_unique<support::TempDir>("database-away");
    cluster_ = std::make_unique<platform::PrivateCluster>(support::DurableClusterOptions(folder_->Path()));
}

void DatabaseAway::TearDownTestSuite() {
    cluster_.reset();
    folder_.reset();
}

void DatabaseAway::SetUp() {
    if (!cluster_->ServerPid()) {
        cluster_->Start();
    }
    const std::string database = "database_away_" + std::to_string(++databases_);
    cluster_->EnsureDatabase(database);
    controller_ =
        std::make_unique<fleet_test::Controller>(cluster_->AppConninfo(database), cluster_->OwnerConninfo(database));
}

api_test::Caller DatabaseAway::Nobody() const {
    return {controller_->Server().Url(), ""};
}

api_test::Reply DatabaseAway::Kill(const std::string& reason) const {
    return Otto().Post("/v1/kill-switch/multi-tenant",
                       {{"enabled", false}, {"scope", {{"all", true}}}, {"reason", reason}, {"verify", false}});
}

Json DatabaseAway::Operation(const std::string& id) const {
    return Otto().Get("/v1/operations/" + id).Body();
}

bool DatabaseAway::BecomesEntered(const std::string& id) const {
    return Eventually([&] {
        const Json operation = Operation(id);
        return operation.contains("journal") && operation["journal"].value("entered", false);
    });
}

bool DatabaseAway::BecomesReady() const {
    return Eventually([&] { return Nobody().Get("/readyz").Status() == 200; });
}

bool DatabaseAway::BecomesUnready() const {
    return Eventually([&] { return Nobody().Get("/readyz").Status() == 503; });
}

bool DatabaseAway::BecomesOff(pulse_test::OwnPulsed& pulsed) {
    return Eventually([&] { return fleet_test::TenantsAnswer(pulsed) == 501; });
}

std::vector<std::string> DatabaseAway::KillsOnRecord() const {
    std::vector<std::string> operations;
    for (const Json& entry : controller_->Audit("kill_switch.off")) {
        operations.push_back(entry["details"].value("operation", ""));
    }
    std::reverse(operations.begin(), operations.end());
    return operations;
}

}  // namespace fault_test
