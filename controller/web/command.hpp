// What was typed as the document that an operation's command is decoded from: a form is held to the same fields,
// lengths and choices as a request to the API, and what is wrong is said in the same words.
//
//     const auto command = Command().Text("reason", visit.Typed().Text("reason")).Read(wire::DecodeReason);
//
// A field that was left empty is left out. Errors: RefusedVisit with every field that does not hold. One thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/app/refusals.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/document.hpp"

namespace web {

class Command {
public:
    Command();
    ~Command();
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;

    Command& Text(std::string_view field, std::string_view value);
    Command& Flag(std::string_view field, bool value);
    /// Left out when there is none.
    Command& Texts(std::string_view field, const std::vector<std::string>& values);

    template <typename T>
    T Read(wire::Decoded<T> (*decode)(const wire::Document&)) const {
        auto decoded = decode(Document());
        if (!decoded) {
            app::Refusal refusal = app::Invalid("", "");
            refusal.errors = std::move(decoded.error());
            Visit::Refuse(std::move(refusal));
        }
        return std::move(*decoded);
    }

private:
    wire::Document Document() const;

    struct Fields;
    std::unique_ptr<Fields> fields_;
};

/// "2025-01-29T09:00", as a date and time field gives it, is meant in UTC and becomes "2025-01-29T09:00:00Z"; anything
/// else stays as it is.
std::string InstantOfField(std::string_view typed);
/// Lines of a JSON text that people can read; the text itself when it is none.
std::string ReadableJson(std::string_view json);

}  // namespace web
