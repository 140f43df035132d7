// Who a request is from: sessions, API tokens and Basic credentials, checked once and kept in memory.
//
// Every change this process makes to a person, a session or a token is seen by the next request; changes by others are
// told by the database (ChangeListener). A password that was right is remembered for a few minutes under a key that
// only this process has, so that Basic callers do not pay for scrypt with every request; a changed password ends that
// at once. Errors: platform::Unavailable. Thread safe.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/base/time.hpp"
#include "platform/sql/database.hpp"
#include "pulse/app/login_guard.hpp"
#include "pulse/app/memory_cache.hpp"
#include "pulse/auth/credentials.hpp"
#include "pulse/store/accounts.hpp"
#include "pulse/store/sessions.hpp"
#include "pulse/store/tokens.hpp"
#include "tenancy/access.hpp"

namespace pulse::app {

enum class IdentityKind : std::uint8_t { kNone, kSession, kToken, kBasic };

/// What became of what the request showed.
struct Identity {
    IdentityKind kind = IdentityKind::kNone;
    tenancy::Caller caller;
    std::shared_ptr<const store::Session> session;  // kSession
    std::shared_ptr<const store::Token> token;      // kToken
    std::shared_ptr<const store::Account> account;  // kBasic
    bool token_refused = false;                     // a token was shown and is not good: nothing else was looked at
    bool canary = false;                            // kToken: the instance itself, looking from outside

    bool Named() const {
        return kind != IdentityKind::kNone;
    }
};

struct OpenedSession {
    std::string secret;  // for the cookie
    std::string csrf;    // for the header X-CSRF-Token
    platform::Duration lifetime{};
};

enum class SessionLength : std::uint8_t { kDay, kMonth };

class Identities {
public:
    /// The guard slows Basic callers down, too.
    Identities(platform::Database& database, LoginGuard& guard);

    Identity Identify(const auth::Presented& presented, std::string_view peer);

    /// For what stays open: who it is now, by what named them then. Nothing when that names nobody any more: the
    /// session has ended, the token was revoked, the account's password changed or it may not come in any more.
    std::optional<tenancy::Caller> CallerNow(const Identity& before);

    /// The account when the password is its own and it may come in. Takes the same time whether the name exists.
    std::shared_ptr<const store::Account> CheckPassword(std::string_view username, std::string_view password);
    OpenedSession OpenSession(const std::string& username, SessionLength length, std::string_view peer);
    void CloseSession(std::string_view secret);
    /// Ends all sessions of the person, too.
    bool ChangePassword(std::string_view username, std::string_view password);

    struct MintedToken {
        std::string secret;
        store::Token row;
    };
    /// `token` without id, hash, prefix, suffix and times.
    MintedToken MintToken(store::Token token);
    bool DropToken(std::string_view id, std::string_view org_id);

    /// A token that is nowhere but here, for requests from loopback and `address` (Canary).
    void AddCanary(store::Token token, std::string address);
    void DropCanary(std::string_view secret_hash);

    // The database said that somebody changed these.
    void ForgetAccount(std::string_view username);
    void ForgetSession(std::string_view secret_hash);
    void ForgetToken(std::string_view secret_hash);
    /// After tokens were unbound from an organization.
    void ForgetTokensOf(std::string_view org_id);
    void EnableCaches(bool enabled);

private:
    /// A Basic credential that was right.
    struct Proven {
        store::Account account;
        platform::Time until;
    };

    struct CanaryToken {
        std::shared_ptr<const store::Token> token;
        std::string address;
    };

    std::shared_ptr<const store::Token> TokenOf(std::string_view hash);
    std::optional<CanaryToken> CanaryOf(std::string_view hash) const;
    std::shared_ptr<const store::Session> SessionOf(std::string_view hash);
    std::shared_ptr<const Proven> Prove(const auth::BasicCredentials& basic, std::string_view peer);
    void NoteTokenUse(const store::Token& token);

    platform::Database& database_;
    LoginGuard& guard_;
    const std::string process_key_;  // keys what is remembered of passwords
    MemoryCache<store::Session> sessions_;
    MemoryCache<store::Token> tokens_;
    MemoryCache<Proven> proven_;
    MemoryCache<store::Account> accounts_;  // by name, for CallerNow
    std::mutex uses_mutex_;
    std::unordered_map<std::string, platform::Time> uses_;  // token id: when its use was last written down
    mutable std::shared_mutex canaries_mutex_;
    std::vector<CanaryToken> canaries_;
};

/// What the header X-CSRF-Token must hold for a session: derived from its secret, so it needs no place of its own and
/// that of another session never fits.
std::string CsrfTokenOf(std::string_view session_secret);

}  // namespace pulse::app
