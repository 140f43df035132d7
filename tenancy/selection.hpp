// Which organization a request asks for. What is asked for is advice: the gate decides.
//
// Order: header X-Pulse-Org-ID (or its alias X-Org-ID), cookie `pulse_org_id`, the one organization a token is bound
// to, `default`. Texts are trimmed; an empty one counts as absent. A query parameter never selects. A token bound to
// several organizations selects none of them. Both headers with different texts: 400 invalid_org, for no guess could
// be right.
// Pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "platform/base/enum_text.hpp"
#include "tenancy/access.hpp"
#include "tenancy/org_id.hpp"
#include "tenancy/refusal.hpp"

namespace tenancy {

constexpr std::string_view kOrgHeader = "X-Pulse-Org-ID";
constexpr std::string_view kOrgHeaderAlias = "X-Org-ID";
constexpr std::string_view kOrgCookie = "pulse_org_id";

enum class SelectionSource : std::uint8_t { kDefault, kHeader, kCookie, kTokenBinding };

struct SelectionInput {
    std::optional<std::string_view> header;
    std::optional<std::string_view> alias;
    std::optional<std::string_view> cookie;
};

struct OrgSelection {
    OrgId org;  // default unless something else was asked for
    SelectionSource source = SelectionSource::kDefault;
};

/// Also refuses text that is no id (400 invalid_org, shape B): it can name no organization, so nothing is looked up.
Decided<OrgSelection> SelectOrg(const SelectionInput& input, const Caller& caller);

/// 400 invalid_org, shape B.
Refusal InvalidOrg();

}  // namespace tenancy

namespace platform {

template <>
struct EnumNames<tenancy::SelectionSource> {
    static constexpr std::array<EnumName<tenancy::SelectionSource>, 4> kNames{{
        {tenancy::SelectionSource::kDefault, "default"},
        {tenancy::SelectionSource::kHeader, "header"},
        {tenancy::SelectionSource::kCookie, "cookie"},
        {tenancy::SelectionSource::kTokenBinding, "token"},
    }};
};

}  // namespace platform
