// INC-1 and CHN-5 by PostgreSQL itself: when incidents are due, breaches as records, and what a SEV-1 stops beside the
// releases it names.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "controller/policy/incidents.hpp"
#include "controller/store/business_calendar.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/facts.hpp"
#include "controller/store/incidents.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using policy::Severity;
using store::SubjectKind;
using store::Tx;

void SetCalendar(World& world, const std::string& zone, const std::string& weekdays, const std::string& closes_at,
                 const std::string& holidays) {
    world.Sql("UPDATE portcullis.business_calendar SET zone = '" + zone + "', weekdays = '" + weekdays +
              "', closes_at = '" + closes_at + "', holidays = '" + holidays + "', changed_by = 'ana'");
}

policy::RecordId Open(World& world, Severity severity, std::vector<store::IncidentSubject> subjects) {
    return world.Db().Write([&](Tx& tx) {
        store::NewIncident incident{NewId("inc"), "Leak", "", severity, Person("ana"), std::move(subjects)};
        return store::InsertIncident(tx, incident).id;
    });
}

store::Incident Look(World& world, const policy::RecordId& id) {
    return world.Db().Read([&](Tx& tx) { return *store::LoadIncident(tx, id); });
}

std::string Close(World& world, const std::string& opened_at) {
    return world.Db().Read(
        [&](Tx& tx) { return platform::FormatTime(store::NextBusinessClose(tx, *platform::ParseTime(opened_at))); });
}

TEST(IncidentClockRules, Inc1DueTimesAreWhatThePolicySays) {
    World world;
    for (const Severity severity : {Severity::kSev1, Severity::kSev2, Severity::kSev3, Severity::kSev4}) {
        const store::Incident incident = Look(world, Open(world, severity, {{SubjectKind::kTenant, "tenant-1"}}));
        const policy::Time close =
            world.Db().Read([&](Tx& tx) { return store::NextBusinessClose(tx, incident.opened_at); });
        EXPECT_EQ(incident.respond_by, policy::DueTime(severity, incident.opened_at, close));
    }
}

TEST(IncidentClockRules, Inc1TheNextBusinessDayFollowsTheCalendarAndItsZone) {
    World world;
    EXPECT_EQ(Close(world, "2025-01-17T10:00:00Z"), "2025-01-20T17:00:00Z");  // from a Friday
    EXPECT_EQ(Close(world, "2025-01-18T10:00:00Z"), "2025-01-20T17:00:00Z");  // from a Saturday
    EXPECT_EQ(Close(world, "2025-01-15T23:59:59Z"), "2025-01-16T17:00:00Z");
    SetCalendar(world, "Europe/Berlin", "{1,2,3,4,5}", "18:30",
                R"({"2025-12-25": "Christmas", "2025-12-26": "Boxing Day"})");
    EXPECT_EQ(Close(world, "2025-12-24T12:00:00Z"), "2025-12-29T17:30:00Z");  // over two holidays and a weekend
    EXPECT_EQ(Close(world, "2025-07-01T12:00:00Z"), "2025-07-02T16:30:00Z");  // summer time
    EXPECT_EQ(Close(world, "2025-03-28T12:00:00Z"), "2025-03-31T16:30:00Z");  // over the change of the clocks
    EXPECT_EQ(Close(world, "2025-07-01T22:30:00Z"), "2025-07-03T16:30:00Z");  // it is the 2nd in Berlin already
    SetCalendar(world, "Asia/Riyadh", "{7,1,2,3,4}", "16:00", "{}");
    EXPECT_EQ(Close(world, "2025-01-16T10:00:00Z"), "2025-01-19T13:00:00Z");  // Friday and Saturday are free
    SetCalendar(world, "America/New_York", "{7}", "02:30", "{}");
    EXPECT_EQ(Close(world, "2025-03-08T12:00:00Z"), "2025-03-09T07:30:00Z");  // an hour that did not exist
}

