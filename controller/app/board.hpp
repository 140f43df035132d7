// The board: releases by channel, each with its soak, what its next gate says, and what stands against it.
//
// A column is read in one statement. The verdict of a card comes from the snapshot of facts that the gate keeps under
// the same versions (gate.hpp); what is not kept is loaded, but for one reading never more than `most_loads` of them: a
// card without a verdict says so, and is asked for by itself. Reads only. Errors as store::Database. Thread safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "controller/app/page.hpp"
#include "controller/app/services.hpp"
#include "controller/policy/facts.hpp"
#include "controller/policy/finding.hpp"
#include "controller/store/releases.hpp"
#include "controller/wire/release_json.hpp"

namespace app {

struct BoardCard {
    wire::Release release;
    std::optional<policy::Verdict> verdict;  // of the next gate; none: not asked yet, or there is no next gate
    std::optional<policy::Time> soak_from;
    int open_incidents = 0;
    int hard_stops = 0;
    bool judged = false;
};

struct BoardColumn {
    policy::Channel channel = policy::Channel::kDev;
    std::vector<BoardCard> cards;
    std::optional<std::string> next;  // id to continue after
};

struct BoardQuery {
    std::optional<policy::Channel> channel;  // none: all of them
    std::optional<policy::ReleaseClass> classification;
    policy::ReleaseStatus status = policy::ReleaseStatus::kActive;
    std::string text;
    std::string owner;          // author of the current revision; empty: anybody
    bool only_blocked = false;  // the next gate does not open
    int limit = 20;             // cards of a column
    std::string after;
    int most_loads = 40;
    std::chrono::milliseconds load_for{60};  // and no longer than that
};

struct Board {
    policy::Time now{};
    std::vector<BoardColumn> columns;
};

Board ReadBoard(const Services& services, const BoardQuery& query);
/// One card, judged; none when there is no such release.
std::optional<BoardCard> ReadBoardCard(const Services& services, const policy::ReleaseId& id);

}  // namespace app
