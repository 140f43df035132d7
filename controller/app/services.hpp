// What operations and endpoints need beside the transaction: one value, made by the daemon, alive as long as the
// server. Members are thread safe by themselves.
#pragma once

#include "controller/store/database.hpp"

namespace platform {
class Metrics;
class SigningKey;
}  // namespace platform

namespace app {

struct KeySuccession;
class FleetWatch;
class GateCache;
class KillFirst;
class KnownCallers;
class MetricsSource;
class OidcVerifier;
class Readiness;
class WebhookKey;

struct Services {
    store::Database& database;
    GateCache& gates;
    MetricsSource& metrics;
    const platform::SigningKey& signing_key;  // of verdicts and audit checkpoints
    Readiness& readiness;
    FleetWatch& fleet;
    KnownCallers& callers;  // who may give a kill while the database does not answer
    KillFirst& kills;
    platform::Metrics& registry;    // numbers about this process
    const WebhookKey& webhook_key;  // that secrets of webhooks come from
    OidcVerifier* oidc = nullptr;   // null: no identity provider is configured
    bool simulated_clock = false;
    const KeySuccession* keys = nullptr;  // null: the key that signs orders cannot be replaced here
};

}  // namespace app
