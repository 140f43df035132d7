#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tenancy/wire/requests.hpp"

namespace tenancy_test {
namespace {

using tenancy::wire::BodyReader;

TEST(RequestBodies, NamesMatchInAnyCaseAndTheLastWins) {
    const auto request = tenancy::wire::DecodeCreateOrg(R"({"ID":"a","DISPLAYNAME":"x","id":"b","displayName":"y"})");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->id, "b");
    EXPECT_EQ(request->display_name, "y");
    EXPECT_EQ(tenancy::wire::DecodeCreateOrg(R"({"id":"a","ID":"b","id":"c"})")->id, "c");
    EXPECT_EQ(tenancy::wire::DecodeCreateOrg(R"({"id":"c","iD":"b"})")->id, "b");
}

TEST(RequestBodies, UnknownFieldsAreIgnored) {
    const auto request = tenancy::wire::DecodeSetMember(
        R"({"x":{"userId":["deep"]},"userId":"vera","y":[1,{"role":"z"}],"role":"admin"})");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->user_id, "vera");
    EXPECT_EQ(request->role, "admin");
}

TEST(RequestBodies, OnlyTheFirstValueIsRead) {
    EXPECT_EQ(tenancy::wire::DecodeRenameOrg(R"({"displayName":"x"} and anything [)")->display_name, "x");
    EXPECT_EQ(tenancy::wire::DecodeRenameOrg(R"({"displayName":"x"}{"displayName":"y"})")->display_name, "x");
    EXPECT_EQ(tenancy::wire::DecodeRenameOrg("  {\"displayName\":\"x\"}\n")->display_name, "x");
}

TEST(RequestBodies, NullIsAbsent) {
    EXPECT_EQ(tenancy::wire::DecodeSetMember(R"({"userId":null})")->user_id, "");
    EXPECT_EQ(tenancy::wire::DecodeSetMember(R"({"userId":"vera","USERID":null})")->user_id, "vera");
    EXPECT_TRUE(tenancy::wire::DecodeSetMember("null"));
    EXPECT_TRUE(tenancy::wire::DecodeSetMember("{}"));
}

TEST(RequestBodies, WhatCannotBeReadIsRefused) {
    for (const char* bad : {"",
                            " ",
                            "{",
                            "[]",
                            "\"x\"",
                            "1",
                            "true",
                            "[{\"userId\":\"x\"}]",
                            "{\"userId\":}",
                            "{userId:1}",
                            "{\"userId\":1}",
                            "{\"userId\":true}",
                            "{\"userId\":[\"x\"]}",
                            "{\"userId\":{}}",
                            "{\"userId\":1.5}",
                            "{\"userId\":1,\"USERID\":\"x\"}",
                            "{\"userId\":\"\xff\"}",
                            "nul",
                            "{\"role\":99999999999999999999}",
                            "{\"userId\":\"x\",}"}) {
        EXPECT_FALSE(tenancy::wire::DecodeSetMember(bad)) << bad;
    }
}

TEST(RequestBodies, AreBounded) {
    const std::string frame = R"({"displayName":""})";
    const auto sized = [&](std::size_t size) {
        return R"({"displayName":")" + std::string(size - frame.size(), 'x') + "\"}";
    };
    EXPECT_TRUE(tenancy::wire::DecodeRenameOrg(sized(tenancy::wire::kMaxBodyBytes)));
    EXPECT_FALSE(tenancy::wire::DecodeRenameOrg(sized(tenancy::wire::kMaxBodyBytes + 1)));
}

