// A real portcullisd with its listener for instances, and real pulseds that dial it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/api/harness.hpp"
#include "tests/pulse/harness.hpp"

namespace fleet_test {

using platform::Json;

class Controller {
public:
    /// `arguments` on top of those every one gets.
    explicit Controller(std::vector<std::string> arguments = {}, bool simulated_clock = false);
    /// On a database that the test keeps, and may stop.
    Controller(std::string app_conninfo, std::string owner_conninfo);

    api_test::Caller As(std::string_view person) const {
        return server_->As(person);
    }
    api_test::OwnServer& Server() {
        return *server_;
    }
    /// ws://..., the same after a restart.
    std::string FleetUrl() const;
    void Restart();

    /// A token for the instance, in a file.
    std::string EnrolInto(const std::string& file, const std::string& instance) const;
    Json Instance(const std::string& instance) const;
    bool IsConnected(const std::string& instance) const;
    /// The operation's id. Not to be verified: what instances say counts.
    std::string Order(bool enabled, const Json& scope) const;
    std::string KillAll() const;
    /// Reviews and an approval, then the order.
    std::string SwitchOnAll() const;
    /// Waits until nobody is pending.
    Json Await(const std::string& operation) const;
    std::vector<Json> Audit(const std::string& action) const;

private:
    std::uint16_t port_;
    std::unique_ptr<api_test::OwnServer> server_;
};

/// What an operation says of an instance.
Json PartOf(const Json& operation, const std::string& instance);
/// Of an instance's part; null when it was not taken.
Json StepOf(const Json& part, const std::string& name);
Json StepOf(const Json& operation, const std::string& instance, const std::string& name);
std::string OutcomeOf(const Json& operation, const std::string& instance);
std::string WhyOf(const Json& operation, const std::string& instance);

/// How often `part` stands in `text`, a log.
std::size_t CountOf(std::string_view text, std::string_view part);
/// Of an address like http://127.0.0.1:8080.
std::uint16_t PortOf(const std::string& url);

/// True when the instance has said what its tenants have, which it does some seconds after its start: what is ordered
/// from then on can be verified. Asks again and again.
bool HasCountedTenants(const api_test::Caller& anybody, const std::string& instance);

/// A pulsed with tenants switched on, let in by `controller` as `name`.
std::unique_ptr<pulse_test::OwnPulsed> StartInstance(const Controller& controller, const std::string& name,
                                                     const std::string& multi_tenant = "true",
                                                     const std::string& hosted = {});
/// What a tenant's administrator gets: 200 on, 501 off.
int TenantsAnswer(pulse_test::OwnPulsed& pulsed);
/// Signals the process that serves the instance.
void SignalInstance(const pulse_test::OwnPulsed& pulsed, int number);

}  // namespace fleet_test
