#include "controller/store/verification_rows.hpp"

namespace store {
namespace {

// Beside what an instance says of its restart stands what it is to be compared with: the process before the order.
constexpr Statement kInsertSeenSteps{"verification_steps_insert", R"sql(
    INSERT INTO operation_steps (operation_id, instance_id, step, outcome, detail, evidence, attempt)
    SELECT s.operation_id, s.instance_id, s.step, s.outcome, s.detail,
           CASE s.step WHEN 'restart' THEN s.evidence::jsonb || (
                SELECT jsonb_build_object('ordered_at', utc(i.issued_at), 'process_before',
                           jsonb_build_object('boot_id', i.boot_before, 'process_started_at', utc(i.started_before),
                                              'began_at', utc(i.began_before)))
                FROM operation_instances i WHERE i.operation_id = s.operation_id AND i.instance_id = s.instance_id)
           ELSE s.evidence::jsonb END,
           1 + coalesce((SELECT max(b.attempt) FROM operation_steps b
                         WHERE b.operation_id = s.operation_id AND b.instance_id = s.instance_id
                           AND b.step IN ('value', 'restart', 'probes', 'ui', 'websocket', 'data', 'flags')), 0)
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
         AS s(operation_id, instance_id, step, outcome, detail, evidence))sql"};

}  // namespace

void StepRows::Add(const policy::RecordId& operation, const InstanceId& instance, const SeenStep& step) {
    operations_.push_back(operation);
    instances_.push_back(instance);
    steps_.push_back(step.step);
    outcomes_.push_back(step.outcome);
    details_.push_back(step.detail);
    evidence_.push_back(step.evidence);
}

void StepRows::Insert(Tx& tx) const {
    if (!operations_.empty()) {
        tx.Exec(kInsertSeenSteps, operations_, instances_, steps_, outcomes_, details_, evidence_);
    }
}

}  // namespace store
