#include "controller/store/keys.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "controller/store/callers.hpp"
#include "controller/store/tokens.hpp"
#include "controller/store/tx.hpp"

namespace store {
namespace {

#define HANDOVER_COLUMNS                                                                           \
    " h.id, h.from_key, h.to_key, h.statement, h.signature, h.reason, h.created_at, h.created_by," \
    " h.completed_at, (SELECT count(*) FROM instances i WHERE i.retired_at IS NULL"                \
    " AND EXISTS (SELECT FROM instance_credentials c WHERE c.instance_id = i.id"                   \
    " AND c.revoked_at IS NULL) AND NOT EXISTS (SELECT FROM instance_keys k"                       \
    " WHERE k.instance_id = i.id AND k.key_id = h.to_key)) "

constexpr Statement kInsertHandover{"key_handover_insert", R"sql(
    WITH made AS (
        INSERT INTO key_handovers (id, from_key, to_key, statement, signature, reason, created_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *
    ) SELECT)sql" HANDOVER_COLUMNS "FROM made h"};
constexpr Statement kLoadHandovers{"key_handovers_load",
                                   "SELECT" HANDOVER_COLUMNS "FROM key_handovers h ORDER BY h.created_at, h.id"};
constexpr Statement kCompleteHandover{"key_handover_complete", R"sql(
    UPDATE key_handovers SET completed_by = $2 WHERE id = $1 AND completed_at IS NULL)sql"};
#undef HANDOVER_COLUMNS

constexpr Statement kPinnedKeys{"instance_keys_of", R"sql(
    SELECT instance_id, key_id FROM instance_keys WHERE instance_id = ANY ($1::text[]))sql"};
constexpr Statement kRecordPinned{"instance_key_record", R"sql(
    INSERT INTO instance_keys AS k (instance_id, key_id) VALUES ($1, $2)
    ON CONFLICT (instance_id) DO UPDATE SET key_id = EXCLUDED.key_id WHERE k.key_id <> EXCLUDED.key_id
    RETURNING key_id)sql"};

constexpr Statement kRequestRotation{"credential_rotation_request", R"sql(
    WITH wanted AS (
        SELECT id, instance_id FROM instance_credentials
        WHERE instance_id = $2 AND revoked_at IS NULL AND used_at IS NOT NULL
    ), made AS (
        INSERT INTO credential_rotations (id, credential_id, reason, requested_by)
        SELECT $1, id, $3, $4 FROM wanted ON CONFLICT (credential_id) DO NOTHING RETURNING id, credential_id
    )
    SELECT coalesce((SELECT m.id FROM made m),
                    (SELECT r.id FROM credential_rotations r WHERE r.credential_id = w.id)), w.instance_id
    FROM wanted w)sql"};
constexpr Statement kOverdueRotations{"credential_rotations_overdue", R"sql(
    SELECT c.instance_id FROM instance_credentials c JOIN instances i ON i.id = c.instance_id
    WHERE c.revoked_at IS NULL AND c.used_at < portcullis.now() - $1::interval AND i.retired_at IS NULL
      AND NOT EXISTS (SELECT FROM credential_rotations r WHERE r.credential_id = c.id)
    ORDER BY c.used_at LIMIT $2)sql"};
constexpr Statement kOwedRotations{"credential_rotations_owed", R"sql(
    SELECT r.id, c.instance_id FROM credential_rotations r JOIN instance_credentials c ON c.id = r.credential_id
    WHERE c.revoked_at IS NULL AND c.instance_id = ANY ($1::text[]))sql"};
constexpr Statement kLockRotated{"credential_rotated_lock", R"sql(
    SELECT c.id FROM credential_rotations r JOIN instance_credentials c ON c.id = r.credential_id
    WHERE r.id = $1 AND c.instance_id = $2 AND c.revoked_at IS NULL FOR UPDATE OF c)sql"};
constexpr Statement kFindRegistered{"credential_registered", R"sql(
    SELECT 1 FROM instance_credentials WHERE hash = decode($1, 'hex') AND predecessor_id = $2
                                         AND revoked_at IS NULL)sql"};
constexpr Statement kHashIsTaken{"credential_hash_taken", R"sql(
    SELECT 1 FROM instance_credentials WHERE hash = decode($1, 'hex'))sql"};
constexpr Statement kRevokeUnused{"credential_revoke_unused", R"sql(
    UPDATE instance_credentials SET revoked_by = 'rotation ' || $2::text
    WHERE instance_id = $1 AND revoked_at IS NULL AND used_at IS NULL)sql"};
constexpr Statement kInsertSuccessor{"credential_successor_insert", R"sql(
    INSERT INTO instance_credentials (id, instance_id, hash, predecessor_id)
    VALUES ($1, $2, decode($3, 'hex'), $4))sql"};
constexpr Statement kLockUnused{"credential_lock_unused", R"sql(
    SELECT id, predecessor_id FROM instance_credentials
    WHERE hash = decode($1, 'hex') AND revoked_at IS NULL AND used_at IS NULL FOR UPDATE)sql"};
constexpr Statement kRevokePredecessor{"credential_revoke_predecessor", R"sql(
    UPDATE instance_credentials SET revoked_by = 'successor ' || $2::text
    WHERE id = $1 AND revoked_at IS NULL)sql"};
constexpr Statement kFirstUse{"credential_first_use", R"sql(
    UPDATE instance_credentials SET used_by = $2 WHERE id = $1)sql"};

constexpr Statement kFindOwner{"credential_owner", R"sql(
    SELECT c.instance_id, coalesce(k.key_id, ''), c.used_at IS NULL
    FROM instance_credentials c JOIN instances i ON i.id = c.instance_id
    LEFT JOIN instance_keys k ON k.instance_id = c.instance_id
    WHERE c.hash = decode($1, 'hex') AND c.revoked_at IS NULL AND i.retired_at IS NULL)sql"};
constexpr Statement kNewestKey{"key_newest", R"sql(
    SELECT s.value FROM key_handovers h JOIN installation s ON s.key = 'signing_key/' || h.to_key
    WHERE NOT EXISTS (SELECT FROM key_handovers later WHERE later.from_key = h.to_key))sql"};

KeyHandover ReadHandover(Columns& in) {
    KeyHandover handover;
    handover.id = in.Id<policy::RecordId>();
    handover.from_key = in.Text();
    handover.to_key = in.Text();
    handover.statement = in.Text();
    handover.signature = in.Text();
    handover.reason = in.Text();
    handover.created_at = in.Instant();
    handover.created_by = in.Text();
    handover.completed_at = in.OptInstant();
    handover.behind = in.Int();
    return handover;
}

CredentialRotation ReadRotation(Columns& in) {
    CredentialRotation rotation;
    rotation.id = in.Id<policy::RecordId>();
    rotation.instance = in.Id<policy::InstanceId>();
    return rotation;
}

/// By the chain, not by time: a clock may have stood still.
std::vector<KeyHandover> InChain(std::vector<KeyHandover> rows) {
    for (std::size_t done = 0; done < rows.size(); ++done) {
        const auto next = std::find_if(
            rows.begin() + static_cast<std::ptrdiff_t>(done), rows.end(), [&](const KeyHandover& candidate) {
                return std::none_of(rows.begin() + static_cast<std::ptrdiff_t>(done), rows.end(),
                                    [&](const KeyHandover& other) { return other.to_key == candidate.from_key; });
            });
        std::iter_swap(rows.begin() + static_cast<std::ptrdiff_t>(done), next);
    }
    return rows;
}

}  // namespace

KeyHandover InsertKeyHandover(Tx& tx, const NewKeyHandover& handover) {
    return tx.One(kInsertHandover, ReadHandover, handover.id, handover.from_key, handover.to_key, handover.statement,
                  handover.signature, handover.reason, handover.created_by);
}

std::vector<KeyHandover> LoadKeyHandovers(Tx& tx) {
    return InChain(tx.All(kLoadHandovers, ReadHandover));
}

std::vector<std::string> CompleteKeyHandovers(Tx& tx, const std::string& controller) {
    std::vector<std::string> completed;
    for (const KeyHandover& handover : LoadKeyHandovers(tx)) {
        if (!handover.completed_at && handover.behind == 0) {
            tx.Exec(kCompleteHandover, handover.id, controller);
            completed.push_back(handover.to_key);
        }
    }
    return completed;
}

std::vector<PinnedKey> LoadPinnedKeys(Tx& tx, const std::vector<policy::InstanceId>& instances) {
    return tx.All(
        kPinnedKeys,
        [](Columns& in) {
            PinnedKey pinned;
            pinned.instance = in.Id<policy::InstanceId>();
            pinned.key = in.Text();
            return pinned;
        },
        instances);
}

bool RecordPinnedKey(Tx& tx, const policy::InstanceId& instance, const std::string& key) {
    return !tx.Exec(kRecordPinned, instance, key).empty();
}

std::optional<CredentialRotation> RequestRotation(Tx& tx, const policy::RecordId& id,
                                                  const policy::InstanceId& instance, const std::string& reason,
                                                  const std::string& by) {
    return tx.Find(kRequestRotation, ReadRotation, id, instance, reason, by);
}

std::vector<policy::InstanceId> RequestOverdueRotations(Tx& tx, policy::Duration lifetime, int limit) {
    std::vector<policy::InstanceId> due = tx.All(
        kOverdueRotations, [](Columns& in) { return in.Id<policy::InstanceId>(); }, lifetime, limit);
    const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(tx.Now().time_since_epoch());
    for (const policy::InstanceId& instance : due) {
        RequestRotation(tx, policy::RecordId::Trusted("rot_" + platform::MakeUlid(since_epoch.count())), instance,
                        "its credential is as old as credentials may get", "portcullisd");
    }
    return due;
}

std::vector<CredentialRotation> LoadOwedRotations(Tx& tx, const std::vector<policy::InstanceId>& instances) {
    return tx.All(kOwedRotations, ReadRotation, instances);
}

bool RegisterSuccessor(Tx& tx, const policy::RecordId& rotation, const policy::InstanceId& instance,
                       const policy::RecordId& credential, const std::string& hash) {
    const auto rotated = tx.Find(
        kLockRotated, [](Columns& in) { return in.Id<policy::RecordId>(); }, rotation, instance);
    if (!rotated) {
        return false;
    }
    if (!tx.Exec(kFindRegistered, hash, *rotated).empty()) {
        return true;
    }
    if (!tx.Exec(kHashIsTaken, hash).empty()) {
        return false;
    }
    tx.Exec(kRevokeUnused, instance, rotation);
    tx.Exec(kInsertSuccessor, credential, instance, hash, *rotated);
    return true;
}

std::optional<CredentialOwner> FindCredentialOwner(Tx& tx, const platform::Digest& hash) {
    return tx.Find(
        kFindOwner,
        [](Columns& in) {
            CredentialOwner owner;
            owner.instance = in.Id<policy::InstanceId>();
            owner.pinned_key = in.Text();
            owner.first_use = in.Flag();
            return owner;
        },
        DigestHex(hash));
}

std::optional<std::string> LoadNewestKeyPem(Tx& tx) {
    return tx.Find(kNewestKey, [](Columns& in) { return in.Text(); });
}

std::optional<FirstUse> UseSuccessor(Tx& tx, const platform::Digest& hash, const std::string& controller) {
    const auto use = tx.Find(
        kLockUnused,
        [](Columns& in) {
            FirstUse first;
            first.credential = in.Id<policy::RecordId>();
            first.predecessor = in.Id<policy::RecordId>();
            return first;
        },
        DigestHex(hash));
    if (use) {
        tx.Exec(kRevokePredecessor, use->predecessor, use->credential);
        tx.Exec(kFirstUse, use->credential, controller);
    }
    return use;
}

}  // namespace store
