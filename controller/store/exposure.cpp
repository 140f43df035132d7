#include "controller/store/exposure.hpp"

#include <algorithm>
#include <map>

#include "controller/store/names.hpp"
#include "controller/store/tx.hpp"
#include "controller/wire/flags_json.hpp"

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
        inventory.orgs = NamesIn(in.Text());
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
        for (std::string& tenant : NamesIn(in.Text())) {
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
        flags.orgs = NamesIn(in.Text());
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

}  // namespace store
