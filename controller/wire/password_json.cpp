#include "controller/wire/password_json.hpp"

#include "controller/wire/reading.hpp"
#include "platform/crypto/password.hpp"

namespace wire {

Decoded<SetPassword> DecodeSetPassword(const Document& document) {
    return ReadObject<SetPassword>(document, [](platform::ObjectReader& in, SetPassword& out) {
        out.password = in.Text("password", {.min = platform::kShortestPassword, .max = platform::kLongestPassword});
        out.current = in.OptionalText("current", {.min = 0, .max = platform::kLongestPassword});
    });
}

Schemas PasswordSchemas() {
    return {{"SetPassword",
             R"({"type":"object","required":["password"],"properties":{
                  "password":{"type":"string","minLength":8,"maxLength":1024},
                  "current":{"type":"string","maxLength":1024,"description":"the one in use, when it is your own"}}})",
             R"({"password":"correct horse battery staple"})"}};
}

}  // namespace wire
