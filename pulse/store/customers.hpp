// Customers: what a tenant keeps in this product. Every function works in the tenant of its transaction; there is no
// query across tenants. Errors: as platform::Database. Thread safety: as the transaction.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/enum_text.hpp"
#include "platform/base/time.hpp"
#include "tenancy/store/session.hpp"

namespace pulse::store {

enum class CustomerStatus : std::uint8_t { kLead, kActive, kInactive };

/// What somebody writes down about a customer.
struct CustomerFields {
    std::string name;
    std::string email;
    std::string phone;
    std::string company;
    CustomerStatus status = CustomerStatus::kActive;
    std::string notes;
};

struct Customer {
    std::string id;
    CustomerFields fields;
    platform::Time created_at;
    std::string created_by;
    platform::Time updated_at;
    std::string updated_by;
};

struct CustomerQuery {
    std::string text;  // anywhere in name, email or company, in any case; empty: all
    int limit = 50;    // 1..500
    std::int64_t offset = 0;
};
struct CustomerPage {
    std::vector<Customer> rows;  // newest first
    std::int64_t total = 0;      // in all pages
};

/// Fit for OneTrip.
CustomerPage ListCustomers(tenancy::store::TenantTx& tx, const CustomerQuery& query);
/// Fit for OneTrip.
std::optional<Customer> FindCustomer(tenancy::store::TenantTx& tx, std::string_view id);
/// FindCustomer that nobody else can change until the transaction ends.
std::optional<Customer> LockCustomer(tenancy::store::TenantTx& tx, std::string_view id);
Customer InsertCustomer(tenancy::store::TenantTx& tx, std::string_view id, const CustomerFields& fields,
                        std::string_view actor);
/// Nothing when there is no such customer.
std::optional<Customer> UpdateCustomer(tenancy::store::TenantTx& tx, std::string_view id, const CustomerFields& fields,
                                       std::string_view actor);
/// Its name; nothing when there is no such customer.
std::optional<std::string> DeleteCustomer(tenancy::store::TenantTx& tx, std::string_view id);

}  // namespace pulse::store

namespace platform {

template <>
struct EnumNames<pulse::store::CustomerStatus> {
    static constexpr std::array<EnumName<pulse::store::CustomerStatus>, 3> kNames{{
        {pulse::store::CustomerStatus::kLead, "lead"},
        {pulse::store::CustomerStatus::kActive, "active"},
        {pulse::store::CustomerStatus::kInactive, "inactive"},
    }};
};

}  // namespace platform
