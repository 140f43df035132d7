// Customers as their clients write and read them. Pure; thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/expected.hpp"
#include "pulse/store/customers.hpp"
#include "tenancy/refusal.hpp"

namespace pulse::wire {

/// A new customer: `name` and whatever else is known. 400 invalid_request for what is no JSON object, 400 invalid_name,
/// invalid_email, ... for a field that cannot be.
tenancy::Decided<store::CustomerFields> DecodeNewCustomer(std::string_view body);
/// The same for a customer that exists: what is not named stays as it is.
tenancy::Decided<store::CustomerFields> DecodeCustomer(std::string_view body, const store::CustomerFields& before);

std::string EncodeCustomer(const store::Customer& customer);
/// A list; how many there are in all goes in a header.
std::string EncodeCustomers(const std::vector<store::Customer>& customers);

}  // namespace pulse::wire
