#include "controller/app/instances.hpp"

#include "controller/app/audit_trail.hpp"
#include "controller/app/refusals.hpp"
#include "controller/fleet/facts/operation_facts.hpp"
#include "controller/store/keys.hpp"
#include "platform/crypto/crypto.hpp"

namespace app {
namespace {

constexpr std::string_view kEnrolmentPrefix = "pce_";
constexpr std::size_t kSecretBytes = 32;

std::string Summarise(const store::Instance& instance, bool heard) {
    if (instance.retired_at) {
        return "retired";
    }
    if (!instance.status) {
        return instance.has_credential ? "let in, has not reported yet" : "not let in";
    }
    std::string text = heard ? "connected" : "not connected";
    if (instance.status->hosted) {
        return text + "; hosted, the switch does not decide there";
    }
    text += instance.status->enabled ? "; switched on" : "; switched off";
    if (instance.desired && !instance.desired->operation.Empty()) {
        const bool as_ordered = instance.desired->generation == instance.status->generation &&
                                instance.desired->enabled == instance.status->enabled;
        text += as_ordered ? " as ordered"
                           : std::string("; ordered ") + (instance.desired->enabled ? "on" : "off") + ", not confirmed";
    }
    if (!instance.has_credential) {
        text += "; its credential is revoked";
    }
    return text;
}

wire::Instance ViewInstance(const store::Instance& row, const fleet::Patience& patience) {
    const fleet::ObservedFacts observed = fleet::ObservedOf(row);
    const bool heard = fleet::IsHeard(observed, patience);
    wire::Instance view;
    view.id = row.id.Text();
    view.summary = Summarise(row, heard) + (observed.contested ? "; two processes use its name" : "");
    view.killable = !observed.hosted;
    view.has_credential = row.has_credential;
    view.created_at = row.created_at;
    view.created_by = row.created_by;
    view.retired_at = row.retired_at;
    view.retired_by = row.retired_by;
    view.version = row.version;
    if (row.status) {
        const store::InstanceStatus& status = *row.status;
        view.state = wire::InstanceState{heard,
                                         status.connected_to,
                                         status.last_seen_at,
                                         status.boot_id,
                                         status.started_at,
                                         status.program,
                                         status.hosted,
                                         status.enabled,
                                         status.generation,
                                         status.rejected,
                                         status.problem,
                                         status.agent,
                                         {}};
        if (status.tenants) {
            view.state->tenants = wire::TenantData{status.tenants->count, status.tenants->digest};
        }
    }
    if (row.desired) {
        view.order = wire::InstanceOrder{row.desired->enabled, row.desired->generation, row.desired->operation.Text(),
                                         row.desired->reason, row.desired->issued_at};
    }
    return view;
}

}  // namespace

Outcome<wire::IssuedEnrolment> Enrol(store::Tx& tx, const Call& call, const std::string& key_pem,
                                     const wire::NewEnrolment& command) {
    wire::IssuedEnrolment issued;
    const std::string secret =
        std::string(kEnrolmentPrefix) + platform::Base64UrlEncode(platform::RandomBytes(kSecretBytes));
    const std::string pinned_pem = store::LoadNewestKeyPem(tx).value_or(key_pem);
    issued.token = secret + "." + platform::Sha256Hex(pinned_pem);
    const store::Enrolment row =
        store::InsertEnrolment(tx, {NewRecordId(tx, "enr"), command.instance, platform::Sha256(secret), call.actor.id,
                                    command.valid_for, platform::VerifyingKey::FromPem(pinned_pem).value().KeyId()});
    issued.enrolment = {row.id.Text(), row.instance.Text(), row.created_at, row.created_by.Text(), row.expires_at};
    wire::AuditDetails details;
    details.Text("enrolment", row.id.Text())
        .Text("instance", row.instance.Text())
        .Instant("expires_at", row.expires_at);
    RecordDone(tx, call, {.action = "instance.enrol"},
               "made an enrolment for the instance '" + row.instance.Text() + "'", details);
    return issued;
}

Outcome<wire::Instance> ShowInstance(store::Tx& tx, const fleet::Patience& patience, const policy::InstanceId& id) {
    const auto row = store::LoadInstance(tx, id);
    if (!row) {
        return Refused(NotFound("instance", id.Text()));
    }
    return ViewInstance(*row, patience);
}

Outcome<Page<wire::Instance>> ListInstances(store::Tx& tx, const fleet::Patience& patience, bool with_retired,
                                            const PageQuery& page) {
    const Page<store::Instance> rows = store::ListInstances(tx, with_retired, page);
    Page<wire::Instance> view;
    view.next = rows.next;
    for (const store::Instance& row : rows.rows) {
        view.rows.push_back(ViewInstance(row, patience));
    }
    return view;
}

Outcome<wire::Instance> RevokeInstance(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                       const policy::InstanceId& id, const std::string& reason) {
    const AuditSubject subject{.action = "instance.revoke"};
    if (!store::LoadInstance(tx, id, store::Lock::kForUpdate)) {
        return Refused(NotFound("instance", id.Text()));
    }
    if (!store::RevokeCredential(tx, id, call.actor.id.Text())) {
        return Refused(
            RecordRefusal(tx, call, subject, Conflict("The instance '" + id.Text() + "' has no credential.")));
    }
    wire::AuditDetails details;
    details.Text("instance", id.Text()).Text("reason", reason);
    wire::Instance view = ViewInstance(*store::LoadInstance(tx, id), patience);
    RecordDone(tx, call, subject, "revoked the credential of the instance '" + id.Text() + "'", details);
    return view;
}

Outcome<wire::Instance> RetireInstance(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                       const policy::InstanceId& id, const std::string& reason) {
    const AuditSubject subject{.action = "instance.retire"};
    const auto row = store::LoadInstance(tx, id, store::Lock::kForUpdate);
    if (!row) {
        return Refused(NotFound("instance", id.Text()));
    }
    if (row->retired_at) {
        return Refused(
            RecordRefusal(tx, call, subject, Conflict("The instance '" + id.Text() + "' is retired already.")));
    }
    store::RetireInstance(tx, id, call.actor.id);
    store::RevokeCredential(tx, id, call.actor.id.Text());
    wire::AuditDetails details;
    details.Text("instance", id.Text()).Text("reason", reason);
    wire::Instance view = ViewInstance(*store::LoadInstance(tx, id), patience);
    RecordDone(tx, call, subject, "retired the instance '" + id.Text() + "'", details);
    return view;
}

}  // namespace app
