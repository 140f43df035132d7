#include "pulse/http/request_facts.hpp"

#include <algorithm>

#include "platform/base/ids.hpp"
#include "platform/base/text.hpp"
#include "pulse/auth/credentials.hpp"

namespace pulse::http {
namespace {

constexpr std::size_t kLongestRequestId = 64;

}  // namespace

bool IsBelowApi(std::string_view path) {
    return path == "/api" || path.starts_with("/api/") || path == "/ws";
}

bool IsSafeMethod(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

bool LoadsConsole(const platform::HttpRequest& request) {
    return request.path.starts_with("/assets/") || request.path == "/api/ui/session" ||
           request.Header("accept").find("text/html") != std::string_view::npos;
}

bool IsPageVisit(const platform::HttpRequest& request) {
    return request.method == "GET" && !IsBelowApi(request.path) && !request.path.starts_with("/assets/") &&
           request.Header("accept").find("text/html") != std::string_view::npos;
}

std::string RequestIdOf(const platform::HttpRequest& request) {
    const std::string_view given = request.Header("x-request-id");
    if (platform::IsIdText(given, kLongestRequestId)) {
        return std::string(given);
    }
    return auth::MakeRecordId("req_");
}

bool IsLoopback(std::string_view address) {
    return address == "::1" || address.starts_with("127.") || address.starts_with("::ffff:127.");
}

std::string ClientAddress(const platform::HttpRequest& request, const std::vector<std::string>& trusted_proxies) {
    const auto trusted = [&](std::string_view address) {
        return std::ranges::find(trusted_proxies, address) != trusted_proxies.end();
    };
    if (!trusted(request.peer)) {
        return request.peer;
    }
    auto hops = platform::Split(request.Header("x-forwarded-for"), ',');
    while (!hops.empty()) {
        const std::string_view hop = platform::Trim(hops.back());
        hops.pop_back();
        if (!hop.empty() && !trusted(hop)) {
            return std::string(hop.substr(0, kLongestRequestId));
        }
    }
    return request.peer;
}

}  // namespace pulse::http
