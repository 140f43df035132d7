#include "tests/unit/tracker/good_tracker.hpp"

#include <gtest/gtest.h>

namespace tracker {

std::string GoodTracker() {
    return R"md(# Parcel Tracking Certification Progress

Linked plan:
- `docs/parcels.md`

Status: Active
Date: 2025-03-03

## Rules

1. Nothing is done before it is seen.

## Packet Board

| Packet | Title | Status | Implementer | Reviewer | Review State | Evidence Link |
|---|---|---|---|---|---|---|
| 00 | Map of the Depots | DONE | mira | jonas | APPROVED | See Packet 00 |
| 01 | Scanner Handover | DONE | mira | jonas | APPROVED | commit `5e1f00d` |
| 02 | Night Shift Drill | IN_PROGRESS | mira | jonas | — | |

## Packet 00 Checklist: Map of the Depots

### Survey
- [x] Every depot is on the map.
  - [x] Those in the north.
  - [x] Those in the south.

### Required Tests
- [x] `make survey` passed. (exit 0)
- [x] `make survey-report | tee report.txt` passed.
- [x] Exit codes recorded for all commands.

### Evidence
- [x] The map is in the docs.
1. `make survey-report | tee report.txt` -> exit 0

Checkpoint: `0badcafe12`

### Review Gates
- [x] P0 PASS
- [x] P1 N/A (nothing is exposed)
- [x] P2 PASS
- [x] Verdict recorded: `APPROVED`

## Packet 01 Checklist: Scanner Handover

### Work
- [x] A scanner gives its parcels away once.

### Required Tests
- [x] `make scan` passed: 12 tests, no failures, exit code 0.

### Review Gates
- [x] P0 PASS (no truncated or empty output)
- [x] P1 PASS
- [x] P2 PASS
- [x] Verdict recorded: `APPROVED`

## Packet 02 Checklist: Night Shift Drill

### Work
- [x] The drill is planned.
- [ ] The drill was held.

### Required Tests
- [ ] `make night` passed.

### Review Gates
- [ ] P0
- [ ] P1
- [ ] P2
- [ ] Verdict recorded:

## Milestones

- [x] M1: Packets 00-01 approved
- [ ] M2: Packet 02 approved

## Session Handoff

- Last updated: 2025-03-09
- Packets 00-01: DONE/APPROVED
- Packet 02: IN_PROGRESS — the drill is on Friday
)md";
}

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos) {
        ADD_FAILURE() << "not there: " << from;
        return text;
    }
    return text.replace(at, from.size(), to);
}

int LineOf(std::string_view text, std::string_view part) {
    const std::size_t at = text.find(part);
    if (at == std::string_view::npos) {
        ADD_FAILURE() << "not there: " << part;
        return 0;
    }
    int line = 1;
    for (const char c : text.substr(0, at)) {
        line += c == '\n' ? 1 : 0;
    }
    return line;
}

std::vector<std::string> BreachesOf(std::string_view text) {
    constexpr auto kToday = platform::Date(std::chrono::year(2025) / 3 / 10);
    std::vector<std::string> breaches;
    for (const Breach& breach : LintTracker(ReadTracker(text), kToday).breaches) {
        std::string form =
            std::string(breach.rule) + " " + std::string(breach.code) + " " + std::to_string(breach.line);
        breaches.push_back(breach.packet.empty() ? form : form + " " + breach.packet);
        EXPECT_FALSE(breach.message.empty());
        EXPECT_FALSE(breach.remedy.empty());
    }
    return breaches;
}

std::string OnlyBreachOf(std::string_view text) {
    const std::vector<std::string> breaches = BreachesOf(text);
    EXPECT_EQ(breaches.size(), 1U) << testing::PrintToString(breaches);
    return breaches.empty() ? std::string() : breaches.front();
}

}  // namespace tracker
