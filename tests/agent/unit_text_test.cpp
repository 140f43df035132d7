// Unit files: what is said about the environment, in order.
#include "pulse/agent/unit_text.hpp"

#include <gtest/gtest.h>

namespace agent_test {
namespace {

using pulse::agent::EnvironmentSettingsOf;
using pulse::agent::WordsOf;

TEST(UnitText, ReadsTheServiceSectionInOrder) {
    const auto settings = EnvironmentSettingsOf(
        {{"/a",
          "[Unit]\nEnvironment=NOT=this\n[Service]\n# Environment=NOR=this\nEnvironment=A=1 \\\n; nor this\n  B=2\n"
          "EnvironmentFile=-/etc/pulse/.env\r\nUser=pulse\n"},
         {"/b", "[Service]\nEnvironmentFile=\nUnsetEnvironment=A\n"}});
    ASSERT_EQ(settings.size(), 4U);
    EXPECT_EQ(settings[0].key, "Environment");
    EXPECT_EQ(WordsOf(settings[0].value), (std::vector<std::string>{"A=1", "B=2"}));
    EXPECT_EQ(settings[0].where, "/a line 5");
    EXPECT_EQ(settings[1].value, "-/etc/pulse/.env");
    EXPECT_EQ(settings[2].value, "");
    EXPECT_EQ(settings[2].where, "/b line 2");
    EXPECT_EQ(settings[3].key, "UnsetEnvironment");
}

TEST(UnitText, WordsAreHeldTogetherByQuotes) {
    EXPECT_EQ(WordsOf(R"("A=one two" B=2 'C=x'"y" D=\"q)"),
              (std::vector<std::string>{"A=one two", "B=2", "C=xy", "D=\"q"}));
    EXPECT_TRUE(WordsOf("   ").empty());
}

}  // namespace
}  // namespace agent_test
