#include "tests/browser/devtools.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <stdexcept>

#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "tests/browser/connection.hpp"
#include "tests/browser/page_script.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace browser_test {
namespace {

constexpr std::string_view kProgram = "/usr/bin/chromium";
constexpr std::chrono::seconds kStartPatience{60};
constexpr std::chrono::seconds kPagePatience{60};
constexpr std::chrono::milliseconds kBreath{20};

std::vector<std::string> ChromiumCommand(const std::filesystem::path& profile) {
    std::vector<std::string> command = {
        std::string(kProgram),
        "--headless",
        "--remote-debugging-port=0",
        "--user-data-dir=" + profile.string(),
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        "--no-proxy-server",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-domain-reliability",
        "--disable-extensions",
        "--disable-sync",
        "--disable-gpu",
        "--disable-gpu-compositing",
        "--disable-software-rasterizer",
        "--disable-dev-shm-usage",
        "--disable-features=Translate,OptimizationHints,MediaRouter",
        "--password-store=basic",
        "--lang=en-US",
        "--window-size=1280,900",
    };
    if (::geteuid() == 0) {
        command.emplace_back("--no-sandbox");  // the sandbox refuses to work for root
    }
    command.emplace_back("about:blank");
    return command;
}

support::ProcessOptions ChromiumOptions(const std::filesystem::path& profile) {
    support::ProcessOptions options;
    for (const char* name : {"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"}) {
        options.environment[name] = profile.string();
    }
    options.environment["LANGUAGE"] = "en_US";
    return options;
}

/// The address of the browser's own socket, from the file it writes when it listens.
std::string AwaitDevToolsUrl(const std::filesystem::path& profile, const support::Process& process) {
    const platform::Deadline deadline(kStartPatience);
    const std::filesystem::path file = profile / "DevToolsActivePort";
    while (!deadline.Passed() && process.Running()) {
        if (std::filesystem::exists(file)) {
            const std::string text = support::ReadFile(file);
            const auto lines = platform::Split(text, '\n');
            if (lines.size() >= 2 && !lines[1].empty()) {
                return "ws://127.0.0.1:" + std::string(platform::Trim(lines[0])) +
                       std::string(platform::Trim(lines[1]));
            }
        }
        static_cast<void>(process.WaitForLine("DevTools listening", kBreath));
    }
    throw std::runtime_error("Chromium did not start: " + process.Error());
}

std::string Base64Decoded(std::string text) {
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    text.resize(text.find_last_not_of('=') + 1);
    auto bytes = platform::Base64UrlDecode(text);
    if (!bytes) {
        throw std::runtime_error("the browser sent what is no base64");
    }
    return std::move(*bytes);
}

std::string Quoted(const std::string& text) {
    return Json(text).dump();
}

}  // namespace

struct Browser::Impl {
    Impl()
        : profile("browser"),
          process(ChromiumCommand(profile.Path()), ChromiumOptions(profile.Path())),
          connection(AwaitDevToolsUrl(profile.Path(), process)) {}

    support::TempDir profile;
    support::Process process;
    Connection connection;
};

struct Page::Impl {
    Impl(Connection& browser, std::string base) : connection(browser), base_url(std::move(base)) {}

    void Note(const std::string& method, const Json& in);
    void NotePaused(const Json& in);
    Json Call(const std::string& method, Json parameters = Json::object()) const {
        return connection.Call(session, method, std::move(parameters));
    }
    Json Evaluate(const std::string& expression) const;

    Connection& connection;
    const std::string base_url;
    std::string context;
    std::string target;
    std::string session;
    std::vector<Delivered> delivered;
    std::vector<Complaint> complaints;
    std::vector<std::string> requested;
    std::int64_t transferred = 0;
    std::map<std::string, std::string> urls;  // by request
    std::set<std::string> on_the_way;         // requests
};

