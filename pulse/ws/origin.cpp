#include "pulse/ws/origin.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <optional>

#include "platform/base/text.hpp"

namespace pulse::ws {
namespace {

struct Origin {
    std::string scheme;
    std::string authority;  // lower case, without the scheme's usual port
};

/// The port that goes without saying under either scheme is left out, so that a proxy that ends TLS changes nothing.
std::string Authority(std::string_view text) {
    std::string authority = platform::ToLowerAscii(platform::Trim(text));
    for (const std::string_view usual : {":80", ":443"}) {
        if (authority.ends_with(usual) && !authority.ends_with("]") && authority.size() > usual.size()) {
            authority.resize(authority.size() - usual.size());
            break;
        }
    }
    return authority;
}

std::optional<Origin> ReadOrigin(std::string_view text) {
    const auto split = text.find("://");
    if (split == text.npos) {
        return std::nullopt;
    }
    Origin origin{platform::ToLowerAscii(text.substr(0, split)), Authority(text.substr(split + 3))};
    const bool known = origin.scheme == "http" || origin.scheme == "https";
    const bool plain = origin.authority.find_first_of("/?#@ ") == std::string::npos;
    return known && plain && !origin.authority.empty() ? std::optional(std::move(origin)) : std::nullopt;
}

std::string_view HostOf(std::string_view authority) {
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        return end == authority.npos ? std::string_view() : authority.substr(1, end - 1);
    }
    return authority.substr(0, authority.find(':'));
}

bool IsPrivateV4(const std::array<unsigned char, 4>& bytes) {
    return bytes[0] == 127 || bytes[0] == 10 || (bytes[0] == 172 && (bytes[1] & 0xf0) == 16) ||
           (bytes[0] == 192 && bytes[1] == 168);
}

bool IsPrivateV6(const std::array<unsigned char, 16>& bytes) {
    static constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) {
        return IsPrivateV4({bytes[12], bytes[13], bytes[14], bytes[15]});
    }
    const bool loopback =
        std::all_of(bytes.begin(), bytes.end() - 1, [](unsigned char b) { return b == 0; }) && bytes[15] == 1;
    return loopback || (bytes[0] & 0xfe) == 0xfc;
}

}  // namespace

bool IsPrivateHost(std::string_view host) {
    const std::string text(host);
    std::array<unsigned char, 4> v4{};
    if (::inet_pton(AF_INET, text.c_str(), v4.data()) == 1) {
        return IsPrivateV4(v4);
    }
    std::array<unsigned char, 16> v6{};
    if (::inet_pton(AF_INET6, text.c_str(), v6.data()) == 1) {
        return IsPrivateV6(v6);
    }
    if (text == "localhost") {
        return true;
    }
    // A longer name could be made up by anybody who answers for a part of it.
    const bool local = text.ends_with(".local") || text.ends_with(".lan");
    return local && std::ranges::count(text, '.') <= 2;
}

bool MayConnectFrom(const OriginRules& rules, const platform::HttpRequest& request, std::string_view client) {
    const std::string_view given = request.Header("origin");
    const auto origin = ReadOrigin(given);
    if (!origin) {
        return false;
    }
    const bool proxied = std::ranges::find(rules.trusted_proxies, request.peer) != rules.trusted_proxies.end();
    const std::string_view forwarded = proxied ? request.Header("x-forwarded-host") : std::string_view();
    // The first proxy's word, which is nearest to the browser.
    const std::string_view host = forwarded.empty() ? request.Header("host") : forwarded.substr(0, forwarded.find(','));
    if (!host.empty() && origin->authority == Authority(host)) {
        return true;
    }
    const auto allowed = [&](const std::string& one) {
        if (one == "*") {
            return true;
        }
        const auto configured = ReadOrigin(one);
        return configured && configured->scheme == origin->scheme && configured->authority == origin->authority;
    };
    if (!rules.allowed.empty()) {
        return std::ranges::any_of(rules.allowed, allowed);
    }
    return IsPrivateHost(HostOf(origin->authority)) && IsPrivateHost(client);
}

}  // namespace pulse::ws
