// All of one tenant at once, whatever tables a service gave to tenants: digest, export, restore, deletion. A table
// joins by tenancy.protect in its migration; nothing here knows its name.
//
// Two fingerprints, both the same for the same rows whatever the tenant's id is:
//   DigestRecords      taken inside PostgreSQL over every record, members, invitations and shares included; cheap
//   enough
//                      for "nothing was lost" before and after a switch
//   wire::DigestOf     over the exported sections; in the file, checked again when it is restored
// A restore is one transaction: either everything is as in the document, by its digest, or nothing has changed.
//
// Within Read or Write, not OneTrip: they take the time they need.
// Errors: as platform::Database; RestoreRefused. Thread safety: as the transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tenancy/store/session.hpp"
#include "tenancy/wire/evidence.hpp"
#include "tenancy/wire/export_document.hpp"

namespace tenancy::store {

wire::DataDigest DigestRecords(TenantTx& tx);
/// Over all tenants, their organizations included and `default` not: one statement, which gives no row away. The same
/// for the same records, whatever order they were written in.
wire::TenantDigest DigestTenants(PlatformTx& tx);

/// The organization with its people and every row of its data. Nothing when the tenant is gone. Use Read: one snapshot.
std::optional<wire::ExportDocument> Export(TenantTx& tx, Time now);

/// Why a document was not restored; nothing has changed. For people.
class RestoreRefused : public std::runtime_error {
public:
    RestoreRefused(std::string code, const std::string& message)
        : std::runtime_error(message), code_(std::move(code)) {}
    /// "restore_foreign", "restore_damaged"
    const std::string& Code() const noexcept {
        return code_;
    }

private:
    std::string code_;
};

struct Restored {
    bool created = false;      // the tenant did not exist
    std::int64_t removed = 0;  // rows that were there before
    wire::DataDigest data;     // of what is there now; that of the document
};
/// Makes the scope's tenant what the document says: a tenant that exists must be the document's own, and keeps its
/// status, plan and contact; one that does not exist is made, whatever its id, active, with the document's plan.
/// Directory and data are replaced. Call within Write and let RestoreRefused leave the body.
Restored Restore(TenantTx& tx, const wire::ExportDocument& document);

struct DeletedRows {
    std::string relation;
    std::int64_t rows = 0;
};
/// Every row of the scope's tenant, its organization last; empty when it was gone already. Its audit log stays, for the
/// operator and for acts of the platform: whoever gets the id later does not see it. Who writes for this tenant is
/// waited for. Whether it may be deleted is decided before (DecideHardDelete).
std::vector<DeletedRows> HardDelete(TenantTx& tx);

}  // namespace tenancy::store
