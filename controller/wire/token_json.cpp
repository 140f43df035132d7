#include "controller/wire/token_json.hpp"

#include <algorithm>

#include "controller/wire/reading.hpp"

namespace wire {
namespace {

constexpr std::size_t kMostRoles = platform::EnumNames<policy::Role>::kNames.size();

platform::Json TokenToJson(const Token& token) {
    platform::Json json{{"id", token.id.Text()},
                        {"principal", token.principal.Text()},
                        {"name", token.name},
                        {"roles", EnumTexts(token.roles)},
                        {"created_at", platform::FormatTime(token.created_at)},
                        {"created_by", token.created_by}};
    PutOptional(json, "expires_at", token.expires_at);
    PutOptional(json, "last_used_at", token.last_used_at);
    PutOptional(json, "revoked_at", token.revoked_at);
    PutOptional(json, "revoked_by", token.revoked_by);
    return json;
}

std::vector<policy::Role> ReadRoles(platform::ObjectReader& in) {
    std::vector<policy::Role> roles;
    for (const std::string& text : in.TextList("roles", kMostRoles, {.min = 1, .max = 40})) {
        const auto role = platform::ParseEnum<policy::Role>(text);
        if (!role) {
            in.Error("roles", "must hold only " + platform::EnumChoices<policy::Role>() + ", not '" + text + "'");
        } else if (std::ranges::find(roles, *role) == roles.end()) {
            roles.push_back(*role);
        }
    }
    return roles;
}

}  // namespace

std::string EncodeToken(const Token& token) {
    return TokenToJson(token).dump();
}

std::string EncodeIssuedToken(const IssuedToken& issued) {
    platform::Json json = TokenToJson(issued.token);
    json["token"] = issued.secret;
    return json.dump();
}

std::string EncodeWhoAmI(const WhoAmI& who) {
    platform::Json json{{"id", who.id.Text()},
                        {"kind", platform::EnumText(who.kind)},
                        {"display_name", who.display_name},
                        {"roles", EnumTexts(who.roles)}};
    if (who.token) {
        json["token"] = {{"id", who.token->id.Text()}, {"name", who.token->name}};
        PutOptional(json["token"], "expires_at", who.token->expires_at);
    }
    return json.dump();
}

Decoded<IssueToken> DecodeIssueToken(const Document& document) {
    return ReadObject<IssueToken>(document, [](platform::ObjectReader& in, IssueToken& out) {
        out.name = ReadLine(in, "name", kNameRule);
        out.principal = ReadOptionalId<policy::PrincipalId>(in, "principal");
        if (in.Has("roles")) {
            out.roles = ReadRoles(in);
        }
        out.expires_at = in.OptionalInstant("expires_at");
    });
}

Schemas TokenSchemas() {
    return {
        {"Token",
         R"({"type":"object","required":["id","principal","name","roles","created_at","created_by"],
             "properties":{
               "id":{"$ref":"Id"},
               "principal":{"$ref":"Id"},
               "name":{"type":"string"},
               "roles":{"type":"array","items":{"$ref":"Role"},
                        "description":"it acts with these, as far as its principal still holds them"},
               "created_at":{"$ref":"Instant"},
               "created_by":{"type":"string"},
               "expires_at":{"$ref":"Instant"},
               "last_used_at":{"$ref":"Instant"},
               "revoked_at":{"$ref":"Instant"},
               "revoked_by":{"type":"string"},
               "token":{"type":"string","description":"the secret; only in the answer that made the token, never again"}}})",
         R"({"id":"tok_01JHG2V8M0000000000000000","principal":"ci","name":"pipeline","roles":["pipeline"],
             "created_at":"2025-01-14T09:00:00Z","created_by":"ada.admin"})"},
        {"IssueToken",
         R"({"type":"object","required":["name"],
             "properties":{
               "name":{"type":"string","minLength":1,"maxLength":200},
               "principal":{"$ref":"Id"},
               "roles":{"type":"array","items":{"$ref":"Role"},"description":"all that the principal holds when left out"},
               "expires_at":{"$ref":"Instant"}}})",
         R"({"name":"laptop"})"},
        {"WhoAmI",
         R"({"type":"object","required":["id","kind","display_name","roles"],
             "properties":{
               "id":{"$ref":"Id"},
               "kind":{"$ref":"PrincipalKind"},
               "display_name":{"type":"string"},
               "roles":{"type":"array","items":{"$ref":"Role"},"description":"that this credential acts with now"},
               "token":{"type":"object","required":["id","name"],
                        "properties":{"id":{"$ref":"Id"},"name":{"type":"string"},"expires_at":{"$ref":"Instant"}}}}})",
         R"({"id":"dora.lead","kind":"user","display_name":"Dora Lead","roles":["dev_lead"],
             "token":{"id":"tok_01JHG2V8M0000000000000000","name":"laptop"}})"},
    };
}

}  // namespace wire
