#include "controller/web/forwarded.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "platform/base/text.hpp"

namespace web {
namespace {

constexpr int kAddressBits = 128;
constexpr int kMappedBits = 96;  // before an IPv4 address that is mapped
constexpr int kByteBits = 8;

}  // namespace

std::optional<TrustedProxies::Network> TrustedProxies::ParseNetwork(std::string_view text) {
    const auto slash = text.find('/');
    const std::string address(text.substr(0, slash));
    Network network;
    network.bits = kAddressBits;
    int offset = 0;
    if (::inet_pton(AF_INET, address.c_str(), &network.bytes[kMappedBits / kByteBits]) == 1) {
        network.bytes[10] = 0xff;
        network.bytes[11] = 0xff;
        offset = kMappedBits;
    } else if (::inet_pton(AF_INET6, address.c_str(), network.bytes.data()) != 1) {
        return std::nullopt;
    }
    if (slash != text.npos) {
        const std::string_view bits = text.substr(slash + 1);
        int number = 0;
        const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), number);
        if (error != std::errc() || end != bits.data() + bits.size() || number < 0 || number > kAddressBits - offset) {
            return std::nullopt;
        }
        network.bits = number + offset;
    }
    return network;
}

platform::Expected<TrustedProxies, std::string> TrustedProxies::Parse(std::string_view text) {
    TrustedProxies proxies;
    for (const std::string_view part : platform::Split(text, ',')) {
        const std::string_view name = platform::Trim(part);
        if (name.empty()) {
            continue;
        }
        const auto network = ParseNetwork(name);
        if (!network) {
            return platform::Unexpected<std::string>(
                "'" + std::string(name) +
                "' is neither an address nor a network; write them like 10.0.0.7 or 10.1.0.0/16, with commas between.");
        }
        proxies.networks_.push_back(*network);
    }
    return proxies;
}

bool TrustedProxies::Trusts(std::string_view address) const {
    const auto given = ParseNetwork(address);
    return given && given->bits == kAddressBits && std::ranges::any_of(networks_, [&](const Network& network) {
               for (int bit = 0; bit < network.bits; ++bit) {
                   const auto mask = static_cast<std::uint8_t>(0x80U >> static_cast<unsigned>(bit % kByteBits));
                   const auto at = static_cast<std::size_t>(bit / kByteBits);
                   if ((given->bytes[at] & mask) != (network.bytes[at] & mask)) {
                       return false;
                   }
               }
               return true;
           });
}

std::string TrustedProxies::CallerOf(const platform::HttpRequest& request) const {
    std::string caller = request.peer;
    std::vector<std::string> said;
    for (const auto& [name, value] : request.headers) {
        if (name == "x-forwarded-for") {
            for (const std::string_view address : platform::Split(value, ',')) {
                said.emplace_back(platform::Trim(address));
            }
        }
    }
    while (!said.empty() && Trusts(caller) && ParseNetwork(said.back())) {
        caller = said.back();
        said.pop_back();
    }
    return caller;
}

}  // namespace web
