#include "pulse/ws/origin.hpp"

#include <gtest/gtest.h>

namespace pulse::ws {
namespace {

platform::HttpRequest From(std::string origin, std::string host = "pulse.example:7655") {
    platform::HttpRequest request;
    request.headers = {{"origin", std::move(origin)}, {"host", std::move(host)}};
    request.peer = "203.0.113.9";
    return request;
}

TEST(Origin, PrivateHosts) {
    for (const char* host : {"localhost", "127.0.0.1", "127.8.9.10", "10.1.2.3", "172.16.0.1", "172.31.255.255",
                             "192.168.0.1", "::1", "fd00::1", "::ffff:10.0.0.1", "nas.local", "a.nas.lan"}) {
        EXPECT_TRUE(IsPrivateHost(host)) << host;
    }
    for (const char* host :
         {"", "8.8.8.8", "172.15.0.1", "172.32.0.1", "193.168.0.1", "2001:db8::1", "::ffff:8.8.8.8", "example.org",
          "local", "a.b.nas.local", "localhost.evil.example", "127.0.0.1.evil.example", "0x7f000001", "127.1"}) {
        EXPECT_FALSE(IsPrivateHost(host)) << host;
    }
}

TEST(Origin, OursUnderEitherScheme) {
    EXPECT_TRUE(MayConnectFrom({}, From("http://pulse.example:7655"), "203.0.113.9"));
    EXPECT_TRUE(MayConnectFrom({}, From("https://PULSE.example:7655"), "203.0.113.9"));
    EXPECT_TRUE(MayConnectFrom({}, From("https://pulse.example", "pulse.example:443"), "203.0.113.9"));
    EXPECT_TRUE(MayConnectFrom({}, From("http://[::1]:7655", "[::1]:7655"), "203.0.113.9"));
    for (const char* origin : {"https://pulse.example", "https://pulse.example:7656", "https://evil.example:7655",
                               "pulse.example:7655", "ftp://pulse.example:7655",
                               "https://pulse.example:7655@evil.example", "https://pulse.example:7655/x", "null", ""}) {
        EXPECT_FALSE(MayConnectFrom({}, From(origin), "203.0.113.9")) << origin;
    }
    EXPECT_FALSE(MayConnectFrom({}, From("https://", ""), "203.0.113.9"));
}

TEST(Origin, PrivatePagesForPrivateClientsUnlessThereIsAList) {
    EXPECT_TRUE(MayConnectFrom({}, From("http://192.168.1.5:3000"), "192.168.1.9"));
    EXPECT_FALSE(MayConnectFrom({}, From("http://192.168.1.5:3000"), "203.0.113.9"));
    EXPECT_FALSE(MayConnectFrom({}, From("https://example.org"), "192.168.1.9"));
    const OriginRules listed{.allowed = {"https://a.example", "http://b.example:80"}, .trusted_proxies = {}};
    EXPECT_FALSE(MayConnectFrom(listed, From("http://192.168.1.5:3000"), "192.168.1.9"));
    EXPECT_TRUE(MayConnectFrom(listed, From("https://A.example"), "203.0.113.9"));
    EXPECT_TRUE(MayConnectFrom(listed, From("http://b.example"), "203.0.113.9"));
    EXPECT_FALSE(MayConnectFrom(listed, From("http://a.example"), "203.0.113.9"));
    EXPECT_TRUE(MayConnectFrom({.allowed = {"*"}, .trusted_proxies = {}}, From("https://x.example"), "203.0.113.9"));
    EXPECT_FALSE(MayConnectFrom({.allowed = {"*"}, .trusted_proxies = {}}, From(""), "203.0.113.9"));
}

TEST(Origin, AProxysWordCountsWhenItIsTrusted) {
    auto request = From("https://public.example", "inside:7655");
    request.headers.emplace_back("x-forwarded-host", "public.example, inside");
    EXPECT_FALSE(MayConnectFrom({}, request, "198.51.100.7"));
    EXPECT_TRUE(MayConnectFrom({.allowed = {}, .trusted_proxies = {"203.0.113.9"}}, request, "198.51.100.7"));
}

}  // namespace
}  // namespace pulse::ws
