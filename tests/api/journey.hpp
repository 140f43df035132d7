// A release on its way through the API of the shared test server: what each channel asks for, recorded and approved by
// the people of principals.yaml, so that a test can stop anywhere and spoil one thing.
//
//     Journey release;
//     release.Reach("candidate");
//     release.Promote("stable").ExpectProblem(409, "rules.pending").ExpectRules({"MEM-1"});
//
// Every release has tenants of its own. Reaching a channel moves the shared clock forward by the stays.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "tests/api/harness.hpp"

namespace api_test {

/// A workflow change that touches nothing delicate.
Json NewManifest(const std::string& id);

class Journey {
public:
    /// Submits the manifest, registers two tenants with their consents, sets the plan. On the shared server, or
    /// wherever these people are.
    explicit Journey(std::function<Caller(std::string_view)> as = api_test::As);

    const std::string& Id() const {
        return id_;
    }
    /// "/v1/releases/<id>" and what follows.
    std::string Path(std::string_view rest = {}) const {
        return "/v1/releases/" + id_ + std::string(rest);
    }
    /// The release as it is; its ETag is what changes of it must name.
    Reply Show() const;
    const std::string& Tenant() const {
        return tenant_;
    }
    const std::string& OtherTenant() const {
        return other_tenant_;
    }
    /// The release's flag.
    static constexpr const char* kFlag = "ROSTER_SORTING_ENABLED";

    /// Evidence and approvals for entering `channel`, as its people give them; no time passes.
    void Prepare(std::string_view channel) const;
    Reply Promote(std::string_view channel, std::string_view who = "rita.release") const;
    /// Through all channels up to this one, with what each asks for.
    void Reach(std::string_view channel);
    /// Decides GO for stable and has it signed by both.
    void SignGo() const;

    Reply Approve(std::string_view who, std::string_view role, std::string_view scope) const;
    Reply Record(std::string_view who, std::string_view control, std::string_view tier,
                 std::string_view outcome = "passed", std::string_view key = {}) const;

private:
    Caller As(std::string_view who) const {
        return as_(who);
    }

    std::function<Caller(std::string_view)> as_;
    std::string id_ = Unique("release");
    std::string tenant_ = Unique("pilot");
    std::string other_tenant_ = Unique("pilot");
    std::string channel_ = "dev";
};

}  // namespace api_test
