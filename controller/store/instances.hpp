// Managed instances: how they are let in, what they are ordered to do, what they said last.
//
// Enrolment tokens and credentials are stored as SHA-256; neither can be read back. An instance has at most one
// credential that is good. Value types; errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/instance_id.hpp"
#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"
#include "controller/store/page.hpp"
#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"

namespace store {

using policy::InstanceId;

/// What an instance is to do; its control document is made from this and nothing else.
struct DesiredState {
    InstanceId instance;
    std::int64_t generation = 0;
    bool enabled = false;
    std::string mode;  // "hot"
    std::string reason;
    policy::RecordId operation;  // of the switch; empty: none moved it, the environment decides
    policy::Time issued_at{};
    std::string flags;  // a JSON object (tenancy/wire/inventory.hpp); empty: none
};

/// The records of tenants: how many, and the SHA-256 (hex) over them.
struct TenantCount {
    std::int64_t count = 0;
    std::string digest;
};

/// What an instance said last.
struct InstanceStatus {
    std::optional<std::string> connected_to;  // the controller that holds its connection
    std::optional<policy::Time> last_seen_at;
    std::optional<policy::Duration> silent_for;  // by the machine's clock
    std::string boot_id;
    std::optional<policy::Time> started_at;
    std::string program;
    bool agent = false;  // speaks for a process beside it
    bool hosted = false;
    bool enabled = false;
    std::int64_t generation = 0;
    std::int64_t rejected = 0;
    std::string problem;
    /// Since a process began to speak while the one before it was connected to another controller, or since one whose
    /// connection it took may have dialled again; negative until then.
    std::optional<policy::Duration> beside_for;
    std::optional<policy::Duration> clock_ahead;  // its clock against the machine's
    std::optional<TenantCount> tenants;           // none: it has not counted their records since it was let in
};

struct Instance {
    InstanceId id;
    policy::Time created_at{};
    std::string created_by;
    std::optional<policy::Time> retired_at;
    std::optional<std::string> retired_by;
    std::int64_t version = 1;
    bool has_credential = false;
    std::optional<InstanceStatus> status;  // none: never connected
    std::optional<DesiredState> desired;   // none: was never ordered anything
};

struct Enrolment {
    policy::RecordId id;
    InstanceId instance;
    policy::Time created_at{};
    policy::PrincipalId created_by;
    policy::Time expires_at{};
    std::optional<policy::Time> used_at;
    std::optional<std::string> credential_hash;  // hex
    std::optional<std::string> key;              // id of the key whose fingerprint is in the token
};

struct NewEnrolment {
    policy::RecordId id;
    InstanceId instance;
    platform::Digest hash{};
    policy::PrincipalId created_by;
    policy::Duration valid_for{};
    std::string key;  // id of the key whose fingerprint is in the token; empty: not known
};

Enrolment InsertEnrolment(Tx& tx, const NewEnrolment& enrolment);
/// Locked: of two instances with one token the second sees that it is used.
std::optional<Enrolment> LockEnrolmentByHash(Tx& tx, const platform::Digest& hash);
/// Spends the enrolment: registers the instance (or takes it back), revokes the credential it had, issues this one, and
/// orders what the whole fleet was ordered last. `credential_hash` is hex.
void ExchangeEnrolment(Tx& tx, const Enrolment& enrolment, const policy::RecordId& credential,
                       const std::string& credential_hash);

/// The instance a credential is of, while it is good.
std::optional<InstanceId> FindInstanceByCredential(Tx& tx, const platform::Digest& hash);
/// Those among these hashes (hex) that are good.
std::vector<std::string> GoodCredentials(Tx& tx, const std::vector<std::string>& hashes);
/// True when there was one.
bool RevokeCredential(Tx& tx, const InstanceId& instance, const std::string& by);
void RetireInstance(Tx& tx, const InstanceId& instance, const policy::PrincipalId& by);

std::optional<Instance> LoadInstance(Tx& tx, const InstanceId& id, Lock lock = Lock::kNone);
/// Those among these, ordered by id.
std::vector<Instance> LoadInstances(Tx& tx, const std::vector<InstanceId>& ids);
/// Ordered by id; the retired ones are left out unless `with_retired`.
Page<Instance> ListInstances(Tx& tx, bool with_retired, const PageQuery& page);

/// What these instances are ordered now.
std::vector<DesiredState> LoadDesiredStates(Tx& tx, const std::vector<InstanceId>& instances);
/// Of these, the orders that are above the generation given for each.
std::vector<DesiredState> LoadDesiredAbove(Tx& tx, const std::vector<InstanceId>& instances,
                                           const std::vector<std::int64_t>& generations);
/// Those of them that are no instance of the fleet, or are retired.
std::vector<InstanceId> FindStrangers(Tx& tx, const std::vector<InstanceId>& instances);

/// Orders are numbered above what an instance reports, up to this (2^52): there are 2^53 numbers, and one that says it
/// is at the last would leave none for its next order. The statements have it as a number.
constexpr std::int64_t kMostBelievedGeneration = std::int64_t{1} << 52;

/// One word of an instance.
struct InstanceReport {
    InstanceId instance;
    std::string boot_id;
    policy::Time started_at{};
    std::string program;
    bool agent = false;
    bool hosted = false;
    bool enabled = false;
    std::int64_t generation = 0;
    std::int64_t rejected = 0;
    std::string problem;
    std::optional<policy::Time> sent_at;                       // by its own clock; none: a restart is never proven
    platform::SteadyTime received_at = platform::SteadyNow();  // here
    // An order it turned away: which, and why. Zero: none.
    std::int64_t refused_generation = 0;
    std::string refusal;  // "forged", "stale" ...
    std::string refusal_reason;
    /// How much longer another process may be awaited, whose place this one took.
    std::optional<policy::Duration> beside;
};

/// What became of an operation on an instance, by a report.
struct RecordedStep {
    policy::RecordId operation;
    InstanceId instance;
    std::string step;     // as fleet::Step
    std::string outcome;  // as fleet::StepOutcome
};

/// The newest word of each instance as its status, held by `controller`, and the steps of operations that follow from
/// them; each step is recorded once. In one call for all (migration 0058). In restart mode a report counts when its
/// process is not the one from before the order, and began after it: its age, which it says by its own clock, is less
/// than the order's.
std::vector<RecordedStep> RecordReports(Tx& tx, const std::string& controller,
                                        const std::vector<InstanceReport>& reports);
/// These instances are not connected to `controller` any more.
void RecordDisconnected(Tx& tx, const std::string& controller, const std::vector<InstanceId>& instances);

}  // namespace store
