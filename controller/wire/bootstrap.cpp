#include "controller/wire/bootstrap.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "controller/wire/fields.hpp"
#include "platform/base/text.hpp"

namespace wire {
namespace {

using platform::Json;
using policy::Role;

constexpr std::size_t kMostPrincipals = 1'000;
constexpr std::size_t kLeastAdmins = 2;

bool IsForUsersOnly(Role role) {
    return role == Role::kDevLead || role == Role::kQa || role == Role::kSystemOwner || role == Role::kAdmin;
}

void ReadRoles(DocumentReader& in, BootstrapPrincipal& principal) {
    in.EachOf("roles", platform::EnumNames<Role>::kNames.size(), [&](const Json& json, const std::string& pointer) {
        const auto role =
            json.is_string() ? platform::ParseEnum<Role>(json.get_ref<const std::string&>()) : std::nullopt;
        if (!role) {
            in.ErrorAt(pointer, "must be one of " + platform::EnumChoices<Role>());
        } else if (std::find(principal.roles.begin(), principal.roles.end(), *role) != principal.roles.end()) {
            in.ErrorAt(pointer, "is listed twice");
        } else if (principal.kind == policy::PrincipalKind::kComponent && IsForUsersOnly(*role)) {
            in.ErrorAt(pointer, "must not be held by a component: '" + std::string(platform::EnumText(*role)) +
                                    "' is for named people (SOD-1)");
        } else {
            principal.roles.push_back(*role);
        }
    });
}

BootstrapPrincipal ReadPrincipal(const Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    DocumentReader in(json, pointer, errors);
    BootstrapPrincipal principal;
    principal.id = policy::PrincipalId::Parse(in.Principal("id")).value_or(policy::PrincipalId());
    principal.kind = in.In().Enum<policy::PrincipalKind>("kind");
    principal.display_name = in.Line("display_name", {.min = 1, .max = 200});
    if (const std::string email = in.OptionalLine("email", {.min = 3, .max = 254}); !email.empty()) {
        principal.email = email;
        if (email.find('@') == std::string::npos || email.find(' ') != std::string::npos) {
            in.In().Error("email", "must be an e-mail address, not " + platform::QuoteForMessage(email));
        }
    }
    ReadRoles(in, principal);
    in.Finish();
    return principal;
}

}  // namespace

platform::Expected<std::vector<BootstrapPrincipal>, platform::FieldErrors> DecodeBootstrap(std::string_view text) {
    const std::string_view trimmed = platform::Trim(text);
    const bool json = !trimmed.empty() && trimmed.front() == '{';
    const auto document = json ? platform::ParseJson(text) : platform::ParseYaml(text);
    if (!document) {
        return platform::Unexpected<platform::FieldErrors>(document.error());
    }
    platform::FieldErrors errors;
    DocumentReader in(*document, "", errors);
    std::vector<BootstrapPrincipal> principals;
    std::unordered_set<std::string> seen;
    if (!in.In().Has("principals")) {
        in.In().Error("principals", "is required");
    }
    in.EachOf("principals", kMostPrincipals, [&](const Json& item, const std::string& pointer) {
        BootstrapPrincipal principal = ReadPrincipal(item, pointer, errors);
        if (!principal.id.Empty() && !seen.insert(platform::ToLowerAscii(principal.id.Text())).second) {
            in.ErrorAt(pointer + "/id", platform::QuoteForMessage(principal.id.Text()) + " is listed twice");
        }
        principals.push_back(std::move(principal));
    });
    in.Finish();
    const auto admins = std::count_if(principals.begin(), principals.end(), [](const BootstrapPrincipal& principal) {
        return std::find(principal.roles.begin(), principal.roles.end(), Role::kAdmin) != principal.roles.end();
    });
    if (errors.empty() && static_cast<std::size_t>(admins) < kLeastAdmins) {
        errors.push_back({"/principals",
                          "must give the role admin to at least two users: a grant of dev_lead, qa or "
                          "system_owner is proposed by one and confirmed by another (SOD-6)"});
    }
    return ValueOrErrors(std::move(principals), std::move(errors));
}

}  // namespace wire
