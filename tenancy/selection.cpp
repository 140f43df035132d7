#include "tenancy/selection.hpp"

#include <utility>

#include "platform/base/text.hpp"

namespace tenancy {
namespace {

std::string_view Given(const std::optional<std::string_view>& text) {
    return text ? platform::Trim(*text) : std::string_view{};
}

Decided<OrgSelection> SelectionOf(std::string_view text, SelectionSource source) {
    std::optional<OrgId> org = OrgId::Parse(text);
    if (!org) {
        return platform::Unexpected<Refusal>(InvalidOrg());
    }
    return OrgSelection{std::move(*org), source};
}

}  // namespace

Refusal InvalidOrg() {
    // Reaches callers of a single-tenant install too: no word of organizations.
    return {400, "invalid_org", "The id given in the header or cookie is not valid here.", BodyShape::kAgent, {}};
}

Decided<OrgSelection> SelectOrg(const SelectionInput& input, const Caller& caller) {
    const std::string_view header = Given(input.header);
    const std::string_view alias = Given(input.alias);
    if (!header.empty() && !alias.empty() && header != alias) {
        return platform::Unexpected<Refusal>(InvalidOrg());
    }
    if (!header.empty() || !alias.empty()) {
        return SelectionOf(header.empty() ? alias : header, SelectionSource::kHeader);
    }
    if (const std::string_view cookie = Given(input.cookie); !cookie.empty()) {
        return SelectionOf(cookie, SelectionSource::kCookie);
    }
    if (caller.kind == CallerKind::kToken && caller.bound_orgs.size() == 1) {
        return SelectionOf(caller.bound_orgs.front(), SelectionSource::kTokenBinding);
    }
    return OrgSelection{};
}

}  // namespace tenancy
