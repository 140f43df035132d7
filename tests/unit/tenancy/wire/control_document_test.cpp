#include <gtest/gtest.h>

#include "tenancy/wire/control_document.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using tenancy::wire::ApplyMode;
using tenancy::wire::ControlDocument;
using tenancy::wire::DecodeControlDocument;

ControlDocument Order() {
    ControlDocument document;
    document.instance = "pulse-eu-1";
    document.generation = 42;
    document.issued_at = Noon();
    document.enabled = false;
    document.mode = ApplyMode::kRestart;
    document.reason = "leak";
    document.operation = "op_1";
    document.flags["AUDIT_FILTER_UI_ENABLED"] = {false, {"acme"}, false};
    return document;
}

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(ApplyModes, ReadBack) {
    EXPECT_EQ(platform::ParseEnum<ApplyMode>("hot"), ApplyMode::kHot);
    EXPECT_EQ(platform::ParseEnum<ApplyMode>("restart"), ApplyMode::kRestart);
    EXPECT_EQ(platform::EnumNames<ApplyMode>::kNames.size(), 2U);
}

TEST(ControlDocuments, HaveOneText) {
    EXPECT_EQ(EncodeControlDocument(Order()),
              R"({"flags":{"AUDIT_FILTER_UI_ENABLED":{"default":false,"enabled_orgs":["acme"],"killed":false}},)"
              R"("generation":42,"instance":"pulse-eu-1","issued_at":"2025-01-29T09:00:00Z",)"
              R"("multi_tenant":{"enabled":false,"mode":"restart","operation":"op_1","reason":"leak"}})");
}

TEST(ControlDocuments, ReadBack) {
    const auto read = DecodeControlDocument(EncodeControlDocument(Order()));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, Order());
}

TEST(ControlDocuments, WithoutAModeAreHot) {
    const auto read = DecodeControlDocument(Replaced(EncodeControlDocument(Order()), R"("mode":"restart",)", ""));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->mode, ApplyMode::kHot);
}

TEST(ControlDocuments, AnythingElseIsMalformed) {
    const std::string good = EncodeControlDocument(Order());
    for (const std::string& bad :
         {std::string(), std::string("{}"), std::string("null"), " " + good, good + "\n", good + "{}",
          Replaced(good, R"("generation":42)", R"("generation":0)"),
          Replaced(good, R"("generation":42)", R"("generation":-1)"),
          Replaced(good, R"("generation":42)", R"("generation":"42")"),
          Replaced(good, R"("generation":42)", R"("generation":4.2e1)"), Replaced(good, R"("generation":42,)", ""),
          Replaced(good, R"("enabled":false)", R"("enabled":"false")"),
          Replaced(good, R"("enabled":false)", R"("enabled":false,"enabled":true)"),
          Replaced(good, R"("enabled":false)", R"("enabled":false,"extra":1)"),
          Replaced(good, R"("mode":"restart")", R"("mode":"later")"),
          Replaced(good, R"("2025-01-29T09:00:00Z")", R"("yesterday")"),
          Replaced(good, R"("killed":false)", R"("killed":0)"),
          Replaced(good, R"("instance":"pulse-eu-1")", R"("instance":"")"), Replaced(good, "leak", R"(l\u0065ak)")}) {
        EXPECT_FALSE(DecodeControlDocument(bad)) << bad;
    }
}

TEST(Flags, AreOffUnlessSaidOtherwise) {
    const auto acme = tenancy::OrgId::Trusted("acme");
    const auto globex = tenancy::OrgId::Trusted("globex");
    auto document = Order();
    EXPECT_FALSE(FlagIsOn(document, "UNKNOWN", acme));
    EXPECT_TRUE(FlagIsOn(document, "AUDIT_FILTER_UI_ENABLED", acme));
    EXPECT_FALSE(FlagIsOn(document, "AUDIT_FILTER_UI_ENABLED", globex));
    document.flags["AUDIT_FILTER_UI_ENABLED"].default_on = true;
    EXPECT_TRUE(FlagIsOn(document, "AUDIT_FILTER_UI_ENABLED", globex));
    document.flags["AUDIT_FILTER_UI_ENABLED"].killed = true;
    EXPECT_FALSE(FlagIsOn(document, "AUDIT_FILTER_UI_ENABLED", acme)) << "killed is off for everybody";
}

TEST(StagedTenancy, RestrictsOnlyWhereAnOrderNamesIt) {
    const auto acme = tenancy::OrgId::Trusted("acme");
    ControlDocument document;
    EXPECT_TRUE(TenancyIsOn(document, acme)) << "no order restricts anybody";
    document.flags["PULSE_MULTI_TENANT_ENABLED"] = {};
    EXPECT_TRUE(TenancyIsStaged(document));
    EXPECT_FALSE(TenancyIsOn(document, acme));
    EXPECT_TRUE(TenancyIsOn(document, tenancy::OrgId())) << "the default organization goes on";
    document.flags["PULSE_MULTI_TENANT_ENABLED"].enabled_orgs = {"acme"};
    EXPECT_TRUE(TenancyIsOn(document, acme));
    EXPECT_FALSE(TenancyIsOn(document, tenancy::OrgId::Trusted("globex")));
    document.flags["PULSE_MULTI_TENANT_ENABLED"].killed = true;
    EXPECT_FALSE(TenancyIsOn(document, acme));
}

TEST(StagedTenancy, StaysRestrictedWhileAnOrderWaits) {
    const tenancy::wire::FlagOrders staged = {{"PULSE_MULTI_TENANT_ENABLED", {false, {"acme"}, false}}};
    EXPECT_EQ(tenancy::wire::NarrowestFlags(staged, {}), staged);
    EXPECT_EQ(tenancy::wire::NarrowestFlags({}, staged), staged);
    const tenancy::wire::FlagOrders wider = {{"PULSE_MULTI_TENANT_ENABLED", {false, {"acme", "globex"}, false}}};
    EXPECT_EQ(tenancy::wire::NarrowestFlags(wider, staged), staged);
    EXPECT_EQ(tenancy::wire::NarrowestFlags(staged, wider), staged);
}

}  // namespace
}  // namespace tenancy_test
