// Keeps the flags of the instances' orders at what the plan says (app/reconcile_exposure.hpp): at once when there is
// news, when a consent or a plan ends by time, and every few seconds in case a word was lost.
//
// Several controllers on one database each have one; who finds another at work leaves it to that. Without instances a
// look costs one small statement. One thread of its own. A round that fails is logged and tried again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "controller/store/database.hpp"
#include "controller/store/fleet_listener.hpp"
#include "platform/base/time.hpp"

namespace controller::daemon {

class ExposureKeeper {
public:
    /// `drift_patience` is made known to the database, for all who judge drift there.
    ExposureKeeper(store::Database& database, platform::Duration drift_patience);
    /// Ends the current round and the thread.
    ~ExposureKeeper();
    ExposureKeeper(const ExposureKeeper&) = delete;
    ExposureKeeper& operator=(const ExposureKeeper&) = delete;

    /// From any thread; does not wait.
    void News(store::FleetNews news);

private:
    void Run();
    /// How long until the next one, news aside.
    std::chrono::microseconds Round();

    store::Database& database_;
    const platform::Duration drift_patience_;
    bool patience_known_ = false;                         // to the database; of its own thread
    std::chrono::steady_clock::time_point drifts_after_;  // of its own thread
    std::mutex mutex_;
    std::condition_variable changed_;
    bool news_ = true;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace controller::daemon
