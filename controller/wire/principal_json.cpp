#include "controller/wire/principal_json.hpp"

#include "controller/wire/reading.hpp"

namespace wire {
namespace {

constexpr platform::TextRule kEmailRule{.min = 3, .max = 254};

std::optional<std::string> ReadEmail(platform::ObjectReader& in) {
    auto email = ReadOptionalLine(in, "email", kEmailRule);
    if (email) {
        const auto at = email->find('@');
        if (at == 0 || at == std::string::npos || at + 1 == email->size() || email->find(' ') != std::string::npos) {
            in.Error("email", "must be an address such as kim@example.org, not '" + *email + "'");
        }
    }
    return email;
}

}  // namespace

std::string EncodePrincipal(const Principal& principal) {
    platform::Json json{{"id", principal.id.Text()},
                        {"kind", platform::EnumText(principal.kind)},
                        {"display_name", principal.display_name},
                        {"active", principal.active},
                        {"roles", EnumTexts(principal.roles)},
                        {"created_at", platform::FormatTime(principal.created_at)},
                        {"created_by", principal.created_by}};
    PutOptional(json, "email", principal.email);
    return json.dump();
}

std::string EncodeRoleGrant(const RoleGrant& grant) {
    platform::Json json{{"id", grant.id.Text()},
                        {"principal", grant.principal.Text()},
                        {"role", platform::EnumText(grant.role)},
                        {"status", platform::EnumText(grant.status)},
                        {"proposed_by", grant.proposed_by},
                        {"proposed_at", platform::FormatTime(grant.proposed_at)},
                        {"bootstrap", grant.bootstrap}};
    PutOptional(json, "confirmed_by", grant.confirmed_by);
    PutOptional(json, "confirmed_at", grant.confirmed_at);
    PutOptional(json, "revoked_by", grant.revoked_by);
    PutOptional(json, "revoked_at", grant.revoked_at);
    return json.dump();
}

Decoded<RegisterPrincipal> DecodeRegisterPrincipal(const Document& document) {
    return ReadObject<RegisterPrincipal>(document, [](platform::ObjectReader& in, RegisterPrincipal& out) {
        out.id = ReadId<policy::PrincipalId>(in, "id");
        out.kind = in.Enum<policy::PrincipalKind>("kind");
        out.display_name = ReadLine(in, "display_name", kNameRule);
        out.email = ReadEmail(in);
    });
}

Decoded<ChangePrincipal> DecodeChangePrincipal(const Document& document) {
    return ReadObject<ChangePrincipal>(document, [](platform::ObjectReader& in, ChangePrincipal& out) {
        out.display_name = ReadOptionalLine(in, "display_name", kNameRule);
        out.email = ReadEmail(in);
        out.active = in.OptionalBoolean("active");
    });
}

Decoded<ProposeRole> DecodeProposeRole(const Document& document) {
    return ReadObject<ProposeRole>(
        document, [](platform::ObjectReader& in, ProposeRole& out) { out.role = in.Enum<policy::Role>("role"); });
}

Decoded<OptionalReason> DecodeOptionalReason(const Document& document) {
    return ReadObject<OptionalReason>(document, [](platform::ObjectReader& in, OptionalReason& out) {
        out.reason = ReadOptionalProse(in, "reason").value_or("");
    });
}

Schemas PrincipalSchemas() {
    return {
        {"Principal",
         R"({"type":"object","required":["id","kind","display_name","active","roles","created_at","created_by"],
             "properties":{
               "id":{"$ref":"Id"},
               "kind":{"$ref":"PrincipalKind"},
               "display_name":{"type":"string"},
               "email":{"type":"string"},
               "active":{"type":"boolean"},
               "roles":{"type":"array","items":{"$ref":"Role"},"description":"held now"},
               "created_at":{"$ref":"Instant"},
               "created_by":{"type":"string"}}})",
         R"({"id":"dora.lead","kind":"user","display_name":"Dora Lead","email":"dora@example.org","active":true,
             "roles":["dev_lead"],"created_at":"2025-01-14T09:00:00Z","created_by":"ada.admin"})"},
        {"RegisterPrincipal",
         R"({"type":"object","required":["id","kind","display_name"],
             "properties":{
               "id":{"$ref":"Id"},
               "kind":{"$ref":"PrincipalKind"},
               "display_name":{"type":"string","minLength":1,"maxLength":200},
               "email":{"type":"string","minLength":3,"maxLength":254}}})",
         R"({"id":"dora.lead","kind":"user","display_name":"Dora Lead","email":"dora@example.org"})"},
        {"ChangePrincipal",
         R"({"type":"object",
             "properties":{
               "display_name":{"type":"string","minLength":1,"maxLength":200},
               "email":{"type":"string","minLength":3,"maxLength":254},
               "active":{"type":"boolean","description":"false: none of its tokens works any more"}}})",
         R"({"display_name":"Dora M. Lead"})"},
        {"GrantStatus", EnumSchema<GrantStatus>(), ""},
        {"RoleGrant",
         R"({"type":"object","required":["id","principal","role","status","proposed_by","proposed_at","bootstrap"],
             "properties":{
               "id":{"$ref":"Id"},
               "principal":{"$ref":"Id"},
               "role":{"$ref":"Role"},
               "status":{"$ref":"GrantStatus"},
               "proposed_by":{"type":"string"},
               "proposed_at":{"$ref":"Instant"},
               "confirmed_by":{"type":"string","description":"or rejected by"},
               "confirmed_at":{"$ref":"Instant"},
               "revoked_by":{"type":"string"},
               "revoked_at":{"$ref":"Instant"},
               "bootstrap":{"type":"boolean","description":"given when the database was initialised"}}})",
         R"({"id":"grt_01JHG2V8M0000000000000000","principal":"dora.lead","role":"dev_lead","status":"active",
             "proposed_by":"ada.admin","proposed_at":"2025-01-14T09:00:00Z","confirmed_by":"alan.admin",
             "confirmed_at":"2025-01-14T09:05:00Z","bootstrap":false})"},
        {"ProposeRole", R"({"type":"object","required":["role"],"properties":{"role":{"$ref":"Role"}}})",
         R"({"role":"qa"})"},
        {"OptionalReason",
         R"({"type":"object","properties":{"reason":{"type":"string","minLength":1,"maxLength":4000}}})",
         R"({"reason":"Dora leads the team since Monday."})"},
    };
}

}  // namespace wire
