// The words that nobody may meet while organizations are not in use: the one list, for what is seen and for what is
// delivered. Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace browser_test {

/// The first forbidden word with the text around it; nothing when there is none. Upper and lower case are the same; a
/// word is found in names such as orgId, pulse_org_id and ORG-7 too, but "organ" is not in "morgan", nor "member" in
/// "remember".
std::optional<std::string> FindForbiddenWord(std::string_view text);

}  // namespace browser_test
