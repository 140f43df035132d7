// The evidence of an operation of the fleet: the order, what may be claimed and of whom, what every instance showed,
// step by step, and what is needed for the way back on.
//
// Whoever is not proven stands first, by name. The verdict is a fraction. Deterministic; thread safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/render/format.hpp"
#include "controller/render/templates.hpp"

namespace render {

struct ReportFact {
    std::string name;
    std::string value;
};

/// One question that was asked of an instance, and its answer.
struct ReportCheck {
    std::string what;
    std::string with;
    std::string expected;
    std::string got;
    std::string outcome;  // "passed", "failed", "inconclusive"
    std::string excerpt;  // of the answer; empty: none
};

struct OperationReportStep {
    std::string step;     // "probes"
    std::string outcome;  // "passed", "failed", "inconclusive"; empty: a record of what the instance said
    std::int64_t attempt = 1;
    policy::Time at{};
    std::string detail;
    std::vector<ReportFact> facts;
    std::vector<ReportCheck> checks;
    std::int64_t left_out = 0;  // of facts and checks; they are in the report's JSON
};

struct OperationReportInstance {
    std::string name;
    std::string outcome;  // "verified", "unreachable"
    std::string why;
    std::int64_t generation = 0;                             // 0: not ordered yet
    std::optional<std::chrono::milliseconds> applied_after;  // since the order
    std::optional<std::chrono::milliseconds> verified_after;
    std::optional<policy::Time> ordered_at;  // by the machine's clock, as both starts
    std::string boot_before;                 // the process that was there before the order; empty: not known
    std::optional<policy::Time> began_before;
    std::string boot_id;  // the process that has it in force
    std::optional<policy::Time> began_at;
    std::string data_before;  // "12 records, sha256 ..."; empty: not known
    std::string data_after;
    std::string watch;  // "passed: 30 looks, 0 of 812 requests failed"
    std::vector<OperationReportStep> steps;
};

struct OperationReport {
    std::string id;
    std::string what;   // "Tenants switched off"
    std::string scope;  // "the whole fleet, 5 instances"
    std::string mode;   // "hot, all at once"
    std::string verification;
    std::string reason;
    std::string ordered_by;
    policy::Time ordered_at{};
    std::string journal;                // of a kill that was sent before it was entered; empty: it was not
    std::string status;                 // "done", "halted after batch 2: ..."
    bool open = false;                  // goes on
    std::optional<policy::Time> as_of;  // when what is said depends on when it was asked
    std::string verdict;                // the fraction with names
    std::int64_t done = 0;
    std::int64_t total = 0;
    bool complete = false;
    std::vector<ReportFact> counts;   // by outcome
    std::vector<ReportFact> timings;  // "from the order to verified": "p50 210 ms, ..."
    std::string watch;
    std::string watch_result;
    std::vector<OperationReportInstance> instances;
    std::string approval;  // of switching on: by whom, when, why; empty: none was needed
    std::string review;    // of a kill: its state; empty: none
    std::string review_findings;
    std::string way_back;          // what is still needed; empty: nothing to say
    std::int64_t audit_first = 0;  // 0: no entry yet
    std::int64_t audit_last = 0;
    std::int64_t audit_entries = 0;
    std::string content_hash;
    bool simulated_clock = false;
};

/// "412 ms", "12.3 s", "2 min 5 s".
std::string TakenText(std::chrono::milliseconds span);

/// Whether somebody has to do something about an instance with this outcome.
bool IsAlarming(std::string_view outcome);

/// Markdown or HTML; there is no form as plain text.
std::string RenderOperationReport(const OperationReport& report, Format format,
                                  const Templates& templates = Templates::BuiltIn());

}  // namespace render
