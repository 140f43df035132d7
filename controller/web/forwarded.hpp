// From which address somebody comes who comes through a proxy: what `X-Forwarded-For` says, as far as those who wrote
// it are known. Who is no proxy of ours can write anything there, so the header is read from its end, and only while
// each address before is a proxy's.
//
// Value type; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/expected.hpp"
#include "platform/httpd/server.hpp"

namespace web {

class TrustedProxies {
public:
    /// Addresses and networks between commas: "10.0.0.7, 10.1.0.0/16, ::1". Empty: nobody. Else what is wrong.
    static platform::Expected<TrustedProxies, std::string> Parse(std::string_view text);

    /// Without port. The connection's other end unless that is a proxy that says more.
    std::string CallerOf(const platform::HttpRequest& request) const;

private:
    struct Network {
        std::array<std::uint8_t, 16> bytes{};  // IPv4 as it is mapped into IPv6
        int bits = 0;
    };

    static std::optional<Network> ParseNetwork(std::string_view text);
    bool Trusts(std::string_view address) const;

    std::vector<Network> networks_;
};

}  // namespace web
