// Two controllers on one database: an order given to one reaches the instances of the other.
#include <csignal>

#include "tests/fleet/fleet_world.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

TEST(Replicas, AnOrderGivenToOneReachesInstancesOfTheOther) {
    Controller first;
    const auto pulsed = StartInstance(first, "eu-1");
    const support::TempDir data("second");
    const std::filesystem::path files = std::filesystem::path(first.Server().DataDir()).parent_path();
    const auto start_second = [&] {
        auto process = std::make_unique<support::Process>(
            std::vector<std::string>{support::BuiltProgram("portcullisd"), "--data-dir=" + (data / "state").string(),
                                     "--listen-port=0", "--threads=4", "--rate-limit=0", "--fleet-patience=2s",
                                     "--database-url-file=" + (files / "app.url").string(),
                                     "--signing-key-file=" + first.Server().DataDir() + "/signing.key"});
        EXPECT_TRUE(process->WaitForLine("listens on http")) << process->Error();
        return process;
    };
    const auto second = start_second();
    const auto line = second->WaitForLine("listens on http");
    ASSERT_TRUE(line);
    const auto begin = line->find("http://");
    const api_test::Caller other(line->substr(begin, line->find(' ', begin) - begin),
                                 first.Server().Token("otto.operator"));
    const auto killed = other.Post("/v1/kill-switch/multi-tenant", {{"enabled", false},
                                                                    {"scope", {{"all", true}}},
                                                                    {"reason", "given to the other controller"},
                                                                    {"verify", false}});
    killed.Expect(202);
    const Json operation = other.Get("/v1/operations/" + killed.Id() + "?wait=30s").Body();
    EXPECT_TRUE(operation.value("complete", false)) << operation.dump();
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
    // The one that took the order dies; what it ordered is everybody's.
    second->Signal(SIGKILL);
    EXPECT_TRUE(second->Wait());
    EXPECT_EQ(OutcomeOf(first.Await(killed.Id()), "eu-1"), "applied");
}

}  // namespace
}  // namespace fleet_test
