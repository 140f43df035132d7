// Somebody in front of the console of the shared test server (tests/api/harness.hpp), in words of the tests.
//
//     Visitor rita("rita.release");          // signed in with her token
//     rita->Open("/console/releases/x");
//     rita->Fill("Reason, for the audit log", "...");
//     rita.ExpectClean();
//
// One thread. Errors: std::runtime_error that says what was waited for and what the page showed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/api/harness.hpp"
#include "tests/browser/devtools.hpp"

namespace console_test {

using browser_test::Page;

/// A name as somebody would choose it who wants to break a page.
inline constexpr const char* kHostileText =
    "<script>alert('x')</script><img src=x onerror=alert(1)>\" onload=\"x {{CSRF}}";
/// Reads from right to left.
inline constexpr const char* kRightToLeft = "\u05d0\u05d1\u05d2 \u0645\u0631\u062d\u0628\u0627";

class Visitor {
public:
    /// In front of the sign-in page.
    Visitor();
    /// Signed in by a token, at the board.
    explicit Visitor(std::string_view person);
    /// Of a server of the test's own.
    Visitor(std::string url, const std::string& token);

    Page* operator->() {
        return page_.get();
    }
    Page& Window() {
        return *page_;
    }
    void SignInByToken(const std::string& token);
    /// From now on the window is this person's, signed in by a token the first time; empty: nobody's. No page is open.
    void BecomeInTheSameWindow(std::string_view person);
    void SignIn(const std::string& name, const std::string& password);

    /// Presses what is called so, and returns when another page is there and its scripts have run.
    void Go(const std::string& called, const std::string& within = "body");
    /// As if the session's time had come.
    void LoseSession();

    /// Nothing complained, no rule of the page was broken, nothing left this host. Answers of these statuses were meant
    /// to come.
    void ExpectClean(const std::vector<int>& expected_statuses = {});
    /// What axe-core calls serious or critical about the page as it is: all its rules, or those alone that a look
    /// without loading anew can change.
    enum class Axe { kAllRules, kContrast, kLayout };
    std::vector<std::string> SeriousFindings(Axe rules = Axe::kAllRules);

private:
    std::string url_;
    std::unique_ptr<Page> page_;
    std::map<std::string, std::string, std::less<>> sessions_;  // by person
};

}  // namespace console_test
