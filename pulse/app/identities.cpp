#include "pulse/app/identities.hpp"

#include <algorithm>

#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/log/log.hpp"
#include "pulse/auth/password.hpp"

namespace pulse::app {
namespace {

constexpr std::size_t kMostSessions = 50'000;
constexpr std::size_t kMostTokens = 50'000;
constexpr std::size_t kMostProven = 1'000;
constexpr std::size_t kMostUses = 10'000;
constexpr std::size_t kProcessKeyBytes = 32;
constexpr std::size_t kShownCharacters = 6;
constexpr platform::Duration kProvenFor = std::chrono::minutes(5);
constexpr platform::Duration kUsesWrittenEvery = std::chrono::minutes(1);
constexpr platform::Duration kDaySession = std::chrono::hours(24);
constexpr platform::Duration kMonthSession = std::chrono::hours(24 * 30);

tenancy::Caller CallerOfAccount(const std::string& username, store::SystemRole role) {
    tenancy::Caller caller = tenancy::Caller::User(username);
    caller.super_admin = role == store::SystemRole::kSuperAdmin;
    return caller;
}

tenancy::Caller CallerOfToken(const store::Token& token) {
    tenancy::Caller caller = tenancy::Caller::Token(token.id, token.org_ids, token.owner_user);
    // A super admin's token for one tenant administrates no other: it has to be for the installation.
    caller.super_admin = token.owner_role == store::SystemRole::kSuperAdmin &&
                         std::ranges::find(token.org_ids, tenancy::kDefaultOrg) != token.org_ids.end();
    return caller;
}

/// From this machine: loopback, or the one address this instance listens at.
bool IsOwnAddress(std::string_view peer, std::string_view own) {
    return peer == own || peer == "::1" || peer.starts_with("127.") || peer.starts_with("::ffff:127.");
}

}  // namespace

Identities::Identities(platform::Database& database, LoginGuard& guard)
    : database_(database),
      guard_(guard),
      process_key_(platform::RandomBytes(kProcessKeyBytes)),
      sessions_(kMostSessions),
      tokens_(kMostTokens),
      proven_(kMostProven),
      accounts_(kMostProven) {}

Identity Identities::Identify(const auth::Presented& presented, std::string_view peer) {
    Identity identity;
    if (presented.token) {
        const std::string hash = auth::HashSecret(*presented.token);
        if (auto canary = CanaryOf(hash)) {
            identity.token_refused = !IsOwnAddress(peer, canary->address);
            if (!identity.token_refused) {
                identity.kind = IdentityKind::kToken;
                identity.canary = true;
                identity.caller = CallerOfToken(*canary->token);
                identity.token = std::move(canary->token);
            }
            return identity;
        }
        auto token = TokenOf(hash);
        if (!token || (token->expires_at && *token->expires_at <= platform::SystemNow())) {
            identity.token_refused = true;
            return identity;
        }
        identity.kind = IdentityKind::kToken;
        identity.caller = CallerOfToken(*token);
        NoteTokenUse(*token);
        identity.token = std::move(token);
        return identity;
    }
    if (presented.session) {
        const std::string hash = auth::HashSecret(*presented.session);
        auto session = SessionOf(hash);
        if (session && session->expires_at > platform::SystemNow()) {
            identity.kind = IdentityKind::kSession;
            identity.caller = CallerOfAccount(session->username, session->system_role);
            identity.session = std::move(session);
            return identity;
        }
    }
    if (presented.basic) {
        if (const auto proven = Prove(*presented.basic, peer)) {
            identity.kind = IdentityKind::kBasic;
            identity.caller = CallerOfAccount(proven->account.username, proven->account.system_role);
            identity.account = std::shared_ptr<const store::Account>(proven, &proven->account);
        }
    }
    return identity;
}

std::shared_ptr<const store::Token> Identities::TokenOf(std::string_view hash) {
    return tokens_.Get(hash, [&](std::string_view key) {
        return database_.Once([&](platform::Tx& tx) { return store::FindToken(tx, key); });
    });
}

std::optional<Identities::CanaryToken> Identities::CanaryOf(std::string_view hash) const {
    const std::shared_lock lock(canaries_mutex_);
    const auto found =
        std::ranges::find_if(canaries_, [&](const CanaryToken& canary) { return canary.token->secret_hash == hash; });
    return found == canaries_.end() ? std::nullopt : std::optional(*found);
}

void Identities::AddCanary(store::Token token, std::string address) {
    const std::lock_guard lock(canaries_mutex_);
    canaries_.push_back({std::make_shared<const store::Token>(std::move(token)), std::move(address)});
}

void Identities::DropCanary(std::string_view secret_hash) {
    const std::lock_guard lock(canaries_mutex_);
    std::erase_if(canaries_, [&](const CanaryToken& canary) { return canary.token->secret_hash == secret_hash; });
}

std::shared_ptr<const store::Session> Identities::SessionOf(std::string_view hash) {
    return sessions_.Get(hash, [&](std::string_view key) {
        return database_.Once([&](platform::Tx& tx) { return store::FindSession(tx, key); });
    });
}

std::optional<tenancy::Caller> Identities::CallerNow(const Identity& before) {
    const platform::Time now = platform::SystemNow();
    switch (before.kind) {
        case IdentityKind::kToken: {
            if (before.canary) {
                return CanaryOf(before.token->secret_hash) ? std::optional(before.caller) : std::nullopt;
            }
            const auto token = TokenOf(before.token->secret_hash);
            const bool good = token && (!token->expires_at || *token->expires_at > now);
            return good ? std::optional(CallerOfToken(*token)) : std::nullopt;
        }
        case IdentityKind::kSession: {
            const auto session = SessionOf(before.session->secret_hash);
            const bool good = session && session->expires_at > now;
            return good ? std::optional(CallerOfAccount(session->username, session->system_role)) : std::nullopt;
        }
        case IdentityKind::kBasic: {
            const auto account = accounts_.Get(before.account->username, [&](std::string_view name) {
                return database_.Once([&](platform::Tx& tx) { return store::FindAccount(tx, name); });
            });
            const bool good = account && account->active && account->password_hash == before.account->password_hash;
            return good ? std::optional(CallerOfAccount(account->username, account->system_role)) : std::nullopt;
        }
        case IdentityKind::kNone:
            break;
    }
    return std::nullopt;
}

std::shared_ptr<const Identities::Proven> Identities::Prove(const auth::BasicCredentials& basic,
                                                            std::string_view peer) {
    const std::string key = platform::HexEncode(platform::HmacSha256(
        process_key_, std::to_string(basic.user.size()) + ":" + basic.user + ":" + basic.password));
    const auto load = [&](std::string_view) -> std::optional<Proven> {
        const platform::SteadyTime now = platform::SteadyNow();
        if (guard_.LockedFor(basic.user, peer, now)) {
            return std::nullopt;
        }
        const auto account = CheckPassword(basic.user, basic.password);
        if (!account) {
            guard_.RecordFailure(basic.user, peer, now);
            return std::nullopt;
        }
        guard_.RecordSuccess(basic.user, peer);
        return Proven{*account, platform::SystemNow() + kProvenFor};
    };
    auto proven = proven_.Get(key, load);
    if (proven && proven->until <= platform::SystemNow()) {
        proven_.Forget(key);
        proven = proven_.Get(key, load);
    }
    return proven;
}

std::shared_ptr<const store::Account> Identities::CheckPassword(std::string_view username, std::string_view password) {
    std::optional<store::Account> account;
    if (store::IsAccountName(username)) {
        account = database_.Once([&](platform::Tx& tx) { return store::FindAccount(tx, username); });
    }
    if (!account) {
        auth::SpendVerification(password);
        return nullptr;
    }
    if (!auth::VerifyPassword(account->password_hash, password) || !account->active) {
        return nullptr;
    }
    return std::make_shared<const store::Account>(std::move(*account));
}

OpenedSession Identities::OpenSession(const std::string& username, SessionLength length, std::string_view peer) {
    OpenedSession opened;
    opened.secret = auth::MakeSecret();
    opened.csrf = CsrfTokenOf(opened.secret);
    opened.lifetime = length == SessionLength::kMonth ? kMonthSession : kDaySession;
    const store::NewSession row{.id = auth::MakeRecordId("sess_"),
                                .secret_hash = auth::HashSecret(opened.secret),
                                .username = username,
                                .lifetime = opened.lifetime,
                                .peer = std::string(peer)};
    database_.Write([&](platform::Tx& tx) { store::InsertSession(tx, row); });
    return opened;
}

void Identities::CloseSession(std::string_view secret) {
    const std::string hash = auth::HashSecret(secret);
    database_.Write([&](platform::Tx& tx) { store::DropSession(tx, hash); });
    sessions_.Forget(hash);
}

bool Identities::ChangePassword(std::string_view username, std::string_view password) {
    const std::string hash = auth::HashPassword(password);
    const bool changed = database_.Write([&](platform::Tx& tx) {
        store::DropSessionsOf(tx, username);
        return store::SetPassword(tx, username, hash);
    });
    ForgetAccount(username);
    return changed;
}

Identities::MintedToken Identities::MintToken(store::Token token) {
    MintedToken minted;
    minted.secret = auth::MakeSecret();
    token.id = auth::MakeRecordId("tok_");
    token.secret_hash = auth::HashSecret(minted.secret);
    token.prefix = minted.secret.substr(0, kShownCharacters);
    token.suffix = minted.secret.substr(minted.secret.size() - kShownCharacters);
    minted.row = database_.Write([&](platform::Tx& tx) { return store::InsertToken(tx, token); });
    return minted;
}

bool Identities::DropToken(std::string_view id, std::string_view org_id) {
    const bool dropped = database_.Write([&](platform::Tx& tx) { return store::DropToken(tx, id, org_id); });
    tokens_.ForgetIf([&](const store::Token& token) { return token.id == id; });
    return dropped;
}

void Identities::ForgetAccount(std::string_view username) {
    sessions_.ForgetIf([&](const store::Session& session) { return session.username == username; });
    tokens_.ForgetIf([&](const store::Token& token) { return token.owner_user == username; });
    proven_.ForgetIf([&](const Proven& proven) { return proven.account.username == username; });
    accounts_.Forget(username);
}

void Identities::ForgetSession(std::string_view secret_hash) {
    sessions_.Forget(secret_hash);
}

void Identities::ForgetToken(std::string_view secret_hash) {
    tokens_.Forget(secret_hash);
}

void Identities::ForgetTokensOf(std::string_view org_id) {
    tokens_.ForgetIf(
        [&](const store::Token& token) { return std::ranges::find(token.org_ids, org_id) != token.org_ids.end(); });
}

void Identities::EnableCaches(bool enabled) {
    sessions_.Enable(enabled);
    tokens_.Enable(enabled);
    proven_.Enable(enabled);
    accounts_.Enable(enabled);
}

void Identities::NoteTokenUse(const store::Token& token) {
    const platform::Time now = platform::SystemNow();
    {
        const std::lock_guard lock(uses_mutex_);
        platform::Time& last = uses_[token.id];
        if (now - last < kUsesWrittenEvery) {
            return;
        }
        if (uses_.size() > kMostUses) {
            uses_.clear();
        }
        uses_[token.id] = now;
    }
    try {
        database_.Write([&](platform::Tx& tx) { store::RecordTokenUse(tx, token.id); });
    } catch (const platform::Unavailable& lost) {  // a token is good without it
        static platform::LogLimiter limiter(std::chrono::seconds(10));
        platform::LogLimited(limiter, platform::Level::kWarning, "token.use_not_recorded", {{"error", lost.what()}});
    }
}

std::string CsrfTokenOf(std::string_view session_secret) {
    return platform::HexEncode(platform::HmacSha256(session_secret, "csrf"));
}

}  // namespace pulse::app
