// The file that `portcullis apply -f` takes: a release's manifest and, where wanted, what belongs to its exposure.
//
//     manifest: {...}          the release manifest
//     exposure_plan: {...}     the tenant exposure plan                         (optional)
//     tenants: [{...}]         tenants to register when they are not yet        (optional)
//     consents: [{...}]        consents to record for the tenants of the plan   (optional)
//
// A manifest alone, at the top level, is accepted as well. JSON or YAML: a text whose first character is '{' is JSON.
// Everything is checked before anything is sent, with pointers into the file.
// Text and structs only. Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/manifest.hpp"
#include "controller/wire/tenant_json.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"

namespace wire {

struct BundleConsent {
    policy::TenantId tenant;
    bool for_channel = false;  // `for: channel`: experimental as such; otherwise this release
    std::string given_by;
    std::string capacity;
    std::string evidence;
    std::optional<policy::Time> given_at;  // none: when it is recorded
    std::optional<policy::Time> expires_at;
};

struct ReleaseBundle {
    policy::Manifest manifest;
    std::optional<policy::ExposurePlan> plan;
    std::vector<RegisterTenant> tenants;
    std::vector<BundleConsent> consents;
};

platform::Expected<ReleaseBundle, platform::FieldErrors> DecodeBundle(std::string_view text);

/// Bodies of `POST /v1/tenants` and `POST /v1/tenants/{id}/consents`. A preference of `any`, the default, is left out:
/// to apply a release never takes back that a tenant asked for stable only.
std::string EncodeTenantRequest(const RegisterTenant& tenant);
std::string EncodeConsentRequest(const BundleConsent& consent, std::string_view release);

}  // namespace wire
