#include "controller/app/rollbacks.hpp"

#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/incidents.hpp"
#include "controller/app/reconcile_exposure.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/incidents.hpp"
#include "controller/store/outbox.hpp"
#include "controller/store/releases.hpp"
#include "controller/store/rollbacks.hpp"
#include "controller/wire/manifest.hpp"
#include "platform/base/invariant.hpp"

namespace app {
namespace {

constexpr policy::Duration kApprovalHolds = std::chrono::hours{24};
constexpr int kDefaultWatchMinutes = 30;

wire::Evaluation ViewEvaluation(const store::RollbackEvaluation& row) {
    wire::Evaluation view;
    view.id = row.id.Text();
    view.release = row.release.Text();
    view.incident = row.incident.Text();
    view.opened_at = row.opened_at;
    if (row.decision) {
        view.decision = std::string(platform::EnumText(*row.decision));
    }
    view.reason = row.reason;
    view.decided_by = row.decided_by;
    view.decided_at = row.decided_at;
    return view;
}

std::string StateOfRollback(const store::Rollback& row) {
    if (row.outcome) {
        return std::string(platform::EnumText(*row.outcome));
    }
    return row.watch_until ? "watching" : "running";
}

wire::Rollback ViewRollback(const store::Rollback& row) {
    wire::Rollback view;
    view.id = row.id.Text();
    view.release = row.release.Text();
    view.reason = row.reason;
    view.authority = row.authority;
    view.state = StateOfRollback(row);
    view.started_by = row.started_by;
    view.started_at = row.started_at;
    view.approved_by = row.approved_by;
    if (row.incident) {
        view.incident = row.incident->Text();
    }
    if (row.operation) {
        view.operation = row.operation->Text();
    }
    view.watch_until = row.watch_until;
    if (row.outcome) {
        view.outcome = std::string(platform::EnumText(*row.outcome));
    }
    view.outcome_reason = row.outcome_reason;
    view.finished_at = row.finished_at;
    for (const store::RollbackStep& step : row.steps) {
        view.steps.push_back({step.n, std::string(platform::EnumText(step.kind)), step.text,
                              std::string(platform::EnumText(step.state)), step.due_at, step.evidence, step.done_by,
                              step.done_at, step.sent_at});
    }
    view.version = row.version;
    return view;
}

/// The manifest's plan as work: procedure, verification, communication with its times, and the watch.
std::vector<store::NewRollbackStep> MakeSteps(const policy::Manifest& manifest, int watch_minutes) {
    std::vector<store::NewRollbackStep> steps;
    if (manifest.kill_switch && !manifest.kill_switch->flag.empty()) {
        steps.push_back({store::StepKind::kProcedure,
                         "Switch the flag " + manifest.kill_switch->flag + " off for all tenants", std::nullopt});
    }
    if (manifest.rollback) {
        for (const std::string& text : manifest.rollback->procedure) {
            steps.push_back({store::StepKind::kProcedure, text, std::nullopt});
        }
        for (const std::string& text : manifest.rollback->verification) {
            steps.push_back({store::StepKind::kVerification, text, std::nullopt});
        }
        for (const policy::Communication& entry : manifest.rollback->communication) {
            steps.push_back({store::StepKind::kCommunication, "Tell " + entry.who + " " + entry.when, entry.within});
        }
    }
    steps.push_back({store::StepKind::kWatch,
                     "Watch errors and metrics for " + std::to_string(watch_minutes) + " minutes", std::nullopt});
    return steps;
}

std::string AuthorityText(const policy::RollbackAct& act, const Call& call,
                          const std::optional<store::RollbackApproval>& approval) {
    std::string_view rule = "RBA-4";
    if (act.classification == policy::ReleaseClass::kUiOnly) {
        rule = "RBA-1";
    } else if (act.classification == policy::ReleaseClass::kWorkflow) {
        rule = "RBA-2";
    } else if (act.classification == policy::ReleaseClass::kCapability) {
        rule = "RBA-3";
    }
    return std::string(rule) + ", started by " + call.actor.id.Text() +
           (approval ? ", approved by " + approval->approved_by.Text() : std::string());
}

/// The operation that takes the release off the instances that have it; none when no instance does. What it orders is
/// issued when the release is rolled back.
std::optional<policy::RecordId> OrderRollback(store::Tx& tx, const store::NewRollback& rollback,
                                              const std::string& flag) {
    store::NewOperation operation;
    operation.id = NewRecordId(tx, "op");
    operation.kind = "rollback";
    operation.release = rollback.release.Text();
    operation.flag = flag;
    operation.mode = "hot";
    operation.instances = InstancesWithFlag(tx, flag);
    operation.watch_for = std::chrono::minutes(rollback.watch_minutes);
    operation.reason = rollback.reason;
    operation.requested_by = rollback.started_by;
    if (operation.instances.empty()) {
        return std::nullopt;
    }
    store::InsertOperation(tx, operation);
    return operation.id;
}

Outcome<store::Rollback> LockRollback(store::Tx& tx, const Call& call, const AuditSubject& subject,
                                      const policy::ReleaseId& release, const policy::RecordId& id,
                                      std::int64_t version) {
    if (!store::LoadRelease(tx, release, store::Lock::kForUpdate)) {
        return Refused(NotFound("release", release.Text()));
    }
    auto row = store::LoadRollback(tx, id, store::Lock::kForUpdate);
    if (!row || row->release != release) {
        return Refused(NotFound("rollback of " + release.Text(), id.Text()));
    }
    if (row->version != version) {
        return Refused(RecordRefusal(tx, call, subject, Stale("rollback", row->version, version)));
    }
    if (row->outcome) {
        return Refused(RecordRefusal(
            tx, call, subject,
            Conflict("The rollback has " + std::string(platform::EnumText(*row->outcome)) + " already.")));
    }
    return std::move(*row);
}

}  // namespace

Outcome<wire::RollbackApproval> ApproveRollback(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                                const std::string& reason) {
    const AuditSubject subject{"rollback.approve", release.Text()};
    if (!store::LoadRelease(tx, release, store::Lock::kForUpdate)) {
        return Refused(NotFound("release", release.Text()));
    }
    const bool owner = std::ranges::find(call.actor.roles, policy::Role::kSystemOwner) != call.actor.roles.end();
    if (call.actor.kind != policy::PrincipalKind::kUser || !owner) {
        Refusal refusal;
        refusal.kind = RefusalKind::kForbidden;
        refusal.code = "auth.role_missing";
        refusal.detail = "A rollback is approved by a user with the role system_owner.";
        return Refused(RecordRefusal(tx, call, subject, std::move(refusal)));
    }
    const store::RollbackApproval row =
        store::InsertRollbackApproval(tx, {NewRecordId(tx, "rba"), release, call.actor.id, reason, kApprovalHolds});
    wire::AuditDetails details;
    details.Text("approval", row.id.Text()).Text("reason", reason).Instant("expires_at", row.expires_at);
    RecordDone(tx, call, subject, "approved a rollback: " + reason, details);
    return wire::RollbackApproval{row.id.Text(), release.Text(),  row.approved_by.Text(),
                                  row.reason,    row.approved_at, row.expires_at};
}

Outcome<wire::Rollback> StartRollback(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                      const wire::StartRollback& command) {
    const AuditSubject subject{"rollback.start", release.Text()};
    const auto row = store::LoadRelease(tx, release, store::Lock::kForUpdate);
    if (!row) {
        return Refused(NotFound("release", release.Text()));
    }
    if (row->status != policy::ReleaseStatus::kActive) {
        return Refused(
            RecordRefusal(tx, call, subject,
                          Conflict("The release is " + std::string(platform::EnumText(row->status)) + " already.")));
    }
    std::optional<policy::RecordId> incident;
    if (command.incident) {
        incident = policy::RecordId::Parse(*command.incident);
        if (!incident || !store::LoadIncident(tx, *incident)) {
            return Refused(Invalid("/incident", "there is no incident '" + *command.incident + "'"));
        }
    }
    const auto approval = store::FindRollbackApproval(tx, release);
    policy::RollbackAct act;
    act.actor = call.actor;
    act.classification = row->classification;
    act.reason = command.reason;
    act.system_owner_approved = approval.has_value();
    act.has_incident = incident.has_value();
    act.channel = row->channel;
    policy::Findings findings = policy::JudgeAct(act);
    if (Blocks(findings)) {
        return Refused(RecordRefusal(
            tx, call, subject, FromFindings(std::move(findings), "You may not roll this release back like that.")));
    }
    const auto revision = store::LoadManifestRevision(tx, release);
    PORTCULLIS_INVARIANT(revision.has_value(), "a release has a manifest");
    const auto manifest = wire::DecodeManifest(revision->document);
    PORTCULLIS_INVARIANT(manifest.has_value(), "a stored manifest decodes");
    store::NewRollback rollback;
    rollback.id = NewRecordId(tx, "rbk");
    rollback.release = release;
    rollback.reason = command.reason;
    rollback.authority = AuthorityText(act, call, approval);
    if (approval) {
        rollback.approved_by = approval->approved_by;
        rollback.approval = approval->id;
    }
    rollback.incident = incident;
    rollback.started_by = call.actor.id;
    rollback.watch_minutes =
        command.watch ? static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(*command.watch).count())
                      : kDefaultWatchMinutes;
    rollback.steps = MakeSteps(*manifest, rollback.watch_minutes);
    if (row->flag) {
        rollback.operation = OrderRollback(tx, rollback, *row->flag);
    }
    const store::Rollback stored = store::InsertRollback(tx, rollback);
    store::SetReleaseStatus(tx, release, policy::ReleaseStatus::kRolledBack);
    if (stored.operation) {
        IssueFlagOrders(tx, *stored.operation);
    }
    wire::Rollback view = ViewRollback(stored);
    for (const policy::Finding& finding : findings) {
        view.notes.push_back(finding.message);
    }
    store::AppendOutbox(tx, "release.rolled_back", release.Text(), wire::EncodeRollback(view));
    wire::AuditDetails details;
    details.Text("rollback", stored.id.Text())
        .Text("authority", stored.authority)
        .Text("reason", stored.reason)
        .Text("operation", stored.operation ? stored.operation->Text() : "")
        .Findings("notes", findings);
    RecordDone(tx, call, subject, "started the rollback: " + command.reason, details);
    return view;
}

