// The ledger of consents: who agreed, in what capacity, on what evidence, for one release or for the experimental
// channel, until when (section 5, CHN-7). Append-only but for the withdrawal, which is written once.
//
// PostgreSQL refuses a consent recorded by a component (SOD-1), a second withdrawal, and any other change.
// Value types; errors as store::Database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"
#include "controller/store/page.hpp"
#include "controller/wire/consent_json.hpp"

namespace store {

using wire::Consent;

struct NewConsent {
    policy::RecordId id;
    policy::TenantId tenant;
    std::optional<policy::ReleaseId> release;  // none: for the experimental channel
    std::string given_by;
    std::string capacity;
    std::string evidence;
    policy::Time given_at{};
    std::optional<policy::Time> expires_at;
    policy::PrincipalId recorded_by;
};

Consent InsertConsent(Tx& tx, const NewConsent& consent);
std::optional<Consent> LoadConsent(Tx& tx, const policy::RecordId& id, Lock lock = Lock::kNone);
/// Of one tenant, ordered by id.
Page<Consent> ListConsents(Tx& tx, const policy::TenantId& tenant, const PageQuery& page);
/// All that cover this release's experimental exposure, for the archive; ordered by tenant, then id.
std::vector<Consent> LoadConsentsForRelease(Tx& tx, const policy::ReleaseId& release);
Consent WithdrawConsent(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by, const std::string& reason);

}  // namespace store
