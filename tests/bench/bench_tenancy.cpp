// What the tenancy core costs every request: a gate decision, a membership decision, asking the switch, scoping an
// event. Each under 100 ns, none allocating (docs/performance.md).
//
// Ends with 1 when a bound is missed. Allocations are counted by replacing the global operator new of this program.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <new>
#include <string>

#include <benchmark/benchmark.h>

#include "platform/base/clock.hpp"
#include "tenancy/access.hpp"
#include "tenancy/events.hpp"
#include "tenancy/gate.hpp"
#include "tenancy/kill_switch.hpp"
#include "tenancy/roles.hpp"

namespace {

std::atomic<std::uint64_t> allocation_count{0};

void* CountedAllocation(std::size_t size) {
    allocation_count.fetch_add(1, std::memory_order_relaxed);
    void* memory = std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

}  // namespace

void* operator new(std::size_t size) {
    return CountedAllocation(size);
}
void* operator new[](std::size_t size) {
    return CountedAllocation(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}

namespace {

constexpr double kBoundNanoseconds = 100.0;
constexpr int kRounds = 15;
constexpr std::int64_t kCallsARound = 2'000'000;

/// The median of the rounds: one that was interrupted does not count. False when out of bounds.
template <typename Call>
bool Measure(const char* name, Call call) {
    std::array<double, kRounds> rounds{};
    for (std::int64_t i = 0; i < kCallsARound / 10; ++i) {
        call(i);
    }
    const std::uint64_t before = allocation_count.load();
    for (double& nanoseconds : rounds) {
        const auto start = platform::SteadyNow();
        for (std::int64_t i = 0; i < kCallsARound; ++i) {
            call(i);
        }
        const std::chrono::duration<double, std::nano> spent = platform::SteadyNow() - start;
        nanoseconds = spent.count() / static_cast<double>(kCallsARound);
    }
    const std::uint64_t allocated = allocation_count.load() - before;
    std::sort(rounds.begin(), rounds.end());
    const double median = rounds[kRounds / 2];
    const bool good = median < kBoundNanoseconds && allocated == 0;
    std::cout << (good ? "ok    " : "MISSED") << "  " << name << ": " << median << " ns (slowest round "
              << rounds.back() << " ns), " << allocated << " allocations (target: under " << kBoundNanoseconds
              << " ns, none)\n";
    return good;
}

/// Facts that go every way through the gate, chosen by the counter so that nothing is known before the run.
std::array<tenancy::GateFacts, 8> ManyFacts() {
    tenancy::GateFacts good;
    good.mode = tenancy::Mode::kSelfHosted;
    good.selected = tenancy::Selected::kTenant;
    good.org = tenancy::OrgState::kActive;
    good.switch_on = tenancy::Fact::kYes;
    good.licensed = tenancy::Fact::kYes;
    good.subscription = tenancy::Subscription::kActive;
    good.access = tenancy::Access::kAllowed;
    std::array<tenancy::GateFacts, 8> facts;
    facts.fill(good);
    facts[1].selected = tenancy::Selected::kDefault;
    facts[2].switch_on = tenancy::Fact::kNo;
    facts[3].org = tenancy::OrgState::kSuspended;
    facts[4].access = tenancy::Access::kNotAMember;
    facts[5].mode = tenancy::Mode::kHosted;
    facts[6].access = tenancy::Access::kNoIdentity;
    return facts;
}

/// 50 members, the caller among the last.
tenancy::Organization LargeOrg() {
    tenancy::Organization org;
    org.id = tenancy::OrgId::Trusted("acme-with-an-id-that-does-not-fit-into-a-short-string");
    org.owner_user_id = "owner@acme.test";
    for (int i = 0; i < 50; ++i) {
        tenancy::Member member;
        member.user_id = "member-number-" + std::to_string(i) + "@acme.test";
        org.members.push_back(member);
    }
    return org;
}

/// The measuring must see an allocation when there is one, else its zero means nothing.
bool CounterCounts() {
    const std::uint64_t before = allocation_count.load();
    std::string text(100, 'x');
    benchmark::DoNotOptimize(text);
    const bool counts = allocation_count.load() > before;
    if (!counts) {
        std::cout << "MISSED  allocations are not counted, so none of the figures below is worth anything\n";
    }
    return counts;
}

}  // namespace

int main() {
    bool good = CounterCounts();
    const auto facts = ManyFacts();
    good = Measure("gate: a request to its organization",
                   [&](std::int64_t i) {
                       auto decision = DecideSelection(facts[static_cast<std::size_t>(i) % facts.size()]);
                       benchmark::DoNotOptimize(decision);
                   }) &&
           good;
    good = Measure("gate: an organization endpoint",
                   [&](std::int64_t i) {
                       auto decision = DecideOrgRoute(facts[static_cast<std::size_t>(i) % facts.size()]);
                       benchmark::DoNotOptimize(decision);
                   }) &&
           good;
    const auto org = LargeOrg();
    const auto member = tenancy::Caller::User("member-number-48@acme.test");
    const auto token = tenancy::Caller::Token("t", {"globex", org.id.Text()});
    const auto role = RoleOf(org, member.user_id);
    good = Measure("access: a user with a known role",
                   [&](std::int64_t) {
                       auto access = DecideAccess(member, org.id, role);
                       benchmark::DoNotOptimize(access);
                   }) &&
           good;
    good = Measure("access: a token of two organizations",
                   [&](std::int64_t) {
                       auto access = DecideAccess(token, org.id, std::nullopt);
                       benchmark::DoNotOptimize(access);
                   }) &&
           good;
    const tenancy::TenantSwitch tenant_switch({true, true, false, false});
    good = Measure("switch: is it on",
                   [&](std::int64_t) {
                       bool enabled = tenant_switch.Enabled();
                       benchmark::DoNotOptimize(enabled);
                   }) &&
           good;
    const tenancy::Event event{tenancy::EventType::kAlert, org.id, nullptr};
    good = Measure("event: does it go to this subscriber",
                   [&](std::int64_t) {
                       bool deliver = DeliverTo(event, org.id);
                       benchmark::DoNotOptimize(deliver);
                   }) &&
           good;
    return good ? 0 : 1;
}
