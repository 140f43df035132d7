#include "controller/fleet/links.hpp"

#include <algorithm>
#include <unordered_set>

namespace fleet {

platform::WsConnectionPtr Links::Open(const Admission& admission, const platform::WsConnectionPtr& connection) {
    const std::lock_guard lock(mutex_);
    Link& link = links_[admission.instance];
    platform::WsConnectionPtr before = std::move(link.connection);
    link = Link{connection, admission.credential_hash, false, 0, 0, {}};
    return before;
}

bool Links::Close(const policy::InstanceId& instance, std::uint64_t connection) {
    const std::lock_guard lock(mutex_);
    const auto found = links_.find(instance);
    if (found == links_.end() || found->second.connection->Id() != connection) {
        return false;
    }
    links_.erase(found);
    return true;
}

void Links::Report(const policy::InstanceId& instance, std::uint64_t connection, std::int64_t generation,
                   bool answered) {
    const std::lock_guard lock(mutex_);
    const auto found = links_.find(instance);
    if (found == links_.end() || found->second.connection->Id() != connection) {
        return;
    }
    Link& link = found->second;
    link.reported = true;
    link.generation = generation;
    if (answered && generation < link.sent) {
        link.sent_at = platform::SteadyNow();  // it turned it away: not again at once
    }
}

std::vector<Links::Waiting> Links::Ready(platform::SteadyTime sent_before) const {
    const std::lock_guard lock(mutex_);
    std::vector<Waiting> ready;
    ready.reserve(links_.size());
    for (const auto& [instance, link] : links_) {
        if (link.reported) {
            const bool unanswered = link.sent > link.generation && link.sent_at < sent_before;
            ready.push_back({instance, unanswered ? link.generation : std::max(link.generation, link.sent)});
        }
    }
    return ready;
}

platform::WsConnectionPtr Links::Send(const policy::InstanceId& instance, std::int64_t generation,
                                      platform::SteadyTime now) {
    const std::lock_guard lock(mutex_);
    const auto found = links_.find(instance);
    if (found == links_.end() || found->second.generation >= generation) {
        return nullptr;
    }
    found->second.sent = generation;
    found->second.sent_at = now;
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
