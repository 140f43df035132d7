#include <gtest/gtest.h>

#include "tenancy/selection.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using tenancy::Caller;
using tenancy::SelectionInput;
using tenancy::SelectionSource;

std::string Selected(const SelectionInput& input, const Caller& caller = Caller::Nobody()) {
    const auto selection = SelectOrg(input, caller);
    if (!selection) {
        return Said(selection);
    }
    return std::string(platform::EnumText(selection->source)) + " " + selection->org.Text();
}

TEST(SelectingAnOrg, NothingAskedForIsDefault) {
    EXPECT_EQ(Selected({}), "default default");
    EXPECT_EQ(Selected({"", " ", "\t"}), "default default") << "empty texts count as absent";
}

TEST(SelectingAnOrg, TheHeaderBeatsTheCookieAndTheToken) {
    EXPECT_EQ(Selected({"acme", {}, "globex"}, TokenFor("initech")), "header acme");
    EXPECT_EQ(Selected({{}, "acme", "globex"}, TokenFor("initech")), "header acme");
    EXPECT_EQ(Selected({{}, {}, "globex"}, TokenFor("initech")), "cookie globex");
    EXPECT_EQ(Selected({{}, {}, {}}, TokenFor("initech")), "token initech");
    EXPECT_EQ(Selected({" acme ", {}, {}}), "header acme") << "trimmed";
    EXPECT_EQ(Selected({"default", {}, "globex"}, TokenFor("acme")), "header default");
}

TEST(SelectingAnOrg, OnlyATokenForOneOrgSelectsIt) {
    EXPECT_EQ(Selected({}, Caller::Token("t", {"acme", "globex"})), "default default");
    EXPECT_EQ(Selected({}, Caller::Token("t", {})), "default default");
    EXPECT_EQ(Selected({}, User("vera")), "default default");
}

TEST(SelectingAnOrg, TwoHeadersMustAgree) {
    EXPECT_EQ(Selected({"acme", "acme", {}}), "header acme");
    EXPECT_EQ(Selected({"acme", "globex", {}}), "400 invalid_org");
    EXPECT_EQ(Selected({"acme", "", {}}), "header acme");
    EXPECT_EQ(Selected({"acme", "ACME", {}}), "400 invalid_org") << "ids differ by case";
}

TEST(SelectingAnOrg, WhatIsNoIdIsRefusedBeforeAnythingIsLookedUp) {
    for (const std::string_view bad : {"..", ".", "a/b", "a b", "../etc", "\xc3\xa4", "a%2f"}) {
        EXPECT_EQ(Selected({bad, {}, {}}), "400 invalid_org") << bad;
        EXPECT_EQ(Selected({{}, {}, bad}), "400 invalid_org") << bad;
    }
    EXPECT_EQ(Selected({std::string(65, 'a'), {}, {}}), "400 invalid_org");
    EXPECT_EQ(SelectOrg({"..", {}, {}}, Caller::Nobody()).error().shape, tenancy::BodyShape::kAgent);
}

}  // namespace
}  // namespace tenancy_test
