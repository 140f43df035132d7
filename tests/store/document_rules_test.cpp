// Manifests, plans, the clock, ledgers and rights: what PostgreSQL refuses of plain SQL by itself.
#include <gtest/gtest.h>

#include "controller/store/clock.hpp"
#include "controller/store/freezes.hpp"
#include "controller/store/plans.hpp"
#include "controller/wire/manifest.hpp"
#include "controller/wire/plan.hpp"
#include "platform/crypto/crypto.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

policy::Manifest ManifestOf(const ReleaseId& release, ReleaseClass classification = ReleaseClass::kWorkflow) {
    policy::Manifest manifest = support::GoodManifest(classification);
    manifest.id = release.Text();
    return manifest;
}

std::string RuleRefusingManifest(World& world, const policy::Manifest& manifest) {
    return RuleRefusing([&] { world.Submit(manifest); });
}

TEST(DocumentRules, Cls2TheClassIsFixedOncePromotionHasBegun) {
    World world;
    const ReleaseId release = world.NewRelease();
    EXPECT_EQ(RuleRefusingManifest(world, ManifestOf(release, ReleaseClass::kCapability)), "");
    EXPECT_EQ(RuleRefusingManifest(world, ManifestOf(release)), "");
    world.BringTo(release, Channel::kExperimental);
    EXPECT_EQ(RuleRefusingManifest(world, ManifestOf(release, ReleaseClass::kCapability)), "CLS-2");
    EXPECT_EQ(world.Load(release).classification, ReleaseClass::kWorkflow);
}

TEST(DocumentRules, Cls6WhatIsChangedIsFrozenOncePromotionHasBegun) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.BringTo(release, Channel::kExperimental);
    const auto with = [&](auto change) {
        policy::Manifest manifest = ManifestOf(release);
        change(manifest);
        return RuleRefusingManifest(world, manifest);
    };
    EXPECT_EQ(with([](policy::Manifest& m) { m.files_changed.push_back("src/more.ts"); }), "CLS-6");
    EXPECT_EQ(with([](policy::Manifest& m) { m.artifacts[0].digest = "sha256:" + std::string(64, '2'); }), "CLS-6");
    EXPECT_EQ(with([](policy::Manifest& m) { m.version = "2"; }), "CLS-6");
    EXPECT_EQ(with([](policy::Manifest& m) { m.kill_switch->flag = "OTHER"; }), "CLS-6");
    EXPECT_EQ(with([](policy::Manifest& m) { m.data_changes = {true, "A table", false, false, false, "Runbook"}; }),
              "CLS-6");
    EXPECT_EQ(with([](policy::Manifest& m) { m.description = "Other words for the same."; }), "");
    EXPECT_EQ(world.Load(release).revision, 2);
}

TEST(DocumentRules, Cls6AHashThatHidesAChangeIsRefused) {
    World world;
    const ReleaseId release = world.NewRelease();
    policy::Manifest manifest = ManifestOf(release);
    const std::string old_change = wire::ChangeHash(manifest);
    manifest.files_changed = {"src/auth/login.ts"};
    const std::string document = wire::EncodeManifest(manifest);
    ExpectRefused(
        world, "CLS-6",
        "INSERT INTO portcullis.manifest_revisions (release_id, content_hash, change_hash, document, created_by) "
        "VALUES ('" +
            release.Text() + "', '" + platform::Sha256Hex(document) + "', '" + old_change + "', '" + document +
            "', 'ana')");
    EXPECT_EQ(RuleRefusingManifest(world, manifest), "");
}

