#include "controller/web/waiting.hpp"

#include <exception>

#include "controller/app/inbox.hpp"
#include "controller/store/waiting.hpp"
#include "platform/base/enum_text.hpp"

namespace web {
namespace {

constexpr std::chrono::seconds kKeptFor{15};
/// With releases that were not looked at, of which the next count looks at some more.
constexpr std::chrono::seconds kKeptUnfinishedFor{2};
constexpr std::size_t kMostKept = 1'000;
/// Releases whose facts are loaded for a page that somebody wants for something else.
constexpr int kMostLoads = 20;
constexpr std::chrono::milliseconds kLoadFor{20};

/// What is in an inbox depends on nothing else of who looks.
std::string WhoseInbox(const app::Call& call) {
    std::string who = call.actor.id.Text();
    for (const policy::Role role : call.actor.roles) {
        who.append(" ").append(platform::EnumText(role));
    }
    return who;
}

}  // namespace

Waiting WaitingCounts::Count(const app::Services& services, const app::Call& call,
                             const std::function<void(std::string_view)>& on_failure) {
    Waiting waiting;
    try {
        const store::StandingCounts standing =
            services.database.Read([](store::Tx& tx) { return store::CountStanding(tx); });
        waiting.open_incidents = standing.open_incidents;
        waiting.firing_alerts = standing.firing_alerts;
        const std::string who = WhoseInbox(call);
        waiting.inbox = Find(who, standing.audit_seq);
        if (!waiting.inbox) {
            const app::Inbox inbox = app::ReadInbox(services, call, kMostLoads, kLoadFor);
            waiting.inbox = {static_cast<std::int64_t>(inbox.items.size()), inbox.left_out};
            Keep(who, standing.audit_seq, *waiting.inbox);
        }
    } catch (const std::exception& error) {
        if (on_failure) {
            on_failure(error.what());
        }
    }
    return waiting;
}

std::optional<Waiting::Inbox> WaitingCounts::Find(const std::string& who, std::int64_t audit_seq) {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(who);
    const bool good = found != kept_.end() && found->second.audit_seq == audit_seq &&
                      platform::SteadyNow() - found->second.counted_at <
                          (found->second.inbox.left_out == 0 ? kKeptFor : kKeptUnfinishedFor);
    return good ? std::optional(found->second.inbox) : std::nullopt;
}

void WaitingCounts::Keep(const std::string& who, std::int64_t audit_seq, const Waiting::Inbox& inbox) {
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= kMostKept) {
        kept_.clear();
    }
    kept_[who] = {audit_seq, platform::SteadyNow(), inbox};
}

}  // namespace web
