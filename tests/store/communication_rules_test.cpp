// Communication plans: what PostgreSQL refuses of plain SQL, and that an entry is taken once, whoever asks at the same
// time.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "controller/store/communications.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using std::chrono::hours;

std::string PlannedSql(const policy::RecordId& incident, const std::string& more = "interval '1 hour'") {
    return "INSERT INTO portcullis.communications (subject_kind, subject_id, who, text, due_after, added_by) "
           "VALUES ('incident', '" +
           incident.Text() + "', 'support', 'what is slow', " + more + ", 'ana')";
}

std::string RecordedSql(std::string_view by) {
    return "UPDATE portcullis.communications SET outcome = 'told', note = 'by telephone', recorded_by = '" +
           std::string(by) + "'";
}

TEST(CommunicationRules, WhatAPlanSaysStaysAndIsRecordedOnceByAPerson) {
    World world;
    const auto incident = world.OpenIncident(world.NewRelease(), policy::Severity::kSev4);
    world.Sql(PlannedSql(incident));
    world.Sql(PlannedSql(incident, "interval '2 hours'"));
    EXPECT_EQ(world.Cell("SELECT string_agg(n || ' ' || (c.due_at - i.opened_at), ', ' ORDER BY n) "
                         "FROM portcullis.communications c JOIN portcullis.incidents i ON i.id = c.subject_id"),
              "1 01:00:00, 2 02:00:00");
    EXPECT_THROW(world.Sql(PlannedSql(policy::RecordId::Trusted("inc_nowhere"))), std::exception);
    for (const char* statement :
         {"UPDATE portcullis.communications SET text = 'all is well'",
          "UPDATE portcullis.communications SET due_at = now()", "UPDATE portcullis.communications SET sent_at = now()",
          "UPDATE portcullis.communications SET recorded_at = now()", "DELETE FROM portcullis.communications",
          "TRUNCATE portcullis.communications",
          "INSERT INTO portcullis.communications (subject_kind, subject_id, n, who, text, due_at, added_by) "
          "VALUES ('incident', 'x', 7, 'a', 'b', now(), 'ana')"}) {
        ExpectNoRight(world, statement);
    }
    ExpectRefused(world, "ATT-1", RecordedSql("ci"));
    world.Sql(RecordedSql("dora"));
    ExpectRefused(world, "AUD-3", RecordedSql("dave"));
    EXPECT_EQ(
        world.Cell("SELECT DISTINCT recorded_by || ' ' || (recorded_at IS NOT NULL) FROM portcullis.communications"),
        "dora true");
    world.Advance(hours(5));
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.take_due_communications(100)"), "0") << "they know already";
}

TEST(CommunicationRules, AnEntryIsTakenOnceWhoeverAsks) {
    constexpr int kEntries = 40;
    World world;
    const auto incident = world.OpenIncident(world.NewRelease(), policy::Severity::kSev4);
    for (int n = 0; n < kEntries; ++n) {
        world.Sql(PlannedSql(incident));
    }
    world.Advance(std::chrono::minutes(54));
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.take_due_communications(100)"), "0") << "it is not time yet";
    world.Advance(std::chrono::minutes(2));
    std::vector<std::int64_t> taken[4];
    std::vector<std::thread> controllers;
    for (auto& mine : taken) {
        controllers.emplace_back([&world, &mine] {
            for (std::size_t found = 1; found > 0;) {
                const auto due = world.Db().Write([](store::Tx& tx) { return store::TakeDueCommunications(tx, 3); });
                found = due.size();
                for (const store::DueCommunication& one : due) {
                    mine.push_back(one.n);
                }
            }
        });
    }
    for (std::thread& controller : controllers) {
        controller.join();
    }
    // Who met only what others held at that moment went away; nothing is left behind for the next round but that.
    for (const store::DueCommunication& one :
         world.Db().Write([](store::Tx& tx) { return store::TakeDueCommunications(tx, kEntries); })) {
        taken[0].push_back(one.n);
    }
    std::vector<std::int64_t> all;
    for (const auto& mine : taken) {
        all.insert(all.end(), mine.begin(), mine.end());
    }
    std::sort(all.begin(), all.end());
    ASSERT_EQ(all.size(), static_cast<std::size_t>(kEntries));
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
    EXPECT_EQ(world.Cell("SELECT count(*) FROM portcullis.communications WHERE sent_at IS NULL"), "0");
}

}  // namespace
}  // namespace store_test
