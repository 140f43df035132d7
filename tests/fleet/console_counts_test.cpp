// The numbers in the navigation of the console: what waits for whom, from one page to the next, and loud when nobody
// can say.
#include <pqxx/pqxx>

#include "tests/api/journey.hpp"
#include "tests/fleet/console_session.hpp"
#include "tests/fleet/played_instance.hpp"

namespace fleet_test {
namespace {

/// What the link to this page of the navigation says, without markup: "Inbox, 3 waiting 3".
std::string EntryOf(ConsoleSession& who, const std::string& page, const std::string& label) {
    const std::string body = who.Open(page).body;
    const std::size_t at = body.find(">" + label, body.find("id=\"navigation\""));
    const std::string link = at == body.npos ? "" : body.substr(at + 1, body.find("</a>", at) - at - 1);
    std::string text;
    bool in_tag = false;
    for (const char character : link) {
        in_tag = character == '<' || (in_tag && character != '>');
        if (!in_tag && character != '>') {
            text += character;
        }
    }
    return text;
}

class ConsoleCounts : public ::testing::Test {
protected:
    ConsoleSession CountsFor(std::string_view person) {
        return {controller_.Server().Url(), controller_.Server().Token(person)};
    }
    void OwnerSql(const std::string& statement) {
        pqxx::connection owner(controller_.Server().OwnerConninfo());
        pqxx::nontransaction(owner).exec(statement);
    }

    Controller controller_{{}};
};

TEST_F(ConsoleCounts, FollowWhatWaitsForEachPerson) {
    ConsoleSession dora = CountsFor("dora.lead");
    ConsoleSession nora = CountsFor("nora.none");
    EXPECT_EQ(EntryOf(dora, "/console", "Inbox"), "Inbox");
    EXPECT_EQ(EntryOf(dora, "/console", "Incidents"), "Incidents");
    EXPECT_EQ(EntryOf(dora, "/console", "Alerts"), "Alerts");

    const api_test::Journey release([this](std::string_view who) { return controller_.As(who); });
    const auto waiting = EntryOf(dora, "/console/rules", "Inbox");
    EXPECT_TRUE(waiting.starts_with("Inbox, ") && waiting.find(" waiting ") != waiting.npos) << waiting;
    EXPECT_EQ(EntryOf(nora, "/console/rules", "Inbox"), "Inbox") << "what waits for others is not for this person";
    release.Approve("dora.lead", "dev_lead", "class");
    EXPECT_NE(EntryOf(dora, "/console/rules", "Inbox"), waiting) << "it was approved";

    controller_.As("otto.operator")
        .Post("/v1/incidents", {{"title", "Slow"}, {"severity", "SEV-3"}, {"concerns", {{"releases", {release.Id()}}}}})
        .Expect(201);
    OwnerSql(
        "INSERT INTO portcullis.alerts (id, trigger, severity, instance_id, phase, phase_since, opened_at) VALUES "
        "('alr_one', 'denied_warning', 'warning', 'eu-1', 'firing', now(), now())");
    EXPECT_EQ(EntryOf(nora, "/console/rules", "Incidents"), "Incidents, 1 open 1");
    EXPECT_EQ(EntryOf(nora, "/console/rules", "Alerts"), "Alerts, 1 firing 1");
    // What pages that are open ask for when something was done: the same, with their own place marked.
    EXPECT_EQ(EntryOf(nora, "/console/navigation?place=rules", "Incidents"), "Incidents, 1 open 1");
    EXPECT_TRUE(nora.Open("/console/navigation?place=alerts").Has("href=\"/console/alerts\" aria-current=\"page\""));
}

TEST_F(ConsoleCounts, AreNeverZeroWhenNobodyCouldCount) {
    ConsoleSession nora = CountsFor("nora.none");
    OwnerSql("REVOKE SELECT ON portcullis.alerts FROM portcullis_app");
    const ConsoleAnswer page = nora.Open("/console/rules");
    EXPECT_EQ(page.status, 200) << "the page itself needs none of it";
    for (const char* label : {"Inbox", "Incidents", "Alerts"}) {
        EXPECT_EQ(EntryOf(nora, "/console/rules", label), std::string(label) + ", not counted: it could not be read ?");
    }
}

}  // namespace
}  // namespace fleet_test