Outcome<wire::Rollback> FinishRollbackStep(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                           const policy::RecordId& rollback, std::int64_t version, std::int64_t step,
                                           const wire::FinishStep& command) {
    const AuditSubject subject{"rollback.step", release.Text()};
    auto row = LockRollback(tx, call, subject, release, rollback, version);
    if (!row) {
        return Refused(std::move(row.error()));
    }
    const auto found =
        std::ranges::find_if(row->steps, [&](const store::RollbackStep& candidate) { return candidate.n == step; });
    if (found == row->steps.end()) {
        return Refused(NotFound("step of " + rollback.Text(), std::to_string(step)));
    }
    if (found->state != store::StepState::kPending) {
        return Refused(RecordRefusal(tx, call, subject,
                                     Conflict("Step " + std::to_string(step) + " is " +
                                              std::string(platform::EnumText(found->state)) + " already.")));
    }
    const auto open_before_watch = [](const store::RollbackStep& candidate) {
        return candidate.kind != store::StepKind::kWatch && candidate.kind != store::StepKind::kCommunication &&
               candidate.state == store::StepState::kPending;
    };
    if (found->kind == store::StepKind::kWatch && command.done) {
        if (!row->watch_until) {
            return Refused(RecordRefusal(tx, call, subject,
                                         Conflict("The watch begins when procedure and verification are through.")));
        }
        if (store::Now(tx) < *row->watch_until) {
            return Refused(RecordRefusal(
                tx, call, subject, Conflict("The watch runs until " + platform::FormatTime(*row->watch_until) + ".")));
        }
    }
    store::Rollback after = store::FinishRollbackStep(
        tx, rollback, static_cast<int>(step), command.done ? store::StepState::kDone : store::StepState::kFailed,
        command.evidence, call.actor.id);
    if (!after.watch_until && std::ranges::none_of(after.steps, open_before_watch)) {
        after = store::StartRollbackWatch(tx, rollback);
    }
    wire::AuditDetails details;
    details.Text("rollback", rollback.Text()).Number("step", step).Text("evidence", command.evidence);
    wire::Rollback view = ViewRollback(after);
    RecordDone(tx, call, subject,
               "rollback step " + std::to_string(step) + (command.done ? " done: " : " failed: ") + found->text,
               details);
    return view;
}

