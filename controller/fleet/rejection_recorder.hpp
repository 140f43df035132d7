// The part of the channel that enters in the audit log what instances turned away: forged, older and foreign orders,
// hand-overs of strangers, and what was no message. An instance says how many there were since it began, so what came
// while this controller was not the one it spoke to is told, too.
//
// An instance that is fed with them all the time makes one entry a minute, which says how many.
//
// Thread safe as part.hpp says.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "controller/fleet/part.hpp"
#include "platform/base/clock.hpp"

namespace fleet {

class RejectionRecorder : public Part {
public:
    explicit RejectionRecorder(const PartContext& context) : Part(context) {}

    void OnReport(const policy::InstanceId& instance, const tenancy::wire::Report& said) override;

private:
    void OnTick() override;

    struct Said {
        std::string boot_id;
        std::int64_t rejected = 0;
        std::int64_t noted = 0;             // of this boot, as far as is known here
        std::string reason;                 // of the last that was answered
        platform::SteadyTime not_before{};  // the next entry
    };
    std::mutex mutex_;
    std::map<policy::InstanceId, Said> said_;  // of those that turned something away
};

}  // namespace fleet
