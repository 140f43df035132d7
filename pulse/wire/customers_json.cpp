#include "pulse/wire/customers_json.hpp"

#include "platform/base/text.hpp"
#include "pulse/wire/email.hpp"
#include "pulse/wire/field_refusal.hpp"

namespace pulse::wire {
namespace {

using platform::Json;
using store::Customer;
using store::CustomerFields;

constexpr platform::TextRule kCustomerName{1, 200};
constexpr platform::TextRule kCustomerEmail{0, 254};
constexpr platform::TextRule kCustomerPhone{0, 50};
constexpr platform::TextRule kCustomerCompany{0, 200};
constexpr platform::TextRule kCustomerNotes{0, 10'000};

platform::Unexpected<tenancy::Refusal> RefuseCustomer(tenancy::Refusal refusal) {
    return platform::Unexpected<tenancy::Refusal>(std::move(refusal));
}

void TakeText(platform::ObjectReader& in, std::string_view field, platform::TextRule rule, std::string& value) {
    if (const auto text = in.OptionalText(field, rule)) {
        value = platform::Trim(*text);
    }
}

tenancy::Decided<CustomerFields> ReadFields(const Json& json, CustomerFields fields) {
    platform::FieldErrors errors;
    platform::ObjectReader in(json, "", errors);
    TakeText(in, "name", kCustomerName, fields.name);
    if (errors.empty() && fields.name.empty()) {
        in.Error("name", "must be a text of 1 to 200 characters");
    }
    TakeText(in, "email", kCustomerEmail, fields.email);
    if (errors.empty() && !fields.email.empty() && !IsEmail(fields.email)) {
        in.Error("email", "must be an address such as ann@example.com, not " + platform::QuoteForMessage(fields.email));
    }
    TakeText(in, "phone", kCustomerPhone, fields.phone);
    TakeText(in, "company", kCustomerCompany, fields.company);
    if (const auto status = in.OptionalEnum<store::CustomerStatus>("status")) {
        fields.status = *status;
    }
    TakeText(in, "notes", kCustomerNotes, fields.notes);
    if (auto refusal = RefusalOf(errors, {{"name", "invalid_name"},
                                          {"email", "invalid_email"},
                                          {"phone", "invalid_phone"},
                                          {"company", "invalid_company"},
                                          {"status", "invalid_status"},
                                          {"notes", "invalid_notes"}})) {
        return RefuseCustomer(std::move(*refusal));
    }
    return fields;
}

Json CustomerJson(const Customer& customer) {
    return {{"id", customer.id},
            {"name", customer.fields.name},
            {"email", customer.fields.email},
            {"phone", customer.fields.phone},
            {"company", customer.fields.company},
            {"status", platform::EnumText(customer.fields.status)},
            {"notes", customer.fields.notes},
            {"createdAt", platform::FormatTime(customer.created_at)},
            {"createdBy", customer.created_by},
            {"updatedAt", platform::FormatTime(customer.updated_at)},
            {"updatedBy", customer.updated_by}};
}

}  // namespace

tenancy::Decided<CustomerFields> DecodeNewCustomer(std::string_view body) {
    return DecodeCustomer(body, {});
}

tenancy::Decided<CustomerFields> DecodeCustomer(std::string_view body, const CustomerFields& before) {
    const auto json = ReadObject(body);
    if (!json) {
        return RefuseCustomer(tenancy::InvalidRequest());
    }
    return ReadFields(*json, before);
}

std::string EncodeCustomer(const Customer& customer) {
    return CustomerJson(customer).dump();
}

std::string EncodeCustomers(const std::vector<Customer>& customers) {
    Json list = Json::array();
    for (const Customer& customer : customers) {
        list.push_back(CustomerJson(customer));
    }
    return list.dump();
}

}  // namespace pulse::wire
