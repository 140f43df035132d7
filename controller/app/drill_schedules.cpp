#include "controller/store/drill_schedules.hpp"

#include "controller/app/audit_trail.hpp"
#include "controller/app/drills.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/instances.hpp"

namespace app {
namespace {

wire::DrillSchedule ViewDrillSchedule(store::Tx& tx, const store::DrillSchedule& row) {
    wire::DrillSchedule view;
    view.id = row.id.Text();
    view.instances = row.instances;
    view.mode = row.mode;
    view.every = row.every;
    view.reason = row.reason;
    view.created_by = row.created_by.Text();
    view.created_at = row.created_at;
    view.next_at = row.next_at;
    if (const auto approval = store::LoadStandingApproval(tx, row.id)) {
        view.approval = wire::DrillApproval{
            approval->id.Text(),          row.id.Text(),         approval->instances, approval->reason,
            approval->approved_by.Text(), approval->approved_at, approval->expires_at};
        view.approved = approval->counts && !row.cancelled_at;
    }
    view.problem = row.problem;
    view.last_drill = row.last_drill;
    view.cancelled_by = row.cancelled_by;
    view.cancelled_at = row.cancelled_at;
    view.version = row.version;
    return view;
}

/// A schedule may name instances that are off now, but only such as exist and where the switch decides.
platform::FieldErrors FindScheduleErrors(store::Tx& tx, const wire::NewDrillSchedule& command) {
    platform::FieldErrors errors;
    for (std::size_t i = 0; i < command.instances.size(); ++i) {
        const auto row = store::LoadInstance(tx, command.instances[i]);
        const char* problem = nullptr;
        if (!row) {
            problem = "is no instance of the fleet: '";
        } else if (row->retired_at) {
            problem = "is retired: '";
        } else if (row->status && row->status->hosted) {
            problem = "runs in hosted mode, where the switch decides nothing: '";
        }
        if (problem != nullptr) {
            errors.push_back({"/instances/" + std::to_string(i), problem + command.instances[i].Text() + "'"});
        }
    }
    if (command.first_at && *command.first_at < store::Now(tx)) {
        errors.push_back({"/first_at", "has passed: it is " + platform::FormatTime(store::Now(tx)) + " now"});
    }
    return errors;
}

}  // namespace

Outcome<wire::DrillSchedule> MakeDrillSchedule(store::Tx& tx, const Call& call, const wire::NewDrillSchedule& command) {
    const AuditSubject subject{.action = "drill_schedule.make"};
    policy::KillAct act;
    act.actor = call.actor;
    act.reason = command.reason;
    policy::Findings findings = policy::JudgeAct(act);
    if (Blocks(findings)) {
        return Refused(RecordRefusal(tx, call, subject,
                                     FromFindings(std::move(findings), "Drills cannot be scheduled like that.")));
    }
    if (platform::FieldErrors errors = FindScheduleErrors(tx, command); !errors.empty()) {
        Refusal refusal = Invalid("", "");
        refusal.errors = std::move(errors);
        return Refused(std::move(refusal));
    }
    store::NewDrillSchedule schedule;
    schedule.id = NewRecordId(tx, "drs");
    schedule.instances = command.instances;
    schedule.mode = command.mode;
    schedule.every = command.every;
    schedule.reason = command.reason;
    schedule.created_by = call.actor.id;
    schedule.next_at = command.first_at.value_or(store::Now(tx) + command.every);
    const wire::DrillSchedule view = ViewDrillSchedule(tx, store::InsertDrillSchedule(tx, schedule));
    wire::AuditDetails details;
    details.Text("schedule", view.id)
        .Texts("instances", view.instances)
        .Text("mode", view.mode)
        .Text("every", platform::FormatDuration(view.every))
        .Instant("next_at", view.next_at)
        .Text("reason", view.reason);
    RecordDone(tx, call, subject,
               "scheduled a drill every " + platform::FormatDuration(view.every) + ": " + view.reason, details);
    return view;
}

Outcome<wire::DrillSchedule> ApproveDrillSchedule(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                                  const wire::ApproveDrillSchedule& command) {
    const AuditSubject subject{.action = "drill_schedule.approve"};
    const auto row = store::LoadDrillSchedule(tx, id, store::Lock::kForUpdate);
    if (!row) {
        return Refused(NotFound("drill schedule", id.Text()));
    }
    if (row->cancelled_at) {
        return Refused(RecordRefusal(
            tx, call, subject,
            Conflict("The drill schedule " + id.Text() + " was ended by " + row->cancelled_by.value_or("") + ".")));
    }
    if (row->created_by == call.actor.id) {
        policy::KillAct act;
        act.actor = call.actor;
        act.reason = command.reason;
        act.switching_on = true;
        return Refused(RecordRefusal(
            tx, call, subject,
            FromFindings(policy::JudgeAct(act),
                         "You made this schedule; another person who is a system owner approves its restores.")));
    }
    store::NewDrillApproval approval;
    approval.id = NewRecordId(tx, "dra");
    approval.schedule = id;
    for (const std::string& instance : row->instances) {
        approval.instances.push_back(policy::InstanceId::Trusted(instance));
    }
    approval.reason = command.reason;
    approval.approved_by = call.actor.id;
    approval.valid_for = command.valid_for;
    const store::DrillApproval stored = store::InsertDrillApproval(tx, approval);
    wire::AuditDetails details;
    details.Text("schedule", id.Text())
        .Text("approval", stored.id.Text())
        .Text("reason", command.reason)
        .Instant("expires_at", stored.expires_at);
    const wire::DrillSchedule view = ViewDrillSchedule(tx, *row);
    RecordDone(tx, call, subject,
               "approved that the drills of " + id.Text() + " switch back on until " +
                   platform::FormatTime(stored.expires_at) + ": " + command.reason,
               details);
    return view;
}

Outcome<wire::DrillSchedule> CancelDrillSchedule(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                                 std::int64_t version) {
    const AuditSubject subject{.action = "drill_schedule.cancel"};
    const auto row = store::LoadDrillSchedule(tx, id, store::Lock::kForUpdate);
    if (!row) {
        return Refused(NotFound("drill schedule", id.Text()));
    }
    if (row->cancelled_at) {
        return Refused(RecordRefusal(tx, call, subject,
                                     Conflict("The drill schedule " + id.Text() + " was ended by " +
                                              row->cancelled_by.value_or("") + " already.")));
    }
    if (row->version != version) {
        return Refused(RecordRefusal(tx, call, subject, Stale("drill schedule", row->version, version)));
    }
    const wire::DrillSchedule view = ViewDrillSchedule(tx, store::CancelDrillSchedule(tx, id, call.actor.id));
    wire::AuditDetails details;
    details.Text("schedule", id.Text());
    RecordDone(tx, call, subject, "ended the drill schedule " + id.Text(), details);
    return view;
}

Outcome<wire::DrillSchedule> ShowDrillSchedule(store::Tx& tx, const policy::RecordId& id) {
    const auto row = store::LoadDrillSchedule(tx, id);
    if (!row) {
        return Refused(NotFound("drill schedule", id.Text()));
    }
    return ViewDrillSchedule(tx, *row);
}

Outcome<Page<wire::DrillSchedule>> ListDrillSchedules(store::Tx& tx, bool with_cancelled, const PageQuery& page) {
    const Page<store::DrillSchedule> rows = store::ListDrillSchedules(tx, with_cancelled, page);
    Page<wire::DrillSchedule> view;
    view.next = rows.next;
    for (const store::DrillSchedule& row : rows.rows) {
        view.rows.push_back(ViewDrillSchedule(tx, row));
    }
    return view;
}

}  // namespace app
