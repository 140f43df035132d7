#include "pulse/web/session_document.hpp"

#include "platform/json/json.hpp"
#include "pulse/web/console.hpp"
#include "tenancy/roles.hpp"
#include "tenancy/shares.hpp"

namespace pulse::web {
namespace {

using platform::Json;

void PutOrganizations(Json& json, const OrganizationsPart& part) {
    Json choices = Json::array();
    for (const OrganizationChoice& choice : part.choices) {
        choices.push_back({{"id", choice.id}, {"name", choice.name}, {"status", platform::EnumText(choice.status)}});
    }
    json["extensions"] = {kOrganizationsModule};
    json["organization"] = {{"id", part.id},
                            {"name", part.name},
                            {"role", part.role ? platform::EnumText(*part.role) : std::string_view()},
                            {"mayManage", part.role && tenancy::MayManage(*part.role)}};
    json["organizations"] = std::move(choices);
    json["shareableTypes"] = tenancy::ShareableTypes();
}

}  // namespace

std::string EncodeSessionDocument(const SessionDocument& document) {
    if (document.user_id.empty()) {
        return Json{{"signedIn", false}}.dump();
    }
    Json json{{"signedIn", true},
              {"user", {{"id", document.user_id}}},
              {"superAdmin", document.super_admin},
              {"extensions", Json::array()}};
    if (!document.read_only.empty()) {
        json["readOnly"] = document.read_only;
    }
    if (!document.tokens_refused.empty()) {
        json["tokensRefused"] = document.tokens_refused;
    }
    if (document.organizations) {
        PutOrganizations(json, *document.organizations);
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<OrganizationChoice> ChoicesOf(const std::vector<tenancy::Organization>& visible, const std::string& user_id,
                                          bool super_admin, const std::string& in_use) {
    std::vector<OrganizationChoice> choices;
    for (const tenancy::Organization& org : visible) {
        const bool belongs = tenancy::RoleOf(org, user_id).has_value() || (super_admin && org.id.IsDefault());
        if (belongs || org.id.Text() == in_use) {
            choices.push_back({org.id.Text(), org.display_name, org.lifecycle.status});
        }
    }
    return choices;
}

std::optional<std::string> FirstOrganization(const std::vector<tenancy::Organization>& visible,
                                             const std::string& user_id, bool super_admin) {
    if (super_admin) {
        return std::nullopt;
    }
    std::optional<std::string> first;
    for (const tenancy::Organization& org : visible) {
        if (!tenancy::RoleOf(org, user_id)) {
            continue;
        }
        if (org.id.IsDefault()) {
            return std::nullopt;
        }
        if (!first && org.lifecycle.status == tenancy::OrgStatus::kActive) {
            first = org.id.Text();
        }
    }
    return first;
}

}  // namespace pulse::web
