#include "tests/bench/fleet_kills.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "tests/bench/fleet_record.hpp"

namespace bench {
namespace {

constexpr std::chrono::seconds kAnswerPatience{60};

void Append(std::vector<double>& to, const std::vector<double>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

void NotePhases(KillTimes& all, const FleetRecord::Phases& phases, const RecordedTimes& recorded,
                const OrderTimes& seen) {
    const auto note = [&](std::string_view what, double at) {
        auto found = std::ranges::find(all.phases, what, [](const auto& phase) { return phase.first; });
        if (found == all.phases.end()) {
            found = all.phases.insert(found, {std::string(what), {}});
        }
        found->second.push_back(at);
    };
    note("who gave it is known, and it is judged", phases.taken);
    note("the first instance has read it: aimed, kept in the journal, the first signed",
         PercentileOf(seen.delivered, 0));
    note("the last instance has read it: all are signed and sent", PercentileOf(seen.delivered, 1));
    note("the first instance has checked, stored and answered it", PercentileOf(seen.answered, 0));
    note("the last instance has", PercentileOf(seen.answered, 1));
    note("the transaction begins that enters it", phases.entering);
    note("that is committed", recorded.entered);
    note("the first acknowledgement is written", phases.first_recorded);
    note("the last acknowledgement is", phases.last_recorded);
    note("all are committed", PercentileOf(recorded.applied, 1));
    note("the first instance is verified", PercentileOf(recorded.verified, 0));
    note("the last instance is", PercentileOf(recorded.verified, 1));
    all.transactions.push_back(phases.transactions);
}

void NoteWork(KillTimes::Work& work, const ProcessorTimes& from, const ProcessorTimes& to) {
    work.controller.push_back(to.controller - from.controller);
    work.database.push_back(to.database - from.database);
    work.benchmark.push_back(to.benchmark - from.benchmark);
}

std::string ShownWork(const KillTimes::Work& work) {
    return Rounded(MedianOf(work.controller)) + " of the controller, " + Rounded(MedianOf(work.database)) +
           " of PostgreSQL, " + Rounded(MedianOf(work.benchmark)) + " of the instances and who looks at them";
}

platform::Json Claimed(const FleetController& controller, platform::HttpClient& http, const std::string& operation) {
    return controller.Call(http, "GET", "/v1/operations/" + operation + "?evidence=false");
}

/// What the controller says of the first instance that is not verified.
std::string WhyNotVerified(const platform::Json& claimed) {
    for (const platform::Json& part : claimed.at("instances")) {
        if (part.at("outcome") != "verified") {
            return part.dump();
        }
    }
    return claimed.at("counts").dump();
}

/// One kill; what became of it is added to `all`.
void MeasureKill(const FleetController& controller, SimulatedFleet& fleet, FleetRecord& record,
                 platform::HttpClient& http, std::size_t expected, KillTimes& all) {
    const std::int64_t before = record.Newest();
    const platform::Time began = platform::SystemNow();
    const ProcessorTimes at_first = controller.Worked();
    fleet.Begin();
    std::string operation;
    std::string problem;
    std::jthread giver([&] {
        try {
            operation = controller.Kill(http);
            all.accepted.push_back(MillisecondsBetween(fleet.Began(), platform::SteadyNow()));
        } catch (const std::exception& error) {
            problem = error.what();
        }
    });
    const RecordedTimes recorded = record.Follow(
        before, expected, fleet.Began(), [&] { NoteWork(all.worked_entered, at_first, controller.Worked()); },
        [&] { NoteWork(all.worked_applied, at_first, controller.Worked()); });
    giver.join();
    if (!problem.empty() || recorded.operation != operation || !fleet.AwaitAnswers(kAnswerPatience)) {
        throw std::runtime_error("an order did not reach everybody: " + problem);
    }
    // What the controller claims is what was seen.
    const platform::Json claimed = Claimed(controller, http, operation);
    const auto count = [&](const char* outcome) { return claimed.at("counts").at(outcome).get<std::size_t>(); };
    if (recorded.verified.size() < expected || count("verified") != expected || count("applied") != 0) {
        throw std::runtime_error("of " + std::to_string(expected) + " instances " +
                                 std::to_string(recorded.applied.size()) + " are recorded as applied and " +
                                 std::to_string(recorded.verified.size()) + " as verified: " + WhyNotVerified(claimed));
    }
    const OrderTimes seen = fleet.Times();
    Append(all.delivered, seen.delivered);
    Append(all.answered, seen.answered);
    Append(all.applied, recorded.applied);
    Append(all.verified, recorded.verified);
    all.delivered_p99.push_back(PercentileOf(seen.delivered, 0.99));
    all.applied_p99.push_back(PercentileOf(recorded.applied, 0.99));
    all.verified_last.push_back(PercentileOf(recorded.verified, 1));
    NotePhases(all, record.LookAtPhases(operation, began), recorded, seen);
}

}  // namespace

KillTimes MeasureKills(const FleetController& controller, SimulatedFleet& fleet, std::size_t expected,
                       std::size_t rounds) {
    platform::HttpClient http;
    FleetRecord record(controller.AppConninfo());
    KillTimes all;
    for (std::size_t round = 0; round < rounds; ++round) {
        MeasureKill(controller, fleet, record, http, expected, all);
    }
    return all;
}

void ShowKills(Sheet& sheet, const std::string& beside, const KillTimes& kill) {
    sheet.Times("accepted (202)" + beside, kill.accepted);
    sheet.Times("delivered" + beside, kill.delivered);
    sheet.Times("answered" + beside, kill.answered);
    sheet.Times("applied, recorded" + beside, kill.applied);
    sheet.Times("verified" + beside, kill.verified);
}

void ShowPhases(Sheet& sheet, const KillTimes& kill) {
    sheet.Say("  how far such an order is, in milliseconds after it was sent, medians:");
    for (const auto& [what, times] : kill.phases) {
        sheet.Say("    " + Rounded(MedianOf(times)) + "  " + what);
    }
    sheet.Say("  milliseconds of one processor until it is entered: " + ShownWork(kill.worked_entered));
    sheet.Say("  and until all is recorded as applied: " + ShownWork(kill.worked_applied));
    const auto each = [](const std::vector<double>& orders) {
        std::string text;
        for (const double order : orders) {
            text += " " + Rounded(order);
        }
        return text;
    };
    sheet.Say("  p99 of each order, delivered:" + each(kill.delivered_p99) + "; applied:" + each(kill.applied_p99));
    sheet.Say("  transactions that the acknowledgements of one order took: " + Rounded(MedianOf(kill.transactions)));
}

}  // namespace bench
