// Kills reach those, too, that connect after they were given, while the database does not answer. On the thread that
// enters: nothing is entered meanwhile.
#include <exception>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "controller/app/kill_first.hpp"

namespace app {

/// Whom a kill means, and whom it was sent; made once for a round, because a fleet is large.
struct KillFirst::Reached {
    explicit Reached(const Kill& kill)
        : named(kill.order.instances.begin(), kill.order.instances.end()), whole_fleet(kill.order.whole_fleet) {
        for (const wire::KillTarget& target : kill.entry.targets) {
            sent.emplace(target.instance, target.generation);
        }
    }

    std::unordered_set<policy::InstanceId> named;
    bool whole_fleet;
    std::unordered_map<policy::InstanceId, std::int64_t> sent;
};

void KillFirst::Reach() {
    const KillChannel channel = Attached();
    if (!channel.connected || !channel.heard || !channel.aim || !channel.push) {
        return;
    }
    const std::lock_guard one_at_a_time(giving_);
    std::vector<std::pair<policy::InstanceId, std::int64_t>> heard;
    for (policy::InstanceId& instance : channel.connected()) {
        if (const auto word = channel.heard(instance)) {
            heard.emplace_back(std::move(instance), word->generation);
        }
    }
    for (const auto& [kill, instances] : Owed(heard)) {
        try {
            ReachFor(channel, kill, instances);
        } catch (const std::exception& error) {
            // They get it when it is entered.
            options_.on_event("kill_journal.push_failed", kill->entry.operation.Text(), error.what());
        }
    }
}

/// Of the newest kill that means an instance: when it was not sent it, or by an earlier process and does not have it.
/// What was sent then is not known here: the document may not be made again under the same number, so it gets another.
std::vector<std::pair<KillFirst::KillPtr, std::vector<policy::InstanceId>>> KillFirst::Owed(
    const std::vector<std::pair<policy::InstanceId, std::int64_t>>& heard) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::pair<KillPtr, std::vector<policy::InstanceId>>> owed;
    std::unordered_set<policy::InstanceId> settled;
    for (auto kill = waiting_.rbegin(); kill != waiting_.rend() && settled.size() < heard.size(); ++kill) {
        if ((*kill)->aside) {
            continue;
        }
        const Reached reached(**kill);
        std::vector<policy::InstanceId> late;
        for (const auto& [instance, generation] : heard) {
            if ((!reached.whole_fleet && !reached.named.contains(instance)) || !settled.insert(instance).second) {
                continue;
            }
            const auto sent = reached.sent.find(instance);
            const bool has_it = sent != reached.sent.end() && ((*kill)->given || generation >= sent->second);
            if ((*kill)->ready && !has_it && !(*kill)->reached.contains(instance)) {
                late.push_back(instance);
            }
        }
        if (!late.empty()) {
            owed.emplace_back(*kill, std::move(late));
        }
    }
    return owed;
}

void KillFirst::ReachFor(const KillChannel& channel, const KillPtr& kill,
                         const std::vector<policy::InstanceId>& instances) {
    wire::KillEntry all = kill->entry;  // changed by this thread alone
    wire::KillEntry more = all;
    more.targets.clear();
    wire::SwitchOrder order = kill->order;
    order.whole_fleet = false;
    order.instances = instances;
    channel.aim(more, order);
    if (more.targets.empty()) {
        return;  // they are gone again
    }
    std::unordered_set<policy::InstanceId> anew;
    for (const wire::KillTarget& target : more.targets) {
        anew.insert(target.instance);
    }
    std::erase_if(all.targets, [&](const wire::KillTarget& target) { return anew.contains(target.instance); });
    all.targets.insert(all.targets.end(), more.targets.begin(), more.targets.end());
    const std::string id = all.operation.Text();
    if (auto kept = journal_.Append({id, wire::EncodeKillEntry(all)}); !kept) {
        options_.on_event("kill_journal.failed", id, kept.error());
    }
    {
        const std::lock_guard lock(mutex_);
        kill->entry = std::move(all);
        kill->reached.insert(anew.begin(), anew.end());
    }
    channel.push(more);
    options_.on_event("kill_journal.reached", id,
                      "sent to " + std::to_string(more.targets.size()) + " that connected after it was given");
}

}  // namespace app
