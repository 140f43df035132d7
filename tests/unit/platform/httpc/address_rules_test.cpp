#include "platform/httpc/address_rules.hpp"

#include <gtest/gtest.h>

namespace {

using platform::AddressRules;

TEST(AddressRules, RefuseThisMachineItsLinksAndCredentialsOfClouds) {
    const AddressRules rules;
    for (const char* address : {"127.0.0.1",
                                "127.255.255.255",
                                "0.0.0.0",
                                "0.1.2.3",
                                "169.254.169.254",
                                "169.254.0.1",
                                "100.100.100.200",
                                "224.0.0.1",
                                "239.1.1.1",
                                "255.255.255.255",
                                "240.0.0.1",
                                "::",
                                "::1",
                                "fe80::1",
                                "fe80::1%eth0",
                                "febf::1",
                                "ff02::1",
                                "fd00:ec2::254",
                                "::ffff:127.0.0.1",
                                "::ffff:169.254.169.254",
                                "::127.0.0.1",
                                "64:ff9b::7f00:1",
                                "64:ff9b::a9fe:a9fe",
                                "2002:7f00:1::",
                                "",
                                "localhost",
                                "1.2.3",
                                "1.2.3.4.5"}) {
        EXPECT_FALSE(rules.Allows(address)) << address;
    }
    for (const char* address : {"1.1.1.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "126.255.255.255", "128.0.0.1",
                                "169.253.255.255", "169.255.0.1", "223.255.255.255", "2001:db8::1", "fd12::1",
                                "fec1::1%x", "::ffff:10.0.0.1", "64:ff9b::a00:1"}) {
        EXPECT_EQ(rules.Allows(address), std::string(address) != "fec1::1%x") << address;
    }
}

TEST(AddressRules, AllowNetworksThatAreNamed) {
    const auto rules = AddressRules::Allowing(" 127.0.0.0/8, ::1 ,169.254.10.0/23,");
    ASSERT_TRUE(rules);
    for (const char* address :
         {"127.0.0.1", "127.9.9.9", "::ffff:127.0.0.1", "::1", "169.254.10.1", "169.254.11.255"}) {
        EXPECT_TRUE(rules->Allows(address)) << address;
    }
    for (const char* address : {"169.254.12.0", "169.254.9.255", "::", "fe80::1", "0.0.0.0"}) {
        EXPECT_FALSE(rules->Allows(address)) << address;
    }
}

TEST(AddressRules, SayWhichNetworkIsNone) {
    for (const char* text : {"localhost", "127.0.0.0/33", "127.0.0.0/", "::1/129", "1.2.3.4/-1", "1.2.3.4/8x", "/8"}) {
        const auto rules = AddressRules::Allowing(text);
        ASSERT_FALSE(rules) << text;
        EXPECT_NE(rules.error().find("is no network"), std::string::npos);
    }
}

}  // namespace
