#include "controller/wire/tenant_json.hpp"

#include "controller/wire/reading.hpp"

namespace wire {

std::string EncodeTenant(const Tenant& tenant) {
    return platform::Json{{"id", tenant.id.Text()},
                          {"name", tenant.name},
                          {"kind", platform::EnumText(tenant.kind)},
                          {"channel_preference", platform::EnumText(tenant.preference)},
                          {"active", tenant.active},
                          {"created_at", platform::FormatTime(tenant.created_at)},
                          {"created_by", tenant.created_by}}
        .dump();
}

Decoded<RegisterTenant> DecodeRegisterTenant(const Document& document) {
    return ReadObject<RegisterTenant>(document, [](platform::ObjectReader& in, RegisterTenant& out) {
        out.id = ReadId<policy::TenantId>(in, "id");
        out.name = ReadLine(in, "name", kNameRule);
        out.kind = in.Enum<policy::TenantKind>("kind");
        out.preference =
            in.OptionalEnum<policy::ChannelPreference>("channel_preference").value_or(policy::ChannelPreference::kAny);
    });
}

Decoded<ChangeTenant> DecodeChangeTenant(const Document& document) {
    return ReadObject<ChangeTenant>(document, [](platform::ObjectReader& in, ChangeTenant& out) {
        out.name = ReadOptionalLine(in, "name", kNameRule);
        out.kind = in.OptionalEnum<policy::TenantKind>("kind");
        out.preference = in.OptionalEnum<policy::ChannelPreference>("channel_preference");
        out.active = in.OptionalBoolean("active");
    });
}

Schemas TenantSchemas() {
    return {
        {"TenantKind", EnumSchema<policy::TenantKind>(), ""},
        {"ChannelPreference",
         EnumSchema<policy::ChannelPreference>("stable_only: not before stable; nobody can opt out of stable"), ""},
        {"Tenant",
         R"({"type":"object",
             "required":["id","name","kind","channel_preference","active","created_at","created_by"],
             "properties":{
               "id":{"$ref":"Id"},
               "name":{"type":"string"},
               "kind":{"$ref":"TenantKind"},
               "channel_preference":{"$ref":"ChannelPreference"},
               "active":{"type":"boolean"},
               "created_at":{"$ref":"Instant"},
               "created_by":{"$ref":"Id"}}})",
         R"({"id":"acme","name":"Acme Corporation","kind":"production","channel_preference":"any","active":true,
             "created_at":"2025-01-14T09:00:00Z","created_by":"rita.release"})"},
        {"RegisterTenant",
         R"({"type":"object","required":["id","name","kind"],
             "properties":{
               "id":{"$ref":"Id"},
               "name":{"type":"string","minLength":1,"maxLength":200},
               "kind":{"$ref":"TenantKind"},
               "channel_preference":{"$ref":"ChannelPreference"}}})",
         R"({"id":"acme","name":"Acme Corporation","kind":"production","channel_preference":"any"})"},
        {"ChangeTenant",
         R"({"type":"object",
             "properties":{
               "name":{"type":"string","minLength":1,"maxLength":200},
               "kind":{"$ref":"TenantKind"},
               "channel_preference":{"$ref":"ChannelPreference"},
               "active":{"type":"boolean"}}})",
         R"({"channel_preference":"stable_only"})"},
    };
}

}  // namespace wire
