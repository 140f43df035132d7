#include "controller/store/exposure.hpp"

#include <algorithm>
#include <map>

#include "controller/store/tx.hpp"
#include "controller/wire/flags_json.hpp"
#include "platform/base/text.hpp"

namespace store {
namespace {

constexpr Statement kRecordInventory{"inventory_record", R"sql(
    WITH kept AS (
        INSERT INTO instance_inventories AS v (instance_id, orgs, tenants, tenants_digest, flags, sent_at, received_by)
        VALUES ($1, $2::text[], $3, $4, $5::jsonb, $6, $7)
        ON CONFLICT (instance_id) DO UPDATE SET orgs = EXCLUDED.orgs, tenants = EXCLUDED.tenants,
            tenants_digest = EXCLUDED.tenants_digest, flags = EXCLUDED.flags, sent_at = EXCLUDED.sent_at,
            received_by = EXCLUDED.received_by
        WHERE (v.orgs, v.tenants, v.tenants_digest, v.flags)
              IS DISTINCT FROM (EXCLUDED.orgs, EXCLUDED.tenants, EXCLUDED.tenants_digest, EXCLUDED.flags)
    ), noted AS (
        UPDATE instance_status s SET tenants = $3, tenants_digest = $4
        WHERE s.instance_id = $1 AND $4 <> '' AND (s.tenants, s.tenants_digest) IS DISTINCT FROM ($3, $4)
    )
    SELECT $4 = '' OR EXISTS (SELECT FROM instance_status s WHERE s.instance_id = $1))sql"};
constexpr Statement kListInventories{"inventory_list", R"sql(
    SELECT v.instance_id, array_to_string(v.orgs, ' '), v.tenants, v.tenants_digest, v.flags::text, v.sent_at
    FROM instance_inventories v JOIN instances i ON i.id = v.instance_id AND i.retired_at IS NULL
    ORDER BY v.instance_id)sql"};
constexpr Statement kHasInstances{"exposure_instances",
                                  "SELECT EXISTS (SELECT FROM instances i WHERE i.retired_at IS NULL)"};

#define APPROVED_PLAN                                                                                  \
    " (SELECT p.revision, p.maximum_stay FROM plan_revisions p WHERE p.release_id = r.id AND EXISTS (" \
    "   SELECT FROM approvals a WHERE a.release_id = r.id AND a.scope = 'plan'"                        \
    "     AND a.content_hash = p.content_hash"                                                         \
    "     AND NOT EXISTS (SELECT FROM approval_revocations v WHERE v.approval_id = a.id))"             \
    "  ORDER BY p.revision DESC LIMIT 1) "

constexpr Statement kExposureReleases{"exposure_releases",
                                      "SELECT portcullis.now(), r.id, r.flag, r.channel, b.revision IS NOT NULL,"
                                      " r.channel_entered_at + b.maximum_stay FROM releases r"
                                      " LEFT JOIN LATERAL" APPROVED_PLAN R"sql(b ON r.channel = 'experimental'
    WHERE r.status = 'active' AND r.flag IS NOT NULL
      AND (r.channel <> 'dev' OR EXISTS (
          SELECT FROM tenants t WHERE t.active AND t.kind IN ('dev', 'test')
            AND EXISTS (SELECT FROM instance_inventories v WHERE t.id = ANY (v.orgs))))
    ORDER BY r.id)sql"};
constexpr Statement kExposureCandidates{
    "exposure_candidates",
    "SELECT r.id, t.tenant_id, n.id IS NOT NULL AND n.active, coalesce(n.kind, 'production'),"
    " coalesce(n.channel_preference, 'any'), m.tenant_id IS NOT NULL, c.id, p.kind, c.given_by, c.capacity, c.evidence,"
    " c.given_at, c.expires_at, c.withdrawn_at FROM releases r JOIN LATERAL" APPROVED_PLAN R"sql(b ON true
    JOIN plan_tenants t ON t.release_id = r.id AND t.revision = r.plan_revision
    LEFT JOIN plan_tenants m ON m.release_id = r.id AND m.revision = b.revision AND m.tenant_id = t.tenant_id
    LEFT JOIN tenants n ON n.id = t.tenant_id
    LEFT JOIN LATERAL current_consent(r.id, t.tenant_id) c ON true
    LEFT JOIN principals p ON p.id = c.recorded_by
    WHERE r.status = 'active' AND r.flag IS NOT NULL AND r.channel = 'experimental'
    ORDER BY r.id, t.tenant_id)sql"};
#undef APPROVED_PLAN

constexpr Statement kHostedTenants{"exposure_tenants", R"sql(
    SELECT n.id, n.active, n.kind, n.channel_preference FROM tenants n
    WHERE n.id IN (SELECT unnest(v.orgs) FROM instance_inventories v JOIN instances i ON i.id = v.instance_id
                   WHERE i.retired_at IS NULL)
    ORDER BY n.id)sql"};
constexpr Statement kKilledFlags{"exposure_killed", R"sql(
    SELECT DISTINCT flag FROM flag_kills WHERE lifted_by IS NULL)sql"};
// Of each flag the rollout that is in a stage, or one that was.
constexpr Statement kExposureRollouts{"exposure_rollouts", R"sql(
    SELECT DISTINCT ON (r.flag) r.id, r.flag, CASE WHEN r.state <> 'active' THEN '' ELSE coalesce(
        (SELECT string_agg(t, ' ') FROM rollout_tenants(r.id, r.stage) t
         WHERE t IN (SELECT unnest(v.orgs) FROM instance_inventories v)), '') END
    FROM rollouts r WHERE r.stage IS NOT NULL ORDER BY r.flag, (r.state = 'active') DESC, r.id)sql"};
constexpr Statement kInstanceFlags{"exposure_ordered", R"sql(
    SELECT i.id, NOT coalesce(s.agent, false), coalesce(array_to_string(v.orgs, ' '), ''), coalesce(d.flags::text, '')
    FROM instances i LEFT JOIN instance_inventories v ON v.instance_id = i.id
    LEFT JOIN instance_status s ON s.instance_id = i.id
    LEFT JOIN desired_states d ON d.instance_id = i.id
    WHERE i.retired_at IS NULL ORDER BY i.id)sql"};

// In the order of the instances' names, as everybody locks them.
constexpr Statement kLockOrders{"exposure_orders_lock", R"sql(
    SELECT instance_id FROM desired_states WHERE instance_id = ANY ($1::text[])
    ORDER BY instance_id FOR NO KEY UPDATE)sql"};
constexpr Statement kChangeFlags{"exposure_change", R"sql(
    UPDATE desired_states d SET flags = w.flags::jsonb,
        generation = 1 + greatest(d.generation, (SELECT least(s.generation, 4503599627370496) FROM instance_status s
                                                 WHERE s.instance_id = d.instance_id))
    FROM unnest($1::text[], $2::text[]) AS w(instance_id, flags)
    WHERE d.instance_id = w.instance_id AND (d.flags <> w.flags::jsonb OR d.instance_id = ANY ($3::text[]))
    RETURNING d.instance_id, d.generation)sql"};
// Somebody else may begin at the same moment: the newer word counts then, and a kill is never refused for it.
constexpr Statement kBeginFlags{"exposure_begin", R"sql(
    INSERT INTO desired_states AS d (instance_id, generation, enabled, mode, reason, operation_id, flags)
    SELECT w.instance_id, 1 + least(coalesce(s.generation, 0), 4503599627370496), true, 'hot', '', NULL, w.flags::jsonb
    FROM unnest($1::text[], $2::text[]) AS w(instance_id, flags)
    LEFT JOIN instance_status s ON s.instance_id = w.instance_id
    WHERE (w.flags <> '{}' OR w.instance_id = ANY ($3::text[]))
      AND NOT EXISTS (SELECT FROM desired_states o WHERE o.instance_id = w.instance_id)
    ORDER BY w.instance_id
    ON CONFLICT (instance_id) DO UPDATE SET flags = EXCLUDED.flags,
        generation = 1 + greatest(d.generation, EXCLUDED.generation)
    RETURNING d.instance_id, d.generation)sql"};
constexpr Statement kTargets{"exposure_targets", R"sql(
    SELECT instance_id FROM operation_targets WHERE operation_id = $1 ORDER BY instance_id)sql"};
// The two numbers name this lock in the whole database: "prtc", 2.
constexpr Statement kTryLockExposure{"exposure_try_lock", "SELECT pg_try_advisory_xact_lock(1886549091, 2)"};

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

constexpr Statement kFlagKills{"flag_kills_in_force", R"sql(
    SELECT k.operation_id, k.flag, k.release_id, k.killed_at, o.requested_by, o.reason
    FROM flag_kills k JOIN operations o ON o.id = k.operation_id
    WHERE k.lifted_by IS NULL AND ($1::text IS NULL OR k.flag = $1) ORDER BY k.flag, o.number)sql"};
constexpr Statement kOpenFlagReviews{"flag_reviews_open", R"sql(
    SELECT k.operation_id FROM flag_kills k JOIN kill_reviews r ON r.operation_id = k.operation_id
    WHERE k.flag = $1 AND r.completed_at IS NULL ORDER BY k.operation_id)sql"};
constexpr Statement kIsKnownFlag{"flag_is_known", R"sql(
    SELECT EXISTS (SELECT FROM releases r WHERE r.flag = $1) OR EXISTS (SELECT FROM rollouts o WHERE o.flag = $1)
        OR EXISTS (SELECT FROM instance_inventories v WHERE v.flags ? $1))sql"};
constexpr Statement kInsertFlagApproval{"flag_approval_insert", R"sql(
    INSERT INTO flag_approvals (id, flag, reason, approved_by, expires_at)
    VALUES ($1, $2, $3, $4, portcullis.now() + $5::interval)
    RETURNING id, flag, reason, approved_by, approved_at, expires_at)sql"};
constexpr Statement kFindFlagApproval{"flag_approval_find", R"sql(
    SELECT a.id, a.flag, a.reason, a.approved_by, a.approved_at, a.expires_at FROM flag_approvals a
    WHERE a.flag = $1 AND a.approved_by <> $2 AND a.expires_at > portcullis.now()
      AND holds_role(a.approved_by, 'system_owner')
      AND NOT EXISTS (SELECT FROM operations o WHERE o.flag_approval_id = a.id)
    ORDER BY a.id DESC LIMIT 1)sql"};

/// Names of organizations have no spaces: the channel takes no others.
std::vector<std::string> Names(const std::string& joined) {
    std::vector<std::string> names;
    if (!joined.empty()) {
        for (const std::string_view name : platform::Split(joined, ' ')) {
            names.emplace_back(name);
        }
    }
    return names;
}

std::pair<policy::ReleaseId, policy::TenantFacts> ReadCandidate(Columns& in) {
    auto release = in.Id<policy::ReleaseId>();
    policy::TenantFacts tenant;
    tenant.id = in.Id<policy::TenantId>();
    tenant.registered = in.Flag();
    tenant.kind = in.Enum<policy::TenantKind>();
    tenant.preference = in.Enum<policy::ChannelPreference>();
    tenant.on_plan = in.Flag();
    if (auto consent_id = in.OptId<policy::RecordId>()) {
        policy::ConsentFacts consent;
        consent.id = std::move(*consent_id);
        consent.recorded_by_kind = in.Enum<policy::PrincipalKind>();
        consent.given_by = in.Text();
        consent.capacity = in.Text();
        consent.evidence = in.Text();
        consent.given_at = in.Instant();
        consent.expires_at = in.OptInstant();
        consent.withdrawn_at = in.OptInstant();
        tenant.consent = std::move(consent);
    }
    return {std::move(release), std::move(tenant)};
}

policy::TenantFacts ReadHostedTenant(Columns& in) {
    policy::TenantFacts tenant;
    tenant.id = in.Id<policy::TenantId>();
    tenant.registered = in.Flag();
    tenant.kind = in.Enum<policy::TenantKind>();
    tenant.preference = in.Enum<policy::ChannelPreference>();
    return tenant;
}

PushedOrder ReadOrder(Columns& in) {
    PushedOrder order;
    order.instance = in.Id<InstanceId>();
    order.generation = in.Int();
    return order;
}

FlagApproval ReadFlagApproval(Columns& in) {
    FlagApproval approval;
    approval.id = in.Id<policy::RecordId>();
    approval.flag = in.Text();
    approval.reason = in.Text();
    approval.approved_by = in.Id<policy::PrincipalId>();
    approval.approved_at = in.Instant();
    approval.expires_at = in.Instant();
    return approval;
}

}  // namespace

std::vector<InstanceId> RecordInventories(Tx& tx, const std::string& controller,
                                          const std::vector<InstanceInventory>& inventories) {
    std::vector<InstanceId> unheard;
    for (const InstanceInventory& inventory : inventories) {
        const bool noted = tx.One(
            kRecordInventory, [](Columns& in) { return in.Flag(); }, inventory.instance, inventory.orgs,
            inventory.tenants, inventory.tenants_digest, inventory.flags, inventory.sent_at, controller);
        if (!noted) {
            unheard.push_back(inventory.instance);
        }
    }
    return unheard;
}

std::vector<InstanceInventory> ListInventories(Tx& tx) {
    return tx.All(kListInventories, [](Columns& in) {
        InstanceInventory inventory;
        inventory.instance = in.Id<InstanceId>();
        inventory.orgs = Names(in.Text());
        inventory.tenants = in.Int();
        inventory.tenants_digest = in.Text();
        inventory.flags = in.Text();
        inventory.sent_at = in.Instant();
        return inventory;
    });
}

bool HasInstances(Tx& tx) {
    return tx.One(kHasInstances, [](Columns& in) { return in.Flag(); });
}

policy::ExposureFacts LoadExposureFacts(Tx& tx) {
    policy::ExposureFacts facts;
    facts.now = tx.Now();
    facts.releases = tx.All(kExposureReleases, [&](Columns& in) {
        policy::FlaggedRelease release;
        facts.now = in.Instant();
        release.id = in.Id<policy::ReleaseId>();
        release.flag = in.Text();
        release.channel = in.Enum<policy::Channel>();
        release.plan_approved = in.Flag();
        release.plan_ends_at = in.OptInstant();
        return release;
    });
    auto release = facts.releases.begin();
    for (auto& [id, tenant] : tx.All(kExposureCandidates, ReadCandidate)) {  // both in the order of their ids
        release = std::find_if(release, facts.releases.end(), [&](const auto& one) { return one.id == id; });
        if (release == facts.releases.end()) {
            break;  // it came between the two statements; there is news of it
        }
        release->candidates.push_back(std::move(tenant));
    }
    facts.registry = tx.All(kHostedTenants, ReadHostedTenant);
    for (std::string& flag : tx.All(kKilledFlags, [](Columns& in) { return in.Text(); })) {
        facts.killed_flags.insert(std::move(flag));
    }
    facts.rollouts = tx.All(kExposureRollouts, [](Columns& in) {
        policy::FlaggedRollout rollout;
        rollout.id = in.Id<policy::RolloutId>();
        rollout.flag = in.Text();
        for (std::string& tenant : Names(in.Text())) {
            rollout.tenants.insert(std::move(tenant));
        }
        return rollout;
    });
    return facts;
}

std::vector<InstanceFlags> LoadInstanceFlags(Tx& tx) {
    return tx.All(kInstanceFlags, [](Columns& in) {
        InstanceFlags flags;
        flags.instance = in.Id<InstanceId>();
        flags.managed = in.Flag();
        flags.orgs = Names(in.Text());
        flags.ordered = wire::ReadStoredFlags(in.Text());
        return flags;
    });
}

std::vector<InstanceId> ListTargets(Tx& tx, const policy::RecordId& operation) {
    return tx.All(
        kTargets, [](Columns& in) { return in.Id<InstanceId>(); }, operation);
}

std::vector<PushedOrder> OrderFlags(Tx& tx, const std::vector<FlagsToOrder>& flags,
                                    const std::vector<InstanceId>& always) {
    std::vector<InstanceId> instances;
    std::vector<std::string> documents;
    for (const FlagsToOrder& one : flags) {
        instances.push_back(one.instance);
        documents.push_back(wire::EncodeWantedFlags(one.flags));
    }
    tx.Exec(kLockOrders, instances);
    std::vector<PushedOrder> orders = tx.All(kChangeFlags, ReadOrder, instances, documents, always);
    for (PushedOrder& begun : tx.All(kBeginFlags, ReadOrder, instances, documents, always)) {
        orders.push_back(std::move(begun));
    }
    // Whose first order somebody else committed between the two statements above was met by neither.
    std::vector<InstanceId> missed;
    std::vector<std::string> missed_documents;
    for (std::size_t i = 0; i < instances.size(); ++i) {
        if (std::ranges::find(always, instances[i]) != always.end() &&
            std::ranges::find(orders, instances[i], &PushedOrder::instance) == orders.end()) {
            missed.push_back(instances[i]);
            missed_documents.push_back(documents[i]);
        }
    }
    if (!missed.empty()) {
        for (PushedOrder& changed : tx.All(kChangeFlags, ReadOrder, missed, missed_documents, always)) {
            orders.push_back(std::move(changed));
        }
    }
    std::ranges::sort(orders, {}, &PushedOrder::instance);
    return orders;
}

bool TryLockExposure(Tx& tx) {
    return tx.One(kTryLockExposure, [](Columns& in) { return in.Flag(); });
}

std::vector<ExposureDriftRow> LoadDrifts(Tx& tx, const policy::ReleaseId& release) {
    return tx.All(
        kDriftsOf,
        [](Columns& in) {
            ExposureDriftRow drift;
            drift.instance = in.Id<InstanceId>();
            drift.kind = in.Enum<policy::ExposureDrift>();
            drift.tenants = Names(in.Text());
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
            due.hosts = Names(in.Text());
            due.planned = Names(in.Text());
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

std::vector<FlagKill> ListFlagKills(Tx& tx, const std::optional<std::string>& flag) {
    return tx.All(
        kFlagKills,
        [](Columns& in) {
            FlagKill kill;
            kill.operation = in.Id<policy::RecordId>();
            kill.flag = in.Text();
            kill.release = in.OptText();
            kill.killed_at = in.Instant();
            kill.killed_by = in.Text();
            kill.reason = in.Text();
            return kill;
        },
        flag);
}

std::vector<policy::RecordId> ListOpenFlagReviews(Tx& tx, const std::string& flag) {
    return tx.All(
        kOpenFlagReviews, [](Columns& in) { return in.Id<policy::RecordId>(); }, flag);
}

bool IsKnownFlag(Tx& tx, const std::string& flag) {
    return tx.One(
        kIsKnownFlag, [](Columns& in) { return in.Flag(); }, flag);
}

FlagApproval InsertFlagApproval(Tx& tx, const policy::RecordId& id, const std::string& flag,
                                const policy::PrincipalId& by, const std::string& reason, policy::Duration valid_for) {
    return tx.One(kInsertFlagApproval, ReadFlagApproval, id, flag, reason, by, valid_for);
}

std::optional<FlagApproval> FindFlagApproval(Tx& tx, const std::string& flag, const policy::PrincipalId& requester) {
    return tx.Find(kFindFlagApproval, ReadFlagApproval, flag, requester);
}

}  // namespace store
