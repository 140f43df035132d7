// Setting a password (ATT-1). It is read and never written. Value type; pure; thread safe.
#pragma once

#include <optional>
#include <string>

#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

struct SetPassword {
    std::string password;
    std::optional<std::string> current;  // the one in use, for one's own
};

Decoded<SetPassword> DecodeSetPassword(const Document& document);
Schemas PasswordSchemas();

}  // namespace wire
