#include "tests/pulse/harness.hpp"

#include <poll.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "tests/pulse/people.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace pulse_test {
namespace {

constexpr const char* kFolder = PORTCULLIS_SOURCE_DIR "/tests/pulse/";
constexpr std::chrono::seconds kStartDeadline{60};
constexpr std::chrono::seconds kPatience{120};
constexpr int kPauseMilliseconds = 20;

std::unique_ptr<OwnPulsed>& SharedSlot() {
    static std::unique_ptr<OwnPulsed> server;
    return server;
}

/// Stops the shared server while everything it needs is still there.
class StopAtTheEnd : public ::testing::Environment {
public:
    void TearDown() override {
        if (SharedSlot()) {
            EXPECT_EQ(SharedSlot()->Stop(), 0) << SharedSlot()->Log();
            SharedSlot().reset();
        }
    }
};

[[maybe_unused]] const ::testing::Environment* const kStopAtTheEnd =
    ::testing::AddGlobalTestEnvironment(new StopAtTheEnd);

}  // namespace

// --- Callers ------------------------------------------------------------------------------------------------------

Caller Caller::With(std::string header, std::string value) const {
    Caller caller = *this;
    caller.headers_.emplace_back(std::move(header), std::move(value));
    return caller;
}

Caller Caller::Without(std::string_view header) const {
    Caller caller = *this;
    std::erase_if(caller.headers_, [&](const auto& one) { return one.first == header; });
    return caller;
}

Caller Caller::WithCookie(const std::string& cookie) const {
    Caller caller = Without("Cookie");
    std::string cookies = cookie;
    for (const auto& [name, value] : headers_) {
        cookies += name == "Cookie" ? "; " + value : "";
    }
    return caller.With("Cookie", cookies);
}

Reply Caller::Send(const std::string& method, const std::string& path, const std::string& body) const {
    static thread_local platform::HttpClient client;
    platform::ClientRequest request;
    request.method = method;
    request.url = url_ + path;
    request.headers = headers_;
    request.body = body;
    const auto response = client.Send(request);
    if (!response) {
        throw std::runtime_error(method + " " + path + ": " + response.error().message);
    }
    return Reply(method + " " + path + " " + body.substr(0, 500), *response);
}

Reply Caller::Get(const std::string& path) const {
    return Send("GET", path);
}

Reply Caller::Post(const std::string& path, const Json& body) const {
    return Send("POST", path, body.dump());
}

Reply Caller::Put(const std::string& path, const Json& body) const {
    return Send("PUT", path, body.dump());
}

Reply Caller::Delete(const std::string& path) const {
    return Send("DELETE", path);
}

// --- Servers ------------------------------------------------------------------------------------------------------

struct OwnPulsed::Impl {
    explicit Impl(PulsedOptions given) : options(std::move(given)), data("pulse") {
        if (options.database == FirstDatabase::kEmpty) {
            database.emplace();
            return;
        }
        const std::string people = support::ReadFile(std::string(kFolder) + options.people);
        database.emplace(SchemaWithPeople(Json::parse(people), PasswordOf("admin")));
    }

    std::string File(std::string_view name, const std::string& content) const {
        const std::filesystem::path path = data / name;
        support::WriteFile(path, content);
        std::filesystem::permissions(path, std::filesystem::perms(0600));
        return path.string();
    }

    PulsedOptions options;
    support::TempDir data;
    std::optional<support::TestDatabase> database;
    std::unique_ptr<support::Process> process;
    std::string url;
    std::map<std::string, Caller> sessions;
};

