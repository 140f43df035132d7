// What the administration of tenants answers. Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/model.hpp"
#include "tenancy/refusal.hpp"
#include "tenancy/store/audit.hpp"
#include "tenancy/store/records.hpp"
#include "tenancy/store/usage.hpp"

namespace pulse::wire {

/// {"id":...,"tenantId":...,"tenant":{...},"admin":{"userId":...,"name":...,"email":...,"role":"owner","created":true}}
std::string EncodeProvisioned(const tenancy::Organization& org, std::string_view admin, std::string_view admin_name,
                              bool admin_made);
/// {"id":...,"deleted":true,"rows":{"pulse.customers":12}}
std::string EncodeDeletedTenant(const tenancy::OrgId& id, const std::vector<tenancy::store::DeletedRows>& rows);
/// {"id":...,"created":true,"removed":0,"rows":12,"sha256":"...","tenant":{...}}
std::string EncodeRestored(const tenancy::Organization& org, const tenancy::store::Restored& outcome);

/// {"tenantId":...,"plan":"pro","month":"2025-01","quotas":{"users":{"used":1,"limit":50,"percent":2,"level":"ok"}}}
/// A limit that is none is null.
std::string EncodeQuotas(const tenancy::OrgId& id, std::string_view month, const tenancy::store::TenantQuotas& quotas);

struct QuotaOrder {
    tenancy::store::QuotaOverrides overrides;
    std::string reason;
};
/// {"users":100,"customers":null,"reason":"..."}: null or absent goes back to the plan's number, -1 is none.
/// 400 invalid_request, invalid_quota, invalid_reason.
tenancy::Decided<QuotaOrder> DecodeQuotaOrder(std::string_view body);
/// {"plan":"pro"}; nothing when it cannot be read.
std::optional<std::string> DecodePlanOrder(std::string_view body);

/// A list, newest first.
std::string EncodeAuditLogs(const std::vector<tenancy::store::AuditRow>& rows);
/// {"events":[...],"total":12,"persistentLogging":true}
std::string EncodeAuditEvents(const tenancy::store::AuditPage& page);
/// {"available":true,"verified":true,"message":"..."}
std::string EncodeAuditCheck(bool whole);
/// {"tenantId":...,"whole":true,"entries":12,"headHash":"..."}; with what is wrong when it is not.
std::string EncodeAuditVerdict(const tenancy::OrgId& id, const tenancy::store::AuditVerdict& verdict);
/// {"success":true,"id":...,"seq":12,"hash":"..."}
std::string EncodeAuditTest(std::string_view id, const tenancy::store::AuditReceipt& receipt);

}  // namespace pulse::wire
