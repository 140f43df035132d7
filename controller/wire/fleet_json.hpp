// Managed instances, enrolments and operations of the kill switch, as the API and the command line see them.
// Value types; the functions are pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/instance_id.hpp"
#include "controller/policy/types.hpp"
#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

struct Enrolment {
    std::string id;
    std::string instance;
    platform::Time created_at{};
    std::string created_by;
    platform::Time expires_at{};
};

struct IssuedEnrolment {
    Enrolment enrolment;
    std::string token;  // shown once
};

struct NewEnrolment {
    policy::InstanceId instance;
    platform::Duration valid_for = std::chrono::hours(1);
};

/// Tenant records of an instance.
struct TenantData {
    std::int64_t count = 0;
    std::string digest;
};

/// What an instance said last.
struct InstanceState {
    bool connected = false;
    std::optional<std::string> controller;
    std::optional<platform::Time> last_seen_at;
    std::string boot_id;
    std::optional<platform::Time> process_started_at;
    std::string program;
    bool hosted = false;
    bool enabled = false;
    std::int64_t generation = 0;
    std::int64_t rejected = 0;
    std::string problem;
    bool agent = false;  // speaks for an unmodified Pulse beside it: the switch is managed there, flags are not
    std::optional<TenantData> tenants;  // none: it has not counted them yet
};

struct InstanceOrder {
    bool enabled = false;
    std::int64_t generation = 0;
    std::string operation;
    std::string reason;
    platform::Time issued_at{};
};

struct Instance {
    std::string id;
    std::string summary;  // for people: connected or not, and whether the switch is a no-op there
    bool killable = true;
    bool has_credential = false;
    platform::Time created_at{};
    std::string created_by;
    std::optional<platform::Time> retired_at;
    std::optional<std::string> retired_by;
    std::optional<InstanceState> state;
    std::optional<InstanceOrder> order;
    std::int64_t version = 1;  // the ETag's; not a field of the document
};

struct SwitchOrder {
    bool enabled = false;
    bool whole_fleet = false;
    std::vector<policy::InstanceId> instances;  // unless the whole fleet
    std::string mode = "hot";                   // or "restart"
    std::optional<std::int64_t> batch_size;     // none: all at once
    bool stop_on_failure = false;
    bool verify = true;
    platform::Duration watch_for = std::chrono::minutes(30);  // zero: no watch
    std::string reason;
};

/// The latest attempt at a step.
struct OperationStep {
    std::string step;
    std::string outcome;
    std::string detail;
    std::int64_t attempt = 1;
    platform::Time at{};
    std::string evidence;  // a JSON object; empty when it was not asked for
};

/// A process of an instance, as it reported it.
struct OperationProcess {
    std::string boot_id;
    std::optional<platform::Time> began_at;  // by the controllers' machine clock
};

struct OperationInstance {
    std::string instance;
    std::int64_t batch = 1;
    std::int64_t generation = 0;  // 0: not issued
    std::string outcome;
    std::string why;
    bool watching = false;
    std::optional<std::int64_t> applied_ms;  // since the operation was ordered
    std::optional<std::int64_t> verified_ms;
    std::optional<platform::Time> ordered_at;         // by the controllers' machine clock; none: not issued
    std::optional<OperationProcess> process_before;   // that was there before the order
    std::optional<OperationProcess> process_applied;  // that said first that the order is in force
    std::vector<OperationStep> steps;
};

struct OperationWatch {
    platform::Duration window{};          // zero: none
    std::optional<platform::Time> until;  // when the last of those that run ends
    std::string state = "none";           // none, expected, watching, passed, failed, inconclusive
};

/// Of a kill that was sent before it was entered in the database.
struct OperationJournal {
    platform::Time given_at{};
    std::string controller;  // whose journal
    bool entered = true;
};

struct OperationHalt {
    std::int64_t batch = 0;  // the last that was issued
    std::string why;
    std::vector<std::string> instances;
    platform::Time at{};
};

/// Milliseconds from the order, over the instances that came so far.
struct OperationTiming {
    std::int64_t count = 0;
    std::int64_t p50 = 0;
    std::int64_t p99 = 0;
    std::int64_t max = 0;
};

/// What a list shows of an operation: on the whole, and how many instances came how far.
struct OperationSummary {
    std::string id;
    std::string kind = "multi_tenant";  // flag, rollback
    std::optional<std::string> release;
    std::optional<std::string> flag;
    bool enabled = false;
    std::string mode;
    bool whole_fleet = false;
    std::optional<std::int64_t> batch_size;
    bool stop_on_failure = false;
    bool verify = true;
    std::string reason;
    std::string requested_by;
    platform::Time requested_at{};
    std::optional<std::string> approval;
    std::optional<std::string> drill;
    std::string status = "running";  // watching, halted, done
    bool finished = false;
    bool complete = false;
    std::string summary;
    std::vector<std::pair<std::string, std::int64_t>> counts;  // by outcome, and "total"
};

struct Operation : OperationSummary {
    OperationWatch watch;
    std::optional<OperationHalt> halt;
    std::optional<OperationJournal> journal;
    std::vector<std::string> warnings;       // for whoever gave the order
    std::optional<OperationTiming> applied;  // none: no instance did
    std::optional<OperationTiming> verified;
    std::vector<OperationInstance> instances;
};

struct SwitchApproval {
    std::string id;
    std::string reason;
    std::string approved_by;
    platform::Time approved_at{};
    platform::Time expires_at{};
};

struct KillReview {
    std::string operation;
    platform::Time opened_at{};
    std::string killed_by;
    std::string reason;
    std::optional<std::string> findings;
    std::optional<std::string> completed_by;
    std::optional<platform::Time> completed_at;
    std::int64_t version = 1;
};

struct CompleteReview {
    std::string findings;
};

std::string EncodeEnrolment(const Enrolment& enrolment);
std::string EncodeIssuedEnrolment(const IssuedEnrolment& issued);
Decoded<NewEnrolment> DecodeNewEnrolment(const Document& document);
std::string EncodeInstance(const Instance& instance);
Decoded<SwitchOrder> DecodeSwitchOrder(const Document& document);
std::string EncodeOperationSummary(const OperationSummary& operation);
std::string EncodeOperation(const Operation& operation);
std::string EncodeSwitchApproval(const SwitchApproval& approval);
std::string EncodeKillReview(const KillReview& review);
Decoded<CompleteReview> DecodeCompleteReview(const Document& document);

/// "forged: the signature is not one of the pinned key" from the evidence of a refused step.
std::string RefusalOf(const std::string& evidence);

Schemas FleetSchemas();

}  // namespace wire
