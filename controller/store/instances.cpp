#include "controller/store/instances.hpp"

#include <map>

#include "controller/store/callers.hpp"
#include "controller/store/tx.hpp"

namespace store {
namespace {

#define ENROLMENT_COLUMNS \
    " id, instance_id, created_at, created_by, expires_at, used_at, encode(credential_hash, 'hex'), key_id "
#define DESIRED_COLUMNS                                                                       \
    " d.instance_id, d.generation, d.enabled, d.mode, d.reason, d.operation_id, d.issued_at," \
    " CASE WHEN d.flags <> '{}' THEN d.flags::text ELSE '' END "
#define INSTANCE_COLUMNS                                                                                               \
    " i.id, i.created_at, i.created_by, i.retired_at, i.retired_by, i.version,"                                        \
    " EXISTS (SELECT FROM instance_credentials c WHERE c.instance_id = i.id AND c.revoked_at IS NULL),"                \
    " s.instance_id, s.connected_to, s.last_seen_at,"                                                                  \
    " extract(epoch FROM clock_timestamp() - s.last_seen_at)::bigint, s.boot_id, s.process_started_at, s.program,"     \
    " s.agent, s.hosted, s.enabled, s.generation, s.rejected, s.problem,"                                              \
    " extract(epoch FROM clock_timestamp() - s.beside_at)::bigint,"                                                    \
    " (extract(epoch FROM s.clock_ahead) * 1000000)::bigint, s.tenants, nullif(s.tenants_digest, '')," DESIRED_COLUMNS \
    "FROM instances i LEFT JOIN instance_status s ON s.instance_id = i.id"                                             \
    " LEFT JOIN desired_states d ON d.instance_id = i.id "

constexpr Statement kInsertEnrolment{"enrolment_insert", R"sql(
    INSERT INTO enrolments (id, instance_id, hash, created_by, expires_at, key_id)
    VALUES ($1, $2, decode($3, 'hex'), $4, portcullis.now() + $5::interval, nullif($6, '')) RETURNING)sql" ENROLMENT_COLUMNS};
constexpr Statement kLockEnrolment{"enrolment_lock", "SELECT" ENROLMENT_COLUMNS R"sql(
    FROM enrolments WHERE hash = decode($1, 'hex') FOR UPDATE)sql"};
constexpr Statement kLetIn{"instance_let_in", R"sql(
    INSERT INTO instances (id, created_by) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET retired_by = NULL)sql"};
constexpr Statement kSpendEnrolment{"enrolment_spend", R"sql(
    UPDATE enrolments SET credential_hash = decode($2, 'hex') WHERE id = $1)sql"};
constexpr Statement kIssueCredential{"instance_credential_issue", R"sql(
    INSERT INTO instance_credentials (id, instance_id, hash, enrolment_id)
    VALUES ($1, $2, decode($3, 'hex'), $4))sql"};
// What the whole fleet was ordered last holds for those that join later, too. While that rolls on, or was halted, the
// order before it holds; of one that rolls on they are in the last batch.
constexpr Statement kOrderNewcomer{"instance_order_newcomer", R"sql(
    WITH fleet AS (
        SELECT o.*, EXISTS (SELECT FROM operation_halts h WHERE h.operation_id = o.id) AS halted,
               EXISTS (SELECT FROM instance_orders w WHERE w.subject = o.subject AND w.chosen = o.number
                                                       AND w.issued IS DISTINCT FROM w.chosen) AS waiting
        FROM operations o WHERE o.whole_fleet AND o.subject = 'switch' ORDER BY o.number DESC
    ), rolling AS (
        SELECT f.id, f.number, coalesce((SELECT max(t.batch) FROM operation_targets t
                                            WHERE t.operation_id = f.id AND t.batch > 1), 1) AS batch
        FROM fleet f WHERE f.waiting AND NOT f.halted ORDER BY f.number DESC LIMIT 1
    ), standing AS (
        SELECT f.* FROM fleet f WHERE NOT f.waiting AND NOT f.halted ORDER BY f.number DESC LIMIT 1
    ), ordered AS (
        INSERT INTO desired_states AS d (instance_id, generation, enabled, mode, reason, operation_id)
        SELECT $1, 1 + coalesce((SELECT least(s.generation, 4503599627370496) FROM instance_status s
                                 WHERE s.instance_id = $1), 0), o.enabled,
               o.mode, o.reason, o.id
        FROM standing o
        ON CONFLICT (instance_id) DO UPDATE SET generation = greatest(d.generation + 1, EXCLUDED.generation),
            enabled = EXCLUDED.enabled, mode = EXCLUDED.mode, reason = EXCLUDED.reason,
            operation_id = EXCLUDED.operation_id
        WHERE d.operation_id IS NULL  -- it had flags before, and no order of the switch
        RETURNING d.instance_id, d.generation, d.operation_id
    ), chosen AS (
        INSERT INTO operation_targets (operation_id, instance_id, batch)
        SELECT d.operation_id, d.instance_id,
               coalesce((SELECT max(t.batch) FROM operation_targets t
                         WHERE t.operation_id = d.operation_id AND t.batch > 1), 1)
        FROM ordered d
        UNION ALL
        SELECT r.id, $1, r.batch FROM rolling r WHERE NOT EXISTS (SELECT FROM standing s WHERE s.number > r.number)
        ON CONFLICT (operation_id, instance_id) DO NOTHING
    )
    INSERT INTO operation_instances (operation_id, instance_id, generation)
    SELECT operation_id, instance_id, generation FROM ordered)sql"};

constexpr Statement kFindByCredential{"instance_by_credential", R"sql(
    SELECT c.instance_id FROM instance_credentials c JOIN instances i ON i.id = c.instance_id
    WHERE c.hash = decode($1, 'hex') AND c.revoked_at IS NULL AND i.retired_at IS NULL)sql"};
constexpr Statement kGoodCredentials{"instance_credentials_good", R"sql(
    SELECT encode(c.hash, 'hex') FROM unnest($1::text[]) AS given(hash) CROSS JOIN LATERAL (
        SELECT * FROM instance_credentials i
        WHERE i.hash = decode(given.hash, 'hex') AND i.revoked_at IS NULL OFFSET 0) c)sql"};
constexpr Statement kRevokeCredential{"instance_credential_revoke", R"sql(
    UPDATE instance_credentials SET revoked_by = $2 WHERE instance_id = $1 AND revoked_at IS NULL RETURNING id)sql"};
constexpr Statement kRetire{"instance_retire", "UPDATE instances SET retired_by = $2 WHERE id = $1"};

constexpr Statement kLoadInstance{"instance_load", "SELECT" INSTANCE_COLUMNS "WHERE i.id = $1"};
constexpr Statement kLockInstance{"instance_lock", "SELECT" INSTANCE_COLUMNS "WHERE i.id = $1 FOR NO KEY UPDATE OF i"};
constexpr Statement kListInstances{"instance_list", "SELECT" INSTANCE_COLUMNS R"sql(
    WHERE ($1 OR i.retired_at IS NULL) AND ($2::text IS NULL OR i.id > $2) ORDER BY i.id LIMIT $3)sql"};
constexpr Statement kLoadInstances{"instances_load", "SELECT" INSTANCE_COLUMNS R"sql(
    WHERE i.id = ANY ($1::text[]) ORDER BY i.id)sql"};
constexpr Statement kFindStrangers{"instances_strangers", R"sql(
    SELECT g.id FROM unnest($1::text[]) AS g(id) WHERE NOT EXISTS (
        SELECT FROM instances i WHERE i.id = g.id AND i.retired_at IS NULL))sql"};
constexpr Statement kDesiredStates{"desired_states_of", "SELECT" DESIRED_COLUMNS R"sql(FROM desired_states d
    WHERE d.instance_id = ANY ($1::text[]))sql"};
// OFFSET 0 here and in the others: looked up by key for each, however few rows the planner expects of an array.
constexpr Statement kDesiredAbove{"desired_states_above", "SELECT" DESIRED_COLUMNS R"sql(
    FROM unnest($1::text[], $2::bigint[]) AS k(instance_id, generation) CROSS JOIN LATERAL (
        SELECT * FROM desired_states s WHERE s.instance_id = k.instance_id AND s.generation > k.generation OFFSET 0) d)sql"};

// What follows from these words is told by PostgreSQL (docs/adr/0022).
constexpr Statement kRecordReports{"instance_reports_record", R"sql(
    SELECT operation, instance, what, came_out FROM portcullis.record_reports(
        $1, $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::boolean[], $7::boolean[], $8::boolean[],
        $9::bigint[], $10::bigint[], $11::text[], $12::bigint[], $13::text[], $14::text[], $15::timestamptz[],
        $16::interval[]))sql"};
constexpr Statement kRecordBeside{"instances_beside", R"sql(
    UPDATE instance_status s SET beside_at = greatest(s.beside_at, clock_timestamp() + g.awaited)
    FROM unnest($1::text[], $2::interval[]) AS g(instance_id, awaited) WHERE s.instance_id = g.instance_id)sql"};
constexpr Statement kRecordDisconnected{"instances_disconnected", R"sql(
    UPDATE instance_status SET connected_to = NULL WHERE instance_id = ANY ($2::text[]) AND connected_to = $1)sql"};

#undef ENROLMENT_COLUMNS
#undef DESIRED_COLUMNS
#undef INSTANCE_COLUMNS

Enrolment ReadEnrolment(Columns& in) {
    Enrolment enrolment;
    enrolment.id = in.Id<policy::RecordId>();
    enrolment.instance = in.Id<InstanceId>();
    enrolment.created_at = in.Instant();
    enrolment.created_by = in.Id<policy::PrincipalId>();
    enrolment.expires_at = in.Instant();
    enrolment.used_at = in.OptInstant();
    enrolment.credential_hash = in.OptText();
    enrolment.key = in.OptText();
    return enrolment;
}

DesiredState ReadDesired(Columns& in) {
    DesiredState desired;
    desired.instance = in.Id<InstanceId>();
    desired.generation = in.Int();
    desired.enabled = in.Flag();
    desired.mode = in.Text();
    desired.reason = in.Text();
    desired.operation = in.OptId<policy::RecordId>().value_or(policy::RecordId());
    desired.issued_at = in.Instant();
    desired.flags = in.Text();
    return desired;
}

InstanceStatus ReadStatus(Columns& in) {
    InstanceStatus status;
    static_cast<void>(in.Text());  // whose it is
    status.connected_to = in.OptText();
    status.last_seen_at = in.OptInstant();
    status.silent_for = in.OptSeconds();
    status.boot_id = in.Text();
    status.started_at = in.OptInstant();
    status.program = in.Text();
    status.agent = in.Flag();
    status.hosted = in.Flag();
    status.enabled = in.Flag();
    status.generation = in.Int();
    status.rejected = in.Int();
    status.problem = in.Text();
    status.beside_for = in.OptSeconds();
    if (const auto ahead = in.OptInt()) {
        status.clock_ahead = std::chrono::microseconds(*ahead);
    }
    const auto count = in.OptInt();
    if (auto digest = in.OptText(); count && digest) {
        status.tenants = TenantCount{*count, std::move(*digest)};
    }
    return status;
}

constexpr int kStatusColumns = 17;

Instance ReadInstance(Columns& in) {
    Instance instance;
    instance.id = in.Id<InstanceId>();
    instance.created_at = in.Instant();
    instance.created_by = in.Text();
    instance.retired_at = in.OptInstant();
    instance.retired_by = in.OptText();
    instance.version = in.Int();
    instance.has_credential = in.Flag();
    if (!in.IsNull()) {
        instance.status = ReadStatus(in);
    } else {
        for (int column = 0; column < kStatusColumns; ++column) {
            static_cast<void>(in.OptText());
        }
    }
    if (!in.IsNull()) {
        instance.desired = ReadDesired(in);
    }
    return instance;
}

RecordedStep ReadRecordedStep(Columns& in) {
    RecordedStep step;
    step.operation = in.Id<policy::RecordId>();
    step.instance = in.Id<InstanceId>();
    step.step = in.Text();
    step.outcome = in.Text();
    return step;
}

}  // namespace

Enrolment InsertEnrolment(Tx& tx, const NewEnrolment& enrolment) {
    return tx.One(kInsertEnrolment, ReadEnrolment, enrolment.id, enrolment.instance, DigestHex(enrolment.hash),
                  enrolment.created_by, enrolment.valid_for, enrolment.key);
}

std::optional<Enrolment> LockEnrolmentByHash(Tx& tx, const platform::Digest& hash) {
    return tx.Find(kLockEnrolment, ReadEnrolment, DigestHex(hash));
}

void ExchangeEnrolment(Tx& tx, const Enrolment& enrolment, const policy::RecordId& credential,
                       const std::string& credential_hash) {
    tx.Exec(kLetIn, enrolment.instance, enrolment.created_by);
    tx.Exec(kRevokeCredential, enrolment.instance, "enrolment " + enrolment.id.Text());
    tx.Exec(kSpendEnrolment, enrolment.id, credential_hash);
    tx.Exec(kIssueCredential, credential, enrolment.instance, credential_hash, enrolment.id);
    tx.Exec(kOrderNewcomer, enrolment.instance);
}

std::optional<InstanceId> FindInstanceByCredential(Tx& tx, const platform::Digest& hash) {
    return tx.Find(
        kFindByCredential, [](Columns& in) { return in.Id<InstanceId>(); }, DigestHex(hash));
}

std::vector<std::string> GoodCredentials(Tx& tx, const std::vector<std::string>& hashes) {
    return tx.All(
        kGoodCredentials, [](Columns& in) { return in.Text(); }, hashes);
}

bool RevokeCredential(Tx& tx, const InstanceId& instance, const std::string& by) {
    return !tx.Exec(kRevokeCredential, instance, by).empty();
}

void RetireInstance(Tx& tx, const InstanceId& instance, const policy::PrincipalId& by) {
    tx.Exec(kRetire, instance, by);
}

std::optional<Instance> LoadInstance(Tx& tx, const InstanceId& id, Lock lock) {
    return tx.Find(lock == Lock::kForUpdate ? kLockInstance : kLoadInstance, ReadInstance, id);
}

std::vector<Instance> LoadInstances(Tx& tx, const std::vector<InstanceId>& ids) {
    return tx.All(kLoadInstances, ReadInstance, ids);
}

Page<Instance> ListInstances(Tx& tx, bool with_retired, const PageQuery& page) {
    return tx.ListPage(
        kListInstances, page, ReadInstance, [](const Instance& row) { return row.id.Text(); }, with_retired);
}

std::vector<DesiredState> LoadDesiredStates(Tx& tx, const std::vector<InstanceId>& instances) {
    return tx.All(kDesiredStates, ReadDesired, instances);
}

std::vector<DesiredState> LoadDesiredAbove(Tx& tx, const std::vector<InstanceId>& instances,
                                           const std::vector<std::int64_t>& generations) {
    return tx.All(kDesiredAbove, ReadDesired, instances, generations);
}

std::vector<InstanceId> FindStrangers(Tx& tx, const std::vector<InstanceId>& instances) {
    return tx.All(
        kFindStrangers, [](Columns& in) { return in.Id<InstanceId>(); }, instances);
}

std::vector<RecordedStep> RecordReports(Tx& tx, const std::string& controller,
                                        const std::vector<InstanceReport>& reports) {
    const auto column = [&](auto field) {
        std::vector<std::decay_t<std::invoke_result_t<decltype(field), const InstanceReport&>>> values;
        values.reserve(reports.size());
        for (const InstanceReport& report : reports) {
            values.push_back(std::invoke(field, report));
        }
        return values;
    };
    // As text: std::vector<bool> has no references.
    const auto flags = [&](bool InstanceReport::*field) {
        std::vector<std::string> values;
        for (const InstanceReport& report : reports) {
            values.emplace_back(report.*field ? "t" : "f");
        }
        return values;
    };
    const auto now = platform::SteadyNow();
    std::vector<policy::Duration> waited;
    std::map<InstanceId, policy::Duration> beside;
    for (const InstanceReport& report : reports) {
        if (report.beside) {
            beside[report.instance] = *report.beside;
        }
        waited.push_back(std::chrono::duration_cast<policy::Duration>(now - report.received_at));
    }
    auto steps =
        tx.All(kRecordReports, ReadRecordedStep, controller, column(&InstanceReport::instance),
               column(&InstanceReport::boot_id), column(&InstanceReport::started_at), column(&InstanceReport::program),
               flags(&InstanceReport::agent), flags(&InstanceReport::hosted), flags(&InstanceReport::enabled),
               column(&InstanceReport::generation), column(&InstanceReport::rejected), column(&InstanceReport::problem),
               column(&InstanceReport::refused_generation), column(&InstanceReport::refusal),
               column(&InstanceReport::refusal_reason), column(&InstanceReport::sent_at), waited);
    if (!beside.empty()) {
        std::vector<InstanceId> instances;
        std::vector<policy::Duration> awaited;
        for (auto& [instance, span] : beside) {
            instances.push_back(instance);
            awaited.push_back(span);
        }
        tx.Exec(kRecordBeside, instances, awaited);
    }
    return steps;
}

void RecordDisconnected(Tx& tx, const std::string& controller, const std::vector<InstanceId>& instances) {
    tx.Exec(kRecordDisconnected, controller, instances);
}

}  // namespace store