Outcome<wire::Rollback> FinishRollback(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                       const policy::RecordId& rollback, std::int64_t version,
                                       const wire::FinishRollback& command) {
    const AuditSubject subject{"rollback.finish", release.Text()};
    auto row = LockRollback(tx, call, subject, release, rollback, version);
    if (!row) {
        return Refused(std::move(row.error()));
    }
    const auto not_done = [](const store::RollbackStep& step) { return step.state != store::StepState::kDone; };
    if (command.succeeded && std::ranges::any_of(row->steps, not_done)) {
        std::string open;
        for (const store::RollbackStep& step : row->steps) {
            if (not_done(step)) {
                open += (open.empty() ? "" : ", ") + std::to_string(step.n);
            }
        }
        return Refused(RecordRefusal(tx, call, subject,
                                     Conflict("A rollback has succeeded when every step is done; not done: " + open +
                                              ". Record them, or finish it as failed.")));
    }
    const store::Rollback after = store::FinishRollback(
        tx, rollback, command.succeeded ? store::RollbackOutcome::kSucceeded : store::RollbackOutcome::kFailed,
        command.reason, call.actor.id);
    wire::AuditDetails details;
    details.Text("rollback", rollback.Text()).Text("reason", command.reason);
    wire::Rollback view = ViewRollback(after);
    RecordDone(tx, call, subject, "the rollback " + view.state + ": " + command.reason, details);
    return view;
}

