#include "controller/app/readiness.hpp"

#include <exception>

#include "controller/store/migrations.hpp"

namespace app {
namespace {

constexpr std::chrono::milliseconds kKeepFor{500};

}  // namespace

ReadinessReport Readiness::Check() {
    const std::lock_guard lock(mutex_);
    if (draining_) {
        return {false, "this controller is shutting down", last_.schema_version};
    }
    const platform::SteadyTime now = platform::SteadyNow();
    if (!looked_ || now - looked_at_ >= kKeepFor) {
        last_ = Look();
        looked_at_ = platform::SteadyNow();
        looked_ = true;
    }
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
