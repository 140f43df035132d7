#include "controller/app/pending_kill_view.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "platform/base/enum_text.hpp"

namespace app {
namespace {

using fleet::InstanceOutcome;

wire::OperationInstance ViewTarget(const wire::KillTarget& target, const wire::SwitchOrder& order,
                                   const std::optional<HeardInstance>& heard) {
    wire::OperationInstance line;
    line.instance = target.instance.Text();
    line.generation = target.generation;
    InstanceOutcome outcome = InstanceOutcome::kPending;
    if (!heard) {
        line.why = "was sent the order and has lost its connection to this controller since";
    } else if (heard->hosted) {
        outcome = InstanceOutcome::kUnkillable;
        line.why = "runs in hosted mode, where the switch does not decide who gets in; suspend its tenants instead";
    } else if (heard->generation < target.generation) {
        line.why = "was sent the order and has not answered";
    } else if (heard->enabled) {
        line.why = "reports the order in force and its switch on";
    } else if (order.mode == "restart") {
        line.why = "reports its switch off; that it started anew is judged when the database is back";
    } else {
        outcome = InstanceOutcome::kApplied;
        line.why = "reports the order in force and its switch off; not on record yet";
    }
    line.outcome = std::string(platform::EnumText(outcome));
    return line;
}

}  // namespace

wire::Operation ViewPendingKill(const wire::KillEntry& entry, const wire::SwitchOrder& order,
                                const std::function<std::optional<HeardInstance>(const policy::InstanceId&)>& heard) {
    wire::Operation view;
    view.id = entry.operation.Text();
    view.enabled = false;
    view.mode = order.mode;
    view.whole_fleet = order.whole_fleet;
    view.stop_on_failure = order.stop_on_failure;
    view.verify = order.verify;
    view.reason = order.reason;
    view.requested_by = entry.actor.Text();
    view.requested_at = entry.given_at;
    view.journal = wire::OperationJournal{entry.given_at, entry.controller, false};
    view.watch.window = order.watch_for;
    view.watch.state = order.watch_for > platform::Duration{} ? "expected" : "none";
    std::map<std::string, wire::OperationInstance> lines;
    for (const wire::KillTarget& target : entry.targets) {
        auto line = ViewTarget(target, order, heard ? heard(target.instance) : std::nullopt);
        lines.emplace(line.instance, std::move(line));
    }
    for (const policy::InstanceId& instance : order.instances) {
        wire::OperationInstance line;
        line.instance = instance.Text();
        line.outcome = platform::EnumText(InstanceOutcome::kPending);
        line.why = "has no connection to this controller; is ordered it when the database is back";
        lines.emplace(line.instance, std::move(line));
    }
    std::map<std::string, std::int64_t> counts;
    for (const auto& [name, line] : lines) {
        ++counts[line.outcome];
    }
    view.counts.emplace_back("total", static_cast<std::int64_t>(lines.size()));
    for (const auto& name : platform::EnumNames<InstanceOutcome>::kNames) {
        view.counts.emplace_back(name.text, counts[std::string(name.text)]);
    }
    const std::int64_t off = counts[std::string(platform::EnumText(InstanceOutcome::kApplied))];
    const std::int64_t unkillable = counts[std::string(platform::EnumText(InstanceOutcome::kUnkillable))];
    for (auto& [name, line] : lines) {
        view.instances.push_back(std::move(line));
    }
    view.summary = "in this controller's journal, to be entered when the database is back: sent to " +
                   std::to_string(entry.targets.size()) +
                   (entry.targets.size() == 1 ? " connected instance, of which " : " connected instances, of which ") +
                   std::to_string(off) + " report off" +
                   (unkillable > 0 ? " and " + std::to_string(unkillable) + " cannot be killed (hosted mode)" : "") +
                   (order.whole_fleet ? "; those that are not connected here get it then" : "");
    return view;
}

}  // namespace app
