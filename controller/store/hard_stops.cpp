#include "controller/store/hard_stops.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define HARD_STOP_COLUMNS \
    " id, release_id, rule, reason, raised_by, raised_at, resolution, evidence, resolved_by, resolved_at "

constexpr Statement kInsertHardStop{"hard_stop_insert", R"sql(
    INSERT INTO hard_stops (id, release_id, rule, reason, raised_by) VALUES ($1, $2, $3, $4, $5)
    RETURNING)sql" HARD_STOP_COLUMNS};
constexpr Statement kLoadHardStop{"hard_stop_load", "SELECT" HARD_STOP_COLUMNS "FROM hard_stops WHERE id = $1"};
constexpr Statement kLockHardStop{"hard_stop_lock",
                                  "SELECT" HARD_STOP_COLUMNS "FROM hard_stops WHERE id = $1 FOR NO KEY UPDATE"};
constexpr Statement kListHardStops{"hard_stop_list", "SELECT" HARD_STOP_COLUMNS R"sql(FROM hard_stops
    WHERE release_id = $1 AND ($2::boolean IS NULL OR (resolved_at IS NULL) = $2)
      AND ($3::text IS NULL OR id > $3)
    ORDER BY id LIMIT $4)sql"};
constexpr Statement kResolveHardStop{"hard_stop_resolve", R"sql(
    UPDATE hard_stops SET resolved_by = $2, resolution = $3, evidence = $4 WHERE id = $1
    RETURNING)sql" HARD_STOP_COLUMNS};

#undef HARD_STOP_COLUMNS

HardStopRecord ReadHardStop(Columns& in) {
    HardStopRecord stop;
    stop.id = in.Id<policy::RecordId>();
    stop.release = in.Id<policy::ReleaseId>();
    stop.rule = in.Enum<policy::HardStop>();
    stop.reason = in.Text();
    stop.raised_by = in.Id<policy::PrincipalId>();
    stop.raised_at = in.Instant();
    stop.resolution = in.OptText();
    stop.evidence = in.OptText();
    stop.resolved_by = in.OptId<policy::PrincipalId>();
    stop.resolved_at = in.OptInstant();
    return stop;
}

}  // namespace

HardStopRecord InsertHardStop(Tx& tx, const NewHardStop& stop) {
    return tx.One(kInsertHardStop, ReadHardStop, stop.id, stop.release, stop.rule, stop.reason, stop.raised_by);
}

std::optional<HardStopRecord> LoadHardStop(Tx& tx, const policy::RecordId& id, Lock lock) {
    return tx.Find(lock == Lock::kForUpdate ? kLockHardStop : kLoadHardStop, ReadHardStop, id);
}

Page<HardStopRecord> ListHardStops(Tx& tx, const policy::ReleaseId& release, std::optional<bool> open,
                                   const PageQuery& page) {
    return tx.ListPage(
        kListHardStops, page, ReadHardStop, [](const HardStopRecord& row) { return row.id.Text(); }, release, open);
}

HardStopRecord ResolveHardStop(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by,
                               const std::string& resolution, const std::string& evidence) {
    return tx.One(kResolveHardStop, ReadHardStop, id, by, resolution, evidence);
}

}  // namespace store
