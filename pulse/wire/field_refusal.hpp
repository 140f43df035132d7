// Bodies of this service's own records: read once, refused with the code of the first field that cannot be.
// Internal to pulse/wire; includes JSON.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "platform/json/json.hpp"
#include "tenancy/refusal.hpp"

namespace pulse::wire {

/// A field and the code of its refusal, both literals: {"email", "invalid_email"}.
struct FieldCode {
    std::string_view field;
    std::string_view code;
};

/// The body as a JSON object. Nothing for anything else: 400 invalid_request.
std::optional<platform::Json> ReadObject(std::string_view body);

/// The refusal of the first error: 400 with the field's code, "email must be ...". Nothing when there is none.
std::optional<tenancy::Refusal> RefusalOf(const platform::FieldErrors& errors, std::initializer_list<FieldCode> codes);

}  // namespace pulse::wire
