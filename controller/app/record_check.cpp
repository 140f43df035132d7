#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/evidence.hpp"
#include "controller/app/refusals.hpp"
#include "controller/app/release_view.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/plans.hpp"
#include "controller/store/releases.hpp"
#include "controller/wire/plan.hpp"

namespace app {
namespace {

bool IsKeyOnPlan(store::Tx& tx, const policy::ReleaseId& release, const std::string& key) {
    const auto row = store::LoadPlanRevision(tx, release);
    const auto plan = row ? wire::DecodePlan(row->document)
                          : platform::Expected<policy::ExposurePlan, platform::FieldErrors>(policy::ExposurePlan{});
    return plan && std::ranges::any_of(plan->exit_criteria,
                                       [&](const policy::ExitCriterion& criterion) { return criterion.key == key; });
}

policy::Findings JudgeCheck(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                            const wire::RecordCheck& command, policy::Time performed_at) {
    policy::CheckAct act;
    act.actor = call.actor;
    act.control = command.control;
    act.key = command.key;
    act.key_on_plan = command.control == policy::Control::kExitCriterion && IsKeyOnPlan(tx, release, command.key);
    act.outcome = command.outcome;
    act.tier = command.tier;
    act.reason = command.reason;
    act.has_evidence = command.has_evidence;
    act.now = store::Now(tx);
    act.performed_at = performed_at;
    if (command.command) {
        act.is_command = true;
        act.exit_code = command.command->exit_code;
        act.timed_out = command.command->timed_out;
        act.output_bytes = command.command->output_bytes;
    }
    return policy::JudgeAct(act);
}

std::string ControlText(policy::Control control, const std::string& key) {
    const std::string name(platform::EnumText(control));
    return key.empty() ? name : name + " " + key;
}

/// The check with this id when it belongs to this release: ids of other releases name nothing here.
std::optional<store::Check> LoadOwnCheck(store::Tx& tx, const policy::ReleaseId& release, const policy::RecordId& id) {
    auto row = store::LoadCheck(tx, id);
    return row && row->release == release ? std::move(row) : std::nullopt;
}

}  // namespace

Outcome<wire::Check> RecordCheck(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                 const wire::RecordCheck& command) {
    const AuditSubject subject{"check.record", release.Text()};
    const auto row = store::LoadRelease(tx, release, store::Lock::kForUpdate);
    if (!row) {
        return Refused(NotFound("release", release.Text()));
    }
    if (!command.key.empty() && command.control != policy::Control::kExitCriterion) {
        return Refused(Invalid("/key", "belongs to the control exit-criterion only"));
    }
    const policy::Time performed_at = command.performed_at.value_or(store::Now(tx));
    policy::Findings findings = JudgeCheck(tx, call, release, command, performed_at);
    if (Blocks(findings)) {
        return Refused(RecordRefusal(tx, call, subject,
                                     FromFindings(std::move(findings), "This cannot be recorded as evidence.")));
    }
    store::NewCheck check;
    check.id = NewRecordId(tx, "chk");
    check.release = release;
    check.control = command.control;
    check.key = command.key;
    check.outcome = command.outcome;
    check.tier = command.tier;
    check.change_hash = row->change_hash;
    check.reason = command.reason;
    check.evidence = command.evidence;
    check.performed_at = performed_at;
    check.recorded_by = call.actor.id;
    const store::Check stored = store::InsertCheck(tx, check);
    wire::AuditDetails details;
    details.Text("check", stored.id.Text())
        .Text("control", ControlText(stored.control, stored.key))
        .Text("outcome", platform::EnumText(stored.outcome))
        .Text("tier", platform::EnumText(stored.tier))
        .Document("evidence", stored.evidence);
    RecordDone(
        tx, call, subject,
        "recorded " + ControlText(stored.control, stored.key) + ": " + std::string(platform::EnumText(stored.outcome)),
        details);
    return ViewCheck(stored);
}

Outcome<wire::Check> ResolveCheck(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                  const policy::RecordId& check, const wire::ResolveCommand& command) {
    const AuditSubject subject{"check.resolve", release.Text()};
    if (!store::LoadRelease(tx, release, store::Lock::kForUpdate)) {
        return Refused(NotFound("release", release.Text()));
    }
    const auto row = LoadOwnCheck(tx, release, check);
    if (!row) {
        return Refused(NotFound("check of " + release.Text(), check.Text()));
    }
    if (row->outcome != policy::CheckOutcome::kFailed) {
        return Refused(RecordRefusal(tx, call, subject,
                                     Conflict("Only a failed item is resolved; " + check.Text() + " is " +
                                              std::string(platform::EnumText(row->outcome)) + ".")));
    }
    if (row->resolution) {
        return Refused(
            RecordRefusal(tx, call, subject,
                          Conflict(check.Text() + " was resolved by " + row->resolution->resolved_by + " already.")));
    }
    const store::Check resolved = store::ResolveCheck(tx, check, call.actor.id, command.resolution, command.evidence);
    wire::AuditDetails details;
    details.Text("check", check.Text()).Text("resolution", command.resolution).Text("evidence", command.evidence);
    RecordDone(tx, call, subject, "resolved the failed " + ControlText(row->control, row->key) + " " + check.Text(),
               details);
    return ViewCheck(resolved);
}

Outcome<wire::Check> ShowCheck(store::Tx& tx, const policy::ReleaseId& release, const policy::RecordId& check) {
    const auto row = LoadOwnCheck(tx, release, check);
    if (!row) {
        return Refused(NotFound("check of " + release.Text(), check.Text()));
    }
    return ViewCheck(*row);
}

Outcome<Page<wire::Check>> ListChecks(store::Tx& tx, const policy::ReleaseId& release, const store::CheckFilter& filter,
                                      const PageQuery& page) {
    if (!store::LoadRelease(tx, release)) {
        return Refused(NotFound("release", release.Text()));
    }
    const Page<store::Check> rows = store::ListChecks(tx, release, filter, page);
    Page<wire::Check> view;
    view.next = rows.next;
    for (const store::Check& row : rows.rows) {
        view.rows.push_back(ViewCheck(row));
    }
    return view;
}

}  // namespace app
