#include "controller/store/waiting.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr Statement kCountStanding{"standing_counts", R"sql(
    SELECT (SELECT seq FROM audit_head), (SELECT count(*) FROM incidents WHERE state <> 'resolved'),
           (SELECT count(*) FROM alerts WHERE phase <> 'resolved' AND phase IN ('firing', 'clearing')))sql"};

}  // namespace

StandingCounts CountStanding(Tx& tx) {
    return tx.One(kCountStanding, [](Columns& in) {
        StandingCounts counts;
        counts.audit_seq = in.Int();
        counts.open_incidents = in.Int();
        counts.firing_alerts = in.Int();
        return counts;
    });
}

}  // namespace store
