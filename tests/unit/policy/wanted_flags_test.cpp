// Which flags instances are ordered: CHN-6 for many releases at once, and that nothing that is missing exposes anybody.

#include "controller/policy/wanted_flags.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include "controller/policy/eligibility.hpp"
#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules

const Time kMorning = support::At("2025-01-20T10:00:00Z");
constexpr std::size_t kPlenty = 100'000;

TenantFacts Tenant(const std::string& id, TenantKind kind = TenantKind::kStaging) {
    TenantFacts tenant;
    tenant.id = TenantId::Trusted(id);
    tenant.registered = true;
    tenant.kind = kind;
    return tenant;
}

TenantFacts Consenting(const std::string& id, std::optional<Time> until = std::nullopt) {
    TenantFacts tenant = Tenant(id);
    tenant.on_plan = true;
    tenant.consent = ConsentFacts{};
    tenant.consent->given_at = kMorning - Days{1};
    tenant.consent->expires_at = until;
    return tenant;
}

FlaggedRelease Release(Channel channel, std::vector<TenantFacts> candidates = {}, const std::string& flag = "NEW_UI") {
    FlaggedRelease release;
    release.id = ReleaseId::Trusted("r-" + flag);
    release.flag = flag;
    release.channel = channel;
    release.plan_approved = true;
    release.candidates = std::move(candidates);
    return release;
}

ExposureFacts Facts(std::vector<FlaggedRelease> releases) {
    ExposureFacts facts;
    facts.now = kMorning;
    facts.releases = std::move(releases);
    facts.registry = {Tenant("acme"), Tenant("globex"), Tenant("lab", TenantKind::kDev)};
    facts.registry[1].preference = ChannelPreference::kStableOnly;
    return facts;
}

std::set<std::string> On(const ExposureFacts& facts, const std::string& flag = "NEW_UI") {
    const WantedFlags flags = DecideFlags(facts);
    const auto found = flags.find(flag);
    return found == flags.end() ? std::set<std::string>() : found->second.tenants;
}

using Names = std::set<std::string>;

TEST(WantedFlags, FollowTheChannel) {
    EXPECT_EQ(On(Facts({Release(Channel::kDev)})), Names{"lab"});
    EXPECT_EQ(On(Facts({Release(Channel::kExperimental, {Consenting("acme")})})), Names{"acme"});
    EXPECT_EQ(On(Facts({Release(Channel::kCandidate)})), (Names{"acme", "lab"}));
    EXPECT_EQ(On(Facts({Release(Channel::kStable)})), (Names{"acme", "globex", "lab"}));
}

TEST(WantedFlags, ExperimentalIsForThePlanWithConsentAndNobodyElse) {
    std::vector<TenantFacts> plan = {
        Consenting("acme"), Consenting("late", kMorning), Consenting("almost-late", kMorning + Duration{1}),
        Consenting("left"), Consenting("off-plan"),       Consenting("stable-only"),
        Tenant("silent")};
    plan[3].consent->withdrawn_at = kMorning;
    plan[4].on_plan = false;
    plan[5].preference = ChannelPreference::kStableOnly;
    plan[6].on_plan = true;
    EXPECT_EQ(On(Facts({Release(Channel::kExperimental, plan)})), (Names{"acme", "almost-late"}));
}

TEST(WantedFlags, APlanThatIsNotApprovedOrOverExposesNobody) {
    ExposureFacts facts = Facts({Release(Channel::kExperimental, {Consenting("acme")})});
    facts.releases[0].plan_ends_at = kMorning;
    EXPECT_EQ(On(facts), Names{"acme"}) << "its last instant counts";
    facts.releases[0].plan_ends_at = kMorning - Duration{1};
    EXPECT_EQ(On(facts), Names());
    facts.releases[0].plan_ends_at.reset();
    facts.releases[0].plan_approved = false;
    EXPECT_EQ(On(facts), Names());
}

TEST(WantedFlags, AnythingButAnActiveReleaseIsOff) {
    for (const ReleaseStatus status :
         {ReleaseStatus::kRolledBack, ReleaseStatus::kWithdrawn, ReleaseStatus::kSuperseded}) {
        ExposureFacts facts = Facts({Release(Channel::kStable)});
        facts.releases[0].status = status;
        EXPECT_TRUE(DecideFlags(facts).empty());
    }
    EXPECT_TRUE(DecideFlags(Facts({Release(Channel::kStable, {}, " ")})).empty()) << "a release without a flag";
}

TEST(WantedFlags, OfTwoReleasesWithOneFlagEachExposesItsOwn) {
    ExposureFacts facts = Facts({Release(Channel::kExperimental, {Consenting("acme")}), Release(Channel::kDev)});
    EXPECT_EQ(On(facts), (Names{"acme", "lab"}));
    facts.releases[0].status = ReleaseStatus::kRolledBack;
    EXPECT_EQ(On(facts), Names{"lab"});
}

