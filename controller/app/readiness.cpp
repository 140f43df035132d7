#include "controller/app/readiness.hpp"

#include <exception>
#include <utility>

#include "controller/store/migrations.hpp"

namespace app {
namespace {

constexpr std::chrono::milliseconds kKeepFor{500};
constexpr std::chrono::seconds kBelieveFor{3};  // while somebody is asking the database anew

}  // namespace

ReadinessReport Readiness::Check() {
    std::unique_lock lock(mutex_);
    if (draining_) {
        return {false, "this controller is shutting down", last_.schema_version};
    }
    const auto age = platform::SteadyNow() - looked_at_;
    if (looking_) {
        return age < kBelieveFor ? last_ : ReadinessReport{false, "the database does not answer in time", 0};
    }
    if (age < kKeepFor) {
        return last_;
    }
    looking_ = true;
    lock.unlock();
    ReadinessReport report = Look();
    lock.lock();
    looking_ = false;
    looked_at_ = platform::SteadyNow();
    last_ = std::move(report);
    return last_;
}

int Readiness::NeededSchema() {
    return store::NeededSchemaVersion();
}

void Readiness::Drain() {
    const std::lock_guard lock(mutex_);
    draining_ = true;
}

ReadinessReport Readiness::Look() {
    if (!database_.Writable()) {
        return {false, "the database cannot be written", 0};
    }
    try {
        const int version = store::SchemaVersion(database_);
        if (version < store::NeededSchemaVersion()) {
            return {false,
                    "the database has schema version " + std::to_string(version) + ", this program needs " +
                        std::to_string(store::NeededSchemaVersion()) + ": run portcullisd migrate up",
                    version};
        }
        return {true, {}, version};
    } catch (const std::exception&) {
        return {false, "the database cannot be read", 0};
    }
}

}  // namespace app
