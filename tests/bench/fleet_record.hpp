// What is on record of operations, as another connection to the controller's database sees it. One thread.
// pqxx's exceptions.
#pragma once

#include <cstdint>
#include <functional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "platform/base/clock.hpp"

namespace bench {

/// When each instance was first seen to be recorded, in milliseconds.
struct RecordedTimes {
    std::string operation;
    double entered = 0;            // the order itself
    std::vector<double> applied;   // the instance's acknowledgement
    std::vector<double> verified;  // its answers to the checks, and all of them passed
};

class FleetRecord {
public:
    explicit FleetRecord(const std::string& conninfo);

    /// Until so many instances have said what they have of tenants, for that is what they are compared with afterwards;
    /// false when they have not within a minute.
    bool AwaitInventories(std::size_t expected);
    /// The number of the newest operation; 0: there is none.
    std::int64_t Newest();
    /// Follows the operation after `number` until `expected` instances are verified, or for a minute; times count from
    /// `began`. `on_entered` and `on_applied` are called when that is seen, of all instances.
    RecordedTimes Follow(std::int64_t number, std::size_t expected, platform::SteadyTime began,
                         const std::function<void()>& on_entered, const std::function<void()>& on_applied);

    /// By the controller's and the database's clock, which are the machine's, in milliseconds since `began`.
    struct Phases {
        double taken = 0;     // asked who it is, and judged; from now on it is aimed, kept on the disk, signed, sent
        double entering = 0;  // the transaction began that enters it
        double first_recorded = 0;  // of the acknowledgements, within their transaction
        double last_recorded = 0;
        double transactions = 0;  // that they took
    };
    Phases LookAtPhases(const std::string& operation, platform::Time began);

    struct Burst {
        std::size_t operations = 0;
        std::size_t orders = 0;         // to instances
        std::size_t audited = 0;        // entries in the audit chain that an order was given
        std::string last;               // the newest operation
        std::size_t told_last = 0;      // instances whose desired state is the newest operation's
        std::size_t reported_last = 0;  // of them, those that report its generation, the switch as ordered
        std::size_t applied = 0;        // acknowledgements of all orders
    };
    Burst LookAtBurst();

private:
    /// Told of what the controller writes about its fleet: looking again and again would cost the database the time
    /// that the controller needs.
    class News : public pqxx::notification_receiver {
    public:
        explicit News(pqxx::connection& connection) : pqxx::notification_receiver(connection, "portcullis_fleet") {}
        void operator()(const std::string& /*payload*/, int /*backend*/) override {}
    };

    pqxx::row Look(const std::string& sql);

    pqxx::connection connection_;  // without a transaction between two looks, during which it would not be told
    News news_;
};

}  // namespace bench