TEST(DocumentRules, Sod5ADocumentIsItsHashAndItsRelease) {
    World world;
    const ReleaseId release = world.NewRelease();
    const std::string document = wire::EncodeManifest(ManifestOf(release));
    const auto insert = [&](const std::string& id, const std::string& hash, const std::string& text) {
        return "INSERT INTO portcullis.manifest_revisions (release_id, content_hash, change_hash, document, "
               "created_by) "
               "VALUES ('" +
               id + "', '" + hash + "', repeat('a', 64), '" + text + "', 'ana')";
    };
    ExpectRefused(world, "SOD-5", insert(release.Text(), std::string(64, '0'), document));
    const ReleaseId other = world.NewRelease();
    ExpectRefused(world, "SOD-5", insert(other.Text(), platform::Sha256Hex(document), document));
}

TEST(DocumentRules, AReleaseWithoutAManifestCannotBeCommitted) {
    World world;
    EXPECT_THROW(world.Sql("INSERT INTO portcullis.releases (id, title, content_hash, change_hash, created_by) VALUES "
                           "('bare', 'Bare', repeat('a', 64), repeat('b', 64), 'ana')"),
                 pqxx::sql_error);
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.releases"), "0");
}

TEST(DocumentRules, PlansAreCheckedAndTakenApartByPostgres) {
    World world;
    const ReleaseId release = world.NewRelease();
    const auto insert = [&](const policy::ExposurePlan& plan) {
        return RuleRefusing([&] {
            world.Db().Write([&](store::Tx& tx) {
                store::AppendPlanRevision(tx,
                                          {release, wire::ContentHash(plan), wire::EncodePlan(plan), Person("ana")});
            });
        });
    };
    policy::ExposurePlan plan = support::GoodPlan();
    plan.minimum_stay = policy::Days{6};
    EXPECT_EQ(insert(plan), "CHN-3");
    plan = support::GoodPlan();
    plan.tenants.clear();
    EXPECT_EQ(insert(plan), "EXP-1");
    plan = support::GoodPlan();
    plan.exit_criteria.clear();
    EXPECT_EQ(insert(plan), "CHN-9");
    plan = support::GoodPlan();
    plan.minimum_stay = std::chrono::hours{181};
    EXPECT_EQ(insert(plan), "");
    const auto stored = world.Db().Read([&](store::Tx& tx) { return store::LoadPlanRevision(tx, release); });
    EXPECT_EQ(stored->revision, 1);
    EXPECT_EQ(stored->minimum_stay, std::chrono::hours{181});
    EXPECT_EQ(stored->maximum_stay, policy::Days{28});
    EXPECT_EQ(stored->owner, "sam");
    EXPECT_EQ(world.Cell("SELECT string_agg(tenant_id, ',' ORDER BY tenant_id) FROM portcullis.plan_tenants"),
              "tenant-1,tenant-2");
}

TEST(Ledgers, NothingIsChangedOrRemoved) {
    World world;
    const ReleaseId release = world.NewRelease(ReleaseClass::kMechanism);
    world.BringTo(release, Channel::kCandidate);
    world.RecordCheck(release, policy::Control::kTests, policy::CheckOutcome::kPassed);
    world.RaiseHardStop(release, policy::HardStop::kHst4);
    world.OpenIncident(release, policy::Severity::kSev1);
    world.AppendAudit();
    pqxx::connection owner(world.OwnerConninfo());
    for (const std::string table :
         {"audit", "audit_checkpoints", "memos", "memo_signatures", "approvals", "approval_revocations", "promotions",
          "manifest_revisions", "plan_revisions", "plan_tenants", "checks", "check_resolutions", "risk_acceptances",
          "risk_acceptance_revocations", "incident_events", "incident_subjects"}) {
        const std::string name = "portcullis." + table;
        const std::string column =
            world.Cell("SELECT attname FROM pg_attribute WHERE attrelid = '" + name + "'::regclass AND attnum = 1");
        for (const std::string& statement : {"UPDATE " + name + " SET " + column + " = " + column,
                                             "DELETE FROM " + name, "TRUNCATE " + name + " CASCADE"}) {
            ExpectNoRight(world, statement);
            try {  // and the owner is stopped by the trigger
                pqxx::work work(owner);
                work.exec(statement);
                ADD_FAILURE() << "the owner may: " << statement;
            } catch (const pqxx::sql_error& error) {
                EXPECT_EQ(error.sqlstate(), "PC001") << error.what() << statement;
            }
        }
    }
    for (const std::string table :
         {"releases", "principals", "role_grants", "tenants", "consents", "hard_stops", "incidents",
          "rollback_evaluations", "freezes", "rollbacks", "clock", "audit_head"}) {
        for (const std::string& statement :
             {"DELETE FROM portcullis." + table, "TRUNCATE portcullis." + table + " CASCADE"}) {
            ExpectNoRight(world, statement);
            pqxx::work work(owner);
            EXPECT_THROW(work.exec(statement), pqxx::sql_error) << statement;
        }
    }
}

