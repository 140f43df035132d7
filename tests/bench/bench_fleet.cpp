// How fast a kill reaches a fleet, on the real portcullisd (docs/performance.md). What the simulated instances do is
// said in fleet_load.hpp.
//
//   bare       the reference: 400 bytes broadcast to as many plain WebSockets, read by the same client
//   delivered  from sending the order over HTTP until each instance has read the message
//   answered   until it has checked the signature, stored the order and handed its acknowledgement to the socket
//   applied    until the acknowledgement is recorded in the database, as another connection to it sees
//   verified   until every instance's answers to the checks are recorded, too
//   stuck      the same while one instance never reads; it must delay nobody
//   burst      orders one after another without a pause: every one is on record, all end with the last
//   idle       what open connections cost the controller in resident memory
//   polling    the same order if instances asked every 15 seconds: computed, and measured with as many that ask
//
//   bench_fleet [--instances N] [--rounds N] [--idle N] [--orders N] [--burst-instances N] [--polling SECONDS]
//
// Ends with 1 when a figure is out of its bound. Everything, PostgreSQL and the instances too, shares the machine.
#include <poll.h>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <map>
#include <pqxx/pqxx>
#include <stdexcept>

#include "platform/crypto/crypto.hpp"
#include "platform/ws/server.hpp"
#include "platform/ws/upgrade.hpp"
#include "tests/bench/fleet_load.hpp"
#include "tests/fault/httpd_wire.hpp"

