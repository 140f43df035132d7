#include "controller/store/checks.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define CHECK_COLUMNS                                                                                           \
    " c.id, c.release_id, c.control, c.key, c.outcome, c.tier, c.channel, c.change_hash,"                       \
    " c.change_hash = r.change_hash, c.reason, c.evidence::text, c.performed_at, c.recorded_by, c.recorded_at," \
    " s.resolution, s.evidence, s.resolved_by, s.resolved_at"                                                   \
    " FROM checks c JOIN releases r ON r.id = c.release_id LEFT JOIN check_resolutions s ON s.check_id = c.id "

constexpr Statement kInsertCheck{"check_insert", R"sql(
    INSERT INTO checks (id, release_id, control, key, outcome, tier, change_hash, reason, evidence, performed_at,
                        recorded_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11))sql"};
constexpr Statement kLoadCheck{"check_load", "SELECT" CHECK_COLUMNS "WHERE c.id = $1"};
constexpr Statement kListChecks{"check_list", "SELECT" CHECK_COLUMNS R"sql(
    WHERE c.release_id = $1 AND ($2::text IS NULL OR c.control = $2) AND ($3::text IS NULL OR c.outcome = $3)
      AND ($4::text IS NULL OR c.id > $4)
    ORDER BY c.id LIMIT $5)sql"};
constexpr Statement kResolveCheck{"check_resolve", R"sql(
    INSERT INTO check_resolutions (check_id, resolved_by, resolution, evidence) VALUES ($1, $2, $3, $4))sql"};

#undef CHECK_COLUMNS

Check ReadCheck(Columns& in) {
    Check check;
    check.id = in.Id<policy::RecordId>();
    check.release = in.Id<policy::ReleaseId>();
    check.control = in.Enum<policy::Control>();
    check.key = in.Text();
    check.outcome = in.Enum<policy::CheckOutcome>();
    check.tier = in.Enum<policy::EvidenceTier>();
    check.channel = in.Enum<policy::Channel>();
    check.change_hash = in.Text();
    check.change_matches = in.Flag();
    check.reason = in.Text();
    check.evidence = in.Text();
    check.performed_at = in.Instant();
    check.recorded_by = in.Text();
    check.recorded_at = in.Instant();
    auto resolution = in.OptText();
    auto evidence = in.OptText();
    auto by = in.OptText();
    const auto at = in.OptInstant();
    if (resolution) {
        check.resolution = CheckResolution{std::move(*resolution), evidence.value_or(""), by.value_or(""), *at};
    }
    return check;
}

}  // namespace

Check InsertCheck(Tx& tx, const NewCheck& check) {
    tx.Exec(kInsertCheck, check.id, check.release, check.control, check.key, check.outcome, check.tier,
            check.change_hash, check.reason, check.evidence, check.performed_at, check.recorded_by);
    return tx.One(kLoadCheck, ReadCheck, check.id);
}

std::optional<Check> LoadCheck(Tx& tx, const policy::RecordId& id) {
    return tx.Find(kLoadCheck, ReadCheck, id);
}

Page<Check> ListChecks(Tx& tx, const policy::ReleaseId& release, const CheckFilter& filter, const PageQuery& page) {
    return tx.ListPage(
        kListChecks, page, ReadCheck, [](const Check& row) { return row.id.Text(); }, release, filter.control,
        filter.outcome);
}

Check ResolveCheck(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by, const std::string& resolution,
                   const std::string& evidence) {
    tx.Exec(kResolveCheck, id, by, resolution, evidence);
    return tx.One(kLoadCheck, ReadCheck, id);
}

}  // namespace store
