#include "tenancy/wire/inventory.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "platform/json/json.hpp"
#include "platform/json/number.hpp"
#include "tenancy/wire/flag_fields.hpp"

namespace tenancy::wire {
namespace {

using platform::FieldErrors;
using platform::Json;
using platform::ObjectReader;

constexpr std::size_t kMostOrgs = 10'000;
constexpr platform::TextRule kOrgName{1, 200};
constexpr platform::TextRule kDigestText{0, 64};

TenantRecords ReadRecords(const Json& json, const std::string& pointer, FieldErrors& errors) {
    ObjectReader in(json, pointer, errors);
    TenantRecords records;
    records.count = in.Integer("count", 0, platform::kLargestInteger);
    records.digest = in.Text("digest", kDigestText);
    in.Finish();
    return records;
}

}  // namespace

bool SameInventory(const Inventory& one, const Inventory& other) {
    return std::tie(one.orgs, one.tenants, one.flags) == std::tie(other.orgs, other.tenants, other.flags);
}

std::string EncodeInventory(const Inventory& inventory) {
    return Json{{"type", "inventory"},
                {"orgs", inventory.orgs},
                {"tenants", {{"count", inventory.tenants.count}, {"digest", inventory.tenants.digest}}},
                {"flags", FlagsJson(inventory.flags)},
                {"sent_at", platform::FormatTime(inventory.sent_at)}}
        .dump();
}

platform::Expected<Inventory, FieldErrors> DecodeInventory(std::string_view text) {
    const auto json = platform::ParseJson(text, {.max_bytes = kMaxInventoryBytes, .max_depth = 5});
    if (!json) {
        return platform::Unexpected<FieldErrors>(json.error());
    }
    FieldErrors errors;
    ObjectReader in(*json, "", errors);
    Inventory inventory;
    if (in.Text("type") != "inventory") {
        in.Error("type", "must be inventory");
    }
    inventory.orgs = in.TextList("orgs", kMostOrgs, kOrgName);
    if (!std::ranges::all_of(inventory.orgs, IsOrgIdText)) {
        in.Error("orgs", "must be ids of organizations");
    }
    if (const Json* tenants = in.Object("tenants")) {
        inventory.tenants = ReadRecords(*tenants, in.PointerTo("tenants"), errors);
    }
    if (const Json* flags = in.Object("flags")) {
        inventory.flags = ReadFlags(*flags, in.PointerTo("flags"), errors);
        for (const auto& [name, flag] : inventory.flags) {
            if (!std::ranges::all_of(flag.enabled_orgs, IsOrgIdText)) {
                in.Error("flags", "must be on for ids of organizations");
            }
        }
    }
    inventory.sent_at = in.Instant("sent_at");
    in.Finish();
    if (!errors.empty()) {
        return platform::Unexpected<FieldErrors>(std::move(errors));
    }
    return inventory;
}

std::string EncodeFlags(const std::map<std::string, FlagOrder>& flags) {
    return platform::CanonicalJson(FlagsJson(flags));
}

platform::Expected<std::map<std::string, FlagOrder>, FieldErrors> DecodeFlags(std::string_view text) {
    const auto json = platform::ParseJson(text, {.max_bytes = kMaxControlBytes, .max_depth = 4});
    if (!json) {
        return platform::Unexpected<FieldErrors>(json.error());
    }
    FieldErrors errors;
    if (!json->is_object()) {
        errors.push_back({"", "must be an object of flags"});
        return platform::Unexpected<FieldErrors>(std::move(errors));
    }
    auto flags = ReadFlags(*json, "", errors);
    if (!errors.empty()) {
        return platform::Unexpected<FieldErrors>(std::move(errors));
    }
    return flags;
}

}  // namespace tenancy::wire
