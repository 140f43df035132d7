// The file of --seed: people, organizations and tokens of a demonstration. Pure; thread safe.
//
//   {"users":[{"username":"alice","password":"...","displayName":"Alice","email":"a@example.com","superAdmin":false}],
//    "orgs":[{"id":"acme","displayName":"Acme","owner":"alice","plan":"pro","contactEmail":"it@acme.example",
//             "members":[{"userId":"bob","role":"viewer"}]}],
//    "tokens":[{"name":"reader","org":"acme","owner":"alice","scopes":["monitoring:read"]}]}
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"
#include "tenancy/model.hpp"

namespace pulse::wire {

struct SeedUser {
    std::string username;
    std::string password;
    std::string display_name;
    std::string email;
    bool super_admin = false;
};
struct SeedMember {
    std::string user_id;
    tenancy::OrgRole role = tenancy::OrgRole::kViewer;
};
struct SeedOrg {
    tenancy::OrgId id;
    std::string display_name;
    std::string owner;
    std::string contact_email;
    tenancy::Plan plan = tenancy::Plan::kPro;
    std::vector<SeedMember> members;
};
struct SeedToken {
    std::string name;
    std::string org;
    std::string owner;
    std::vector<std::string> scopes;
};
struct SeedDocument {
    std::vector<SeedUser> users;
    std::vector<SeedOrg> orgs;
    std::vector<SeedToken> tokens;
};

platform::Expected<SeedDocument, platform::FieldErrors> DecodeSeed(std::string_view text);

}  // namespace pulse::wire
