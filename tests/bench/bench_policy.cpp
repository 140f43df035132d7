// One full evaluation of a release in the policy, with 200 tenants on its plan (docs/performance.md): every rule of the
// catalogue, findings made. Target: under 50 us, as the median of the repetitions.
//
// Ends with 1 when the target is missed.
#include <algorithm>
#include <iostream>
#include <vector>

#include <benchmark/benchmark.h>

#include "controller/policy/catalogue.hpp"
#include "tests/support/good_release.hpp"

namespace {

constexpr std::size_t kTenants = 200;
constexpr int kRepetitions = 9;
constexpr double kTargetMicroseconds = 50;

void Evaluate(benchmark::State& state, policy::Channel to, bool consents) {
    policy::PromotionFacts facts = support::GoodRelease(to, policy::ReleaseClass::kWorkflow, kTenants);
    if (!consents) {
        for (policy::TenantFacts& tenant : facts.plan->tenants) {
            tenant.consent.reset();
        }
    }
    const policy::VerdictState expected = policy::EvaluatePromotion(facts).state;
    for (auto _ : state) {
        policy::Verdict verdict = policy::EvaluatePromotion(facts);
        if (verdict.state != expected || (consents && expected != policy::VerdictState::kAllow)) {
            state.SkipWithError("the release is not the one that was to be measured");
        }
        benchmark::DoNotOptimize(verdict);
    }
}

// Keeps the medians, and prints as usual.
class MedianReporter : public benchmark::ConsoleReporter {
public:
    MedianReporter() : ConsoleReporter(OO_Tabular) {}

    void ReportRuns(const std::vector<Run>& runs) override {
        ConsoleReporter::ReportRuns(runs);
        for (const Run& run : runs) {
            failed_ = failed_ || run.error_occurred;
            if (run.run_type == Run::RT_Aggregate && run.aggregate_name == "median") {
                slowest_ = std::max(slowest_, run.GetAdjustedRealTime());
            }
        }
    }
    bool Failed() const {
        return failed_;
    }
    double SlowestMedian() const {
        return slowest_;
    }

private:
    bool failed_ = false;
    double slowest_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    const auto add = [](const char* name, policy::Channel to, bool consents) {
        benchmark::RegisterBenchmark(name, Evaluate, to, consents)
            ->Unit(benchmark::kMicrosecond)
            ->Repetitions(kRepetitions)
            ->ReportAggregatesOnly(true)
            ->MinTime(0.1);
    };
    add("to experimental, 200 consents", policy::Channel::kExperimental, true);
    add("to experimental, 200 consents missing", policy::Channel::kExperimental, false);
    add("to candidate, 200 tenants", policy::Channel::kCandidate, true);
    add("to stable, 200 tenants", policy::Channel::kStable, true);
    MedianReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    const bool met = !reporter.Failed() && reporter.SlowestMedian() < kTargetMicroseconds;
    std::cout << "slowest median: " << reporter.SlowestMedian() << " us (target: under " << kTargetMicroseconds
              << (met ? ", met)\n" : ", MISSED)\n");
    return met ? 0 : 1;
}
