// Communication plans of incidents and rollouts: each entry is sent to a real receiver when its time comes, once, and
// what came of it is on record.
#include "tests/api/journey.hpp"
#include "tests/api/receiver.hpp"

namespace api_test {
namespace {

std::vector<std::string> ToThisMachine() {
    return {"--webhook-allowed-networks=127.0.0.0/8", "--webhook-retry=20ms", "--webhook-retry-most=100ms"};
}

/// A controller with a receiver of everything about communication plans, an incident and a rollout before its stage 0.
class Plans {
public:
    Plans() : server_(ToThisMachine()) {
        As("ada.admin")
            .Post("/v1/webhooks", {{"name", "plans"}, {"url", receiver_.Url()}, {"kinds", {"communication."}}})
            .Expect(201);
        As("rita.release").Post("/v1/tenants", {{"id", "acme"}, {"name", "Acme"}, {"kind", "dev"}}).Expect(201);
        incident_ =
            "/v1/incidents/" +
            As("ci")
                .Post("/v1/incidents", {{"title", "Slow"}, {"severity", "P4"}, {"concerns", {{"tenants", {"acme"}}}}})
                .Expect(201)
                .Id();
        As("rita.release")
            .Post("/v1/rollouts",
                  {{"id", "depots"},
                   {"title", "Depots"},
                   {"capability", "several depots"},
                   {"flag", "DEPOTS"},
                   {"owner", "rita.release"},
                   {"engineering", "dora.lead"},
                   {"product", "quinn.qa"},
                   {"support", "otto.operator"},
                   {"stages",
                    Json::array(
                        {{{"stage", 0},
                          {"organizations", {"acme"}},
                          {"metrics",
                           Json::array(
                               {{{"key", "errors"}, {"text", "rare"}, {"comparison", "<"}, {"threshold", 1}}})}}})}})
            .Expect(201);
    }

