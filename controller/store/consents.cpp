#include "controller/store/consents.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define PORTCULLIS_CONSENT_COLUMNS                                                                          \
    "id, tenant_id, release_id, channel, given_by, capacity, evidence, given_at, expires_at, recorded_by, " \
    "recorded_at, withdrawn_at, withdrawn_by, withdrawn_reason"

constexpr Statement kInsertConsent{
    "insert_consent",
    "INSERT INTO consents (id, tenant_id, release_id, channel, given_by, capacity, evidence, "
    "given_at, expires_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
    "RETURNING " PORTCULLIS_CONSENT_COLUMNS};
constexpr Statement kLoadConsent{"load_consent", "SELECT " PORTCULLIS_CONSENT_COLUMNS " FROM consents WHERE id = $1"};
constexpr Statement kLockConsent{"lock_consent",
                                 "SELECT " PORTCULLIS_CONSENT_COLUMNS " FROM consents WHERE id = $1 FOR UPDATE"};
constexpr Statement kListConsents{"list_consents", "SELECT " PORTCULLIS_CONSENT_COLUMNS
                                                   " FROM consents WHERE tenant_id = $1 "
                                                   "AND ($2::text IS NULL OR id > $2) ORDER BY id LIMIT $3"};
constexpr Statement kConsentsForRelease{"consents_for_release",
                                        "SELECT " PORTCULLIS_CONSENT_COLUMNS
                                        " FROM consents "
                                        "WHERE release_id = $1 OR channel = 'experimental' ORDER BY tenant_id, id"};
constexpr Statement kWithdrawConsent{"withdraw_consent",
                                     "UPDATE consents SET withdrawn_by = $2, withdrawn_reason = $3 WHERE id = $1 "
                                     "RETURNING " PORTCULLIS_CONSENT_COLUMNS};

#undef PORTCULLIS_CONSENT_COLUMNS

Consent ReadConsent(Columns& columns) {
    Consent consent;
    consent.id = columns.Id<policy::RecordId>();
    consent.tenant = columns.Id<policy::TenantId>();
    consent.release = columns.OptId<policy::ReleaseId>();
    consent.channel = columns.OptEnum<policy::Channel>();
    consent.given_by = columns.Text();
    consent.capacity = columns.Text();
    consent.evidence = columns.Text();
    consent.given_at = columns.Instant();
    consent.expires_at = columns.OptInstant();
    consent.recorded_by = columns.Text();
    consent.recorded_at = columns.Instant();
    consent.withdrawn_at = columns.OptInstant();
    consent.withdrawn_by = columns.OptText();
    consent.withdrawn_reason = columns.OptText();
    return consent;
}

}  // namespace

Consent InsertConsent(Tx& tx, const NewConsent& consent) {
    const auto channel = consent.release ? std::nullopt : std::optional(policy::Channel::kExperimental);
    return tx.One(kInsertConsent, ReadConsent, consent.id, consent.tenant, consent.release, channel, consent.given_by,
                  consent.capacity, consent.evidence, consent.given_at, consent.expires_at, consent.recorded_by);
}

std::optional<Consent> LoadConsent(Tx& tx, const policy::RecordId& id, Lock lock) {
    return tx.Find(lock == Lock::kForUpdate ? kLockConsent : kLoadConsent, ReadConsent, id);
}

Page<Consent> ListConsents(Tx& tx, const policy::TenantId& tenant, const PageQuery& page) {
    return tx.ListPage(
        kListConsents, page, ReadConsent, [](const Consent& row) { return row.id.Text(); }, tenant);
}

std::vector<Consent> LoadConsentsForRelease(Tx& tx, const policy::ReleaseId& release) {
    return tx.All(kConsentsForRelease, ReadConsent, release);
}

Consent WithdrawConsent(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by, const std::string& reason) {
    return tx.One(kWithdrawConsent, ReadConsent, id, by, reason);
}

}  // namespace store
