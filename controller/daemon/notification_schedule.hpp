// What has to be done about notifications now and then: entries of communication plans are sent when they are due, old
// deliveries are forgotten, numbers are shown. One thread; what is thrown goes to the caller.
#pragma once

#include "controller/store/database.hpp"
#include "platform/base/time.hpp"
#include "platform/metrics/metrics.hpp"

namespace controller::daemon {

class NotificationSchedule {
public:
    NotificationSchedule(store::Database& database, platform::Duration retention, platform::Metrics& registry)
        : database_(database), retention_(retention), registry_(registry) {}

    /// When this controller runs the schedules.
    void Round();
    /// On every controller: whichever is asked says the same.
    void Count();

private:
    store::Database& database_;
    const platform::Duration retention_;
    platform::Metrics& registry_;
};

}  // namespace controller::daemon
