#include "pulse/wire/customers_json.hpp"

#include "platform/base/text.hpp"
#include "pulse/wire/email.hpp"
#include "pulse/wire/field_refusal.hpp"
#include "pulse/wire/object_writer.hpp"

namespace pulse::wire {
namespace {

using platform::Json;
using store::Customer;
using store::CustomerFields;

constexpr std::size_t kUsualCustomer = 400;  // bytes of its JSON

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

void AppendCustomer(std::string& out, const Customer& customer) {
    ObjectWriter(out)
        .Text("company", customer.fields.company)
        .Text("createdAt", platform::FormatTime(customer.created_at))
        .Text("createdBy", customer.created_by)
        .Text("email", customer.fields.email)
        .Text("id", customer.id)
        .Text("name", customer.fields.name)
        .Text("notes", customer.fields.notes)
        .Text("phone", customer.fields.phone)
        .Text("status", platform::EnumText(customer.fields.status))
        .Text("updatedAt", platform::FormatTime(customer.updated_at))
        .Text("updatedBy", customer.updated_by)
        .Close();
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
    std::string text;
    AppendCustomer(text, customer);
    return text;
}

std::string EncodeCustomers(const std::vector<Customer>& customers) {
    std::string list;
    list.reserve(customers.size() * kUsualCustomer + 2);
    list += '[';
    for (const Customer& customer : customers) {
        list += list.size() > 1 ? "," : "";
        AppendCustomer(list, customer);
    }
    list += ']';
    return list;
}

}  // namespace pulse::wire
