#include "tests/browser/pulsed.hpp"

#include <poll.h>

#include <csignal>
#include <filesystem>
#include <pqxx/pqxx>
#include <stdexcept>

#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "tests/pulse/people.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace browser_test {
namespace {

using platform::Json;

constexpr std::chrono::seconds kPulsedStartPatience{60};
constexpr std::chrono::seconds kSwitchPatience{60};
constexpr int kPauseMilliseconds = 20;
constexpr int kCustomersEach = 3;

Json SeedDocument() {
    Json users = Json::array();
    for (const char* name : {"olga", "adam", "vera", "mona", "gina", "ivan", "nora"}) {
        users.push_back({{"username", name}, {"password", kPassword}, {"email", std::string(name) + "@example.com"}});
    }
    const auto member = [](const char* user, const char* role) { return Json{{"userId", user}, {"role", role}}; };
    return {{"users", users},
            {"orgs",
             {{{"id", "acme"},
               {"displayName", "Acme"},
               {"owner", "olga"},
               {"members", {member("adam", "admin"), member("vera", "viewer"), member("mona", "editor")}}},
              {{"id", "globex"}, {"displayName", "Globex"}, {"owner", "mona"}, {"members", {member("gina", "admin")}}},
              {{"id", "hostile"}, {"displayName", kHostileName}, {"owner", "nora"}, {"members", Json::array()}},
              {{"id", "rtl"}, {"displayName", kRightToLeftName}, {"owner", "nora"}, {"members", Json::array()}}}}};
}

}  // namespace

struct Pulsed::Impl {
    explicit Impl(Tenants tenants);

    std::string File(std::string_view name, const std::string& content) const {
        const std::filesystem::path path = data / name;
        support::WriteFile(path, content);
        std::filesystem::permissions(path, std::filesystem::perms(0600));
        return path.string();
    }

    void Execute(const std::string& statement, const std::string& parameter) const {
        pqxx::connection connection(database.SuperuserConninfo());
        pqxx::work work(connection);
        work.exec_params(statement, parameter);
        work.commit();
    }

    support::TempDir data;
    support::TestDatabase database;
    std::unique_ptr<support::Process> process;
    std::string url;
};

Pulsed::Impl::Impl(Tenants tenants)
    : data("pulsed"), database(pulse_test::SchemaWithPeople(SeedDocument(), kPassword)) {
    const Json licence{{"capabilities", tenants == Tenants::kUnlicensed ? Json::array() : Json{"multi_tenant"}},
                       {"subscription_state", "active"}};
    const std::vector<std::string> command = {
        support::BuiltProgram("pulsed"),
        "--data-dir=" + (data / "state").string(),
        "--listen-port=0",
        "--metrics-port=0",
        "--login-rate-limit=0",
        "--threads=4",
        "--log-level=info",
        "--database-url-file=" + File("app.url", database.AppConninfo()),
        "--owner-database-url-file=" + File("owner.url", database.OwnerConninfo()),
        "--admin-password-file=" + File("admin.password", kPassword),
        "--licence-file=" + File("licence.json", licence.dump()),
        "--seed=" + File("seed.json", SeedDocument().dump()),
    };
    support::ProcessOptions options;
    support::MakePasswordsQuick(options);
    options.environment["PULSE_MULTI_TENANT_ENABLED"] =
        tenants == Tenants::kOff || tenants == Tenants::kHosted ? "false" : "true";
    options.environment["PULSE_HOSTED_MODE"] = tenants == Tenants::kHosted ? "true" : "false";
    process = std::make_unique<support::Process>(command, options);
    const auto line = process->WaitForLine("listens on http", kPulsedStartPatience);
    if (!line) {
        throw std::runtime_error("pulsed did not start: " + process->Error());
    }
    const auto begin = line->find("http://");
    url = line->substr(begin, line->find(' ', begin) - begin);
}

Pulsed::Pulsed(Tenants tenants) : impl_(std::make_unique<Impl>(tenants)) {
    const auto add = [&](const std::string& org, const std::string& user, const std::string& name) {
        const auto answer = Send({.method = "POST",
                                  .path = "/api/customers",
                                  .user = user,
                                  .org = org,
                                  .body = Json{{"name", name}, {"email", "it@customer.example"}}.dump()});
        if (answer.status != 201 && answer.status != 200) {
            throw std::runtime_error("a customer was not added: " + answer.body + "\n" + Log());
        }
    };
    for (int i = 1; i <= kCustomersEach; ++i) {
        add("", "admin", "default-customer-" + std::to_string(i));
        if (tenants == Tenants::kOn) {
            add("acme", "olga", "acme-customer-" + std::to_string(i));
            add("globex", "mona", "globex-customer-" + std::to_string(i));
        }
    }
    add("", "admin", kHostileName);
}

Pulsed::~Pulsed() {
    impl_->process->Signal(SIGTERM);
    static_cast<void>(impl_->process->Wait());
}

const std::string& Pulsed::Url() const {
    return impl_->url;
}

void Pulsed::Switch(bool on) {
    const auto ordered = support::RunToEnd({support::BuiltProgram("pulsed"), "switch", on ? "on" : "off",
                                            "--data-dir=" + (impl_->data / "state").string()});
    if (ordered.exit_code != 0) {
        throw std::runtime_error("pulsed switch: " + ordered.error);
    }
    const platform::Deadline deadline(kSwitchPatience);
    while (Send({.path = "/api/orgs", .user = "olga"}).status != (on ? 200 : 501)) {
        if (deadline.Passed()) {
            throw std::runtime_error("the switch has no effect: " + Log());
        }
        ::poll(nullptr, 0, kPauseMilliseconds);
    }
}

platform::ClientResponse Pulsed::Send(const Call& call) const {
    static thread_local platform::HttpClient client;
    platform::ClientRequest request;
    request.method = call.method;
    request.url = impl_->url + call.path;
    request.headers = call.headers;
    if (!call.user.empty()) {
        request.headers.emplace_back("Authorization", "Basic " + platform::Base64Encode(call.user + ":" + kPassword));
    }
    if (!call.org.empty()) {
        request.headers.emplace_back("X-Pulse-Org-ID", call.org);
    }
    if (!call.body.empty()) {
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = call.body;
    }
    auto answer = client.Send(request);
    if (!answer) {
        throw std::runtime_error(call.method + " " + call.path + ": " + answer.error().message);
    }
    return std::move(*answer);
}

void Pulsed::AgeSessions(const std::string& user) const {
    impl_->Execute("UPDATE pulse.sessions SET created_at = created_at - interval '1 hour' WHERE username = $1", user);
}

void Pulsed::EndSessions(const std::string& user) const {
    impl_->Execute("DELETE FROM pulse.sessions WHERE username = $1", user);
}

std::string Pulsed::Log() const {
    return impl_->process->Error();
}

}  // namespace browser_test
