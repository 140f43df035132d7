#include "controller/fleet/direct_probe.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace fleet {
namespace {

namespace probe = tenancy::probe;
using tenancy::wire::Evidence;
using tenancy::wire::ProbeStep;
using tenancy::wire::VerifyKind;
using tenancy::wire::VerifyPurpose;
using tenancy::wire::VerifyRequest;

constexpr std::size_t kLooksAtOnce = 4;
constexpr std::size_t kSightsAtOnce = 2;

}  // namespace

DirectProbes::DirectProbes(std::vector<DirectTarget> targets, std::function<void(std::string_view)> on_error)
    : on_error_(std::move(on_error)) {
    Replace(std::move(targets));
}

DirectProbes::~DirectProbes() {
    Stop();
}

void DirectProbes::Replace(std::vector<DirectTarget> targets) {
    Targets by_instance;
    for (DirectTarget& target : targets) {
        policy::InstanceId instance = target.instance;
        by_instance.insert_or_assign(std::move(instance), std::move(target));
    }
    const std::lock_guard lock(mutex_);
    targets_ = std::move(by_instance);
    if (!stopping_ && !targets_.empty() && threads_.empty()) {
        for (std::size_t at = 0; at < kLooksAtOnce; ++at) {
            threads_.emplace_back([this] { Loop(); });
        }
    }
}

void DirectProbes::Stop() {
    std::vector<std::thread> ending;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        ending.swap(threads_);
    }
    changed_.notify_all();
    for (std::thread& thread : ending) {
        thread.join();
    }
}

bool DirectProbes::Stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
}

bool DirectProbes::Covers(const policy::InstanceId& instance) const {
    const std::lock_guard lock(mutex_);
    return targets_.contains(instance);
}

std::optional<DirectTarget> DirectProbes::Find(const policy::InstanceId& instance) const {
    const std::lock_guard lock(mutex_);
    const auto found = targets_.find(instance);
    return found == targets_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<policy::InstanceId> DirectProbes::WithFeatures() const {
    const std::lock_guard lock(mutex_);
    std::vector<policy::InstanceId> instances;
    for (const auto& [instance, target] : targets_) {
        if (target.at.surface == probe::Surface::kPulsed) {
            instances.push_back(instance);
        }
    }
    return instances;
}

/// Under the mutex. What waits already is done with the newest question.
void DirectProbes::Put(std::deque<Job>& jobs, const policy::InstanceId& instance, std::function<void()> run) {
    const auto found = std::ranges::find_if(jobs, [&](const Job& job) { return job.instance == instance; });
    if (found != jobs.end()) {
        found->run = std::move(run);
    } else {
        jobs.push_back({instance, std::move(run)});
    }
}

void DirectProbes::Begin(const policy::InstanceId& instance, const VerifyRequest& request, const OrderedNow& ordered,
                         Watched watched) {
    const auto target = Find(instance);
    if (!target) {
        return;
    }
    const bool watch = request.purpose == VerifyPurpose::kWatch;
    const bool has_flags = target->at.surface == probe::Surface::kPulsed;
    {
        const std::lock_guard lock(mutex_);
        Look look;
        look.request = request;
        // A sample is nothing for the instance's own to wait for.
        look.ended = watch || (request.kind != VerifyKind::kMultiTenant && !has_flags);
        if (!look.ended) {
            Put(jobs_, instance,
                [this, instance, request, ordered] { LookForVerification(instance, request, ordered); });
        }
        looks_.insert_or_assign(instance, std::move(look));
        if (watch && watched) {
            Put(watching_, instance, [this, instance, request, ordered, watched = std::move(watched)] {
                const auto seen = SeeInWatch(instance, request, ordered);
                if (seen && !Stopping()) {
                    watched(*seen);
                }
            });
        }
    }
    changed_.notify_one();
}

void DirectProbes::Complete(const policy::InstanceId& instance, Evidence said, Done done) {
    std::vector<ProbeStep> seen;
    {
        const std::lock_guard lock(mutex_);
        const auto found = looks_.find(instance);
        if (found == looks_.end() || found->second.request.request != said.request) {
            return;
        }
        if (!found->second.ended) {
            found->second.said = std::move(said);
            found->second.done = std::move(done);
            return;
        }
        seen = std::move(found->second.seen);
        looks_.erase(found);
    }
    done(WithControllersView(std::move(said), std::move(seen)));
}

void DirectProbes::LookAtFeatures(const policy::InstanceId& instance, std::vector<std::string> others,
                                  Sighted sighted) {
    {
        const std::lock_guard lock(mutex_);
        Put(sighting_, instance, [this, instance, others = std::move(others), sighted = std::move(sighted)] {
            const Sight sight = SeeFeatures(instance, others);
            if (!Stopping()) {
                sighted(sight);
            }
        });
    }
    changed_.notify_one();
}

void DirectProbes::Loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        const auto may_sight = [this] { return !sighting_.empty() && sights_running_ < kSightsAtOnce; };
        changed_.wait(lock, [&] { return stopping_ || !jobs_.empty() || !watching_.empty() || may_sight(); });
        if (stopping_) {
            return;
        }
        std::deque<Job>& from = !jobs_.empty() ? jobs_ : !watching_.empty() ? watching_ : sighting_;
        const bool sighting = &from == &sighting_;
        sights_running_ += sighting ? 1 : 0;
        const Job job = std::move(from.front());
        from.pop_front();
        lock.unlock();
        try {
            job.run();
        } catch (const std::exception& error) {
            on_error_(error.what());
        }
        lock.lock();
        if (sighting) {
            --sights_running_;
            changed_.notify_one();
        }
    }
}

}  // namespace fleet
