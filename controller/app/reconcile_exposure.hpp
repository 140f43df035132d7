// Makes the flags of the instances' orders what releases, plans, consents and kills say now (CHN-6).
//
// Level-triggered: it looks at what is, not at what happened, and orders only what differs, so any controller may do it
// at any time and as often as it likes. What it changes is in the audit chain, each with its release and tenant
// (ATT-3, ATT-4), in the name of the controller. Errors as store::Database.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "controller/store/exposure.hpp"

namespace app {

struct ExposurePlan {
    policy::ExposureFacts facts;
    policy::WantedFlags everywhere;
    std::vector<store::InstanceFlags> before;    // of those in `orders`, in the same order
    std::vector<store::FlagsToOrder> orders;     // where the flags are to be others than ordered
    std::vector<std::string> left_out;           // "instance: flag" that does not fit into its document
    std::optional<policy::Duration> changes_in;  // when time alone changes it next
};

/// Looks only; consistent when `tx` is one snapshot. Those in `always` get an order in any case.
ExposurePlan PlanExposure(store::Tx& tx, const std::vector<store::InstanceId>& always = {});
/// Orders a part of it: `count` instances from `first` on. The orders that were given.
std::vector<store::PushedOrder> OrderExposure(store::Tx& tx, const ExposurePlan& plan, std::size_t first,
                                              std::size_t count, const std::vector<store::InstanceId>& always = {});

/// Those that are ordered to have the flag on for somebody, say that they have, or were seen to.
std::vector<store::InstanceId> InstancesWithFlag(store::Tx& tx, const std::string& flag);
/// For an operation about a release's flag, in its own transaction: makes the flags of all orders what the database
/// says by now, and notes by which order each instance of the operation is told. These get one in any case.
void IssueFlagOrders(store::Tx& tx, const policy::RecordId& operation);

/// The background's round: in transactions that are short, by one controller at a time.
struct ExposureRound {
    bool busy = false;  // another controller does it
    std::size_t ordered = 0;
    std::vector<std::string> left_out;
    std::optional<policy::Duration> changes_in;
};
ExposureRound RunExposureRound(store::Database& database);
/// Tells gates when what instances report differs from the plan in another way than before.
void NoteExposureDrifts(store::Database& database);

}  // namespace app
