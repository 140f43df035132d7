// How fast a kill reaches a fleet, on the real portcullisd, a process of its own on a PostgreSQL that flushes to the
// disk (docs/performance.md). What is real of the simulated instances, and what is not, stands in fleet_load.hpp and
// fleet_prober.hpp; a few real pulseds are in the same fleet and get the same orders.
//
//   bare       the reference: 400 bytes broadcast to as many plain WebSockets, read by the same kind of client
//   accepted   from sending the order over HTTP until it is answered 202, entered in the database and the audit chain
//   delivered  from the same moment until each instance has read the message
//   answered   until it has checked the signature, stored the order and handed its acknowledgement to the socket
//   applied    until the acknowledgement is recorded in the database, as another connection to it sees
//   verified   until its answers to the checks are recorded, too, and all of them passed
//   stuck      the same with instances in the fleet that read nothing, and others that never acknowledge: they are
//              ordered off, too, and must delay nobody
//   polling    when the instances of the same fleet learn of an order if each asks the controller every 15 seconds over
//              HTTP: asked for real, at moments that are spread evenly
//   burst      orders to one fleet one after another without a pause, by a few clients: every one is on record, nobody
//              is cut off, all end with the last and are verified for it
//   idle       what open connections cost the controller in resident memory, itself included
//
// All times begin before the order is sent, and everything, PostgreSQL, instances and probes too, shares the machine. A
// bound is held against the median of the orders: of their 99th percentiles, of their last instances; those of
// delivered and applied are for a machine where the bare broadcast takes 20 ms, and grow with it. Ends with 1 when a
// figure is out of its bound, with 2 when it could not be measured.
#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "tests/bench/fleet_bare.hpp"
#include "tests/bench/fleet_kills.hpp"
#include "tests/bench/fleet_load.hpp"
#include "tests/bench/fleet_plan.hpp"
#include "tests/bench/fleet_record.hpp"
#include "tests/bench/fleet_stuck.hpp"
#include "tests/bench/pulse_world.hpp"

namespace {

using bench::FleetController;
using bench::FleetPlan;
using bench::KillTimes;
using bench::MeasureKills;
using bench::MedianOf;
using bench::MillisecondsBetween;
using bench::PercentileOf;
using bench::Rounded;
using bench::Sheet;
using bench::ShowKills;
using bench::SimulatedFleet;
using platform::SteadyNow;

// Milliseconds on 2 cores, where a bare broadcast to a thousand takes about so long. A machine that is slower, or busy
// with something else, is slower at both.
constexpr double kBareBroadcast = 20;
constexpr double kDeliveredBound = 40;
constexpr double kAppliedBound = 150;
constexpr double kVerifiedBound = 10'000;
constexpr double kIdleBound = 160;
constexpr double kStuckFactor = 2;
constexpr std::size_t kProbers = 4;
constexpr std::chrono::seconds kPatience{60};
constexpr std::chrono::seconds kIdleFor{20};  // two rounds of reports

/// Pulseds with two tenants each; the first is whom the simulated instances look at.
class RealInstances {
public:
    RealInstances(const FleetController& controller, std::size_t count) {
        platform::HttpClient http;
        for (std::size_t n = 0; n < count; ++n) {
            const std::string name = "real-" + std::to_string(n);
            const auto file = tokens_ / name;
            support::WriteFile(file, controller.Enrol(http, name));
            std::filesystem::permissions(file, std::filesystem::perms(0600));
            pulseds_.push_back(std::make_unique<bench::PulseWorld>(
                kThreads, std::vector<std::string>{"--instance=" + name, "--controller-url=" + controller.FleetUrl(),
                                                   "--enrolment-token-file=" + file.string()}));
            const platform::Deadline deadline(kPatience);
            while (!controller.IsConnected(http, name)) {
                if (deadline.Passed()) {
                    throw std::runtime_error("the controller does not hear " + name);
                }
                ::poll(nullptr, 0, 20);
            }
        }
        bench::PulseWorld& first = *pulseds_.front();
        target_.base_url = "http://127.0.0.1:" + std::to_string(first.Port());
        target_.probed_by = "instance";
        target_.canary = first.MakeToken();
        target_.tenants = tenancy::probe::Tenants::kSome;
        target_.tenant = "acme";
        target_.tenant_canary = first.MakeTenant("acme").token;
        target_.other_tenant = first.MakeTenant("globex").org;
    }
    const tenancy::probe::Target& Target() const {
        return target_;
    }

private:
    static constexpr int kThreads = 4;