namespace {

using bench::MillisecondsBetween;
using bench::PercentileOf;
using platform::SteadyNow;

constexpr double kDeliveredBound = 40;
constexpr double kAppliedBound = 150;
constexpr double kVerifiedBound = 10'000;
constexpr double kIdleBound = 160;
constexpr double kStuckFactor = 2;
constexpr std::chrono::seconds kPatience{60};
constexpr int kPauseBetweenLooks = 2;  // milliseconds

struct Plan {
    std::size_t instances = 1000;
    std::size_t rounds = 10;
    std::size_t idle = 10'000;
    std::size_t orders = 5000;
    std::size_t burst_instances = 20;
    std::size_t polling = 15;  // seconds; 0: computed only
};

Plan ReadPlan(int argc, char** argv) {
    Plan plan;
    const std::map<std::string, std::size_t*> options = {
        {"--instances", &plan.instances}, {"--rounds", &plan.rounds},   {"--idle", &plan.idle},
        {"--orders", &plan.orders},       {"--polling", &plan.polling}, {"--burst-instances", &plan.burst_instances}};
    for (int i = 1; i < argc; i += 2) {
        const auto found = options.find(argv[i]);
        if (found == options.end() || i + 1 == argc) {
            throw std::runtime_error("does not know '" + std::string(argv[i]) + "', or its number is missing");
        }
        *found->second = std::stoul(argv[i + 1]);
    }
    return plan;
}

bool Report(const std::string& what, double value, const std::string& unit, double bound) {
    const bool met = value <= bound;
    std::cout << what << ": " << value << ' ' << unit << "   (bound " << bound << (met ? ", met)" : ", MISSED)")
              << '\n';
    return met;
}

void Show(const std::string& what, const std::vector<double>& times) {
    std::cout << what << ": median " << PercentileOf(times, 0.5) << ", p99 " << PercentileOf(times, 0.99)
              << ", longest " << PercentileOf(times, 1) << " ms\n";
}

void Append(std::vector<double>& to, const std::vector<double>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

/// Plain sockets of the product's own server, and one thread that reads them.
std::vector<double> MeasureBareBroadcast(std::size_t sockets, std::size_t rounds) {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<double> times;
    platform::SteadyTime began;
    platform::WsServer server({.max_connections = 2 * sockets}, {});
    platform::HttpServer http({.threads = 1}, [&](const platform::HttpRequest& request) {
        return platform::CheckUpgrade(request) ? platform::HttpResponse{.status = 400} : server.Accept({}).value();
    });
    server.Start();
    http.Start();
    const auto thread = std::make_shared<platform::WsThread>();
    std::vector<platform::WsClient> clients;
    for (std::size_t i = 0; i < sockets; ++i) {
        platform::WsClientOptions options;
        options.url = "ws://127.0.0.1:" + std::to_string(http.Port()) + "/";
        options.thread = thread;
        options.on_message = [&](std::string_view) {
            const auto now = SteadyNow();
            const std::lock_guard lock(mutex);
            times.push_back(MillisecondsBetween(began, now));
            if (times.size() % sockets == 0) {
                changed.notify_all();
            }
        };
        auto client = platform::WsClient::Connect(std::move(options));
        if (!client) {
            throw std::runtime_error(client.error().message);
        }
        clients.push_back(std::move(*client));
    }
    const platform::Deadline opening(kPatience);
    while (server.Counters().opened < sockets && !opening.Passed()) {
        ::poll(nullptr, 0, kPauseBetweenLooks);
    }
    const auto message = std::make_shared<const std::string>(400, 'b');
    const auto connections = server.Connections();
    for (std::size_t round = 1; round <= rounds; ++round) {
        std::unique_lock lock(mutex);
        began = SteadyNow();
        lock.unlock();
        server.Broadcast(connections, message);
        lock.lock();
        if (!changed.wait_for(lock, kPatience, [&] { return times.size() == round * sockets; })) {
            throw std::runtime_error("a broadcast did not reach every socket");
        }
    }
    clients.clear();
    http.Drain(std::chrono::seconds(2));
    server.Drain(std::chrono::seconds(2));
    return times;
}

/// When each instance's step was first seen in the database, in milliseconds from `began`.
std::vector<double> WatchSteps(const bench::BenchController& controller, const std::string& operation,
                               std::size_t expected, platform::SteadyTime began) {
    pqxx::connection connection(controller.AppConninfo());
    pqxx::nontransaction look(connection);
    connection.prepare("seen",
                       "SELECT count(*) FROM portcullis.operation_steps WHERE operation_id = $1 AND step = 'applied'");
    std::vector<double> times;
    const platform::Deadline deadline(kPatience);
    while (times.size() < expected && !deadline.Passed()) {
        const auto count = look.exec_prepared1("seen", operation)[0].as<std::size_t>();
        times.resize(std::max(count, times.size()), MillisecondsBetween(began, SteadyNow()));
        ::poll(nullptr, 0, kPauseBetweenLooks);
    }
    if (times.size() < expected) {
        throw std::runtime_error("only " + std::to_string(times.size()) + " of " + std::to_string(expected) +
                                 " instances are recorded as applied");
    }
    return times;
}

struct KillTimes {
    std::vector<double> accepted;
    std::vector<double> delivered;
    std::vector<double> answered;
    std::vector<double> applied;
};

KillTimes MeasureKills(const bench::BenchController& controller, bench::SimulatedFleet& fleet, std::size_t rounds) {
    platform::HttpClient http;
    KillTimes all;
    const std::vector<std::string> names = fleet.Names();
    for (std::size_t round = 0; round < rounds; ++round) {
        fleet.Begin();
        const auto operation = controller.Kill(http, names).at("id").get<std::string>();
        all.accepted.push_back(MillisecondsBetween(fleet.Began(), SteadyNow()));
        Append(all.applied, WatchSteps(controller, operation, names.size(), fleet.Began()));
        if (!fleet.AwaitAnswers(kPatience)) {
            throw std::runtime_error("not every instance answered an order");
        }
        const bench::OrderTimes times = fleet.Times();
        Append(all.delivered, times.delivered);
        Append(all.answered, times.answered);
    }
    return all;
}

/// A connection that is let in and then never reads; its own token and credential.
wire_test::RawSocket OpenStuck(const bench::BenchController& controller) {
    platform::HttpClient http;
    const std::string token = controller.Enrol(http, "stuck");
    wire_test::RawSocket socket = wire_test::ConnectTo(controller.FleetPort());
    socket.Send("GET " + std::string(tenancy::wire::kChannelPath) +
                " HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer " +
                token.substr(0, token.find('.')) + "\r\n" + std::string(tenancy::wire::kNewCredentialHeader) + ": " +
                platform::Sha256Hex("stuck") + "\r\n\r\n");
    const auto answer = socket.ReceiveResponse();
    if (!answer || answer->status != 101) {
        throw std::runtime_error("the instance that is to be stuck was not let in");
    }
    return socket;
}

bool MeasureFleet(const Plan& plan) {
    const auto bare = MeasureBareBroadcast(plan.instances, std::max<std::size_t>(plan.rounds, 5));
    const double bare_p99 = PercentileOf(bare, 0.99);
    Show("bare broadcast of 400 bytes to " + std::to_string(plan.instances) + " sockets", bare);
    const bench::FlushTimes flush = bench::MeasureFlush();
    const double own_disk = std::max(0.0, flush.disk - flush.memory);
    std::cout << "an instance takes an order in " << flush.memory << " ms with its folder in memory, in " << flush.disk
              << " ms with it on this machine's disk\n";

    const bench::BenchController controller;
    bench::SimulatedFleet fleet(controller, "eu", plan.instances);
    const KillTimes kill = MeasureKills(controller, fleet, plan.rounds);
    Show("the order is answered (202)", kill.accepted);
    Show("kill delivered", kill.delivered);
    Show("kill answered", kill.answered);
    Show("kill applied, recorded", kill.applied);
    std::cout << "delivered, in units of the bare broadcast: " << PercentileOf(kill.delivered, 0.99) / bare_p99 << '\n';
    bool met = Report("delivered, p99", PercentileOf(kill.delivered, 0.99), "ms", kDeliveredBound);
    met = Report("applied with the flush of one's own disk, p99", PercentileOf(kill.applied, 0.99) + own_disk, "ms",
                 kAppliedBound) &&
          met;

    const wire_test::RawSocket stuck = OpenStuck(controller);
    const KillTimes beside = MeasureKills(controller, fleet, plan.rounds);
    Show("kill delivered beside an instance that never reads", beside.delivered);
    met = Report("delivered beside a stuck instance, of what it is without one, p99",
                 PercentileOf(beside.delivered, 0.99) / PercentileOf(kill.delivered, 0.99), "times", kStuckFactor) &&
          met;
    if (fleet.Connected() != plan.instances || fleet.Refused() != 0) {
        std::cout << "instances that are still connected: " << fleet.Connected()
                  << ", orders refused: " << fleet.Refused() << "   (MISSED)\n";
        met = false;
    }
    return met;
}

bool MeasureBurst(const Plan& plan) {
    const bench::BenchController controller;
    bench::SimulatedFleet fleet(controller, "burst", plan.burst_instances);
    platform::HttpClient http;
    const platform::Stopwatch watch;
    std::vector<std::string> operations;
    for (std::size_t i = 0; i < plan.orders; ++i) {
        operations.push_back(controller.Kill(http).at("id").get<std::string>());
    }
    const double seconds = std::chrono::duration<double>(watch.Elapsed()).count();
    const platform::Deadline deadline(kPatience);
    pqxx::connection connection(controller.AppConninfo());
    pqxx::nontransaction look(connection);
    const auto final = controller.Call(http, "GET", "/v1/operations/" + operations.back() + "?wait=30s");
    // Generations of kills have gaps: the last is what the instances are ordered now, the same for all of them.
    const auto last = look.exec1("SELECT max(generation) FROM portcullis.desired_states")[0].as<std::int64_t>();
    while (fleet.CommonGeneration() != last && !deadline.Passed()) {
        ::poll(nullptr, 0, kPauseBetweenLooks);
    }
    // Each order must be on record for each instance, applied or superseded by a later one, and the last applied.
    const auto recorded = look.exec1("SELECT count(DISTINCT operation_id) FROM portcullis.operation_instances")[0];
    const auto on_record = look.exec1("SELECT count(*) FROM portcullis.operation_instances")[0];
    const bool all =
        recorded.as<std::size_t>() == plan.orders && on_record.as<std::size_t>() == plan.orders * plan.burst_instances;
    const bool converged = fleet.CommonGeneration() == last && final.value("complete", false);
    std::cout << plan.orders << " orders one after another to " << plan.burst_instances
              << " instances: " << static_cast<double>(plan.orders) / seconds << " a second; " << fleet.OrdersTaken()
              << " documents were taken, " << fleet.Refused() << " refused; on record: " << recorded.c_str()
              << (all ? " (all)" : " (MISSED)") << "; all instances have the last: " << (converged ? "yes" : "MISSED")
              << '\n';
    return all && converged && fleet.Refused() == 0;
}

bool MeasureIdle(const Plan& plan) {
    const bench::BenchController controller;
    const double before = controller.ResidentMebibytes();
    const platform::Stopwatch opening;
    const bench::SimulatedFleet fleet(controller, "idle", plan.idle);
    std::cout << plan.idle << " instances enrolled and connected in "
              << std::chrono::duration<double>(opening.Elapsed()).count() << " s\n";
    // Two rounds of reports: what they need is counted, too.
    const platform::Deadline reports(std::chrono::seconds(20));
    double highest = 0;
    while (!reports.Passed()) {
        ::poll(nullptr, 0, 500);
        highest = std::max(highest, controller.ResidentMebibytes());
    }
    if (fleet.Connected() != plan.idle) {
        std::cout << "only " << fleet.Connected() << " are still connected   (MISSED)\n";
        return false;
    }
    return Report("resident memory for " + std::to_string(plan.idle) + " idle connections, at most", highest - before,
                  "MiB", kIdleBound);
}

/// Instances that ask what they are to do every 15 seconds, each at a moment of its own.
void MeasurePolling(const Plan& plan) {
    constexpr double kEvery = 15'000;
    std::cout << "if each instance asked every 15 s, computed: median " << kEvery / 2 << ", p99 " << kEvery * 0.99
              << ", longest " << kEvery << " ms\n";
    if (plan.polling == 0) {
        return;
    }
    const bench::BenchController controller;
    const bench::SimulatedFleet fleet(controller, "poll", 1);
    platform::HttpClient http;
    const std::string path = "/v1/instances/" + fleet.Names().front();
    const double every = static_cast<double>(plan.polling) * 1000;
    const auto began = SteadyNow();
    const auto operation = controller.Kill(http).at("id").get<std::string>();
    std::vector<double> learned;
    for (std::size_t i = 0; i < plan.instances; ++i) {
        const double due = every * (static_cast<double>(i) + 0.5) / static_cast<double>(plan.instances);
        while (MillisecondsBetween(began, SteadyNow()) < due) {
            ::poll(nullptr, 0, 1);
        }
        const platform::Json shown = controller.Call(http, "GET", path);
        if (shown.at("order").value("operation", "") != operation) {
            throw std::runtime_error("an instance that asked was not told of the order");
        }
        learned.push_back(MillisecondsBetween(began, SteadyNow()));
    }
    Show("measured, " + std::to_string(plan.instances) + " that ask every " + std::to_string(plan.polling) + " s",
         learned);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const Plan plan = ReadPlan(argc, argv);
        std::cout << std::setprecision(4);
        bool met = MeasureFleet(plan);
        met = MeasureBurst(plan) && met;
        met = MeasureIdle(plan) && met;
        MeasurePolling(plan);
        return met ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "bench_fleet: " << error.what() << '\n';
        return 1;
    }
}
