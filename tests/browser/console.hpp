// The console as a person uses it, in words of the tests. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/browser/devtools.hpp"
#include "tests/browser/pulsed.hpp"

namespace browser_test {

/// The browser of this test program.
Browser& SharedBrowser();

class Console {
public:
    explicit Console(const Pulsed& pulsed);

    Page& Window() {
        return *page_;
    }
    Page* operator->() {
        return page_.get();
    }
    /// Opens the console and signs in; returns when the menu is there.
    void SignIn(const std::string& user, const std::string& password = kPassword);
    /// By the menu.
    void GoTo(const std::string& page);
    /// What the console says before anything can be done to it again.
    void AwaitPage(const std::string& heading);

    /// Nothing complained, no rule of the page was broken, nothing left this host. Answers of these statuses were meant
    /// to come.
    void ExpectClean(const std::vector<int>& expected_statuses = {});

private:
    const Pulsed& pulsed_;
    std::unique_ptr<Page> page_;
};

}  // namespace browser_test
