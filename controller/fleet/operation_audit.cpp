#include "controller/fleet/operation_audit.hpp"

#include "controller/store/audit.hpp"

namespace fleet {

void RecordInAudit(store::Tx& tx, const std::string& controller, const OperationNote& note) {
    wire::AuditDetails details;
    details.Text("operation", note.operation.Text())
        .Texts("instances", note.instances)
        .Texts("findings", note.findings)
        .Text("controller", controller);
    wire::AuditEntry entry;
    entry.actor = "portcullisd";
    entry.actor_kind = policy::PrincipalKind::kComponent;
    entry.action = note.action;
    entry.summary = note.summary;
    entry.details = details.Encode();
    store::AppendAudit(tx, std::move(entry));
}

}  // namespace fleet
