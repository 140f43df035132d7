#include "platform/httpc/address_rules.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "platform/base/text.hpp"

namespace platform {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::array<std::uint8_t, 12> kNat64 = {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

// As IPv4-mapped and IPv6 text, read by the same parser as what the operator writes.
constexpr std::array<const char*, 12> kRefused = {"0.0.0.0/8",        // this network; 0.0.0.0 is this machine
                                                  "127.0.0.0/8",      // loopback
                                                  "169.254.0.0/16",   // link-local, with most clouds' metadata
                                                  "100.100.100.200",  // metadata
                                                  "224.0.0.0/4",      // multicast
                                                  "240.0.0.0/4",      // reserved, broadcast
                                                  "::",
                                                  "::1",
                                                  "fe80::/10",
                                                  "fec0::/10",
                                                  "ff00::/8",
                                                  "fd00:ec2::254"};  // metadata

}  // namespace

bool AddressRules::Parse(const std::string& text, Bytes& bytes) {
    std::array<std::uint8_t, 4> four{};
    if (inet_pton(AF_INET, text.c_str(), four.data()) == 1) {
        std::ranges::copy(kMapped, bytes.begin());
        std::ranges::copy(four, bytes.begin() + 12);
        return true;
    }
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) {
        return false;
    }
    const auto zero = [](std::uint8_t byte) { return byte == 0; };
    if (std::all_of(bytes.begin(), bytes.begin() + 12, zero) ||
        std::equal(kNat64.begin(), kNat64.end(), bytes.begin())) {
        std::ranges::copy(kMapped, bytes.begin());
    } else if (bytes[0] == 0x20 && bytes[1] == 0x02) {  // 6to4
        std::copy(bytes.begin() + 2, bytes.begin() + 6, bytes.begin() + 12);
        std::ranges::copy(kMapped, bytes.begin());
    }
    return true;
}

bool AddressRules::Contains(const Network& network, const Bytes& bytes) {
    for (unsigned bit = 0; bit < network.bits; bit += 8) {
        const unsigned rest = std::min(8U, network.bits - bit);
        const auto mask = static_cast<std::uint8_t>(0xffU << (8U - rest));
        if (((network.base[bit / 8] ^ bytes[bit / 8]) & mask) != 0) {
            return false;
        }
    }
    return true;
}

Expected<AddressRules, std::string> AddressRules::Allowing(std::string_view networks) {
    AddressRules rules;
    for (const std::string_view part : Split(networks, ',')) {
        const std::string_view text = Trim(part);
        if (text.empty()) {
            continue;
        }
        const std::size_t slash = text.find('/');
        const std::string address(text.substr(0, slash));
        const bool four = address.find(':') == std::string::npos;
        const unsigned whole = four ? 32 : 128;
        unsigned bits = whole;
        bool good = true;
        if (slash != std::string_view::npos) {
            const std::string_view number = text.substr(slash + 1);
            const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), bits);
            good = error == std::errc() && end == number.data() + number.size() && bits <= whole;
        }
        Network network;
        if (!good || !Parse(address, network.base)) {
            return Unexpected<std::string>(QuoteForMessage(text) +
                                           " is no network; write 127.0.0.0/8, 10.1.2.3 or fd00::/8");
        }
        network.bits = four ? bits + 96 : bits;
        rules.allowed_.push_back(network);
    }
    return rules;
}

bool AddressRules::Allows(const std::string& address) const {
    static const AddressRules refused = [] {
        std::string all;
        for (const char* network : kRefused) {
            all += std::string(all.empty() ? "" : ",") + network;
        }
        return Allowing(all).value();
    }();
    // A link-local address may carry the name of its interface.
    Bytes bytes{};
    if (!Parse(address.substr(0, address.find('%')), bytes)) {
        return false;
    }
    const auto holds = [&](const Network& network) { return Contains(network, bytes); };
    return std::ranges::any_of(allowed_, holds) || std::ranges::none_of(refused.allowed_, holds);
}

}  // namespace platform
