#include "tests/store/world.hpp"

#include <atomic>

#include <gtest/gtest.h>

#include "controller/policy/classification.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/consents.hpp"
#include "controller/store/incidents.hpp"
#include "controller/store/plans.hpp"
#include "controller/wire/manifest.hpp"
#include "controller/wire/plan.hpp"
#include "platform/crypto/crypto.hpp"

namespace store_test {
namespace {

constexpr std::string_view kStart = "2025-01-13T09:00:00Z";

store::BootstrapPrincipal FirstPerson(const std::string& name, std::vector<Role> roles) {
    store::BootstrapPrincipal person;
    person.id = Person(name);
    person.kind = name == "ci" ? policy::PrincipalKind::kComponent : policy::PrincipalKind::kUser;
    person.display_name = name;
    person.roles = std::move(roles);
    person.token_hash = TokenHash(name);
    person.token_id = NewId("tok");
    return person;
}

void BuildWorld(const std::string& owner_conninfo, Clock clock) {
    store::MigrateUp(owner_conninfo);
    store::InitialiseOptions options;
    options.simulated_clock = clock == Clock::kSimulated;
    if (options.simulated_clock) {
        options.start = support::At(kStart);
    }
    options.principals = {FirstPerson("ana", {Role::kReleaseManager}), FirstPerson("dora", {Role::kDevLead}),
                          FirstPerson("dave", {Role::kDevLead}),       FirstPerson("quinn", {Role::kQa}),
                          FirstPerson("quill", {Role::kQa}),           FirstPerson("sam", {Role::kSystemOwner}),
                          FirstPerson("sue", {Role::kSystemOwner}),    FirstPerson("ada", {Role::kAdmin}),
                          FirstPerson("alan", {Role::kAdmin}),         FirstPerson("ci", {Role::kPipeline})};
    const auto rules = policy::DefaultPathRules();
    options.path_rules.assign(rules.begin(), rules.end());
    store::Initialise(owner_conninfo, options);
    pqxx::connection owner(owner_conninfo);
    pqxx::nontransaction(owner).exec(R"sql(
        INSERT INTO portcullis.tenants (id, name, kind, channel_preference, created_by) VALUES
            ('tenant-1', 'One', 'staging', 'any', 'ana'), ('tenant-2', 'Two', 'staging', 'any', 'ana'),
            ('tenant-3', 'Three', 'production', 'any', 'ana'),
            ('tenant-4', 'Four', 'production', 'stable_only', 'ana'), ('tenant-dev', 'Dev', 'dev', 'any', 'ana'))sql");
}

}  // namespace

support::Schema SchemaWith(Clock clock) {
    return {std::string(PORTCULLIS_SOURCE_DIR) + "/migrations/controller",
            [clock](const std::string& owner) { BuildWorld(owner, clock); },
            clock == Clock::kSimulated ? "store simulated" : "store real"};
}

platform::Digest TokenHash(std::string_view person) {
    return platform::Sha256("token-of-" + std::string(person));
}

policy::RecordId NewId(std::string_view prefix) {
    static std::atomic<std::int64_t> count{1'736'758'800'000};
    return policy::RecordId::Trusted(std::string(prefix) + "_" + platform::MakeUlid(++count));
}

store::DatabaseOptions OptionsFor(std::string conninfo, int connections) {
    store::DatabaseOptions options;
    options.conninfo = std::move(conninfo);
    options.connections = connections;
    return options;
}

World::World(Clock clock)
    : owned_(std::make_unique<support::TestDatabase>(SchemaWith(clock))),
      app_conninfo_(owned_->AppConninfo()),
      database_(std::make_unique<store::Database>(OptionsFor(app_conninfo_))) {}

World::World(std::string app_conninfo)
    : app_conninfo_(std::move(app_conninfo)), database_(std::make_unique<store::Database>(OptionsFor(app_conninfo_))) {}

void World::Sql(const std::string& sql) const {
    pqxx::connection connection(app_conninfo_);
    pqxx::work work(connection);
    work.exec(sql);
    work.commit();
}

std::string World::Cell(const std::string& sql) const {
    pqxx::connection connection(app_conninfo_);
    pqxx::nontransaction work(connection);
    work.exec("SET TimeZone = 'UTC'");
    return work.exec1(sql)[0].c_str();
}

void World::Advance(policy::Duration by) {
    Db().Write([&](store::Tx& tx) { store::AdvanceClock(tx, by); });
}

policy::Time World::Now() {
    return Db().Read([](store::Tx& tx) { return store::Now(tx); });
}

ReleaseId World::Submit(const policy::Manifest& manifest) {
    const store::NewManifest submitted{ReleaseId::Trusted(manifest.id), wire::ContentHash(manifest),
                                       wire::ChangeHash(manifest), wire::EncodeManifest(manifest), Person("ana")};
    Db().Write([&](store::Tx& tx) {
        if (store::LoadRelease(tx, submitted.release, store::Lock::kForUpdate)) {
            store::AppendManifestRevision(tx, submitted);
        } else {
            store::InsertRelease(tx, submitted);
        }
    });
    return submitted.release;
}

ReleaseId World::NewRelease(ReleaseClass classification, const std::string& id) {
    static std::atomic<int> count{0};
    policy::Manifest manifest = support::GoodManifest(classification);
    manifest.id = id.empty() ? "rel-" + std::to_string(++count) : id;
    return Submit(manifest);
}

store::Release World::Load(const ReleaseId& release) {
    return *Db().Read([&](store::Tx& tx) { return store::LoadRelease(tx, release); });
}

std::string World::PlanHash(const ReleaseId& release) {
    return Db().Read([&](store::Tx& tx) { return store::LoadPlanRevision(tx, release); })->content_hash;
}

void World::Approve(const ReleaseId& release, ApprovalScope scope, Role role, std::string_view person) {
    store::NewApproval approval;
    approval.id = NewId("apr");
    approval.release = release;
    approval.scope = scope;
    approval.role = role;
    approval.principal = Person(person);
    approval.content_hash = scope == ApprovalScope::kPlan ? PlanHash(release) : Load(release).content_hash;
    Db().Write([&](store::Tx& tx) { store::InsertApproval(tx, approval); });
}

void World::ApproveClass(const ReleaseId& release) {
    const auto approve = [&](Role role, std::string_view person) {
        Approve(release, ApprovalScope::kClass, role, person);
    };
    switch (*Load(release).classification) {
        case ReleaseClass::kUiOnly:
            approve(Role::kDevLead, "dora");
            break;
        case ReleaseClass::kWorkflow:
            approve(Role::kDevLead, "dora");
            approve(Role::kQa, "quinn");
            break;
        case ReleaseClass::kCapability:
            approve(Role::kDevLead, "dora");
            approve(Role::kSystemOwner, "sam");
            break;
        case ReleaseClass::kMechanism:
            approve(Role::kSystemOwner, "sam");
            Sql("INSERT INTO portcullis.risk_acceptances (id, release_id, principal_id, content_hash, risk, rationale, "
                "review_date) SELECT '" +
                NewId("rsk").Text() +
                "', id, 'sam', content_hash, 'Takes long', 'Online', "
                "'2026-01-01' FROM portcullis.releases WHERE id = '" +
                release.Text() + "'");
            break;
    }
}

void World::SetPlan(const ReleaseId& release, policy::Duration minimum_stay) {
    policy::ExposurePlan plan = support::GoodPlan();
    plan.minimum_stay = minimum_stay;
    plan.maximum_stay = minimum_stay + policy::Days{60};
    SetPlan(release, plan);
}

void World::SetPlan(const ReleaseId& release, const policy::ExposurePlan& plan) {
    Db().Write([&](store::Tx& tx) {
        store::LoadRelease(tx, release, store::Lock::kForUpdate);
        store::AppendPlanRevision(tx, {release, wire::ContentHash(plan), wire::EncodePlan(plan), Person("ana")});
    });
}

void World::Consent(const ReleaseId& release, std::string_view tenant) {
    store::NewConsent consent;
    consent.id = NewId("con");
    consent.tenant = policy::TenantId::Trusted(std::string(tenant));
    consent.release = release;
    consent.given_by = "Omar Haddad";
    consent.capacity = "administrator of the tenant";
    consent.evidence = "Ticket 118";
    consent.given_at = Now();
    consent.recorded_by = Person("ana");
    Db().Write([&](store::Tx& tx) { store::InsertConsent(tx, consent); });
}

policy::RecordId World::RecordCheck(const ReleaseId& release, policy::Control control, policy::CheckOutcome outcome) {
    store::NewCheck check;
    check.id = NewId("chk");
    check.release = release;
    check.control = control;
    check.outcome = outcome;
    check.change_hash = Load(release).change_hash;
    check.evidence = R"({"text":"seen"})";
    check.performed_at = Now();
    check.recorded_by = Person("quinn");
    Db().Write([&](store::Tx& tx) { store::InsertCheck(tx, check); });
    return check.id;
}

policy::RecordId World::RaiseHardStop(const ReleaseId& release, policy::HardStop rule, std::string_view by) {
    const store::NewHardStop stop{NewId("hst"), release, rule, "Seen in a test", Person(by)};
    Db().Write([&](store::Tx& tx) { store::InsertHardStop(tx, stop); });
    return stop.id;
}

policy::RecordId World::OpenIncident(const ReleaseId& release, policy::Severity severity) {
    store::NewIncident incident{NewId("inc"), "Slow", "Pages are slow", severity, Person("ana"), {}};
    incident.subjects = {{store::SubjectKind::kRelease, release.Text()}};
    Db().Write([&](store::Tx& tx) { store::InsertIncident(tx, incident); });
    return incident.id;
}

void World::ResolveIncident(const policy::RecordId& incident) {
    Db().Write([&](store::Tx& tx) {
        store::MoveIncident(tx, incident, policy::IncidentState::kResolved, Person("ana"), "Index added");
    });
}

void World::DecideEvaluations(const ReleaseId& release) {
    Db().Write([&](store::Tx& tx) {
        for (const auto& evaluation : store::LoadRollbackEvaluations(tx, release)) {
            if (!evaluation.decision) {
                store::DecideRollbackEvaluation(tx, evaluation.id, store::EvaluationDecision::kContinue, Person("sam"),
                                                "Contained");
            }
        }
    });
}

std::int64_t World::DecideMemo(const ReleaseId& release, Channel target) {
    return Db().Write([&](store::Tx& tx) {
        const auto row = *store::LoadRelease(tx, release, store::Lock::kForUpdate);
        store::NewMemo memo;
        memo.release = release;
        memo.number = store::NextMemoNumber(tx, release);
        memo.target = target;
        memo.decision = policy::Decision::kGo;
        memo.manifest_content_hash = row.content_hash;
        memo.content = R"({"number":)" + std::to_string(memo.number) + "}";
        memo.content_hash = platform::Sha256Hex(memo.content);
        memo.decided_by = Person("sue");
        return store::InsertMemo(tx, memo).number;
    });
}

void World::SignMemo(const ReleaseId& release, std::int64_t number, Role role, std::string_view person) {
    Db().Write([&](store::Tx& tx) {
        const auto memo = *store::LoadMemo(tx, release, number);
        store::InsertMemoSignature(tx, release, number, role, Person(person), memo.content_hash);
    });
}

void World::MakeReadyFor(const ReleaseId& release, Channel to) {
    switch (to) {
        case Channel::kDev:
            return;
        case Channel::kExperimental:
            ApproveClass(release);
            SetPlan(release);
            Approve(release, ApprovalScope::kPlan, Role::kDevLead, "dora");
            Approve(release, ApprovalScope::kExperimental, Role::kDevLead, "dora");
            Consent(release, "tenant-1");
            Consent(release, "tenant-2");
            return;
        case Channel::kCandidate:
            Advance(policy::Days{7} + std::chrono::minutes{1});
            Approve(release, ApprovalScope::kCandidate, Role::kDevLead, "dora");
            Approve(release, ApprovalScope::kCandidate, Role::kQa, "quinn");
            break;
        case Channel::kStable:
            Advance(policy::Days{7} + std::chrono::minutes{1});
            Approve(release, ApprovalScope::kStable, Role::kSystemOwner, "sam");
            break;
    }
    if (to == Channel::kStable || Load(release).classification == ReleaseClass::kMechanism) {
        const std::int64_t memo = DecideMemo(release, to);
        SignMemo(release, memo, Role::kSystemOwner, "sam");
        SignMemo(release, memo, Role::kDevLead, "dora");
    }
}

void World::BringTo(const ReleaseId& release, Channel channel) {
    for (Channel at = Load(release).channel; at != channel; at = policy::NextChannel(at)) {
        MakeReadyFor(release, policy::NextChannel(at));
        Promote(release, policy::NextChannel(at));
    }
}

store::Promotion World::Promote(const ReleaseId& release, Channel to) {
    return Db().Write([&](store::Tx& tx) {
        const auto row = *store::LoadRelease(tx, release, store::Lock::kForUpdate);
        store::NewPromotion promotion;
        promotion.id = NewId("prm");
        promotion.release = release;
        promotion.from = row.channel;
        promotion.to = to;
        promotion.content_hash = row.content_hash;
        promotion.facts_hash = std::string(64, 'f');
        promotion.verdict = R"({"state":"allow"})";
        promotion.promoted_by = Person("ana");
        return store::InsertPromotion(tx, promotion);
    });
}

std::string World::PromotionSql(const ReleaseId& release, Channel to) {
    return "INSERT INTO portcullis.promotions (id, release_id, from_channel, to_channel, content_hash, facts_hash, "
           "verdict, promoted_by) SELECT '" +
           NewId("prm").Text() + "', id, channel, '" + std::string(platform::EnumText(to)) +
           "', content_hash, 'f', '{}', 'ana' FROM portcullis.releases "
           "WHERE id = '" +
           release.Text() + "'";
}

store::AuditHead World::AppendAudit(std::string_view action) {
    return Db().Write([&](store::Tx& tx) {
        store::AuditEntry entry;
        entry.actor = "ana";
        entry.action = std::string(action);
        entry.summary = "something happened";
        return store::AppendAudit(tx, std::move(entry));
    });
}

void ExpectRefused(const World& world, std::string_view rule, const std::string& sql) {
    try {
        world.Sql(sql);
        ADD_FAILURE() << "not refused by " << rule << ": " << sql;
    } catch (const pqxx::sql_error& error) {
        EXPECT_EQ(error.sqlstate(), "PC001") << error.what() << sql;
        EXPECT_NE(std::string(error.what()).find(std::string(rule) + ": "), std::string::npos)
            << "expected " << rule << ": " << error.what() << sql;
    }
}

void ExpectNoRight(const World& world, const std::string& sql) {
    try {
        world.Sql(sql);
        ADD_FAILURE() << "the application's role may: " << sql;
    } catch (const pqxx::insufficient_privilege&) {
        SUCCEED();
    }
}

}  // namespace store_test