TEST(RequestBodies, DepthIsNoDanger) {
    const auto nested = [](std::size_t levels) {  // in the object, which is a level itself
        std::string text = "{\"x\":";
        text += std::string(levels, '[') + std::string(levels, ']') + ",\"displayName\":\"x\"}";
        return tenancy::wire::DecodeRenameOrg(text);
    };
    const auto request = nested(9'999);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->display_name, "x");
    EXPECT_FALSE(nested(10'000));
    EXPECT_FALSE(nested(30'000));
}

TEST(RequestBodies, OfSharesHaveFiveFields) {
    const auto request = tenancy::wire::DecodeCreateShare(
        R"({"targetOrgId":"a","resourceType":"vm","resourceId":"1","resourceName":"n","accessRole":"admin"})");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->target_org + request->resource_type + request->resource_id + request->resource_name +
                  request->access_role,
              "avm1nadmin");
}

TEST(RequestBodies, OfTheRunbookWorkAsWritten) {
    const auto provision = tenancy::wire::DecodeProvision(R"({
    "name": "New Company",
    "contactEmail": "contact@newcompany.com",
    "adminName": "Admin User",
    "adminEmail": "admin@newcompany.com",
    "adminPassword": "secure_password",
    "plan": "pro"
  })");
    ASSERT_TRUE(provision);
    EXPECT_EQ(provision->name, "New Company");
    EXPECT_EQ(provision->admin_email, "admin@newcompany.com");
    EXPECT_EQ(provision->plan, "pro");
    const auto soft = tenancy::wire::DecodeDeleteTenant(R"({"hardDelete": false})");
    ASSERT_TRUE(soft);
    EXPECT_FALSE(soft->hard_delete || soft->force);
    const auto hard = tenancy::wire::DecodeDeleteTenant(R"({"hardDelete": true, "force": true})");
    ASSERT_TRUE(hard);
    EXPECT_TRUE(hard->hard_delete && hard->force);
    EXPECT_FALSE(tenancy::wire::DecodeDeleteTenant(R"({"hardDelete": "true"})")) << "no text where a yes or no belongs";
}

TEST(RequestBodies, MayBeLeftOutWhereTheyAreOptional) {
    for (const char* empty : {"", " \n", "{}", "null"}) {
        EXPECT_TRUE(tenancy::wire::DecodeSuspend(empty)) << empty;
        EXPECT_TRUE(tenancy::wire::DecodeSoftDelete(empty)) << empty;
        EXPECT_TRUE(tenancy::wire::DecodeDeleteTenant(empty)) << empty;
        EXPECT_EQ(tenancy::wire::DecodeSoftDelete(empty)->retention_days, std::nullopt);
    }
    EXPECT_EQ(tenancy::wire::DecodeSoftDelete(R"({"retention_days":7})")->retention_days, 7);
    EXPECT_EQ(tenancy::wire::DecodeSoftDelete(R"({"retention_days":-1})")->retention_days, -1);
    EXPECT_FALSE(tenancy::wire::DecodeSoftDelete(R"({"retention_days":1.5})"));
    EXPECT_EQ(tenancy::wire::DecodeSuspend(R"({"reason":"late"})")->reason, "late");
    EXPECT_FALSE(tenancy::wire::DecodeSuspend("["));
}

TEST(RequestBodies, ListsOfTextsAreReadWhole) {
    std::vector<std::string> list;
    EXPECT_TRUE(BodyReader::Read(R"({"orgs":["a","b"]})")->TextList("orgs", list));
    EXPECT_EQ(list, (std::vector<std::string>{"a", "b"}));
    EXPECT_FALSE(BodyReader::Read(R"({"orgs":["a",1]})")->TextList("orgs", list));
    EXPECT_FALSE(BodyReader::Read(R"({"orgs":["a",["b"]]})")->TextList("orgs", list));
    EXPECT_FALSE(BodyReader::Read(R"({"orgs":["a",{"x":"b"}]})")->TextList("orgs", list));
    EXPECT_FALSE(BodyReader::Read(R"({"orgs":"a"})")->TextList("orgs", list));
    EXPECT_TRUE(BodyReader::Read("{}")->TextList("orgs", list));
    EXPECT_EQ(list.size(), 2U) << "an absent field leaves the value alone";
}

RC_GTEST_PROP(RequestBodyProperties, AnyBytesAreReadOrRefused, ()) {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("{}[]\",:userId01.-e \\ntr\xff\0", 26)));
    (void)tenancy::wire::DecodeSetMember(text);
    (void)tenancy::wire::DecodeDeleteTenant(text);
}

}  // namespace
}  // namespace tenancy_test
