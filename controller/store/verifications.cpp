#include "controller/store/verifications.hpp"

#include <map>

#include "controller/store/tx.hpp"
#include "controller/store/verification_rows.hpp"

namespace store {
namespace {

// OFFSET 0: looked up by key for each, however few rows the planner expects.
//
// A question that was not answered in time, or that was asked over a connection that is gone, is open no more.
constexpr Statement kExpireQuestions{"verification_expire", R"sql(
    WITH late AS (
        SELECT v.operation_id, v.instance_id FROM verifications v CROSS JOIN LATERAL (
            SELECT FROM instance_status s WHERE s.instance_id = v.instance_id AND s.connected_to = $1 OFFSET 0) s
        WHERE v.request IS NOT NULL AND (v.next_at <= clock_timestamp() OR v.asked_by <> $1)
        ORDER BY v.instance_id LIMIT $2 FOR UPDATE OF v SKIP LOCKED
    )
    UPDATE verifications v SET request = NULL, next_at = clock_timestamp()
    FROM late l WHERE v.operation_id = l.operation_id AND v.instance_id = l.instance_id)sql"};
// An instance that has not counted its tenants' records yet says so by an empty digest: nothing to compare with.
constexpr Statement kClaimQuestions{"verification_claim", R"sql(
    WITH due AS (
        SELECT v.operation_id, v.instance_id, v.next_at FROM verifications v
        CROSS JOIN LATERAL (
            SELECT FROM instance_status s WHERE s.instance_id = v.instance_id AND s.connected_to = $1 OFFSET 0) s
        WHERE v.state <> 'done' AND v.next_at <= clock_timestamp() AND v.request IS NULL
          AND NOT EXISTS (SELECT FROM verifications q WHERE q.instance_id = v.instance_id AND q.request IS NOT NULL)
        ORDER BY v.next_at, v.instance_id LIMIT $2 FOR UPDATE OF v SKIP LOCKED
    ), one AS (
        SELECT DISTINCT ON (instance_id) operation_id, instance_id FROM due ORDER BY instance_id, next_at
    ), asked AS (
        UPDATE verifications v SET request = gen_random_uuid()::text, asked_at = clock_timestamp(), asked_by = $1,
            next_at = clock_timestamp() + $3::interval,
            attempt = v.attempt + CASE v.state WHEN 'verify' THEN 1 ELSE 0 END
        FROM one WHERE v.operation_id = one.operation_id AND v.instance_id = one.instance_id
        RETURNING v.*
    )
    SELECT a.request, a.state = 'watch', a.attempt, a.instance_id, a.operation_id, o.kind, o.enabled, o.mode,
           i.generation, (extract(epoch FROM clock_timestamp() - i.issued_at) * 1000000)::bigint,
           nullif(i.boot_before, ''), i.tenants_before, nullif(i.tenants_digest_before, ''),
           CASE WHEN o.kind = 'multi_tenant' THEN '' ELSE coalesce(d.flags::text, '{}') END,
           coalesce(d.enabled, true),
           coalesce(d.flags_changed_at < clock_timestamp() - (SELECT f.drift_patience FROM fleet_settings f), true)
    FROM asked a JOIN operations o ON o.id = a.operation_id
    JOIN operation_instances i ON i.operation_id = a.operation_id AND i.instance_id = a.instance_id
    LEFT JOIN desired_states d ON d.instance_id = a.instance_id)sql"};

constexpr Statement kTakeAnswers{"verification_answered", R"sql(
    WITH said AS (
        SELECT * FROM unnest($1::text[], $2::text[]) AS t(instance_id, request)
    ), open AS (
        SELECT v.operation_id, v.instance_id FROM said s
        JOIN verifications v ON v.instance_id = s.instance_id AND v.request = s.request
        ORDER BY v.instance_id FOR UPDATE OF v
    )
    UPDATE verifications v SET request = NULL FROM open p JOIN operations o ON o.id = p.operation_id
    WHERE v.operation_id = p.operation_id AND v.instance_id = p.instance_id AND v.request IS NOT NULL
    RETURNING v.instance_id, v.operation_id, v.state = 'watch', v.attempt, o.kind, o.mode,
              extract(epoch FROM o.watch_for)::bigint)sql"};
constexpr Statement kInsertLeftOut{"verification_steps_left_out", R"sql(
    INSERT INTO operation_steps (operation_id, instance_id, step, outcome, detail, evidence, attempt)
    SELECT s.operation_id, s.instance_id, s.step, 'inconclusive', s.detail, '{}', s.attempt
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
         AS s(operation_id, instance_id, step, detail, attempt))sql"};
constexpr Statement kNoteTenants{"instance_tenants_note", R"sql(
    UPDATE instance_status s SET tenants = t.count, tenants_digest = t.digest
    FROM unnest($1::text[], $2::bigint[], $3::text[]) AS t(instance_id, count, digest)
    WHERE s.instance_id = t.instance_id AND (s.tenants, s.tenants_digest) IS DISTINCT FROM (t.count, t.digest))sql"};
// Where a step says what tenants have, that is what they are compared with at the next order.
constexpr Statement kNoteTenantsSeen{"instance_tenants_seen", R"sql(
    WITH seen AS (
        SELECT t.instance_id, t.evidence::jsonb -> 'tenants' AS tenants
        FROM unnest($1::text[], $2::text[]) AS t(instance_id, evidence)
    )
    UPDATE instance_status s SET tenants = (t.tenants ->> 'count')::bigint, tenants_digest = t.tenants ->> 'digest'
    FROM seen t WHERE s.instance_id = t.instance_id AND jsonb_typeof(t.tenants -> 'count') = 'number'
      AND jsonb_typeof(t.tenants -> 'digest') = 'string' AND (t.tenants ->> 'count') ~ '^[0-9]{1,15}$'
      AND length(t.tenants ->> 'digest') <= 200)sql"};
constexpr Statement kInsertSamples{"verification_samples_insert", R"sql(
    INSERT INTO operation_watch_samples (operation_id, instance_id, requests, errors_5xx, errors_501, default_org_ok)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::boolean[]))sql"};
constexpr Statement kLatestSteps{"verification_steps_latest", R"sql(
    SELECT DISTINCT ON (s.operation_id, s.instance_id, s.step) s.operation_id, s.instance_id, s.step, s.outcome,
           s.detail, s.attempt, s.at
    FROM unnest($1::text[], $2::text[]) AS t(operation_id, instance_id)
    JOIN operation_steps s ON s.operation_id = t.operation_id AND s.instance_id = t.instance_id
    ORDER BY s.operation_id, s.instance_id, s.step, s.attempt DESC)sql"};
constexpr Statement kSetFollowUps{"verification_follow_up", R"sql(
    UPDATE verifications v SET state = f.state, next_at = clock_timestamp() + f.ask_after,
        since = CASE WHEN f.state = v.state THEN v.since ELSE clock_timestamp() END,
        watch_until = CASE f.state WHEN 'watch' THEN coalesce(v.watch_until, clock_timestamp() + f.watch_for) END,
        watch_every = CASE f.state WHEN 'watch' THEN coalesce(v.watch_every, f.watch_every) END,
        witnessed = CASE WHEN v.state = 'watch' THEN v.witnessed ELSE f.state = 'watch' AND f.witnessed END
    FROM unnest($1::text[], $2::text[], $3::text[], $4::interval[], $5::interval[], $6::interval[], $7::boolean[])
         AS f(operation_id, instance_id, state, ask_after, watch_for, watch_every, witnessed)
    WHERE v.operation_id = f.operation_id AND v.instance_id = f.instance_id AND v.state <> 'done')sql"};

Question ReadQuestion(Columns& in) {
    Question question;
    question.request = in.Text();
    question.watch = in.Flag();
    question.attempt = in.Int();
    question.instance = in.Id<InstanceId>();
    question.operation = in.Id<policy::RecordId>();
    question.kind = in.Text();
    question.enabled = in.Flag();
    question.mode = in.Text();
    question.generation = in.Int();
    question.ordered_ago = MicrosecondsOf(in);
    question.boot_before = in.OptText();
    const auto count = in.OptInt();
    const auto digest = in.OptText();
    if (count && digest) {
        question.tenants_before = TenantCount{*count, *digest};
    }
    question.flags = in.Text();
    question.switch_on = in.Flag();
    question.flags_settled = in.Flag();
    return question;
}

Answered ReadAnswered(Columns& in) {
    Answered answered;
    answered.instance = in.Id<InstanceId>();
    answered.operation = in.Id<policy::RecordId>();
    answered.watch = in.Flag();
    answered.attempt = in.Int();
    answered.kind = in.Text();
    answered.mode = in.Text();
    answered.watch_for = in.Seconds();
    return answered;
}

/// Columns of many samples, for unnest.
class SampleRows {
public:
    void Add(const policy::RecordId& operation, const InstanceId& instance, const SeenSample& sample) {
        operations_.push_back(operation);
        instances_.push_back(instance);
        requests_.push_back(sample.requests);
        errors_5xx_.push_back(sample.errors_5xx);
        errors_501_.push_back(sample.errors_501);
        healthy_.emplace_back(sample.default_org_ok ? "t" : "f");
    }
    void Insert(Tx& tx) const {
        if (!operations_.empty()) {
            tx.Exec(kInsertSamples, operations_, instances_, requests_, errors_5xx_, errors_501_, healthy_);
        }
    }

private:
    std::vector<policy::RecordId> operations_;
    std::vector<InstanceId> instances_;
    std::vector<std::int64_t> requests_;
    std::vector<std::int64_t> errors_5xx_;
    std::vector<std::int64_t> errors_501_;
    std::vector<std::string> healthy_;
};

void LoadLatestSteps(Tx& tx, std::vector<Answered>& answered) {
    std::map<PartKey, Answered*> by_part;
    for (Answered& row : answered) {
        by_part.emplace(PartKey{row.operation, row.instance}, &row);
    }
    const auto [operations, instances] = PartsOf(answered);
    const auto steps = tx.All(
        kLatestSteps,
        [](Columns& in) {
            auto operation = in.Id<policy::RecordId>();
            PartKey part{std::move(operation), in.Id<InstanceId>()};
            OperationStep step;
            step.step = in.Text();
            step.outcome = in.Text();
            step.detail = in.Text();
            step.attempt = in.Int();
            step.at = in.Instant();
            return std::pair(std::move(part), std::move(step));
        },
        operations, instances);
    for (const auto& [part, step] : steps) {
        by_part.at(part)->steps.push_back(step);
    }
}

void RecordSeen(Tx& tx, const std::vector<Answer>& answers, std::vector<Answered>& answered) {
    std::map<InstanceId, Answered*> by_instance;
    for (Answered& row : answered) {
        by_instance.emplace(row.instance, &row);
    }
    StepRows steps;
    SampleRows samples;
    std::vector<InstanceId> counted;
    std::vector<std::string> counts;
    for (const Answer& answer : answers) {
        const auto found = by_instance.find(answer.instance);
        if (found == by_instance.end()) {
            continue;
        }
        Answered& row = *found->second;
        if (row.watch) {
            if (answer.sample) {
                row.default_org_ok = answer.sample->default_org_ok;
                samples.Add(row.operation, row.instance, *answer.sample);
            }
            continue;
        }
        for (const SeenStep& step : answer.steps) {
            steps.Add(row.operation, row.instance, step);
            if (step.step == "data") {
                counted.push_back(row.instance);
                counts.push_back(step.evidence);
            }
        }
    }
    steps.Insert(tx);
    samples.Insert(tx);
    if (!counted.empty()) {
        tx.Exec(kNoteTenantsSeen, counted, counts);
    }
}

}  // namespace

