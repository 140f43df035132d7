// Gate reads and promotions over HTTP, each as a ratio against a reference in the same run (docs/performance.md).
//
//   gate       wrk, 2 threads, 32 keep-alive connections, against the API and against a bare handler on the same HTTP
//              layer that runs one prepared SELECT. Rounds alternate; medians are compared.
//   promotion  8 clients, each release promoted once, against pgbench's tpcb-like transactions on the same cluster.
//              Rounds alternate; the median of their ratios counts.
//
// Both, or the one that is named as the only argument. Ends with 1 when a target is missed.

#include <algorithm>
#include <atomic>
#include <charconv>
#include <iostream>
#include <span>
#include <thread>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/httpc/client.hpp"
#include "tests/bench/cpu_time.hpp"
#include "tests/bench/service_world.hpp"
#include "tests/support/process.hpp"

namespace {

constexpr int kRounds = 3;
constexpr int kSeconds = 4;
constexpr int kClients = 8;
constexpr int kWarmUp = 200;
constexpr int kPromotionRounds = 5;
constexpr int kPromotions = 600;  // in each

struct Load {
    double per_second = 0;
    double p99_ms = 0;
};

double Median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// The number after `label` in a tool's output; with wrk's unit (us, ms, s) turned into milliseconds.
double NumberAfter(const std::string& text, const std::string& label) {
    const std::size_t at = text.find(label);
    if (at == std::string::npos) {
        throw std::runtime_error("no '" + label + "' in:\n" + text);
    }
    const char* begin = text.data() + text.find_first_of("0123456789", at + label.size());
    double value = 0;
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), value);
    if (error != std::errc()) {
        throw std::runtime_error("no number after '" + label + "'");
    }
    const std::string_view unit(end, 2);
    return unit == "us" ? value / 1000 : unit.starts_with("s\n") ? value * 1000 : value;
}

Load RunWrk(std::uint16_t port, const std::string& path, const std::string& token) {
    const auto run =
        support::RunToEnd({"wrk", "-t2", "-c32", "-d" + std::to_string(kSeconds) + "s", "--latency", "-H",
                           "Authorization: Bearer " + token, "http://127.0.0.1:" + std::to_string(port) + path},
                          {}, std::chrono::seconds(kSeconds + 30));
    if (run.output.find("Non-2xx") != std::string::npos) {
        throw std::runtime_error("the server refused requests:\n" + run.output);
    }
    return {NumberAfter(run.output, "Requests/sec:"), NumberAfter(run.output, "99%")};
}

bool Report(const std::string& what, double value, const std::string& unit, bool met, const std::string& target) {
    std::cout << what << ": " << value << ' ' << unit << "   (target " << target << (met ? ", met)" : ", MISSED)")
              << '\n';
    return met;
}

bool MeasureGate(bench::ServiceWorld& world, const std::string& release) {
    const std::string path = "/v1/releases/" + release + "/gates/experimental";
    std::vector<double> gate;
    std::vector<double> bare;
    std::vector<double> p99;
    RunWrk(world.ApiPort(), path, world.Token());
    for (int round = 0; round < kRounds; ++round) {
        bare.push_back(RunWrk(world.BarePort(), "/", world.Token()).per_second);
        const Load load = RunWrk(world.ApiPort(), path, world.Token());
        gate.push_back(load.per_second);
        p99.push_back(load.p99_ms);
    }
    std::cout << "bare handler with one prepared SELECT: " << Median(bare) << " requests/s\n"
              << "gate, warm:                            " << Median(gate) << " requests/s\n";
    const double ratio = Median(gate) / Median(bare);
    const bool fast = Report("gate against bare handler", ratio, "", ratio >= 0.6, ">= 0.6");
    return Report("gate p99", Median(p99), "ms", Median(p99) < 10, "< 10 ms") && fast;
}

class Pgbench {
public:
    explicit Pgbench(bench::ServiceWorld& world) {
        world.Cluster().EnsureDatabase("pgbench");
        conninfo_ = world.Cluster().OwnerConninfo("pgbench");
        support::RunToEnd({program_, "-i", "-q", "-s", "10", conninfo_}, {}, std::chrono::seconds(120));
    }
    double Run() const {
        const auto run = support::RunToEnd({program_, "-c", std::to_string(kClients), "-j", "2", "-T",
                                            std::to_string(kSeconds), "-b", "tpcb-like", conninfo_},
                                           {}, std::chrono::seconds(60));
        return NumberAfter(run.output, "tps =");
    }

private:
    const std::string program_ = (platform::FindPostgresBinaries() / "pgbench").string();
    std::string conninfo_;
};

