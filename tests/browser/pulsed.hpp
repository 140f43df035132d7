// A real pulsed for the browser: its own database, seeded people, organizations and customers.
//
// People (password "correct horse"): olga owns acme, adam is admin of it, vera viewer, mona editor of acme and owner of
// globex, gina admin of globex, ivan belongs to nothing; admin is the super admin and owns the default organization.
// Everybody's customers carry the name of their organization: "acme-customer-1".
// One thread. Errors: std::runtime_error.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platform/httpc/client.hpp"
#include "platform/json/json.hpp"

namespace browser_test {

inline constexpr const char* kPassword = "correct horse";
/// A name as somebody would choose it who wants to break a page.
inline constexpr const char* kHostileName = "<script>alert('x')</script><img src=x onerror=alert(1)>";
/// Reads from right to left, and says so.
inline constexpr const char* kRightToLeftName = "\u05d0\u05d1\u05d2 \u202e Acme";

enum class Tenants { kOn, kOff, kUnlicensed, kHosted };

class Pulsed {
public:
    explicit Pulsed(Tenants tenants);
    ~Pulsed();
    Pulsed(const Pulsed&) = delete;
    Pulsed& operator=(const Pulsed&) = delete;

    const std::string& Url() const;
    /// While it runs; returns when it has taken effect.
    void Switch(bool on);

    struct Call {
        std::string method = "GET";
        std::string path;
        std::string user;  // empty: nobody
        std::string org;   // X-Pulse-Org-ID
        std::string body;
        std::vector<std::pair<std::string, std::string>> headers;
    };
    platform::ClientResponse Send(const Call& call) const;
    /// As if the person had signed in an hour ago.
    void AgeSessions(const std::string& user) const;
    /// As if their time had come.
    void EndSessions(const std::string& user) const;
    std::string Log() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace browser_test