std::vector<Question> ClaimQuestions(Tx& tx, const std::string& controller, std::size_t most,
                                     policy::Duration answer_within) {
    tx.Exec(kExpireQuestions, controller, most);
    return tx.All(kClaimQuestions, ReadQuestion, controller, most, answer_within);
}

void RecordLeftOut(Tx& tx, const std::vector<LeftOutStep>& steps) {
    if (steps.empty()) {
        return;
    }
    std::vector<std::string> names;
    std::vector<std::string> details;
    std::vector<std::int64_t> attempts;
    for (const LeftOutStep& step : steps) {
        names.push_back(step.step);
        details.push_back(step.detail);
        attempts.push_back(step.attempt);
    }
    const auto [operations, instances] = PartsOf(steps);
    tx.Exec(kInsertLeftOut, operations, instances, names, details, attempts);
}

std::vector<Answered> RecordAnswers(Tx& tx, const std::vector<Answer>& answers) {
    std::vector<InstanceId> instances;
    std::vector<std::string> requests;
    for (const Answer& answer : answers) {
        instances.push_back(answer.instance);
        requests.push_back(answer.request);
    }
    auto answered = tx.All(kTakeAnswers, ReadAnswered, instances, requests);
    if (!answered.empty()) {
        RecordSeen(tx, answers, answered);
        LoadLatestSteps(tx, answered);
    }
    return answered;
}

void SetFollowUps(Tx& tx, const std::vector<FollowUp>& follow_ups) {
    if (follow_ups.empty()) {
        return;
    }
    std::vector<std::string> states;
    std::vector<policy::Duration> ask_after;
    std::vector<policy::Duration> watch_for;
    std::vector<policy::Duration> watch_every;
    std::vector<std::string> witnessed;
    for (const FollowUp& row : follow_ups) {
        witnessed.emplace_back(row.witnessed ? "t" : "f");
        states.emplace_back(row.state == FollowUp::State::kVerify  ? "verify"
                            : row.state == FollowUp::State::kWatch ? "watch"
                                                                   : "done");
        ask_after.push_back(row.ask_after);
        watch_for.push_back(row.watch_for);
        watch_every.push_back(row.watch_every);
    }
    const auto [operations, instances] = PartsOf(follow_ups);
    tx.Exec(kSetFollowUps, operations, instances, states, ask_after, watch_for, watch_every, witnessed);
}

void RecordTenants(Tx& tx, const InstanceId& instance, const TenantCount& tenants) {
    tx.Exec(kNoteTenants, std::vector<InstanceId>{instance}, std::vector<std::int64_t>{tenants.count},
            std::vector<std::string>{tenants.digest});
}

}  // namespace store
