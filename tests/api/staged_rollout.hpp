// A rollout whose stages a test goes through over the API.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "tests/api/journey.hpp"

namespace api_test {

/// A rollout of rita.release with dora.lead for engineering, quinn.qa for the product and otto.operator for support;
/// each stage has one metric, and stages 0 to 2 an organization of their own.
class StagedRollout {
public:
    StagedRollout() {
        for (const auto& [tenant, kind] :
             {std::pair{development_, "dev"}, std::pair{pilot_, "production"}, std::pair{customer_, "production"}}) {
            As("rita.release").Post("/v1/tenants", {{"id", tenant}, {"name", tenant}, {"kind", kind}}).Expect(201);
        }
        As("rita.release").Post("/v1/rollouts", Document()).Expect(201);
    }

    Json Document() const {
        Json stages = Json::array();
        for (int stage = 0; stage <= 3; ++stage) {
            stages.push_back({{"stage", stage}, {"metrics", Json::array({Metric()})}});
        }
        stages[0]["organizations"] = {development_};
        stages[1]["organizations"] = {pilot_};
        stages[2]["organizations"] = {pilot_, customer_};
        return {{"id", id_},
                {"title", "Depots of their own"},
                {"capability", "several depots in one install"},
                {"flag", flag_},
                {"owner", "rita.release"},
                {"engineering", "dora.lead"},
                {"product", "quinn.qa"},
                {"support", "otto.operator"},
                {"stages", stages}};
    }
    static Json Metric() {
        return {{"key", "errors"}, {"text", "server errors stay rare"}, {"comparison", "<"}, {"threshold", 0.01}};
    }

    const std::string& Id() const {
        return id_;
    }
    const std::string& Flag() const {
        return flag_;
    }
    const std::string& Pilot() const {
        return pilot_;
    }
    std::string Path(std::string_view rest = {}) const {
        return "/v1/rollouts/" + id_ + std::string(rest);
    }
    Reply Show() const {
        return As("nora.none").Get(Path()).Expect(200);
    }
    Reply Change(std::string_view who, std::string_view rest, const Json& body) const {
        return As(who).IfMatch(Show().Etag()).Post(Path(rest), body);
    }
    Reply Advance(int to, std::string_view who = "rita.release") const {
        return Change(who, ":advance", {{"to", to}, {"reason", "it is time"}});
    }
    Reply Gate(int to) const {
        return As("nora.none").Get(Path("/gates/" + std::to_string(to))).Expect(200);
    }
    Reply Complete(std::string_view who, int checkpoint) const {
        return Change(who, "/checkpoints", {{"checkpoint", checkpoint}, {"note", "all is well"}});
    }
    Reply Measure(int stage, double value = 0.002) const {
        return As("otto.operator")
            .Post(Path("/measurements"),
                  {{"stage", stage}, {"metric", "errors"}, {"value", value}, {"evidence", "the dashboard"}});
    }
    void EnterStage1() const {
        Advance(0).Expect(200);
        Complete("dora.lead", 1).Expect(200);
        Complete("dora.lead", 2).Expect(200);
        Measure(0).Expect(200);
        Advance(1).Expect(200);
    }
    void LiveThroughStage1() const {
        EnterStage1();
        for (const int first : {1, 3}) {
            AdvanceClock("1d");
            Complete("quinn.qa", first).Expect(200);
            Complete("dora.lead", first + 1).Expect(200);
        }
        Measure(1).Expect(200);
    }

private:
    std::string id_ = Unique("rollout");
    std::string flag_ = Unique("DEPOTS");
    std::string development_ = Unique("development");
    std::string pilot_ = Unique("internal");
    std::string customer_ = Unique("customer");
};

}  // namespace api_test
