#include "tests/fleet/key_world.hpp"

#include "tests/support/process.hpp"

namespace fleet_test {

std::string MakeNextKey(Controller& controller) {
    const support::Finished made = support::RunToEnd(
        {support::BuiltProgram("portcullisd"), "next-key", "--data-dir=" + controller.Server().DataDir()});
    EXPECT_EQ(made.exit_code, 0) << made.error;
    return made.output.substr(0, made.output.find('\n'));
}

Json Keys(const Controller& controller) {
    return controller.As("nora.none").Get("/v1/signing-keys").Body();
}

void RotateKey(const Controller& controller) {
    controller.As("ada.admin").Post("/v1/signing-keys:rotate", {{"reason", "once a year"}}).Expect(200);
}

bool IsRotated(const Controller& controller) {
    return Keys(controller)["handovers"].back().contains("completed_at");
}

}  // namespace fleet_test
