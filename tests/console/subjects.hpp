// Things for pages to show, each with the worst that its free text may hold: markup that would mark the window, ten
// thousand characters where the API takes them, text that runs from right to left (characters that turn others around
// are refused by the API). Each function makes one and gives the address of its page. One thread; a refusal of the API
// fails the test.
#pragma once

#include <string>

namespace console_test {

/// A name as somebody would choose it who wants to break a page; sets window.broken when it is taken for markup.
std::string HostileLine();
/// The same with as many characters as `length`.
std::string HostileText(std::size_t length);

/// With a plan, tenants and their consents, evidence, notes, a hard stop, a risk, an incident and a decided memo: the
/// release's id.
std::string MakeHostileRelease();
std::string MakeTenant();
std::string MakeOperation();
std::string MakeProgramme();
std::string MakePacket();
std::string MakeRollout();
std::string MakeIncident();
/// The communication plan of what has this page.
std::string MakePlanOf(const std::string& page);
std::string MakePerson();
std::string MakeFreeze();
/// A decided memo, not signed yet.
std::string MakeMemo();

}  // namespace console_test
