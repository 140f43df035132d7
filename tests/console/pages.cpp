#include "tests/console/pages.hpp"

#include <array>

#include "tests/api/journey.hpp"

namespace console_test {
namespace {

using api_test::Journey;

std::string PrepareBoard() {
    Journey waiting;
    waiting.Prepare("experimental");
    waiting.Promote("experimental").Expect(201);
    Journey further;
    further.Reach("candidate");
    const Journey fresh;
    api_test::As("dora.lead")
        .Post(fresh.Path("/hard-stops"), {{"rule", "HST-4"}, {"reason", "a tenant saw rows of another"}})
        .Expect(201);
    const Journey blocked;
    Journey young;
    young.Prepare("experimental");
    young.Promote("experimental").Expect(201);
    return "/console";
}

std::string At(std::string_view path) {
    return std::string(path);
}

}  // namespace

std::span<const PageRow> PagesOfTheConsole() {
    static const std::array kPages{
        PageRow{"sign-in", "", [] { return At("/console/sign-in"); }},
        PageRow{"first-run", "rita.release", [] { return At("/console"); }},  // before there is any release
        PageRow{"board", "rita.release", PrepareBoard},
        PageRow{"board-column", "rita.release", [] { return At("/console?channel=experimental"); }},
        PageRow{"account", "max.all", [] { return At("/console/account"); }},
        PageRow{"not-found", "rita.release", [] { return At("/console/no-such-page"); }},
    };
    return kPages;
}

}  // namespace console_test
