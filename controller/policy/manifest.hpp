// The documents people submit: release manifest (specification, sections 3 and 7) and tenant exposure plan (section 5).
// Both are revisioned and content-hashed; the rules read these structs, wire/ reads and writes their JSON and YAML.
// Value types; thread safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/policy/requirements.hpp"
#include "controller/policy/types.hpp"

namespace policy {

/// A limit on a named metric, in a named unit: `page_load_increase < 200 ms`. Two limits with the same metric and unit
/// can be compared (EXP-7).
struct Limit {
    std::string metric;
    Comparison comparison = Comparison::kLess;
    double threshold = 0;
    std::string unit;
};

struct DataChanges {
    bool present = false;  // false: "none"
    std::string description;
    bool has_migration = false;
    bool idempotent = false;
    bool reversible = false;
    std::string restore_path;  // how affected data is restored; empty: unknown
};

struct KillSwitch {
    std::string flag;  // AUDIT_FILTER_UI_ENABLED
    bool default_on = false;
    std::vector<std::string> enabled_for;  // tenants or channels, as documented
    std::string activation;                // how it is activated
    bool needs_deployment = false;         // KSW-1
};

struct RollbackTrigger {
    std::string text;
    std::optional<Limit> limit;
};

struct Communication {
    std::string who;
    std::string when;                // "immediately", "within 1 hour"
    std::optional<Duration> within;  // parsed from `when` where it states a span; zero for immediately
};

struct RollbackPlan {
    std::vector<RollbackTrigger> triggers;     // RBK-1
    std::vector<std::string> procedure;        // RBK-2
    std::vector<std::string> verification;     // RBK-3
    std::string data_recovery;                 // RBK-4; "not needed" with no data changes
    std::vector<Communication> communication;  // RBK-5
    std::string owner;                         // RBK-6: a principal id
};

struct Artifact {
    std::string name;
    std::string digest;  // sha256:<64 hex>
};

struct Link {
    std::string title;
    std::string url;
};

struct Manifest {
    std::string id;  // the release id
    std::string title;
    std::string description;
    std::optional<ReleaseClass> classification;
    std::string version;
    std::vector<std::string> files_changed;
    std::vector<Artifact> artifacts;
    DataChanges data_changes;
    std::optional<KillSwitch> kill_switch;
    std::optional<RollbackPlan> rollback;
    std::vector<std::string> observability;  // what is logged, measured, alerted on, as declared
    std::vector<Requirement> requirements;   // CHX-8, CHX-9
    std::vector<Link> links;
};

/// A check that a Prometheus server answers: PromQL instant query, compared with a threshold.
struct MetricCheck {
    std::string query;
    Limit limit;
    std::string samples_query;  // PromQL for the number of samples behind the value; empty: count of the query's series
    std::int64_t min_samples = 1;
};

struct ExitCriterion {
    std::string key;  // stable within the plan: "c1", "page-load"
    std::string text;
    std::optional<Limit> limit;         // for EXP-7 where a person judges
    std::optional<MetricCheck> metric;  // none: a person judges, with evidence
};

struct ExposurePlan {
    std::vector<TenantId> tenants;         // EXP-1
    std::string opt_in_method;             // EXP-2
    std::optional<Date> start_date;        // EXP-3
    std::optional<Duration> minimum_stay;  // EXP-3
    std::optional<Duration> maximum_stay;
    std::vector<ExitCriterion> exit_criteria;  // EXP-4
    std::string owner;                         // EXP-5: a principal id
};

}  // namespace policy
