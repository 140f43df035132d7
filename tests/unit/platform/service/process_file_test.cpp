// Who serves a data folder, as another program sees it.
#include <gtest/gtest.h>
#include <unistd.h>

#include "platform/service/process_file.hpp"
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

}  // namespace
}  // namespace platform
