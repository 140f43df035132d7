#include "controller/fleet/sightings.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "platform/json/json.hpp"
#include "tenancy/model.hpp"

namespace fleet {
namespace {

constexpr std::chrono::seconds kSightWithin{60};
constexpr std::chrono::hours kAskAgainWhetherThere{1};
constexpr std::size_t kMostOthers = 32;  // in one look; the rest is asked in the next

std::set<std::string> OrgsOf(const store::DueSighting& due) {
    std::set<std::string> orgs(due.hosts.begin(), due.hosts.end());
    orgs.insert(due.planned.begin(), due.planned.end());
    orgs.erase(std::string(tenancy::kDefaultOrg));
    return orgs;
}

bool IsSaid(const store::DueSighting& due, const std::string& org) {
    return std::ranges::find(due.hosts, org) != due.hosts.end();
}

platform::Json SeenJson(const Sight::Org& org) {
    switch (org.is) {
        case Sight::Org::Is::kAbsent:
            return nullptr;
        case Sight::Org::Is::kThere:
            return true;
        case Sight::Org::Is::kListed:
            break;
    }
    return org.on;
}

}  // namespace

std::vector<std::string> Sightings::OthersToAsk(const store::DueSighting& due) {
    const auto now = platform::SteadyNow();
    std::vector<std::string> others;
    const std::lock_guard lock(mutex_);
    const auto& known = known_[due.instance];
    for (const std::string& org : OrgsOf(due)) {
        const auto found = known.find(org);
        const bool ask = found == known.end() || found->second.is_said != IsSaid(due, org) ||
                         now - found->second.at > kAskAgainWhetherThere;
        if (ask && others.size() < kMostOthers) {
            others.push_back(org);
        }
    }
    return others;
}

void Sightings::Take(const store::DueSighting& due, const Sight& sight) {
    platform::Json seen = platform::Json::object();
    {
        const std::lock_guard lock(mutex_);
        auto& known = known_[due.instance];
        const std::set<std::string> orgs = OrgsOf(due);
        std::erase_if(known, [&](const auto& one) { return !orgs.contains(one.first); });
        for (const auto& [org, is] : sight.orgs) {
            if (orgs.contains(org)) {
                known[org] = {IsSaid(due, org), is.is, platform::SteadyNow()};
            }
        }
        // Nothing was seen at all: what is remembered is not what is.
        for (const auto& [org, one] : known) {
            if (!sight.orgs.empty() && one.is_said == IsSaid(due, org)) {
                seen[org] = SeenJson({one.is == Sight::Org::Is::kAbsent ? one.is : Sight::Org::Is::kThere, {}});
            }
        }
        for (const auto& [org, is] : sight.orgs) {
            seen[org] = SeenJson(is);
        }
        seen_.insert_or_assign(due.instance, store::Sighting{due.instance, seen.dump(), sight.problem, sight.took});
    }
    Wake();
}

void Sightings::Record() {
    std::vector<store::Sighting> seen;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [instance, sighting] : seen_) {
            seen.push_back(std::move(sighting));
        }
        seen_.clear();
    }
    if (!seen.empty()) {
        // When it cannot be recorded, it is looked at again when the claim is over.
        Context().database.Write(
            [&](store::Tx& tx) { store::RecordSightings(tx, Context().controller, seen, Context().sight_every); });
    }
}

void Sightings::OnTick() {
    Record();
    if (Context().direct == nullptr) {
        return;
    }
    const std::vector<policy::InstanceId> instances = Context().direct->WithFeatures();
    if (instances.empty()) {
        return;
    }
    const auto due = Context().database.Write([&](store::Tx& tx) {
        return store::ClaimSightings(tx, Context().controller, instances, Context().sight_every, kSightWithin);
    });
    for (const store::DueSighting& one : due) {
        Context().direct->LookAtFeatures(one.instance, OthersToAsk(one),
                                         [this, one](const Sight& sight) { Take(one, sight); });
    }
}

}  // namespace fleet
