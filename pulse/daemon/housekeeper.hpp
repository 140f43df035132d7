// What has to happen now and then whatever requests come: sessions that have ended are forgotten once a minute. One
// thread of its own; what fails is logged and tried again. What must not wait has a thread of its own
// (order_watch.hpp).
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/clock.hpp"

namespace pulse::daemon {

struct Chore {
    std::string name;
    platform::Duration every{};
    std::function<void()> work;
};

class Housekeeper {
public:
    explicit Housekeeper(std::vector<Chore> chores);
    /// Ends the current chore and the thread.
    ~Housekeeper();
    Housekeeper(const Housekeeper&) = delete;
    Housekeeper& operator=(const Housekeeper&) = delete;

private:
    struct Planned {
        Chore chore;
        platform::SteadyTime due;
    };

    void Loop();

    std::vector<Planned> chores_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace pulse::daemon
