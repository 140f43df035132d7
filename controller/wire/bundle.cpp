#include "controller/wire/bundle.hpp"

#include <unordered_set>
#include <utility>

#include "controller/wire/fields.hpp"
#include "controller/wire/manifest_json.hpp"
#include "controller/wire/plan_json.hpp"
#include "platform/base/text.hpp"

namespace wire {
namespace {

using platform::Json;

constexpr platform::DocumentLimits kBundleLimits{.max_bytes = 8 * 1024 * 1024, .max_depth = 16, .max_nodes = 100'000};
constexpr std::size_t kMostBundleTenants = 10'000;
constexpr platform::TextRule kBundleName{.min = 1, .max = 200};
constexpr platform::TextRule kBundleProse{.min = 1, .max = 4'000};

/// A part's value, or its errors with pointers into the whole file.
template <typename T>
std::optional<T> PartOrErrors(platform::Expected<T, platform::FieldErrors> part, const std::string& pointer,
                              platform::FieldErrors& errors) {
    if (part) {
        return std::move(*part);
    }
    for (platform::FieldError& error : part.error()) {
        errors.push_back({pointer + error.pointer, std::move(error.message)});
    }
    return std::nullopt;
}

policy::TenantId ReadTenantId(DocumentReader& in, std::string_view field) {
    const std::string text = in.In().Text(field, kBundleName);
    const auto id = policy::TenantId::Parse(text);
    if (!id && !text.empty()) {
        in.In().Error(field, "must be the id of a tenant, not " + platform::QuoteForMessage(text));
    }
    return id.value_or(policy::TenantId());
}

void ReadBundleTenants(DocumentReader& in, ReleaseBundle& bundle) {
    std::unordered_set<std::string> seen;
    in.EachOf("tenants", kMostBundleTenants, [&](const Json& json, const std::string& pointer) {
        DocumentReader item(json, pointer, in.Errors());
        RegisterTenant tenant;
        tenant.id = ReadTenantId(item, "id");
        tenant.name = item.Line("name", kBundleName);
        tenant.kind = item.In().Enum<policy::TenantKind>("kind");
        tenant.preference = item.In()
                                .OptionalEnum<policy::ChannelPreference>("channel_preference")
                                .value_or(policy::ChannelPreference::kAny);
        item.Finish();
        if (!tenant.id.Empty() && !seen.insert(platform::ToLowerAscii(tenant.id.Text())).second) {
            item.In().Error("id", platform::QuoteForMessage(tenant.id.Text()) + " is listed twice");
        }
        bundle.tenants.push_back(std::move(tenant));
    });
}

void ReadBundleConsents(DocumentReader& in, ReleaseBundle& bundle) {
    in.EachOf("consents", kMostBundleTenants, [&](const Json& json, const std::string& pointer) {
        DocumentReader item(json, pointer, in.Errors());
        BundleConsent consent;
        consent.tenant = ReadTenantId(item, "tenant");
        const std::string scope = item.In().OptionalText("for", kBundleName).value_or("release");
        consent.for_channel = scope == "channel";
        if (scope != "channel" && scope != "release") {
            item.In().Error("for", "must be one of release, channel, not " + platform::QuoteForMessage(scope));
        }
        consent.given_by = item.Line("given_by", kBundleName);
        consent.capacity = item.Line("capacity", kBundleName);
        consent.evidence = item.Prose("evidence", kBundleProse);
        consent.given_at = item.In().OptionalInstant("given_at");
        consent.expires_at = item.In().OptionalInstant("expires_at");
        if (consent.given_at && consent.expires_at && *consent.expires_at <= *consent.given_at) {
            item.In().Error("expires_at", "must be after given_at");
        }
        item.Finish();
        bundle.consents.push_back(std::move(consent));
    });
}

}  // namespace

platform::Expected<ReleaseBundle, platform::FieldErrors> DecodeBundle(std::string_view text) {
    const std::string_view trimmed = platform::Trim(text);
    const bool json = !trimmed.empty() && trimmed.front() == '{';
    const auto document = json ? platform::ParseJson(text, kBundleLimits) : platform::ParseYaml(text, kBundleLimits);
    if (!document) {
        return platform::Unexpected<platform::FieldErrors>(document.error());
    }
    ReleaseBundle bundle;
    platform::FieldErrors errors;
    if (document->is_object() && !document->contains("manifest") && document->contains("id")) {
        if (auto manifest = PartOrErrors(DecodeManifestJson(*document), "", errors)) {
            bundle.manifest = std::move(*manifest);
        }
        return ValueOrErrors(std::move(bundle), std::move(errors));
    }
    DocumentReader in(*document, "", errors);
    if (const Json* const part = in.In().Object("manifest")) {
        if (auto manifest = PartOrErrors(DecodeManifestJson(*part), "/manifest", errors)) {
            bundle.manifest = std::move(*manifest);
        }
    }
    if (const Json* const part = in.In().OptionalObject("exposure_plan")) {
        bundle.plan = PartOrErrors(DecodePlanJson(*part), "/exposure_plan", errors);
    }
    ReadBundleTenants(in, bundle);
    ReadBundleConsents(in, bundle);
    in.Finish();
    return ValueOrErrors(std::move(bundle), std::move(errors));
}

std::string EncodeTenantRequest(const RegisterTenant& tenant) {
    Json json{{"id", tenant.id.Text()}, {"name", tenant.name}, {"kind", platform::EnumText(tenant.kind)}};
    if (tenant.preference != policy::ChannelPreference::kAny) {
        json["channel_preference"] = platform::EnumText(tenant.preference);
    }
    return platform::CanonicalJson(json);
}

std::string EncodeConsentRequest(const BundleConsent& consent, std::string_view release) {
    Json json{{"given_by", consent.given_by}, {"capacity", consent.capacity}, {"evidence", consent.evidence}};
    if (consent.for_channel) {
        json["channel"] = platform::EnumText(policy::Channel::kExperimental);
    } else {
        json["release"] = release;
    }
    if (consent.given_at) {
        json["given_at"] = platform::FormatTime(*consent.given_at);
    }
    if (consent.expires_at) {
        json["expires_at"] = platform::FormatTime(*consent.expires_at);
    }
    return platform::CanonicalJson(json);
}

}  // namespace wire
