#include "controller/wire/plan.hpp"

#include <gtest/gtest.h>

#include "controller/wire/plan_json.hpp"
#include "tests/unit/wire/samples.hpp"

namespace wire {
namespace {

using platform::Json;

Json FullPlanJson() {
    return PlanToJson(FullPlan());
}

platform::FieldErrors PlanErrorsWith(const std::string& pointer, const Json& value) {
    Json json = FullPlanJson();
    json[Json::json_pointer(pointer)] = value;
    const auto decoded = DecodePlanJson(json);
    return decoded ? platform::FieldErrors() : decoded.error();
}

void ExpectPlanError(const std::string& pointer, const Json& value, std::string_view message,
                     const std::string& reported_at = {}) {
    const auto errors = PlanErrorsWith(pointer, value);
    EXPECT_TRUE(HasError(errors, reported_at.empty() ? pointer : reported_at, message)) << ErrorText(errors);
    EXPECT_EQ(errors.size(), 1U) << ErrorText(errors);
}

TEST(PlanCodec, GivesBackWhatItWrote) {
    const std::string text = EncodePlan(FullPlan());
    const auto decoded = DecodePlan(text);
    ASSERT_TRUE(decoded) << ErrorText(decoded.error());
    EXPECT_EQ(EncodePlan(*decoded), text);
    EXPECT_EQ(decoded->tenants, FullPlan().tenants);
    EXPECT_EQ(decoded->minimum_stay, std::chrono::days(10));
    EXPECT_EQ(decoded->maximum_stay, std::chrono::hours(721));
    EXPECT_EQ(decoded->start_date, FullPlan().start_date);
    ASSERT_EQ(decoded->exit_criteria.size(), 3U);
    EXPECT_EQ(decoded->exit_criteria[2].metric->min_samples, 500);
    EXPECT_EQ(decoded->exit_criteria[2].metric->limit.threshold, 1e-3);
}

TEST(PlanCodec, EveryElementIsNeeded) {
    for (const char* field : {"tenants", "opt_in_method", "start_date", "minimum_stay", "exit_criteria", "owner"}) {
        Json json = FullPlanJson();
        json.erase(field);
        const auto decoded = DecodePlanJson(json);
        ASSERT_FALSE(decoded) << field;
        EXPECT_TRUE(HasError(decoded.error(), "/" + std::string(field), "required")) << ErrorText(decoded.error());
        EXPECT_EQ(decoded.error().size(), 1U);
    }
}

TEST(PlanCodec, EmptyListsAreInvalidNotSatisfied) {
    ExpectPlanError("/tenants", Json::array(), "CHN-9");
    ExpectPlanError("/exit_criteria", Json::array(), "CHN-9");
}

TEST(PlanCodec, TakesACriterionAsATextAndNamesIt) {
    Json json = FullPlanJson();
    json["exit_criteria"] = {"First", {{"text", "Second"}, {"key", "second"}}, "Third"};
    const auto decoded = DecodePlanJson(json);
    ASSERT_TRUE(decoded) << ErrorText(decoded.error());
    EXPECT_EQ(decoded->exit_criteria[0].key, "c1");
    EXPECT_EQ(decoded->exit_criteria[1].key, "second");
    EXPECT_EQ(decoded->exit_criteria[2].key, "c3");
    json["exit_criteria"] = {{{"text", "First"}, {"key", "c1"}},
                             {{"text", "Second"}, {"key", "second"}},
                             {{"text", "Third"}, {"key", "c3"}}};
    EXPECT_EQ(ContentHash(*DecodePlanJson(json)), ContentHash(*decoded));
}

TEST(PlanCodec, KeysAreUnique) {
    ExpectPlanError("/exit_criteria/1/key", "c1", "two criteria have the key 'c1'", "/exit_criteria/1");
    ExpectPlanError("/exit_criteria/1/key", "a/b", "letters, digits");
    Json json = FullPlanJson();
    json["exit_criteria"] = {{{"text", "First"}, {"key", "c2"}}, "Second"};
    const auto decoded = DecodePlanJson(json);
    ASSERT_FALSE(decoded);
    EXPECT_TRUE(HasError(decoded.error(), "/exit_criteria/1", "'c2'"));
}

TEST(PlanCodec, RefusesWhatIsNoTenant) {
    ExpectPlanError("/tenants/0", "a b", "id of a tenant");
    ExpectPlanError("/tenants/0", "../x", "id of a tenant");
    ExpectPlanError("/tenants/0", std::string(64, 'a'), "63");
    ExpectPlanError("/tenants/0", 5, "id of a tenant");
    ExpectPlanError("/tenants/1", "ACME-dev", "listed twice");
    ExpectPlanError("/tenants", "acme", "must be a list");
}

TEST(PlanCodec, HoldsTheStayToSpansThatMakeSense) {
    ExpectPlanError("/minimum_stay", "a week", "must be a span");
    ExpectPlanError("/minimum_stay", "0d", "must be a span");
    ExpectPlanError("/minimum_stay", "-7d", "must be a span");
    ExpectPlanError("/minimum_stay", 7, "text");
    ExpectPlanError("/minimum_stay", "11y", "must be a span");
    ExpectPlanError("/maximum_stay", "9d", "must not be shorter");
    ExpectPlanError("/start_date", "2025-02-30", "must be a day");
    ExpectPlanError("/start_date", "03.02.2025", "must be a day");
    EXPECT_TRUE(PlanErrorsWith("/maximum_stay", "10d").empty());
    EXPECT_TRUE(PlanErrorsWith("/minimum_stay", "1 week").empty());
}

TEST(PlanCodec, AMetricIsAskedWithEverythingItNeeds) {
    ExpectPlanError("/exit_criteria/2/metric/min_samples", 0, "whole number");
    ExpectPlanError("/exit_criteria/2/metric/min_samples", 1.5, "whole number");
    ExpectPlanError("/exit_criteria/2/metric/query", " ", "blank");
    ExpectPlanError("/exit_criteria/2/metric/threshold", "low", "number");
    ExpectPlanError("/exit_criteria/2/metric/labels", "x", "unknown field");
    ExpectPlanError("/exit_criteria/2/limit",
                    Json({{"metric", "m"}, {"comparison", "<"}, {"threshold", 1}, {"unit", "s"}}),
                    "left out beside metric");
    for (const char* field : {"query", "metric", "comparison", "threshold", "unit"}) {
        Json json = FullPlanJson();
        json["exit_criteria"][2]["metric"].erase(field);
        const auto decoded = DecodePlanJson(json);
        ASSERT_FALSE(decoded) << field;
        EXPECT_TRUE(HasError(decoded.error(), "/exit_criteria/2/metric/" + std::string(field), "required"));
    }
}

TEST(PlanCodec, BoundsItsLists) {
    Json tenants = Json::array();
    for (int i = 0; i < 10'001; ++i) {
        tenants.push_back("t" + std::to_string(i));
    }
    ExpectPlanError("/tenants", tenants, "at most 10000");
    tenants.erase(tenants.size() - 1);
    EXPECT_TRUE(PlanErrorsWith("/tenants", tenants).empty());
    ExpectPlanError("/exit_criteria", Json(101, "x"), "at most 100");
}

TEST(PlanCodec, ContentHashFollowsEveryField) {
    const std::string hash = ContentHash(FullPlan());
    const Json full = FullPlanJson();
    const Json leaves = full.flatten();
    for (const auto& item : leaves.items()) {
        Json changed = full;
        Json& leaf = changed[Json::json_pointer(item.key())];
        if (leaf.is_number_integer()) {
            leaf = leaf.get<std::int64_t>() + 1;
        } else if (leaf.is_number()) {
            leaf = leaf.get<double>() + 1;
        } else if (item.key() == "/start_date") {
            leaf = "2025-02-04";
        } else if (item.key().ends_with("_stay")) {
            leaf = item.key() == "/minimum_stay" ? "9d" : "31d";
        } else if (item.key().ends_with("/comparison")) {
            leaf = ">";
        } else {
            leaf = leaf.get<std::string>() + "x";
        }
        const auto decoded = DecodePlanJson(changed);
        ASSERT_TRUE(decoded) << item.key() << "\n" << ErrorText(decoded.error());
        EXPECT_NE(ContentHash(*decoded), hash) << item.key();
    }
}

TEST(Span, IsReadInLettersAndWords) {
    EXPECT_EQ(ParseSpan("7d"), std::chrono::days(7));
    EXPECT_EQ(ParseSpan("2w"), std::chrono::weeks(2));
    EXPECT_EQ(ParseSpan("1 week"), std::chrono::weeks(1));
    EXPECT_EQ(ParseSpan("14 days"), std::chrono::days(14));
    EXPECT_EQ(ParseSpan("90 seconds"), std::chrono::seconds(90));
    for (const char* text : {"", "d", "7", "7 ", " 7d", "7  days", "7 dayss", "7 s", "days", "1.5 days", "0 days",
                             "99999999999999999999 days", "7 Days", "1 month"}) {
        EXPECT_FALSE(ParseSpan(text)) << text;
    }
}

TEST(Span, IsWrittenSoThatItIsReadBack) {
    using std::chrono::days;
    using std::chrono::hours;
    using std::chrono::minutes;
    using std::chrono::seconds;
    EXPECT_EQ(FormatSpan(days(14)), "14d");
    EXPECT_EQ(FormatSpan(hours(36)), "36h");
    EXPECT_EQ(FormatSpan(minutes(90)), "90m");
    EXPECT_EQ(FormatSpan(seconds(61)), "61s");
    for (std::int64_t n = 1; n < 300'000; n += 7) {
        EXPECT_EQ(ParseSpan(FormatSpan(seconds(n))), seconds(n));
    }
}

}  // namespace
}  // namespace wire
