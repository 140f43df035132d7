// Evidence for controls: data safety, observability, tests, drills, exit criteria (sections 5 to 8). Append-only; a red
// item is closed by a resolution that cites it.
//
// PostgreSQL sets the channel to the release's own and refuses evidence for other content than the current (SOD-5) and
// a performance in the future. Value types; errors as store::Database.
#pragma once

#include <optional>
#include <string>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/page.hpp"

namespace store {

struct CheckResolution {
    std::string resolution;
    std::string evidence;
    std::string resolved_by;
    policy::Time resolved_at{};
};

struct Check {
    policy::RecordId id;
    policy::ReleaseId release;
    policy::Control control = policy::Control::kTests;
    std::string key;
    policy::CheckOutcome outcome = policy::CheckOutcome::kInconclusive;
    policy::EvidenceTier tier = policy::EvidenceTier::kDocumented;
    policy::Channel channel = policy::Channel::kDev;
    std::string change_hash;
    bool change_matches = false;  // with the release as it is now
    std::string reason;
    std::string evidence;  // a JSON object
    policy::Time performed_at{};
    std::string recorded_by;
    policy::Time recorded_at{};
    std::optional<CheckResolution> resolution;
};

struct NewCheck {
    policy::RecordId id;
    policy::ReleaseId release;
    policy::Control control = policy::Control::kTests;
    std::string key;
    policy::CheckOutcome outcome = policy::CheckOutcome::kInconclusive;
    policy::EvidenceTier tier = policy::EvidenceTier::kDocumented;
    std::string change_hash;  // of the release the evidence is about; must be the current one
    std::string reason;
    std::string evidence = "{}";  // a JSON object; an empty one is no evidence
    policy::Time performed_at{};
    policy::PrincipalId recorded_by;
};

struct CheckFilter {
    std::optional<policy::Control> control;
    std::optional<policy::CheckOutcome> outcome;
};

Check InsertCheck(Tx& tx, const NewCheck& check);
std::optional<Check> LoadCheck(Tx& tx, const policy::RecordId& id);
/// Ordered by id.
Page<Check> ListChecks(Tx& tx, const policy::ReleaseId& release, const CheckFilter& filter, const PageQuery& page);
/// Once; a second time is a Conflict.
Check ResolveCheck(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by, const std::string& resolution,
                   const std::string& evidence);

}  // namespace store
