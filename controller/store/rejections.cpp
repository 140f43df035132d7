#include "controller/store/rejections.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr Statement kNoteRejections{"instance_rejections_note", R"sql(
    WITH said AS (
        SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) AS t(instance_id, boot_id, rejected)
    ), before AS (
        SELECT r.* FROM instance_rejections r JOIN said s USING (instance_id)
    ), noted AS (
        INSERT INTO instance_rejections AS r (instance_id, boot_id, rejected)
        SELECT instance_id, boot_id, rejected FROM said ORDER BY instance_id
        ON CONFLICT (instance_id) DO UPDATE SET boot_id = EXCLUDED.boot_id, rejected = EXCLUDED.rejected
            WHERE r.boot_id <> EXCLUDED.boot_id OR r.rejected < EXCLUDED.rejected
        RETURNING r.instance_id, r.boot_id, r.rejected
    )
    SELECT n.instance_id, n.rejected - coalesce(b.rejected, 0)
    FROM noted n LEFT JOIN before b ON b.instance_id = n.instance_id AND b.boot_id = n.boot_id
    ORDER BY n.instance_id)sql"};

}  // namespace

std::vector<MoreRejected> NoteRejections(Tx& tx, const std::vector<Rejection>& rejections) {
    std::vector<policy::InstanceId> instances;
    std::vector<std::string> boots;
    std::vector<std::int64_t> counts;
    for (const Rejection& rejection : rejections) {
        instances.push_back(rejection.instance);
        boots.push_back(rejection.boot_id);
        counts.push_back(rejection.rejected);
    }
    return tx.All(
        kNoteRejections,
        [](Columns& in) {
            MoreRejected more;
            more.instance = in.Id<policy::InstanceId>();
            more.more = in.Int();
            return more;
        },
        instances, boots, counts);
}

}  // namespace store
