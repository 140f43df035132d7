// The instances of --monitoring-file, which the controller watches:
//
//     instances:
//       - instance: pulse-eu-1
//         metrics_url: http://10.0.0.7:9091/metrics (optional; where its counters are)
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

struct MonitoredTarget {
    policy::InstanceId instance;
    std::string metrics_url;  // empty: its counters are not looked at
    std::optional<MonitoredCanary> canary;
};

std::vector<MonitoredTarget> ReadMonitoringFile(const std::string& path);

/// What changes with a file: which one it is, how large, and when it was written to.
std::string FileStamp(const std::string& path);

}  // namespace controller::daemon
