// What waits for the answers to a kill, and for how long.
#include "controller/fleet/answers_first.hpp"

#include <gtest/gtest.h>

#include <thread>

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
