#include "controller/fleet/verification.hpp"

#include <algorithm>
#include <utility>

#include "controller/fleet/facts/operation_facts.hpp"
#include "controller/fleet/operation_audit.hpp"
#include "controller/wire/audit_entry.hpp"
#include "controller/wire/flags_json.hpp"
#include "platform/base/text.hpp"
#include "tenancy/wire/evidence.hpp"

namespace fleet {
namespace {

constexpr std::size_t kMostQuestions = 500;
constexpr std::size_t kMostAnswers = 100;  // in one transaction: each may be 64 KiB
constexpr std::size_t kMostWatches = 500;
constexpr std::chrono::seconds kAnswerWithin{10};

tenancy::wire::VerifyRequest RequestOf(const store::Question& question) {
    using tenancy::wire::VerifyKind;
    tenancy::wire::VerifyRequest request;
    request.request = question.request;
    request.purpose = question.watch ? tenancy::wire::VerifyPurpose::kWatch : tenancy::wire::VerifyPurpose::kVerify;
    request.kind = platform::ParseEnum<VerifyKind>(question.kind).value_or(VerifyKind::kMultiTenant);
    request.operation = question.operation.Text();
    request.generation = question.generation;
    request.enabled = question.enabled;
    request.mode =
        platform::ParseEnum<tenancy::wire::ApplyMode>(question.mode).value_or(tenancy::wire::ApplyMode::kHot);
    request.ordered_ms_ago = std::chrono::duration_cast<std::chrono::milliseconds>(question.ordered_ago).count();
    request.previous_boot_id = question.boot_before;
    if (question.tenants_before) {
        request.baseline = tenancy::wire::TenantDigest{question.tenants_before->count, question.tenants_before->digest};
    }
    return request;
}

OrderedNow OrderedNowOf(const store::Question& question) {
    OrderedNow ordered;
    if (!question.flags.empty()) {
        ordered.flags = wire::ReadStoredFlags(question.flags);
    }
    ordered.switch_on = question.switch_on;
    ordered.flags_settled = question.flags_settled;
    return ordered;
}

/// PostgreSQL keeps no NUL in a JSON text.
std::string KeepableEvidence(std::string evidence) {
    return evidence.find("\\u0000") == std::string::npos ? std::move(evidence)
                                                         : R"({"left_out":"it holds a character that is not kept"})";
}

store::Answer AnswerOf(const policy::InstanceId& instance, tenancy::wire::Evidence said) {
    store::Answer answer;
    answer.instance = instance;
    answer.request = std::move(said.request);
    for (tenancy::wire::ProbeStep& step : said.steps) {
        if (step.step == tenancy::wire::ProbeKind::kWatch) {
            continue;  // what a window has come to is judged here, from its samples
        }
        answer.steps.push_back({std::string(platform::EnumText(step.step)),
                                std::string(platform::EnumText(step.outcome)), std::move(step.detail),
                                KeepableEvidence(std::move(step.evidence))});
    }
    if (said.sample) {
        answer.sample = store::SeenSample{said.sample->requests, said.sample->errors_5xx, said.sample->errors_501,
                                          said.sample->default_org_ok};
    }
    return answer;
}

std::vector<StepFacts> StepFactsOf(const std::vector<store::OperationStep>& rows) {
    std::vector<StepFacts> steps;
    for (const store::OperationStep& row : rows) {
        const auto step = platform::ParseEnum<Step>(row.step);
        const auto outcome = platform::ParseEnum<StepOutcome>(row.outcome);
        if (step && outcome) {
            steps.push_back({*step, *outcome, row.detail});
        }
    }
    return steps;
}

/// By operation and action, so that a fleet that answers at once makes a few entries.
class Notes {
public:
    void Add(const policy::RecordId& operation, const std::string& action, const std::string& verb,
             const policy::InstanceId& instance, const std::string& finding) {
        OperationNote& note = notes_[{operation, action}];
        note.operation = operation;
        note.action = action;
        note.instances.push_back(instance.Text());
        if (!finding.empty()) {
            note.findings.push_back(instance.Text() + ": " + finding);
        }
        note.summary = std::to_string(note.instances.size()) +
                       (note.instances.size() == 1 ? " instance " : " instances ") + verb + " " + operation.Text();
    }
    void Record(store::Tx& tx, const std::string& controller) const {
        for (const auto& [key, note] : notes_) {
            RecordInAudit(tx, controller, note);
        }
    }

private:
    std::map<std::pair<policy::RecordId, std::string>, OperationNote> notes_;
};

CheckPlan PlanOf(const store::Answered& answered) {
    return {platform::ParseEnum<OperationKind>(answered.kind).value_or(OperationKind::kMultiTenant),
            answered.mode == "restart", true, answered.watch_for > policy::Duration{}};
}

/// A verification is of one attempt: what its answer leaves out is not known, whatever an earlier one said of it.
void DropEarlierSteps(store::Tx& tx, std::vector<store::Answered>& recorded) {
    std::vector<store::LeftOutStep> left_out;
    for (store::Answered& answered : recorded) {
        if (answered.watch) {
            continue;
        }
        std::vector<store::OperationStep*> due;
        std::int64_t attempt = 0;
        for (const Step step : DueSteps(PlanOf(answered))) {
            const auto row = std::ranges::find(answered.steps, platform::EnumText(step), &store::OperationStep::step);
            if (row != answered.steps.end()) {
                due.push_back(&*row);
                attempt = std::max(attempt, row->attempt);
            }
        }
        for (store::OperationStep* row : due) {
            if (row->attempt < attempt) {
                row->outcome = platform::EnumText(StepOutcome::kInconclusive);
                row->detail = "left out in attempt " + std::to_string(attempt) + "; attempt " +
                              std::to_string(row->attempt) + " does not count for it";
                row->attempt = attempt;
                left_out.push_back({answered.instance, answered.operation, row->step, row->detail, attempt});
            }
        }
    }
    store::RecordLeftOut(tx, left_out);
}

/// `doubt`: until when it is not known whose answer it is.
store::FollowUp FollowUpOf(const store::Answered& answered, Notes& notes, bool witnessed,
                           const std::optional<policy::Duration>& doubt) {
    using State = store::FollowUp::State;
    const policy::Duration every = WatchInterval(answered.watch_for);
    if (answered.watch) {
        return {answered.instance, answered.operation, State::kWatch, every, answered.watch_for, every, witnessed};
    }
    const CheckPlan plan = PlanOf(answered);
    const std::string missing = NotPassed(plan, StepFactsOf(answered.steps));
    if (!missing.empty()) {
        notes.Add(answered.operation, "operation.not_verified", "did not stand the verification of", answered.instance,
                  missing);
        return {answered.instance, answered.operation, State::kVerify, PauseAfter(answered.attempt), {}, {}, false};
    }
    if (doubt) {
        return {answered.instance, answered.operation, State::kVerify, *doubt, {}, {}, false};
    }
    notes.Add(answered.operation, "operation.verified", "verified for", answered.instance, "");
    return {
        answered.instance, answered.operation, plan.watch ? State::kWatch : State::kDone, {}, answered.watch_for, every,
        witnessed};
}

enum class Witness : std::uint8_t { kInstance, kController };

WatchFacts WatchFactsOf(const store::Watch& watch, Witness witness) {
    WatchFacts facts;
    facts.window = watch.window;
    facts.elapsed = watch.elapsed;
    facts.interval = watch.every;
    for (const store::Watch::Sample& sample : watch.samples) {
        if (sample.by_controller == (witness == Witness::kController)) {
            facts.samples.push_back({sample.at, sample.seen.requests, sample.seen.errors_5xx,
                                     sample.seen.default_org_ok, sample.counted, sample.as_ordered, sample.detail});
        }
    }
    return facts;
}

std::string WatchEvidence(const store::Watch& watch, const WatchJudgement& judgement) {
    const auto seconds = [](policy::Duration span) {
        return std::chrono::duration_cast<std::chrono::seconds>(span).count();
    };
    wire::AuditDetails evidence;
    evidence.Number("window_s", seconds(watch.window))
        .Number("watched_s", seconds(std::min(watch.elapsed, watch.window)))
        .Number("samples", std::ranges::count(watch.samples, false, &store::Watch::Sample::by_controller))
        .Number("samples_of_controller", std::ranges::count(watch.samples, true, &store::Watch::Sample::by_controller))
        .Number("requests", judgement.requests)
        .Number("errors", judgement.errors);
    return evidence.Encode();
}

}  // namespace

void Verification::Register(Dispatch& dispatch) {
    dispatch.Add("evidence", tenancy::wire::kMaxEvidenceBytes,
                 [this](const Sender& from, std::string_view text) { return Take(from.instance, text); });
}

void Verification::OnNews(store::FleetNews news) {
    if (news == store::FleetNews::kVerify || news == store::FleetNews::kAnything) {
        Wake();
    }
}

std::optional<std::string> Verification::Take(const policy::InstanceId& instance, std::string_view text) {
    auto said = tenancy::wire::DecodeEvidence(text);
    if (!said) {
        return WhyNoMessage(said.error());
    }
    if (Context().direct != nullptr && Context().direct->Covers(instance)) {
        Context().direct->Complete(instance, std::move(*said), [this, instance](tenancy::wire::Evidence evidence) {
            Keep(instance, std::move(evidence));
        });
    } else {
        Keep(instance, std::move(*said));
    }
    return std::nullopt;
}

void Verification::Keep(const policy::InstanceId& instance, tenancy::wire::Evidence evidence) {
    {
        const std::lock_guard lock(mutex_);
        answers_.insert_or_assign(instance, AnswerOf(instance, std::move(evidence)));
    }
    Wake();
}

std::vector<store::Answer> Verification::TakeAnswers() {
    const std::lock_guard lock(mutex_);
    std::vector<store::Answer> taken;
    while (!answers_.empty() && taken.size() < kMostAnswers) {
        taken.push_back(std::move(answers_.extract(answers_.begin()).mapped()));
    }
    return taken;
}

void Verification::PutBack(std::vector<store::Answer> answers) {
    const std::lock_guard lock(mutex_);
    for (store::Answer& answer : answers) {
        policy::InstanceId instance = answer.instance;
        answers_.try_emplace(std::move(instance), std::move(answer));  // one that came since is newer
    }
}

void Verification::TakeLook(const store::Question& question, const WatchLook& look) {
    store::WitnessSample sample;
    sample.instance = question.instance;
    sample.operation = question.operation;
    sample.seen.default_org_ok = look.default_org_ok;
    if (look.counters) {
        sample.counted = true;
        sample.seen.requests = look.counters->requests;
        sample.seen.errors_5xx = look.counters->errors_5xx;
        sample.seen.errors_501 = look.counters->errors_501;
    }
    sample.as_ordered = look.as_ordered;
    sample.detail = look.detail;
    {
        const std::lock_guard lock(mutex_);
        looks_.insert_or_assign(question.instance, std::move(sample));
    }
    Wake();
}

void Verification::RecordLooks() {
    std::vector<store::WitnessSample> samples;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [instance, sample] : looks_) {
            samples.push_back(std::move(sample));
        }
        looks_.clear();
    }
    if (samples.empty()) {
        return;
    }
    try {
        Context().database.Write([&](store::Tx& tx) { store::RecordWitnessSamples(tx, samples); });
    } catch (const store::Unavailable&) {
        const std::lock_guard lock(mutex_);
        for (store::WitnessSample& sample : samples) {
            policy::InstanceId instance = sample.instance;
            looks_.try_emplace(std::move(instance), std::move(sample));
        }
        throw;
    }
    std::vector<policy::InstanceId> sick;
    for (const store::WitnessSample& sample : samples) {
        if (!sample.seen.default_org_ok || !sample.as_ordered.value_or(true)) {
            sick.push_back(sample.instance);
        }
    }
    if (!sick.empty()) {
        JudgeWatches(sick);
    }
}

