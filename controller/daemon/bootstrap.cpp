#include "controller/daemon/bootstrap.hpp"

#include <stdexcept>

#include "platform/base/files.hpp"
#include "platform/base/text.hpp"

namespace controller::daemon {
namespace {

constexpr std::size_t kMostBootstrapBytes = 1024 * 1024;

}  // namespace

std::vector<wire::BootstrapPrincipal> ReadBootstrapFile(const std::string& path) {
    const auto text = platform::ReadFile(path, kMostBootstrapBytes);
    if (!text) {
        throw std::runtime_error(text.error().message);
    }
    auto principals = wire::DecodeBootstrap(*text);
    if (!principals) {
        std::string problems = "the bootstrap file " + path + " does not hold:";
        for (const platform::FieldError& error : principals.error()) {
            problems += "\n  " + (error.pointer.empty() ? "" : error.pointer + ": ") + error.message;
        }
        throw std::runtime_error(problems);
    }
    return std::move(*principals);
}

std::string DescribeBootstrap(const std::vector<wire::BootstrapPrincipal>& principals) {
    std::string text = platform::Plural(static_cast<long long>(principals.size()), "principal") + ":\n";
    for (const wire::BootstrapPrincipal& principal : principals) {
        std::vector<std::string_view> roles;
        for (const policy::Role role : principal.roles) {
            roles.push_back(platform::EnumText(role));
        }
        text += "  " + principal.id.Text() + " (" + std::string(platform::EnumText(principal.kind)) +
                "): " + (roles.empty() ? "no role" : platform::Join(roles, ", ")) + "\n";
    }
    return text;
}

}  // namespace controller::daemon
