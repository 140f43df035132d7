// The credentials with which an instance looks at itself from outside: API tokens that exist in this process's memory
// and nowhere else, made when they are first needed, gone with the process.
//
//   canary         of the default organization: monitoring:read, settings:read, settings:write. The last because a
//                  writing route of organizations looks at the scope before it looks at the switch; a token is taken by
//                  none of them.
//   tenant canary  of one tenant: monitoring:read. Another tenant, another token; of few at a time.
//
// They are good for requests from this machine only, use up nobody's quota, and what they are refused is no attempt to
// spoof. In the audit log, where their making is written down, they are `token:canary` and `token:canary_<tenant>`.
// Thread safe.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <string>

#include "pulse/app/services.hpp"
#include "tenancy/org_id.hpp"

namespace pulse::app {

class Canary {
public:
    /// `address`: what this instance listens at, for requests that it sends itself.
    Canary(Services& services, std::string address);
    ~Canary();
    Canary(const Canary&) = delete;
    Canary& operator=(const Canary&) = delete;

    /// The secret of the canary.
    std::string OfDefault();
    /// The secret of the one for this tenant. At most kMostTenants are good: the one that was not asked for the longest
    /// goes when another comes.
    std::string OfTenant(const tenancy::OrgId& tenant);

    static constexpr std::size_t kMostTenants = 24;

private:
    struct Made {
        std::string org;
        std::string secret;
        std::string hash;
    };
    void Make(Made& made, const tenancy::OrgId& org, const std::string& id, std::vector<std::string> scopes);

    Services& services_;
    const std::string address_;
    std::mutex mutex_;
    Made default_;
    std::list<Made> tenants_;  // what was asked for last comes first
};

}  // namespace pulse::app
