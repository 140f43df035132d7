// Steps `value`, `restart` and `data`: what was found inside, against what was ordered.
#include <string>

#include "platform/base/clock.hpp"
#include "platform/base/time.hpp"
#include "tenancy/probe/visit.hpp"

namespace tenancy::probe {
namespace {

using wire::ProbeOutcome;
using wire::TenantDigest;

/// What a question may have been on its way, and in line: it says how old the order was when it was asked. Whether
/// the process is another one than before is told by its boot id; and an order counts as in force only when the
/// controller, too, finds by its own clock that the process began after it.
constexpr std::chrono::milliseconds kOnTheWay{1'000};

std::string OnOff(bool on) {
    return on ? "on" : "off";
}

std::string Described(const TenantDigest& digest) {
    return std::to_string(digest.count) + " records, " + digest.digest.substr(0, 12);
}

std::string Seconds(std::chrono::milliseconds span) {
    return std::to_string(span.count()) + " ms";
}

ProbeOutcome PassedIf(bool good) {
    return good ? ProbeOutcome::kPassed : ProbeOutcome::kFailed;
}

}  // namespace

wire::ProbeStep ValueStep(const Target& target, const Expectation& expectation, const ProcessState& process) {
    StepMaker step(wire::ProbeKind::kValue, target);
    auto& facts = step.Evidence().facts;
    facts["source"] = process.source;
    facts["hosted"] = process.hosted;
    if (!process.boot_id.empty()) {
        facts["boot_id"] = process.boot_id;
    }
    if (process.enabled) {
        facts["enabled"] = *process.enabled;
        step.Note(PassedIf(*process.enabled == expectation.enabled), "value in force", OnOff(expectation.enabled),
                  OnOff(*process.enabled));
    } else {
        step.Note(ProbeOutcome::kInconclusive, "value in force", OnOff(expectation.enabled),
                  process.problem.empty() ? "not known" : process.problem);
    }
    if (process.generation) {
        facts["generation"] = *process.generation;
        const std::string got = std::to_string(*process.generation);
        const std::string wanted = std::to_string(expectation.generation);
        if (*process.generation > expectation.generation) {
            step.Note(ProbeOutcome::kInconclusive, "order in force", wanted, got + ", a newer one");
        } else {
            step.Note(PassedIf(*process.generation == expectation.generation), "order in force", wanted, got);
        }
    }
    if (process.hosted) {
        step.Note(ProbeOutcome::kInconclusive, "mode", "self-hosted", "hosted, where the switch does not decide");
    }
    if (process.enabled && !process.problem.empty()) {
        step.Remark(process.problem);
    }
    return step.Finish(process.source + " has the switch " + OnOff(expectation.enabled));
}

wire::ProbeStep RestartStep(const Target& target, const Expectation& expectation, const ProcessState& process) {
    StepMaker step(wire::ProbeKind::kRestart, target);
    auto& facts = step.Evidence().facts;
    facts["boot_id"] = process.boot_id;
    facts["ordered_ms_ago"] = static_cast<std::int64_t>(expectation.ordered_ago.count());
    const std::string began = "less than " + Seconds(expectation.ordered_ago) + " (and " + Seconds(kOnTheWay) +
                              " for the question's way) ago, after the order";
    if (process.age) {
        facts["age_ms"] = static_cast<std::int64_t>(process.age->count());
        facts["process_started_at"] = platform::FormatTime(platform::SystemNow() - *process.age);
        step.Note(PassedIf(*process.age < expectation.ordered_ago + kOnTheWay), "start of the process", began,
                  Seconds(*process.age) + " ago");
    } else {
        step.Note(ProbeOutcome::kInconclusive, "start of the process", began, "not known");
    }
    if (expectation.previous_boot_id) {
        facts["previous_boot_id"] = *expectation.previous_boot_id;
        if (process.boot_id.empty()) {
            step.Note(ProbeOutcome::kInconclusive, "boot id", "another than before the order", "not known");
        } else {
            step.Note(PassedIf(process.boot_id != *expectation.previous_boot_id), "boot id",
                      "another than " + *expectation.previous_boot_id, process.boot_id);
        }
    }
    return step.Finish("The process began after the order");
}

wire::ProbeStep DataStep(const Target& target, const Expectation& expectation, const TenantData& data) {
    StepMaker step(wire::ProbeKind::kData, target);
    auto& evidence = step.Evidence();
    evidence.tenants = data.now;
    evidence.baseline = expectation.baseline;
    const std::string what = "records of tenants";
    if (!data.now) {
        step.Note(ProbeOutcome::kInconclusive, what, "count and digest",
                  data.problem.empty() ? "not known" : data.problem);
        return step.Finish({});
    }
    if (!expectation.baseline) {
        step.Note(ProbeOutcome::kInconclusive, what, "as before the order",
                  Described(*data.now) + "; nothing from before the order to compare with");
        return step.Finish({});
    }
    const TenantDigest& before = *expectation.baseline;
    const TenantDigest& now = *data.now;
    if (now == before) {
        step.Note(ProbeOutcome::kPassed, what, Described(before), Described(now));
        return step.Finish("Count and digest of tenants' records are as before the order");
    }
    if (now.count < before.count && expectation.enabled && expectation.kind != wire::VerifyKind::kMultiTenant) {
        step.Note(ProbeOutcome::kInconclusive, what, "at least " + Described(before), Described(now));
        step.Remark("The order was about a flag and tenants are at work, so they may have deleted some themselves");
        return step.Finish({});
    }
    if (now.count < before.count) {
        step.Note(ProbeOutcome::kFailed, what, "at least " + Described(before), Described(now));
        return step.Finish({});
    }
    if (expectation.enabled) {
        // They may work again, so their records move.
        step.Note(ProbeOutcome::kPassed, what, "at least " + Described(before), Described(now));
        return step.Finish("No record of tenants is missing; they have worked since the order");
    }
    if (data.since_off) {
        evidence.facts["since_off_count"] = data.since_off->count;
        evidence.facts["since_off_digest"] = data.since_off->digest;
        step.Note(PassedIf(now == *data.since_off), what,
                  Described(*data.since_off) + ", as when the switch had gone off", Described(now));
        step.Remark("Tenants worked between the baseline and the switch");
        return step.Finish("Tenants' records have not changed since the switch went off");
    }
    step.Note(ProbeOutcome::kFailed, what, Described(before), Described(now));
    return step.Finish({});
}

}  // namespace tenancy::probe
