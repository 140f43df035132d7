// How much waits: the numbers in the navigation, which is on every page.
//
// Open incidents and firing alerts are counted by one statement. What waits in somebody's inbox is counted by the rules
// that judge each act (app/inbox.hpp), and kept for as long as nothing was done, which the same statement says, and for
// some seconds at most, because time alone opens checkpoints. A count that could not be made is none, which is never
// shown as a zero; the rest of the page does not suffer from it.
//
// Thread safe. Count never throws.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "controller/app/call.hpp"
#include "controller/app/services.hpp"
#include "platform/base/clock.hpp"

namespace web {

struct Waiting {
    struct Inbox {
        std::int64_t items = 0;
        int left_out = 0;  // releases that were not looked at: there may be more
    };
    std::optional<Inbox> inbox;  // none, as each of these: it could not be counted
    std::optional<std::int64_t> open_incidents;
    std::optional<std::int64_t> firing_alerts;
};

class WaitingCounts {
public:
    /// `on_failure`: internal text, for the log; may be empty.
    Waiting Count(const app::Services& services, const app::Call& call,
                  const std::function<void(std::string_view)>& on_failure);

private:
    struct Kept {
        std::int64_t audit_seq = 0;
        platform::SteadyTime counted_at{};
        Waiting::Inbox inbox;
    };
    std::optional<Waiting::Inbox> Find(const std::string& who, std::int64_t audit_seq);
    void Keep(const std::string& who, std::int64_t audit_seq, const Waiting::Inbox& inbox);

    std::mutex mutex_;
    std::unordered_map<std::string, Kept> kept_;
};

}  // namespace web
