// Compose files: what they say of a variable, and changing it line by line.
#include "pulse/agent/compose_text.hpp"

#include <gtest/gtest.h>

namespace agent_test {
namespace {

using pulse::agent::ComposeLook;
using pulse::agent::ComposeWith;
using pulse::agent::LookIntoCompose;

constexpr const char* kComposeName = "PULSE_MULTI_TENANT_ENABLED";

std::string Changed(std::string_view text, std::string_view value = "false") {
    const auto made = ComposeWith(text, "pulse", kComposeName, value);
    return made ? *made : "refused: " + made.error();
}

TEST(ComposeText, BothFormsOfAnEnvironmentAreRead) {
    for (const char* text : {"services:\n  pulse:\n    environment:\n      PULSE_MULTI_TENANT_ENABLED: true\n",
                             "services: {pulse: {environment: [\"PULSE_MULTI_TENANT_ENABLED=true\"]}}\n"}) {
        const auto look = LookIntoCompose(text, "pulse", kComposeName);
        ASSERT_TRUE(look);
        EXPECT_EQ(look->value, "true");
        EXPECT_FALSE(LookIntoCompose(text, "other", kComposeName)->set);
    }
    const auto through = LookIntoCompose("services:\n  pulse:\n    environment:\n      - PULSE_MULTI_TENANT_ENABLED\n",
                                         "pulse", kComposeName);
    EXPECT_TRUE(through->set);
    EXPECT_FALSE(through->value);
    EXPECT_FALSE(LookIntoCompose("services: [", "pulse", kComposeName));
    const auto more = LookIntoCompose(
        "services:\n  pulse:\n    env_file:\n      - a.env\n      - path: b.env\n    command: [sh, -c, "
        "'PULSE_MULTI_TENANT_ENABLED=true exec pulse']\n",
        "pulse", kComposeName);
    EXPECT_EQ(more->env_files, (std::vector<std::string>{"a.env", "b.env"}));
    EXPECT_TRUE(more->in_command);
}

TEST(ComposeText, AFileIsMade) {
    EXPECT_EQ(Changed("# ours\n"),
              "# ours\nservices:\n  pulse:\n    environment:\n      PULSE_MULTI_TENANT_ENABLED: \"false\"\n");
}

TEST(ComposeText, OnlyItsLineChanges) {
    EXPECT_EQ(
        Changed("# head\nservices:\n  db:\n    image: x # why\n  pulse:\n    # about\n    environment:\n"
                "      TZ: UTC\n      PULSE_MULTI_TENANT_ENABLED: 'true' # on since May\n    image: y\nvolumes: {}\n"),
        "# head\nservices:\n  db:\n    image: x # why\n  pulse:\n    # about\n    environment:\n"
        "      TZ: UTC\n      PULSE_MULTI_TENANT_ENABLED: \"false\" # on since May\n    image: y\nvolumes: {}\n");
    EXPECT_EQ(Changed("services:\n  pulse:\n    environment:\n    - TZ=UTC\n    - PULSE_MULTI_TENANT_ENABLED=true\n"),
              "services:\n  pulse:\n    environment:\n    - TZ=UTC\n    - PULSE_MULTI_TENANT_ENABLED=false\n");
    EXPECT_EQ(Changed("services:\n  pulse:\n    environment:\n      - TZ=UTC\n"),
              "services:\n  pulse:\n    environment:\n      - PULSE_MULTI_TENANT_ENABLED=false\n      - TZ=UTC\n");
    EXPECT_EQ(Changed("services:\n    pulse:\n        image: y\n"),
              "services:\n    pulse:\n        environment:\n          PULSE_MULTI_TENANT_ENABLED: \"false\"\n"
              "        image: y\n");
    EXPECT_EQ(
        Changed("services:\n  db:\n    image: x\n"),
        "services:\n  pulse:\n    environment:\n      PULSE_MULTI_TENANT_ENABLED: \"false\"\n  db:\n    image: x\n");
}

TEST(ComposeText, WhatAPersonShouldChangeIsLeftToAPerson) {
    EXPECT_NE(Changed("services: {pulse: {environment: {TZ: UTC}}}\n").find("refused"), std::string::npos);
    EXPECT_NE(Changed("services: [").find("refused"), std::string::npos);
    EXPECT_NE(Changed("services:\n  pulse:\n    environment: {TZ: UTC}\n").find("refused"), std::string::npos);
}

TEST(ComposeText, AnchorsAreTakenOver) {
    const auto look = [](const std::string& service) {
        const auto seen = LookIntoCompose(
            "x-switch: &switch\n  PULSE_MULTI_TENANT_ENABLED: \"true\"\n  TZ: UTC\n"
            "x-all: &all\n  environment:\n    <<: *switch\n"
            "services:\n  pulse:\n" +
                service,
            "pulse", "PULSE_MULTI_TENANT_ENABLED");
        EXPECT_TRUE(seen) << seen.error();
        return seen ? *seen : ComposeLook{};
    };
    EXPECT_EQ(look("    environment: *switch\n").value, "true");
    EXPECT_EQ(look("    environment:\n      <<: *switch\n      A: b\n").value, "true");
    EXPECT_EQ(look("    environment:\n      <<: *switch\n      PULSE_MULTI_TENANT_ENABLED: \"false\"\n").value,
              "false");
    EXPECT_EQ(look("    environment:\n      <<: [*switch]\n").value, "true");
    EXPECT_EQ(look("    <<: *all\n    image: x\n").value, "true") << "of a whole service";
    EXPECT_FALSE(look("    image: x\n").set);
    EXPECT_EQ(look("    environment:\n      PULSE_MULTI_TENANT_ENABLED: ${SWITCH:-true}\n").value, "${SWITCH:-true}");
    EXPECT_TRUE(look("    environment: !override\n      A: b\n").takes_back);
    EXPECT_FALSE(look("    image: x  # !reset\n").takes_back);
}

}  // namespace
}  // namespace agent_test
