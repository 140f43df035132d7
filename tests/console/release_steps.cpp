#include "tests/console/release_steps.hpp"

#include <gtest/gtest.h>

namespace console_test {

void OpenFromBoard(Visitor& who, const std::string& title) {
    who.Go("Board", "nav");
    who.Go(title, "main");
    who->WaitForText("Approvals");
}

void RecordPassed(Visitor& who, const Seen& seen) {
    SCOPED_TRACE("recording " + seen.control);
    const std::string form = "form[action$='/record-check']";
    who->Click("Record evidence", "#evidence");
    who->Choose("Control", seen.control, form);
    who->Choose("Outcome", "passed", form);
    who->Choose("How it was seen", seen.tier, form);
    if (!seen.criterion.empty()) {
        who->Fill("Criterion", seen.criterion, form);
    }
    who->Fill("Evidence", seen.text, form);
    who.Go("Record it", form);
    const std::string said = who->Evaluate("document.querySelector('.flash')?.innerText ?? ''").get<std::string>();
    EXPECT_FALSE(said.empty()) << who->Evaluate("document.querySelector('.refusal')?.innerText").dump();
}

void Approve(Visitor& who, const std::string& role, const std::string& scope, const std::string& comment) {
    SCOPED_TRACE("approving " + scope + " as " + role);
    const std::string slot =
        "#approvals li:has(input[name=as][value=" + role + "]):has(input[name=for][value=" + scope + "])";
    who->WaitFor("document.querySelector('" + slot + "')", "the slot of " + role + " for " + scope + " is offered");
    const auto button =
        who->Evaluate("document.querySelector('" + slot + " button').textContent.trim()").get<std::string>();
    const auto label =
        who->Evaluate("document.querySelector('" + slot + " label > span').firstChild.data.trim()").get<std::string>();
    who->Click(button, slot);  // the summary that opens the form
    who->Fill(label, comment, slot);
    who.Go(button, slot + " form");
    const std::string said = who->Evaluate("document.querySelector('.flash')?.innerText ?? ''").get<std::string>();
    EXPECT_EQ(said, "Approved" + button.substr(std::string("Approve").size()) + ".")
        << who->Evaluate("document.querySelector('.refusal')?.innerText").dump();
}

void PressPromote(Visitor& who, const std::string& to) {
    who.Go("Promote to " + to, "#gate");
}

std::vector<std::string> RulesReadIn(Visitor& who, const std::string& within) {
    const auto found = who->Evaluate("[...document.querySelectorAll('" + within + R"script( .finding')].map((each) => ({
        rule: each.querySelector(".rule").innerText.trim(),
        text: each.querySelector(".finding-text").innerText.trim(),
        remedy: each.querySelector(".remedy")?.innerText.trim() ?? "",
    })))script");
    std::vector<std::string> rules;
    for (const auto& each : found) {
        rules.push_back(each["rule"].get<std::string>());
        EXPECT_FALSE(each["text"].get<std::string>().empty()) << each;
        EXPECT_FALSE(each["remedy"].get<std::string>().empty()) << "it does not say what to do: " << each;
    }
    return rules;
}

}  // namespace console_test
