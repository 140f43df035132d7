#include "controller/store/freezes.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define FREEZE_COLUMNS                                                                                                 \
    " f.id, f.scope, f.channel, f.tenant_id, f.zone, to_char(f.local_start, 'YYYY-MM-DD\"T\"HH24:MI:SS'),"             \
    " to_char(f.local_end, 'YYYY-MM-DD\"T\"HH24:MI:SS'), f.recurrence, f.until, f.reason, f.created_by, f.created_at," \
    " f.cancelled_at, f.cancelled_by, f.version, w.starts_at, w.ends_at"                                               \
    " FROM freezes f LEFT JOIN LATERAL freeze_windows(f, portcullis.now(), 1) w ON true "

constexpr Statement kIsTimeZone{"freeze_is_time_zone", "SELECT is_time_zone($1)"};
constexpr Statement kInsertFreeze{"freeze_insert", R"sql(
    INSERT INTO freezes (id, scope, channel, tenant_id, zone, local_start, local_end, recurrence, until, reason,
                         created_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))sql"};
constexpr Statement kLoadFreeze{"freeze_load", "SELECT" FREEZE_COLUMNS "WHERE f.id = $1"};
constexpr Statement kLockFreeze{"freeze_lock", "SELECT" FREEZE_COLUMNS "WHERE f.id = $1 FOR NO KEY UPDATE OF f"};
constexpr Statement kListFreezes{"freeze_list", "SELECT" FREEZE_COLUMNS R"sql(
    WHERE (NOT $1::boolean OR w.ends_at IS NOT NULL) AND ($2::text IS NULL OR f.id > $2)
    ORDER BY f.id LIMIT $3)sql"};
constexpr Statement kCancelFreeze{"freeze_cancel", "UPDATE freezes SET cancelled_by = $2 WHERE id = $1"};

#undef FREEZE_COLUMNS

Freeze ReadFreeze(Columns& in) {
    Freeze freeze;
    freeze.id = in.Id<policy::RecordId>();
    freeze.scope = in.Enum<policy::FreezeScope>();
    freeze.channel = in.OptEnum<policy::Channel>();
    freeze.tenant = in.OptId<policy::TenantId>();
    freeze.zone = in.Text();
    freeze.local_start = in.Text();
    freeze.local_end = in.Text();
    freeze.recurrence = in.Enum<Recurrence>();
    freeze.until = in.OptDay();
    freeze.reason = in.Text();
    freeze.created_by = in.Text();
    freeze.created_at = in.Instant();
    freeze.cancelled_at = in.OptInstant();
    freeze.cancelled_by = in.OptText();
    freeze.version = in.Int();
    freeze.starts_at = in.OptInstant();
    freeze.ends_at = in.OptInstant();
    return freeze;
}

}  // namespace

bool IsTimeZoneKnown(Tx& tx, const std::string& zone) {
    return tx.One(
        kIsTimeZone, [](Columns& in) { return in.Flag(); }, zone);
}

Freeze InsertFreeze(Tx& tx, const NewFreeze& freeze) {
    tx.Exec(kInsertFreeze, freeze.id, freeze.scope, freeze.channel, freeze.tenant, freeze.zone, freeze.local_start,
            freeze.local_end, freeze.recurrence, freeze.until, freeze.reason, freeze.created_by);
    return tx.One(kLoadFreeze, ReadFreeze, freeze.id);
}

std::optional<Freeze> LoadFreeze(Tx& tx, const policy::RecordId& id, Lock lock) {
    return tx.Find(lock == Lock::kForUpdate ? kLockFreeze : kLoadFreeze, ReadFreeze, id);
}

Page<Freeze> ListFreezes(Tx& tx, bool only_ahead, const PageQuery& page) {
    return tx.ListPage(
        kListFreezes, page, ReadFreeze, [](const Freeze& row) { return row.id.Text(); }, only_ahead);
}

Freeze CancelFreeze(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by) {
    tx.Exec(kCancelFreeze, id, by);
    return tx.One(kLoadFreeze, ReadFreeze, id);
}

}  // namespace store