TEST(IncidentClockRules, Inc1TheCalendarIsChecked) {
    World world;
    const std::string set = "UPDATE portcullis.business_calendar SET changed_by = 'ana', ";
    ExpectRefused(world, "INC-1", set + "zone = 'Mars/Olympus'");
    ExpectRefused(world, "INC-1", set + R"(holidays = '{"25 December": "Christmas"}')");
    ExpectRefused(world, "INC-1",
                  set +
                      "holidays = (SELECT jsonb_object_agg(to_char(date '2025-01-01' + i, "
                      "'YYYY-MM-DD'), 'x') FROM generate_series(0, 1000) i)");
    ExpectRefused(world, "ATT-1", "UPDATE portcullis.business_calendar SET changed_by = 'ci', closes_at = '18:00'");
    EXPECT_THROW(world.Sql(set + "weekdays = '{}'"), pqxx::check_violation);
    EXPECT_THROW(world.Sql(set + "weekdays = '{0}'"), pqxx::check_violation);
    ExpectNoRight(world, "DELETE FROM portcullis.business_calendar");
    ExpectNoRight(world, "UPDATE portcullis.business_calendar SET version = 9");
    // The longest search there can be ends.
    world.Sql(set +
              "weekdays = '{1}', holidays = (SELECT jsonb_object_agg(to_char(date '2025-01-06' + 7 * i, "
              "'YYYY-MM-DD'), 'x') FROM generate_series(0, 999) i)");
    EXPECT_EQ(Close(world, "2025-01-01T10:00:00Z"), "2044-03-07T17:00:00Z");
}

TEST(IncidentClockRules, Inc1AChangedCalendarMovesNoClockThatRuns) {
    World world;
    const auto id = Open(world, Severity::kSev4, {{SubjectKind::kTenant, "tenant-1"}});
    const policy::Time due = Look(world, id).respond_by;
    SetCalendar(world, "Asia/Tokyo", "{6}", "09:00", "{}");
    world.Db().Write([&](Tx& tx) { store::MoveIncident(tx, id, policy::IncidentState::kAcknowledged, Person("ana")); });
    EXPECT_EQ(Look(world, id).respond_by, due);
    ExpectNoRight(world, "UPDATE portcullis.incidents SET respond_by = '2030-01-01'");
    ExpectNoRight(world, "INSERT INTO portcullis.incident_breaches VALUES ('" + id.Text() +
                             "', 'contain', 'SEV-1', now(), now())");
}

TEST(IncidentClockRules, Inc1WhatIsDoneLateIsABreachInTheSameTransaction) {
    World world;
    const auto id = Open(world, Severity::kSev2, {{SubjectKind::kTenant, "tenant-1"}});
    world.Db().Write([&](Tx& tx) {
        store::MoveIncident(tx, id, policy::IncidentState::kAcknowledged, Person("ana"));
        EXPECT_TRUE(store::LoadIncidentBreaches(tx, {id}).empty());
    });
    world.Advance(std::chrono::hours(1));
    world.Db().Write([&](Tx& tx) {
        store::MoveIncident(tx, id, policy::IncidentState::kContained, Person("ana"));
        const auto breaches = store::LoadIncidentBreaches(tx, {id});
        ASSERT_EQ(breaches.size(), 1U);
        EXPECT_EQ(breaches[0].clock, store::ResponseClock::kContain);
        EXPECT_EQ(breaches[0].severity, Severity::kSev2);
        EXPECT_EQ(breaches[0].recorded_at, store::Now(tx));
        EXPECT_EQ(store::LoadIncidentEvents(tx, id).at(1).kind, "breach");
        EXPECT_TRUE(store::RecordDueBreaches(tx, 100).empty());
    });
    ExpectNoRight(world, "DELETE FROM portcullis.incident_breaches");
    // By a higher severity, at once.
    const auto raised = Open(world, Severity::kSev3, {{SubjectKind::kTenant, "tenant-1"}});
    world.Advance(std::chrono::minutes(20));
    world.Db().Write([&](Tx& tx) {
        store::ChangeSeverity(tx, raised, Severity::kSev1, Person("ana"), "More tenants", "");
        EXPECT_EQ(store::LoadIncidentBreaches(tx, {raised}).size(), 2U);
    });
}

