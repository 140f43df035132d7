// The part of the channel that replaces keys and credentials.
//
// Keys: an instance that has an older key pinned than the newest is sent the hand-over that its key has signed, then
// the next one, until it has the newest; what it says it has pinned is recorded, and decides which key signs its
// orders. When nobody who counts is behind, the hand-over is completed: the old key is needed no more.
//
// Credentials: an instance whose credential is to be replaced is asked for the hash of another, which is registered
// beside the old one. The instance comes back with the new one; then the old one is revoked (admission.cpp). Each step
// may be repeated: whoever dies in between, the same is asked again. With a lifetime, credentials that are older are
// asked for by themselves.
//
// What is owed follows from the database alone. Everything is in the audit chain, refusals too. Thread safe as part.hpp
// says.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "controller/fleet/part.hpp"
#include "controller/store/keys.hpp"
#include "tenancy/wire/rotation.hpp"

namespace fleet {

class Rotation : public Part {
public:
    explicit Rotation(const PartContext& context) : Part(context) {}

    void Register(Dispatch& dispatch) override;
    void OnConnected(const policy::InstanceId& instance) override;
    void OnGone(const policy::InstanceId& instance) override;
    void OnNews(store::FleetNews news) override;

private:
    struct Heard {
        std::map<policy::InstanceId, tenancy::wire::KeyAnswer> keys;  // of each the newest
        std::map<policy::InstanceId, tenancy::wire::NewCredential> credentials;
    };

    void OnTick() override;
    void PutBack(Heard heard, std::set<policy::InstanceId> due, bool all);
    void RecordKeys(const std::map<policy::InstanceId, tenancy::wire::KeyAnswer>& answers);
    void RecordCredentials(const std::map<policy::InstanceId, tenancy::wire::NewCredential>& made);
    void SendOwed(const std::vector<policy::InstanceId>& instances);
    void SendHandovers(const std::vector<policy::InstanceId>& instances, const std::vector<store::KeyHandover>& chain);
    void Complete();
    void AskForOverdue();

    std::mutex mutex_;
    Heard heard_;
    std::set<policy::InstanceId> due_;
    bool all_due_ = false;

    // The part's own thread:
    bool open_ = true;  // there may be a hand-over that is not completed
    platform::SteadyTime completed_looked_{};
    platform::SteadyTime overdue_looked_{};
    platform::SteadyTime asked_again_{};
};

}  // namespace fleet
