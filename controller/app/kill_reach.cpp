// Kills reach those, too, that connect after they were given, while the database does not answer. On the thread that
// enters: nothing is entered meanwhile.
#include <algorithm>
#include <exception>
#include <map>
#include <utility>

#include "controller/app/kill_first.hpp"

namespace app {
namespace {

bool IsMeant(const wire::SwitchOrder& order, const policy::InstanceId& instance) {
    return order.whole_fleet || std::ranges::find(order.instances, instance) != order.instances.end();
}

}  // namespace

void KillFirst::Reach() {
    const KillChannel channel = Attached();
    if (!channel.connected || !channel.heard || !channel.aim || !channel.push) {
        return;
    }
    const std::lock_guard one_at_a_time(giving_);
    std::map<KillPtr, std::vector<policy::InstanceId>> owed;
    for (const policy::InstanceId& instance : channel.connected()) {
        if (const auto heard = channel.heard(instance)) {
            if (const KillPtr kill = OwedTo(instance, heard->generation)) {
                owed[kill].push_back(instance);
            }
        }
    }
    for (const auto& [kill, instances] : owed) {
        try {
            ReachFor(channel, kill, instances);
        } catch (const std::exception& error) {
            // They get it when it is entered.
            options_.on_event("kill_journal.push_failed", kill->entry.operation.Text(), error.what());
        }
    }
}

/// The newest kill that means the instance, when it was not sent it, or by an earlier process and does not have it.
/// What was sent then is not known here: the document may not be made again under the same number, so it gets another.
KillFirst::KillPtr KillFirst::OwedTo(const policy::InstanceId& instance, std::int64_t reported) const {
    const std::lock_guard lock(mutex_);
    const auto newest = std::find_if(waiting_.rbegin(), waiting_.rend(), [&](const KillPtr& kill) {
        return !kill->aside && IsMeant(kill->order, instance);
    });
    if (newest == waiting_.rend() || !(*newest)->ready || (*newest)->reached.contains(instance)) {
        return nullptr;
    }
    const auto& targets = (*newest)->entry.targets;
    const auto target = std::ranges::find(targets, instance, &wire::KillTarget::instance);
    const bool sent_here = target != targets.end() && (*newest)->given;
    return sent_here || (target != targets.end() && reported >= target->generation) ? nullptr : *newest;
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
    for (const wire::KillTarget& target : more.targets) {
        std::erase_if(all.targets, [&](const wire::KillTarget& one) { return one.instance == target.instance; });
        all.targets.push_back(target);
    }
    const std::string id = all.operation.Text();
    if (auto kept = journal_.Append({id, wire::EncodeKillEntry(all)}); !kept) {
        options_.on_event("kill_journal.failed", id, kept.error());
    }
    {
        const std::lock_guard lock(mutex_);
        kill->entry = std::move(all);
        for (const wire::KillTarget& target : more.targets) {
            kill->reached.insert(target.instance);
        }
    }
    channel.push(more);
    options_.on_event("kill_journal.reached", id,
                      "sent to " + std::to_string(more.targets.size()) + " that connected after it was given");
}

}  // namespace app
