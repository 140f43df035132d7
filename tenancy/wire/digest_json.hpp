// What a verification and an inventory say about tenants' records, and the fields of a request to verify, for the other
// files of this folder. Includes nlohmann/json: not for widely included headers. Pure; thread safe.
#pragma once

#include <string>

#include "platform/json/json.hpp"
#include "tenancy/wire/evidence.hpp"

namespace tenancy::wire {

platform::Json DigestJson(const TenantDigest& digest);
TenantDigest ReadDigest(const platform::Json& json, const std::string& pointer, platform::FieldErrors& errors);

/// The fields of a message of type verify; the caller finishes the reader.
VerifyRequest ReadVerify(platform::ObjectReader& in, platform::FieldErrors& errors);

}  // namespace tenancy::wire
