#include "controller/store/promotions.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define PROMOTION_COLUMNS                                                                                           \
    " id, release_id, from_channel, to_channel, content_hash, memo_number, facts_hash, verdict::text, promoted_by," \
    " promoted_at "

constexpr Statement kInsertPromotion{"promotion_insert", R"sql(
    INSERT INTO promotions (id, release_id, from_channel, to_channel, content_hash, memo_number, facts_hash, verdict,
                            promoted_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9) RETURNING)sql" PROMOTION_COLUMNS};
constexpr Statement kLoadPromotion{"promotion_load", "SELECT" PROMOTION_COLUMNS "FROM promotions WHERE id = $1"};
constexpr Statement kListPromotions{"promotion_list", "SELECT" PROMOTION_COLUMNS R"sql(FROM promotions
    WHERE release_id = $1 AND ($2::text IS NULL OR id > $2) ORDER BY id LIMIT $3)sql"};

#undef PROMOTION_COLUMNS

Promotion ReadPromotion(Columns& in) {
    Promotion promotion;
    promotion.id = in.Id<policy::RecordId>();
    promotion.release = in.Id<policy::ReleaseId>();
    promotion.from = in.Enum<policy::Channel>();
    promotion.to = in.Enum<policy::Channel>();
    promotion.content_hash = in.Text();
    promotion.memo_number = in.OptInt();
    promotion.facts_hash = in.Text();
    promotion.verdict = in.Text();
    promotion.promoted_by = in.Text();
    promotion.promoted_at = in.Instant();
    return promotion;
}

}  // namespace

Promotion InsertPromotion(Tx& tx, const NewPromotion& promotion) {
    return tx.One(kInsertPromotion, ReadPromotion, promotion.id, promotion.release, promotion.from, promotion.to,
                  promotion.content_hash, promotion.memo_number, promotion.facts_hash, promotion.verdict,
                  promotion.promoted_by);
}

std::optional<Promotion> LoadPromotion(Tx& tx, const policy::RecordId& id) {
    return tx.Find(kLoadPromotion, ReadPromotion, id);
}

Page<Promotion> ListPromotions(Tx& tx, const policy::ReleaseId& release, const PageQuery& page) {
    return tx.ListPage(
        kListPromotions, page, ReadPromotion, [](const Promotion& row) { return row.id.Text(); }, release);
}

}  // namespace store
