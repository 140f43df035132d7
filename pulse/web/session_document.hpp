// What the console knows about its caller: the answer of GET /api/ui/session, from which it draws itself.
//
// The page asks again every few seconds and loads itself anew when the answer differs, so nothing in it may change by
// itself (no times, no counters). What is not in use is not mentioned: without `organizations` the document says
// nothing of them. The page decides nothing by it: each call is judged by itself.
//
//   {"signedIn":false}
//   {"signedIn":true,"user":{"id":"ann"},"superAdmin":false,
//    "readOnly":"why the records cannot be changed","tokensRefused":"why there is no list of tokens",
//    "extensions":["/assets/organizations/main.js"],
//    "organization":{"id":"acme","name":"Acme","role":"viewer","mayManage":false},
//    "organizations":[{"id":"acme","name":"Acme","status":"active"}],
//    "shareableTypes":["agent"]}
//
// Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tenancy/model.hpp"

namespace pulse::web {

struct OrganizationChoice {
    std::string id;
    std::string name;
    tenancy::OrgStatus status = tenancy::OrgStatus::kActive;
};

struct OrganizationsPart {
    std::string id;  // in use
    std::string name;
    std::optional<tenancy::OrgRole> role;  // of the caller
    std::vector<OrganizationChoice> choices;
};

struct SessionDocument {
    std::string user_id;  // empty: not signed in, and the rest does not count
    bool super_admin = false;
    std::string read_only;       // empty: records may be changed
    std::string tokens_refused;  // empty: tokens may be managed
    std::optional<OrganizationsPart> organizations;
};

std::string EncodeSessionDocument(const SessionDocument& document);

/// What a person can switch to: where they have a role, `default` for super admins, and what is in use. `visible` is
/// what the organization list shows them.
std::vector<OrganizationChoice> ChoicesOf(const std::vector<tenancy::Organization>& visible, const std::string& user_id,
                                          bool super_admin, const std::string& in_use);

/// Where somebody begins who has chosen nothing: nothing when that is `default`, else the first active organization
/// they belong to. People who belong to `default`, and super admins, begin there.
std::optional<std::string> FirstOrganization(const std::vector<tenancy::Organization>& visible,
                                             const std::string& user_id, bool super_admin);

}  // namespace pulse::web
