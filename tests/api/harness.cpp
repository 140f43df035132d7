#include "tests/api/harness.hpp"

#include <poll.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <stdexcept>

#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "tests/api/contract.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace api_test {
namespace {

constexpr std::string_view kStart = "2025-01-14T09:00:00Z";
constexpr std::chrono::seconds kStartDeadline{60};
constexpr std::chrono::seconds kPatience{120};
constexpr int kPauseMilliseconds = 20;

std::unique_ptr<OwnServer>& SharedSlot() {
    static std::unique_ptr<OwnServer> server;
    return server;
}

OwnServer& Shared() {
    if (!SharedSlot()) {
        SharedSlot() = std::make_unique<OwnServer>();
    }
    return *SharedSlot();
}

std::unique_ptr<Contract>& ContractSlot() {
    static std::unique_ptr<Contract> contract;
    return contract;
}

Contract& SharedContract() {
    if (!ContractSlot()) {
        platform::ClientRequest request;
        request.url = ServerUrl() + "/openapi.json";
        const auto response = platform::HttpClient().Send(request);
        if (!response || response->status != 200) {
            throw std::runtime_error("the server gave no /openapi.json");
        }
        ContractSlot() = std::make_unique<Contract>(Json::parse(response->body));
    }
    return *ContractSlot();
}

/// As `portcullisd migrate up` leaves it. A server's own first start on an empty database is tests/api/daemon_test's.
support::Schema MigratedSchema() {
    return {PORTCULLIS_SOURCE_DIR "/migrations/controller",
            [](const std::string& owner) {
                const support::TempDir folder("migrate");
                support::WriteFile(folder / "owner.url", owner);
                std::filesystem::permissions(folder / "owner.url", std::filesystem::perms(0600));
                const std::string url_file = (folder / "owner.url").string();
                const auto done = support::RunToEnd(
                    {support::BuiltProgram("portcullisd"), "migrate", "up", "--data-dir=" + (folder / "state").string(),
                     "--database-url-file=" + url_file, "--owner-database-url-file=" + url_file});
                if (done.exit_code != 0) {
                    throw std::runtime_error("portcullisd migrate up: " + done.error);
                }
            },
            "portcullisd migrate up"};
}

/// Stops the shared server while everything it needs is still there.
class StopAtTheEnd : public ::testing::Environment {
public:
    void TearDown() override {
        ContractSlot().reset();
        if (SharedSlot()) {
            EXPECT_EQ(SharedSlot()->Stop(), 0) << SharedSlot()->Log();
            SharedSlot().reset();
        }
    }
};

[[maybe_unused]] const ::testing::Environment* const kStopAtTheEnd =
    ::testing::AddGlobalTestEnvironment(new StopAtTheEnd);

}  // namespace

// --- Replies ------------------------------------------------------------------------------------------------------

Reply::Reply(std::string request, platform::ClientResponse response)
    : request_(std::move(request)), response_(std::move(response)) {
    body_ = Json::parse(response_.body, nullptr, false);
    if (body_.is_discarded()) {
        body_ = nullptr;
    }
}

std::string Reply::Describe() const {
    return request_ + "\n  was answered " + std::to_string(response_.status) + " " + response_.body.substr(0, 3000);
}

const Reply& Reply::Expect(int status) const {
    EXPECT_EQ(response_.status, status) << Describe();
    return *this;
}

const Reply& Reply::ExpectProblem(int status, std::string_view code) const {
    EXPECT_EQ(response_.status, status) << Describe();
    EXPECT_EQ(Header("content-type"), "application/problem+json") << Describe();
    if (body_.is_object()) {
        EXPECT_EQ(body_.value("type", ""), "urn:portcullis:problem:" + std::string(code)) << Describe();
        EXPECT_EQ(body_.value("status", 0), status) << Describe();
        EXPECT_FALSE(body_.value("detail", "").empty()) << Describe();
        EXPECT_FALSE(body_.value("title", "").empty()) << Describe();
        EXPECT_EQ(body_.value("request_id", ""), Header("x-request-id")) << Describe();
    } else {
        ADD_FAILURE() << "no problem document: " << Describe();
    }
    return *this;
}

const Reply& Reply::ExpectRules(std::initializer_list<std::string_view> rules) const {
    for (const std::string_view rule : rules) {
        bool found = false;
        for (const Json& finding : body_.value("findings", Json::array())) {
            found = found || finding.value("rule", "") == rule;
        }
        EXPECT_TRUE(found) << "no finding of " << rule << " in " << Describe();
    }
    return *this;
}

