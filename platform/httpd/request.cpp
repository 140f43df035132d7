#include <algorithm>

#include "platform/httpd/server.hpp"

namespace platform {

std::string_view HttpRequest::Header(std::string_view lower_case_name) const {
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [&](const auto& header) { return header.first == lower_case_name; });
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::string> HttpRequest::Query(std::string_view name) const {
    const auto found =
        std::find_if(query.begin(), query.end(), [&](const auto& parameter) { return parameter.first == name; });
    return found == query.end() ? std::nullopt : std::optional<std::string>(found->second);
}

}  // namespace platform
