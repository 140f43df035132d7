// Drives the real Chromium of the machine over its DevTools protocol: one program, any number of separate contexts,
// each with cookies of its own, as different people at different computers.
//
// Nothing here waits for a time to pass: conditions are asked until they hold or a deadline has passed, and then the
// test fails with a picture of the page in the build folder. Everything the browser asks for and complains about is
// recorded, and what it is delivered, for pages that keep it. It cannot reach any host but this one.
//
// One thread. Errors: std::runtime_error that says what was waited for and what the page showed.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/json/json.hpp"

namespace browser_test {

using platform::Json;

/// An answer as it arrived at the browser. Each comes twice: with its body, and with the headers as they were sent
/// (method "headers of"), cookies included.
struct Delivered {
    std::string method;
    std::string url;
    int status = 0;
    std::string headers;
    std::string body;
};

/// What the browser wrote to its console by itself or on behalf of a script.
struct Complaint {
    std::string source;  // "network", "security", "javascript", "console-api", ...
    std::string text;
    std::string url;
};

class Page;

/// Of what the browser is delivered: bodies take an exchange for each, and are kept where they are looked at.
enum class Keep { kAddresses, kBodies };

class Browser {
public:
    Browser();
    ~Browser();
    Browser(const Browser&) = delete;
    Browser& operator=(const Browser&) = delete;

    /// A window of somebody else: no cookie, no storage and no cache in common with other pages.
    std::unique_ptr<Page> NewPage(const std::string& base_url, Keep keep = Keep::kAddresses);

    struct Impl;

private:
    std::unique_ptr<Impl> impl_;
};

class Page {
public:
    ~Page();
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;

    /// Loads the address; returns when the document and its scripts have been run.
    void Open(const std::string& path);
    void Reload();

    /// The value of an expression, a promise's when it is one. Throws what the script throws.
    Json Evaluate(const std::string& expression);
    /// Until the expression is true. `what` is for people.
    void WaitFor(const std::string& expression, const std::string& what);
    /// Until the page shows the text.
    void WaitForText(const std::string& text);
    void WaitForNoText(const std::string& text);

    /// Presses the mouse on the visible button, link or the like that is called so (its label or its text), within
    /// `within` (a selector) when given. Waits for it.
    void Click(const std::string& called, const std::string& within = "body");
    /// Types into the field with that label, in place of what it holds.
    void Fill(const std::string& label, const std::string& text, const std::string& within = "body");
    /// Chooses in the list with that label.
    void Choose(const std::string& label, const std::string& option, const std::string& within = "body");
    /// A key by its name, or a character.
    void Press(const std::string& key);

    /// All a person can see or be told: text, labels, titles, choices of lists, the window's title.
    std::string VisibleText();
    std::string Path();
    /// Whether something that is called so can be pressed now.
    bool Offers(const std::string& called);

    /// With bodies for a page that keeps them.
    const std::vector<Delivered>& Deliveries() const;
    const std::vector<Complaint>& Complaints() const;
    /// Addresses of everything that was asked for, other contexts' and the browser's own excluded.
    const std::vector<std::string>& Requested() const;
    void ForgetRecords();
    /// Until nothing that the page consists of is still on its way.
    void AwaitAnswers();
    /// Bytes that came over the wire, compressed as they came, since the records were forgotten.
    std::int64_t Transferred() const;
    /// From now on every page is opened as by somebody who was never here.
    void KeepNoCache();

    /// From now on nothing that has such an address ("*.js") is fetched.
    void Block(const std::string& pattern);
    /// Laid out as on paper from now on; and the PDF that printing gives.
    void LayOutForPrint();
    std::string PrintToPdf();
    /// "light" or "dark".
    void PreferColors(const std::string& scheme);
    std::string Cookie(const std::string& name);
    /// Without a page's doing.
    void SetCookie(const std::string& name, const std::string& value);
    /// The window's size in CSS pixels; the page is laid out anew.
    void Resize(int width, int height);
    /// A picture of the whole page, beyond the window too, at this path.
    void PictureOfAll(const std::string& path);
    /// A picture of the page in the build folder; the path.
    std::string Picture(const std::string& name);

    struct Impl;

private:
    friend class Browser;
    /// Whether the last press fell beside what it was for, because the page was being drawn anew.
    bool Missed();
    explicit Page(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace browser_test