const Reply& Reply::ExpectErrors(std::initializer_list<std::string_view> pointers) const {
    for (const std::string_view pointer : pointers) {
        bool found = false;
        for (const Json& error : body_.value("errors", Json::array())) {
            found = found || error.value("pointer", "?") == pointer;
        }
        EXPECT_TRUE(found) << "no error at '" << pointer << "' in " << Describe();
    }
    return *this;
}

const Reply& Reply::Mentioning(std::string_view text) const {
    EXPECT_NE(body_.value("detail", "").find(text), std::string::npos) << "'" << text << "' not in " << Describe();
    return *this;
}

// --- Callers ------------------------------------------------------------------------------------------------------

Caller::Caller(std::string url, std::string token) : url_(std::move(url)) {
    if (!token.empty()) {
        headers_.emplace_back("Authorization", "Bearer " + token);
    }
}

Caller Caller::With(std::string header, std::string value) const {
    Caller caller = *this;
    caller.headers_.emplace_back(std::move(header), std::move(value));
    return caller;
}

Reply Caller::Send(const std::string& method, const std::string& path, const std::string& body,
                   const std::string& content_type) const {
    static thread_local platform::HttpClient client;
    platform::ClientRequest request;
    request.method = method;
    request.url = url_ + path;
    request.headers = headers_;
    if (!content_type.empty()) {
        request.headers.emplace_back("Content-Type", content_type);
    }
    request.body = body;
    const auto response = client.Send(request);
    if (!response) {
        throw std::runtime_error(method + " " + path + ": " + response.error().message);
    }
    const std::string what = method + " " + path + " " + body.substr(0, 500);
    for (const std::string& complaint : SharedContract().Complaints(method, path, response->status,
                                                                    response->Header("content-type"), response->body)) {
        ADD_FAILURE() << "against /openapi.json: " << complaint << "\n  " << what << "\n  "
                      << response->body.substr(0, 2000);
    }
    const bool resource = path.starts_with("/v1/");
    EXPECT_FALSE(resource && response->Header("x-request-id").empty()) << "no request id: " << what;
    EXPECT_FALSE(resource && response->status < 300 && response->Header("etag").empty()) << "no ETag: " << what;
    return Reply(what, *response);
}

Reply Caller::Get(const std::string& path) const {
    return Send("GET", path);
}

Reply Caller::Post(const std::string& path, const Json& body) const {
    return Send("POST", path, body.dump(), "application/json");
}

Reply Caller::Post(const std::string& path) const {
    return Send("POST", path);
}

Reply Caller::Put(const std::string& path, const Json& body) const {
    return Send("PUT", path, body.dump(), "application/json");
}

Reply Caller::Patch(const std::string& path, const Json& body) const {
    return Send("PATCH", path, body.dump(), "application/json");
}

std::vector<Json> Caller::All(const std::string& path) const {
    std::vector<Json> items;
    std::string cursor;
    do {
        const std::string separator = path.find('?') == std::string::npos ? "?" : "&";
        const Reply page = Get(cursor.empty() ? path : path + separator + "cursor=" + cursor);
        page.Expect(200);
        for (const Json& item : page.Body().value("items", Json::array())) {
            items.push_back(item);
        }
        cursor = page.Body().value("next", "");
    } while (!cursor.empty());
    return items;
}

Caller As(std::string_view person) {
    return Shared().As(person);
}

Caller WithToken(const std::string& token) {
    return Caller(ServerUrl(), token);
}

Caller Anonymous() {
    return Caller(ServerUrl(), "");
}

std::string ServerUrl() {
    return Shared().Url();
}

std::string TokenOf(std::string_view person) {
    return Shared().Token(person);
}

std::string Unique(std::string_view what) {
    static int count = 0;
    return std::string(what) + "-" + std::to_string(++count);
}

const Json& OpenApi() {
    return SharedContract().Document();
}

bool Eventually(const std::function<bool()>& condition) {
    const platform::Deadline deadline(kPatience);
    while (!condition()) {
        if (deadline.Passed()) {
            return false;
        }
        ::poll(nullptr, 0, kPauseMilliseconds);
    }
    return true;
}

void AdvanceClock(const std::string& by) {
    As("otto.operator").Post("/v1/clock/advance", {{"by", by}}).Expect(200);
}

platform::Time ServerNow() {
    const Reply clock = As("nora.none").Get("/v1/clock");
    return platform::ParseTime(clock.Body().value("now", "")).value_or(platform::Time{});
}

std::vector<Json> Audit(const std::string& query) {
    const Reply reply = As("anna.auditor").Get("/v1/audit?limit=500&" + query);
    reply.Expect(200);
    return reply.Body().value("items", Json::array()).get<std::vector<Json>>();
}

