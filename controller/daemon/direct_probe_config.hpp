// The instances of --direct-probes-file, which the controller looks at itself:
//
//     instances:
//       - instance: pulse-eu-1
//         url: https://pulse-eu-1.example.org      (nothing behind the host and port)
//         canary_token_file: /etc/portcullis/canaries/pulse-eu-1
//         canary_may_write: false                  (optional; true when the token has settings:write)
//         tenant: acme                             (an active one; optional, but nothing is verified without)
//         tenant_token_file: /etc/...              (optional; a token of that tenant)
//         more_tenants:                            (optional; whose features are looked at beside)
//           - tenant: globex
//             tenant_token_file: /etc/...
//         metrics_url: http://10.0.0.7:9091/metrics (optional; where its counters can be read in a watch)
//         surface: pulsed                          (optional; or pulse, for an unmodified one)
//
// Errors: std::runtime_error with all that is wrong with the file.
#pragma once

#include <string>
#include <vector>

#include "controller/fleet/direct_probe.hpp"

namespace controller::daemon {

std::vector<fleet::DirectTarget> ReadDirectProbes(const std::string& path);

}  // namespace controller::daemon
