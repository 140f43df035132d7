// Where the console lets a person do what a finding asks for: every rule has its answer, and every link leads
// somewhere.
#include "controller/web/remedy_place.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "controller/policy/catalogue.hpp"
#include "controller/web/route.hpp"
#include "controller/web/slots.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

constexpr std::array<std::string_view, 4> kWhereFindingsAre{"/console/releases/r1/promote", "/console/rollouts/d1",
                                                            "/console/programmes/p1/packets/00", "/console/inbox"};

std::optional<std::string> PathOf(std::string_view rule, std::string_view subject, std::string_view here) {
    const auto link = LinkOfRemedy({.rule = rule, .subject = std::string(subject)}, here);
    return link ? std::optional(link->path) : std::nullopt;
}

/// The pattern of the page's route; empty when there is none.
std::string_view RouteOf(std::string_view path) {
    path = path.substr(std::string_view("/console").size());
    const auto given = platform::Split(path.substr(0, path.find_first_of("?#")), '/');
    for (const auto& area : AllRoutes()) {
        for (const Route& route : area) {
            const auto wanted = platform::Split(route.pattern, '/');
            if (route.verb == Verb::kGet &&
                std::ranges::equal(wanted, given, [](std::string_view one, std::string_view other) {
                    return one.starts_with('{') || one == other;
                })) {
                return route.pattern;
            }
        }
    }
    return {};
}

bool HasPlace(std::string_view file, std::string_view place) {
    const std::string id = "id=\"" + std::string(place) + "\"";
    return std::ranges::any_of(EmbeddedTemplates(), [&](const EmbeddedText& each) {
        return each.name == file && each.text.find(id) != std::string_view::npos;
    });
}

TEST(RemedyPlace, EveryRuleHasALinkOrSaysThatNoPageDoesIt) {
    int without = 0;
    for (const policy::Rule& rule : policy::Catalogue()) {
        SCOPED_TRACE(rule.id);
        const RemedyAnswer answer = RemedyOf(rule.id);
        ASSERT_NE(answer, RemedyAnswer::kUnknownRule) << "has no row in remedy_place.cpp";
        const bool linked = std::ranges::any_of(
            kWhereFindingsAre, [&](std::string_view here) { return PathOf(rule.id, "t1", here).has_value(); });
        EXPECT_EQ(linked, answer == RemedyAnswer::kPage);
        without += answer == RemedyAnswer::kNoPage ? 1 : 0;
    }
    EXPECT_EQ(without, 12) << "what no page does is the exception, counted";
    EXPECT_EQ(RemedyOf("XYZ-1"), RemedyAnswer::kUnknownRule);
}

TEST(RemedyPlace, EveryLinkLeadsToAPageThatIsThere) {
    for (const policy::Rule& rule : policy::Catalogue()) {
        for (const std::string_view here : kWhereFindingsAre) {
            const auto path = PathOf(rule.id, "t1", here);
            EXPECT_TRUE(!path || !RouteOf(*path).empty()) << rule.id << " leads to " << *path;
        }
    }
}

TEST(RemedyPlace, EveryPlaceOnAPageIsThere) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kFiles{
        {{"/releases/{release}", "release.html.tpl"},
         {"/rollouts/{rollout}", "rollout.html.tpl"},
         {"/tenants/{tenant}", "tenant.html.tpl"}}};
    int places = 0;
    for (const policy::Rule& rule : policy::Catalogue()) {
        for (const std::string_view here : kWhereFindingsAre) {
            const auto path = PathOf(rule.id, "t1", here);
            const auto mark = path ? path->find('#') : std::string::npos;
            if (mark == std::string::npos) {
                continue;
            }
            const auto* file = std::ranges::find(kFiles, RouteOf(*path), [](const auto& each) { return each.first; });
            ASSERT_NE(file, kFiles.end()) << *path;
            EXPECT_TRUE(HasPlace(file->second, path->substr(mark + 1))) << rule.id << " leads to " << *path;
            ++places;
        }
    }
    EXPECT_GT(places, 0);
}

TEST(RemedyPlace, IsThatOfTheObjectThatIsLookedAt) {
    EXPECT_EQ(PathOf("APR-1", "stable", "/console/releases/r1"), "/console/releases/r1#approvals");
    EXPECT_EQ(PathOf("APR-1", "stable", "/console/releases/r1/promote"), "/console/releases/r1#approvals");
    EXPECT_EQ(PathOf("APR-1", "stable", "/console/rollouts/d1"), std::nullopt);
    EXPECT_EQ(PathOf("EXP-2", "t1", "/console/releases/r1"), "/console/tenants/t1#consents");
    EXPECT_EQ(PathOf("EXP-2", "opt_in_method", "/console/releases/r1"), "/console/releases/r1/plan");
    EXPECT_EQ(PathOf("EXP-2", "", "/console/releases/r1"), "/console/tenants");
    EXPECT_EQ(PathOf("STG-3", "", "/console/rollouts/d1"), "/console/rollouts/d1#checkpoints-title");
    EXPECT_EQ(PathOf("CHN-2", "", "/console/releases/r1"), std::nullopt) << "time alone";
}

}  // namespace
}  // namespace web