void Page::Impl::Note(const std::string& method, const Json& in) {
    if (method == "Fetch.requestPaused") {
        NotePaused(in);
    } else if (method == "Network.requestWillBeSent") {
        requested.push_back(in["request"].value("url", ""));
        // What a script asks for on the side may be given up without a word.
        if (const std::string type = in.value("type", ""); type != "Fetch" && type != "XHR") {
            on_the_way.insert(in.value("requestId", ""));
        }
        urls[in.value("requestId", "")] = in["request"].value("url", "");
    } else if (method == "Network.loadingFinished") {
        transferred += static_cast<std::int64_t>(in.value("encodedDataLength", 0.0));
        on_the_way.erase(in.value("requestId", ""));
    } else if (method == "Network.loadingFailed") {
        on_the_way.erase(in.value("requestId", ""));
    } else if (method == "Network.responseReceivedExtraInfo") {
        Delivered raw;
        raw.method = "headers of";
        raw.url = urls[in.value("requestId", "")];
        raw.status = in.value("statusCode", 0);
        raw.headers = in.value("headersText", in["headers"].dump());
        delivered.push_back(std::move(raw));
    } else if (method == "Runtime.exceptionThrown") {
        const Json details = in.value("exceptionDetails", Json::object());
        complaints.push_back(
            {"javascript",
             details.value("text", "") + " " + details.value("exception", Json::object()).value("description", ""),
             details.value("url", "")});
    } else if (method == "Runtime.consoleAPICalled") {
        const std::string type = in.value("type", "");
        if (type == "error" || type == "warning" || type == "assert") {
            complaints.push_back({"console-api", in["args"].dump(), ""});
        }
    } else if (method == "Log.entryAdded") {
        const Json& entry = in["entry"];
        if (entry.value("level", "") == "error" || entry.value("level", "") == "warning") {
            complaints.push_back({entry.value("source", ""), entry.value("text", ""), entry.value("url", "")});
        }
    } else if (method == "Page.javascriptDialogOpening") {
        complaints.push_back({"dialog", in.value("message", ""), in.value("url", "")});
        connection.Send(session, "Page.handleJavaScriptDialog", {{"accept", true}});
    }
}

/// The answer waits in the browser until its body has been read, so none is missed, however fast the page moves on.
void Page::Impl::NotePaused(const Json& in) {
    Delivered answer;
    answer.method = in["request"].value("method", "");
    answer.url = in["request"].value("url", "");
    answer.status = in.value("responseStatusCode", 0);
    for (const Json& header : in.value("responseHeaders", Json::array())) {
        answer.headers += platform::ToLowerAscii(header.value("name", "")) + ": " + header.value("value", "") + "\n";
    }
    const std::string id = in.value("requestId", "");
    connection.Send(session, "Fetch.getResponseBody", {{"requestId", id}},
                    [this, answer, id](const Json& result, const std::optional<std::string>& error) {
                        Delivered whole = answer;
                        if (!error) {
                            const std::string body = result.value("body", "");
                            whole.body = result.value("base64Encoded", false) ? Base64Decoded(body) : body;
                        }
                        delivered.push_back(std::move(whole));
                        connection.Send(session, "Fetch.continueRequest", {{"requestId", id}});
                    });
}

Json Page::Impl::Evaluate(const std::string& expression) const {
    const Json answer =
        Call("Runtime.evaluate",
             {{"expression", expression}, {"returnByValue", true}, {"awaitPromise", true}, {"userGesture", true}});
    if (answer.contains("exceptionDetails")) {
        const Json& details = answer["exceptionDetails"];
        throw CommandFailed(details.value("text", "") + " " +
                            details.value("exception", Json::object()).value("description", "") + " in " + expression);
    }
    return answer["result"].value("value", Json());
}

Browser::Browser() : impl_(std::make_unique<Impl>()) {}

Browser::~Browser() {
    try {
        impl_->connection.Send("", "Browser.close", Json::object());
        static_cast<void>(impl_->process.Wait(std::chrono::seconds(5)));
    } catch (const std::exception&) {
        // It is ended with its process group in any case.
    }
}

std::unique_ptr<Page> Browser::NewPage(const std::string& base_url, Keep keep) {
    Connection& connection = impl_->connection;
    auto page = std::make_unique<Page::Impl>(connection, base_url);
    page->context = connection.Call("", "Target.createBrowserContext").value("browserContextId", "");
    page->target =
        connection
            .Call("", "Target.createTarget",
                  {{"url", "about:blank"}, {"browserContextId", page->context}, {"width", 1280}, {"height", 900}})
            .value("targetId", "");
    page->session = connection.Call("", "Target.attachToTarget", {{"targetId", page->target}, {"flatten", true}})
                        .value("sessionId", "");
    Page::Impl* const raw = page.get();
    connection.Listen(page->session, [raw](const std::string& method, const Json& in) { raw->Note(method, in); });
    for (const char* domain : {"Page", "Runtime", "Log", "Network"}) {
        page->Call(std::string(domain) + ".enable");
    }
    if (keep == Keep::kBodies) {
        page->Call("Fetch.enable", {{"patterns", {{{"urlPattern", "*"}, {"requestStage", "Response"}}}}});
    }
    page->Call("Page.addScriptToEvaluateOnNewDocument", {{"source", std::string(kPageScript)}});
    page->Call("Emulation.setFocusEmulationEnabled", {{"enabled", true}});
    return std::unique_ptr<Page>(new Page(std::move(page)));
}

