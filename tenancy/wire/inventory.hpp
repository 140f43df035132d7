// What an instance hosts and has in force, said over its channel when it connects and whenever it changed:
//
//   {"type":"inventory","orgs":["acme","default"],"tenants":{"count":2,"digest":"<sha-256>"},
//    "flags":{"AUDIT_FILTER_UI_ENABLED":{"default":false,"enabled_orgs":["acme"],"killed":false}},
//    "sent_at":"2025-01-15T09:00:00Z"}
//
// `orgs` are the organizations it hosts, `default` with them; `tenants` is what there is of tenants' records, to be
// compared before and after an order; `flags` are those its process decides by, which is not the same as those it was
// sent. Times are by the instance's clock, which may be off.
//
// Strict: unknown fields, missing fields and wrong types are no message. Pure; thread safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"
#include "tenancy/model.hpp"
#include "tenancy/wire/control_document.hpp"

namespace tenancy::wire {

constexpr std::size_t kMaxInventoryBytes = 256 * 1024;

struct TenantRecords {
    std::int64_t count = 0;
    std::string digest;  // SHA-256, hex; empty: not known

    friend bool operator==(const TenantRecords&, const TenantRecords&) = default;
};

struct Inventory {
    std::vector<std::string> orgs;
    TenantRecords tenants;
    std::map<std::string, FlagOrder> flags;
    Time sent_at;
};

/// Nothing new beside the time.
bool SameInventory(const Inventory& one, const Inventory& other);

std::string EncodeInventory(const Inventory& inventory);
platform::Expected<Inventory, platform::FieldErrors> DecodeInventory(std::string_view text);

/// Flags alone, as they are stored: the value of "flags" above.
std::string EncodeFlags(const std::map<std::string, FlagOrder>& flags);
platform::Expected<std::map<std::string, FlagOrder>, platform::FieldErrors> DecodeFlags(std::string_view text);

}  // namespace tenancy::wire
