#include "tests/browser/console.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace browser_test {
namespace {

std::unique_ptr<Browser>& BrowserSlot() {
    static std::unique_ptr<Browser> browser;
    return browser;
}

/// Ends the browser before the program's statics go.
class CloseAtTheEnd : public ::testing::Environment {
public:
    void TearDown() override {
        BrowserSlot().reset();
    }
};

[[maybe_unused]] const ::testing::Environment* const kCloseAtTheEnd =
    ::testing::AddGlobalTestEnvironment(new CloseAtTheEnd);

bool IsExpected(const Complaint& complaint, const std::vector<int>& statuses) {
    return complaint.source == "network" && std::ranges::any_of(statuses, [&](int status) {
               return complaint.text.find("status of " + std::to_string(status)) != std::string::npos;
           });
}

}  // namespace

Browser& SharedBrowser() {
    if (!BrowserSlot()) {
        BrowserSlot() = std::make_unique<Browser>();
    }
    return *BrowserSlot();
}

Console::Console(const Pulsed& pulsed) : pulsed_(pulsed), page_(SharedBrowser().NewPage(pulsed.Url(), Keep::kBodies)) {}

void Console::SignIn(const std::string& user, const std::string& password) {
    page_->Open("/");
    page_->Fill("User name", user);
    page_->Fill("Password", password);
    page_->Click("Sign in");
    page_->WaitFor("document.querySelector('nav') && !document.querySelector('.loading')", user + " is signed in");
}

void Console::GoTo(const std::string& page) {
    page_->Click(page, "nav");
    AwaitPage(page);
}

void Console::AwaitPage(const std::string& heading) {
    page_->WaitFor(
        "!document.querySelector('.loading') && document.querySelector('nav [aria-current]')?.innerText === " +
            Json(heading).dump(),
        "the page " + heading);
}

void Console::ExpectClean(const std::vector<int>& expected_statuses) {
    for (const Complaint& complaint : page_->Complaints()) {
        EXPECT_TRUE(IsExpected(complaint, expected_statuses))
            << complaint.source << ": " << complaint.text << " " << complaint.url;
    }
    for (const std::string& url : page_->Requested()) {
        EXPECT_TRUE(url.starts_with(pulsed_.Url() + "/")) << "left this host: " << url;
    }
}

}  // namespace browser_test