TEST(IncidentClockRules, Inc1ManyControllersRecordEachBreachOnce) {
    World world;
    constexpr int kIncidents = 30;
    for (int i = 0; i < kIncidents; ++i) {
        Open(world, Severity::kSev1, {{SubjectKind::kTenant, "tenant-1"}});
    }
    world.Db().Write([&](Tx& tx) { EXPECT_TRUE(store::RecordDueBreaches(tx, 100).empty()); });
    world.Advance(std::chrono::minutes(16));
    std::atomic<std::size_t> recorded = 0;
    std::vector<std::thread> controllers;
    for (int i = 0; i < 3; ++i) {
        controllers.emplace_back([&] {
            for (int round = 0; round < 20; ++round) {
                recorded += world.Db().Write([](Tx& tx) { return store::RecordDueBreaches(tx, 7).size(); });
            }
        });
    }
    for (std::thread& controller : controllers) {
        controller.join();
    }
    EXPECT_EQ(recorded, 2U * kIncidents);
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.incident_events WHERE kind = 'breach'"),
              std::to_string(2 * kIncidents));
    store::IncidentFilter filter;
    filter.breached = true;
    world.Db().Read([&](Tx& tx) {
        EXPECT_EQ(store::ListIncidents(tx, filter, {100, ""}).rows.size(), static_cast<std::size_t>(kIncidents));
        const auto counts = store::CountIncidents(tx);
        ASSERT_EQ(counts.size(), 4U);
        EXPECT_EQ(counts[0].unresolved, kIncidents);
        EXPECT_EQ(counts[0].late_acknowledgements, kIncidents);
        EXPECT_EQ(counts[1].late_containments, 0);
    });
}

TEST(IncidentClockRules, Chn5ASev1OfATenantStopsWhatWouldReachIt) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    const std::string promotion = world.PromotionSql(release, Channel::kExperimental);
    const auto elsewhere = Open(world, Severity::kSev1, {{SubjectKind::kTenant, "tenant-3"}});  // not on the plan
    const auto facts = [&] {
        return world.Db().Read([&](Tx& tx) {
            return store::LoadPromotionFacts(tx, release, Channel::kExperimental, store::Lock::kNone)->incidents;
        });
    };
    EXPECT_TRUE(facts().empty());
    const auto epoch = [&] { return world.Cell("SELECT epoch FROM portcullis.facts_epoch"); };
    const std::string before = epoch();
    const auto stopping = Open(world, Severity::kSev2, {{SubjectKind::kTenant, "tenant-1"}});
    EXPECT_EQ(epoch(), before);
    EXPECT_TRUE(facts().empty());
    world.Db().Write(
        [&](Tx& tx) { store::ChangeSeverity(tx, stopping, Severity::kSev1, Person("ana"), "A leak", ""); });
    EXPECT_NE(epoch(), before);
    ASSERT_EQ(facts().size(), 1U);
    EXPECT_EQ(facts()[0].through, "tenant tenant-1");
    ExpectRefused(world, "CHN-5", promotion);
    world.ResolveIncident(stopping);
    EXPECT_TRUE(facts().empty());
    EXPECT_NO_THROW(world.Sql(promotion));
    world.ResolveIncident(elsewhere);
}

TEST(IncidentClockRules, Chn5ASev1OfAnInstanceStopsWhatWouldReachItsTenants) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    pqxx::connection owner(world.OwnerConninfo());
    const auto host = [&](const std::string& orgs) {
        pqxx::work work(owner);
        work.exec0(
            "INSERT INTO portcullis.instances (id, created_by) VALUES ('pulse-1', 'ana') ON CONFLICT DO NOTHING");
        work.exec0(
            "INSERT INTO portcullis.instance_inventories (instance_id, orgs, tenants, tenants_digest, flags, sent_at, "
            "received_by) VALUES ('pulse-1', '" +
            orgs +
            "', 1, 'd', '{}', now(), 'a') ON CONFLICT (instance_id) "
            "DO UPDATE SET orgs = EXCLUDED.orgs");
        work.commit();
    };
    host("{tenant-3}");
    Open(world, Severity::kSev1, {{SubjectKind::kInstance, "pulse-1"}});
    const auto stopped = [&] {
        return world.Cell(
            "SELECT count(*) FROM portcullis.releases r, portcullis.sev1_stops(r, 'experimental') WHERE r.id = '" +
            release.Text() + "'");
    };
    EXPECT_EQ(stopped(), "0");
    host("{default,tenant-2}");
    EXPECT_EQ(stopped(), "1");
    ExpectRefused(world, "CHN-5", world.PromotionSql(release, Channel::kExperimental));
}

}  // namespace
}  // namespace store_test
