// STG-1 to STG-6: when a rollout enters its next stage (Pulse operational runbook, section 1).

#include "controller/policy/rollouts.hpp"

#include <algorithm>

#include "controller/policy/catalogue.hpp"
#include "controller/policy/checks.hpp"
#include "controller/policy/number_text.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {
namespace {

std::string StageName(const std::optional<std::int64_t>& stage) {
    return stage ? Text("stage ", std::to_string(*stage)) : std::string("no stage");
}

/// Whether it may be asked at all: the stage that follows, of a rollout that is not over.
bool IsNextStage(const StageAdvanceFacts& facts) {
    const bool over = facts.state == RolloutState::kReversed || facts.state == RolloutState::kEnded;
    return !over && facts.to <= kLastStage && facts.to == (facts.stage ? *facts.stage + 1 : 0);
}

std::string AskMeasurement(const StageAdvanceFacts& facts, const StageMetricFacts& metric) {
    return Text("Measure it: portcullis rollout measure ", facts.rollout.Text(), " --stage ",
                std::to_string(metric.stage), " --metric ", metric.key);
}

void JudgeStageMetric(const StageAdvanceFacts& facts, const StageMetricFacts& metric, Findings& findings) {
    const std::string name = Text("Metric ", metric.key, " of stage ", std::to_string(metric.stage));
    if (!metric.state || !metric.at) {
        return LeaveOpen(findings, "STG-2",
                         {Text(name, " has not been measured."), AskMeasurement(facts, metric), metric.key});
    }
    const std::string when = platform::FormatTime(*metric.at);
    switch (*metric.state) {
        case MeasurementState::kInconclusive:
            return LeaveOpen(findings, "STG-2",
                             {Text(name, " is inconclusive (", when, ")."), AskMeasurement(facts, metric), metric.key});
        case MeasurementState::kUnmet:
            return Deny(findings, "STG-2",
                        {Text(name, " is not met: ", metric.value ? NumberText(*metric.value) : std::string("no value"),
                              ", needed ", LimitText(metric.limit), " (", when, ")."),
                         Text("Bring it within its limit. ", AskMeasurement(facts, metric)), metric.key});
        case MeasurementState::kMet:
            break;
    }
    if (facts.stage == metric.stage && facts.now - *metric.at > kMaximumStageMeasurementAge) {
        Await(findings, "STG-2",
              {Text(name, " was measured ", platform::FormatDuration(facts.now - *metric.at), " ago (", when, "); ",
                    platform::FormatDuration(kMaximumStageMeasurementAge), " is the most."),
               AskMeasurement(facts, metric), metric.key});
    }
}

void JudgeRelease(const StageAdvanceFacts& facts, const StageRequirementFacts& needed, Findings& findings) {
    const std::string& release = needed.release->Text();
    const std::string needs = Text("Stage ", std::to_string(needed.stage), " needs release ", release, " in ",
                                   platform::EnumText(needed.needed));
    if (needed.status != ReleaseStatus::kActive) {
        Deny(findings, "STG-6",
             {Text(needs, "; it is ", platform::EnumText(needed.status), "."),
              Text("A stage rests on releases that are in force. End the rollout: portcullis rollout end ",
                   facts.rollout.Text()),
              release});
    } else if (needed.channel < needed.needed) {
        Await(findings, "STG-6",
              {Text(needs, "; it is in ", platform::EnumText(needed.channel), "."),
               Text("Promote it: portcullis promote ", release), release});
    }
    if (!needed.hard_stop.empty()) {
        Deny(findings, "STG-6",
             {Text("Release ", release, ", which stage ", std::to_string(needed.stage),
                   " needs, has a hard stop: ", needed.hard_stop, "."),
              Text("Resolve it with evidence: portcullis hard-stop resolve ", release), release});
    }
}

}  // namespace

CheckpointState DecideCheckpoint(const CheckpointFacts& checkpoint, Time now) {
    // Exactly in time is in time.
    if (checkpoint.completed_at) {
        return checkpoint.due_at && *checkpoint.completed_at > *checkpoint.due_at ? CheckpointState::kLate
                                                                                  : CheckpointState::kCompleted;
    }
    if (now < checkpoint.opens_at) {
        return CheckpointState::kUpcoming;
    }
    return checkpoint.due_at && now > *checkpoint.due_at ? CheckpointState::kMissed : CheckpointState::kDue;
}

