#include "pulse/wire/state_json.hpp"

#include "platform/json/json.hpp"

namespace pulse::wire {
namespace {

using platform::Json;

}  // namespace

std::string EncodeHostedOrganizations(const std::vector<tenancy::Organization>& orgs) {
    Json list = Json::array();
    for (const tenancy::Organization& org : orgs) {
        Json entry{{"org_id", org.id.Text()},
                   {"display_name", org.display_name},
                   {"owner_user_id", org.owner_user_id},
                   {"suspended", org.lifecycle.status == tenancy::OrgStatus::kSuspended},
                   {"soft_deleted", org.lifecycle.status == tenancy::OrgStatus::kPendingDeletion},
                   {"status", platform::EnumText(org.lifecycle.status)},
                   {"members", org.members.size()}};
        if (org.created_at) {
            entry["created_at"] = platform::FormatTime(*org.created_at);
        }
        list.push_back(std::move(entry));
    }
    return list.dump();
}

std::string EncodeFeatures(const std::vector<std::string>& flags) {
    return Json{{"flags", flags}}.dump();
}

std::string EncodeInstallCommand(std::string_view org_id, std::string_view token, std::string_view command) {
    return Json{{"orgId", org_id}, {"token", token}, {"command", command}}.dump();
}

}  // namespace pulse::wire
