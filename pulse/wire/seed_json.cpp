#include "pulse/wire/seed_json.hpp"

#include <functional>

#include "platform/json/json.hpp"

namespace pulse::wire {
namespace {

using platform::FieldErrors;
using platform::Json;
using platform::ObjectReader;

constexpr std::size_t kMostSeeds = 10'000;

void ReadEach(ObjectReader& in, std::string_view field, FieldErrors& errors,
              const std::function<void(ObjectReader&)>& read) {
    const Json* list = in.OptionalArray(field, kMostSeeds);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        ObjectReader item((*list)[i], in.PointerTo(field) + "/" + std::to_string(i), errors);
        read(item);
        item.Finish();
    }
}

SeedUser ReadUser(ObjectReader& in) {
    SeedUser user;
    user.username = in.Text("username", {.max = 200});
    user.password = in.Text("password", {.min = 8, .max = 1024});
    user.display_name = in.OptionalText("displayName").value_or("");
    user.email = in.OptionalText("email").value_or("");
    user.super_admin = in.OptionalBoolean("superAdmin").value_or(false);
    return user;
}

SeedOrg ReadOrg(ObjectReader& in, FieldErrors& errors) {
    SeedOrg org;
    const std::string id = in.Text("id", {.max = 64});
    if (const auto parsed = tenancy::OrgId::Parse(id)) {
        org.id = *parsed;
    } else {
        in.Error("id", "must be 1 to 64 of A-Z a-z 0-9 . _ -, not " + platform::QuoteForMessage(id));
    }
    org.display_name = in.Text("displayName", {.max = 200});
    org.owner = in.Text("owner", {.max = 200});
    org.contact_email = in.OptionalText("contactEmail").value_or("");
    org.plan = in.OptionalEnum<tenancy::Plan>("plan").value_or(tenancy::Plan::kPro);
    ReadEach(in, "members", errors, [&](ObjectReader& member) {
        org.members.push_back({member.Text("userId", {.max = 200}), member.Enum<tenancy::OrgRole>("role")});
    });
    return org;
}

}  // namespace

platform::Expected<SeedDocument, FieldErrors> DecodeSeed(std::string_view text) {
    const auto json = platform::ParseJson(text, {.max_bytes = std::size_t{16} * 1024 * 1024});
    if (!json) {
        return platform::Unexpected<FieldErrors>(json.error());
    }
    FieldErrors errors;
    SeedDocument document;
    ObjectReader in(*json, "", errors);
    ReadEach(in, "users", errors, [&](ObjectReader& user) { document.users.push_back(ReadUser(user)); });
    ReadEach(in, "orgs", errors, [&](ObjectReader& org) { document.orgs.push_back(ReadOrg(org, errors)); });
    ReadEach(in, "tokens", errors, [&](ObjectReader& token) {
        document.tokens.push_back({token.Text("name", {.max = 200}), token.Text("org", {.max = 64}),
                                   token.Text("owner", {.max = 200}), token.OptionalTextList("scopes", 20)});
    });
    in.Any("records");  // read by who knows them
    in.Finish();
    if (!errors.empty()) {
        return platform::Unexpected<FieldErrors>(std::move(errors));
    }
    return document;
}

}  // namespace pulse::wire
