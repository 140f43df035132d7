// What holds for whatever facts and whatever sequence of operations.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tenancy/gate.hpp"
#include "tenancy/lifecycle.hpp"
#include "tenancy/members.hpp"
#include "tenancy/roles.hpp"
#include "tenancy/scope.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using tenancy::Access;
using tenancy::Fact;
using tenancy::GateFacts;
using tenancy::GateOutcome;
using tenancy::Mode;
using tenancy::Organization;
using tenancy::OrgRole;
using tenancy::OrgState;
using tenancy::OrgStatus;
using tenancy::Selected;
using tenancy::Subscription;

template <typename E>
E AnyOf(E last) {
    return static_cast<E>(*rc::gen::inRange(0, static_cast<int>(last) + 1));
}

GateFacts AnyFacts() {
    GateFacts facts;
    facts.mode = AnyOf(Mode::kHosted);
    facts.selected = AnyOf(Selected::kTenant);
    facts.org = AnyOf(OrgState::kPendingDeletion);
    facts.switch_on = AnyOf(Fact::kYes);
    facts.licensed = AnyOf(Fact::kYes);
    facts.subscription = AnyOf(Subscription::kTrialOver);
    facts.access = AnyOf(Access::kNoIdentity);
    return facts;
}

RC_GTEST_PROP(GateProperties, NothingUnknownIsEverAllowed, ()) {
    const GateFacts facts = AnyFacts();
    if (DecideSelection(facts).outcome == GateOutcome::kAllowed) {
        RC_ASSERT(facts.access == Access::kAllowed);
        RC_ASSERT(facts.selected != Selected::kUnknown);
        if (facts.selected == Selected::kTenant) {
            RC_ASSERT(facts.org == OrgState::kActive);
            RC_ASSERT(facts.mode != Mode::kUnknown);
            if (facts.mode == Mode::kSelfHosted) {
                RC_ASSERT(facts.switch_on == Fact::kYes);
                RC_ASSERT(facts.licensed == Fact::kYes);
            } else {
                RC_ASSERT(facts.subscription == Subscription::kActive || facts.subscription == Subscription::kGrace ||
                          facts.subscription == Subscription::kTrial);
            }
        }
    }
    if (DecideOrgRoute(facts).outcome == GateOutcome::kAllowed) {
        RC_ASSERT(facts.mode == Mode::kHosted || (facts.switch_on == Fact::kYes && facts.licensed == Fact::kYes));
    }
}

// Taking one fact away from an allowed request leaves it undecided, whichever fact it is.
TEST(GateProperties, AnyMissingFactIsNoDecision) {
    const auto undecided = [](auto forget) {
        GateFacts facts = GoodFacts();
        forget(facts);
        return DecideSelection(facts).outcome == GateOutcome::kUndecided;
    };
    EXPECT_TRUE(undecided([](GateFacts& facts) { facts.mode = Mode::kUnknown; }));
    EXPECT_TRUE(undecided([](GateFacts& facts) { facts.selected = Selected::kUnknown; }));
    EXPECT_TRUE(undecided([](GateFacts& facts) { facts.org = OrgState::kUnknown; }));
    EXPECT_TRUE(undecided([](GateFacts& facts) { facts.switch_on = Fact::kUnknown; }));
    EXPECT_TRUE(undecided([](GateFacts& facts) { facts.licensed = Fact::kUnknown; }));
    EXPECT_TRUE(undecided([](GateFacts& facts) { facts.access = Access::kUnknown; }));
    EXPECT_TRUE(undecided([](GateFacts& facts) {
        facts.mode = Mode::kHosted;
        facts.subscription = Subscription::kUnknown;
    }));
}

RC_GTEST_PROP(GateProperties, AScopeIsMadeExactlyWhenTheGateAllows, ()) {
    const GateFacts facts = AnyFacts();
    const auto org = *rc::gen::arbitrary<bool>() ? tenancy::OrgId() : tenancy::OrgId::Trusted("acme");
    const auto scope = tenancy::TenantScope::AdmitRequest(org, User("vera"), facts);
    const bool fits = facts.selected == (org.IsDefault() ? Selected::kDefault : Selected::kTenant);
    RC_ASSERT(scope.has_value() == (fits && DecideSelection(facts).Allowed()));
}

