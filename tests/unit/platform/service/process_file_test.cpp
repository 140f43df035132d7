// Who serves a data folder, as another program sees it.
#include <gtest/gtest.h>
#include <unistd.h>

#include "platform/service/process_file.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace platform {
namespace {

TEST(ProcessFile, NamesTheProcessForAsLongAsItServes) {
    const support::TempDir dir("process");
    EXPECT_FALSE(FindServingProcess(dir.Path()));
    {
        const ProcessFile file(dir.Path());
        EXPECT_EQ(FindServingProcess(dir.Path()), ::getpid());
    }
    EXPECT_FALSE(FindServingProcess(dir.Path()));
}

TEST(ProcessFile, ANumberThatWasGivenToSomebodyElseIsNobody) {
    const support::TempDir dir("process");
    const std::string own = std::to_string(::getpid());
    for (const std::string& content : {own + " 1\n", own + "\n", std::string("0 0\n"), std::string("-5 7\n"),
                                       std::string("x y\n"), std::string(), std::string("999999999 1\n")}) {
        support::WriteFile(dir / "process", content);
        EXPECT_FALSE(FindServingProcess(dir.Path())) << content;
    }
}

TEST(ProcessVariables, AreThoseTheProcessWasStartedWith) {
    support::ProcessOptions options;
    options.environment = {{"PULSE_TEST_SWITCH", " true "}, {"PULSE_TEST", "short"}, {"PULSE_EMPTY", ""}};
    support::Process child({"sh", "-c", "echo started; while :; do sleep 60; done"}, options);
    ASSERT_TRUE(child.WaitForLine("started"));
    const auto read = [&](std::string_view name) { return ReadProcessVariable(child.Pid(), name); };
    EXPECT_EQ(read("PULSE_TEST_SWITCH").value, " true ");
    EXPECT_EQ(read("PULSE_TEST").value, "short") << "a name that begins alike is another one";
    EXPECT_EQ(read("PULSE_EMPTY").value, "");
    EXPECT_TRUE(read("PULSE_NOT_THERE").readable);
    EXPECT_FALSE(read("PULSE_NOT_THERE").value);
}

TEST(ProcessVariables, OfAProcessThatIsGoneAreUnknownRatherThanUnset) {
    EXPECT_FALSE(ReadProcessVariable(999'999'999, "PATH").readable);
}

}  // namespace
}  // namespace platform
