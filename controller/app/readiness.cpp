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
        const platform::SchemaLook schema = store::LookAtSchema(database_);
        if (!schema.lacks.empty()) {
            return {false, "the database has schema version " + schema.lacks + ": run portcullisd migrate up",
                    schema.version};
        }
        return {true, {}, schema.version};
    } catch (const std::exception&) {
        return {false, "the database cannot be read", 0};
    }
}

}  // namespace app
