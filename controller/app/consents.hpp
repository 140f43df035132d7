// Operations on the ledger of consents (specification, section 5; EXP-2, CHN-7, SOD-1). Errors, attribution and
// transactions as controller/app/call.hpp says.
#pragma once

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/wire/consent_json.hpp"

namespace app {

Outcome<wire::ConsentView> RecordConsent(store::Tx& tx, const Call& call, const policy::TenantId& tenant,
                                         const wire::RecordConsent& command);
/// Ends exposure at once; final. Never refused for a reason of ours: a tenant may leave at any time (CHN-7).
Outcome<wire::ConsentView> WithdrawConsent(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                           const wire::WithdrawConsent& command);

Outcome<wire::ConsentView> ShowConsent(store::Tx& tx, const policy::RecordId& id);
Outcome<Page<wire::ConsentView>> ListConsents(store::Tx& tx, const policy::TenantId& tenant, const PageQuery& page);

}  // namespace app
