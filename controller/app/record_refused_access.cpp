#include "controller/app/record_refused_access.hpp"

#include <utility>

namespace app {

Refusal RecordRefusedAccess(const Services& services, const Call& call, const AuditSubject& subject, Refusal refusal) {
    return services.database.Write([&](store::Tx& tx) { return RecordRefusal(tx, call, subject, refusal); });
}

}  // namespace app
