// Orders of mode restart: what they take away holds at once, what they give waits for the next process, and none is
// restarted for twice.
#include <gtest/gtest.h>

#include "tests/unit/tenancy/link/link_world.hpp"

namespace tenancy_test {
namespace {

using tenancy::link::AcceptOutcome;
using tenancy::link::AcceptResult;
using tenancy::link::Applying;

class RestartOrders : public ::testing::Test {
protected:
    RestartOrders() {
        Restart();
    }
    void Restart(Applying applying = Applying::kByRestart) {
        link_.reset();
        switch_ = std::make_unique<tenancy::TenantSwitch>();
        link_ = std::make_unique<tenancy::link::ControlLink>(
            tenancy::link::LinkOptions{world_.Folder(), "pulse-1", true, applying}, *switch_);
    }
    AcceptResult Give(std::int64_t generation, bool enabled, const std::string& operation,
                      tenancy::wire::ApplyMode mode = tenancy::wire::ApplyMode::kRestart,
                      tenancy::wire::FlagOrders flags = {}) {
        tenancy::wire::ControlDocument document;
        document.instance = "pulse-1";
        document.generation = generation;
        document.enabled = enabled;
        document.mode = mode;
        document.reason = "test";
        document.operation = operation;
        document.flags = std::move(flags);
        const std::string text = EncodeControlDocument(document);
        return link_->Accept(text, world_.key.Sign(text));
    }
    bool On() const {
        return switch_->Enabled();
    }

