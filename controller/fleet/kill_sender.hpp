// The part of the channel that sends kills before the database is asked (docs/adr/0074): of what the channel remembers
// it makes the order of each instance that is connected here, with a generation that is kept for such orders, signs and
// sends it. While such a kill is not entered, reports about it wait (Links::Held), because the database could not tell
// what they are about; an order that is not answered is sent again.
//
// Aim, Push, Hold, Entered, Answers from any thread; the rest as part.hpp says.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "controller/fleet/part.hpp"
#include "controller/wire/fleet_json.hpp"
#include "controller/wire/kill_entry.hpp"

namespace fleet {

class KillSender : public Part {
public:
    explicit KillSender(const PartContext& context);

    ~KillSender() override;

    /// Chooses the instances that can be sent it at once, and their generations, and begins to sign. Nothing is sent
    /// yet, and no other order below these goes out any more.
    void Aim(wire::KillEntry& entry, const wire::SwitchOrder& order);
    /// Sends what Aim has begun to sign, as it comes; to nobody who has been sent a newer order since.
    void Push(const wire::KillEntry& entry);
    /// An entry of an earlier process: what it sent is not known here.
    void Hold(const policy::RecordId& operation);
    void Entered(const policy::RecordId& operation);
    /// For work behind Entered that can wait for what was answered before.
    std::shared_ptr<AnswersFirst> Answers() const;

private:
    class Signing;

    void OnTick() override;
    void Send(const wire::KillTarget& target) const;

    std::mutex sending_;  // what was aimed later is sent later
    std::mutex mutex_;
    std::map<policy::RecordId, std::unique_ptr<Signing>> signing_;
    std::vector<wire::KillEntry> waiting_;  // not entered
};

}  // namespace fleet
