// What instances host and which flags they are to have: the facts that policy::DecideFlags asks for, the flags of
// orders, what instances reported, and where the two differ.
//
// PostgreSQL refuses flags without grounds whoever writes them (CHN-6, KSW-7). Value types; errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/wanted_flags.hpp"
#include "controller/store/operations.hpp"

namespace store {

/// What an instance said it hosts and has in force.
struct InstanceInventory {
    InstanceId instance;
    std::vector<std::string> orgs;
    std::int64_t tenants = 0;
    std::string tenants_digest;
    std::string flags;  // a JSON object
    policy::Time sent_at{};
};

/// The newest word of each instance, heard by `controller`. Those whose first report is not recorded yet: what they
/// said of their tenants, with which they are compared after an order, has no place before, and is to be recorded
/// again.
std::vector<InstanceId> RecordInventories(Tx& tx, const std::string& controller,
                                          const std::vector<InstanceInventory>& inventories);
/// Ordered by instance; none for those that never said it. Retired instances are left out.
std::vector<InstanceInventory> ListInventories(Tx& tx);

/// Whether there is anybody to expose anything on.
bool HasInstances(Tx& tx);
policy::ExposureFacts LoadExposureFacts(Tx& tx);

/// Of one instance: what it hosts, and the flags of its order.
struct InstanceFlags {
    InstanceId instance;
    bool managed = true;  // false: an agent beside an unmodified Pulse, which has no flags
    std::vector<std::string> orgs;
    policy::WantedFlags ordered;
};
/// Of every instance that is not retired, ordered by id.
std::vector<InstanceFlags> LoadInstanceFlags(Tx& tx);

struct FlagsToOrder {
    InstanceId instance;
    policy::WantedFlags flags;
};
/// Those an operation is for, ordered by id.
std::vector<InstanceId> ListTargets(Tx& tx, const policy::RecordId& operation);
/// Orders with these flags and the switch as it is, each under a generation of its own; only where they differ from
/// what is ordered, and for those in `always`. For an instance that was never ordered anything the switch is left to
/// its environment.
std::vector<PushedOrder> OrderFlags(Tx& tx, const std::vector<FlagsToOrder>& flags,
                                    const std::vector<InstanceId>& always = {});

/// One controller at a time orders flags. Until the end of the transaction; false when another one does.
bool TryLockExposure(Tx& tx);

struct ExposureDriftRow {
    InstanceId instance;
    policy::ExposureDrift kind = policy::ExposureDrift::kSilent;
    std::vector<std::string> tenants;
};
/// For the release's flag; ordered by instance. Empty when there is nothing to compare.
std::vector<ExposureDriftRow> LoadDrifts(Tx& tx, const policy::ReleaseId& release);
/// Notes what differs now for every release that may still be promoted, so that gates that remember its facts look
/// again. The number of releases for which it is another thing than before.
std::size_t NoteDrifts(Tx& tx);

/// How long an instance may take until a difference counts as drift; for all controllers of the database. Written only
/// where it is another.
void SetDriftPatience(Tx& tx, policy::Duration patience);

/// What a controller saw of an instance's flags.
struct Sighting {
    InstanceId instance;
    std::string seen;     // a JSON object, as migrations/controller/0021 says
    std::string problem;  // why not all could be seen
    policy::Duration took{};
};
/// An instance that is to be looked at now, and organizations of which it is to be asked whether they are there: those
/// it says it hosts, and those that plans of experimental releases name.
struct DueSighting {
    InstanceId instance;
    std::vector<std::string> hosts;
    std::vector<std::string> planned;
};
/// Of these, those that nobody has looked at for `every`, claimed for `controller` until `lease` is over.
std::vector<DueSighting> ClaimSightings(Tx& tx, const std::string& controller, const std::vector<InstanceId>& instances,
                                        policy::Duration every, policy::Duration lease);
void RecordSightings(Tx& tx, const std::string& controller, const std::vector<Sighting>& sightings,
                     policy::Duration every);
struct SightingRow {
    InstanceId instance;
    std::string seen;
    std::optional<policy::Time> seen_at;
    std::string problem;
};
/// Those that count; ordered by instance.
std::vector<SightingRow> ListSightings(Tx& tx);

struct FlagKill {
    policy::RecordId operation;
    std::string flag;
    std::optional<std::string> release;
    policy::Time killed_at{};
    std::string killed_by;
    std::string reason;
};
/// Those in force, ordered by flag, then the oldest first. Of this flag, or of all.
std::vector<FlagKill> ListFlagKills(Tx& tx, const std::optional<std::string>& flag = std::nullopt);
/// Kills of the flag, lifted or not, whose review is not completed.
std::vector<policy::RecordId> ListOpenFlagReviews(Tx& tx, const std::string& flag);
/// Whether some release or instance has ever had it.
bool IsKnownFlag(Tx& tx, const std::string& flag);

struct FlagApproval {
    policy::RecordId id;
    std::string flag;
    std::string reason;
    policy::PrincipalId approved_by;
    policy::Time approved_at{};
    policy::Time expires_at{};
};
FlagApproval InsertFlagApproval(Tx& tx, const policy::RecordId& id, const std::string& flag,
                                const policy::PrincipalId& by, const std::string& reason, policy::Duration valid_for);
/// The newest that is not spent, not expired, given by somebody else than `requester` who is a system owner now.
std::optional<FlagApproval> FindFlagApproval(Tx& tx, const std::string& flag, const policy::PrincipalId& requester);

}  // namespace store