void Verification::OnTick() {
    RecordLooks();
    RecordAll();
    JudgeWatches({});
    Ask();
}

void Verification::RecordAll() {
    for (auto answers = TakeAnswers(); !answers.empty(); answers = TakeAnswers()) {
        try {
            Record(answers);
        } catch (const store::Unavailable&) {
            PutBack(std::move(answers));
            throw;
        } catch (const std::exception& error) {
            // One of them cannot be recorded: that must not keep the others from it.
            Context().on_error(error.what());
            for (store::Answer& answer : answers) {
                const policy::InstanceId instance = answer.instance;
                try {
                    Record({std::move(answer)});
                } catch (const store::Unavailable&) {
                    throw;
                } catch (const std::exception& reason) {
                    Log("fleet.evidence_not_recorded", instance, reason.what());
                }
            }
        }
    }
}

void Verification::Record(const std::vector<store::Answer>& answers) {
    std::vector<policy::InstanceId> sick;
    std::vector<store::Answered> recorded;
    std::map<policy::RecordId, std::size_t> verified;
    Context().database.Write([&](store::Tx& tx) {
        sick.clear();
        verified.clear();
        Notes notes;
        std::vector<store::FollowUp> follow_ups;
        recorded = store::RecordAnswers(tx, answers);
        DropEarlierSteps(tx, recorded);
        for (const store::Answered& answered : recorded) {
            const bool witnessed = Context().direct != nullptr && Context().direct->Covers(answered.instance);
            follow_ups.push_back(FollowUpOf(answered, notes, witnessed, Doubt(answered)));
            const bool proven = !answered.watch && follow_ups.back().state != store::FollowUp::State::kVerify;
            verified[answered.operation] += proven ? 1 : 0;
            if (!answered.default_org_ok) {
                sick.push_back(answered.instance);
            }
        }
        store::SetFollowUps(tx, follow_ups);
        notes.Record(tx, Context().controller);
    });
    Count(answers, recorded);
    for (const auto& [operation, instances] : verified) {
        Context().meter.Reached(operation, Milestone::kVerified, instances);
    }
    if (!sick.empty()) {
        JudgeWatches(sick);
    }
}