    Caller As(std::string_view who) const {
        return server_.As(who);
    }
    const std::string& Incident() const {
        return incident_;
    }
    std::string Rollout(const std::string& rest = {}) const {
        return "/v1/rollouts/depots" + rest;
    }
    Reply Plan(const std::string& of, const Json& entry) const {
        return As("rita.release").Post(of + "/communications", entry);
    }
    Reply Entry(const std::string& of, int n) const {
        return As("nora.none").Get(of + "/communications/" + std::to_string(n)).Expect(200);
    }
    Reply Record(const std::string& of, int n, std::string_view who = "otto.operator",
                 const std::string& outcome = "told") const {
        return As(who).Post(of + "/communications/" + std::to_string(n) + ":record",
                            {{"outcome", outcome}, {"note", "by telephone"}});
    }
    bool Becomes(const std::string& of, int n, const std::string& state) const {
        return Eventually([&] { return Entry(of, n).Body()["state"] == state; });
    }
    void Advance(const std::string& by) const {
        As("ada.admin").Post("/v1/clock/advance", {{"by", by}}).Expect(200);
    }
    const Receiver& To() const {
        return receiver_;
    }
    std::vector<Json> Audit(const std::string& action) const {
        return As("rita.release").All("/v1/audit?action=" + action);
    }

private:
    const Receiver receiver_;
    const OwnServer server_;
    std::string incident_;
};

TEST(Communications, OfAnIncidentAreSentWhenTheyAreDueOnce) {
    const Plans plans;
    const Reply first =
        plans.Plan(plans.Incident(), {{"who", "support"}, {"text", "what is slow"}, {"when", "immediately"}});
    EXPECT_EQ(first.Expect(201).Body()["n"], 1);
    EXPECT_EQ(first.Body()["added_by"], "rita.release");
    const Reply second =
        plans.Plan(plans.Incident(), {{"who", "customers"}, {"text", "when it ends"}, {"when", "within 2h"}});
    EXPECT_EQ(second.Expect(201).Body()["state"], "planned");
    EXPECT_EQ(second.Body()["within"], "2h");
    ASSERT_TRUE(plans.Becomes(plans.Incident(), 1, "sent"));
    ASSERT_TRUE(plans.To().Got(1));
    const Json event = plans.To().All().front().Event();
    EXPECT_EQ(event["type"], "portcullis.communication.due");
    EXPECT_EQ("/v1/incidents/" + event["subject"].get<std::string>(), plans.Incident());
    EXPECT_EQ(event["data"]["who"], "support");
    EXPECT_EQ(event["data"]["text"], "what is slow");
    EXPECT_EQ(event["data"]["planned_by"], "rita.release");
    // Somebody resolves it in the meantime: who was promised word gets it.
    plans.As("otto.operator")
        .IfMatch(plans.As("nora.none").Get(plans.Incident()).Etag())
        .Post(plans.Incident() + "/resolve", {{"resolution", "fixed"}, {"evidence", "run 9"}})
        .Expect(200);
    EXPECT_EQ(plans.Entry(plans.Incident(), 2).Body()["state"], "planned");
    plans.Advance("116m");
    ASSERT_TRUE(plans.Becomes(plans.Incident(), 2, "sent"));
    ASSERT_TRUE(plans.To().Got(2));
    EXPECT_EQ(plans.To().All().size(), 2U);
    EXPECT_EQ(plans.To().All().back().Event()["data"]["who"], "customers");
    const std::vector<Json> audit = plans.Audit("incident.communicate");
    ASSERT_EQ(audit.size(), 2U);
    EXPECT_EQ(audit.front()["actor"], "portcullisd");
    EXPECT_EQ(audit.front()["tenant"], "acme");
    // That it was sent is not that they know.
    EXPECT_EQ(plans.Record(plans.Incident(), 1).Expect(200).Body()["state"], "told");
    EXPECT_EQ(plans.Entry(plans.Incident(), 1).Body()["recorded_by"], "otto.operator");
    plans.Record(plans.Incident(), 1).Expect(409).Mentioning("on record");
    EXPECT_EQ(plans.Audit("incident.record_communication").size(), 2U) << "the refusal too";
    EXPECT_EQ(plans.As("nora.none").All(plans.Incident() + "/communications?limit=1").size(), 2U);
}

TEST(Communications, OfAStageWaitForItAndEndWithTheRollout) {
    const Plans plans;
    plans.Plan(plans.Rollout(), {{"who", "pilot"}, {"text", "it is on"}, {"when", "immediately"}, {"stage", 0}})
        .Expect(201);
    plans.Plan(plans.Rollout(), {{"who", "pilot"}, {"text", "how is it"}, {"when", "within 1d"}, {"stage", 0}})
        .Expect(201);
    plans.Plan(plans.Rollout(), {{"who", "board"}, {"text", "we begin"}, {"when", "immediately"}}).Expect(201);
    ASSERT_TRUE(plans.Becomes(plans.Rollout(), 3, "sent"));
    EXPECT_EQ(plans.Entry(plans.Rollout(), 1).Body()["state"], "waiting");
    EXPECT_FALSE(plans.Entry(plans.Rollout(), 1).Body().contains("due_at"));
    plans.As("rita.release")
        .IfMatch(plans.As("nora.none").Get(plans.Rollout()).Etag())
        .Post(plans.Rollout(":advance"), {{"to", 0}, {"reason", "it is time"}})
        .Expect(200);
    ASSERT_TRUE(plans.Becomes(plans.Rollout(), 1, "sent"));
    EXPECT_EQ(plans.Entry(plans.Rollout(), 2).Body()["state"], "planned");
    ASSERT_TRUE(plans.To().Got(2));
    EXPECT_EQ(plans.To().All().back().Event()["data"]["stage"], 0);
    EXPECT_EQ(plans.To().All().back().Event()["subject"], "depots");
    // What is on record before its time, and what belongs to a rollout that is over, is not sent.
    plans.Plan(plans.Rollout(), {{"who", "press"}, {"text", "nothing"}, {"when", "within 2h"}}).Expect(201);
    EXPECT_EQ(plans.Record(plans.Rollout(), 4, "dora.lead", "not_needed").Expect(200).Body()["state"], "not_needed");
    plans.As("otto.operator").Post(plans.Rollout(":reverse"), {{"reason", "it leaks"}}).Expect(200);
    plans.Plan(plans.Rollout(), {{"who", "all"}, {"text", "x"}, {"when", "immediately"}})
        .Expect(409)
        .Mentioning("reversed");
    plans.Advance("2d");
    plans.Plan(plans.Incident(), {{"who", "support"}, {"text", "after it"}, {"when", "immediately"}}).Expect(201);
    ASSERT_TRUE(plans.To().Got(3));  // a round went by that could have sent the others
    EXPECT_EQ(plans.To().All().size(), 3U);
    EXPECT_EQ(plans.Entry(plans.Rollout(), 2).Body()["state"], "planned");
    EXPECT_FALSE(plans.Entry(plans.Rollout(), 4).Body().contains("sent_at"));
}

TEST(Communications, SayWhatIsWrongWithThem) {
    const Plans plans;
    const Json good = {{"who", "support"}, {"text", "what is slow"}, {"when", "within 1h"}};
    for (const auto& [field, value] : {std::pair{"/when", Json("soon")}, std::pair{"/when", Json("within 900d")},
                                       std::pair{"/who", Json("")}, std::pair{"/text", Json("")}}) {
        Json bad = good;
        bad[std::string(field).substr(1)] = value;
        plans.Plan(plans.Incident(), bad).ExpectProblem(422, "input.invalid").ExpectErrors({field});
    }
    Json both = good;
    both["at"] = "2025-01-14T09:00:00Z";
    plans.Plan(plans.Incident(), both).ExpectProblem(422, "input.invalid").ExpectErrors({"/when"});
    Json staged = good;
    staged["stage"] = 1;
    plans.Plan(plans.Incident(), staged).ExpectProblem(422, "input.invalid").ExpectErrors({"/stage"});
    plans.Plan("/v1/incidents/inc_none", good).Expect(404);
    plans.Plan("/v1/rollouts/none", good).Expect(404);
    plans.As("nora.none").Get("/v1/incidents/inc_none/communications").Expect(404);
    plans.As("nora.none").Get(plans.Incident() + "/communications/1").Expect(404);
    plans.As("nora.none").Post(plans.Incident() + "/communications", good).ExpectProblem(403, "auth.role_missing");
    plans.Plan(plans.Incident(), good).Expect(201);
    plans.Record(plans.Incident(), 2).Expect(404);
    plans.Record(plans.Incident(), 1, "ci").ExpectProblem(403, "auth.role_missing");
    plans.Record(plans.Incident(), 1, "otto.operator", "maybe")
        .ExpectProblem(422, "input.invalid")
        .ExpectErrors({"/outcome"});
}

}  // namespace
}  // namespace api_test