TEST(Rights, TheApplicationOwnsNothingAndHasNoDdl) {
    World world;
    EXPECT_EQ(world.Cell("SELECT count(*) FROM pg_class WHERE relowner = 'portcullis_app'::regrole"), "0");
    EXPECT_EQ(world.Cell("SELECT count(*) FROM pg_proc WHERE proowner = 'portcullis_app'::regrole"), "0");
    EXPECT_EQ(world.Cell("SELECT count(*) FROM pg_namespace WHERE nspowner = 'portcullis_app'::regrole"), "0");
    EXPECT_EQ(world.Cell("SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls "
                         "FROM pg_roles WHERE rolname = 'portcullis_app'"),
              "f");
    EXPECT_EQ(world.Cell("SELECT pg_has_role('portcullis_app', 'portcullis_owner', 'member')"), "f");
    for (const std::string statement :
         {"CREATE TABLE portcullis.x (n int)", "CREATE TABLE public.x (n int)", "CREATE TEMPORARY TABLE x (n int)",
          "CREATE SCHEMA x", "CREATE FUNCTION portcullis.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
          "DROP TABLE portcullis.audit", "ALTER TABLE portcullis.audit DISABLE TRIGGER ALL",
          "ALTER TABLE portcullis.releases DROP CONSTRAINT releases_channel_check",
          "DROP TRIGGER audit_append_only ON portcullis.audit", "CREATE EXTENSION pgcrypto",
          "SET session_replication_role = replica", "GRANT portcullis_owner TO portcullis_app",
          "SET ROLE portcullis_owner", "UPDATE public.portcullis_migrations SET version = 0",
          "CREATE OR REPLACE FUNCTION portcullis.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'"}) {
        ExpectNoRight(world, statement);
    }
}

TEST(Rights, TheApplicationCallsOnlyWhatItMust) {
    World world;
    EXPECT_EQ(
        world.Cell("SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc "
                   "WHERE pronamespace = 'portcullis'::regnamespace AND has_function_privilege(oid, 'EXECUTE')"),
        "append_audit change_severity claim_delivery communication_due current_consent current_consents "
        "drop_old_deliveries "
        "exposure_differences "
        "exposure_drifts finish_delivery flag_tenants freeze_windows hold_facts hold_rollout holds_role is_active_user "
        "is_time_zone next_business_close note_incident now order_kill record_due_breaches "
        "record_reports redeliver "
        "requirement_standing rollout_drifts rollout_requirements rollout_sev1 rollout_tenants "
        "sev1_stops take_due_communications take_due_messages utc");
    // Everything that runs with the owner's rights has a fixed search_path.
    EXPECT_EQ(world.Cell("SELECT count(*) FROM pg_proc WHERE pronamespace = 'portcullis'::regnamespace AND prosecdef "
                         "AND NOT ('search_path=portcullis, pg_temp' = ANY (coalesce(proconfig, '{}')))"),
              "0");
}