/// Of two processes under one name nobody knows which of them has answered; it is asked again when that may be over.
std::optional<policy::Duration> Verification::Doubt(const store::Answered& answered) const {
    const auto awaited = Context().links.AwaitedBeside(answered.instance);
    return awaited ? std::optional(*awaited + Context().patience.beside) : std::nullopt;
}

/// Only what was recorded: an answer that nobody asked for says nothing.
void Verification::Count(const std::vector<store::Answer>& answers, const std::vector<store::Answered>& recorded) {
    for (const store::Answered& answered : recorded) {
        for (const store::Answer& answer : answers) {
            for (std::size_t i = 0; answer.instance == answered.instance && i < answer.steps.size(); ++i) {
                Context().meter.Step(answer.steps[i].step, answer.steps[i].outcome);
            }
        }
    }
}

void Verification::JudgeWatches(const std::vector<policy::InstanceId>& named) {
    std::vector<store::WatchResult> results;
    Context().database.Write([&](store::Tx& tx) {
        Notes notes;
        results.clear();
        for (const store::Watch& watch : store::LockWatches(tx, named, kMostWatches)) {
            const auto judgement = JudgeWitnesses(
                WatchFactsOf(watch, Witness::kInstance),
                watch.witnessed ? std::optional(WatchFactsOf(watch, Witness::kController)) : std::nullopt,
                Context().watch_band);
            if (!judgement) {
                continue;
            }
            const std::string outcome(platform::EnumText(judgement->outcome));
            results.push_back({watch.instance,
                               watch.operation,
                               {"watch", outcome, judgement->detail, WatchEvidence(watch, *judgement)}});
            notes.Add(watch.operation, "operation.watch_" + outcome, "ended the watch (" + outcome + ") of",
                      watch.instance, judgement->detail);
        }
        store::EndWatches(tx, results);
        notes.Record(tx, Context().controller);
    });
    for (const store::WatchResult& result : results) {
        Context().meter.Step(result.step.step, result.step.outcome);
    }
}

void Verification::Ask() {
    Context().links.Answers()->Await();  // asking a fleet is as much work as recording what it answered, and can wait
    std::vector<store::Question> questions;
    do {
        questions = Context().database.Write([&](store::Tx& tx) {
            return store::ClaimQuestions(tx, Context().controller, kMostQuestions, kAnswerWithin);
        });
        for (const store::Question& question : questions) {
            if (const auto connection = Context().links.Connection(question.instance)) {
                const tenancy::wire::VerifyRequest request = RequestOf(question);
                if (Context().direct != nullptr && Context().direct->Covers(question.instance)) {
                    Context().direct->Begin(question.instance, request, OrderedNowOf(question),
                                            [this, question](const WatchLook& look) { TakeLook(question, look); });
                }
                Context().links.Expect(question.instance);
                connection->Send(tenancy::wire::EncodeVerify(request));
            }
        }
    } while (questions.size() == kMostQuestions);
}

}  // namespace fleet