// --- Servers ------------------------------------------------------------------------------------------------------

struct OwnServer::Impl {
    explicit Impl(std::vector<std::string> extra, bool simulated_clock)
        : data("api"), arguments(std::move(extra)), simulated(simulated_clock) {}

    std::string File(std::string_view name, const std::string& content) const {
        const std::filesystem::path path = data / name;
        support::WriteFile(path, content);
        std::filesystem::permissions(path, std::filesystem::perms(0600));
        return path.string();
    }

    std::string AppConninfo() const {
        return database ? database->AppConninfo() : app_conninfo;
    }
    std::string OwnerConninfo() const {
        return database ? database->OwnerConninfo() : owner_conninfo;
    }

    support::TempDir data;
    std::optional<support::TestDatabase> database;  // none: the test's
    std::string app_conninfo;
    std::string owner_conninfo;
    std::vector<std::string> arguments;
    bool simulated;
    std::unique_ptr<support::Process> process;
    std::string url;
    std::map<std::string, std::string, std::less<>> tokens;
};

OwnServer::OwnServer(std::vector<std::string> arguments, bool simulated)
    : impl_(std::make_unique<Impl>(std::move(arguments), simulated)) {
    impl_->database.emplace(MigratedSchema());
    Start();
}

OwnServer::OwnServer(std::vector<std::string> arguments, std::string app_conninfo, std::string owner_conninfo)
    : impl_(std::make_unique<Impl>(std::move(arguments), false)) {
    impl_->app_conninfo = std::move(app_conninfo);
    impl_->owner_conninfo = std::move(owner_conninfo);
    Start();
}

OwnServer::~OwnServer() = default;

void OwnServer::Start() {
    const std::string state = (impl_->data / "state").string();
    const std::string port_file = (impl_->data / "port").string();
    std::filesystem::remove(port_file);
    std::vector<std::string> command = {
        support::BuiltProgram("portcullisd"),
        "--data-dir=" + state,
        "--listen-port=0",
        "--port-file=" + port_file,
        "--threads=4",
        "--rate-limit=0",
        "--database-url-file=" + impl_->File("app.url", impl_->AppConninfo()),
        "--owner-database-url-file=" + impl_->File("owner.url", impl_->OwnerConninfo()),
        "--bootstrap=" PORTCULLIS_SOURCE_DIR "/tests/api/principals.yaml",
    };
    if (impl_->simulated) {
        command.push_back("--simulated-clock=" + std::string(kStart));
    }
    command.insert(command.end(), impl_->arguments.begin(), impl_->arguments.end());
    support::ProcessOptions options;
    support::MakePasswordsQuick(options);
    impl_->process = std::make_unique<support::Process>(command, options);
    const auto line = impl_->process->WaitForLine("listens on http", kStartDeadline);
    if (!line) {
        throw std::runtime_error("portcullisd did not start: " + impl_->process->Error());
    }
    const auto begin = line->find("http://");
    impl_->url = line->substr(begin, line->find(' ', begin) - begin);
    // The second controller of a database makes no tokens.
    const std::filesystem::path made = (impl_->data / "state") / "initial-tokens";
    const std::string tokens = std::filesystem::exists(made) ? support::ReadFile(made) : std::string();
    for (const std::string_view entry : platform::Split(tokens, '\n')) {
        if (const auto colon = entry.find(": "); colon != std::string_view::npos) {
            impl_->tokens[std::string(entry.substr(0, colon))] = entry.substr(colon + 2);
        }
    }
}

int OwnServer::Stop() {
    impl_->process->Signal(SIGTERM);
    const auto code = impl_->process->Wait();
    return code.value_or(-1);
}

void OwnServer::Kill() {
    impl_->process->Signal(SIGKILL);
    if (!impl_->process->Wait()) {
        throw std::runtime_error("portcullisd outlives SIGKILL");
    }
}

std::string OwnServer::Url() const {
    return impl_->url;
}

std::string OwnServer::Token(std::string_view person) const {
    const auto found = impl_->tokens.find(person);
    if (found == impl_->tokens.end()) {
        throw std::runtime_error("principals.yaml has no '" + std::string(person) + "'");
    }
    return found->second;
}

Caller OwnServer::As(std::string_view person) const {
    return Caller(Url(), Token(person));
}

std::string OwnServer::DataDir() const {
    return (impl_->data / "state").string();
}

std::string OwnServer::OwnerConninfo() const {
    return impl_->OwnerConninfo();
}

int OwnServer::Pid() const {
    return impl_->process->Pid();
}

std::string OwnServer::Log() const {
    return impl_->process->Error();
}

}  // namespace api_test
