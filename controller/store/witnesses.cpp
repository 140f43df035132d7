// What controllers see themselves of the flags of instances, and where what they have differs from what they should.
#include "controller/store/exposure.hpp"
#include "controller/store/names.hpp"
#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr Statement kDriftsOf{"exposure_drifts_of", R"sql(
    SELECT x.instance_id, x.kind, array_to_string(x.orgs, ' ')
    FROM releases r CROSS JOIN LATERAL exposure_drifts(r) x WHERE r.id = $1 ORDER BY x.instance_id, x.kind)sql"};
constexpr Statement kNoteDrifts{"exposure_drifts_note", R"sql(
    INSERT INTO exposure_findings AS f (release_id, digest)
    SELECT r.id, x.digest FROM releases r LEFT JOIN exposure_findings b ON b.release_id = r.id
    CROSS JOIN LATERAL (
        SELECT coalesce(md5(string_agg(d.instance_id || ' ' || d.kind || ' ' || array_to_string(d.orgs, ' '), E'\n'
                                       ORDER BY d.instance_id, d.kind)), '') AS digest
        FROM exposure_drifts(r) d) x
    WHERE r.status = 'active' AND r.flag IS NOT NULL AND r.channel <> 'stable'
      AND x.digest IS DISTINCT FROM coalesce(b.digest, '')
    ON CONFLICT (release_id) DO UPDATE SET digest = EXCLUDED.digest RETURNING release_id)sql"};

constexpr Statement kSetDriftPatience{"drift_patience_set", R"sql(
    UPDATE fleet_settings SET drift_patience = $1::interval WHERE drift_patience <> $1::interval)sql"};
constexpr Statement kBeginSightings{"sightings_begin", R"sql(
    INSERT INTO instance_sightings (instance_id, looked_by, every)
    SELECT i.id, $2, $3::interval FROM instances i WHERE i.id = ANY ($1::text[]) AND i.retired_at IS NULL
    ON CONFLICT DO NOTHING)sql"};
constexpr Statement kClaimSightings{"sightings_claim", R"sql(
    WITH due AS (
        SELECT s.instance_id FROM instance_sightings s JOIN instances i ON i.id = s.instance_id AND i.retired_at IS NULL
        WHERE s.instance_id = ANY ($1::text[]) AND s.look_again_at <= clock_timestamp()
        ORDER BY s.instance_id FOR UPDATE OF s SKIP LOCKED
    ), claimed AS (
        UPDATE instance_sightings s SET looked_by = $2, look_again_at = clock_timestamp() + $3::interval
        FROM due WHERE s.instance_id = due.instance_id RETURNING s.instance_id
    )
    SELECT c.instance_id, coalesce(array_to_string(v.orgs, ' '), ''),
           coalesce((SELECT string_agg(DISTINCT t.tenant_id, ' ') FROM releases r
                     JOIN plan_tenants t ON t.release_id = r.id AND t.revision = r.plan_revision
                     WHERE r.status = 'active' AND r.flag IS NOT NULL AND r.channel = 'experimental'), '')
    FROM claimed c LEFT JOIN instance_inventories v ON v.instance_id = c.instance_id ORDER BY c.instance_id)sql"};
constexpr Statement kRecordSightings{"sightings_record", R"sql(
    UPDATE instance_sightings s SET looked_by = $1, every = $2::interval, seen = t.seen::jsonb, problem = t.problem,
        took = t.took
    FROM unnest($3::text[], $4::text[], $5::text[], $6::interval[]) AS t(instance_id, seen, problem, took)
    WHERE s.instance_id = t.instance_id)sql"};
constexpr Statement kListSightings{"sightings_list", R"sql(
    SELECT s.instance_id, s.seen::text, s.seen_at, s.problem FROM instance_sightings s
    WHERE s.counts_until > clock_timestamp() ORDER BY s.instance_id)sql"};

}  // namespace

std::vector<ExposureDriftRow> LoadDrifts(Tx& tx, const policy::ReleaseId& release) {
    return tx.All(
        kDriftsOf,
        [](Columns& in) {
            ExposureDriftRow drift;
            drift.instance = in.Id<InstanceId>();
            drift.kind = in.Enum<policy::ExposureDrift>();
            drift.tenants = NamesIn(in.Text());
            return drift;
        },
        release);
}

std::size_t NoteDrifts(Tx& tx) {
    return tx.Exec(kNoteDrifts).size();
}

void SetDriftPatience(Tx& tx, policy::Duration patience) {
    tx.Exec(kSetDriftPatience, patience);
}

std::vector<DueSighting> ClaimSightings(Tx& tx, const std::string& controller, const std::vector<InstanceId>& instances,
                                        policy::Duration every, policy::Duration lease) {
    tx.Exec(kBeginSightings, instances, controller, every);
    return tx.All(
        kClaimSightings,
        [](Columns& in) {
            DueSighting due;
            due.instance = in.Id<InstanceId>();
            due.hosts = NamesIn(in.Text());
            due.planned = NamesIn(in.Text());
            return due;
        },
        instances, controller, lease);
}

void RecordSightings(Tx& tx, const std::string& controller, const std::vector<Sighting>& sightings,
                     policy::Duration every) {
    std::vector<InstanceId> instances;
    std::vector<std::string> seen;
    std::vector<std::string> problems;
    std::vector<policy::Duration> took;
    for (const Sighting& sighting : sightings) {
        instances.push_back(sighting.instance);
        seen.push_back(sighting.seen);
        problems.push_back(sighting.problem);
        took.push_back(sighting.took);
    }
    tx.Exec(kRecordSightings, controller, every, instances, seen, problems, took);
}

std::vector<SightingRow> ListSightings(Tx& tx) {
    return tx.All(kListSightings, [](Columns& in) {
        SightingRow row;
        row.instance = in.Id<InstanceId>();
        row.seen = in.Text();
        row.seen_at = in.OptInstant();
        row.problem = in.Text();
        return row;
    });
}

}  // namespace store