    support::TempDir tokens_{"bench-tokens"};
    std::vector<std::unique_ptr<bench::PulseWorld>> pulseds_;
    tenancy::probe::Target target_;
};

void AwaitInventories(const FleetController& controller, std::size_t expected) {
    if (!bench::FleetRecord(controller.AppConninfo()).AwaitInventories(expected)) {
        throw std::runtime_error("the inventories of the instances are not recorded");
    }
}

void CheckWhole(Sheet& sheet, const SimulatedFleet& fleet, std::size_t size) {
    const std::string lost = fleet.WhyLost();
    sheet.Must("instances that are still connected", fleet.Connected() == size,
               std::to_string(fleet.Connected()) + " of " + std::to_string(size) + (lost.empty() ? "" : "; " + lost));
    sheet.Must("documents that were refused", fleet.Refused() == 0, std::to_string(fleet.Refused()));
}

/// When each instance would have learned of a kill by asking.
std::vector<double> MeasurePolling(const FleetController& controller, const SimulatedFleet& fleet,
                                   std::size_t seconds) {
    platform::HttpClient gives;
    platform::HttpClient asks;
    const std::vector<std::string> names = fleet.Names();
    const double every = static_cast<double>(seconds) * 1000;
    const auto began = SteadyNow();
    const std::string operation = controller.Kill(gives);
    std::vector<double> learned;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const double due = every * (static_cast<double>(i) + 0.5) / static_cast<double>(names.size());
        while (MillisecondsBetween(began, SteadyNow()) < due) {
            ::poll(nullptr, 0, 1);
        }
        const platform::Json shown = controller.Call(asks, "GET", "/v1/instances/" + names[i]);
        if (shown.at("order").value("operation", "") != operation) {
            throw std::runtime_error("an instance that asked was not told of the order");
        }
        learned.push_back(MillisecondsBetween(began, SteadyNow()));
    }
    return learned;
}

/// The median of the rounds' 99th percentiles: one round that the machine hindered is not the reference.
double MedianOfRounds(const std::vector<double>& times, std::size_t sockets) {
    std::vector<double> rounds;
    for (auto from = times.begin(); from != times.end(); from += static_cast<std::ptrdiff_t>(sockets)) {
        rounds.push_back(PercentileOf({from, from + static_cast<std::ptrdiff_t>(sockets)}, 0.99));
    }
    return MedianOf(std::move(rounds));
}

