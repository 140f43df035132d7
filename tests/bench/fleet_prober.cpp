#include "tests/bench/fleet_prober.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "platform/base/clock.hpp"

namespace bench {
namespace {

constexpr int kLowPriority = 10;

}  // namespace

tenancy::wire::TenantDigest SimulatedTenants() {
    return {2, std::string(64, '5')};
}

FleetProber::FleetProber(tenancy::probe::Target target, std::size_t threads) : target_(std::move(target)) {
    for (std::size_t n = 0; n < threads; ++n) {
        threads_.emplace_back([this] { Run(); });
    }
}

FleetProber::~FleetProber() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    changed_.notify_all();
    threads_.clear();
}

void FleetProber::Ask(const std::string& instance, Look look) {
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.insert_or_assign(instance, std::move(look)).second) {
            order_.push_back(instance);
        }
    }
    changed_.notify_all();
}

void FleetProber::Leave(const std::vector<std::string>& instances) {
    std::unique_lock lock(mutex_);
    for (const std::string& instance : instances) {
        waiting_.erase(instance);
    }
    std::erase_if(order_, [this](const std::string& instance) { return !waiting_.contains(instance); });
    changed_.wait(lock, [&] {
        return std::ranges::none_of(instances, [this](const std::string& name) { return running_.contains(name); });
    });
}

std::vector<double> FleetProber::TakeTimes() {
    const std::lock_guard lock(mutex_);
    return std::exchange(times_, {});
}

void FleetProber::Run() {
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kLowPriority);  // of this thread alone
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return over_ || !order_.empty(); });
        if (over_) {
            return;
        }
        const std::string instance = std::move(order_.front());
        order_.pop_front();
        const Look look = std::move(waiting_.extract(instance).mapped());
        ++running_[instance];
        lock.unlock();
        const platform::Stopwatch watch;
        tenancy::probe::TenantData data;
        data.now = SimulatedTenants();
        const auto evidence = tenancy::probe::Answer(look.request, target_, look.state(), data);
        const double took = std::chrono::duration<double, std::milli>(watch.Elapsed()).count();
        look.reply(evidence);
        lock.lock();
        times_.push_back(took);
        if (--running_[instance] == 0) {
            running_.erase(instance);
        }
        changed_.notify_all();
    }
}

}  // namespace bench
