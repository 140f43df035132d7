#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {

tenancy::Time Noon() {
    return *platform::ParseTime("2025-01-29T09:00:00Z");
}

tenancy::Organization Acme() {
    using tenancy::OrgRole;
    tenancy::Organization org;
    org.id = tenancy::OrgId::Trusted("acme");
    org.display_name = "Acme";
    org.created_at = Noon();
    org.owner_user_id = "olga";
    for (const auto& [user, role] : {std::pair("olga", OrgRole::kOwner), std::pair("adam", OrgRole::kAdmin),
                                     std::pair("edda", OrgRole::kEditor), std::pair("vera", OrgRole::kViewer)}) {
        tenancy::Member member;
        member.user_id = user;
        member.role = role;
        member.added_at = Noon();
        member.added_by = "olga";
        org.members.push_back(member);
    }
    org.invitations.push_back({"iris", OrgRole::kEditor, Noon(), "adam"});
    return org;
}

tenancy::Organization Globex() {
    tenancy::Organization org;
    org.id = tenancy::OrgId::Trusted("globex");
    org.display_name = "Globex";
    org.created_at = Noon();
    org.owner_user_id = "gus";
    tenancy::RepairOwner(org);
    return org;
}

tenancy::Organization DefaultOrg() {
    tenancy::Organization org;
    org.display_name = "Default";
    org.owner_user_id = "root";
    tenancy::RepairOwner(org);
    return org;
}

tenancy::Caller User(std::string_view name) {
    return tenancy::Caller::User(std::string(name));
}

tenancy::Caller TokenFor(std::string_view org) {
    return tenancy::Caller::Token("t1", {std::string(org)});
}

std::string Said(const std::optional<tenancy::Refusal>& refusal) {
    return refusal ? std::to_string(refusal->status) + " " + std::string(refusal->code) : "allowed";
}

tenancy::GateFacts GoodFacts() {
    tenancy::GateFacts facts;
    facts.mode = tenancy::Mode::kSelfHosted;
    facts.selected = tenancy::Selected::kTenant;
    facts.org = tenancy::OrgState::kActive;
    facts.switch_on = tenancy::Fact::kYes;
    facts.licensed = tenancy::Fact::kYes;
    facts.subscription = tenancy::Subscription::kActive;
    facts.access = tenancy::Access::kAllowed;
    return facts;
}

}  // namespace tenancy_test