    LinkWorld world_;
    std::unique_ptr<tenancy::TenantSwitch> switch_;
    std::unique_ptr<tenancy::link::ControlLink> link_;
};

TEST_F(RestartOrders, OffIsInForceAtOnceAndARestartIsDue) {
    const AcceptResult off = Give(1, false, "op_1");
    EXPECT_EQ(off.outcome, AcceptOutcome::kApplied);
    EXPECT_TRUE(off.restart_due);
    EXPECT_FALSE(On());
    EXPECT_EQ(link_->Generation(), 1);
    ASSERT_TRUE(link_->RestartDue());
    EXPECT_EQ(link_->RestartDue()->operation, "op_1");
}

TEST_F(RestartOrders, OnWaitsForTheNextProcess) {
    Give(1, false, "op_1", tenancy::wire::ApplyMode::kHot);
    const AcceptResult on = Give(2, true, "op_2");
    EXPECT_EQ(on.outcome, AcceptOutcome::kPending);
    EXPECT_TRUE(on.restart_due);
    EXPECT_FALSE(On());
    EXPECT_EQ(link_->Generation(), 1) << "the order in force is the one before";
    EXPECT_EQ(Give(2, true, "op_2").outcome, AcceptOutcome::kPending) << "sent again, it is nothing wrong";
    EXPECT_EQ(link_->Rejected().stale, 0U);
    Restart();
    EXPECT_TRUE(On());
    EXPECT_EQ(link_->Generation(), 2);
    EXPECT_FALSE(link_->RestartDue());
}

TEST_F(RestartOrders, OnBehindWhatWasNeverOrderedOrWasNotStoredWaitsToo) {
    world_.Occupy("control-state.json");
    EXPECT_EQ(Give(1, false, "op_1").outcome, AcceptOutcome::kNotStored);
    EXPECT_FALSE(link_->RestartDue()) << "the next process would not know of it";
    EXPECT_FALSE(On());
    world_.Free("control-state.json");
    EXPECT_EQ(Give(2, true, "op_2").outcome, AcceptOutcome::kPending);
    EXPECT_FALSE(On()) << "it was switched off, stored or not";
    EXPECT_EQ(link_->Generation(), 0);
    Restart();
    EXPECT_TRUE(On());
}

TEST_F(RestartOrders, OnBehindADamagedStateWaitsToo) {
    Give(1, false, "op_1", tenancy::wire::ApplyMode::kHot);
    world_.Write("control-state.json", "scribbled over");
    Restart();
    ASSERT_FALSE(On());
    EXPECT_EQ(Give(2, true, "op_2").outcome, AcceptOutcome::kPending);
    EXPECT_FALSE(On());
    Restart();
    EXPECT_TRUE(On());
}

TEST_F(RestartOrders, ARestartIsNotedBeforeItAndDoneOnce) {
    Give(1, false, "op_1");
    ASSERT_TRUE(link_->NoteRestart());
    EXPECT_FALSE(link_->RestartDue());
    // A disk that loses the state lets the same order in again.
    world_.Write("control-state.json", "scribbled over");
    Restart();
    const AcceptResult again = Give(1, false, "op_1");
    EXPECT_EQ(again.outcome, AcceptOutcome::kApplied);
    EXPECT_FALSE(again.restart_due);
    EXPECT_FALSE(link_->RestartDue());
    EXPECT_TRUE(Give(2, false, "op_2").restart_due) << "another order is another restart";
}

TEST_F(RestartOrders, ARestartThatCannotBeNotedIsNotDone) {
    Give(1, false, "op_1");
    world_.Occupy("control-restart");
    EXPECT_FALSE(link_->NoteRestart());
    EXPECT_NE(link_->Problem().find("cannot start again"), std::string::npos) << link_->Problem();
    EXPECT_FALSE(On());
    world_.Free("control-restart");
    EXPECT_TRUE(link_->NoteRestart());
    EXPECT_EQ(link_->Problem(), "");
}

TEST_F(RestartOrders, AnyStartIsTheRestartOfTheOrderItFinds) {
    Give(1, false, "op_1");
    Restart();  // it crashed before it could note anything
    EXPECT_FALSE(link_->RestartDue());
    // Flags that change later come with the same operation.
    EXPECT_FALSE(Give(2, false, "op_1").restart_due);
    EXPECT_EQ(link_->Generation(), 2);
}

TEST_F(RestartOrders, WhatFollowsAPendingOrderOfItsOperationWaitsWithIt) {
    Give(1, false, "op_1", tenancy::wire::ApplyMode::kHot);
    Give(2, true, "op_2");
    ASSERT_TRUE(link_->NoteRestart());
    EXPECT_EQ(Give(3, true, "op_2").outcome, AcceptOutcome::kPending);
    EXPECT_FALSE(On()) << "this process is ending and stays off";
    EXPECT_EQ(Give(4, false, "op_3", tenancy::wire::ApplyMode::kHot).outcome, AcceptOutcome::kApplied);
    Restart();
    EXPECT_FALSE(On());
    EXPECT_EQ(link_->Generation(), 4);
}

TEST_F(RestartOrders, FlagsThatAPendingOrderTakesAwayAreOffAtOnce) {
    const tenancy::OrgId org = *tenancy::OrgId::Parse("acme");
    Give(1, true, "op_1", tenancy::wire::ApplyMode::kHot,
         {{"KILLED", {true, {}, false}}, {"KEPT", {false, {"acme"}, false}}});
    EXPECT_EQ(Give(2, true, "op_2", tenancy::wire::ApplyMode::kRestart,
                   {{"KILLED", {true, {}, true}}, {"KEPT", {true, {}, false}}, {"NEW", {true, {}, false}}})
                  .outcome,
              AcceptOutcome::kPending);
    EXPECT_FALSE(FlagIsOn(*link_->Current(), "KILLED", org));
    EXPECT_TRUE(FlagIsOn(*link_->Current(), "KEPT", org));
    EXPECT_FALSE(FlagIsOn(*link_->Current(), "KEPT", *tenancy::OrgId::Parse("other")));
    EXPECT_FALSE(FlagIsOn(*link_->Current(), "NEW", org));
    Restart();
    EXPECT_TRUE(FlagIsOn(*link_->Current(), "NEW", org));
}

TEST_F(RestartOrders, AProcessThatCannotStartAgainTakesThemInPlace) {
    Restart(Applying::kHere);
    const AcceptResult off = Give(1, false, "op_1");
    EXPECT_EQ(off.outcome, AcceptOutcome::kApplied);
    EXPECT_FALSE(off.restart_due);
    EXPECT_EQ(Give(2, true, "op_2").outcome, AcceptOutcome::kApplied);
    EXPECT_TRUE(On());
}

TEST_F(RestartOrders, OrdersForAnotherProcessArePendingAndMayComeAgain) {
    Restart(Applying::kElsewhere);
    for (const auto mode : {tenancy::wire::ApplyMode::kHot, tenancy::wire::ApplyMode::kRestart}) {
        const std::int64_t generation = mode == tenancy::wire::ApplyMode::kHot ? 1 : 2;
        const AcceptResult off = Give(generation, false, "op_1", mode);
        EXPECT_EQ(off.outcome, AcceptOutcome::kPending);
        EXPECT_FALSE(off.restart_due);
        EXPECT_FALSE(On()) << "how the other process is to be";
        EXPECT_EQ(Give(generation, false, "op_1", mode).outcome, AcceptOutcome::kPending);
    }
    EXPECT_EQ(Give(2, true, "op_1").outcome, AcceptOutcome::kStale) << "another text with the number of this one";
}

}  // namespace
}  // namespace tenancy_test
