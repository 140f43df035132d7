#include "platform/sql/conninfo.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace platform {
namespace {

bool IsUrl(std::string_view conninfo) {
    return conninfo.substr(0, 13) == "postgresql://" || conninfo.substr(0, 11) == "postgres://";
}

// libpq's quoting of either form.
std::string ConninfoText(std::string_view value, bool is_url) {
    constexpr std::string_view kHexDigits = "0123456789ABCDEF";
    std::string text = is_url ? "" : "'";
    for (const char c : value) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (plain || (!is_url && c != '\'' && c != '\\')) {
            text += c;
        } else if (is_url) {
            const auto byte = static_cast<unsigned char>(c);
            text += '%';
            text += kHexDigits[byte >> 4];
            text += kHexDigits[byte & 15];
        } else {
            text += '\\';
            text += c;
        }
    }
    return is_url ? text : text + "'";
}

}  // namespace

std::string SessionConninfo(const std::string& conninfo, const std::string& application_name,
                            std::chrono::seconds connect_timeout) {
    const std::array<std::pair<std::string_view, std::string>, 6> additions{{
        {"application_name", application_name},
        {"connect_timeout", std::to_string(connect_timeout.count())},
        {"keepalives_idle", "5"},
        {"keepalives_interval", "2"},
        {"keepalives_count", "3"},
        {"tcp_user_timeout", "10000"},  // milliseconds
    }};
    std::string text = conninfo;
    const bool is_url = IsUrl(text);
    for (const auto& [name, value] : additions) {
        if (text.find(std::string(name) + "=") != std::string::npos) {
            continue;
        }
        if (is_url) {
            text += text.find('?') == std::string::npos ? '?' : '&';
        } else {
            text += ' ';
        }
        text += std::string(name) + "=" + ConninfoText(value, is_url);
    }
    return text;
}

}  // namespace platform
