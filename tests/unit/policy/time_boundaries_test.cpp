// Between now and the next boundary, time alone changes no verdict; and the boundary is where it may.

#include "controller/policy/time_boundaries.hpp"

#include <random>

#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using policy::Channel;
using policy::Days;
using policy::Duration;

constexpr int kRounds = 300;

/// What a verdict says, without the texts: they name how long is left.
struct Said {
    policy::VerdictState state;
    std::vector<std::pair<std::string, policy::FindingKind>> findings;
    bool operator==(const Said&) const = default;
};

Said SaidAt(policy::PromotionFacts facts, policy::Time now) {
    facts.now = now;
    const policy::Verdict verdict = policy::EvaluatePromotion(facts);
    Said said{verdict.state, {}};
    for (const policy::Finding& finding : verdict.findings) {
        said.findings.emplace_back(finding.rule, finding.kind);
    }
    return said;
}

class RandomFacts {
public:
    explicit RandomFacts(unsigned seed) : engine_(seed) {}

    policy::PromotionFacts Make() {
        policy::PromotionFacts facts =
            support::GoodRelease(static_cast<Channel>(Below(3) + 1), static_cast<policy::ReleaseClass>(Below(4)));
        const policy::Time middle = facts.now;
        facts.now = Near(middle);
        for (policy::CheckFacts& check : facts.checks) {
            check.performed_at = Below(3) == 0 ? Near(middle) - Days{30 * Below(4)} : check.performed_at;
        }
        for (policy::TenantFacts& tenant : facts.plan->tenants) {
            tenant.consent->expires_at = Near(middle);
        }
        facts.plan->criteria[1].measurement->at = Near(middle);
        facts.plan->start_date = platform::DateOf(Near(middle));
        if (Below(2) == 0) {
            facts.plan->maximum_stay = Days{20 + Below(30)};
        }
        for (policy::RiskAcceptanceFacts& acceptance : facts.risk_acceptances) {
            acceptance.review_date = platform::DateOf(Near(middle));
        }
        for (int i = Below(3); i > 0; --i) {
            const policy::Time start = Near(middle);
            policy::FreezeFacts freeze = GlobalFreeze(start, start + Days{1 + Below(5)});
            if (Below(2) == 0) {
                freeze.scope = policy::FreezeScope::kTenant;
                freeze.tenant = facts.plan->tenants[0];
            }
            facts.freezes.push_back(freeze);
        }
        if (Below(3) == 0) {
            policy::IncidentFacts incident = OpenIncident(facts, static_cast<policy::Severity>(Below(4)));
            incident.state = policy::IncidentState::kResolved;
            incident.resolved_at = Near(middle);
            facts.incidents.push_back(incident);
        }
        return facts;
    }

private:
    int Below(int bound) {
        return static_cast<int>(engine_() % static_cast<unsigned>(bound));
    }
    policy::Time Near(policy::Time middle) {
        return middle + std::chrono::hours{Below(24 * 60) - 24 * 30} + Duration{Below(1000)};
    }

    std::mt19937 engine_;
};

TEST(TimeBoundaries, NothingChangesBeforeTheNextOne) {
    int changes = 0;
    for (unsigned seed = 1; seed <= kRounds; ++seed) {
        const policy::PromotionFacts facts = RandomFacts(seed).Make();
        const std::optional<policy::Time> next = policy::NextTimeBoundary(facts);
        const Said now = SaidAt(facts, facts.now);
        const policy::Time last = next ? *next - Duration{1} : facts.now + Days{3650};
        EXPECT_TRUE(now == SaidAt(facts, last)) << "seed " << seed;
        EXPECT_TRUE(now == SaidAt(facts, facts.now + (last - facts.now) / 2)) << "seed " << seed;
        if (next) {
            EXPECT_GT(*next, facts.now) << "seed " << seed;
            changes += now == SaidAt(facts, *next) ? 0 : 1;
        }
    }
    EXPECT_GT(changes, kRounds / 10) << "the boundaries found are not where verdicts change";
}

TEST(TimeBoundaries, IsTheEndOfTheStay) {
    policy::PromotionFacts facts = support::GoodRelease(Channel::kCandidate);
    facts.now = facts.release.channel_entered_at + Days{13} + std::chrono::hours{23};
    facts.plan->criteria[1].measurement->at = facts.now;
    EXPECT_EQ(policy::NextTimeBoundary(facts), facts.release.channel_entered_at + Days{14});
}

}  // namespace
}  // namespace policy_test
