// What the service benchmarks measure: a private cluster with fsync, the whole API in front of it in this process, and
// releases that are ready for their first promotion.
#pragma once

#include <memory>
#include <string>

#include "controller/app/fleet_watch.hpp"
#include "controller/app/gate.hpp"
#include "controller/app/kill_first.hpp"
#include "controller/app/known_callers.hpp"
#include "controller/app/metrics_source.hpp"
#include "controller/app/readiness.hpp"
#include "controller/app/services.hpp"
#include "controller/app/webhook_key.hpp"
#include "controller/fleet/journal/kill_journal.hpp"
#include "controller/http/api.hpp"
#include "controller/store/database.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/httpd/server.hpp"
#include "platform/metrics/metrics.hpp"
#include "platform/postgres/cluster.hpp"
#include "tests/support/temp_dir.hpp"

namespace bench {

class ServiceWorld {
public:
    ServiceWorld();
    ~ServiceWorld();
    ServiceWorld(const ServiceWorld&) = delete;
    ServiceWorld& operator=(const ServiceWorld&) = delete;

    store::Database& Database() {
        return *database_;
    }
    platform::PrivateCluster& Cluster() {
        return *cluster_;
    }
    app::Services& Services() {
        return *services_;
    }
    /// A token of the release manager.
    const std::string& Token() const {
        return token_;
    }
    std::uint16_t ApiPort() const {
        return api_server_->Port();
    }
    /// The same HTTP layer with one handler that runs one prepared SELECT by primary key.
    std::uint16_t BarePort() const {
        return bare_server_->Port();
    }
    /// Registers `tenants` tenants with consent and makes a ui_only release whose promotion to experimental is allowed.
    void MakeReadyRelease(const std::string& id, int tenants);

private:
    support::TempDir folder_;
    std::unique_ptr<platform::PrivateCluster> cluster_;
    std::unique_ptr<store::Database> database_;
    app::GateCache gates_;
    app::FleetWatch fleet_{{}, 1};
    app::MetricsSource metrics_{{}};
    app::WebhookKey webhook_key_ = app::WebhookKey::Generate();
    platform::SigningKey key_ = platform::SigningKey::Generate();
    platform::Metrics registry_{{}};
    std::unique_ptr<app::Readiness> readiness_;
    std::unique_ptr<app::KnownCallers> callers_;
    std::unique_ptr<fleet::KillJournal> kill_journal_;
    std::unique_ptr<app::KillFirst> kills_;
    std::unique_ptr<app::Services> services_;
    std::unique_ptr<http::Api> api_;
    std::unique_ptr<platform::HttpServer> api_server_;
    std::unique_ptr<platform::HttpServer> bare_server_;
    std::string token_;
};

}  // namespace bench