Outcome<wire::Rollback> ShowRollback(store::Tx& tx, const policy::ReleaseId& release,
                                     const policy::RecordId& rollback) {
    const auto row = store::LoadRollback(tx, rollback);
    if (!row || row->release != release) {
        return Refused(NotFound("rollback of " + release.Text(), rollback.Text()));
    }
    return ViewRollback(*row);
}

Outcome<Page<wire::Rollback>> ListRollbacks(store::Tx& tx, const policy::ReleaseId& release, const PageQuery& page) {
    if (!store::LoadRelease(tx, release)) {
        return Refused(NotFound("release", release.Text()));
    }
    const Page<store::Rollback> rows = store::ListRollbacks(tx, release, page);
    Page<wire::Rollback> view;
    view.next = rows.next;
    for (const store::Rollback& row : rows.rows) {
        view.rows.push_back(ViewRollback(row));
    }
    return view;
}

Outcome<Page<wire::Evaluation>> ListEvaluations(store::Tx& tx, const policy::ReleaseId& release) {
    if (!store::LoadRelease(tx, release)) {
        return Refused(NotFound("release", release.Text()));
    }
    Page<wire::Evaluation> view;
    for (const store::RollbackEvaluation& row : store::LoadRollbackEvaluations(tx, release)) {
        view.rows.push_back(ViewEvaluation(row));
    }
    return view;
}

Outcome<wire::Evaluation> DecideEvaluation(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                           const policy::RecordId& evaluation, const wire::DecideEvaluation& command) {
    const AuditSubject subject{"rollback.evaluate", release.Text()};
    if (!store::LoadRelease(tx, release, store::Lock::kForUpdate)) {
        return Refused(NotFound("release", release.Text()));
    }
    const auto row = store::LoadRollbackEvaluation(tx, evaluation, store::Lock::kForUpdate);
    if (!row || row->release != release) {
        return Refused(NotFound("evaluation of " + release.Text(), evaluation.Text()));
    }
    if (row->decision) {
        return Refused(
            RecordRefusal(tx, call, subject,
                          Conflict("The evaluation was decided by " + row->decided_by.value_or("") + " already.")));
    }
    if (call.actor.kind != policy::PrincipalKind::kUser) {
        Refusal refusal;
        refusal.kind = RefusalKind::kForbidden;
        refusal.code = "auth.users_only";
        refusal.detail = "A rollback evaluation is decided by a person.";
        return Refused(RecordRefusal(tx, call, subject, std::move(refusal)));
    }
    const store::RollbackEvaluation decided = store::DecideRollbackEvaluation(
        tx, evaluation, command.roll_back ? store::EvaluationDecision::kRollBack : store::EvaluationDecision::kContinue,
        call.actor.id, command.reason);
    wire::AuditDetails details;
    details.Text("evaluation", evaluation.Text())
        .Text("incident", decided.incident.Text())
        .Text("decision", command.roll_back ? "roll_back" : "continue")
        .Text("reason", command.reason);
    RecordDone(tx, call, subject,
               std::string("decided to ") + (command.roll_back ? "roll back" : "continue") + ": " + command.reason,
               details);
    return ViewEvaluation(decided);
}

}  // namespace app
