// The instances of --monitoring-file, which the controller watches:
//
//     instances:
//       - instance: pulse-eu-1
//         metrics_url: http://10.0.0.7:9091/metrics (optional; where its counters are)
//         metrics_match: 'job="pulse",instance="a"' (instead: what it is called in --prometheus-url)
//         metrics_token_file: /etc/portcullis/metrics (optional; bearer token for whoever is asked for its counters)
//         tenants:                                  (optional; what its tenants use of their quotas)
//           url: https://pulse-eu-1.example.org     (nothing behind the host and port)
//           token_file: /etc/portcullis/pulse-eu-1  (a super admin's: settings:read)
//         canary:                                   (optional; whether it keeps two tenants apart)
//           url: https://pulse-eu-1.example.org     (nothing behind the host and port)
//           tenant: canary-a                        (who tries)
//           token_file: /etc/portcullis/canaries/a  (its token: monitoring:read, monitoring:write)
//           other_tenant: canary-b                  (whom)
//           other_token_file: /etc/portcullis/canaries/b
//
// Tokens are read from their files for each try and kept nowhere. Errors: std::runtime_error with all that is wrong
// with the file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/policy/instance_id.hpp"
#include "tenancy/probe/isolation.hpp"

namespace controller::daemon {

struct MonitoredCanary {
    tenancy::probe::IsolationTarget at;  // without credentials
    std::string token_file;
    std::string other_token_file;
};

struct MonitoredTenants {
    std::string url;
    std::string token_file;
};

struct MonitoredTarget {
    policy::InstanceId instance;
    std::string metrics_url;    // empty: its counters are not scraped
    std::string metrics_match;  // empty: no server is asked about it
    std::string metrics_token_file;
    std::optional<MonitoredTenants> tenants;
    std::optional<MonitoredCanary> canary;

    bool HasMetrics() const {
        return !metrics_url.empty() || !metrics_match.empty();
    }
};

/// What a token's file holds, without white space around it; empty when it cannot be read or holds nothing.
std::string ReadMonitoringToken(const std::string& path);

std::vector<MonitoredTarget> ReadMonitoringFile(const std::string& path);

/// What changes with a file: which one it is, how large, and when it was written to.
std::string FileStamp(const std::string& path);

}  // namespace controller::daemon