TEST(Rights, NobodyChoosesATime) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    // Every time column of every table, but those that say when something happened outside.
    const std::string columns = world.Cell(
        "SELECT string_agg(format('%s.%s', table_name, column_name), ' ' ORDER BY format('%s.%s', table_name, "
        "column_name)) "
        "FROM information_schema.columns "
        "WHERE table_schema = 'portcullis' AND data_type LIKE 'timestamp%' "
        "AND has_column_privilege(format('portcullis.%I', table_name), column_name, 'INSERT')");
    EXPECT_EQ(columns,
              "alerts.phase_since audit_checkpoints.at checks.performed_at communications.due_at consents.expires_at "
              "consents.given_at "
              "drill_approvals.expires_at drill_schedules.next_at enrolments.expires_at "
              "flag_approvals.expires_at freezes.local_end freezes.local_start instance_inventories.sent_at "
              "instance_status.process_began_at instance_status.process_started_at kill_journal.given_at "
              "monitor_baselines.since monitor_baselines.until monitor_canaries.kept_at monitor_canaries.tried_at "
              "monitor_now.ended_at monitor_windows.ended_at operation_instances.issued_at operations.ordered_at "
              "packet_runs.started_at "
              "rollback_approvals.expires_at rollback_steps.due_at "
              "switch_approvals.expires_at tokens.expires_at");
    ExpectNoRight(world,
                  "INSERT INTO portcullis.promotions (id, release_id, from_channel, to_channel, content_hash, "
                  "facts_hash, verdict, promoted_by, promoted_at) SELECT 'prm_1', id, channel, 'experimental', "
                  "content_hash, 'f', '{}', 'ana', '2020-01-01' FROM portcullis.releases");
    // The owner gets the present, too.
    pqxx::connection owner(world.OwnerConninfo());
    pqxx::work work(owner);
    EXPECT_EQ(
        work.exec1("INSERT INTO portcullis.hard_stops (id, release_id, rule, reason, raised_by, raised_at) VALUES "
                   "('hst_1', '" +
                   release.Text() +
                   "', 'HST-1', 'r', 'ana', '2020-01-01') "
                   "RETURNING raised_at = portcullis.now()")[0]
            .as<bool>(),
        true);
    ExpectRefused(world, "EXP-2",
                  "INSERT INTO portcullis.consents (id, tenant_id, channel, given_by, capacity, evidence, "
                  "given_at, recorded_by) VALUES ('con_1', 'tenant-1', 'experimental', 'o', 'a', 'e', "
                  "'2030-01-01', 'ana')");
}

TEST(ClockRules, ASimulatedClockMovesForwardOnly) {
    World world;
    const auto before = world.Now();
    EXPECT_LT(before - support::At("2025-01-13T09:00:00Z"), std::chrono::hours{1});
    world.Advance(policy::Days{3});
    EXPECT_GE(world.Now() - before, policy::Days{3});
    EXPECT_EQ(RuleRefusing([&] { world.Advance(-std::chrono::seconds{1}); }), "CHN-2");
    EXPECT_EQ(RuleRefusing([&] { world.Advance(std::chrono::seconds{0}); }), "CHN-2");
    ExpectRefused(world, "CHN-2", "UPDATE portcullis.clock SET \"offset\" = \"offset\" - interval '1 second'");
    ExpectNoRight(world, "UPDATE portcullis.clock SET simulated = false");
    ExpectNoRight(world, "INSERT INTO portcullis.clock (simulated) VALUES (true)");
    pqxx::connection owner(world.OwnerConninfo());
    for (const std::string statement : {"UPDATE portcullis.clock SET simulated = false, \"offset\" = '0'",
                                        "DELETE FROM portcullis.clock", "TRUNCATE portcullis.clock"}) {
        pqxx::work work(owner);
        EXPECT_THROW(work.exec(statement), pqxx::sql_error) << statement;
    }
}

