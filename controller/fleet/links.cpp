#include "controller/fleet/links.hpp"

#include <algorithm>
#include <unordered_set>

#include "controller/store/instances.hpp"

namespace fleet {
namespace {

constexpr std::chrono::hours kTurnsCount{1};
constexpr std::chrono::seconds kAnswersSoon{1};
/// The longest pause of an instance that was cut off (tenancy/link/channel.hpp).
constexpr std::chrono::seconds kComesBack{30};

}  // namespace

platform::WsConnectionPtr Links::Open(const Admission& admission, const platform::WsConnectionPtr& connection) {
    const std::lock_guard lock(mutex_);
    Link& link = links_[admission.instance];
    KeepAimed(admission.instance, link);
    platform::WsConnectionPtr before = std::move(link.connection);
    const bool took_place = before != nullptr && link.credential_hash == admission.credential_hash;
    link = Link{connection, admission.credential_hash, false, took_place, {}, 0, {}, nullptr, 0, {}};
    if (const auto left = left_.find(admission.instance); left != left_.end()) {
        // Sent long ago: it goes out again when the instance has said that it does not have it.
        link.known = left->second;
        link.sent = left->second->generation;
    }
    return before;
}

bool Links::Close(const policy::InstanceId& instance, std::uint64_t connection) {
    const std::lock_guard lock(mutex_);
    const auto found = links_.find(instance);
    if (found == links_.end() || found->second.connection->Id() != connection) {
        return false;
    }
    KeepAimed(instance, found->second);
    links_.erase(found);
    return true;
}

void Links::KeepAimed(const policy::InstanceId& instance, const Link& link) {
    if (!held_.empty() && link.known && link.known->generation == link.sent && link.sent % kKeptGenerations == 0) {
        left_[instance] = link.known;
    }
}

void Links::Report(const policy::InstanceId& instance, std::uint64_t connection, const LastWord& word, bool answered) {
    const std::lock_guard lock(mutex_);
    const auto found = links_.find(instance);
    if (found == links_.end() || found->second.connection->Id() != connection) {
        return;
    }
    Link& link = found->second;
    link.reported = true;
    link.word = word;
    NoteBoot(instance, link);
    if (answered && word.generation < link.sent) {
        link.sent_at = platform::SteadyNow();  // it turned it away: not again at once
    }
}

void Links::NoteBoot(const policy::InstanceId& instance, const Link& link) {
    Boots& boots = boots_[instance];
    if (boots.credential_hash != link.credential_hash) {
        // Who was connected before it and has said nothing may be anybody.
        boots = Boots{link.credential_hash, {}, {}, std::nullopt, std::nullopt};
    }
    if (boots.last == link.word.boot_id) {
        return;
    }
    if (link.took_place) {
        boots.took_place = platform::SteadyNow();
    }
    if (boots.before == link.word.boot_id) {
        boots.took_turns = platform::SteadyNow();
    }
    boots.before = std::exchange(boots.last, link.word.boot_id);
}

std::optional<std::string> Links::TwoProcesses(const policy::InstanceId& instance) const {
    const std::lock_guard lock(mutex_);
    const auto found = boots_.find(instance);
    if (found == boots_.end() || !found->second.took_turns ||
        platform::SteadyNow() - *found->second.took_turns > kTurnsCount) {
        return std::nullopt;
    }
    const auto [one, other] = std::minmax(found->second.before, found->second.last);
    return one + " and " + other;
}

std::optional<platform::Duration> Links::AwaitedBeside(const policy::InstanceId& instance) const {
    const std::lock_guard lock(mutex_);
    const auto found = boots_.find(instance);
    if (found == boots_.end() || !found->second.took_place) {
        return std::nullopt;
    }
    const auto left = kComesBack - (platform::SteadyNow() - *found->second.took_place);
    return left > left.zero() ? std::optional(std::chrono::duration_cast<platform::Duration>(left)) : std::nullopt;
}

void Links::Expect(const policy::InstanceId& instance) {
    const std::lock_guard lock(mutex_);
    if (const auto found = links_.find(instance); found != links_.end()) {
        ++found->second.expected;
    }
}

bool Links::TakeExpected(const policy::InstanceId& instance, std::uint64_t connection) {
    const std::lock_guard lock(mutex_);
    const auto found = links_.find(instance);
    if (found == links_.end() || found->second.connection->Id() != connection || found->second.expected == 0) {
        return false;
    }
    --found->second.expected;
    return true;
}

std::vector<Links::Waiting> Links::Ready(platform::SteadyTime sent_before) const {
    const std::lock_guard lock(mutex_);
    std::vector<Waiting> ready;
    ready.reserve(links_.size());
    for (const auto& [instance, link] : links_) {
        if (link.reported) {
            const bool unanswered = link.sent > link.word.generation && link.sent_at < sent_before;
            ready.push_back({instance, unanswered ? link.word.generation : std::max(link.word.generation, link.sent),
                             link.known ? link.known->generation : 0});
        }
    }
    return ready;
}

platform::WsConnectionPtr Links::Send(const policy::InstanceId& instance, std::int64_t generation,
                                      platform::SteadyTime now) {
    const std::lock_guard lock(mutex_);
    const auto found = links_.find(instance);
    if (found == links_.end() || found->second.word.generation >= generation || found->second.sent > generation) {
        return nullptr;
    }
    found->second.Note(generation, now);
    return found->second.connection;
}

platform::WsConnectionPtr Links::Connection(const policy::InstanceId& instance) const {
    const std::lock_guard lock(mutex_);
    const auto found = links_.find(instance);
    return found == links_.end() ? nullptr : found->second.connection;
}

std::vector<policy::InstanceId> Links::Instances() const {
    const std::lock_guard lock(mutex_);
    std::vector<policy::InstanceId> instances;
    instances.reserve(links_.size());
    for (const auto& [instance, link] : links_) {
        instances.push_back(instance);
    }
    return instances;
}

bool Links::Lacks(const policy::InstanceId& instance, std::int64_t generation, platform::SteadyTime sent_before) const {
    const std::lock_guard lock(mutex_);
    const auto found = links_.find(instance);
    if (found == links_.end() || !found->second.known || found->second.known->generation <= generation) {
        return false;
    }
    const Link& link = found->second;
    return link.sent < link.known->generation || link.sent_at < sent_before;
}

void Links::Know(const policy::InstanceId& instance, KnownOrder order) {
    const std::lock_guard lock(mutex_);
    const auto found = links_.find(instance);
    if (found != links_.end() && (!found->second.known || found->second.known->generation < order->generation)) {
        found->second.known = std::move(order);
    }
}

std::vector<Links::Aimed> Links::Aim(bool all, const std::vector<policy::InstanceId>& instances,
                                     platform::SteadyTime now, const MakeOrder& make) {
    const std::lock_guard lock(mutex_);
    std::vector<Aimed> aimed;
    const auto aim = [&](const policy::InstanceId& instance, Link& link) {
        if (!link.reported) {
            return;
        }
        Aimed one{instance, 0, link.known ? link.known->generation : 0};
        const std::int64_t highest =
            std::max({std::min(link.word.generation, store::kMostBelievedGeneration), link.sent, one.base});
        one.generation = (highest / kKeptGenerations + 1) * kKeptGenerations;
        link.known = make(one, link.known.get());
        link.Note(one.generation, now);
        aimed.push_back(std::move(one));
    };
    if (all) {
        aimed.reserve(links_.size());
        for (auto& [instance, link] : links_) {
            aim(instance, link);
        }
    } else {
        for (const policy::InstanceId& instance : instances) {
            if (const auto found = links_.find(instance); found != links_.end()) {
                aim(instance, found->second);
            }
        }
    }
    return aimed;
}

std::pair<platform::WsConnectionPtr, KnownOrder> Links::FindAimed(const policy::InstanceId& instance,
                                                                  std::int64_t generation) const {
    const std::lock_guard lock(mutex_);
    const auto found = links_.find(instance);
    if (found == links_.end() || !found->second.known || found->second.known->generation != generation) {
        return {};
    }
    return {found->second.connection, found->second.known};
}

bool Links::SendAgain(const policy::InstanceId& instance, std::int64_t generation, platform::SteadyTime sent_before,
                      platform::SteadyTime now) {
    const std::lock_guard lock(mutex_);
    const auto found = links_.find(instance);
    if (found == links_.end() || !found->second.reported || found->second.sent != generation ||
        found->second.word.generation >= generation || found->second.sent_at >= sent_before) {
        return false;
    }
    found->second.sent_at = now;
    ++found->second.expected;
    return true;
}

std::optional<LastWord> Links::Heard(const policy::InstanceId& instance) const {
    const std::lock_guard lock(mutex_);
    const auto found = links_.find(instance);
    return found == links_.end() || !found->second.reported ? std::nullopt : std::optional(found->second.word);
}

void Links::Hold(const policy::RecordId& operation) {
    const std::lock_guard lock(mutex_);
    held_.insert(operation);
    SetAnswers();
}

void Links::Release(const policy::RecordId& operation) {
    {
        const std::lock_guard lock(mutex_);
        unrecorded_ = held_.erase(operation) > 0 || unrecorded_;
        if (held_.empty()) {
            left_.clear();
        }
        SetAnswers();
    }
    const std::lock_guard lock(releasing_);
    if (on_release_) {
        on_release_();
    }
}

void Links::OnRelease(std::function<void()> call) {
    const std::lock_guard lock(releasing_);
    on_release_ = std::move(call);
}

bool Links::Held() const {
    const std::lock_guard lock(mutex_);
    return !held_.empty();
}

bool Links::MoreAnswers() const {
    const platform::SteadyTime lately = platform::SteadyNow() - kAnswersSoon;
    return unrecorded_ && std::ranges::any_of(links_, [&](const auto& one) {
               const Link& link = one.second;
               return link.reported && link.sent > link.word.generation && link.silent_since > lately;
           });
}

bool Links::AnswersAwaited() const {
    const std::lock_guard lock(mutex_);
    return MoreAnswers();
}

void Links::Recorded() {
    const std::lock_guard lock(mutex_);
    unrecorded_ = MoreAnswers();
    SetAnswers();
}

std::vector<std::string> Links::CredentialHashes() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> hashes;
    for (const auto& [instance, link] : links_) {
        hashes.push_back(link.credential_hash);
    }
    return hashes;
}

std::vector<platform::WsConnectionPtr> Links::WithBadCredential(const std::vector<std::string>& asked,
                                                                const std::vector<std::string>& good) const {
    std::unordered_set<std::string> bad(asked.begin(), asked.end());
    for (const std::string& hash : good) {
        bad.erase(hash);
    }
    const std::lock_guard lock(mutex_);
    std::vector<platform::WsConnectionPtr> without;
    for (const auto& [instance, link] : links_) {
        if (bad.contains(link.credential_hash)) {
            without.push_back(link.connection);
        }
    }
    return without;
}

std::size_t Links::Count() const {
    const std::lock_guard lock(mutex_);
    return links_.size();
}

}  // namespace fleet