// STG-1: as many organizations as the stage takes, and only such as it takes.
void CheckStg1(const StageAdvanceFacts& facts, Findings& findings) {
    const std::string name = Text("Stage ", std::to_string(facts.to));
    if (facts.planned == 0) {
        Deny(findings, "STG-1",
             {Text(name, " is planned for no organization."),
              Text("Say whom it is for: portcullis rollout plan ", facts.rollout.Text(), " <file> --stage ",
                   std::to_string(facts.to))});
    }
    if (facts.cap && facts.planned > *facts.cap) {
        Deny(findings, "STG-1",
             {Text(name, " is planned for ", std::to_string(facts.planned), " organizations; ",
                   std::to_string(*facts.cap), " is the most."),
              "Take some off."});
    }
    for (const std::string& tenant : facts.unfit) {
        Deny(findings, "STG-1",
             {Text(tenant, " cannot be in stage ", std::to_string(facts.to), ": ",
                   facts.to == 0 ? "it is no active dev or test organization." : "it is not active."),
              Text("Take it off: portcullis rollout plan ", facts.rollout.Text(), " <file> --stage ",
                   std::to_string(facts.to)),
              tenant});
    }
}

// STG-2: the success metrics of every stage before are met now, and no high risk is open.
void CheckStg2(const StageAdvanceFacts& facts, Findings& findings) {
    for (const std::int64_t stage : facts.without_metrics) {
        Deny(findings, "STG-2",
             {Text("Stage ", std::to_string(stage), " has no success metric, so nothing could show that it succeeds."),
              "Say what counts as its success before it is entered: portcullis rollout plan."});
    }
    for (const StageMetricFacts& metric : facts.metrics) {
        JudgeStageMetric(facts, metric, findings);
    }
    for (const OpenRisk& risk : facts.high_risks) {
        Deny(findings, "STG-2",
             {Text("Risk ", risk.id.Text(), " is high and not resolved: ", risk.title, "."),
              Text("Resolve it: portcullis rollout resolve-risk ", facts.rollout.Text(), " ", risk.id.Text(),
                   " --resolution <how>"),
              risk.id.Text()});
    }
}

// STG-3: what is not due yet is waited for; what was missed blocks.
void CheckStg3(const StageAdvanceFacts& facts, Findings& findings) {
    for (const CheckpointFacts& checkpoint : facts.checkpoints) {
        const std::string subject = std::to_string(checkpoint.n);
        const std::string name = Text("Checkpoint ", subject, " (", checkpoint.title, ") of ", checkpoint.owner.Text());
        const std::string remedy = Text("Its owner completes it: portcullis rollout checkpoint ", facts.rollout.Text(),
                                        " ", subject, " --note <what was found>");
        switch (DecideCheckpoint(checkpoint, facts.now)) {
            case CheckpointState::kCompleted:
            case CheckpointState::kLate:
                break;
            case CheckpointState::kMissed:
                Deny(findings, "STG-3",
                     {Text(name, " was missed; it was due ", platform::FormatTime(*checkpoint.due_at), "."), remedy,
                      subject});
                break;
            case CheckpointState::kUpcoming:
            case CheckpointState::kDue:
                Await(
                    findings, "STG-3",
                    {Text(name, " is not completed",
                          checkpoint.due_at ? Text("; it is due ", platform::FormatTime(*checkpoint.due_at)) : "", "."),
                     remedy, subject});
                break;
        }
    }
}

void CheckStg3Completion(const CheckpointAct& act, Findings& findings) {
    const std::string subject = std::to_string(act.checkpoint.n);
    const bool system_owner = std::ranges::find(act.actor.roles, Role::kSystemOwner) != act.actor.roles.end();
    if (act.actor.kind != PrincipalKind::kUser || (act.actor.id != act.checkpoint.owner && !system_owner)) {
        Deny(findings, "STG-3",
             {Text("Checkpoint ", subject, " is that of ", act.checkpoint.owner.Text(), ", not of ",
                   act.actor.id.Text(), "."),
              "Its owner completes it, or a system owner.", subject});
    }
    if (DecideCheckpoint(act.checkpoint, act.now) == CheckpointState::kUpcoming) {
        Await(findings, "STG-3",
              {Text("Checkpoint ", subject, " opens ", platform::FormatTime(act.checkpoint.opens_at), "."),
               "Look again when its day has come.", subject, act.checkpoint.opens_at});
    }
    if (IsBlank(act.note)) {
        Deny(findings, "STG-3",
             {Text("What checkpoint ", subject, " found is not said."), "Write it down (--note).", subject});
    }
}

