// What the benchmarks of pulsed measure: the real program on a private cluster with fsync, with tenants in it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/httpc/client.hpp"
#include "platform/httpd/server.hpp"
#include "platform/postgres/cluster.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace bench {

struct BenchTenant {
    std::string org;
    std::string token;  // bound to it, for everything
};

class PulseWorld {
public:
    /// `threads` of the server; `arguments` on top of those every one gets.
    explicit PulseWorld(int threads, std::vector<std::string> arguments = {});
    ~PulseWorld();
    PulseWorld(const PulseWorld&) = delete;
    PulseWorld& operator=(const PulseWorld&) = delete;

    std::uint16_t Port() const {
        return port_;
    }
    /// VmRSS of the program.
    double ResidentMebibytes() const;
    std::string AppConninfo() const {
        return cluster_->AppConninfo("pulse");
    }
    /// An organization of its own, without limits.
    BenchTenant MakeTenant(const std::string& org);
    /// For everything in the default organization.
    std::string MakeToken();
    /// std::runtime_error unless it is answered with 2xx. One thread.
    std::string Send(const std::string& method, const std::string& path, const platform::HeaderList& headers,
                     const std::string& body = {});

private:
    support::TempDir folder_;
    std::unique_ptr<platform::PrivateCluster> cluster_;
    std::unique_ptr<support::Process> process_;
    std::uint16_t port_ = 0;
    platform::HttpClient client_;
    std::string cookie_;  // of the super admin
    std::string csrf_;
};

}  // namespace bench
