// What people do to a release on its pages, by the words on them: they find it on the board, open forms, fill them in,
// press the button, and read what the page says then. One thread. Errors as visitor.hpp says.
#pragma once

#include <string>

#include "tests/console/visitor.hpp"

namespace console_test {

/// From wherever they are: the board by the navigation, then the card.
void OpenFromBoard(Visitor& who, const std::string& title);

/// As the form "Record evidence" takes it: "DSV-1", "managed runtime".
struct Seen {
    std::string control;
    std::string tier;
    std::string criterion = {};
    std::string text = "as seen in the log";
};
/// On the release's page.
void RecordPassed(Visitor& who, const Seen& seen);

/// On the release's page: the slot of that role ("dev_lead") and that scope ("class").
void Approve(Visitor& who, const std::string& role, const std::string& scope, const std::string& comment);

/// On the release's page; returns when the page says what came of it.
void PressPromote(Visitor& who, const std::string& to);

/// The rules of the findings within, each of which must say what to do.
std::vector<std::string> RulesReadIn(Visitor& who, const std::string& within);

}  // namespace console_test
