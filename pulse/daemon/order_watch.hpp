// Looks for the local operator's order: as soon as the file changes, and four times a second in case the file system
// does not tell. A thread of its own, so that an order to switch off waits for nothing, least of all for a database.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace pulse::daemon {

class OrderWatch {
public:
    /// `look` is called on the thread, also when nothing has changed; what it throws is logged.
    OrderWatch(const std::string& folder, std::function<void()> look);
    ~OrderWatch();
    OrderWatch(const OrderWatch&) = delete;
    OrderWatch& operator=(const OrderWatch&) = delete;

private:
    void Loop();

    const std::function<void()> look_;
    int notify_ = -1;
    int wake_ = -1;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace pulse::daemon
