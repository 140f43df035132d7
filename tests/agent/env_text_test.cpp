// Environment files: what a variable means to each reader, and that nothing but its lines changes.
#include "pulse/agent/env_text.hpp"

#include <gtest/gtest.h>

namespace agent_test {
namespace {

using pulse::agent::EnvReader;
using pulse::agent::EnvWith;
using pulse::agent::LookIntoEnv;

constexpr const char* kEnvName = "PULSE_MULTI_TENANT_ENABLED";

std::string Said(std::string_view text, EnvReader reader) {
    return LookIntoEnv(text, kEnvName, reader).value.value_or("nothing");
}

bool Remarks(std::string_view text, EnvReader reader, std::string_view what) {
    for (const std::string& remark : LookIntoEnv(text, kEnvName, reader).remarks) {
        if (remark.find(what) != std::string::npos) {
            return true;
        }
    }
    return false;
}

TEST(EnvText, TheLastLineCounts) {
    const std::string text = std::string(kEnvName) + "=false\nOTHER=1\n" + kEnvName + "=true\n";
    for (const auto reader : {EnvReader::kSystemd, EnvReader::kCompose, EnvReader::kPlain}) {
        EXPECT_EQ(Said(text, reader), "true");
        EXPECT_TRUE(Remarks(text, reader, "more than once, in the lines 1, 3"));
        EXPECT_EQ(Said("OTHER=1\n", reader), "nothing");
        EXPECT_EQ(Said("", reader), "nothing");
        EXPECT_EQ(Said(std::string("#") + kEnvName + "=true\n", reader), "nothing");
        EXPECT_EQ(Said(std::string(kEnvName) + "_NOT=true\n", reader), "nothing");
        EXPECT_EQ(Said(std::string(kEnvName) + "=", reader), "");
    }
}

TEST(EnvText, QuotesAreTakenOffByWhoTakesThemOff) {
    for (const char* quoted : {"\"true\"", "'true'"}) {
        const std::string text = std::string(kEnvName) + "=" + quoted + "\n";
        EXPECT_EQ(Said(text, EnvReader::kSystemd), "true");
        EXPECT_EQ(Said(text, EnvReader::kCompose), "true");
        EXPECT_EQ(Said(text, EnvReader::kPlain), quoted);
        EXPECT_TRUE(Remarks(text, EnvReader::kPlain, "quotes"));
    }
}

TEST(EnvText, ExportIsNoWordOfSystemd) {
    const std::string text = std::string("export ") + kEnvName + "=true\n";
    EXPECT_EQ(Said(text, EnvReader::kSystemd), "nothing");
    EXPECT_TRUE(Remarks(text, EnvReader::kSystemd, "`export`"));
    EXPECT_EQ(Said(text, EnvReader::kCompose), "true");
    EXPECT_EQ(Said(text, EnvReader::kPlain), "true");
    EXPECT_TRUE(Remarks(text, EnvReader::kPlain, "only a shell"));
}

TEST(EnvText, CarriageReturnsAreAPartOfTheValueForSome) {
    const std::string text = std::string("A=1\r\n") + kEnvName + "=true\r\n";
    EXPECT_EQ(Said(text, EnvReader::kSystemd), "true");
    EXPECT_EQ(Said(text, EnvReader::kCompose), "true");
    EXPECT_EQ(Said(text, EnvReader::kPlain), "true\r");
    EXPECT_TRUE(Remarks(text, EnvReader::kPlain, "carriage return"));
    EXPECT_EQ(EnvWith(text, kEnvName, "false", EnvReader::kPlain), std::string("A=1\r\n") + kEnvName + "=false\n");
}

TEST(EnvText, WhatGoesOnOverLinesIsOneValue) {
    const std::string inside = std::string("A=\"first\n") + kEnvName + "=true\nlast\"\n";
    EXPECT_EQ(Said(inside, EnvReader::kSystemd), "nothing") << "it is in the middle of another value";
    const std::string joined = std::string("A=x\\\n") + kEnvName + "=true\n";
    EXPECT_EQ(Said(joined, EnvReader::kSystemd), "nothing");
    const std::string unfinished = "A=x\\\n";
    const std::string made = EnvWith(unfinished, kEnvName, "false", EnvReader::kSystemd);
    EXPECT_EQ(Said(made, EnvReader::kSystemd), "nothing") << "which is why the writer looks again";
}

TEST(EnvText, CommentsBehindAValueAreReadByCompose) {
    const std::string text = std::string(kEnvName) + "=true # since May\n";
    EXPECT_EQ(Said(text, EnvReader::kCompose), "true");
    EXPECT_EQ(Said(text, EnvReader::kSystemd), "true # since May");
}

TEST(EnvText, OnlyItsLinesChange) {
    const std::string before = "# secrets below, do not touch\n\nPASSWORD='a=b # c'\n" + std::string(kEnvName) +
                               "=true\n  SPACED = x\nexport SHELL_ONLY=1\n";
    const std::string after = EnvWith(before, kEnvName, "false", EnvReader::kSystemd);
    EXPECT_EQ(after, "# secrets below, do not touch\n\nPASSWORD='a=b # c'\n" + std::string(kEnvName) +
                         "=false\n  SPACED = x\nexport SHELL_ONLY=1\n");
    EXPECT_EQ(EnvWith(after, kEnvName, "false", EnvReader::kSystemd), after);
    EXPECT_EQ(EnvWith("A=1", kEnvName, "false", EnvReader::kPlain), std::string("A=1\n") + kEnvName + "=false\n");
    EXPECT_EQ(EnvWith("", kEnvName, "true", EnvReader::kPlain), std::string(kEnvName) + "=true\n");
    // Readers differ in which of two counts: both say the same.
    const std::string twice = std::string(kEnvName) + "=true\nexport " + kEnvName + "=\"true\"\n";
    EXPECT_EQ(EnvWith(twice, kEnvName, "false", EnvReader::kPlain),
              std::string(kEnvName) + "=false\nexport " + kEnvName + "=false\n");
}

}  // namespace
}  // namespace agent_test