TEST(WantedFlags, AKilledFlagIsForNobodyOnEveryInstance) {
    ExposureFacts facts = Facts({Release(Channel::kStable), Release(Channel::kStable, {}, "OTHER")});
    facts.killed_flags = {"NEW_UI", "OF_NO_RELEASE"};
    const WantedFlags flags = DecideFlags(facts);
    EXPECT_EQ(flags.at("NEW_UI"), (WantedFlag{true, {}}));
    EXPECT_EQ(flags.at("OF_NO_RELEASE"), (WantedFlag{true, {}}));
    EXPECT_EQ(flags.at("OTHER").tenants.size(), 3U);
    const WantedFlags here = FlagsOfInstance(flags, {"acme"}, kPlenty);
    EXPECT_EQ(here.at("NEW_UI"), (WantedFlag{true, {}}));
    EXPECT_EQ(here.at("OTHER"), (WantedFlag{false, {"acme"}}));
    EXPECT_EQ(FlagsOfInstance(flags, {}, 0).size(), 2U) << "also where nothing is hosted and nothing fits";
}

TEST(WantedFlags, AnInstanceHearsOfTheTenantsItHosts) {
    const WantedFlags flags = DecideFlags(Facts({Release(Channel::kCandidate)}));
    EXPECT_EQ(FlagsOfInstance(flags, {"default", "acme", "stranger"}, kPlenty).at("NEW_UI").tenants, Names{"acme"});
    EXPECT_TRUE(FlagsOfInstance(flags, {"default", "globex"}, kPlenty).empty());
}

TEST(WantedFlags, WhatDoesNotFitStaysOffAndIsNamed) {
    const WantedFlags flags =
        DecideFlags(Facts({Release(Channel::kStable, {}, "A"), Release(Channel::kStable, {}, "B")}));
    std::vector<std::string> left_out;
    const WantedFlags here = FlagsOfInstance(flags, {"acme"}, 80, &left_out);
    EXPECT_EQ(here.size(), 1U);
    EXPECT_TRUE(here.contains("A"));
    EXPECT_EQ(left_out, std::vector<std::string>{"B"});
}

TEST(WantedFlags, TimeChangesThemWhenAConsentOrAPlanEnds) {
    ExposureFacts facts = Facts({Release(Channel::kExperimental, {Consenting("acme", kMorning + Days{2})})});
    EXPECT_EQ(NextExposureBoundary(facts), kMorning + Days{2});
    facts.releases[0].plan_ends_at = kMorning + Days{1};
    EXPECT_EQ(NextExposureBoundary(facts), kMorning + Days{1} + Duration{1});
    facts.now = kMorning + Days{2};
    EXPECT_FALSE(NextExposureBoundary(facts));
    facts.now = kMorning;
    facts.releases[0].channel = Channel::kCandidate;
    EXPECT_FALSE(NextExposureBoundary(facts));
}

// Whatever there is and whatever is missing: who has a flag has grounds for it, and a killed flag nobody has.

rc::Gen<TenantFacts> AnyTenant(const std::string& id) {
    return rc::gen::map(rc::gen::container<std::vector<int>>(8, rc::gen::inRange(0, 4)), [id](const auto& chance) {
        TenantFacts tenant = Tenant(id, static_cast<TenantKind>(chance[0]));
        tenant.registered = chance[1] != 0;
        tenant.on_plan = chance[2] != 0;
        tenant.preference = chance[3] == 0 ? ChannelPreference::kStableOnly : ChannelPreference::kAny;
        if (chance[4] != 0) {
            tenant.consent = ConsentFacts{};
            tenant.consent->recorded_by_kind = chance[5] == 0 ? PrincipalKind::kComponent : PrincipalKind::kUser;
            if (chance[6] != 0) {
                tenant.consent->expires_at = kMorning + Duration{chance[6] - 2};
            }
            if (chance[7] == 0) {
                tenant.consent->withdrawn_at = kMorning - Days{1};
            }
        }
        return tenant;
    });
}

std::vector<TenantFacts> AnyTenants() {
    return {*AnyTenant("acme"), *AnyTenant("globex"), *AnyTenant("lab")};
}

ExposureFacts AnyFacts() {
    ExposureFacts facts;
    facts.now = kMorning;
    facts.registry = AnyTenants();
    const int releases = *rc::gen::inRange(0, 4);
    for (int i = 0; i < releases; ++i) {
        FlaggedRelease release =
            Release(*rc::gen::element(Channel::kDev, Channel::kExperimental, Channel::kCandidate, Channel::kStable),
                    AnyTenants(), *rc::gen::element<std::string>("A", "B"));
        release.status = *rc::gen::element(ReleaseStatus::kActive, ReleaseStatus::kActive, ReleaseStatus::kRolledBack);
        release.plan_approved = *rc::gen::inRange(0, 3) != 0;
        if (*rc::gen::arbitrary<bool>()) {
            release.plan_ends_at = kMorning + Duration{*rc::gen::inRange(-1, 2)};
        }
        facts.releases.push_back(std::move(release));
    }
    if (*rc::gen::inRange(0, 3) == 0) {
        facts.killed_flags.insert("A");
    }
    return facts;
}

