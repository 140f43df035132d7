#include "pulse/wire/tenants_json.hpp"

#include "pulse/wire/field_refusal.hpp"
#include "tenancy/quotas.hpp"
#include "tenancy/wire/organization_json.hpp"

namespace pulse::wire {
namespace {

using platform::Json;

constexpr std::int64_t kMostOfAnything = 1'000'000'000'000'000;

/// The tenant as tenancy/wire writes it, to be part of another document.
Json TenantJson(const tenancy::Organization& org) {
    return Json::parse(tenancy::wire::EncodeTenant(org));
}

std::string_view QuotaName(tenancy::Resource resource) {
    switch (resource) {
        case tenancy::Resource::kUsers:
            return "users";
        case tenancy::Resource::kCustomers:
            return "customers";
        case tenancy::Resource::kStorageBytes:
            return "storageBytes";
        case tenancy::Resource::kApiCalls:
            break;
    }
    return "apiCalls";
}

Json QuotaJson(std::int64_t used, std::int64_t limit) {
    Json json{{"used", used},
              {"limit", nullptr},
              {"percent", tenancy::PercentUsed(used, limit)},
              {"level", platform::EnumText(tenancy::Judge(used, limit))}};
    if (limit != tenancy::kUnlimited) {
        json["limit"] = limit;
    }
    return json;
}

Json AuditJson(const tenancy::store::AuditRow& row) {
    return {{"id", row.event.id},
            {"tenantId", row.event.org.Text()},
            {"createdAt", platform::FormatTime(row.event.at)},
            {"action", row.event.event},
            {"userId", row.event.actor},
            {"ipAddress", row.event.ip},
            {"path", row.event.path},
            {"success", row.event.success},
            {"details", row.event.details},
            {"seq", row.seq},
            {"prevHash", row.prev_hash},
            {"hash", row.hash}};
}

std::string TextOf(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string EncodeProvisioned(const tenancy::Organization& org, std::string_view admin, std::string_view admin_name,
                              bool admin_made) {
    return TextOf({{"id", org.id.Text()},
                   {"tenantId", org.id.Text()},
                   {"tenant", TenantJson(org)},
                   {"admin",
                    {{"userId", admin},
                     {"name", admin_name},
                     {"email", org.owner_email},
                     {"role", platform::EnumText(tenancy::OrgRole::kOwner)},
                     {"created", admin_made}}}});
}

std::string EncodeDeletedTenant(const tenancy::OrgId& id, const std::vector<tenancy::store::DeletedRows>& rows) {
    Json counts = Json::object();
    for (const tenancy::store::DeletedRows& deleted : rows) {
        if (deleted.rows > 0) {
            counts[deleted.relation] = deleted.rows;
        }
    }
    return TextOf({{"id", id.Text()}, {"deleted", true}, {"rows", std::move(counts)}});
}

std::string EncodeRestored(const tenancy::Organization& org, const tenancy::store::Restored& outcome) {
    return TextOf({{"id", org.id.Text()},
                   {"tenantId", org.id.Text()},
                   {"created", outcome.created},
                   {"removed", outcome.removed},
                   {"rows", outcome.data.rows},
                   {"sha256", outcome.data.sha256},
                   {"tenant", TenantJson(org)}});
}

std::string EncodeQuotas(const tenancy::OrgId& id, std::string_view month, const tenancy::store::TenantQuotas& quotas) {
    Json list = Json::object();
    for (const auto& name : platform::EnumNames<tenancy::Resource>::kNames) {
        list[std::string(QuotaName(name.value))] =
            QuotaJson(quotas.usage.Of(name.value), quotas.limits.Limit(name.value));
    }
    return TextOf({{"tenantId", id.Text()},
                   {"plan", platform::EnumText(quotas.plan)},
                   {"month", month},
                   {"quotas", std::move(list)}});
}

tenancy::Decided<QuotaOrder> DecodeQuotaOrder(std::string_view body) {
    const auto json = ReadObject(body);
    if (!json) {
        return platform::Unexpected<tenancy::Refusal>(tenancy::InvalidRequest());
    }
    platform::FieldErrors errors;
    platform::ObjectReader in(*json, "", errors);
    QuotaOrder order;
    for (const auto& name : platform::EnumNames<tenancy::Resource>::kNames) {
        order.overrides.Of(name.value) =
            in.OptionalInteger(QuotaName(name.value), tenancy::kUnlimited, kMostOfAnything);
    }
    order.reason = in.OptionalText("reason", {.min = 0, .max = 500}).value_or("");
    in.Finish();  // a misspelt name must not lift a limit
    if (auto refusal = RefusalOf(errors, {{"users", "invalid_quota"},
                                          {"customers", "invalid_quota"},
                                          {"storageBytes", "invalid_quota"},
                                          {"apiCalls", "invalid_quota"},
                                          {"reason", "invalid_reason"}})) {
        return platform::Unexpected<tenancy::Refusal>(std::move(*refusal));
    }
    return order;
}

std::optional<std::string> DecodePlanOrder(std::string_view body) {
    const auto json = ReadObject(body);
    if (!json) {
        return std::nullopt;
    }
    const auto plan = json->find("plan");
    return plan != json->end() && plan->is_string() ? std::optional(plan->get<std::string>()) : std::nullopt;
}

std::string EncodeAuditLogs(const std::vector<tenancy::store::AuditRow>& rows) {
    Json list = Json::array();
    for (const tenancy::store::AuditRow& row : rows) {
        list.push_back(AuditJson(row));
    }
    return TextOf(list);
}

std::string EncodeAuditEvents(const tenancy::store::AuditPage& page) {
    Json events = Json::array();
    for (const tenancy::store::AuditRow& row : page.rows) {
        Json event{{"id", row.event.id},           {"timestamp", platform::FormatTime(row.event.at)},
                   {"event", row.event.event},     {"user", row.event.actor},
                   {"ip", row.event.ip},           {"path", row.event.path},
                   {"success", row.event.success}, {"details", row.event.details},
                   {"signature", row.hash}};
        for (const char* optional : {"user", "path", "details"}) {
            if (event[optional].get_ref<const std::string&>().empty()) {
                event.erase(optional);
            }
        }
        events.push_back(std::move(event));
    }
    return TextOf({{"events", std::move(events)}, {"total", page.total}, {"persistentLogging", true}});
}

std::string EncodeAuditCheck(bool whole) {
    return TextOf({{"available", true},
                   {"verified", whole},
                   {"message", whole ? "The entry is as it was written." : "The entry was changed."}});
}

std::string EncodeAuditVerdict(const tenancy::OrgId& id, const tenancy::store::AuditVerdict& verdict) {
    Json json{{"tenantId", id.Text()},
              {"whole", verdict.Whole()},
              {"entries", verdict.entries},
              {"headHash", verdict.head_hash}};
    if (!verdict.Whole()) {
        json["fault"] = verdict.fault;
    }
    if (verdict.fault_seq) {
        json["faultSeq"] = *verdict.fault_seq;
    }
    return TextOf(json);
}

std::string EncodeAuditTest(std::string_view id, const tenancy::store::AuditReceipt& receipt) {
    return TextOf({{"success", true}, {"id", id}, {"seq", receipt.seq}, {"hash", receipt.hash}});
}

}  // namespace pulse::wire