Page::Page(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Page::~Page() {
    try {
        impl_->connection.Forget(impl_->session);
        impl_->connection.Call("", "Target.disposeBrowserContext", {{"browserContextId", impl_->context}});
    } catch (const std::exception&) {
        // The browser goes at the end of the test in any case.
    }
}

void Page::Open(const std::string& path) {
    const Json answer = impl_->Call("Page.navigate", {{"url", impl_->base_url + path}});
    if (answer.contains("errorText")) {
        throw std::runtime_error(path + " cannot be opened: " + answer.value("errorText", ""));
    }
    WaitFor("document.readyState === 'complete' && !document.querySelector('.loading')", path + " is there");
}

void Page::Reload() {
    Evaluate("window.leftBehind = true");
    impl_->Call("Page.reload");
    WaitFor("!window.leftBehind && document.readyState === 'complete' && !document.querySelector('.loading')",
            "the page is there again");
}

Json Page::Evaluate(const std::string& expression) {
    return impl_->Evaluate(expression);
}

void Page::WaitFor(const std::string& expression, const std::string& what) {
    const platform::Deadline deadline(kPagePatience);
    for (;;) {
        try {
            if (impl_->Evaluate("Boolean(" + expression + ")") == Json(true)) {
                return;
            }
        } catch (const CommandFailed&) {
            // The page is on its way to another one.
        }
        if (deadline.Passed()) {
            const std::string picture = Picture("waiting");
            throw std::runtime_error("in vain: " + what + "\n  at " + Path() + ", which shows: " + VisibleText() +
                                     "\n  picture: " + picture);
        }
        impl_->connection.Pump(kBreath);
    }
}

void Page::WaitForText(const std::string& text) {
    WaitFor("pageScript.shows(" + Quoted(text) + ")", "the page shows '" + text + "'");
}

void Page::WaitForNoText(const std::string& text) {
    WaitFor("!pageScript.shows(" + Quoted(text) + ")", "the page no longer shows '" + text + "'");
}

void Page::Click(const std::string& called, const std::string& within) {
    const std::string what = Quoted(called) + "," + Quoted(within);
    const platform::Deadline deadline(kPagePatience);
    do {
        WaitFor("pageScript.pressable(" + what + ")", "there is '" + called + "' to press");
        const Json at = Evaluate("pageScript.aim(" + what + ")");
        if (at.is_null()) {
            continue;
        }
        for (const char* type : {"mousePressed", "mouseReleased"}) {
            impl_->Call("Input.dispatchMouseEvent", {{"type", type},
                                                     {"x", at["x"]},
                                                     {"y", at["y"]},
                                                     {"button", "left"},
                                                     {"buttons", 1},
                                                     {"clickCount", 1}});
        }
        if (!Missed()) {
            return;
        }
    } while (!deadline.Passed());
    throw std::runtime_error("'" + called + "' could not be pressed: the page changes again and again");
}

bool Page::Missed() {
    try {
        return Evaluate("pageScript.missed()") == Json(true);
    } catch (const CommandFailed&) {
        return false;  // the press has led to another page
    }
}

void Page::Fill(const std::string& label, const std::string& text, const std::string& within) {
    const std::string clear = "pageScript.clear(" + Quoted(label) + "," + Quoted(within) + ")";
    const platform::Deadline deadline(kPagePatience);
    do {
        WaitFor(clear, "there is a field '" + label + "'");
        if (text.empty()) {
            return;
        }
        impl_->Call("Input.insertText", {{"text", text}});
        if (Evaluate("pageScript.kept()") == Json(true)) {
            return;
        }
    } while (!deadline.Passed());
    throw std::runtime_error("'" + label + "' could not be filled: the page changes again and again");
}

void Page::Choose(const std::string& label, const std::string& option, const std::string& within) {
    const std::string find = "pageScript.field(" + Quoted(label) + "," + Quoted(within) + ")";
    const std::string choose = "pageScript.choose(" + Quoted(label) + "," + Quoted(within) + "," + Quoted(option) + ")";
    do {
        WaitFor(find, "there is a list '" + label + "'");
    } while (Evaluate(choose) != Json(true));
}

void Page::Press(const std::string& key) {
    static const std::map<std::string, int> codes = {{"Escape", 27}, {"Enter", 13}, {"Tab", 9}};
    if (key.size() == 1) {
        impl_->Call("Input.dispatchKeyEvent", {{"type", "keyDown"}, {"key", key}, {"text", key}});
        impl_->Call("Input.dispatchKeyEvent", {{"type", "keyUp"}, {"key", key}});
        return;
    }
    Json event{{"key", key}, {"code", key}, {"windowsVirtualKeyCode", codes.at(key)}};
    for (const char* type : {"rawKeyDown", "char", "keyUp"}) {
        if (type == std::string_view("char")) {
            if (key != "Enter") {
                continue;
            }
            event["text"] = "\r";
        }
        event["type"] = type;
        impl_->Call("Input.dispatchKeyEvent", event);
    }
}

std::string Page::VisibleText() {
    const Json text = Evaluate("pageScript.everything()");
    return text.is_string() ? text.get<std::string>() : "";
}

std::string Page::Path() {
    return Evaluate("location.pathname").get<std::string>();
}

bool Page::Offers(const std::string& called) {
    return Evaluate("Boolean(pageScript.pressable(" + Quoted(called) + ",'body'))").get<bool>();
}

const std::vector<Delivered>& Page::Deliveries() const {
    return impl_->delivered;
}

const std::vector<Complaint>& Page::Complaints() const {
    return impl_->complaints;
}

const std::vector<std::string>& Page::Requested() const {
    return impl_->requested;
}

void Page::ForgetRecords() {
    impl_->delivered.clear();
    impl_->complaints.clear();
    impl_->requested.clear();
    impl_->on_the_way.clear();  // a page that was left never hears of some
    impl_->transferred = 0;
}

std::int64_t Page::Transferred() const {
    return impl_->transferred;
}

void Page::AwaitAnswers() {
    const platform::Deadline deadline(kPagePatience);
    while (!impl_->on_the_way.empty()) {
        if (deadline.Passed()) {
            throw std::runtime_error("no answer to " + impl_->urls[*impl_->on_the_way.begin()]);
        }
        impl_->connection.Pump(kBreath);
    }
}

void Page::KeepNoCache() {
    impl_->Call("Network.setCacheDisabled", {{"cacheDisabled", true}});
}

void Page::Block(const std::string& pattern) {
    impl_->Call("Network.setBlockedURLs", {{"urls", {pattern}}});
}

void Page::LayOutForPrint() {
    impl_->Call("Emulation.setEmulatedMedia", {{"media", "print"}});
}

std::string Page::PrintToPdf() {
    return Base64Decoded(impl_->Call("Page.printToPDF").value("data", ""));
}

void Page::PreferColors(const std::string& scheme) {
    impl_->Call("Emulation.setEmulatedMedia", {{"features", {{{"name", "prefers-color-scheme"}, {"value", scheme}}}}});
}

void Page::Resize(int width, int height) {
    impl_->Call("Emulation.setDeviceMetricsOverride",
                {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", false}});
}

void Page::PictureOfAll(const std::string& path) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    const Json size = impl_->Call("Page.getLayoutMetrics")["cssContentSize"];
    constexpr int kTallest = 6000;
    const Json answer =
        impl_->Call("Page.captureScreenshot",
                    {{"captureBeyondViewport", true},
                     {"optimizeForSpeed", true},
                     {"clip",
                      {{"x", 0},
                       {"y", 0},
                       {"width", std::max(size.value("width", 1280.0), Evaluate("innerWidth").get<double>())},
                       {"height", std::min<double>(size.value("height", 900.0), kTallest)},
                       {"scale", 1}}}});
    support::WriteFile(path, Base64Decoded(answer.value("data", "")));
}

std::string Page::Cookie(const std::string& name) {
    const Json cookies = impl_->Call("Network.getCookies", {{"urls", {impl_->base_url}}});
    for (const Json& cookie : cookies["cookies"]) {
        if (cookie.value("name", "") == name) {
            return cookie.value("value", "");
        }
    }
    return {};
}

void Page::SetCookie(const std::string& name, const std::string& value) {
    impl_->Call("Network.setCookie", {{"name", name}, {"value", value}, {"url", impl_->base_url}});
}

std::string Page::Picture(const std::string& name) {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    const std::filesystem::path folder =
        std::filesystem::path(PORTCULLIS_BINARY_DIR) / "tests" / "browser" / "pictures";
    std::filesystem::create_directories(folder);
    const std::filesystem::path file =
        folder /
        ((test != nullptr ? std::string(test->test_suite_name()) + "." + test->name() + "." : "") + name + ".png");
    support::WriteFile(file, Base64Decoded(impl_->Call("Page.captureScreenshot").value("data", "")));
    return file.string();
}

}  // namespace browser_test
