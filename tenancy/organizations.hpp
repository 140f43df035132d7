// Creating, showing, renaming and deleting organizations: every refusal of the endpoints, in the order callers know.
//
// A body is null when it could not be read (400 invalid_request), an organization is null when its id is malformed or
// unknown (404). Refusals of earlier layers (401, missing scope, switch, licence) come before these functions.
// Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/access.hpp"
#include "tenancy/model.hpp"
#include "tenancy/refusal.hpp"

namespace tenancy {

struct CreateOrgRequest {
    std::string id;
    std::string display_name;
};
struct RenameOrgRequest {
    std::string display_name;
};

/// Of a display name: trimmed, at least one character.
constexpr std::size_t kMaxDisplayNameLength = 200;

/// 403 session_required, 401 authentication_required, 400 invalid_request, invalid_id, invalid_display_name. The
/// creator is the owner and the only member. `default` and an id that exists are 409: `AlreadyExists`, by the store.
Decided<Organization> DecideCreateOrg(const Caller& caller, const CreateOrgRequest* body, Time now);
/// 409 already_exists.
Refusal AlreadyExists();

/// 400 default_org_immutable, 404, 403 session_required, 403 access_denied, 400 invalid_request,
/// invalid_display_name. `id` is the text of the path.
Decided<OrgChange> DecideRenameOrg(std::string_view id, const Organization* org, const Caller& caller,
                                   const RenameOrgRequest* body);
/// 400 default_org_immutable, 404, 403 session_required, 403 access_denied. Deleting is at once; any admin may.
std::optional<Refusal> DecideDeleteOrg(std::string_view id, const Organization* org, const Caller& caller);

/// What GET /api/orgs shows: to a user `default` and the organizations they belong to, to a token those it is bound
/// to; sorted by id. `all` holds at least these.
std::vector<Organization> VisibleOrgs(std::vector<Organization> all, const Caller& caller);

/// The text of a path's `{id}`: trimmed; nothing when it is no id, which is a 404 like an unknown one.
std::optional<OrgId> PathOrg(std::string_view text);
/// True when the path's text names the default organization.
bool IsDefaultOrgPath(std::string_view text);

}  // namespace tenancy
