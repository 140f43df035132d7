#include "tenancy/store/directory_cache.hpp"

#include <mutex>
#include <utility>

#include "platform/base/invariant.hpp"

namespace tenancy::store {
namespace {

PlatformScope GateScope() {
    auto scope = PlatformScope::For("system", "facts for a gate decision");
    PORTCULLIS_INVARIANT(scope.has_value(), "the gate's scope has an actor and a reason");
    return std::move(*scope);
}

}  // namespace

DirectoryCache::DirectoryCache(platform::Database& database, CacheLimits limits)
    : database_(database), limits_(limits) {}

template <typename Value>
void DirectoryCache::Keep(ByText<Value>& map, std::size_t limit, const std::string& key,
                          std::shared_ptr<const Value> value) {
    if (map.size() >= limit && map.count(key) == 0) {
        map.erase(map.begin());
    }
    map.insert_or_assign(key, std::move(value));
}

std::shared_ptr<const Organization> DirectoryCache::Find(const OrgId& org) {
    std::uint64_t generation = 0;
    bool keep = false;
    {
        const std::shared_lock lock(mutex_);
        keep = Trusted() && changing_.count(org.Text()) == 0;
        generation = generation_;
        if (keep) {
            if (const auto found = organizations_.find(org.Text()); found != organizations_.end()) {
                hits_.fetch_add(1, std::memory_order_relaxed);
                return found->second;
            }
        }
    }
    misses_.fetch_add(1, std::memory_order_relaxed);
    static const PlatformScope gate_scope = GateScope();
    auto loaded = Read(database_, gate_scope, [&](PlatformTx& tx) { return LoadOrganization(tx, org); });
    std::shared_ptr<const Organization> value =
        loaded ? std::make_shared<const Organization>(std::move(*loaded)) : nullptr;
    if (keep) {
        const std::unique_lock lock(mutex_);
        if (Trusted() && generation == generation_) {
            Keep(organizations_, limits_.organizations, org.Text(), value);
        }
    }
    return value;
}

std::shared_ptr<const std::vector<Membership>> DirectoryCache::MembershipsOf(const std::string& user) {
    const auto scope = IdentityScope::For(Caller::User(user));
    if (!scope) {
        return std::make_shared<const std::vector<Membership>>();
    }
    std::uint64_t generation = 0;
    bool keep = false;
    {
        const std::shared_lock lock(mutex_);
        // Any change of any organization may be about this person.
        keep = Trusted() && changing_.empty();
        generation = generation_;
        if (keep) {
            if (const auto found = people_.find(user); found != people_.end()) {
                hits_.fetch_add(1, std::memory_order_relaxed);
                return found->second;
            }
        }
    }
    misses_.fetch_add(1, std::memory_order_relaxed);
    auto value = std::make_shared<const std::vector<Membership>>(
        OneTrip(database_, *scope, [](IdentityTx& tx) { return LoadMemberships(tx); }));
    if (keep) {
        const std::unique_lock lock(mutex_);
        if (Trusted() && generation == generation_) {
            Keep(people_, limits_.people, user, value);
        }
    }
    return value;
}

void DirectoryCache::DropLocked(const OrgId& org) {
    ++generation_;
    organizations_.erase(org.Text());
    people_.clear();
}

DirectoryCache::Change::Change(DirectoryCache& cache, OrgId org) : cache_(cache), org_(std::move(org)) {
    const std::unique_lock lock(cache_.mutex_);
    ++cache_.changing_[org_.Text()];
    cache_.DropLocked(org_);
}

DirectoryCache::Change::~Change() {
    const std::unique_lock lock(cache_.mutex_);
    const auto found = cache_.changing_.find(org_.Text());
    if (--found->second == 0) {
        cache_.changing_.erase(found);
    }
    cache_.DropLocked(org_);
}

void DirectoryCache::Forget(const OrgId& org) {
    const std::unique_lock lock(mutex_);
    DropLocked(org);
}

void DirectoryCache::ForgetAll() {
    const std::unique_lock lock(mutex_);
    ++generation_;
    organizations_.clear();
    people_.clear();
}

void DirectoryCache::SetTrust(Trust trust) {
    const std::unique_lock lock(mutex_);
    ++generation_;
    organizations_.clear();
    people_.clear();
    trusted_.store(trust == Trust::kYes, std::memory_order_release);
}

void DirectoryCache::Doubt() noexcept {
    trusted_.store(false, std::memory_order_release);
}

void DirectoryCache::Confirm() noexcept {
    trusted_.store(true, std::memory_order_release);
}

DirectoryCache::Counts DirectoryCache::Count() const noexcept {
    return {hits_.load(std::memory_order_relaxed), misses_.load(std::memory_order_relaxed)};
}

}  // namespace tenancy::store
