// Flags that are killed, and what switching one on again needs.
#include "controller/store/exposure.hpp"
#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr Statement kFlagKills{"flag_kills_in_force", R"sql(
    SELECT k.operation_id, k.flag, k.release_id, k.killed_at, o.requested_by, o.reason
    FROM flag_kills k JOIN operations o ON o.id = k.operation_id
    WHERE k.lifted_by IS NULL AND ($1::text IS NULL OR k.flag = $1) ORDER BY k.flag, o.number)sql"};
constexpr Statement kOpenFlagReviews{"flag_reviews_open", R"sql(
    SELECT k.operation_id FROM flag_kills k JOIN kill_reviews r ON r.operation_id = k.operation_id
    WHERE k.flag = $1 AND r.completed_at IS NULL ORDER BY k.operation_id)sql"};
constexpr Statement kIsKnownFlag{"flag_is_known", R"sql(
    SELECT EXISTS (SELECT FROM releases r WHERE r.flag = $1) OR EXISTS (SELECT FROM rollouts o WHERE o.flag = $1)
        OR EXISTS (SELECT FROM instance_inventories v WHERE v.flags ? $1))sql"};
constexpr Statement kInsertFlagApproval{"flag_approval_insert", R"sql(
    INSERT INTO flag_approvals (id, flag, reason, approved_by, expires_at)
    VALUES ($1, $2, $3, $4, portcullis.now() + $5::interval)
    RETURNING id, flag, reason, approved_by, approved_at, expires_at)sql"};
constexpr Statement kFindFlagApproval{"flag_approval_find", R"sql(
    SELECT a.id, a.flag, a.reason, a.approved_by, a.approved_at, a.expires_at FROM flag_approvals a
    WHERE a.flag = $1 AND a.approved_by <> $2 AND a.expires_at > portcullis.now()
      AND holds_role(a.approved_by, 'system_owner')
      AND NOT EXISTS (SELECT FROM operations o WHERE o.flag_approval_id = a.id)
    ORDER BY a.id DESC LIMIT 1)sql"};

FlagApproval ReadFlagApproval(Columns& in) {
    FlagApproval approval;
    approval.id = in.Id<policy::RecordId>();
    approval.flag = in.Text();
    approval.reason = in.Text();
    approval.approved_by = in.Id<policy::PrincipalId>();
    approval.approved_at = in.Instant();
    approval.expires_at = in.Instant();
    return approval;
}

}  // namespace

std::vector<FlagKill> ListFlagKills(Tx& tx, const std::optional<std::string>& flag) {
    return tx.All(
        kFlagKills,
        [](Columns& in) {
            FlagKill kill;
            kill.operation = in.Id<policy::RecordId>();
            kill.flag = in.Text();
            kill.release = in.OptText();
            kill.killed_at = in.Instant();
            kill.killed_by = in.Text();
            kill.reason = in.Text();
            return kill;
        },
        flag);
}

std::vector<policy::RecordId> ListOpenFlagReviews(Tx& tx, const std::string& flag) {
    return tx.All(
        kOpenFlagReviews, [](Columns& in) { return in.Id<policy::RecordId>(); }, flag);
}

bool IsKnownFlag(Tx& tx, const std::string& flag) {
    return tx.One(
        kIsKnownFlag, [](Columns& in) { return in.Flag(); }, flag);
}

FlagApproval InsertFlagApproval(Tx& tx, const policy::RecordId& id, const std::string& flag,
                                const policy::PrincipalId& by, const std::string& reason, policy::Duration valid_for) {
    return tx.One(kInsertFlagApproval, ReadFlagApproval, id, flag, reason, by, valid_for);
}

std::optional<FlagApproval> FindFlagApproval(Tx& tx, const std::string& flag, const policy::PrincipalId& requester) {
    return tx.Find(kFindFlagApproval, ReadFlagApproval, flag, requester);
}

}  // namespace store
