#include "controller/fleet/kill_sender.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "controller/fleet/order_sender.hpp"

namespace fleet {
namespace {

/// Signing is most of the work; for a few instances a thread would cost more than it saves.
constexpr std::size_t kWorthAThread = 64;

std::size_t SendersFor(std::size_t targets) {
    const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
    return targets < kWorthAThread ? 1 : std::min<std::size_t>(processors, 4);
}

}  // namespace

void KillSender::Aim(wire::KillEntry& entry, const wire::SwitchOrder& order) {
    const auto mode =
        platform::ParseEnum<tenancy::wire::ApplyMode>(order.mode).value_or(tenancy::wire::ApplyMode::kHot);
    Links& links = Context().links;
    links.Hold(entry.operation);
    const auto aimed =
        links.Aim(order.whole_fleet, order.instances, platform::SteadyNow(),
                  [&](const Links::Aimed& one, const tenancy::wire::ControlDocument* before) {
                      auto document = before == nullptr ? tenancy::wire::ControlDocument{} : *before;  // its flags stay
                      document.instance = one.instance.Text();
                      document.generation = one.generation;
                      document.issued_at = entry.given_at;
                      document.enabled = false;
                      document.mode = mode;
                      document.reason = order.reason;
                      document.operation = entry.operation.Text();
                      return std::make_shared<const tenancy::wire::ControlDocument>(std::move(document));
                  });
    entry.targets.reserve(aimed.size());
    for (const Links::Aimed& one : aimed) {
        entry.targets.push_back({one.instance, one.generation, one.base});
    }
}

void KillSender::Push(const wire::KillEntry& entry) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(entry);
    }
    const std::size_t senders = SendersFor(entry.targets.size());
    std::vector<std::thread> helpers;
    for (std::size_t i = 1; i < senders; ++i) {
        helpers.emplace_back([this, &entry, i, senders] { Send(entry.targets, i, senders); });
    }
    Send(entry.targets, 0, senders);
    for (std::thread& helper : helpers) {
        helper.join();
    }
}

void KillSender::Send(const std::vector<wire::KillTarget>& targets, std::size_t first, std::size_t step) const {
    for (std::size_t i = first; i < targets.size(); i += step) {
        const auto [connection, order] = Context().links.FindAimed(targets[i].instance, targets[i].generation);
        if (connection) {
            connection->Send(SignedOrder(*order, Context().key));
        }
    }
}

void KillSender::Hold(const policy::RecordId& operation) {
    Context().links.Hold(operation);
}

void KillSender::Entered(const policy::RecordId& operation) {
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(waiting_, [&](const wire::KillEntry& entry) { return entry.operation == operation; });
    }
    Context().links.Release(operation);
}

void KillSender::OnTick() {
    std::vector<wire::KillTarget> unanswered;
    const auto now = platform::SteadyNow();
    {
        const std::lock_guard lock(mutex_);
        for (const wire::KillEntry& entry : waiting_) {
            for (const wire::KillTarget& target : entry.targets) {
                if (Context().links.SendAgain(target.instance, target.generation, now - Context().send_again, now)) {
                    unanswered.push_back(target);
                }
            }
        }
    }
    Send(unanswered, 0, 1);
}

}  // namespace fleet
