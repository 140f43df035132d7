#include "controller/store/freezes.hpp"

#include "controller/app/audit_trail.hpp"
#include "controller/app/incidents.hpp"
#include "controller/app/refusals.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/tenants.hpp"

namespace app {
namespace {

wire::Freeze ViewFreeze(const store::Tx& tx, const store::Freeze& row) {
    const policy::Time now = store::Now(tx);
    wire::Freeze view;
    view.id = row.id.Text();
    view.scope = row.scope;
    view.channel = row.channel;
    if (row.tenant) {
        view.tenant = row.tenant->Text();
    }
    view.zone = row.zone;
    view.starts = row.local_start;
    view.ends = row.local_end;
    view.recurrence = platform::EnumText(row.recurrence);
    view.until = row.until;
    view.reason = row.reason;
    view.created_by = row.created_by;
    view.created_at = row.created_at;
    view.cancelled_at = row.cancelled_at;
    view.cancelled_by = row.cancelled_by;
    view.next_start = row.starts_at;
    view.next_end = row.ends_at;
    view.active = !row.cancelled_at && row.starts_at && row.ends_at && *row.starts_at <= now && now < *row.ends_at;
    view.version = row.version;
    return view;
}

AuditSubject FreezeSubject(const char* action, const std::optional<policy::TenantId>& tenant) {
    return {action, "", tenant ? tenant->Text() : std::string()};
}

std::string FreezeText(const wire::Freeze& freeze) {
    return std::string(platform::EnumText(freeze.scope)) + " freeze from " + freeze.starts + " to " + freeze.ends +
           " " + freeze.zone;
}

}  // namespace

Outcome<wire::Freeze> AddFreeze(store::Tx& tx, const Call& call, const wire::AddFreeze& command) {
    platform::FieldErrors errors;
    if (!store::IsTimeZoneKnown(tx, command.zone)) {
        errors.push_back(
            {"/zone", "is no time zone that PostgreSQL knows: '" + command.zone + "'. Write Europe/Berlin or UTC"});
    }
    if (command.tenant && !store::LoadTenant(tx, *command.tenant)) {
        errors.push_back({"/tenant", "there is no tenant '" + command.tenant->Text() + "'"});
    }
    if (!errors.empty()) {
        Refusal refusal = Invalid("", "");
        refusal.errors = std::move(errors);
        return Refused(std::move(refusal));
    }
    store::NewFreeze freeze;
    freeze.id = NewRecordId(tx, "frz");
    freeze.scope = command.scope;
    freeze.channel = command.channel;
    freeze.tenant = command.tenant;
    freeze.zone = command.zone;
    freeze.local_start = command.starts;
    freeze.local_end = command.ends;
    freeze.recurrence = platform::ParseEnum<store::Recurrence>(command.recurrence).value_or(store::Recurrence::kNone);
    freeze.until = command.until;
    freeze.reason = command.reason;
    freeze.created_by = call.actor.id;
    wire::Freeze view = ViewFreeze(tx, store::InsertFreeze(tx, freeze));
    wire::AuditDetails details;
    details.Text("freeze", view.id).Text("reason", view.reason).Text("recurrence", view.recurrence);
    RecordDone(tx, call, FreezeSubject("freeze.add", command.tenant),
               "added a " + FreezeText(view) + ": " + view.reason, details);
    return view;
}

Outcome<wire::Freeze> CancelFreeze(store::Tx& tx, const Call& call, const policy::RecordId& id, std::int64_t version,
                                   const std::string& reason) {
    const auto row = store::LoadFreeze(tx, id, store::Lock::kForUpdate);
    if (!row) {
        return Refused(NotFound("freeze", id.Text()));
    }
    const AuditSubject subject = FreezeSubject("freeze.cancel", row->tenant);
    if (row->version != version) {
        return Refused(RecordRefusal(tx, call, subject, Stale("freeze", row->version, version)));
    }
    if (row->cancelled_at) {
        return Refused(
            RecordRefusal(tx, call, subject,
                          Conflict("The freeze was cancelled by " + row->cancelled_by.value_or("") + " already.")));
    }
    wire::Freeze view = ViewFreeze(tx, store::CancelFreeze(tx, id, call.actor.id));
    wire::AuditDetails details;
    details.Text("freeze", view.id).Text("reason", reason);
    RecordDone(tx, call, subject, "cancelled a " + FreezeText(view) + ": " + reason, details);
    return view;
}

Outcome<wire::Freeze> ShowFreeze(store::Tx& tx, const policy::RecordId& id) {
    const auto row = store::LoadFreeze(tx, id);
    if (!row) {
        return Refused(NotFound("freeze", id.Text()));
    }
    return ViewFreeze(tx, *row);
}

Outcome<Page<wire::Freeze>> ListFreezes(store::Tx& tx, bool only_ahead, const PageQuery& page) {
    const Page<store::Freeze> rows = store::ListFreezes(tx, only_ahead, page);
    Page<wire::Freeze> view;
    view.next = rows.next;
    for (const store::Freeze& row : rows.rows) {
        view.rows.push_back(ViewFreeze(tx, row));
    }
    return view;
}

}  // namespace app