bool HasGrounds(const ExposureFacts& facts, const std::string& flag, const std::string& tenant) {
    return std::ranges::any_of(facts.releases, [&](const FlaggedRelease& release) {
        if (release.flag != flag || release.status != ReleaseStatus::kActive) {
            return false;
        }
        const bool experimental = release.channel == Channel::kExperimental;
        const auto& known = experimental ? release.candidates : facts.registry;
        const auto found = std::ranges::find_if(known, [&](const TenantFacts& one) { return one.id.Text() == tenant; });
        if (found == known.end() || !found->registered) {
            return false;
        }
        if (experimental && (!release.plan_approved || (release.plan_ends_at && *release.plan_ends_at < facts.now) ||
                             !found->on_plan || !found->consent || !ConsentHolds(*found->consent, facts.now))) {
            return false;
        }
        if (release.channel == Channel::kDev && found->kind != TenantKind::kDev && found->kind != TenantKind::kTest) {
            return false;
        }
        return release.channel == Channel::kStable || found->preference != ChannelPreference::kStableOnly;
    });
}

RC_GTEST_PROP(WantedFlagsProperty, WhoeverHasAFlagHasGroundsForIt, ()) {
    const ExposureFacts facts = AnyFacts();
    const WantedFlags flags = DecideFlags(facts);
    for (const char* flag : {"A", "B"}) {
        const bool killed = facts.killed_flags.contains(flag);
        const auto found = flags.find(flag);
        RC_ASSERT(!killed || (found != flags.end() && found->second.killed && found->second.tenants.empty()));
        for (const char* tenant : {"acme", "globex", "lab"}) {
            const bool on = found != flags.end() && found->second.tenants.contains(tenant);
            RC_ASSERT(on == (!killed && HasGrounds(facts, flag, tenant)));
        }
    }
}

RC_GTEST_PROP(WantedFlagsProperty, AnInstanceIsNeverOrderedMoreThanIsWanted, ()) {
    const WantedFlags everywhere = DecideFlags(AnyFacts());
    const auto hosted =
        *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("acme", "lab", "x"));
    const auto most = *rc::gen::inRange<std::size_t>(0, 400);
    for (const auto& [name, flag] : FlagsOfInstance(everywhere, hosted, most)) {
        RC_ASSERT(everywhere.at(name).killed == flag.killed);
        for (const std::string& tenant : flag.tenants) {
            RC_ASSERT(everywhere.at(name).tenants.contains(tenant));
            RC_ASSERT(std::ranges::find(hosted, tenant) != hosted.end());
        }
    }
}

TEST(WantedFlagsOfRollouts, AreForTheStageAndNamedAlsoWhereTheyAreForNobody) {
    ExposureFacts facts;
    facts.now = kMorning;
    facts.rollouts = {{RolloutId::Trusted("tenants"), "TENANCY", {"acme", "globex"}},
                      {RolloutId::Trusted("over"), "DEPOTS", {}}};
    const WantedFlags everywhere = DecideFlags(facts);
    EXPECT_EQ(everywhere.at("TENANCY").tenants, (std::set<std::string>{"acme", "globex"}));
    const WantedFlags here = FlagsOfInstance(everywhere, {"default", "acme", "other"}, kPlenty);
    EXPECT_EQ(here.at("TENANCY").tenants, (std::set<std::string>{"acme"}));
    EXPECT_TRUE(here.at("DEPOTS").tenants.empty()) << "what is over is for nobody, and that is said";
    const WantedFlags elsewhere = FlagsOfInstance(everywhere, {"default"}, kPlenty);
    EXPECT_EQ(elsewhere.size(), 2U);
    EXPECT_TRUE(elsewhere.at("TENANCY").tenants.empty());
    std::vector<std::string> left_out;
    const WantedFlags full = FlagsOfInstance(everywhere, {"acme"}, 1, &left_out);
    EXPECT_TRUE(full.at("TENANCY").tenants.empty()) << "a document that is full restricts";
    EXPECT_EQ(left_out, std::vector<std::string>{"TENANCY"});
    facts.killed_flags = {"TENANCY"};
    EXPECT_TRUE(DecideFlags(facts).at("TENANCY").killed);
    EXPECT_TRUE(DecideFlags(facts).at("TENANCY").tenants.empty());
}

}  // namespace
}  // namespace policy_test
