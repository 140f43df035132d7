#include "controller/store/conninfo.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace store {
namespace {

bool IsUrl(std::string_view conninfo) {
    return conninfo.substr(0, 13) == "postgresql://" || conninfo.substr(0, 11) == "postgres://";
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
        text += std::string(name) + "=" + value;
    }
    return text;
}

}  // namespace store
