#include "pulse/app/audit.hpp"

#include "platform/log/log.hpp"
#include "tenancy/store/audit.hpp"

namespace pulse::app {

void RecordEvent(Services& services, tenancy::AuditEvent event) noexcept {
    try {
        tenancy::store::AppendAudit(services.database, std::move(event));
    } catch (const std::exception& error) {
        services.metrics.CounterFor("pulse_audit_failures_total").Increment();
        static platform::LogLimiter limiter(std::chrono::seconds(1));
        platform::LogLimited(limiter, platform::Level::kError, "audit.not_written",
                             {{"error", std::string_view(error.what())}});
    }
}

}  // namespace pulse::app
