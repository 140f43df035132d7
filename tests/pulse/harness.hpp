// Real pulseds on databases of their own, and people who call them.
//
//     pulse_test::As("alice").Get("/api/orgs").Expect(200);
//
// The shared server has tenants switched on, a licence and the people of people.json; OwnPulsed is for everything else.
// Sessions are opened once per person and server.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/pulse/reply.hpp"

namespace pulse_test {

/// One caller's requests. Copies are cheap; one thread.
class Caller {
public:
    explicit Caller(std::string url) : url_(std::move(url)) {}

    Caller With(std::string header, std::string value) const;
    /// Without any header of that name.
    Caller Without(std::string_view header) const;
    Caller In(const std::string& org) const {
        return With("X-Pulse-Org-ID", org);
    }
    /// One more cookie beside those the caller has.
    Caller WithCookie(const std::string& cookie) const;

    Reply Get(const std::string& path) const;
    Reply Post(const std::string& path, const Json& body = Json::object()) const;
    Reply Put(const std::string& path, const Json& body) const;
    Reply Delete(const std::string& path) const;
    const std::string& Url() const {
        return url_;
    }
    const std::vector<std::pair<std::string, std::string>>& Headers() const {
        return headers_;
    }
    /// Anything: a body as it is.
    Reply Send(const std::string& method, const std::string& path, const std::string& body = {}) const;

private:
    std::string url_;
    std::vector<std::pair<std::string, std::string>> headers_;
};

/// kPeople: migrated, with the accounts (see people.hpp).
enum class FirstDatabase { kPeople, kEmpty };

struct PulsedOptions {
    std::string multi_tenant = "true";  // PULSE_MULTI_TENANT_ENABLED
    std::string hosted;                 // PULSE_HOSTED_MODE
    /// billing.json; empty: no licence.
    std::string licence = R"({"capabilities":["multi_tenant"],"subscription_state":"active"})";
    std::vector<std::string> arguments = {};
    std::string program = "pulsed";  // of those that were built
    std::map<std::string, std::string> environment = {};
    /// Of this folder; few_people.json has root, alice, and the same organizations and tokens.
    std::string people = "people.json";
    FirstDatabase database = FirstDatabase::kPeople;
};

class OwnPulsed {
public:
    explicit OwnPulsed(PulsedOptions options = {});
    ~OwnPulsed();
    OwnPulsed(const OwnPulsed&) = delete;
    OwnPulsed& operator=(const OwnPulsed&) = delete;

    std::string Url() const;
    /// What the listener for Prometheus says.
    std::string Metrics() const;
    std::string DataDir() const;
    std::string Log() const;
    std::string OwnerConninfo() const;
    /// As the owner of the database, by psql.
    void Sql(const std::string& text) const;
    std::string AppConninfo() const;
    std::vector<std::string> Command() const;

    Caller Anonymous() const;
    /// With a session and its CSRF token.
    Caller As(const std::string& person);
    Caller Basic(const std::string& person) const;
    /// A token of people.json.
    Caller Token(const std::string& name) const;
    std::string TokenSecret(const std::string& name) const;

    void WriteLicence(const std::string& document);
    /// SIGTERM, then the exit code.
    int Stop();
    /// Again, on the same database and data; with another environment when one is given.
    void Start();
    void SetMultiTenant(const std::string& value);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

OwnPulsed& Shared();
Caller As(const std::string& person);
Caller Anonymous();
Caller Token(const std::string& name);

/// "org-3": never the same twice in a program.
std::string Unique(std::string_view what);
/// A new organization owned by `owner`, with these members beside (they have accepted).
std::string NewOrg(const std::string& owner, const std::map<std::string, std::string>& members = {});

/// Asks again and again, with short pauses, until it holds or two minutes have passed.
bool Eventually(const std::function<bool()>& condition);

/// "alice" has the password "alice-password".
std::string PasswordOf(const std::string& person);

}  // namespace pulse_test