/// What promotions took.
struct Promotions {
    double per_second = 0;
    double here_us = 0;      // processor time of each in this process: the API's handler and its client
    double postgres_us = 0;  // and in PostgreSQL
};

Promotions MeasurePromotions(bench::ServiceWorld& world, std::span<const std::string> releases) {
    const double here_before = bench::CpuSecondsOfThisProcess();
    const pid_t postgres = world.Cluster().ServerPid().value();
    const double postgres_before = bench::CpuSecondsOfFamily(postgres);
    std::atomic<std::size_t> next{0};
    std::atomic<int> failed{0};
    std::vector<std::thread> clients;
    const platform::Stopwatch watch;
    for (int n = 0; n < kClients; ++n) {
        clients.emplace_back([&] {
            platform::HttpClient client;
            for (std::size_t i = next++; i < releases.size(); i = next++) {
                platform::ClientRequest request;
                request.method = "POST";
                request.url = "http://127.0.0.1:" + std::to_string(world.ApiPort()) + "/v1/releases/" + releases[i] +
                              "/promotions";
                request.headers = {{"Authorization", "Bearer " + world.Token()},
                                   {"Content-Type", "application/json"},
                                   {"If-Match", "\"2\""}};
                request.body = R"({"to":"experimental"})";
                const auto reply = client.Send(request);
                if (!reply || reply->status != 201) {
                    if (failed++ == 0) {
                        std::cerr << (reply ? reply->body : reply.error().message) << '\n';
                    }
                }
            }
        });
    }
    for (std::thread& client : clients) {
        client.join();
    }
    if (failed > 0) {
        throw std::runtime_error(std::to_string(failed) + " promotions failed");
    }
    const double seconds = std::chrono::duration<double>(watch.Elapsed()).count();
    const double here = bench::CpuSecondsOfThisProcess() - here_before;
    const double in_postgres = bench::CpuSecondsOfFamily(postgres) - postgres_before;
    const auto count = static_cast<double>(releases.size());
    return {count / seconds, here / count * 1e6, in_postgres / count * 1e6};
}

bool MeasurePromotionsAgainstPgbench(bench::ServiceWorld& world) {
    std::vector<std::string> releases;
    for (int n = 0; n < kWarmUp + kPromotionRounds * kPromotions; ++n) {
        releases.push_back("promoted-" + std::to_string(n));
        world.MakeReadyRelease(releases.back(), 3);
    }
    const Pgbench pgbench(world);
    const std::span<const std::string> all(releases);
    MeasurePromotions(world, all.first(kWarmUp));
    std::vector<double> references;
    std::vector<double> promotions;
    std::vector<double> ratios;
    std::vector<double> here;
    std::vector<double> postgres;
    for (std::size_t round = 0; round < kPromotionRounds; ++round) {
        references.push_back(pgbench.Run());
        const Promotions measured = MeasurePromotions(world, all.subspan(kWarmUp + round * kPromotions, kPromotions));
        promotions.push_back(measured.per_second);
        here.push_back(measured.here_us);
        postgres.push_back(measured.postgres_us);
        ratios.push_back(promotions.back() / references.back());
        std::cout << "round " << round + 1 << ": promotions against pgbench " << ratios.back() << '\n';
    }
    std::cout << "pgbench tpcb-like: " << Median(references) << " transactions/s\n"
              << "promotions:        " << Median(promotions) << " /s; processor time of each: " << Median(here)
              << " us here (API and client), " << Median(postgres) << " us in PostgreSQL\n";
    const double ratio = Median(ratios);
    return Report("promotions against pgbench", ratio, "", ratio >= 0.15, ">= 0.15");
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view only = argc > 1 ? argv[1] : "";
    if (argc > 2 || (!only.empty() && only != "gate" && only != "promotion")) {
        std::cerr << "usage: bench_service [gate|promotion]\n";
        return 2;
    }
    try {
        bench::ServiceWorld world;
        bool met = true;
        if (only != "promotion") {
            world.MakeReadyRelease("gate-release", 200);
            met = MeasureGate(world, "gate-release");
        }
        if (only != "gate") {
            met = MeasurePromotionsAgainstPgbench(world) && met;
        }
        return met ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "bench_service: " << error.what() << '\n';
        return 1;
    }
}