OwnPulsed::OwnPulsed(PulsedOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {
    std::filesystem::create_directories(DataDir());
    if (!impl_->options.licence.empty()) {
        WriteLicence(impl_->options.licence);
    }
    Start();
}

OwnPulsed::~OwnPulsed() = default;

std::string OwnPulsed::AppConninfo() const {
    return impl_->database->AppConninfo();
}

void OwnPulsed::Sql(const std::string& text) const {
    const auto done = support::RunToEnd(
        {(platform::FindPostgresBinaries() / "psql").string(), OwnerConninfo(), "-v", "ON_ERROR_STOP=1", "-c", text});
    EXPECT_EQ(done.exit_code, 0) << text << "\n" << done.error;
}

std::vector<std::string> OwnPulsed::Command() const {
    std::vector<std::string> command = {
        support::BuiltProgram(impl_->options.program),
        "--data-dir=" + DataDir(),
        "--listen-port=0",
        "--metrics-port=0",
        "--metrics-port-file=" + (impl_->data / "metrics-port").string(),
        "--threads=4",
        "--database-url-file=" + impl_->File("app.url", impl_->database->AppConninfo()),
        "--owner-database-url-file=" + impl_->File("owner.url", impl_->database->OwnerConninfo()),
        "--admin-password-file=" + impl_->File("admin.password", PasswordOf("admin")),
        "--seed=" + (kFolder + impl_->options.people),
    };
    command.insert(command.end(), impl_->options.arguments.begin(), impl_->options.arguments.end());
    return command;
}

void OwnPulsed::Start() {
    support::ProcessOptions process;
    support::MakePasswordsQuick(process);
    for (const auto& [name, value] : impl_->options.environment) {
        process.environment[name] = value;
    }
    process.environment["PULSE_MULTI_TENANT_ENABLED"] = impl_->options.multi_tenant;
    process.environment["PULSE_HOSTED_MODE"] = impl_->options.hosted;
    impl_->process = std::make_unique<support::Process>(Command(), process);
    const auto line = impl_->process->WaitForLine("listens on http", kStartDeadline);
    if (!line) {
        throw std::runtime_error("pulsed did not start: " + impl_->process->Error());
    }
    const auto begin = line->find("http://");
    impl_->url = line->substr(begin, line->find(' ', begin) - begin);
    impl_->sessions.clear();
}

int OwnPulsed::Stop() {
    impl_->process->Signal(SIGTERM);
    return impl_->process->Wait().value_or(-1);
}

void OwnPulsed::SetMultiTenant(const std::string& value) {
    impl_->options.multi_tenant = value;
}

std::string OwnPulsed::Url() const {
    return impl_->url;
}

std::string OwnPulsed::Metrics() const {
    platform::ClientRequest request;
    const std::string port = support::ReadFile(impl_->data / "metrics-port");
    request.url = "http://127.0.0.1:" + std::string(platform::Trim(port)) + "/metrics";
    const auto response = platform::HttpClient().Send(request);
    if (!response || response->status != 200) {
        throw std::runtime_error("no metrics");
    }
    return response->body;
}

std::string OwnPulsed::DataDir() const {
    return (impl_->data / "state").string();
}

std::string OwnPulsed::Log() const {
    return impl_->process->Error();
}

std::string OwnPulsed::OwnerConninfo() const {
    return impl_->database->OwnerConninfo();
}

Caller OwnPulsed::Anonymous() const {
    return Caller(Url());
}

Caller OwnPulsed::As(const std::string& person) {
    const auto known = impl_->sessions.find(person);
    if (known != impl_->sessions.end()) {
        return known->second;
    }
    const Reply login = Anonymous().Post("/api/login", {{"username", person}, {"password", PasswordOf(person)}});
    login.Expect(200);
    const Caller caller = Anonymous()
                              .With("Cookie", "pulse_session=" + login.Cookie("pulse_session"))
                              .With("X-CSRF-Token", login.Cookie("pulse_csrf"));
    impl_->sessions.emplace(person, caller);
    return caller;
}

Caller OwnPulsed::Basic(const std::string& person) const {
    return Anonymous().With("Authorization", "Basic " + platform::Base64Encode(person + ":" + PasswordOf(person)));
}

std::string OwnPulsed::TokenSecret(const std::string& name) const {
    const std::string secrets = support::ReadFile(std::filesystem::path(DataDir()) / "seed-tokens");
    for (const std::string_view line : platform::Split(secrets, '\n')) {
        if (line.starts_with(name + ": ")) {
            return std::string(line.substr(name.size() + 2));
        }
    }
    throw std::runtime_error("people.json has no token '" + name + "'");
}

Caller OwnPulsed::Token(const std::string& name) const {
    return Anonymous().With("X-API-Token", TokenSecret(name));
}

void OwnPulsed::WriteLicence(const std::string& document) {
    support::WriteFile(std::filesystem::path(DataDir()) / "billing.json", document);
}

// --- The shared one -----------------------------------------------------------------------------------------------

OwnPulsed& Shared() {
    if (!SharedSlot()) {
        SharedSlot() = std::make_unique<OwnPulsed>();
    }
    return *SharedSlot();
}

Caller As(const std::string& person) {
    return Shared().As(person);
}

Caller Anonymous() {
    return Shared().Anonymous();
}

Caller Token(const std::string& name) {
    return Shared().Token(name);
}

std::string PasswordOf(const std::string& person) {
    return person + "-password";
}

std::string Unique(std::string_view what) {
    static int count = 0;
    return std::string(what) + "-" + std::to_string(++count);
}

std::string NewOrg(const std::string& owner, const std::map<std::string, std::string>& members) {
    const std::string id = Unique("org");
    As(owner).Post("/api/orgs", {{"id", id}, {"displayName", "Org " + id}}).Expect(201);
    for (const auto& [user, role] : members) {
        As(owner).Post("/api/orgs/" + id + "/members", {{"userId", user}, {"role", role}}).Expect(202);
        As(user).Post("/api/org-invitations/" + id + "/accept").Expect(200);
    }
    return id;
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

}  // namespace pulse_test
