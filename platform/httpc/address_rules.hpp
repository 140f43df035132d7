// Which network addresses may be spoken to on behalf of somebody who only gave a name: what a name resolves to is
// looked at when the connection is made, so a name that changes its address gains nothing.
//
// Refused unless a network is allowed by name: this machine (loopback, unspecified), link-local, multicast and
// broadcast addresses, and the addresses at which clouds hand out credentials. IPv4 within IPv6 (mapped, NAT64, 6to4)
// is judged as IPv4. Everything else is allowed, private networks too. Pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/expected.hpp"

namespace platform {

class AddressRules {
public:
    AddressRules() = default;
    /// "127.0.0.0/8, ::1, 10.1.2.3/32": networks that are allowed whatever they are. The error names the one that is
    /// none.
    static Expected<AddressRules, std::string> Allowing(std::string_view networks);

    /// `address` is the text of an IPv4 or IPv6 address; text that is none is refused.
    bool Allows(const std::string& address) const;

private:
    using Bytes = std::array<std::uint8_t, 16>;  // IPv4 as ::ffff:a.b.c.d
    struct Network {
        Bytes base{};
        unsigned bits = 128;
    };

    static bool Parse(const std::string& text, Bytes& bytes);
    static bool Contains(const Network& network, const Bytes& bytes);

    std::vector<Network> allowed_;
};

}  // namespace platform
