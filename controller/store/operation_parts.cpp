#include "controller/store/operation_parts.hpp"

#include <charconv>
#include <string_view>

#include "controller/store/tx.hpp"
#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"

namespace store {
namespace {

constexpr Statement kStandingOperations{"operations_standing", R"sql(
    WITH standing AS (
        SELECT w.chosen AS number FROM instance_orders w
        JOIN instances n ON n.id = w.instance_id AND n.retired_at IS NULL
        UNION
        SELECT w.issued FROM instance_orders w
        JOIN instances n ON n.id = w.instance_id AND n.retired_at IS NULL WHERE w.issued IS NOT NULL
    )
    SELECT o.id FROM standing s JOIN operations o ON o.number = s.number ORDER BY o.id)sql"};
constexpr Statement kOperationParts{"operation_parts", R"sql(
    SELECT t.operation_id, t.instance_id, t.batch, coalesce(i.generation, 0),
           coalesce((extract(epoch FROM clock_timestamp() - i.issued_at) * 1000000)::bigint, 0),
           coalesce((extract(epoch FROM clock_timestamp() - greatest(i.issued_at, o.entered_at)) * 1000000)::bigint, 0),
           CASE WHEN i.generation IS NULL THEN w.chosen > o.number ELSE w.generation > i.generation END,
           coalesce(v.attempt, 0), n.retired_at, d.generation, s.instance_id IS NOT NULL, s.connected_to,
           coalesce(s.hosted, false), coalesce(s.agent, false), coalesce(s.enabled, false), coalesce(s.generation, 0),
           coalesce(s.problem, ''), extract(epoch FROM clock_timestamp() - s.beside_at)::bigint,
           extract(epoch FROM clock_timestamp() - s.last_seen_at)::bigint,
           coalesce(p.steps, '')
    FROM operation_targets t JOIN operations o ON o.id = t.operation_id
    JOIN instances n ON n.id = t.instance_id
    JOIN instance_orders w ON w.instance_id = t.instance_id AND w.subject = o.subject
    LEFT JOIN operation_instances i ON i.operation_id = t.operation_id AND i.instance_id = t.instance_id
    LEFT JOIN verifications v ON v.operation_id = t.operation_id AND v.instance_id = t.instance_id
    LEFT JOIN instance_status s ON s.instance_id = t.instance_id
    LEFT JOIN desired_states d ON d.instance_id = t.instance_id
    LEFT JOIN LATERAL (
        SELECT string_agg(a.step || ' ' || a.outcome || ' ' || a.after, ',') AS steps FROM (
            SELECT DISTINCT ON (x.step) x.step, x.outcome,
                   (extract(epoch FROM x.recorded_at - o.ordered_at) * 1000000)::bigint AS after
            FROM operation_steps x WHERE x.operation_id = t.operation_id AND x.instance_id = t.instance_id
            ORDER BY x.step, x.attempt DESC) a
    ) p ON true
    WHERE t.operation_id = ANY ($1::text[]) ORDER BY t.operation_id, t.instance_id)sql"};
constexpr Statement kHalted{"operations_halted", R"sql(
    SELECT operation_id, why FROM operation_halts WHERE operation_id = ANY ($1::text[]))sql"};

/// "probes passed 123456", by the statement above.
OperationStep ReadPassed(std::string_view text) {
    const auto words = platform::Split(text, ' ');
    PORTCULLIS_INVARIANT(words.size() == 3, "three words of a step");
    OperationStep step;
    step.step = words[0];
    step.outcome = words[1];
    step.detail = words[1];  // there is more on record; nobody asks for it here
    std::int64_t after = 0;
    std::from_chars(words[2].data(), words[2].data() + words[2].size(), after);
    step.after = std::chrono::microseconds(after);
    return step;
}

OperationPart ReadOperationPart(Columns& in) {
    OperationPart row;
    OperationInstance& part = row.part;
    row.operation = in.Id<policy::RecordId>();
    part.instance.id = in.Id<InstanceId>();
    part.batch = in.Int();
    part.generation = in.Int();
    part.age = std::chrono::microseconds(in.Int());
    part.age_on_record = std::chrono::microseconds(in.Int());
    part.replaced = in.Flag();
    part.attempts = in.Int();
    part.instance.retired_at = in.OptInstant();
    if (const auto newest = in.OptInt()) {
        part.instance.desired.emplace().generation = *newest;
    }
    const bool heard = in.Flag();
    InstanceStatus status;
    status.connected_to = in.OptText();
    status.hosted = in.Flag();
    status.agent = in.Flag();
    status.enabled = in.Flag();
    status.generation = in.Int();
    status.problem = in.Text();
    status.beside_for = in.OptSeconds();
    if (const auto silent = in.OptInt()) {
        status.silent_for = std::chrono::seconds(*silent);
    }
    if (heard) {
        part.instance.status = std::move(status);
    }
    const std::string steps = in.Text();
    if (!steps.empty()) {
        for (const std::string_view step : platform::Split(steps, ',')) {
            part.steps.push_back(ReadPassed(step));
        }
    }
    return row;
}

}  // namespace

std::vector<Operation> LoadStandingOperations(Tx& tx) {
    return LoadOperations(tx, tx.All(kStandingOperations, [](Columns& in) { return in.Id<policy::RecordId>(); }));
}

std::vector<OperationPart> LoadOperationParts(Tx& tx, const std::vector<policy::RecordId>& operations) {
    return tx.All(kOperationParts, ReadOperationPart, operations);
}

std::vector<HaltedOperation> LoadHalted(Tx& tx, const std::vector<policy::RecordId>& operations) {
    return tx.All(
        kHalted,
        [](Columns& in) {
            auto operation = in.Id<policy::RecordId>();
            return HaltedOperation{std::move(operation), in.Text()};
        },
        operations);
}

}  // namespace store
