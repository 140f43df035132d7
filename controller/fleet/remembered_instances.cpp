#include "controller/fleet/remembered_instances.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "controller/fleet/journal/signed_memory.hpp"
#include "controller/store/instances.hpp"
#include "controller/wire/kill_memory.hpp"
#include "platform/base/clock.hpp"

namespace fleet {
namespace {

constexpr std::chrono::hours kLongestRemembered{24};
constexpr std::chrono::minutes kMachineClockSlack{5};
constexpr std::chrono::minutes kConfirmAgain{1};
/// Many come at once after a restart: they are written together.
constexpr std::chrono::seconds kWriteTogether{2};
constexpr std::size_t kMostInstancesRemembered = 100'000;

}  // namespace

RememberedInstances::RememberedInstances(const PartContext& context) : Part(context) {
    if (context.memory == nullptr) {
        return;
    }
    const auto text = context.memory->Load();
    if (!text) {
        context.on_error(text.error());
    }
    const auto memory = text && *text ? wire::DecodeInstanceMemory(**text) : wire::InstanceMemory{};
    if (!memory) {
        context.on_error("what was remembered of instances cannot be read by this program");
        return;
    }
    confirmed_ = memory->confirmed;
    for (const wire::RememberedInstance& one : memory->instances) {
        known_.emplace(one.credential_hash, Admission{one.instance, one.credential_hash, false, {}, one.pinned_key});
    }
}

void RememberedInstances::Note(const Admission& admission) {
    const std::lock_guard lock(mutex_);
    Admission known{admission.instance, admission.credential_hash, false, {}, admission.pinned_key};
    const auto found = known_.find(admission.credential_hash);
    if (found == known_.end() ? known_.size() < kMostInstancesRemembered
                              : found->second.pinned_key != admission.pinned_key) {
        known_.insert_or_assign(admission.credential_hash, std::move(known));
        more_ = true;
    }
}

void RememberedInstances::Forget(const std::string& credential_hash) {
    {
        const std::lock_guard lock(mutex_);
        if (known_.erase(credential_hash) == 0) {
            return;
        }
        fewer_ = true;
    }
    Wake();
}

std::optional<Admission> RememberedInstances::Find(const std::string& credential_hash) const {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(credential_hash);
    const platform::Duration age = platform::SystemNow() - confirmed_;
    if (found == known_.end() || age > kLongestRemembered || age < -kMachineClockSlack) {
        return std::nullopt;
    }
    return found->second;
}

void RememberedInstances::OnNews(store::FleetNews news) {
    if (news != store::FleetNews::kCredentials && news != store::FleetNews::kAnything) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        ask_ = true;
    }
    Wake();
}

void RememberedInstances::OnTick() {
    try {
        Confirm();
    } catch (const store::Unavailable&) {
        return;  // nothing new is known; whoever needs the database says that it is away
    }
    Write();
}

void RememberedInstances::Confirm() {
    std::vector<std::string> hashes;
    {
        const std::lock_guard lock(mutex_);
        const auto now = platform::SteadyNow();
        if (!ask_ && !more_ && now - asked_ < kConfirmAgain) {
            return;
        }
        for (const auto& [hash, admission] : known_) {
            hashes.push_back(hash);
        }
        ask_ = false;
    }
    std::vector<std::string> good;
    try {
        good = Context().database.Once([&](store::Tx& tx) { return store::GoodCredentials(tx, hashes); });
    } catch (...) {
        const std::lock_guard lock(mutex_);
        ask_ = true;
        throw;
    }
    std::ranges::sort(good);
    const std::lock_guard lock(mutex_);
    for (const std::string& hash : hashes) {
        if (!std::ranges::binary_search(good, hash)) {
            fewer_ = known_.erase(hash) > 0 || fewer_;
        }
    }
    asked_ = platform::SteadyNow();
    confirmed_ = platform::SystemNow();
}

void RememberedInstances::Write() {
    wire::InstanceMemory memory;
    {
        const std::lock_guard lock(mutex_);
        const auto since = platform::SteadyNow() - written_;
        if (!fewer_ && !(more_ && since >= kWriteTogether) && since < kConfirmAgain) {
            return;
        }
        memory.confirmed = confirmed_;
        for (const auto& [hash, admission] : known_) {
            memory.instances.push_back({hash, admission.instance, admission.pinned_key});
        }
        fewer_ = more_ = false;
        written_ = platform::SteadyNow();
    }
    if (Context().memory == nullptr) {
        return;
    }
    if (const auto saved = Context().memory->Save(wire::EncodeInstanceMemory(memory)); !saved) {
        const std::lock_guard lock(mutex_);
        fewer_ = true;
        Context().on_error(saved.error());
    }
}

}  // namespace fleet
