#include "controller/store/fleet_numbers.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr Statement kOrderAges{"order_ages", R"sql(
    SELECT o.id, o.kind, o.enabled, (extract(epoch FROM clock_timestamp() - o.ordered_at) * 1000000)::bigint
    FROM operations o WHERE o.id = ANY ($1::text[]))sql"};

constexpr Statement kInstanceGroups{"instance_groups", R"sql(
    WITH one AS (
        SELECT CASE WHEN d.operation_id IS NULL THEN 'environment' WHEN d.enabled THEN 'on' ELSE 'off' END AS ordered,
               CASE WHEN s.instance_id IS NULL THEN 'never' WHEN s.connected_to IS NULL OR a.silent > $1::interval
                    THEN 'unheard' WHEN s.hosted THEN 'hosted' WHEN s.enabled THEN 'on' ELSE 'off' END AS reported,
               a.silent
        FROM instances i LEFT JOIN instance_status s ON s.instance_id = i.id
        LEFT JOIN desired_states d ON d.instance_id = i.id
        CROSS JOIN LATERAL (SELECT clock_timestamp() - s.last_seen_at AS silent) a WHERE i.retired_at IS NULL
    )
    SELECT ordered, reported,
           CASE WHEN reported <> 'unheard' THEN '' WHEN silent < interval '5 minutes' THEN 'under_5m'
                WHEN silent < interval '1 hour' THEN 'under_1h' WHEN silent < interval '1 day' THEN 'under_1d'
                ELSE 'longer' END, count(*)
    FROM one GROUP BY 1, 2, 3 ORDER BY 1, 2, 3)sql"};
constexpr Statement kFleetNumbers{"fleet_numbers", R"sql(
    WITH one AS (
        SELECT i.id, d.issued_at, coalesce(d.generation > coalesce(s.generation, 0), false) AS outstanding,
               CASE WHEN s.connected_to IS NULL OR clock_timestamp() - s.last_seen_at > $1::interval
                    THEN clock_timestamp() - s.last_seen_at END AS silent
        FROM instances i LEFT JOIN instance_status s ON s.instance_id = i.id
        LEFT JOIN desired_states d ON d.instance_id = i.id WHERE i.retired_at IS NULL
    ), good AS (
        SELECT c.id, c.issued_at FROM instance_credentials c JOIN one o ON o.id = c.instance_id
        WHERE c.revoked_at IS NULL AND c.used_at IS NOT NULL
    )
    SELECT coalesce((SELECT extract(epoch FROM max(o.silent)) FROM one o), 0)::bigint,
           (SELECT count(*) FROM one o WHERE o.outstanding),
           coalesce((SELECT extract(epoch FROM portcullis.now() - min(o.issued_at)) FROM one o WHERE o.outstanding),
                    0)::bigint,
           (SELECT count(*) FROM kill_reviews r WHERE r.completed_at IS NULL),
           (SELECT count(DISTINCT k.flag) FROM flag_kills k WHERE k.lifted_by IS NULL),
           extract(epoch FROM portcullis.now() - coalesce((SELECT max(h.created_at) FROM key_handovers h),
                                                          (SELECT min(e.created_at) FROM enrolments e)))::bigint,
           (SELECT count(*) FROM key_handovers h CROSS JOIN one o WHERE h.completed_at IS NULL AND NOT EXISTS (
                SELECT FROM instance_keys k WHERE k.instance_id = o.id AND k.key_id = h.to_key)),
           (SELECT extract(epoch FROM portcullis.now() - min(g.issued_at)) FROM good g)::bigint,
           (SELECT count(*) FROM credential_rotations r JOIN good g ON g.id = r.credential_id),
           (SELECT extract(epoch FROM portcullis.now() - max(d.finished_at)) FROM drills d
            WHERE d.outcome = 'passed')::bigint,
           (SELECT d.outcome FROM drills d WHERE d.outcome IS NOT NULL ORDER BY d.finished_at DESC, d.id DESC LIMIT 1)
    )sql"};

}  // namespace

std::vector<InstanceGroup> LoadInstanceGroups(Tx& tx, policy::Duration silence) {
    return tx.All(
        kInstanceGroups,
        [](Columns& in) {
            InstanceGroup group;
            group.ordered = in.Text();
            group.reported = in.Text();
            group.unheard = in.Text();
            group.instances = in.Int();
            return group;
        },
        silence);
}

FleetNumbers LoadFleetNumbers(Tx& tx, policy::Duration silence) {
    return tx.One(
        kFleetNumbers,
        [](Columns& in) {
            FleetNumbers numbers;
            numbers.longest_silence = in.Int();
            numbers.orders_outstanding = in.Int();
            numbers.oldest_outstanding = in.Int();
            numbers.open_reviews = in.Int();
            numbers.flags_killed = in.Int();
            numbers.key_age = in.OptInt();
            numbers.keys_behind = in.Int();
            numbers.credential_age = in.OptInt();
            numbers.credentials_to_replace = in.Int();
            numbers.drill_passed_age = in.OptInt();
            numbers.drill_outcome = in.OptText();
            return numbers;
        },
        silence);
}

std::vector<OrderAge> LoadOrderAges(Tx& tx, const std::vector<policy::RecordId>& operations) {
    return tx.All(
        kOrderAges,
        [](Columns& in) {
            OrderAge order;
            order.operation = in.Id<policy::RecordId>();
            order.kind = in.Text();
            order.enabled = in.Flag();
            order.age = std::chrono::microseconds(in.Int());
            return order;
        },
        operations);
}

}  // namespace store
