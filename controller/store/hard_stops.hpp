// Hard stops raised by hand (section 6). The resolution is written once, by a person other than the raiser and other
// than the manifest's author; PostgreSQL refuses anything else. Derived hard stops are facts, not rows.
// Value types; errors as store::Database.
#pragma once

#include <optional>
#include <string>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"
#include "controller/store/page.hpp"

namespace store {

struct HardStopRecord {
    policy::RecordId id;
    policy::ReleaseId release;
    policy::HardStop rule = policy::HardStop::kHst1;
    std::string reason;
    policy::PrincipalId raised_by;
    policy::Time raised_at{};
    std::optional<std::string> resolution;
    std::optional<std::string> evidence;
    std::optional<policy::PrincipalId> resolved_by;
    std::optional<policy::Time> resolved_at;
};

struct NewHardStop {
    policy::RecordId id;
    policy::ReleaseId release;
    policy::HardStop rule = policy::HardStop::kHst1;
    std::string reason;
    policy::PrincipalId raised_by;
};

HardStopRecord InsertHardStop(Tx& tx, const NewHardStop& stop);
std::optional<HardStopRecord> LoadHardStop(Tx& tx, const policy::RecordId& id, Lock lock = Lock::kNone);
/// Ordered by id; all, or only the open or the resolved ones.
Page<HardStopRecord> ListHardStops(Tx& tx, const policy::ReleaseId& release, std::optional<bool> open,
                                   const PageQuery& page);
HardStopRecord ResolveHardStop(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by,
                               const std::string& resolution, const std::string& evidence);

}  // namespace store
