#include "controller/daemon/oidc_config.hpp"

#include <stdexcept>

#include "platform/base/files.hpp"
#include "platform/json/json.hpp"

namespace controller::daemon {
namespace {

constexpr std::size_t kMostConfigBytes = 256 * 1024;
constexpr std::size_t kMostIssuers = 32;

app::OidcIssuer ReadIssuer(const platform::Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    platform::ObjectReader in(json, pointer, errors);
    app::OidcIssuer issuer;
    issuer.issuer = in.Text("issuer", {.min = 1, .max = 500});
    issuer.audience = in.Text("audience", {.min = 1, .max = 500});
    issuer.jwks = in.Text("jwks", {.min = 1, .max = 1000});
    issuer.claim = in.OptionalText("claim", {.min = 1, .max = 100}).value_or(issuer.claim);
    issuer.prefix = in.OptionalText("prefix", {.min = 1, .max = 30}).value_or("");
    in.Finish();
    return issuer;
}

[[noreturn]] void ThrowConfigErrors(const std::string& path, const platform::FieldErrors& errors) {
    std::string problems = "the OpenID Connect file " + path + " does not hold:";
    for (const platform::FieldError& error : errors) {
        problems += "\n  " + (error.pointer.empty() ? "" : error.pointer + ": ") + error.message;
    }
    throw std::runtime_error(problems);
}

}  // namespace

app::OidcOptions ReadOidcConfig(const std::string& path) {
    const auto text = platform::ReadFile(path, kMostConfigBytes);
    if (!text) {
        throw std::runtime_error(text.error().message);
    }
    const auto document = platform::ParseYaml(*text);
    if (!document) {
        ThrowConfigErrors(path, document.error());
    }
    platform::FieldErrors errors;
    platform::ObjectReader in(*document, "", errors);
    app::OidcOptions options;
    if (const platform::Json* list = in.Array("issuers", kMostIssuers)) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            options.issuers.push_back(ReadIssuer((*list)[i], "/issuers/" + std::to_string(i), errors));
        }
    }
    in.Finish();
    if (!errors.empty()) {
        ThrowConfigErrors(path, errors);
    }
    return options;
}

}  // namespace controller::daemon
