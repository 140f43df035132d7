// An authenticated read of one tenant's records over HTTP, as a ratio against a bare handler on the same HTTP layer
// that runs one prepared SELECT by primary key; and what pulsed has resident, at rest.
//
//   one   GET /api/customers/{id}: one row, as the bare handler reads
//   list  GET /api/customers: five rows and their total, 2 KB of JSON
//
// wrk, 2 threads, 32 keep-alive connections; rounds alternate, medians are compared. Both servers have 4 threads and
// the same PostgreSQL. Targets: one at least 0.5, list at least 0.4, under 48 MiB.
//
// Ends with 1 when a target is missed.

#include <algorithm>
#include <charconv>
#include <iostream>
#include <stdexcept>
#include <vector>

#include "platform/httpd/server.hpp"
#include "platform/json/json.hpp"
#include "pulse/store/accounts.hpp"
#include "tests/bench/pulse_world.hpp"

namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 3;
constexpr int kSeconds = 4;
constexpr int kCustomers = 5;

double Median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

double RequestsPerSecond(std::uint16_t port, const std::string& path, const std::string& token) {
    const auto run = support::RunToEnd({"wrk", "-t2", "-c32", "-d" + std::to_string(kSeconds) + "s", "-H",
                                        "X-API-Token: " + token, "http://127.0.0.1:" + std::to_string(port) + path},
                                       {}, std::chrono::seconds(kSeconds + 30));
    const std::string label = "Requests/sec:";
    const auto at = run.output.find(label);
    if (run.output.find("Non-2xx") != std::string::npos || at == std::string::npos) {
        throw std::runtime_error("the server refused requests:\n" + run.output);
    }
    const auto begin = run.output.find_first_of("0123456789", at + label.size());
    double value = 0;
    std::from_chars(run.output.data() + begin, run.output.data() + run.output.size(), value);
    return value;
}

bool Report(const std::string& what, double value, const std::string& unit, bool met, const std::string& target) {
    std::cout << what << ": " << value << unit << "   (target " << target << (met ? ", met)" : ", MISSED)") << '\n';
    return met;
}

class BareServer {
public:
    explicit BareServer(const std::string& conninfo)
        : database_({.conninfo = conninfo, .connections = kThreads}),
          server_({.threads = kThreads}, [this](const platform::HttpRequest&) {
              const auto account =
                  database_.Once([](platform::Tx& tx) { return pulse::store::FindAccount(tx, "admin"); });
              return platform::HttpResponse{.headers = {{"Content-Type", "application/json"}},
                                            .body = "{\"value\":\"" + account->username + "\"}"};
          }) {
        server_.Start();
    }
    ~BareServer() {
        server_.Drain(std::chrono::seconds(2));
    }
    std::uint16_t Port() const {
        return server_.Port();
    }

private:
    platform::Database database_;
    platform::HttpServer server_;
};

bool MeasureReads(bench::PulseWorld& world) {
    const bench::BenchTenant tenant = world.MakeTenant("acme");
    std::string id;
    for (int i = 0; i < kCustomers; ++i) {
        const std::string made =
            world.Send("POST", "/api/customers", {{"X-API-Token", tenant.token}},
                       platform::Json{{"name", "Customer " + std::to_string(i)}, {"email", "a@b.example"}}.dump());
        id = platform::Json::parse(made).at("id").get<std::string>();
    }
    const std::string all = "/api/customers";
    const std::string one = all + "/" + id;
    BareServer bare(world.AppConninfo());
    RequestsPerSecond(world.Port(), all, tenant.token);
    std::vector<double> bare_rate;
    std::vector<double> all_rate;
    std::vector<double> one_rate;
    for (int round = 0; round < kRounds; ++round) {
        bare_rate.push_back(RequestsPerSecond(bare.Port(), "/", tenant.token));
        all_rate.push_back(RequestsPerSecond(world.Port(), all, tenant.token));
        one_rate.push_back(RequestsPerSecond(world.Port(), one, tenant.token));
    }
    std::cout << "bare handler with one prepared SELECT: " << Median(bare_rate) << " requests/s\n"
              << "one customer of a tenant:              " << Median(one_rate) << " requests/s\n"
              << "a tenant's " << kCustomers << " customers:                " << Median(all_rate) << " requests/s\n";
    const double one_ratio = Median(one_rate) / Median(bare_rate);
    const double all_ratio = Median(all_rate) / Median(bare_rate);
    const bool fast = Report("one customer against bare handler", one_ratio, "", one_ratio >= 0.5, ">= 0.5");
    return Report("list of customers against bare handler", all_ratio, "", all_ratio >= 0.4, ">= 0.4") && fast;
}

}  // namespace

int main() {
    try {
        bench::PulseWorld world(kThreads);
        const double resident = world.ResidentMebibytes();
        const bool small = Report("pulsed at rest", resident, " MiB", resident < 48, "< 48 MiB");
        return MeasureReads(world) && small ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "bench_pulse: " << error.what() << '\n';
        return 1;
    }
}
