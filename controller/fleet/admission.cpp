#include "controller/fleet/admission.hpp"

#include <chrono>
#include <optional>

#include "controller/store/audit.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/installation.hpp"
#include "controller/store/keys.hpp"
#include "platform/crypto/crypto.hpp"
#include "tenancy/wire/channel.hpp"

namespace fleet {
namespace {

using Admitted = platform::Expected<Admission, AdmissionRefusal>;

constexpr std::string_view kBearer = "Bearer ";
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kHashDigits = 64;

auto RefuseAdmission(int status, std::string code, std::string detail) {
    return platform::Unexpected<AdmissionRefusal>(AdmissionRefusal{status, std::move(code), std::move(detail)});
}

auto RefuseCredential() {
    return RefuseAdmission(401, "auth.credential",
                           "The credential is not good (any more). Make an enrolment for this instance: portcullis "
                           "fleet enrol.");
}

auto RefuseToken() {
    return RefuseAdmission(401, "auth.enrolment",
                           "The enrolment token is not good: unknown, expired or used. Make another: portcullis fleet "
                           "enrol.");
}

bool IsSecret(std::string_view text, std::string_view prefix) {
    if (!text.starts_with(prefix)) {
        return false;
    }
    const auto bytes = platform::Base64UrlDecode(text.substr(prefix.size()));
    return bytes && bytes->size() == kSecretBytes;
}

policy::RecordId NewCredentialId(const store::Tx& tx) {
    const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(store::Now(tx).time_since_epoch());
    return policy::RecordId::Trusted("crd_" + platform::MakeUlid(since_epoch.count()));
}

void RecordExchange(store::Tx& tx, const store::Enrolment& enrolment, const policy::RecordId& credential) {
    wire::AuditDetails details;
    details.Text("instance", enrolment.instance.Text())
        .Text("enrolment", enrolment.id.Text())
        .Text("enrolled_by", enrolment.created_by.Text())
        .Text("credential", credential.Text());
    wire::AuditEntry entry;
    entry.actor = "portcullisd";
    entry.actor_kind = policy::PrincipalKind::kComponent;
    entry.action = "instance.join";
    entry.summary = "let the instance '" + enrolment.instance.Text() + "' in by an enrolment of '" +
                    enrolment.created_by.Text() + "'";
    entry.details = details.Encode();
    store::AppendAudit(tx, std::move(entry));
}

/// It has pinned, or will pin, the key that its token names.
Admission Enrolled(store::Tx& tx, const store::Enrolment& enrolment, const std::string& hash,
                   const std::string& key_in_use) {
    const std::string key = enrolment.key.value_or(key_in_use);
    const std::string pem = store::LoadInstallationValue(tx, "signing_key/" + key).value_or("");
    if (!pem.empty()) {
        store::RecordPinnedKey(tx, enrolment.instance, key);
    }
    return {enrolment.instance, hash, true, pem, key};
}

/// A successor that is used for the first time ends its predecessor.
void RecordFirstUse(store::Database& database, const store::CredentialOwner& owner, const platform::Digest& hash,
                    const std::string& controller) {
    database.Write([&](store::Tx& tx) {
        const auto use = store::UseSuccessor(tx, hash, controller);
        if (!use) {
            return;
        }
        wire::AuditDetails details;
        details.Text("instance", owner.instance.Text())
            .Text("credential", use->credential.Text())
            .Text("replaces", use->predecessor.Text())
            .Text("seen_by", controller);
        wire::AuditEntry entry;
        entry.actor = "portcullisd";
        entry.actor_kind = policy::PrincipalKind::kComponent;
        entry.action = "credential.replace";
        entry.summary =
            "the instance '" + owner.instance.Text() + "' came with its new credential; the old one is revoked";
        entry.details = details.Encode();
        store::AppendAudit(tx, std::move(entry));
    });
}

Admitted Exchange(store::Database& database, std::string_view token, const std::string& hash,
                  const std::string& key_in_use) {
    return database.Write([&](store::Tx& tx) -> Admitted {
        const auto enrolment = store::LockEnrolmentByHash(tx, platform::Sha256(token));
        if (!enrolment) {
            return RefuseToken();
        }
        if (enrolment->used_at) {
            const bool again = enrolment->credential_hash == hash && !store::GoodCredentials(tx, {hash}).empty();
            return again ? Admitted(Enrolled(tx, *enrolment, hash, key_in_use)) : Admitted(RefuseToken());
        }
        if (enrolment->expires_at <= store::Now(tx)) {
            return RefuseToken();
        }
        const policy::RecordId credential = NewCredentialId(tx);
        store::ExchangeEnrolment(tx, *enrolment, credential, hash);
        Admission admission = Enrolled(tx, *enrolment, hash, key_in_use);
        RecordExchange(tx, *enrolment, credential);
        return admission;
    });
}

}  // namespace

std::string ShownHash(std::string_view authorization) {
    return platform::Sha256Hex(authorization.starts_with(kBearer) ? authorization.substr(kBearer.size())
                                                                  : authorization);
}

Admitted Admit(store::Database& database, std::string_view authorization, std::string_view new_credential,
               const std::string& key_in_use, const std::string& controller) {
    if (!authorization.starts_with(kBearer)) {
        return RefuseAdmission(401, "auth.missing", "Say who you are: Authorization: Bearer and the credential.");
    }
    const std::string_view secret = authorization.substr(kBearer.size());
    if (IsSecret(secret, tenancy::wire::kCredentialPrefix)) {
        const platform::Digest hash = platform::Sha256(secret);
        const auto owner = database.Once([&](store::Tx& tx) { return store::FindCredentialOwner(tx, hash); });
        if (!owner) {
            return RefuseCredential();
        }
        if (owner->first_use) {
            RecordFirstUse(database, *owner, hash, controller);
        }
        return Admission{owner->instance, platform::Sha256Hex(secret), false, {}, owner->pinned_key};
    }
    if (!IsSecret(secret, tenancy::wire::kEnrolmentPrefix)) {
        return RefuseCredential();
    }
    const auto bytes = platform::HexDecode(new_credential);
    if (new_credential.size() != kHashDigits || !bytes) {
        return RefuseAdmission(400, "input.malformed",
                               "An enrolment token comes with the SHA-256 of the new credential, in hex, as " +
                                   std::string(tenancy::wire::kNewCredentialHeader) + ".");
    }
    try {
        return Exchange(database, secret, platform::HexEncode(*bytes), key_in_use);
    } catch (const store::Conflict&) {
        return RefuseAdmission(409, "conflict.exists",
                               "There is an instance whose name differs in the case of its letters only, or the "
                               "credential was used before.");
    }
}

}  // namespace fleet