void MeasureFleet(const FleetPlan& plan, Sheet& sheet) {
    const auto bare = bench::MeasureBareBroadcast(plan.instances, plan.rounds + 1);
    const double bare_p99 = MedianOfRounds(bare, plan.instances);
    const double slower = std::max(1.0, bare_p99 / kBareBroadcast);
    sheet.Times("bare broadcast of 400 bytes to " + std::to_string(plan.instances) + " sockets", bare);
    sheet.Say("  its p99, the median of the rounds: " + Rounded(bare_p99) +
              " ms; the bounds are for a machine where it is " + Rounded(kBareBroadcast) +
              " ms, so those of delivered and applied count " + Rounded(slower) + " times");
    const bench::OneOrder one = bench::MeasureOneOrder();
    const double own_disk = std::max(0.0, one.disk - one.memory);
    const auto instances = static_cast<double>(plan.instances);
    sheet.Say("an order is written and signed in " + Rounded(one.sign) + " ms of one processor, all in " +
              Rounded(one.sign * instances) + " ms");
    sheet.Say("an instance takes one in " + Rounded(one.memory) + " ms with its folder in memory, in " +
              Rounded(one.disk) + " ms with it on this machine's disk; that all are on this machine costs " +
              Rounded(one.memory * instances) + " ms of one processor");

    const FleetController controller;
    const RealInstances real(controller, plan.real);
    bench::FleetProber prober(real.Target(), kProbers);
    SimulatedFleet fleet(controller, "eu", plan.instances, &prober);
    const std::size_t expected = plan.instances + plan.real;
    AwaitInventories(controller, expected);
    sheet.Say("a fleet of " + std::to_string(plan.instances) + " simulated and " + std::to_string(plan.real) +
              " real instances; " + std::to_string(plan.rounds) + " kills of all of it:");
    MeasureKills(controller, fleet, expected, 1);  // the first finds cold caches and a target that is still on
    prober.TakeTimes();
    const KillTimes kill = MeasureKills(controller, fleet, expected, plan.rounds);
    ShowKills(sheet, "", kill);
    sheet.Times("one instance's look at itself, " + std::to_string(kProbers) + " at a time", prober.TakeTimes());
    bench::ShowPhases(sheet, kill);
    sheet.Say("  delivered, in units of the bare broadcast: median " +
              Rounded(MedianOf(kill.delivered) / MedianOf(bare)) + ", p99 " +
              Rounded(MedianOf(kill.delivered_p99) / bare_p99));
    sheet.AtMost("delivered, p99 of an order", MedianOf(kill.delivered_p99), "ms", kDeliveredBound * slower);
    sheet.AtMost("applied with the flush of one's own disk, p99 of an order", MedianOf(kill.applied_p99) + own_disk,
                 "ms", kAppliedBound * slower);
    sheet.AtMost("verified, the last of an order", MedianOf(kill.verified_last), "ms", kVerifiedBound);

    if (plan.stuck > 0) {
        bench::StuckInstances stuck(controller, plan.stuck);
        sheet.Say("beside " + std::to_string(plan.stuck) + " that read nothing (given up after " +
                  std::to_string(stuck.OrdersUntilCutOff()) + " orders) and " + std::to_string(plan.stuck) +
                  " that never acknowledge:");
        const KillTimes beside = MeasureKills(controller, fleet, expected, plan.rounds);
        ShowKills(sheet, " beside stuck ones", beside);
        sheet.Say("  stuck ones that still have a connection: " + std::to_string(stuck.Connected()) + " of " +
                  std::to_string(stuck.Count()));
        sheet.AtMost("delivered beside stuck ones, of what it is without, p99",
                     MedianOf(beside.delivered_p99) / MedianOf(kill.delivered_p99), "times", kStuckFactor);
        sheet.AtMost("applied beside stuck ones, of what it is without, p99",
                     MedianOf(beside.applied_p99) / MedianOf(kill.applied_p99), "times", kStuckFactor);
    }
    CheckWhole(sheet, fleet, plan.instances);

    if (plan.polling > 0) {
        const auto learned = MeasurePolling(controller, fleet, plan.polling);
        sheet.Times("polling: the same fleet asks every " + std::to_string(plan.polling) + " s, and learns of a kill",
                    learned);
        sheet.Say("  polling, of what delivering takes: median " +
                  Rounded(MedianOf(learned) / MedianOf(kill.delivered)) + ", p99 " +
                  Rounded(PercentileOf(learned, 0.99) / PercentileOf(kill.delivered, 0.99)) + " times");
    }
}

/// Gives the orders, each with a key of its own; how long that took, in seconds.
double GiveOrders(const FleetController& controller, std::size_t orders, std::size_t clients) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::string problem;
    const platform::Stopwatch watch;
    {
        std::vector<std::jthread> givers;
        for (std::size_t n = 0; n < clients; ++n) {
            givers.emplace_back([&] {
                platform::HttpClient http;
                try {
                    for (std::size_t order = next++; order < orders; order = next++) {
                        controller.Kill(http);
                    }
                } catch (const std::exception& error) {
                    const std::lock_guard lock(mutex);
                    problem = error.what();
                }
            });
        }
    }
    if (!problem.empty()) {
        throw std::runtime_error("an order of the burst was not accepted: " + problem);
    }
    return std::chrono::duration<double>(watch.Elapsed()).count();
}