TEST(ClockRules, ARealClockCannotBeAdvanced) {
    World world(Clock::kReal);
    EXPECT_EQ(RuleRefusing([&] { world.Advance(std::chrono::seconds{1}); }), "CHN-2");
    const auto state = world.Db().Read([](store::Tx& tx) { return store::LoadClock(tx); });
    EXPECT_FALSE(state.simulated);
    EXPECT_EQ(state.offset, policy::Duration::zero());
    pqxx::connection owner(world.OwnerConninfo());
    for (const std::string statement :
         {"UPDATE portcullis.clock SET simulated = true", "UPDATE portcullis.clock SET \"offset\" = '1 day'"}) {
        pqxx::work work(owner);
        EXPECT_THROW(work.exec(statement), pqxx::sql_error) << statement;
    }
}

TEST(ClockRules, TheOffsetMeansTheSameInEveryTimeZone) {
    World world;
    world.Sql("UPDATE portcullis.clock SET \"offset\" = \"offset\" + interval '90 days'");
    EXPECT_EQ(world.Cell("SELECT date_trunc('hour', portcullis.now())"), "2025-04-13 09:00:00+00");
    pqxx::connection connection(world.AppConninfo());
    pqxx::nontransaction work(connection);
    work.exec("SET TimeZone = 'America/New_York'");  // summer time began in between
    EXPECT_EQ(work.exec1("SELECT date_trunc('hour', portcullis.now()) AT TIME ZONE 'UTC'")[0].c_str(),
              std::string("2025-04-13 09:00:00"));
}

TEST(FreezeWindows, FollowTheCalendarOfTheirZone) {
    World world;
    world.Advance(policy::Days{60});  // 2025-03-14
    const auto declare = [&](const std::string& start, const std::string& end, store::Recurrence recurrence,
                             std::optional<policy::Date> until = std::nullopt) {
        return world.Db().Write([&](store::Tx& tx) {
            store::NewFreeze freeze;
            freeze.id = NewId("frz");
            freeze.zone = "Europe/Berlin";
            freeze.local_start = start;
            freeze.local_end = end;
            freeze.recurrence = recurrence;
            freeze.until = until;
            freeze.reason = "Night";
            freeze.created_by = Person("ana");
            return store::InsertFreeze(tx, freeze);
        });
    };
    using store::Recurrence;
    auto freeze = declare("2025-01-04T22:00", "2025-01-05T06:00", Recurrence::kWeekly);
    EXPECT_EQ(platform::FormatTime(*freeze.starts_at), "2025-03-15T21:00:00Z");  // winter time
    world.Advance(policy::Days{14});
    freeze = *world.Db().Read([&](store::Tx& tx) { return store::LoadFreeze(tx, freeze.id); });
    EXPECT_EQ(platform::FormatTime(*freeze.starts_at), "2025-03-29T21:00:00Z");
    EXPECT_EQ(platform::FormatTime(*freeze.ends_at), "2025-03-30T04:00:00Z");  // the clocks went forward that night
    freeze = declare("2019-12-20T00:00", "2020-01-02T00:00", Recurrence::kYearly);
    EXPECT_EQ(platform::FormatTime(*freeze.starts_at), "2025-12-19T23:00:00Z");
    freeze = declare("2019-12-20T00:00", "2020-01-02T00:00", Recurrence::kYearly, support::On("2024-12-31"));
    EXPECT_FALSE(freeze.starts_at);
    freeze = declare("2025-03-01T00:00", "2025-03-02T00:00", Recurrence::kNone);
    EXPECT_FALSE(freeze.starts_at);
    EXPECT_EQ(RuleRefusing([&] {
                  world.Db().Write([&](store::Tx& tx) {
                      store::NewFreeze wrong;
                      wrong.id = NewId("frz");
                      wrong.zone = "Mars/Olympus";
                      wrong.local_start = "2025-01-04T22:00";
                      wrong.local_end = "2025-01-05T22:00";
                      wrong.reason = "x";
                      wrong.created_by = Person("ana");
                      store::InsertFreeze(tx, wrong);
                  });
              }),
              "CHN-8");
}

}  // namespace
}  // namespace store_test
