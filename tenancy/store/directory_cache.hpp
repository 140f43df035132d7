// Organizations and memberships in memory, read through to the database, never stale.
//
// What is kept is dropped
//   - by writers of this process: a change holds a Change on the organization from before it reads until after it has
//     committed (or not); meanwhile readers of that organization go to the database, and what is read is not kept. So
//     whoever reads after a writer has returned sees what it wrote.
//   - by DirectoryListener, when PostgreSQL tells of a commit by anybody.
// While the listener is not connected nothing kept is used (Trust::kNo, the state to begin with): every look goes to
// the database. Failing is slow, never stale.
//
// That an organization does not exist is kept as well; both maps are bounded, so asking for made-up ids costs no
// memory. Errors of a look: as platform::Database; they are not kept. Thread safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/sql/database.hpp"
#include "tenancy/model.hpp"
#include "tenancy/store/organizations.hpp"

namespace tenancy::store {

enum class Trust : std::uint8_t { kNo, kYes };

struct CacheLimits {
    std::size_t organizations = 20'000;
    std::size_t people = 50'000;
};

class DirectoryCache {
public:
    explicit DirectoryCache(platform::Database& database, CacheLimits limits = {});
    DirectoryCache(const DirectoryCache&) = delete;
    DirectoryCache& operator=(const DirectoryCache&) = delete;

    /// Whole, with its people and the shares it gives; null when there is none. No scope: this is what a gate decides
    /// with before there can be one. Whoever passes it on shows it to members only.
    std::shared_ptr<const Organization> Find(const OrgId& org);
    /// Where the person is a member.
    std::shared_ptr<const std::vector<Membership>> MembershipsOf(const std::string& user);

    /// Held by a writer around its transaction.
    class Change {
    public:
        Change(DirectoryCache& cache, OrgId org);
        ~Change();
        Change(const Change&) = delete;
        Change& operator=(const Change&) = delete;

    private:
        DirectoryCache& cache_;
        OrgId org_;
    };

    /// Somebody else has changed it.
    void Forget(const OrgId& org);
    void ForgetAll();
    /// kYes: changes by others will be told from here on; everything kept until now is dropped.
    void SetTrust(Trust trust);
    /// For the time of a question to the server whose answer may not come: nothing kept is used, and all of it is again
    /// with Confirm, which follows after whatever was told meanwhile.
    void Doubt() noexcept;
    void Confirm() noexcept;
    bool Trusted() const noexcept {
        return trusted_.load(std::memory_order_acquire);
    }

    struct Counts {
        std::uint64_t hits = 0;
        std::uint64_t misses = 0;  // looks into the database
    };
    Counts Count() const noexcept;

private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    template <typename Value>
    using ByText = std::unordered_map<std::string, std::shared_ptr<const Value>, TextHash, std::equal_to<>>;

    template <typename Value>
    static void Keep(ByText<Value>& map, std::size_t limit, const std::string& key, std::shared_ptr<const Value> value);
    void DropLocked(const OrgId& org);

    platform::Database& database_;
    const CacheLimits limits_;
    std::atomic<bool> trusted_{false};
    std::atomic<std::uint64_t> hits_{0};
    std::atomic<std::uint64_t> misses_{0};

    mutable std::shared_mutex mutex_;  // guards the rest
    std::uint64_t generation_ = 0;     // grows when anything is dropped: what was being read then is not kept
    std::unordered_map<std::string, int> changing_;
    ByText<Organization> organizations_;  // null: there is none
    ByText<std::vector<Membership>> people_;
};

/// A write to the directory with its Change around it.
template <typename Body>
auto WriteDirectory(platform::Database& database, DirectoryCache& cache, const TenantScope& scope, Body&& body) {
    const DirectoryCache::Change change(cache, scope.Org());
    return Write(database, scope, body);
}

}  // namespace tenancy::store