void MeasureBurst(const FleetPlan& plan, Sheet& sheet) {
    const FleetController controller;
    const RealInstances real(controller, 1);
    bench::FleetProber prober(real.Target(), kProbers);
    SimulatedFleet fleet(controller, "burst", plan.burst_instances, &prober);
    const std::size_t size = plan.burst_instances + 1;
    AwaitInventories(controller, size);
    const double seconds = GiveOrders(controller, plan.orders, plan.clients);
    sheet.Say(std::to_string(plan.orders) + " orders one after another to one fleet of " + std::to_string(size) +
              ", by " + std::to_string(plan.clients) +
              " clients: " + Rounded(static_cast<double>(plan.orders) / seconds) + " a second");
    const auto accepted = SteadyNow();
    bench::FleetRecord record(controller.AppConninfo());
    platform::HttpClient http;
    const platform::Deadline deadline(kPatience);
    platform::Json last;
    bench::FleetRecord::Burst burst;
    do {
        ::poll(nullptr, 0, 20);
        burst = record.LookAtBurst();
        last = controller.Call(http, "GET", "/v1/operations/" + burst.last + "?evidence=false");
    } while ((fleet.Following(burst.last) != plan.burst_instances || burst.reported_last != size ||
              !last.value("complete", false)) &&
             !deadline.Passed());
    const auto of = [](std::size_t found, std::size_t wanted) {
        return std::to_string(found) + " of " + std::to_string(wanted);
    };
    sheet.Say("  from the last order's answer until all of that was seen: " +
              Rounded(MillisecondsBetween(accepted, SteadyNow())) + " ms");
    sheet.Must("operations on record", burst.operations == plan.orders, of(burst.operations, plan.orders));
    sheet.Must("orders to instances on record", burst.orders == plan.orders * size,
               of(burst.orders, plan.orders * size));
    sheet.Must("in the audit chain", burst.audited == plan.orders, of(burst.audited, plan.orders));
    sheet.Must("instances that have the last order in force", fleet.Following(burst.last) == plan.burst_instances,
               of(fleet.Following(burst.last), plan.burst_instances));
    sheet.Must("on record with it", burst.told_last == size && burst.reported_last == size,
               of(burst.reported_last, size));
    sheet.Must("verified for it", last.value("complete", false), last.value("summary", ""));
    sheet.Say("  documents that were stored: " + of(fleet.OrdersTaken(), plan.orders * plan.burst_instances) +
              ", acknowledgements on record: " + of(burst.applied, plan.orders * size) +
              " (what a newer order overtook needs none)");
    CheckWhole(sheet, fleet, plan.burst_instances);
}

void MeasureIdle(const FleetPlan& plan, Sheet& sheet) {
    const FleetController controller;
    const double before = controller.ResidentMebibytes();
    const platform::Stopwatch opening;
    const SimulatedFleet fleet(controller, "idle", plan.idle, nullptr);
    sheet.Say(std::to_string(plan.idle) + " instances enrolled and connected in " +
              Rounded(std::chrono::duration<double>(opening.Elapsed()).count()) + " s");
    const platform::Deadline over(kIdleFor);
    double highest = 0;
    while (!over.Passed()) {
        ::poll(nullptr, 0, 250);
        highest = std::max(highest, controller.ResidentMebibytes());
    }
    sheet.Say("  resident before: " + Rounded(before) + " MiB, with them " + Rounded(highest) +
              " MiB at most: " + Rounded((highest - before) * 1024 / static_cast<double>(plan.idle)) + " KiB each");
    sheet.AtMost("the controller's resident memory with " + std::to_string(plan.idle) + " idle connections", highest,
                 "MiB", kIdleBound);
    CheckWhole(sheet, fleet, plan.idle);
}

/// As many files as the connections need, and some.
void AllowFiles(std::size_t connections) {
    const rlim_t wanted = connections + 1000;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= wanted) {
        return;
    }
    limit.rlim_cur = std::min(limit.rlim_max, wanted);
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted) {
        throw std::runtime_error("this process may open " + std::to_string(limit.rlim_cur) + " files and needs " +
                                 std::to_string(wanted) +
                                 ": raise the hard limit (ulimit -Hn), or hold fewer (--idle)");
    }
}

/// One part; what hinders it hinders the others not. False: it could not be measured.
bool Measured(void (*measure)(const FleetPlan&, Sheet&), const FleetPlan& plan, Sheet& sheet) {
    try {
        measure(plan, sheet);
        return true;
    } catch (const std::exception& error) {
        std::cerr << "bench_fleet: " << error.what() << std::endl;
        return false;
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const FleetPlan plan = bench::ReadFleetPlan({argv + 1, argv + argc});
        AllowFiles(std::max(plan.idle, 2 * plan.instances));
        Sheet sheet(std::cout);
        bool measured = true;
        if (plan.instances > 0) {
            measured = Measured(MeasureFleet, plan, sheet);
        }
        if (plan.orders > 0) {
            measured = Measured(MeasureBurst, plan, sheet) && measured;
        }
        if (plan.idle > 0) {
            measured = Measured(MeasureIdle, plan, sheet) && measured;
        }
        return !measured ? 2 : sheet.Met() ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "bench_fleet: " << error.what() << '\n';
        return 2;
    }
}
