// The clock that all rules use: what time it is for them, and on a simulated one the form that moves it forward, so
// that a release can be taken through its stays in an afternoon.
#include "controller/app/clock.hpp"

#include "controller/web/acts.hpp"
#include "controller/web/command.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

using policy::Permission;

constexpr std::string_view kClockPath = "/clock";

Reply ShowClockPage(Visit& visit) {
    const wire::ClockReading clock = visit.Read([](store::Tx& tx) { return app::ShowClock(tx); });
    Slots page = visit.Page("clock", {.title = "Clock"});
    PutTime(page, "NOW", clock.now);
    page.ShowIf(!clock.simulated, "REAL");
    if (clock.simulated) {
        PutAct(
            visit, page.Add("SIMULATED_ONE"), "ADVANCE",
            {.form = "advance",
             .action = std::string(kClockPath),
             .legend = "Move it forward",
             .what = "Stays, deadlines, freezes and consents of this controller go on from the new time at once, for "
                     "everybody. There is no way back.",
             .button = "Move the clock",
             .fields = {{.name = "by", .label = "By", .hint = "such as 30m, 48h, 7d", .required = false},
                        {.name = "to", .label = "Or to", .hint = "UTC, such as 2025-02-01T10:00", .required = false}},
             .permission = Permission::kAdvanceClock});
    }
    return visit.Show();
}

Reply MoveClock(Visit& visit) {
    const auto command = Command()
                             .Text("by", platform::Trim(visit.Typed().Text("by")))
                             .Text("to", InstantOfField(platform::Trim(visit.Typed().Text("to"))))
                             .Read(wire::DecodeAdvanceClock);
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto clock = app::AdvanceClock(tx, visit.Caller(), command);
        if (!clock) {
            return platform::Unexpected(clock.error());
        }
        return ActDone{std::string(kClockPath), "It is " + UtcText(clock->now) + " now."};
    });
}

constexpr Route kClockRoutes[] = {{.verb = Verb::kGet, .pattern = kClockPath, .handler = ShowClockPage},
                                  {.verb = Verb::kPost,
                                   .pattern = kClockPath,
                                   .permission = Permission::kAdvanceClock,
                                   .handler = MoveClock,
                                   .page = ShowClockPage,
                                   .form = "advance"}};

}  // namespace

std::span<const Route> ClockRoutes() {
    return kClockRoutes;
}

}  // namespace web
