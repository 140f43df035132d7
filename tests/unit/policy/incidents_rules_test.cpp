// INC-1 and INC-2: response clocks to the microsecond, severity.

#include "controller/policy/incidents.hpp"
#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Severity kAllSeverities[] = {Severity::kSev1, Severity::kSev2, Severity::kSev3, Severity::kSev4};

TEST(Rule_INC_1, refused_a_microsecond_late) {
    const Time opened = support::At("2025-01-17T10:00:00Z");  // a Friday
    const Time close = support::At("2025-01-20T17:00:00Z");
    const struct {
        Severity severity;
        Time due;
    } rows[] = {{Severity::kSev1, opened + std::chrono::minutes{15}},
                {Severity::kSev2, opened + std::chrono::hours{1}},
                {Severity::kSev3, opened + std::chrono::hours{4}},
                {Severity::kSev4, close}};
    for (const auto& row : rows) {
        EXPECT_EQ(DueTime(row.severity, opened, close), row.due);
        const Time late = row.due + Duration{1};
        EXPECT_TRUE(DecideBreaches(row.due, late, late, late).acknowledge);
        EXPECT_TRUE(DecideBreaches(row.due, std::nullopt, std::nullopt, late).acknowledge);
        EXPECT_TRUE(DecideBreaches(row.due, row.due, late, late).contain);
        EXPECT_FALSE(DecideBreaches(row.due, row.due, late, late).acknowledge);
        EXPECT_TRUE(DecideBreaches(row.due, row.due, std::nullopt, late).contain);
    }
}

TEST(Rule_INC_1, allowed_exactly_in_time) {
    const Time opened = support::At("2025-01-17T10:00:00Z");
    for (const Severity severity : kAllSeverities) {
        const Time due = DueTime(severity, opened, opened + Days{3});
        const ResponseBreaches done = DecideBreaches(due, due, due, due + Days{1});
        EXPECT_FALSE(done.acknowledge);
        EXPECT_FALSE(done.contain);
        EXPECT_FALSE(DecideBreaches(due, std::nullopt, std::nullopt, due).acknowledge);
    }
}

TEST(Rule_INC_2, refused_to_lower_without_evidence_or_reason) {
    SeverityChangeAct act = GoodLowering();
    act.evidence = " ";
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("INC-2"));
    act = GoodLowering();
    act.reason.clear();
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("INC-2"));
}

TEST(Rule_INC_2, allowed_to_lower_with_evidence_and_to_raise_without) {
    EXPECT_THAT(WhatBlocksAct(GoodLowering()), IsEmpty());
    SeverityChangeAct raise;
    raise.actor = Component("monitor");
    raise.before = Severity::kSev3;
    raise.after = Severity::kSev1;
    EXPECT_THAT(WhatBlocksAct(raise), IsEmpty());
}

}  // namespace
}  // namespace policy_test
