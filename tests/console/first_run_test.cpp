// A console with nothing in it: it says how a release goes, and offers the worked example to who may submit it.
#include "tests/console/visitor.hpp"

namespace console_test {
namespace {

using api_test::As;

TEST(ConsoleFirstRun, OffersTheWorkedExample) {
    Visitor nora("nora.none");
    nora->WaitForText("This is how a release goes");
    EXPECT_FALSE(nora->Offers("Submit the worked example"));
    nora->WaitForText("release_manager");
    nora.ExpectClean();

    Visitor rita("rita.release");
    rita.Go("Submit the worked example");
    rita->WaitForText("The worked example is submitted");
    rita->WaitForText("2025-01-15-audit-filter-ui");
    EXPECT_FALSE(rita->Offers("Submit the worked example"));
    rita->Reload();
    rita->WaitForNoText("The worked example is submitted");
    const auto release = As("rita.release").Get("/v1/releases/2025-01-15-audit-filter-ui").Expect(200);
    EXPECT_EQ(release.Body()["created_by"], "rita.release");
    As("rita.release").Get("/v1/releases/2025-01-15-audit-filter-ui/exposure-plan").Expect(200);
    rita.ExpectClean();
}

}  // namespace
}  // namespace console_test
