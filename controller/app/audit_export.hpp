// The audit log for readers: pages, verification, export, timeline; and a release's archive bundle (AUD-1..3, MEM-6).
// Errors as controller/app/call.hpp says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/store/audit.hpp"
#include "controller/wire/record_json.hpp"

namespace platform {
class SigningKey;
}

namespace app {

Outcome<Page<wire::AuditRecord>> ListAudit(store::Tx& tx, const store::AuditFilter& filter,
                                           std::optional<wire::AuditOutcome> outcome, const PageQuery& page);
/// Oldest first, of one release.
Outcome<Page<wire::AuditRecord>> ListTimeline(store::Tx& tx, const policy::ReleaseId& release, const PageQuery& page);
/// The whole chain, recomputed from the rows, with every checkpoint's signature.
/// Installation values under this prefix are the public keys of every signing key this installation has had, by id.
inline constexpr std::string_view kSigningKeyPrefix = "signing_key/";
/// In PEM, one after the other: today's first, then the earlier ones.
Outcome<std::string> ListPublicKeys(store::Tx& tx, const platform::SigningKey& key);

Outcome<wire::AuditVerification> VerifyAudit(store::Tx& tx, const platform::SigningKey& key);

struct AuditExportRange {
    std::optional<std::int64_t> from;
    std::optional<std::int64_t> to;
    std::optional<policy::ReleaseId> release;
};
/// JSON Lines, ended by a signed statement of what it holds (controller/wire/audit_chain.hpp).
Outcome<std::string> ExportAudit(store::Tx& tx, const AuditExportRange& range, const platform::SigningKey& key);

/// Everything a release's decisions stood on, in one verifiable file (controller/wire/archive.hpp).
Outcome<std::string> BuildReleaseArchive(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                         const platform::SigningKey& key);

/// A signed checkpoint of the chain's end when entries were added since the last one. True when one was made.
bool MakeCheckpoint(store::Tx& tx, const platform::SigningKey& key);

}  // namespace app
