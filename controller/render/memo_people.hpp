// Names, roles and dates on one line of a hand-written memo, in whatever order. Internal to controller/render; pure.
#pragma once

#include <string_view>
#include <vector>

#include "controller/render/memo_dates.hpp"
#include "controller/render/memo_parse.hpp"

namespace render {

struct PersonLine {
    ParsedPerson person;
    std::vector<FoundDate> bad_dates;  // that could not be read, or stand on another weekday
};

PersonLine ReadPersonLine(std::string_view text, int line);

/// The roles a text names: "Dev Lead", "QA and System Owner". Empty when it is no role, or holds other words, too.
std::vector<policy::Role> RolesOf(std::string_view text);

/// "____", "...", "n/a": nothing was written here.
bool IsLeftBlank(std::string_view text);

}  // namespace render
