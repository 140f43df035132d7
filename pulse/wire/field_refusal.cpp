#include "pulse/wire/field_refusal.hpp"

namespace pulse::wire {

std::optional<platform::Json> ReadObject(std::string_view body) {
    auto json = platform::ParseJson(body);
    if (!json || !json->is_object()) {
        return std::nullopt;
    }
    return std::move(*json);
}

std::optional<tenancy::Refusal> RefusalOf(const platform::FieldErrors& errors, std::initializer_list<FieldCode> codes) {
    if (errors.empty()) {
        return std::nullopt;
    }
    const platform::FieldError& first = errors.front();
    const std::string_view field = std::string_view(first.pointer).substr(first.pointer.empty() ? 0 : 1);
    tenancy::Refusal refusal = tenancy::InvalidRequest();
    for (const FieldCode& known : codes) {
        if (known.field == field) {
            refusal.code = known.code;
        }
    }
    refusal.message = std::string(field) + " " + first.message + ".";
    return refusal;
}

}  // namespace pulse::wire
