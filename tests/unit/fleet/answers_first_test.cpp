// What waits for the answers to a kill, and for how long; and what an instance lacks.
#include "controller/fleet/answers_first.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "controller/fleet/admission.hpp"
#include "controller/fleet/links.hpp"

namespace fleet {
namespace {

policy::RecordId Kill(const char* id) {
    return policy::RecordId::Trusted(id);
}

TEST(AnswersFirst, NobodyWaitsWithoutAKill) {
    Links links;
    EXPECT_TRUE(links.Answers()->Await());
    links.Recorded();
    EXPECT_TRUE(links.Answers()->Await());
    EXPECT_FALSE(links.AnswersAwaited());
}

TEST(AnswersFirst, WhatCanWaitWaitsFromTheReleaseUntilAllIsRecorded) {
    Links links;
    links.Hold(Kill("op_1"));
    EXPECT_TRUE(links.Answers()->Await()) << "nothing of it is recorded before it is entered";
    links.Release(Kill("op_1"));
    EXPECT_FALSE(links.Answers()->Await()) << "and nobody waits for ever";
    std::jthread recorder([&] { links.Recorded(); });
    while (!links.Answers()->Await()) {
    }
    EXPECT_TRUE(links.Answers()->Await());
}

TEST(AnswersFirst, TheNextKillIsNotWaitedFor) {
    Links links;
    links.Hold(Kill("op_1"));
    links.Release(Kill("op_1"));
    links.Hold(Kill("op_2"));
    EXPECT_TRUE(links.Answers()->Await());
    links.Release(Kill("op_2"));
    EXPECT_FALSE(links.Answers()->Await());
    links.Recorded();
    EXPECT_TRUE(links.Answers()->Await());
}

TEST(AnswersFirst, AReleaseOfWhatWasNotHeldIsNone) {
    Links links;
    links.Release(Kill("op_1"));
    EXPECT_TRUE(links.Answers()->Await());
}

TEST(AnOrderOnItsWay, IsNotLackedByWhoReportsMeanwhile) {
    const auto instance = policy::InstanceId::Trusted("eu-1");
    Links links;
    Admission admission;
    admission.instance = instance;
    links.Open(admission, nullptr);
    const auto now = platform::SteadyNow();
    const auto lately = now - std::chrono::seconds(5);
    EXPECT_FALSE(links.Lacks(instance, 0, lately)) << "none is known";
    tenancy::wire::ControlDocument order;
    order.generation = 16;
    links.Know(instance, std::make_shared<const tenancy::wire::ControlDocument>(order));
    EXPECT_TRUE(links.Lacks(instance, 0, lately)) << "nobody has sent it";
    links.Send(instance, 16, now);
    EXPECT_FALSE(links.Lacks(instance, 0, lately)) << "it was said before the order came";
    EXPECT_TRUE(links.Lacks(instance, 0, now + std::chrono::seconds(1))) << "it should have come by now";
    EXPECT_FALSE(links.Lacks(instance, 16, now + std::chrono::seconds(1)));
    order.generation = 32;
    links.Know(instance, std::make_shared<const tenancy::wire::ControlDocument>(order));
    EXPECT_TRUE(links.Lacks(instance, 16, lately)) << "what was sent is an older one";
    EXPECT_FALSE(links.Lacks(policy::InstanceId::Trusted("eu-2"), 0, lately));
}

TEST(AnswersFirst, OutlivesTheLinks) {
    std::shared_ptr<AnswersFirst> answers;
    {
        Links links;
        links.Hold(Kill("op_1"));
        links.Release(Kill("op_1"));
        answers = links.Answers();
    }
    EXPECT_FALSE(answers->Await());
}

}  // namespace
}  // namespace fleet
