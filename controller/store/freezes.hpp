// Freeze windows (CHN-8): local times in a named zone, once, weekly or yearly. PostgreSQL turns them into instants.
//
// Immutable but for the cancellation, which is written once. Value types; errors as store::Database.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/facts.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"
#include "controller/store/page.hpp"

namespace store {

enum class Recurrence : std::uint8_t { kNone, kWeekly, kYearly };

struct Freeze {
    policy::RecordId id;
    policy::FreezeScope scope = policy::FreezeScope::kGlobal;
    std::optional<policy::Channel> channel;
    std::optional<policy::TenantId> tenant;
    std::string zone;         // IANA name
    std::string local_start;  // 2025-12-20T00:00:00, without a zone
    std::string local_end;
    Recurrence recurrence = Recurrence::kNone;
    std::optional<policy::Date> until;  // last local day on which an occurrence may start
    std::string reason;
    std::string created_by;
    policy::Time created_at{};
    std::optional<policy::Time> cancelled_at;
    std::optional<std::string> cancelled_by;
    std::int64_t version = 1;
    std::optional<policy::Time> starts_at;  // the running or else the next occurrence; none when there is none left
    std::optional<policy::Time> ends_at;
};

struct NewFreeze {
    policy::RecordId id;
    policy::FreezeScope scope = policy::FreezeScope::kGlobal;
    std::optional<policy::Channel> channel;
    std::optional<policy::TenantId> tenant;
    std::string zone;
    std::string local_start;
    std::string local_end;
    Recurrence recurrence = Recurrence::kNone;
    std::optional<policy::Date> until;
    std::string reason;
    policy::PrincipalId created_by;
};

bool IsTimeZoneKnown(Tx& tx, const std::string& zone);
/// RuleViolation CHN-8 for an unknown zone.
Freeze InsertFreeze(Tx& tx, const NewFreeze& freeze);
std::optional<Freeze> LoadFreeze(Tx& tx, const policy::RecordId& id, Lock lock = Lock::kNone);
/// Ordered by id; all, or only those that are not cancelled and have an occurrence left.
Page<Freeze> ListFreezes(Tx& tx, bool only_ahead, const PageQuery& page);
/// Once; a second time is a RuleViolation.
Freeze CancelFreeze(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by);

}  // namespace store

namespace platform {

template <>
struct EnumNames<store::Recurrence> {
    static constexpr std::array<EnumName<store::Recurrence>, 3> kNames{{{store::Recurrence::kNone, "none"},
                                                                        {store::Recurrence::kWeekly, "weekly"},
                                                                        {store::Recurrence::kYearly, "yearly"}}};
};

}  // namespace platform
