// A world with a rollout in it, as anybody with the application's password sees it through plain SQL.
#pragma once

#include <string>

#include "tests/store/world.hpp"

namespace store_test {

using std::chrono::hours;

/// The rollout "tenants" of ana, with dora for engineering, quinn for the product and dave for support; one metric for
/// each stage, and organizations planned for stages 0 to 2. Nothing was entered yet.
class RolloutWorld : public World {
public:
    RolloutWorld() {
        Sql("INSERT INTO portcullis.rollouts (id, title, capability, flag, owner, engineering, product, support, "
            "created_by) "
            "VALUES "
            "('tenants', 'Tenants', 'several tenants', 'PULSE_MULTI_TENANT_ENABLED', 'ana', 'dora', 'quinn', 'dave', "
            "'ana')");
        for (const char* stage : {"0", "1", "2", "3"}) {
            Sql(std::string("INSERT INTO portcullis.rollout_metrics (rollout_id, stage, key, text, comparison, "
                            "threshold) VALUES "
                            "('tenants', ") +
                stage + ", 'errors', 'errors stay rare', '<', 1)");
        }
        Plan(0, "tenant-dev");
        Plan(1, "tenant-1");
        Plan(2, "tenant-2");
        Plan(2, "tenant-3");
    }

    void Plan(int stage, const std::string& tenant) const {
        Sql(PlanSql(stage, tenant));
    }
    static std::string PlanSql(int stage, const std::string& tenant) {
        return "INSERT INTO portcullis.rollout_organizations (rollout_id, stage, tenant_id, added_by) VALUES "
               "('tenants', " +
               std::to_string(stage) + ", '" + tenant + "', 'ana')";
    }
    static std::string MoveSql(int stage, const std::string& by = "ana") {
        return "INSERT INTO portcullis.rollout_moves (id, rollout_id, kind, to_stage, reason, moved_by) VALUES ('" +
               NewId("rmv").Text() + "', 'tenants', 'advance', " + std::to_string(stage) + ", 'it is time', '" + by +
               "')";
    }
    static std::string CloseSql(const std::string& kind, const std::string& by = "ana") {
        return "INSERT INTO portcullis.rollout_moves (id, rollout_id, kind, reason, moved_by) VALUES ('" +
               NewId("rmv").Text() + "', 'tenants', '" + kind + "', 'enough', '" + by + "')";
    }
    static std::string CompleteSql(int stage, int n, const std::string& by) {
        return "UPDATE portcullis.rollout_checkpoints SET completed_by = '" + by +
               "', note = 'all is well' WHERE stage = " + std::to_string(stage) + " AND n = " + std::to_string(n);
    }
    static std::string EvaluationSql(int stage, const std::string& id = "rev_1", const std::string& trigger = "5xx") {
        return "INSERT INTO portcullis.rollout_evaluations (id, rollout_id, stage, trigger, evidence, opened_by) "
               "VALUES ('" +
               id + "', 'tenants', " + std::to_string(stage) + ", '" + trigger + "', '{\"rate\": 7}', 'ci')";
    }
    void Enter(int stage) const {
        Sql(MoveSql(stage));
    }
    void Complete(int stage, int n, const std::string& by) const {
        Sql(CompleteSql(stage, n, by));
    }
    void Measure(int stage, const std::string& value = "0.5") const {
        Sql("INSERT INTO portcullis.rollout_measurements (id, rollout_id, stage, metric, value, evidence, recorded_by) "
            "VALUES ('" +
            NewId("rms").Text() + "', 'tenants', " + std::to_string(stage) + ", 'errors', " + value +
            ", 'the dashboard', 'ana')");
    }
    void FinishStage0() const {
        Complete(0, 1, "dora");
        Complete(0, 2, "dora");
        Measure(0);
    }
    /// In stage 1, which is over but for what `act` leaves out.
    void LiveThroughStage1() {
        Enter(0);
        FinishStage0();
        Enter(1);
        Advance(hours{24});
        Complete(1, 1, "quinn");
        Complete(1, 2, "dora");
        Advance(hours{24});
        Complete(1, 3, "quinn");
        Complete(1, 4, "dora");
        Measure(1);
    }
    std::string Stage() const {
        return Cell("SELECT state || ' ' || coalesce(stage::text, '-') FROM portcullis.rollouts");
    }
    std::string Exposed(int stage) const {
        return Cell("SELECT coalesce(string_agg(t, ' ' ORDER BY t), '') FROM portcullis.rollout_tenants('tenants', " +
                    std::to_string(stage) + "::smallint) t");
    }
};

}  // namespace store_test