// STG-4: nothing that a trigger asked is left open.
void CheckStg4(const StageAdvanceFacts& facts, Findings& findings) {
    for (const StageEvaluationFacts& evaluation : facts.evaluations) {
        Deny(findings, "STG-4",
             {Text("Evaluation ", evaluation.id.Text(), " (", evaluation.trigger, ") is ",
                   evaluation.decision ? "on hold." : "not decided."),
              Text("Decide it: portcullis rollout decide ", facts.rollout.Text(), " ", evaluation.id.Text(),
                   " --decision continue|hold|reverse --reason <why>"),
              evaluation.id.Text()});
    }
}

void CheckChn5Rollout(const StageAdvanceFacts& facts, Findings& findings) {
    for (const IncidentFacts& incident : facts.sev1) {
        Deny(findings, "CHN-5",
             {Text("SEV-1 incident ", incident.id.Text(), " is ", platform::EnumText(incident.state), " since ",
                   platform::FormatTime(incident.opened_at), "; it concerns ",
                   incident.through ? *incident.through : Text("rollout ", facts.rollout.Text()), "."),
              Text("Resolve it: portcullis incident resolve ", incident.id.Text(),
                   " --resolution <how> --evidence <what shows it>"),
              incident.id.Text()});
    }
}

void CheckKsw8Rollout(const StageAdvanceFacts& facts, Findings& findings) {
    if (facts.flag_killed_by) {
        Deny(findings, "KSW-8",
             {Text("Flag ", facts.flag, " was killed by ", facts.flag_killed_by->Text(), "."),
              Text("Lift the kill first: portcullis switch lift --flag ", facts.flag), facts.flag_killed_by->Text()});
    }
}

// STG-5: one stage after the other, each after its soak.
void CheckStg5(const StageAdvanceFacts& facts, Findings& findings) {
    if (!IsNextStage(facts)) {
        const bool over = facts.state == RolloutState::kReversed || facts.state == RolloutState::kEnded;
        Deny(findings, "STG-5",
             {Text("Rollout ", facts.rollout.Text(), " is ", platform::EnumText(facts.state), ", in ",
                   StageName(facts.stage), "; it cannot enter stage ", std::to_string(facts.to), "."),
              over ? "What is over stays over; make another rollout." : "Stages are taken in order.",
              std::to_string(facts.to)});
        return;
    }
    if (facts.soak_ends_at && facts.now < *facts.soak_ends_at) {
        Await(findings, "STG-5",
              {Text("The soak of ", StageName(facts.stage), " ends ", platform::FormatTime(*facts.soak_ends_at), "."),
               "Wait for it.", std::to_string(facts.to), facts.soak_ends_at});
    }
}

// STG-6: what a stage needs of a release and of a programme, for every stage so far.
void CheckStg6(const StageAdvanceFacts& facts, Findings& findings) {
    for (const StageRequirementFacts& needed : facts.requirements) {
        if (needed.release) {
            JudgeRelease(facts, needed, findings);
        }
        if (needed.programme && !needed.certified) {
            Await(findings, "STG-6",
                  {Text("Stage ", std::to_string(needed.stage), " needs programme ", needed.programme->Text(),
                        " to be certified; it is not."),
                   Text("Certify it: portcullis programme certify ", needed.programme->Text()),
                   needed.programme->Text()});
        }
    }
}

Findings JudgeStagePlan(const StageAdvanceFacts& facts) {
    Findings findings;
    CheckStg1(facts, findings);
    return findings;
}

Verdict EvaluateAdvance(const StageAdvanceFacts& facts) {
    Verdict verdict;
    if (IsNextStage(facts)) {
        verdict.findings = JudgeAct(facts);
    } else {
        CheckStg5(facts, verdict.findings);
    }
    verdict.state = Conclude(verdict.findings);
    for (const Finding& finding : verdict.findings) {
        if (IsBlocking(finding) && finding.ends_at && (!verdict.earliest || *verdict.earliest < *finding.ends_at)) {
            verdict.earliest = finding.ends_at;
        }
    }
    return verdict;
}

}  // namespace policy
