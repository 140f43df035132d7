#include <gtest/gtest.h>

#include "platform/json/json.hpp"
#include "tenancy/wire/channel.hpp"
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

// They are written out and not built as JSON: whatever stands in them, it is the text that JSON has.
TEST(ControlDocuments, AreCanonicalWhateverTheySay) {
    ControlDocument document = Order();
    std::string everything = "Grüße \xE2\x82\xAC \xF0\x9F\x98\x80 \x7F";
    for (char c = 1; c < 0x7F; ++c) {
        everything += c;
    }
    for (const std::string& said : {std::string(), std::string("\""), std::string("a\\"), everything}) {
        document.instance = said;
        document.reason = said + said;
        document.operation = said;
        document.flags = {{"F" + said, {true, {said}, true}}};
        for (const std::int64_t generation : {std::int64_t{1}, std::int64_t{16}, std::int64_t{9007199254740991}}) {
            document.generation = generation;
            const std::string text = EncodeControlDocument(document);
            const auto read = platform::ParseJson(text);
            ASSERT_TRUE(read) << text;
            EXPECT_EQ(platform::CanonicalJson(*read), text);
            EXPECT_EQ(read->at("multi_tenant").at("reason"), document.reason);
            EXPECT_EQ(read->at("instance"), document.instance);
            EXPECT_EQ(read->at("generation"), generation);
            const auto message = platform::ParseJson(tenancy::wire::EncodeOrder({generation, text, said}));
            ASSERT_TRUE(message);
            EXPECT_EQ(*message,
                      (platform::Json{
                          {"type", "order"}, {"generation", generation}, {"document", text}, {"signature", said}}));
        }
    }
    document.flags.clear();
    EXPECT_EQ(EncodeControlDocument(document),
              platform::CanonicalJson(*platform::ParseJson(EncodeControlDocument(document))));
    document.generation = 9007199254740992;
    EXPECT_ANY_THROW(EncodeControlDocument(document));
    document.generation = 1;
    document.reason = "\xFF";
    EXPECT_ANY_THROW(EncodeControlDocument(document));
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