RC_GTEST_PROP(LifecycleProperties, MovesNeverLeaveTheGraph, ()) {
    Organization org = Acme();
    tenancy::Time now = Noon();
    for (int step = *rc::gen::inRange(1, 30); step > 0; --step) {
        now += std::chrono::hours(*rc::gen::inRange(0, 500));
        const OrgStatus before = org.lifecycle.status;
        tenancy::Decided<tenancy::LifecycleDecision> decision = tenancy::DecideReactivate(&org);
        switch (*rc::gen::inRange(0, 4)) {
            case 0:
                decision = tenancy::DecideSuspend("acme", &org, "why", now);
                break;
            case 1:
                decision = tenancy::DecideSoftDelete("acme", &org, *rc::gen::inRange<std::int64_t>(-2, 40), now);
                break;
            case 2:
                decision = tenancy::DecideCancel("acme", &org, now);
                break;
            default:
                break;
        }
        if (!decision) {
            RC_ASSERT(decision.error().status >= 400 && decision.error().status < 500);
            continue;
        }
        RC_ASSERT(decision->from == before);
        RC_ASSERT(IsLegalMove(before, decision->to));
        org = Apply(org, decision->change);
        RC_ASSERT(org.lifecycle.status == decision->to);
        RC_ASSERT(org.members == Acme().members);
        if (org.lifecycle.status == OrgStatus::kPendingDeletion) {
            RC_ASSERT(RetentionEnds(org.lifecycle).has_value());
            RC_ASSERT(!IsDueForDeletion(org, now));
        }
    }
}

RC_GTEST_PROP(MemberProperties, ThereIsAlwaysExactlyOneOwner, ()) {
    Organization org = Acme();
    const std::vector<std::string> people{"olga", "adam", "edda", "vera", "iris", "nina", "gus"};
    const std::vector<std::string> roles{"viewer", "editor", "admin", "owner", "", "member"};
    for (int step = *rc::gen::inRange(1, 40); step > 0; --step) {
        const auto caller = User(*rc::gen::elementOf(people));
        const std::string who = *rc::gen::elementOf(people);
        const tenancy::MemberFacts facts{Noon(), Noon(),
                                         *rc::gen::elementOf(std::vector<std::optional<int>>{{}, 4, 6})};
        tenancy::OrgChange change;
        switch (*rc::gen::inRange(0, 5)) {
            case 0:
            case 1: {
                const tenancy::SetMemberRequest request{who, *rc::gen::elementOf(roles)};
                if (const auto decision = DecideSetMember("acme", &org, caller, &request, facts)) {
                    change = decision->change;
                }
                break;
            }
            case 2:
                change = DecideRemoveMember("acme", &org, caller, who).value_or(change);
                break;
            case 3:
                if (const auto decision = DecideAcceptInvitation(&org, caller, facts)) {
                    change = decision->change;
                }
                break;
            default:
                change = DecideDeclineInvitation(&org, caller).value_or(change);
                break;
        }
        org = Apply(org, change);
        const auto owners = std::count_if(org.members.begin(), org.members.end(),
                                          [](const tenancy::Member& member) { return member.role == OrgRole::kOwner; });
        RC_ASSERT(owners == 1);
        RC_ASSERT(FindMember(org, org.owner_user_id) != nullptr);
        RC_ASSERT(FindMember(org, org.owner_user_id)->role == OrgRole::kOwner);
        for (const tenancy::Invitation& invitation : org.invitations) {
            RC_ASSERT(invitation.role != OrgRole::kOwner);
        }
        Organization repaired = org;
        RepairOwner(repaired);
        RC_ASSERT(repaired == org);
    }
}

RC_GTEST_PROP(MemberProperties, WhoMayNotManageChangesNothing, ()) {
    const Organization org = Acme();
    const auto caller = User(*rc::gen::elementOf(std::vector<std::string>{"edda", "vera", "iris", "gus", ""}));
    const tenancy::SetMemberRequest request{*rc::gen::elementOf(std::vector<std::string>{"vera", "nina", "olga"}),
                                            *rc::gen::elementOf(std::vector<std::string>{"viewer", "admin", "owner"})};
    RC_ASSERT(!DecideSetMember("acme", &org, caller, &request, {Noon(), Noon(), {}}));
    RC_ASSERT(!DecideRemoveMember("acme", &org, caller, "vera"));
    RC_ASSERT(!DecideRevokeInvitation(&org, caller, "iris"));
}

}  // namespace
}  // namespace tenancy_test
