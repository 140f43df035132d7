#include "controller/app/reconcile_exposure.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "controller/store/audit.hpp"
#include "controller/store/releases.hpp"
#include "controller/wire/audit_entry.hpp"
#include "controller/wire/flags_json.hpp"
#include "controller/wire/release_json.hpp"

namespace app {
namespace {

/// An instance tells its flags in one message with what it hosts, which is bounded (tenancy/wire/inventory.hpp).
constexpr std::size_t kMostFlagBytes = 160 * 1024;
/// In one transaction: rows of orders are what kills need, too.
constexpr std::size_t kInstancesAtOnce = 25;

struct Change {
    std::string flag;
    std::string tenant;
    bool on = false;

    friend auto operator<=>(const Change&, const Change&) = default;
};

/// The release that speaks for the flag; the tenant's own when there are several.
std::string ReleaseOf(const policy::ExposureFacts& facts, const std::string& flag, const std::string& tenant) {
    std::string any;
    for (const policy::FlaggedRelease& release : facts.releases) {
        if (release.flag != flag) {
            continue;
        }
        any = release.id.Text();
        if (std::ranges::any_of(release.candidates, [&](const auto& one) { return one.id.Text() == tenant; })) {
            return any;
        }
    }
    return any;
}

void NoteChanges(const policy::WantedFlags& before, const policy::WantedFlags& after, const std::string& instance,
                 std::map<Change, std::vector<std::string>>& changes) {
    static const policy::WantedFlag kOff;
    const auto flag_in = [](const policy::WantedFlags& flags, const std::string& name) -> const policy::WantedFlag& {
        const auto found = flags.find(name);
        return found == flags.end() ? kOff : found->second;
    };
    std::set<std::string> names;
    for (const auto* flags : {&before, &after}) {
        for (const auto& [name, unused] : *flags) {
            names.insert(name);
        }
    }
    for (const std::string& name : names) {
        const policy::WantedFlag& was = flag_in(before, name);
        const policy::WantedFlag& is = flag_in(after, name);
        for (const std::string& tenant : is.tenants) {
            if (!was.tenants.contains(tenant)) {
                changes[{name, tenant, true}].push_back(instance);
            }
        }
        for (const std::string& tenant : was.tenants) {
            if (!is.tenants.contains(tenant)) {
                changes[{name, tenant, false}].push_back(instance);
            }
        }
    }
}

void RecordChanges(store::Tx& tx, const ExposurePlan& plan, std::size_t first, std::size_t count,
                   const std::vector<store::PushedOrder>& orders) {
    std::map<Change, std::vector<std::string>> changes;
    for (std::size_t i = first; i < first + count; ++i) {
        const store::InstanceId& instance = plan.orders[i].instance;
        if (std::ranges::any_of(orders, [&](const auto& order) { return order.instance == instance; })) {
            NoteChanges(plan.before[i].ordered, plan.orders[i].flags, instance.Text(), changes);
        }
    }
    for (const auto& [change, instances] : changes) {
        const auto rollout = std::ranges::find_if(
            plan.facts.rollouts, [&](const policy::FlaggedRollout& one) { return one.flag == change.flag; });
        wire::AuditDetails details;
        details.Text("flag", change.flag).Texts("instances", instances);
        if (rollout != plan.facts.rollouts.end()) {
            details.Text("rollout", rollout->id.Text());
        }
        wire::AuditEntry entry;
        entry.actor = "portcullisd";
        entry.actor_kind = policy::PrincipalKind::kComponent;
        // What exposes is a release, or a stage of a rollout.
        entry.action =
            std::string(rollout == plan.facts.rollouts.end() ? "exposure." : "rollout.") + (change.on ? "on" : "off");
        entry.release = ReleaseOf(plan.facts, change.flag, change.tenant);
        entry.tenant = change.tenant;
        entry.summary = "ordered " + change.flag + (change.on ? " on" : " off") + " for " + change.tenant + " on " +
                        std::to_string(instances.size()) + (instances.size() == 1 ? " instance" : " instances");
        entry.details = details.Encode();
        store::AppendAudit(tx, std::move(entry));
    }
}

}  // namespace

ExposurePlan PlanExposure(store::Tx& tx, const std::vector<store::InstanceId>& always) {
    ExposurePlan plan;
    plan.facts = store::LoadExposureFacts(tx);
    plan.everywhere = policy::DecideFlags(plan.facts);
    for (store::InstanceFlags& instance : store::LoadInstanceFlags(tx)) {
        std::vector<std::string> left_out;
        policy::WantedFlags wanted;
        if (instance.managed) {
            wanted = policy::FlagsOfInstance(plan.everywhere, instance.orgs, kMostFlagBytes, &left_out);
        }
        for (const std::string& flag : left_out) {
            plan.left_out.push_back(instance.instance.Text() + ": " + flag);
        }
        if (wanted != instance.ordered || std::ranges::find(always, instance.instance) != always.end()) {
            plan.orders.push_back({instance.instance, std::move(wanted)});
            plan.before.push_back(std::move(instance));
        }
    }
    if (const auto boundary = policy::NextExposureBoundary(plan.facts)) {
        plan.changes_in = *boundary - plan.facts.now;
    }
    return plan;
}

std::vector<store::PushedOrder> OrderExposure(store::Tx& tx, const ExposurePlan& plan, std::size_t first,
                                              std::size_t count, const std::vector<store::InstanceId>& always) {
    const auto begin = plan.orders.begin() + static_cast<std::ptrdiff_t>(first);
    auto orders = store::OrderFlags(tx, {begin, begin + static_cast<std::ptrdiff_t>(count)}, always);
    RecordChanges(tx, plan, first, count, orders);
    return orders;
}

std::vector<store::InstanceId> InstancesWithFlag(store::Tx& tx, const std::string& flag) {
    std::set<store::InstanceId> instances;
    const auto add = [&](const store::InstanceId& instance, const policy::WantedFlags& flags) {
        const auto found = flags.find(flag);
        if (found != flags.end() && !found->second.tenants.empty()) {
            instances.insert(instance);
        }
    };
    for (const store::InstanceFlags& one : store::LoadInstanceFlags(tx)) {
        add(one.instance, one.ordered);
    }
    for (const store::InstanceInventory& one : store::ListInventories(tx)) {
        add(one.instance, wire::ReadStoredFlags(one.flags, one.orgs));
    }
    for (const store::SightingRow& one : store::ListSightings(tx)) {
        if (!wire::ReadSeenFlags(one.seen, flag).on.empty()) {
            instances.insert(one.instance);  // whatever it says of itself
        }
    }
    return {instances.begin(), instances.end()};
}

void IssueFlagOrders(store::Tx& tx, const policy::RecordId& operation) {
    const std::vector<store::InstanceId> targets = store::ListTargets(tx, operation);
    const ExposurePlan plan = PlanExposure(tx, targets);
    std::vector<store::PushedOrder> orders = OrderExposure(tx, plan, 0, plan.orders.size(), targets);
    std::erase_if(
        orders, [&](const store::PushedOrder& order) { return !std::ranges::binary_search(targets, order.instance); });
    store::RecordIssued(tx, operation, orders);
}

ExposureRound RunExposureRound(store::Database& database) {
    ExposureRound round;
    ExposurePlan plan = database.Read([](store::Tx& tx) { return PlanExposure(tx); });
    round.left_out = std::move(plan.left_out);
    round.changes_in = plan.changes_in;
    for (std::size_t first = 0; first < plan.orders.size() && !round.busy; first += kInstancesAtOnce) {
        const std::size_t count = std::min(kInstancesAtOnce, plan.orders.size() - first);
        const auto ordered = database.Write([&](store::Tx& tx) -> std::optional<std::size_t> {
            if (!store::TryLockExposure(tx)) {
                return std::nullopt;
            }
            return OrderExposure(tx, plan, first, count).size();
        });
        round.busy = !ordered;
        round.ordered += ordered.value_or(0);
    }
    return round;
}

void NoteExposureDrifts(store::Database& database) {
    database.Write([](store::Tx& tx) { return store::TryLockExposure(tx) ? store::NoteDrifts(tx) : 0; });
}

}  // namespace app
