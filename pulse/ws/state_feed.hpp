// The state of each organization, for those who watch it: whole when they come and when they ask, afterwards what
// changed.
//
// Changes of one organization within a window are told together, and its state is read at most once in a window,
// however many watch, come or ask. All subscribers of an organization are at the same state: whoever gets it whole
// later than others makes the others get what changed since. While the database cannot be used everything waits.
//
// State is read as a background job of the organization: while tenants are switched off there is nothing to read.
// One thread of its own. Thread safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/ws/connection.hpp"
#include "pulse/app/services.hpp"
#include "pulse/wire/live_json.hpp"
#include "tenancy/org_id.hpp"

namespace pulse::ws {

struct Feeding {
    /// Open sockets of the organization that may have its data now. platform::Unavailable: that cannot be found out.
    std::function<std::vector<platform::WsConnectionPtr>(const tenancy::OrgId& org)> audience;
    platform::Duration window{};
};

class StateFeed {
public:
    StateFeed(app::Services& services, Feeding feeding);
    ~StateFeed();
    StateFeed(const StateFeed&) = delete;
    StateFeed& operator=(const StateFeed&) = delete;

    enum class Whole : std::uint8_t { kInitialState, kRawData };
    void Want(const platform::WsConnectionPtr& connection, Whole as);
    /// Something of the organization's state is another than before, or nobody watches it any more.
    void Changed(const tenancy::OrgId& org);

private:
    struct Pending {
        platform::SteadyTime due;
        std::unordered_map<std::uint64_t, Whole> whole;  // by connection
    };
    using Batch = std::pair<tenancy::OrgId, Pending>;

    void Loop();
    void Plan(const tenancy::OrgId& org, platform::SteadyTime due,
              const std::unordered_map<std::uint64_t, Whole>& whole);
    /// When the organization's state may be read next.
    platform::SteadyTime NextWindow(const tenancy::OrgId& org) const;
    void Serve(const Batch& batch);
    void Tell(const Batch& batch, const std::vector<platform::WsConnectionPtr>& audience, const std::string& state);

    app::Services& services_;
    const Feeding feeding_;
    std::unordered_map<tenancy::OrgId, wire::LiveState> told_;  // the thread's

    std::mutex mutex_;  // guards the rest
    std::condition_variable changed_;
    bool stopping_ = false;
    std::unordered_map<tenancy::OrgId, Pending> pending_;
    std::unordered_map<tenancy::OrgId, platform::SteadyTime> read_at_;
    std::thread thread_;
};

}  // namespace pulse::ws
